"""What a process keeps: its memory against the answers it has given, in a mixture of pages, as long as one likes.

The ordinary run lasts a minute and a half and says what an hour would come to at most, by the slope of its second half; the hour itself is
BENCH_SECONDS=3600 BENCH_ONLY=sqlite/memory make bench.
"""

import asyncio
from statistics import linear_regression

from tests.benchmarks import houses, pages
from tests.benchmarks.machine import memory_mib
from tests.benchmarks.report import Table

SHORTEST = 90.0  # seconds
SAMPLES = 12


def measured(name: str, runner: asyncio.Runner, seconds: float, table: Table) -> None:
    """Memory at rest, in the middle, at the end, and what it grows by for every 100,000 answers."""
    with houses.house(name, runner) as house:
        rest, answers, seen = memory_mib(house.pids), 0, list[tuple[int, float]]()
        length = max(SHORTEST, seconds)
        for n in range(SAMPLES):
            path = list(pages.PAGES.values())[n % len(pages.PAGES)]
            load = runner.run(pages.run(house, path, length / SAMPLES))
            if load.errors:
                raise AssertionError(load.errors[0])
            answers += len(load.answered)
            seen.append((answers, memory_mib(house.pids)))
        half = seen[SAMPLES // 2 :]
        slope = linear_regression(*zip(*half, strict=True)).slope
        hour = seen[-1][1] + max(0.0, slope) * answers * (3600 / length - 1)
        table.add(name, length, answers, rest, half[0][1], seen[-1][1], slope * 100_000, hour)
