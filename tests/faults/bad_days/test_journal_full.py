"""PostgreSQL's journal has no room left: it stops, families are told « later », and with space again nothing is lost,
doubled or half-written."""

import subprocess
import time
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path

import httpx
import pytest

from server.notices.commands import Event, tell_all
from tests.conftest import migrated
from tests.faults.bad_days.house import (
    DAYS,
    LIMIT,
    NOW,
    Parent,
    must_hold,
    rows,
    server_on,
    settle_town,
    with_database,
)
from tests.faults.bad_days.test_disk_full import first_refusal
from tests.faults.bad_days.volume import Volume, volume
from tests.journeys.live import LiveServer
from tests.postgres import Cluster, binaries_needed, new_cluster

TOLD = 3  # notices that wait in the outbox when the disk fills
MEANWHILE = 10  # batches while it is full


@pytest.fixture(params=["the journal alone", "everything"])
def what(request: pytest.FixtureRequest) -> str:
    """What of PostgreSQL lies on the disk that fills."""
    return str(request.param)


@pytest.fixture
def disk(what: str) -> Iterator[Volume]:
    with volume(160 if what == "everything" else 32) as made:
        yield made


@pytest.fixture
def cluster(what: str, disk: Volume) -> Iterator[Cluster]:
    """PostgreSQL with its journal on the small disk. It keeps its word (fsync) once it is furnished."""
    home, journal = disk.image.with_name("pg"), disk.place / "journal"
    if what == "everything":
        home, journal = disk.place / "pg", disk.place / "pg" / "journal"
    made = new_cluster(binaries_needed(), folder=home, journal=journal, small_journal=True)
    made.sql("create database marelle")
    migrated({"DATABASE_URL": made.url("marelle")})
    for setting in ("fsync", "synchronous_commit", "full_page_writes"):
        made.sql(f"alter system set {setting} = on")
    made.sql("checkpoint")
    made.sql("select pg_reload_conf()")
    yield made
    if made.runs():
        made.stop()


def test_a_full_journal_loses_and_doubles_nothing(what: str, cluster: Cluster, disk: Volume, tmp_path: Path) -> None:
    url = cluster.url("marelle")
    town, tokens = settle_town(url)
    tell(url, town.accounts["owner"])
    server = server_on(url, tmp_path / "data", MARELLE_NOTICE_DELAY="0", MARELLE_TAPS_PER_MINUTE="100000")
    server.start()
    try:
        alice = Parent(server.url, town.refs["owner"], tokens["owner"])
        squares = [town.square("tom", activity, day) for activity in ("cantine", "atelier") for day in DAYS]
        flip = rounds(alice, squares)
        assert flip().status_code == 200
        disk.fill()
        refused_as_agreed(first_refusal(flip))
        acknowledged = len(alice.acknowledged)
        told = Counter(flip().status_code for _ in range(MEANWHILE))  # it may come back, to fall again
        print(f"{acknowledged} taps until full, then {dict(told)}, {len(alice.waiting)} taps wait")
        assert told.keys() <= {200, 503}
        what_is_asked_meanwhile(alice, squares[0])
        if what == "the journal alone":  # else its log, too, is on the full disk, and the tables may fill first
            assert "PANIC" in cluster.log()
            assert "No space left on device" in cluster.log()
        assert server.process.poll() is None
        disk.empty()
        up_again(cluster)
        alice.until_sent()
        assert flip().status_code == 200
        assert alice.get("/planning").status_code == 200
        assert alice.slowest < LIMIT
        must_hold(url, alice)
        delivered_once(server, url)
    finally:
        server.stop()


def rounds(alice: Parent, squares: list[str]) -> Callable[[], httpx.Response]:
    """Each call taps every square in one batch, which writes much journal: books on the first, frees on the next."""
    done = 0

    def one() -> httpx.Response:
        nonlocal done
        for square in squares:
            alice.tap(square, "free" if done % 2 else "booked", seen=done)
        done += 1
        return alice.send()

    return one


def tell(url: str, account: int) -> None:
    """Notices in the outbox; nobody has sent them yet."""
    payload = {"child": "Lina", "activity": "Cantine", "session": 1, "state": "booked"}
    for kind in ("day_closed", "bookings_refused", "booked_by_agent")[:TOLD]:
        event = Event(account, kind, kind, {**payload, "day": "2026-11-26"})
        with_database(url, lambda db, event=event: db.write(tell_all, [event], NOW))


def refused_as_agreed(answer: httpx.Response) -> None:
    assert (answer.status_code, answer.json()["error"]) == (503, "busy")
    assert "restent sur ce téléphone" in answer.json()["text"]
    assert int(answer.headers["retry-after"]) > 0


def what_is_asked_meanwhile(alice: Parent, square: str) -> None:
    """The form without script says that nothing was recorded; what needs no database is there."""
    form = alice.client.post("/planning/taps", data={"tap": f"{square}~booked~0"})
    if form.status_code == 503:
        assert "n’a pas été enregistré" in form.text
    assert alice.get("/planning").status_code in (200, 503)
    for path in ("/sw.js", "/hors-ligne", "/a/x/app.css"):
        assert alice.get(path).status_code == 200, path


def up_again(cluster: Cluster) -> None:
    """PostgreSQL recovers by itself, or has stopped for good and is started as docs/operating.md says."""
    end = time.monotonic() + 60
    while True:
        assert time.monotonic() < end, cluster.log()
        if not cluster.runs():
            print("it had stopped for good")
            cluster.start()
        try:
            cluster.sql("select 1")
            return
        except subprocess.CalledProcessError:
            time.sleep(0.2)


def delivered_once(server: LiveServer, url: str) -> None:
    """What waited in the outbox leaves now, each notice once."""
    server.start_deliver()
    end = time.monotonic() + 60
    while rows(url, "select id from outbox where notice_id is null") or rows(
        url, "select id from delivery where status = 'waiting'"
    ):
        assert time.monotonic() < end, "the outbox does not leave"
        time.sleep(0.2)
    mails = rows(url, "select status from delivery where channel = 'mail'")
    assert [row["status"] for row in mails] == ["sent"] * len(mails)
    assert len(rows(url, "select id from dev_mail")) == len(mails) == len(rows(url, "select id from notice")) == TOLD
