"""`make bench`: taps, pages, growth, memory, the morning of Antibes, beside the bare database, in some ten minutes.

BENCH_SECONDS lengthens each measure (default 3); BENCH_ONLY keeps those whose name holds one of its words, such as
"sqlite" or "postgres x2/one tap,month" or "antibes"; --write puts the tables into docs/benchmarks.md.
"""

import asyncio
import os
import platform
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import uvloop

from tests.benchmarks import antibes, bare, houses, memory, pages, rushes, scale
from tests.benchmarks.houses import House
from tests.benchmarks.load import Load
from tests.benchmarks.machine import Meter, memory_mib
from tests.benchmarks.report import Table

DOC = Path(__file__).parent.parent.parent / "docs" / "benchmarks.md"
BEGIN, END = "<!-- tables: written by `python -m tests.benchmarks --write` -->\n", "<!-- end of tables -->\n"
BARE = {"bare: a transaction a tap": 1, "bare: 20 taps a transaction": 20, "bare: 64 taps a transaction": 64}


@dataclass
class Run:
    """What is wanted, and the tables as they fill."""

    seconds: float
    only: Sequence[str]

    def __post_init__(self) -> None:
        speed = ("p50 ms", "p95 ms", "p99 ms", "app ms CPU", "db ms CPU")
        self.taps = Table("Taps", ("house / rush", "taps/s", *speed, "wrong", "strangers"))
        self.pages = Table(
            "Own pages", ("house / page", "pages/s", *speed, "bytes", "statements", "wrong", "strangers")
        )
        self.bare = Table("The same statements, bare", ("house / group", "taps/s", "portal ÷ bare", "strangers"))
        self.house = Table(
            "Houses", ("house", "start s", "MiB at rest", "MiB after", "hot sessions", "oversold", "miscounted")
        )

        cost = ("app ms CPU", "db ms CPU")
        self.children = Table(
            "Children of a family",
            ("house / page", "children", *cost, "ms a further child", "bytes", "bytes a child", "statements"),
        )
        towns = tuple(f"{families:,}: {ms}" for families in scale.TOWNS for ms in cost)
        self.towns = Table("Families of the town", ("house / page", *towns, "ratio"))
        self.memory = Table(
            "Memory under load",
            ("house", "seconds", "answers", "MiB at rest", "half-way", "at the end", "MiB / 100,000", "after an hour"),
        )
        kinds = ("sign-in p95", "month p95", "tap p95")
        self.antibes = Table(
            "The morning of Antibes",
            ("house", "answers", "all in s", "p50 ms", "p95 ms", "p99 ms", *kinds, "app s CPU", "db s CPU",
             "clients s CPU", "wrong", "strangers"),
        )  # fmt: skip

    def wants(self, name: str) -> bool:
        """Whether BENCH_ONLY keeps this measure."""
        return not self.only or any(word in name for word in self.only)

    @property
    def tables(self) -> list[Table]:
        """Those with something in them."""
        first = (self.taps, self.bare, self.pages, self.house)
        return [t for t in (*first, self.children, self.towns, self.memory, self.antibes) if t.lines]


def main() -> int:
    """Measure every house; 1 when an answer was wrong or a place was sold twice."""
    only = [word for word in os.environ.get("BENCH_ONLY", "").split(",") if word]
    run, wrong = Run(float(os.environ.get("BENCH_SECONDS", "3")), only), 0
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        for name in houses.NAMES:
            if any(
                run.wants(f"{name}/{kind}") for kind in (*(rush.name for rush in rushes.RUSHES), *pages.PAGES, *BARE)
            ):
                wrong += _measured(name, run, runner)
        for name in houses.NAMES:
            wrong += _towns_of_their_own(name, run, runner)
    text = "\n".join(table.as_markdown() for table in run.tables)
    print(f"\n{text}")
    if "--write" in sys.argv:
        _write(f"{_where()}\n\n{text}")
    return 1 if wrong else 0


def _measured(name: str, run: Run, runner: asyncio.Runner) -> int:
    try:
        with houses.house(name, runner) as house:
            print(f"{name}: furnished, started in {house.start_up:.1f} s", flush=True)
            return runner.run(_everything(house, run))
    except LookupError as missing:
        print(f"{name}: left out: {missing}")
        return 0


def _towns_of_their_own(name: str, run: Run, runner: asyncio.Runner) -> int:
    """The measures that need another town than the standard one, or a server that has served nobody yet."""
    wrong = 0
    try:
        if name != "postgres x2" and run.wants(f"{name}/children"):
            scale.by_children(name, runner, run.seconds, run.children)
        if name != "postgres x2" and run.wants(f"{name}/town"):
            scale.by_town(name, runner, run.seconds, run.towns)
        if name == "sqlite" and run.wants(f"{name}/memory"):
            memory.measured(name, runner, run.seconds, run.memory)
        if name != "postgres" and run.wants(f"{name}/antibes"):
            wrong = antibes.measured(name, runner, run.antibes)
    except LookupError as missing:
        print(f"{name}: left out: {missing}")
    return wrong


async def _everything(house: House, run: Run) -> int:
    at_rest, wrong = memory_mib(house.pids), 0
    rates: dict[int, float] = {}  # of the rushes on days with room, by taps a request
    for name, page, connections in pages.VISITS:
        if run.wants(full := f"{house.name}/{name}"):
            path = pages.PAGES[page]
            await pages.run(house, path, 0.5)
            meter = house.meter()
            load = await pages.run(house, path, run.seconds, connections=connections)
            count = await pages.statements(house, path)
            run.pages.add(
                full, load.per_second(), *_speed(load, meter, 1), load.bytes_each, count, *_wrong(load, meter)
            )
            wrong += len(load.errors)
    for rush in rushes.RUSHES:
        if run.wants(full := f"{house.name}/{rush.name}"):
            if not rush.few:
                await rushes.run(house, rush, 0.5)
            meter = house.meter()
            load = await rushes.run(house, rush, run.seconds)
            taps = load.per_second() * rush.size
            if not rush.few and rush.connections == rushes.CONNECTIONS:
                rates[rush.size] = taps
            run.taps.add(full, taps, *_speed(load, meter, rush.size), *_wrong(load, meter))
            wrong += len(load.errors)
    for bare_name, group in BARE.items():
        if not house.name.endswith("x2") and run.wants(full := f"{house.name}/{bare_name}"):
            conversations = await bare.recorded(house, group)
            meter = house.meter()
            taps, spent = await bare.replayed(house, conversations, group, run.seconds / 2)
            portal = rates.get(group if group == 1 else rushes.BATCH, 0.0)
            run.bare.add(full, taps, portal / taps if portal else "–", f"{max(0.0, meter.read()[2]) / spent:.1f}")
    tapped, over, miscounted = await rushes.sold(house)
    run.house.add(house.name, house.start_up, at_rest, memory_mib(house.pids), tapped, over, miscounted)
    return wrong + over + miscounted


def _speed(load: Load, meter: Meter, size: int) -> tuple[float, ...]:
    """Latencies of requests; CPU of the application and of the database for each tap or page."""
    app, database, _ = meter.read()
    each = 1000 / max(1, len(load.answered) * size)
    return *(load.milliseconds(p) for p in (50, 95, 99)), app * each, database * each


def _wrong(load: Load, meter: Meter) -> tuple[int, str]:
    """Wrong answers, the first one told; cores taken by processes that are not ours."""
    if load.errors:
        print("    wrong:", load.errors[0][:300])
    spent = load.answered[-1] - load.began if load.answered else 1.0
    return len(load.errors), f"{max(0.0, meter.read()[2]) / spent:.1f}"


def _where() -> str:
    version = f"Python {platform.python_version()}, {platform.machine()}, {os.cpu_count()} cores"
    return f"Written on {datetime.now(UTC).date()}: {version}, client, server and database together on them."


def _write(tables: str) -> None:
    before, _, rest = DOC.read_text().partition(BEGIN)
    DOC.write_text(f"{before}{BEGIN}\n{tables}\n{END}{rest.partition(END)[2]}")


if __name__ == "__main__":
    sys.exit(main())
