"""A short fixed set of rushes in each house, and the negative control: with the locks taken out both judges must say no.

`make histories RUSHES=1000` is the long one; its figures are in docs/benchmarks.md.
"""

import asyncio
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.conftest import migrated
from tests.faults.histories.houses import House, commands_house, http_house, recording_cluster
from tests.faults.histories.judge import Judged
from tests.faults.histories.unlocked import CONSTRAINTS, without_locks
from tests.postgres import Cluster


@pytest.fixture(scope="module")
def cluster() -> Iterator[Cluster]:
    try:
        with recording_cluster() as found:
            found.sql("create database template_histories")
            migrated({"DATABASE_URL": found.url("template_histories")})
            yield found
    except LookupError as missing:
        pytest.skip(str(missing))


async def rushes(house: House, count: int) -> list[Judged]:
    return [await house.rush(nth) for nth in range(count)]


def fresh(cluster: Cluster, name: str) -> str:
    cluster.sql(f"create database {name} template template_histories")
    return cluster.url(name)


def test_eight_transactions_at_once_keep_to_the_rule(cluster: Cluster) -> None:
    async def together() -> tuple[list[Judged], int]:
        async with commands_house(fresh(cluster, "commands")) as house:
            done = await rushes(house, 9)
            assert house.sampler
            return done, house.sampler.peak

    done, peak = asyncio.run(together())
    assert [fault for each in done for fault in each.faults] == []
    assert peak >= 8
    told = sum((each.counts for each in done), start=done[0].counts.__class__())
    assert all(told[kind] for kind in ("Tap", "Override", "Decision", "Resize", "Look", "repeats", "unheard"))


def test_rushes_over_http_keep_to_the_rule(cluster: Cluster, tmp_path: Path) -> None:
    async def served(url: str) -> list[Judged]:
        async with http_house(url, tmp_path) as house:
            return await rushes(house, 3)

    assert [fault for each in asyncio.run(served(fresh(cluster, "http"))) for fault in each.faults] == []


def test_rushes_over_http_on_sqlite_keep_to_the_rule(sqlite_template: Path, tmp_path: Path) -> None:
    async def served(url: str) -> list[Judged]:
        async with http_house(url, tmp_path) as house:
            return await rushes(house, 3)

    copy = tmp_path / "marelle.db"
    copy.write_bytes(sqlite_template.read_bytes())
    assert [fault for each in asyncio.run(served(f"sqlite:///{copy}")) for fault in each.faults] == []


def test_without_locks_both_judges_say_no(cluster: Cluster) -> None:
    """The proof that the judges can see: places are given twice, and they say so."""

    async def unlocked() -> list[Judged]:
        url = fresh(cluster, "unlocked")
        cluster.sql(CONSTRAINTS, "unlocked")
        async with commands_house(url, without_locks) as house:
            return await rushes(house, 3)

    done = asyncio.run(unlocked())
    assert all(each.commit_faults for each in done)
    assert any("places given of" in fault for each in done for fault in each.commit_faults)
    assert any("not linear" in fault for each in done for fault in each.search_faults)
