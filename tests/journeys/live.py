"""A real server on a real port, in its own process, and what the tests read of its database from outside."""

import os
import signal
import sqlite3
import subprocess
import sys
import time
import urllib.request
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tests.ports import free_port

ROOT = Path(__file__).parent.parent.parent


@dataclass
class LiveServer:
    """`python -m server serve` on a folder of its own."""

    folder: Path
    environment: dict[str, str]
    port: int = 0
    process: Any = None  # a Popen, or what stands for one
    others: list[Any] = field(default_factory=list)
    root: Path = ROOT  # the tree it runs; another one than ours when a test breaks something on purpose
    patience: int = 120  # seconds to the first healthy answer: it matters only to a server that does not start

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def database(self) -> Path:
        return self.folder / "marelle.db"

    def run(self, *command: str) -> str:
        """An operator's command, to its end."""
        done = subprocess.run(
            [sys.executable, "-m", "server", *command],
            cwd=self.root,
            env=self._env(),
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    def start(self) -> None:
        self.start_without_waiting()
        self._wait()

    def start_without_waiting(self) -> None:
        if not self.port:
            self.port = free_port()
        self.process = self._launch("serve")

    def start_deliver(self) -> None:
        self.others.append(self._launch("deliver"))

    def _launch(self, command: str) -> Any:
        """A process of the program, in a session of its own so that its application processes can be killed with it."""
        with (self.folder / f"{command}.log").open("ab") as log:
            return subprocess.Popen(
                [sys.executable, "-m", "server", command],
                cwd=self.root,
                env=self._env(),
                stdout=log,
                stderr=log,
                start_new_session=True,
            )

    def kill(self) -> None:
        """kill -9 of the server and of its application processes: nothing is finished, nothing is said."""
        assert self.process
        os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait(10)
        self.process = None

    def restart(self, **environment: str) -> None:
        """Stop, change the environment, start again on the same port."""
        self.stop()
        self.environment.update(environment)
        self.start()

    def stop(self) -> None:
        for process in [*self.others, *([self.process] if self.process else [])]:
            process.terminate()
            try:
                process.wait(15)
            except subprocess.TimeoutExpired:
                process.kill()
        self.others, self.process = [], None

    def rows(self, text: str, *args: Any) -> list[dict[str, Any]]:
        """What the database holds, read outside the server."""
        connection = sqlite3.connect(f"file:{self.database}?mode=ro", uri=True, timeout=10)
        connection.row_factory = sqlite3.Row
        try:
            return [dict(row) for row in connection.execute(text, args)]
        finally:
            connection.close()

    def change(self, text: str, *args: Any) -> None:
        """Change the database behind the server's back (a cutoff, a session that ends)."""
        connection = sqlite3.connect(self.database, timeout=10)
        with connection:
            connection.execute(text, args)
        connection.close()

    def _env(self) -> dict[str, str]:
        mine = {"MARELLE_ENV": "demo", "MARELLE_DATA": str(self.folder), "MARELLE_PORT": str(self.port)}
        return {**os.environ, **mine, **self.environment}

    def _wait(self) -> None:
        for _ in range(self.patience * 10):
            try:
                with urllib.request.urlopen(f"{self.url}/healthz", timeout=1):
                    return
            except OSError:
                assert self.process
                assert self.process.poll() is None, (self.folder / "serve.log").read_text()
                time.sleep(0.1)
        raise AssertionError("the server did not start: " + (self.folder / "serve.log").read_text())
