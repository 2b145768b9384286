"""The disk becomes read-only: one sentence when the portal starts on it, a clear « later » when it happens under way."""

import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import ROOT, migrated
from tests.faults.bad_days.house import DAYS, LIMIT, Parent, flips, must_hold, server_on, settle_town
from tests.faults.bad_days.volume import Volume, volume
from tests.postgres import binaries_needed, new_cluster


@pytest.fixture
def disk() -> Iterator[Volume]:
    with volume(24) as made:
        yield made


@pytest.fixture
def url_on_disk(disk: Volume, sqlite_template: Path) -> str:
    (disk.place / "marelle.db").write_bytes(sqlite_template.read_bytes())
    return f"sqlite:///{disk.place}/marelle.db"


def told_when_the_disk_dies(disk: Volume, alice: Parent, town: Any) -> Parent:
    """A tap is taken, the disk dies, the next one is told to wait: the parent who tapped."""
    flip = flips(alice, [town.square("tom", "cantine", day) for day in DAYS])
    assert flip().status_code == 200
    disk.break_off()
    refused = flip()
    assert (refused.status_code, refused.json()["error"]) == (503, "busy")
    assert "retry-after" in refused.headers
    return alice


def test_a_disk_that_dies_under_way_loses_nothing(disk: Volume, url_on_disk: str, tmp_path: Path) -> None:
    town, tokens = settle_town(url_on_disk)
    server = server_on(url_on_disk, tmp_path / "data")
    server.start()
    try:
        alice = told_when_the_disk_dies(disk, Parent(server.url, town.refs["owner"], tokens["owner"]), town)
        assert alice.get("/planning").status_code == 200  # reading goes on
        assert alice.get("/sw.js").status_code == 200
        assert server.process and server.process.poll() is None
        server.stop()
        disk.mend()
        server.start()
        alice.until_sent()
        must_hold(url_on_disk, alice)
    finally:
        server.stop()


def test_postgresql_on_a_disk_that_dies_loses_nothing_either(tmp_path: Path) -> None:
    with volume(160) as disk:
        cluster = new_cluster(binaries_needed(), fsync=True, folder=disk.place / "pg", small_journal=True)
        cluster.sql("create database marelle")
        url = cluster.url("marelle")
        migrated({"DATABASE_URL": url})
        cluster.sql("checkpoint")
        subprocess.run(["sync", "-f", str(disk.place)], check=True)  # initdb was spared the wait; this town is older
        town, tokens = settle_town(url)
        server = server_on(url, tmp_path / "data")
        server.start()
        try:
            alice = told_when_the_disk_dies(disk, Parent(server.url, town.refs["owner"], tokens["owner"]), town)
            assert alice.get("/planning").status_code in (200, 503)  # PostgreSQL may have stopped at once
            assert alice.get("/sw.js").status_code == 200
            cluster.stop(check=False)
            end = time.monotonic() + 30
            while cluster.runs():
                assert time.monotonic() < end, "PostgreSQL neither works nor stops"
                time.sleep(0.1)
            disk.mend()
            cluster.start()
            alice.until_sent()
            assert alice.slowest < LIMIT
            must_hold(url, alice)
        finally:
            server.stop()
            if cluster.runs():
                cluster.stop()


@pytest.mark.parametrize("command", ["serve", "deliver", "migrate", "run"])
def test_starting_on_a_read_only_disk_is_one_sentence(
    disk: Volume, url_on_disk: str, tmp_path: Path, command: str
) -> None:
    disk.mend("loop,ro")
    server = server_on(url_on_disk, tmp_path / "data")
    server.environment["MARELLE_DATA"] = str(disk.place)
    done = subprocess.run(
        [sys.executable, "-m", "server", command], cwd=ROOT, env=server._env(), capture_output=True, text=True, timeout=60
    )  # fmt: skip
    assert done.returncode == 1, done.stderr
    assert "Traceback" not in done.stderr
    assert len(done.stderr.strip().splitlines()) == 1
    assert str(disk.place) in done.stderr
