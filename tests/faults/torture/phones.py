"""A phone without a browser: the portal's own queue and courier in a process that can be killed at any instant."""

import json
import shutil
import subprocess
import threading
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tests.journeys.live import ROOT
from tests.journeys.proxy import Proxy

SCRIPT = Path(__file__).parent / "phone" / "phone.mjs"
PATIENCE = 60.0  # seconds for one order on a machine that does other things


@dataclass
class Journal:
    """What a phone said of its taps, whatever became of the phone; kept in order."""

    lines: list[dict[str, Any]] = field(default_factory=list)

    def of(self, kind: str) -> list[dict[str, Any]]:
        """The lines of a kind: tried, recorded, heard."""
        return [line[kind] for line in self.lines if kind in line]


class NodePhone:
    """Started, ordered about, killed, started again; its disk stays."""

    kind = "phone"

    def __init__(self, folder: Path, proxy: Proxy, modules: Path = ROOT / "service_worker") -> None:
        self.folder, self.proxy, self.modules = folder, proxy, modules
        self.journal = Journal()
        self.process: subprocess.Popen[str] | None = None
        self._answers: dict[int, dict[str, Any]] = {}
        self._heard = threading.Condition()
        self._n = 0
        folder.mkdir(parents=True, exist_ok=True)

    def start(self) -> None:
        command = [str(shutil.which("node")), str(SCRIPT), str(self.folder), self.proxy.url, str(self.modules)]
        log = (self.folder / "log").open("ab")
        self.process = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=log, text=True, bufsize=1
        )
        self._n, self._answers = 0, {}
        self._reader = threading.Thread(target=self._read, args=(self.process,), daemon=True)
        self._reader.start()
        self.wait(0)

    @property
    def alive(self) -> bool:
        return self.process is not None

    def order(self, what: str, **more: Any) -> int:
        """Tell it to do something without waiting; the number of the order."""
        assert self.process and self.process.stdin
        self._n += 1
        self.process.stdin.write(json.dumps({"n": self._n, "do": what, **more}) + "\n")
        self.process.stdin.flush()
        return self._n

    def wait(self, n: int, seconds: float = PATIENCE) -> dict[str, Any]:
        """What became of an order."""
        with self._heard:
            if not self._heard.wait_for(lambda: n in self._answers, seconds):
                raise AssertionError(f"{self.folder.name} does not answer: {(self.folder / 'log').read_text()[-2000:]}")
            answer = self._answers.pop(n)
        if "fault" in answer:
            raise AssertionError(f"{self.folder.name}: {answer['fault']}")
        return answer

    def do(self, what: str, **more: Any) -> dict[str, Any]:
        """Tell it to do something, and wait for it."""
        try:
            return self.wait(self.order(what, **more))
        except AssertionError as error:
            raise AssertionError(f"{what} {more}: {error}") from error

    def kill(self) -> None:
        """kill -9. What it had said until then is in the journal."""
        if self.process:
            self.process.kill()
            self.process.wait()
            self._reader.join(5)
            self.process = None

    def _read(self, process: subprocess.Popen[str]) -> None:
        assert process.stdout
        for text in process.stdout:
            if not text.endswith("\n"):
                break
            line = json.loads(text)
            with self._heard:
                if "done" in line:
                    self._answers[line["done"]] = line
                    self._heard.notify_all()
                else:
                    self.journal.lines.append(line)
