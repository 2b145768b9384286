"""Starts `python -m server …` by forking a process that has imported the program and done nothing else.

A start costs a tenth of what a fresh interpreter does, so that a history can afford to kill the server as often as it
likes. What runs is the same program with the same settings, in a process of its own, in a session of its own.
"""

import json
import os
import signal
import subprocess
import sys
import threading
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.journeys.live import LiveServer

SCRIPT = Path(__file__).with_name("forking.py")


class Nursery:
    """One forking process of a tree of the program; ended by `stop`, its children before it by whoever asked for them."""

    def __init__(self, root: Path) -> None:
        self._lock = threading.Lock()
        self._process = subprocess.Popen(
            [sys.executable, str(SCRIPT)], cwd=root, env={**os.environ, "PYTHONPATH": str(root)},
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
            start_new_session=True,  # an interrupted history must still be able to end what it started
        )  # fmt: skip

    def start(self, arguments: list[str], environment: dict[str, str], log: Path) -> "Child":
        return Child(self, self.ask(start=arguments, environment=environment, log=str(log)))

    def ask(self, **question: Any) -> Any:
        assert self._process.stdin and self._process.stdout
        with self._lock:
            self._process.stdin.write(json.dumps(question) + "\n")
            self._process.stdin.flush()
            return json.loads(self._process.stdout.readline())

    def stop(self) -> None:
        self._process.kill()
        self._process.wait()


class Child:
    """What a Popen is to its owner."""

    def __init__(self, nursery: Nursery, pid: int) -> None:
        self.pid, self.returncode = pid, None
        self._nursery = nursery

    def poll(self) -> int | None:
        if self.returncode is None:
            self.returncode = self._nursery.ask(poll=self.pid)
        return self.returncode

    def wait(self, timeout: float | None = None) -> int:
        end = time.monotonic() + (timeout or 60)
        while (status := self.poll()) is None:
            if time.monotonic() > end:
                raise subprocess.TimeoutExpired(str(self.pid), timeout or 60)
            time.sleep(0.01)
        return status

    def send_signal(self, number: int) -> None:
        if self.poll() is None:
            os.kill(self.pid, number)

    def terminate(self) -> None:
        self.send_signal(signal.SIGTERM)

    def kill(self) -> None:
        self.send_signal(signal.SIGKILL)


@dataclass
class Forked(LiveServer):
    """A live server whose processes come from a nursery."""

    nursery: Nursery | None = None

    def _launch(self, command: str) -> Child:
        assert self.nursery
        return self.nursery.start([command], self._env(), self.folder / f"{command}.log")

    def run(self, *command: str) -> str:
        assert self.nursery
        log = self.folder / f"{command[0]}-once.log"
        status = self.nursery.start(list(command), self._env(), log).wait(120)
        assert status == 0, log.read_text()
        return log.read_text()
