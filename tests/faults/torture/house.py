"""The town hall of a history: real processes on either database, a clock that jumps, real mail and push services."""

import shutil
import time
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from tests.cast import Town
from tests.faults.notices.services import Handler, SlowService, mail_server
from tests.faults.torture import outside
from tests.faults.torture.nursery import Forked, Nursery
from tests.postgres import Cluster

MORNING = datetime(2026, 11, 16, 8, tzinfo=UTC)  # Monday, 9:00 in Paris
UNDER_WAY = "select id from delivery where status = 'waiting' and claimed_until is not null"
COLOURS = ("#1f5fae", "#7a1f5f", "#2f6f4f")  # another style sheet is another build


@dataclass(frozen=True)
class Ground:
    """What histories are built on: a town in a template of each engine."""

    town: Town
    folder: Path  # holds marelle.db
    cluster: Cluster | None  # with the database torture_town
    nursery: Nursery

    def fresh(self, folder: Path, engine: str, number: int) -> str:
        """The address of a fresh copy of the town."""
        if engine == "sqlite":
            shutil.copy(self.folder / "marelle.db", folder / "marelle.db")
            return f"sqlite:///{folder}/marelle.db"
        assert self.cluster
        self.cluster.sql(f"drop database if exists torture_{number} with (force)")
        self.cluster.sql(f"create database torture_{number} template torture_town")
        return self.cluster.url(f"torture_{number}")


@dataclass
class House:
    """One history's town hall."""

    ground: Ground
    url: str
    folder: Path
    processes: int = 1
    build: int = 0
    in_flight: set[int] = field(default_factory=set)  # deliveries claimed when a worker or the database fell

    def __post_init__(self) -> None:
        self.push, self.letters = SlowService(), Handler()
        self._mail = mail_server(self.letters)
        self._ahead, self._born = timedelta(0), time.monotonic()
        environment = {
            "DATABASE_URL": self.url,
            "MARELLE_NOTICE_DELAY": "0",
            "MARELLE_PUSH_HOSTS": self.push.host,
            "MARELLE_SMTP_URL": f"smtp://127.0.0.1:{self.letters.port}",
        }
        self.servers = [self._process(environment) for _ in range(self.processes)]
        self.office = self._process(environment)

    def _process(self, environment: dict[str, str]) -> Forked:
        made = Forked(self.folder, dict(environment))
        made.nursery = self.ground.nursery
        return made

    @property
    def now(self) -> datetime:
        """What time it is in the town: it runs, and never goes back."""
        return MORNING + self._ahead + timedelta(seconds=time.monotonic() - self._born)

    def jump(self, instant: datetime) -> None:
        """From the next start on, the town's clock is at `instant` or later."""
        self._ahead += max(instant - self.now, timedelta(0))

    def open(self) -> None:
        self.open_servers()
        self.office.port = self.servers[0].port
        self.office.start_deliver()

    def open_servers(self) -> None:
        """Those that are down, on the clock and the build of this moment."""
        self._set_clocks()
        for server in self.servers:
            if server.process is None:
                server.start()

    def open_office(self) -> None:
        self._set_clocks()
        self.office.start_deliver()

    def kill_office(self) -> None:
        """kill -9 of the deliver worker; what it had claimed may be sent twice, and only that."""
        for process in self.office.others:
            process.kill()
            process.wait()
        self.office.others = []
        self.note_in_flight()

    def note_in_flight(self) -> None:
        self.in_flight |= {row["id"] for row in self.rows(UNDER_WAY)}

    def restart_database(self) -> None:
        """PostgreSQL falls as if its machine had: no goodbye to anybody, recovery at the start."""
        assert self.ground.cluster
        self.ground.cluster.stop("immediate")
        self.ground.cluster.start()
        self.note_in_flight()

    def settle(self) -> None:
        """The last of the notices: a worker sends what is due until nothing is, on a late clock."""
        self.office.stop()
        self.note_in_flight()
        noon = (self.now + timedelta(days=1)).replace(hour=11)
        for hours in range(4):  # what was put off is due some hours later
            self.jump(noon + timedelta(hours=3 * hours))
            self._set_clocks()
            self.office.run("deliver", "--once")
            if not self.rows("select id from delivery where status = 'waiting'"):
                return

    def rows(self, text: str) -> outside.Rows:
        """What the database holds, read outside the server."""
        return outside.rows(self.url, text)

    def change(self, text: str) -> None:
        outside.change(self.url, text)

    def stop(self) -> None:
        for server in (self.office, *self.servers):
            with suppress(Exception):
                server.stop()
        self._mail.stop()
        self.push.stop()

    def _set_clocks(self) -> None:
        changes: dict[str, Any] = {"MARELLE_NOW": self.now.isoformat()}
        for server in (self.office, *self.servers):
            server.environment.update(changes, MARELLE_TOWN_COLOUR=COLOURS[self.build % len(COLOURS)])
