"""PostgreSQL stops at once, comes back, or hangs: quick answers meanwhile, everything heals by itself, no tap lost."""

import contextlib
import os
import shutil
import signal
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import anyio
import httpx
import pytest
from anyio import to_thread

from server.adapters.mail import SMTPMailer, server_from
from server.database import Busy, open_database
from server.notices.commands import Event, tell_all
from server.notices.commands.claiming import LEASE
from server.notices.deliver import attempting, compose_round, deliver_round
from tests.cast import build_town
from tests.commands.notices.office import DELIVERIES, booked, office_of, select, told
from tests.conftest import FrozenClock, migrated
from tests.faults.bad_days.house import (
    DAYS,
    LIMIT,
    NOW,
    Parent,
    flips,
    must_hold,
    rows,
    server_on,
    settle_town,
    with_database,
)
from tests.faults.bad_days.offices import mail_server
from tests.faults.notices.services import SENDER
from tests.postgres import Cluster, binaries_needed, new_cluster

AWAY = float(os.environ.get("BAD_DAYS_AWAY", "3"))  # seconds; by hand 60


@pytest.fixture(scope="module")
def cluster() -> Iterator[Cluster]:
    """A cluster of our own, for it will be stopped."""
    made = new_cluster(binaries_needed(), fsync=True)  # what was acknowledged must outlive an immediate stop
    made.sql("create database template_marelle")
    migrated({"DATABASE_URL": made.url("template_marelle")})
    yield made
    made.stop()
    shutil.rmtree(made.folder, ignore_errors=True)


def fresh(cluster: Cluster, name: str) -> str:
    cluster.sql(f"create database {name} template template_marelle")
    return cluster.url(name)


def test_a_stopped_database_is_said_at_once_and_heals_by_itself(cluster: Cluster, tmp_path: Path) -> None:
    url = fresh(cluster, "stopped")
    town, tokens = settle_town(url)
    server = server_on(url, tmp_path / "data", MARELLE_NOTICE_DELAY="0")
    server.start()
    server.start_deliver()
    try:
        alice = Parent(server.url, town.refs["owner"], tokens["owner"])
        squares = [town.square("tom", "cantine", day) for day in DAYS]
        flip = flips(alice, squares)
        assert flip().status_code == 200
        alice.slowest = 0
        cluster.stop("immediate")
        end = time.monotonic() + AWAY
        while time.monotonic() < end:
            assert flip().status_code == 503
            refuses_politely(alice)
            what_needs_no_database_is_there(alice)
            assert alice.get("/aide").status_code == 200  # knows nobody meanwhile
        print(f"slowest answer while away: {alice.slowest * 1000:.0f} ms")
        assert alice.slowest < LIMIT
        cluster.start()
        begun = time.monotonic()
        alice.until_sent()
        print(f"healed in {(time.monotonic() - begun) * 1000:.0f} ms")
        assert alice.get("/planning").status_code == 200
        must_hold(url, alice)
        tell_and_wait(url, town.accounts["owner"])
    finally:
        server.stop()


def refuses_politely(alice: Parent) -> None:
    page = alice.get("/planning")
    assert (page.status_code, page.headers["content-type"]) == (503, "text/html; charset=utf-8")
    assert int(page.headers["refresh"]) == int(page.headers["retry-after"]) > 0
    assert "se recharge d’elle-même" in page.text
    assert alice.get("/f/planning").status_code == 503
    health = alice.get("/healthz")
    assert (health.status_code, health.headers["content-type"]) == (503, "application/json")


def what_needs_no_database_is_there(alice: Parent) -> None:
    for path in ("/sw.js", "/hors-ligne", "/manifest.webmanifest", "/a/x/app.css"):
        assert alice.get(path).status_code == 200, path


def tell_and_wait(url: str, account: int) -> None:
    """The worker that was there all along sends again."""
    payload = {"child": "Lina", "activity": "Cantine", "day": "2026-11-26", "session": 1, "state": "booked"}
    with_database(url, lambda db: db.write(tell_all, [Event(account, "day_closed", "day_closed", payload)], NOW))
    end = time.monotonic() + 45
    while not rows(url, "select id from dev_mail"):
        assert time.monotonic() < end, "the deliver worker did not heal"
        time.sleep(0.2)


def test_a_hanging_database_costs_everybody_a_bounded_time(cluster: Cluster, tmp_path: Path) -> None:
    url = fresh(cluster, "hanging")
    town, tokens = settle_town(url)
    server = server_on(url, tmp_path / "data")
    server.start()
    try:
        alices = [Parent(server.url, town.refs["owner"], tokens["owner"]) for _ in range(10)]
        assert all(alice.get("/planning").status_code == 200 for alice in alices)
        stopped = processes_of(cluster)
        freeze(stopped, signal.SIGSTOP)
        try:
            what_needs_no_database_is_there(alices[0])
            with ThreadPoolExecutor(10) as pool:
                helped = pool.submit(Parent(server.url, "", tokens["owner"]).get, "/aide")
                answers = list(pool.map(lambda alice: alice.get("/planning"), alices))
            assert helped.result().status_code == 200
        finally:
            freeze(stopped, signal.SIGCONT)
        print(f"slowest answer while hanging: {max(alice.slowest for alice in alices):.1f} s")
        assert {answer.status_code for answer in answers} == {503}
        assert max(alice.slowest for alice in alices) < LIMIT
        end = time.monotonic() + 20
        while alices[0].get("/planning").status_code != 200:
            assert time.monotonic() < end, "the pool did not heal"
            time.sleep(0.2)
        what_needs_no_database_is_there(alices[0])
    finally:
        server.stop()


def processes_of(cluster: Cluster) -> list[int]:
    """The postmaster and its children."""
    master = int((cluster.folder / "data" / "postmaster.pid").read_text().split()[0])
    children = Path(f"/proc/{master}/task/{master}/children").read_text().split()
    return [master, *map(int, children)]


def freeze(processes: list[int], how: signal.Signals) -> None:
    for process in processes:
        os.kill(process, how)


async def test_a_mail_taken_while_the_database_is_away_is_written_down_later_and_not_sent_again(
    cluster: Cluster, clock: FrozenClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(attempting, "RECORDING", (0.05,))  # an outage of three seconds is a long one then
    db = open_database(fresh(cluster, "taken"))
    await db.start()
    town = await build_town(db, clock())
    await told(db, town.accounts["owner"], "day_closed", [booked(DAYS[0])], clock())
    async with mail_server() as mail:
        mailer = SMTPMailer(server_from(f"smtp://127.0.0.1:{mail.port}"), SENDER, clock)
        office = replace(office_of(db, clock), mail=mailer, patience={"mail": 0.1})
        mail.mood = "mute"
        await compose_round(office)
        assert await deliver_round(office, "mail") == 1
        with anyio.fail_after(30):
            while not mail.taken:  # noqa: ASYNC110  (the worker makes it true)
                await anyio.sleep(0.02)
        await to_thread.run_sync(cluster.stop)
        mail.let_go()  # « 250 OK », and nobody to note it
        await anyio.sleep(AWAY)
        clock.move(seconds=2 * LEASE.total_seconds())
        await to_thread.run_sync(cluster.start)
        with anyio.fail_after(30):
            while office.under_way:
                with contextlib.suppress(Busy):
                    await deliver_round(office, "mail")
                await anyio.sleep(0.02)
        assert await deliver_round(office, "mail") == 0
    (row,) = await db.read(select, DELIVERIES)
    assert (row["status"], len(mail.taken)) == ("sent", 1)
    await db.stop()


def test_a_portal_started_before_its_database_waits_for_it(cluster: Cluster, tmp_path: Path) -> None:
    url = fresh(cluster, "late")
    town, tokens = settle_town(url)
    cluster.stop("fast")
    server = server_on(url, tmp_path / "data")
    try:
        server.start_without_waiting()
        alice = Parent(server.url, town.refs["owner"], tokens["owner"])
        end = time.monotonic() + 20
        while not listening(alice):
            assert time.monotonic() < end, "the portal did not start without its database"
            time.sleep(0.1)
        assert alice.get("/planning").status_code == 503
    finally:
        cluster.start()
    try:
        assert alice.get("/planning").status_code == 200
    finally:
        server.stop()


def listening(alice: Parent) -> bool:
    try:
        return alice.get("/sw.js").status_code == 200
    except httpx.ConnectError:
        return False
