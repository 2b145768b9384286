"""`python -m server deliver` as a process: killed in the middle, asked to stop, several at once."""

import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import anyio
import pytest

from server.cli.occupancy import occupied
from server.database import Database, Work, sql
from server.notices.commands.choosing import Subscription, subscribe
from server.settings import settings_from_environment
from tests.cast import Town
from tests.commands.notices.office import AUTH, DAYS, DELIVERIES, P256DH, booked, select, told
from tests.conftest import ROOT, FrozenClock
from tests.faults.notices.services import SlowService

START = "2026-11-16T09:00:00+01:00"


@pytest.fixture
def service() -> Iterator[SlowService]:
    made = SlowService()
    yield made
    made.stop()


Start = Callable[..., subprocess.Popen[bytes]]


@pytest.fixture
def variables(database_url: str, tmp_path: Path, service: SlowService) -> dict[str, str]:
    """The settings of a worker on the test's database."""
    return {
        **os.environ,
        "MARELLE_ENV": "demo",
        "MARELLE_NOW": START,
        "MARELLE_DATA": str(tmp_path),
        "DATABASE_URL": database_url,
        "MARELLE_NOTICE_DELAY": "0",
        "MARELLE_PUSH_HOSTS": service.host,
    }


@pytest.fixture
def start(variables: dict[str, str]) -> Iterator[Start]:
    """Starts one more worker."""
    workers = []

    def one_more(*options: str) -> subprocess.Popen[bytes]:
        worker = subprocess.Popen([sys.executable, "-m", "server", "deliver", *options], cwd=ROOT, env=variables)
        workers.append(worker)
        return worker

    yield one_more
    for worker in workers:
        worker.kill()
        worker.wait()


async def until(condition: Callable[[], bool]) -> None:
    with anyio.fail_after(120):
        while not condition():  # noqa: ASYNC110  (another process makes it true)
            await anyio.sleep(0.02)


async def phones(db: Database, town: Town, service: SlowService, clock: FrozenClock, count: int = 1) -> None:
    for n in range(count):
        new = Subscription(f"http://{service.host}/{n}", P256DH, AUTH, str(n))
        await db.write(subscribe, town.accounts["owner"], None, new, clock())


async def settled(db: Database) -> list[str]:
    with anyio.fail_after(120):
        while True:
            states = [row["status"] for row in await db.read(select, DELIVERIES)]
            if states and "waiting" not in states:
                return states
            await anyio.sleep(0.05)


def _end_leases() -> Work[None]:
    yield sql("update delivery set claimed_until = created_at where claimed_until is not null")


async def test_a_worker_killed_in_flight_leaves_its_push_to_the_next(
    db: Database, town: Town, service: SlowService, start: Start, clock: FrozenClock
) -> None:
    await phones(db, town, service, clock)
    await told(db, town.accounts["owner"], "bookings_validated", [booked(DAYS[0])], clock())
    service.pause = 2
    worker = start()
    await until(lambda: len(service.topics) == 1)
    worker.kill()
    service.pause = 0
    assert [row["status"] for row in await db.read(select, DELIVERIES)] == ["waiting"]
    await db.write(_end_leases)  # a minute later
    start()
    assert await settled(db) == ["sent"]
    assert len(service.topics) == 2
    assert len(set(service.topics)) == 1  # the second replaces the first


async def test_a_worker_asked_to_stop_finishes_what_is_under_way(
    db: Database, town: Town, service: SlowService, start: Start, clock: FrozenClock
) -> None:
    await phones(db, town, service, clock, 3)
    await told(db, town.accounts["owner"], "bookings_validated", [booked(DAYS[0])], clock())
    service.pause = 1
    worker = start()
    await until(lambda: len(service.topics) == 3)
    worker.send_signal(signal.SIGTERM)
    await until(lambda: worker.poll() is not None)
    assert worker.returncode == 0
    assert [row["status"] for row in await db.read(select, DELIVERIES)] == ["sent"] * 3


async def test_three_processes_send_each_notice_once(
    db: Database, town: Town, service: SlowService, start: Start, clock: FrozenClock
) -> None:
    await phones(db, town, service, clock, 8)
    for _ in range(3):
        start()
    for kind in ("day_closed", "bookings_refused", "booked_by_agent", "cancellations_decided"):
        await told(db, town.accounts["owner"], kind, [booked(DAYS[0])], clock())
    await until(lambda: len(service.topics) >= 32)
    assert set(await settled(db)) == {"sent"}
    assert len(service.topics) == 32
    assert len(await db.read(select, "select id from notice")) == 4


async def test_once_sends_what_is_due_and_leaves(
    db: Database, town: Town, service: SlowService, start: Start, clock: FrozenClock
) -> None:
    await phones(db, town, service, clock)
    await told(db, town.accounts["owner"], "bookings_refused", [booked(DAYS[0])], clock())
    worker = start("--once")
    await until(lambda: worker.poll() is not None)
    assert worker.returncode == 0
    assert [row["status"] for row in await db.read(select, DELIVERIES)] == ["sent", "sent"]
    assert len(await db.read(select, "select id from dev_mail")) == 1


PARENT = """
import subprocess, sys, time
print(subprocess.Popen([sys.executable, "-m", "server", "deliver", "--with-parent"]).pid, flush=True)
time.sleep(60)
"""


async def test_a_worker_leaves_with_the_process_that_started_it(variables: dict[str, str], db: Database) -> None:
    parent = await anyio.open_process([sys.executable, "-c", PARENT], cwd=ROOT, env=variables, stderr=None)
    assert parent.stdout
    worker = int(await parent.stdout.receive())
    settings = settings_from_environment(variables)
    await until(lambda: occupied(settings))  # at work, and it knows whose child it is
    assert _runs(worker)
    parent.kill()
    await parent.wait()
    await until(lambda: not _runs(worker))


def _runs(pid: int) -> bool:
    """Not gone, nor a zombie nobody waits for."""
    state = subprocess.run(["ps", "-o", "stat=", "-p", str(pid)], capture_output=True, text=True, check=False).stdout
    return bool(state.strip()) and not state.startswith("Z")
