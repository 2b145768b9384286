"""How the cost of a family's pages grows: with its children, and with the town around it. CPU time, which bears neighbours."""

import asyncio

from server.database import sql
from tests.benchmarks import houses, pages
from tests.benchmarks.houses import House
from tests.benchmarks.report import Table
from tests.benchmarks.town import MOST_CHILDREN, Size, grow

CHILDREN = (1, 2, 4, 8)
TOWNS = (1_000, 20_000)  # families
PAGES = ("month", "home")
SHARE = 0.33  # of BENCH_SECONDS for each figure
FIGURES = 3  # measures of each, the least one told: a neighbour only ever adds

Costs = tuple[float, float, float]  # milliseconds of the application, of the database; bytes


def by_children(name: str, runner: asyncio.Runner, seconds: float, table: Table) -> None:
    """Families of one to eight children in one town."""
    with houses.house(name, runner, Size(400, children=range(1, MOST_CHILDREN + 1))) as house:
        for page in PAGES:
            path, first = pages.PAGES[page], 0.0
            for count in CHILDREN:
                families = range(count, 401, MOST_CHILDREN)
                app, database, size = runner.run(_cost(house, path, families, seconds))
                statements = runner.run(pages.statements(house, path, count))
                first = first or app + database
                each = (app + database - first) / (count - 1) if count > 1 else "–"
                table.add(f"{name}/{page}", count, app, database, each, size, size / count, statements)


def by_town(name: str, runner: asyncio.Runner, seconds: float, table: Table) -> None:
    """The same families, before and after nineteen times as many have moved in."""
    small, large = (Size(families, places=100_000, booked_from=houses.TODAY.replace(day=1)) for families in TOWNS)
    with houses.house(name, runner, small) as house:
        before = {page: _town_cost(house, page, runner, seconds) for page in PAGES}
        runner.run(grow(house.db, large, small.families))
        if house.db.engine == "postgres":
            runner.run(house.db.write(_analyze))  # what autovacuum does within minutes
        for page in PAGES:
            few, many = before[page], _town_cost(house, page, runner, seconds)
            ratio = (many[0] + many[1]) / (few[0] + few[1])
            table.add(f"{name}/{page}", few[0], few[1], many[0], many[1], ratio)


def _town_cost(house: House, page: str, runner: asyncio.Runner, seconds: float) -> Costs:
    return runner.run(_cost(house, pages.PAGES[page], range(1, TOWNS[0] + 1), seconds))


async def _cost(house: House, path: str, families: range, seconds: float) -> Costs:
    """The least of a few measures."""
    await pages.run(house, path, 0.3, families, 8)
    found = [await _once(house, path, families, seconds * SHARE) for _ in range(FIGURES)]
    return min(found)


async def _once(house: House, path: str, families: range, seconds: float) -> Costs:
    meter = house.meter()
    load = await pages.run(house, path, seconds, families, 8)
    if load.errors:
        raise AssertionError(load.errors[0])
    app, database, _ = meter.read()
    each = 1000 / len(load.answered)
    return app * each, database * each, load.bytes_each


def _analyze():  # type: ignore[no-untyped-def]
    yield sql("analyze")
