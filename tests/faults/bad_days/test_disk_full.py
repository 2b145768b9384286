"""The disk is full: taps are told so and kept by the phone, reading goes on, and with space again all is as it was."""

from collections.abc import Callable, Iterator
from pathlib import Path

import httpx
import pytest

from tests.conftest import migrated
from tests.faults.bad_days.house import DAYS, Parent, flips, must_hold, rows, server_on, settle_town
from tests.faults.bad_days.volume import Volume, volume
from tests.postgres import Cluster, binaries_needed, new_cluster

MOST = 4_000  # taps until the database needs a new block


@pytest.fixture
def disk(request: pytest.FixtureRequest) -> Iterator[Volume]:
    with volume(160 if "postgres" in request.node.name else 24) as made:
        yield made


@pytest.fixture(params=["sqlite", "postgres"])
def url_on_disk(request: pytest.FixtureRequest, disk: Volume) -> Iterator[str]:
    """A migrated database whose files, and nothing else of importance, lie on the small disk."""
    if request.param == "sqlite":
        (disk.place / "marelle.db").write_bytes(request.getfixturevalue("sqlite_template").read_bytes())
        yield f"sqlite:///{disk.place}/marelle.db"
        return
    cluster = cluster_on(disk)
    yield cluster.url("marelle")
    cluster.stop()


def cluster_on(disk: Volume) -> Cluster:
    """PostgreSQL with its tables on the small disk and its journal elsewhere, as large towns have it."""
    cluster = new_cluster(binaries_needed(), folder=disk.place / "pg", journal=disk.image.with_name("journal"))
    cluster.sql("create database marelle")
    migrated({"DATABASE_URL": cluster.url("marelle")})
    return cluster


def test_a_full_disk_is_said_and_nothing_is_half_written(disk: Volume, url_on_disk: str, tmp_path: Path) -> None:
    town, tokens = settle_town(url_on_disk)
    server = server_on(url_on_disk, tmp_path / "data")
    server.start()
    try:
        alice = Parent(server.url, town.refs["owner"], tokens["owner"])
        squares = [town.square("tom", activity, day) for activity in ("cantine", "atelier") for day in DAYS]
        flip = flips(alice, squares)
        assert flip().status_code == 200
        disk.fill()
        refused = first_refusal(flip)
        kept = len(alice.waiting)
        assert (refused.status_code, refused.json()["error"]) == (503, "busy")
        assert "restent sur ce téléphone" in refused.json()["text"]
        assert int(refused.headers["retry-after"]) > 0
        assert alice.get("/planning").status_code == 200
        assert alice.get("/healthz").status_code == 200
        form = alice.client.post("/planning/taps", data={"tap": f"{squares[0]}~booked~0"})
        assert form.status_code == 503
        assert "n’a pas été enregistré" in form.text
        assert server.process and server.process.poll() is None
        disk.empty()
        alice.until_sent()
        assert kept == 1
        assert flip().status_code == 200
        must_hold(url_on_disk, alice)
    finally:
        server.stop()
    if url_on_disk.startswith("sqlite"):
        assert rows(url_on_disk, "pragma integrity_check") == [{"integrity_check": "ok"}]


def first_refusal(flip: Callable[[], httpx.Response]) -> httpx.Response:
    for _ in range(MOST):
        if (answer := flip()).status_code != 200:
            return answer
    raise AssertionError("the full disk was not noticed")
