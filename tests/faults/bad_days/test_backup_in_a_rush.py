"""A backup taken while families book comes back whole; what a restore replaces is kept; a running portal is not touched."""

import asyncio
import json
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from server.cli.occupancy import occupied
from server.settings import settings_from_environment
from tests.conftest import ROOT
from tests.faults.bad_days.house import DAYS, NOW, Parent, flips, rows, server_on, settle_town, untruths
from tests.faults.test_rush_over_http import prepared
from tests.journeys.live import LiveServer
from tests.postgres import Cluster

PHONES = 24


@pytest.fixture
def empty_place(request: pytest.FixtureRequest, database_url: str, tmp_path: Path) -> str:
    """The address of a database that does not exist yet (SQLite) or holds nothing (PostgreSQL)."""
    if database_url.startswith("sqlite"):
        return f"sqlite:///{tmp_path}/elsewhere/marelle.db"
    cluster: Cluster = request.getfixturevalue("postgres")
    name = database_url.rpartition("/")[2] + "_back"
    cluster.sql(f"drop database if exists {name}")  # of the test that had our database before
    cluster.sql(f"create database {name}")
    return cluster.url(name)


@pytest.fixture
def rush(database_url: str, tmp_path: Path) -> Iterator[tuple[LiveServer, list[Parent], dict[str, list[str]]]]:
    """A running portal and phones of families that all want the same few places, on many days."""

    async def town() -> Any:
        db, made, pairs, tokens = await prepared(database_url)
        await db.stop()
        return made, pairs, tokens

    made, pairs, tokens = asyncio.run(town())
    server = server_on(database_url, tmp_path / "data")
    server.start()
    sessions = [
        session for (activity, day), session in made.sessions.items() if activity == "atelier" and day > NOW.date()
    ]
    phones = [Parent(server.url, f"acc{n}", tokens[n]) for n in range(PHONES)]
    yield server, phones, {f"acc{n}": [f"{pairs[n][1]}.{session}" for session in sessions[3:]] for n in range(PHONES)}
    server.stop()


@pytest.fixture
def calm(database_url: str, tmp_path: Path) -> Iterator[tuple[LiveServer, Parent, list[str]]]:
    """A running portal, and one phone."""
    town, tokens = settle_town(database_url)
    server = server_on(database_url, tmp_path / "data")
    server.start()
    phone = Parent(server.url, town.refs["owner"], tokens["owner"])
    yield server, phone, [town.square("tom", "cantine", day) for day in DAYS]
    server.stop()


def test_a_backup_in_a_rush_comes_back_whole(rush: Any, empty_place: str, tmp_path: Path) -> None:
    server, phones, squares = rush
    stop = threading.Event()
    crowd = [threading.Thread(target=keep_tapping, args=(phone, squares[phone.account], stop)) for phone in phones]
    for one in crowd:
        one.start()
    while sum(len(phone.acknowledged) for phone in phones) < 100:
        stop.wait(0.02)
    before = {id_: verdict for phone in phones for id_, verdict in list(phone.acknowledged.items())}
    server.run("backup", str(tmp_path / "copy"))
    during = sum(len(phone.acknowledged) for phone in phones) - len(before)
    stop.set()
    for one in crowd:
        one.join()
    print(f"{len(before)} taps acknowledged before, {during} during the backup")
    assert during > 0, "there was no rush"
    assert (tmp_path / "copy").stat().st_mode & 0o777 == 0o600
    server_on(empty_place, tmp_path / "elsewhere").run("restore", str(tmp_path / "copy"))
    assert untruths(empty_place) == {}
    stored = {row["id"]: row for row in rows(empty_place, "select * from tap")}
    assert not before.keys() - stored.keys()
    assert all(json.loads(stored[id_]["verdict"])["state"] == verdict["state"] for id_, verdict in before.items())
    assert effects_missing(empty_place, list(stored.values())) == []
    assert untruths(server.environment["DATABASE_URL"]) == {}


def keep_tapping(phone: Parent, squares: list[str], stop: threading.Event) -> None:
    flip = flips(phone, squares)
    while not stop.is_set():
        flip()


def effects_missing(url: str, taps: list[dict[str, Any]]) -> list[str]:
    """Squares whose booking is not what the last applied tap left, or what a place that became free made of it."""
    bookings = rows(url, "select c.ref, b.session_id, b.state from booking b join child c on c.id = b.child_id")
    states = {f"{row['ref']}.{row['session_id']}": row["state"] for row in bookings}
    last: dict[str, dict[str, Any]] = {}
    for tap in sorted(taps, key=lambda tap: tap["seq"]):
        if tap["outcome"] == "applied":
            last[tap["square"]] = json.loads(tap["verdict"])
    may = {"waiting": ("waiting", "booked"), "free": ("free",), "booked": ("booked",)}
    return [square for square, told in last.items() if states.get(square, "free") not in may[told["state"]]]


def restore(server: LiveServer, file: Path) -> "subprocess.CompletedProcess[str]":
    command = [sys.executable, "-m", "server", "restore", str(file)]
    return subprocess.run(command, cwd=ROOT, env=server._env(), capture_output=True, text=True)


@pytest.mark.parametrize("who", ["serve", "deliver"])
def test_a_restore_refuses_while_the_portal_works_on_that_data(
    calm: Any, database_url: str, tmp_path: Path, who: str
) -> None:
    server, phone, squares = calm
    server.run("backup", str(tmp_path / "copy"))
    flip = flips(phone, squares)
    assert flip().status_code == 200
    if who == "deliver":
        server.stop()
        server.start_deliver()
        settings = settings_from_environment(server._env())
        wait_for(lambda: occupied(settings))
    done = restore(server, tmp_path / "copy")
    assert done.returncode == 1
    assert "The portal is running" in done.stderr
    assert len(rows(database_url, "select id from tap")) == 1


def wait_for(condition: Any) -> None:
    for _ in range(300):
        if condition():
            return
        threading.Event().wait(0.1)
    raise AssertionError("it did not happen")


def test_what_a_restore_replaces_is_kept(calm: Any, database_url: str, tmp_path: Path) -> None:
    server, phone, squares = calm
    server.run("backup", str(tmp_path / "copy"))
    flip = flips(phone, squares)
    assert flip().status_code == 200
    server.stop()
    told = server.run("restore", str(tmp_path / "copy"))
    assert rows(database_url, "select id from tap") == []
    kept = Path(told.rpartition("is kept in ")[2].strip().rstrip("."))
    assert kept.stat().st_mode & 0o777 == 0o600
    server.run("restore", str(kept))  # and back again
    assert [row["id"] for row in rows(database_url, "select id from tap")] == list(phone.acknowledged)


def test_a_damaged_file_is_replaced_and_kept(sqlite_template: Path, tmp_path: Path) -> None:
    (tmp_path / "copy").write_bytes(sqlite_template.read_bytes())
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "marelle.db").write_bytes(b"not a database any more" * 400)
    server = LiveServer(tmp_path / "data", {"DATABASE_URL": f"sqlite:///{tmp_path}/data/marelle.db"})
    told = server.run("restore", str(tmp_path / "copy"))
    kept = Path(told.rpartition("is kept in ")[2].strip().rstrip("."))
    assert kept.read_bytes().startswith(b"not a database")
    assert rows(f"sqlite:///{tmp_path}/data/marelle.db", "select id from account") == []
