"""`make histories RUSHES=1000`: many rushes in every house, judged twice; figures at the end, status 1 for any fault.

`HOUSE=commands`, `http` or `sqlite` opens only that one, for its share of the rushes.
"""

import asyncio
import sys
import tempfile
import time
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

from tests.conftest import migrated
from tests.faults.histories.houses import House, commands_house, http_house, recording_cluster
from tests.faults.histories.judge import Judged
from tests.postgres import Cluster

LEAST_AT_ONCE = 8  # transactions that must have been open at one instant, in each house on PostgreSQL
HTTP_PROCESSES = 9  # each commits one transaction of gathered taps at a time
SHARES = {"commands": 0.5, "http": 0.25, "sqlite": 0.25}


@dataclass
class Tally:
    """The figures of one house."""

    name: str
    rushes: int = 0
    lines: int = 0
    largest: int = 0
    seconds: float = 0
    peak: int | None = None
    share: float = 0
    searched: int = 0  # the order of the commits did not explain it, a search had to
    undecided: int = 0
    counts: Counter[str] = field(default_factory=Counter)
    faults: list[str] = field(default_factory=list)

    def add(self, done: Judged, nth: int) -> None:
        self.rushes, self.lines = self.rushes + 1, self.lines + done.lines
        self.largest = max(self.largest, done.plan.calls)
        self.counts += done.counts
        self.searched += done.searched
        self.undecided += done.verdict == "undecided"
        self.faults += [f"{self.name}, rush {nth}: {fault}" for fault in done.faults]


@asynccontextmanager
async def opened(kind: str, cluster: Cluster) -> AsyncIterator[House]:
    """One house by its short name, on a fresh database."""
    with tempfile.TemporaryDirectory(prefix="marelle-histories-") as folder:
        url = f"sqlite:///{folder}/marelle.db"
        if kind != "sqlite":
            cluster.sql(f"create database {kind}")
            url = cluster.url(kind)
        migrated({"DATABASE_URL": url})
        async with AsyncExitStack() as stack:
            house = commands_house(url) if kind == "commands" else http_house(url, Path(folder), HTTP_PROCESSES)
            yield await stack.enter_async_context(house)


async def rushes(kind: str, cluster: Cluster, count: int) -> Tally:
    """So many rushes in one house."""
    async with opened(kind, cluster) as house:
        tally, began = Tally(house.name), time.monotonic()
        for nth in range(count):
            done = await house.rush(nth)
            tally.add(done, nth)
            for fault in done.faults:
                print(f"{house.name}, rush {nth}: {fault}", file=sys.stderr, flush=True)
            if done.searched:
                print(f"{house.name}, rush {nth}: searched, {done.verdict}, {done.plan}", file=sys.stderr, flush=True)
            if (nth + 1) % 50 == 0:
                print(f"{house.name}: {nth + 1} rushes, {len(tally.faults)} faults", file=sys.stderr, flush=True)
        tally.seconds = time.monotonic() - began
        if house.sampler:
            tally.peak, tally.share = house.sampler.peak, house.sampler.share(LEAST_AT_ONCE)
            if tally.peak < LEAST_AT_ONCE:
                tally.faults.append(f"{house.name}: never more than {tally.peak} transactions at once")
        return tally


def told(tally: Tally) -> str:
    """One line of the table in docs/benchmarks.md."""
    counts, sent = tally.counts, sum(tally.counts[kind] for kind in ("Tap", "Override", "Decision", "Resize", "Look"))
    at_once = "–" if tally.peak is None else f"{tally.peak} ({tally.share:.0%})"
    return (
        f"| {tally.name} | {tally.rushes} | {sent:,} | {tally.largest} | {counts['unheard']:,} | {counts['repeats']:,} "
        f"| {tally.lines:,} | {tally.searched} | {at_once} | {tally.seconds:.0f} | {tally.undecided} "
        f"| {len(tally.faults) - tally.undecided} |"
    )


async def main(count: int, only: str) -> int:
    """All houses, one after the other, or the one named."""
    shares = {kind: part for kind, part in SHARES.items() if only in ("", kind)}
    with recording_cluster() as cluster:
        tallies = [await rushes(kind, cluster, max(1, round(count * part))) for kind, part in shares.items()]
    print(
        "| house | rushes | calls answered | largest | unheard | repeats | commits | searched | at once | s | undecided "
        "| faults |"
    )
    print("| --- | --: | --: | --: | --: | --: | --: | --: | --: | --: | --: | --: |")
    print("\n".join(told(tally) for tally in tallies))
    faults = [fault for tally in tallies for fault in tally.faults]
    print("\n".join(faults[:20]))
    return 1 if faults else 0


if __name__ == "__main__":
    rushed, house = [*sys.argv[1:], "", ""][:2]
    sys.exit(asyncio.run(main(int(rushed or 20), house)))
