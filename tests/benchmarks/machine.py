"""What the machine says of processes: their CPU time, their memory, and what everybody else took meanwhile."""

import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

TICKS = os.sysconf("SC_CLK_TCK")


def family_of(pid: int) -> list[int]:
    """A process and all its descendants."""
    parents: dict[int, list[int]] = {}
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            parent = int((folder / "stat").read_text().rpartition(")")[2].split()[1])
        except (OSError, IndexError):
            continue
        parents.setdefault(parent, []).append(int(folder.name))
    found, left = [], [pid]
    while left:
        found.append(left.pop())
        left.extend(parents.get(found[-1], []))
    return found


def cpu_seconds(pids: Sequence[int]) -> float:
    """CPU time these processes have used since they began."""
    return sum(_ticks(pid) for pid in pids) / TICKS


def memory_mib(pids: Sequence[int]) -> float:
    """Proportional set size: pages shared by several processes are counted once."""
    return sum(_pss(pid) for pid in pids) / 1024


def busy_seconds() -> float:
    """CPU time everybody on the machine has used since it began."""
    user, nice, system, _, _, irq, softirq, *_ = map(int, Path("/proc/stat").read_text().split("\n")[0].split()[1:])
    return (user + nice + system + irq + softirq) / TICKS


@dataclass
class Meter:
    """CPU time between two instants: of the application, of the database's own processes, of everybody else."""

    app: int
    database: int  # 0 when the database has no process of its own

    def start(self) -> None:
        """Remember where the clocks stand."""
        self._app: set[int] = set()
        self._database: set[int] = set()
        self._before = self._read()

    def read(self) -> tuple[float, float, float]:
        """Application, database and strangers, in seconds since `start`; this process is nobody's."""
        return tuple(after - before for after, before in zip(self._read(), self._before, strict=True))  # type: ignore[return-value]

    def _read(self) -> tuple[float, float, float]:
        self._app.update(family_of(self.app))  # a database's processes come with its connections
        self._database.update(family_of(self.database) if self.database else ())
        app, database = cpu_seconds([*self._app]), cpu_seconds([*self._database])
        return app, database, busy_seconds() - app - database - cpu_seconds([os.getpid()])


def _ticks(pid: int) -> int:
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return 0
    return int(fields[11]) + int(fields[12])


def _pss(pid: int) -> int:
    try:
        lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    except OSError:  # PostgreSQL's processes belong to another user, or the process is gone
        return 0
    return next(int(line.split()[1]) for line in lines if line.startswith("Pss:"))
