"""What every test may ask for: both databases, the small town, a clock, a client on the application."""

import asyncio
import os
import shutil
import subprocess
import sys
from collections.abc import AsyncIterator, Iterator
from concurrent.futures import ThreadPoolExecutor
from copy import deepcopy
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest

import server.app
from server.activities.queries import forget_catalogues
from server.app import create_app
from server.bookings.queries.deadlines import forget_deadlines
from server.database import Database, open_database
from server.settings import Settings, settings_from_environment
from tests.cast import Town, build_town
from tests.framework import framework
from tests.lending import EMPTY, Lender
from tests.postgres import Cluster, binaries_needed, new_cluster

ROOT = Path(__file__).parent.parent


@pytest.fixture(scope="session", autouse=True)
def doors_registered_once() -> Iterator[None]:
    """Applications of one process share what is the same in all of them."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(server.app, "Litestar", framework)
        yield


@pytest.fixture(scope="session")
def anyio_backend() -> str:
    """Async tests run on asyncio, by anyio's plugin."""
    return "asyncio"


class FrozenClock:
    """A clock that stands still until it is moved."""

    def __init__(self, now: datetime) -> None:
        self.now = now

    def __call__(self) -> datetime:
        return self.now

    def move(self, **delta: float) -> None:
        self.now += timedelta(**delta)

    def set(self, iso: str) -> None:
        self.now = datetime.fromisoformat(iso).astimezone(UTC)


@pytest.fixture
def clock() -> FrozenClock:
    """Monday 16 November 2026, 9:00 in Paris."""
    return FrozenClock(datetime(2026, 11, 16, 8, 0, tzinfo=UTC))


@pytest.fixture(scope="session")
def postgres() -> Iterator[Cluster]:
    """A private cluster with a migrated template database."""
    cluster = new_cluster(binaries_needed())
    cluster.sql("create database template_marelle")
    migrated({"DATABASE_URL": cluster.url("template_marelle")})
    yield cluster
    cluster.stop()
    shutil.rmtree(cluster.folder, ignore_errors=True)


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated, empty SQLite file to copy."""
    path = tmp_path_factory.mktemp("template") / "marelle.db"
    migrated({"DATABASE_URL": f"sqlite:///{path}"})
    return path


def migrated(environment: dict[str, str]) -> None:
    """`python -m server migrate`, as an operator runs it."""
    variables = {**os.environ, "MARELLE_ENV": "demo", **environment}
    done = subprocess.run(
        [sys.executable, "-m", "server", "migrate"], cwd=ROOT, env=variables, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.fixture(scope="session")
def lender(postgres: Cluster) -> Iterator[Lender]:
    """Databases of the cluster, a fresh one for each test."""
    lender = Lender(postgres, "template_marelle")
    yield lender
    lender.close()


@pytest.fixture(scope="session")
def furnished_files(tmp_path_factory: pytest.TempPathFactory) -> dict[str, tuple[Path, Town]]:
    """SQLite files with the small town in them, by its hour."""
    return {}


@dataclass
class Ground:
    """A database for one test, and the small town when it stands there already."""

    url: str
    town: Town | None = None


@pytest.fixture(params=["sqlite", "postgres"])
def ground(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Ground]:
    """A migrated database of each engine in turn; a test that asks for the town finds it built."""
    with_town = "town" in request.fixturenames
    now = request.getfixturevalue("clock")() if with_town else None
    if request.param == "sqlite":
        path = tmp_path / "marelle.db"
        template, known = request.getfixturevalue("sqlite_template"), None
        if now:
            template, known = town_file(template, now, request.getfixturevalue("furnished_files"))
        shutil.copy(template, path)
        yield Ground(f"sqlite:///{path}", known)
        return
    lender: Lender = request.getfixturevalue("lender")
    state = f"town of {now}" if now else EMPTY
    lent = lender.lend(state, lambda url: built(url, now))
    yield Ground(lent.url, lent.states[state][1])
    lender.take_back(lent)


def town_file(template: Path, now: datetime, known: dict[str, tuple[Path, Town]]) -> tuple[Path, Town]:
    """The file with the town of that hour, made the first time."""
    if str(now) not in known:
        path = template.with_name(f"town-{len(known)}.db")
        shutil.copy(template, path)
        known[str(now)] = path, built(f"sqlite:///{path}", now)
    return known[str(now)]


def built(url: str, now: datetime) -> Town:
    """The town, written by the house's own port; in a thread, for the tests' own loop is this one's."""

    async def build() -> Town:
        db = open_database(url)
        await db.start()
        town = await build_town(db, now)
        await db.stop()
        return town

    with ThreadPoolExecutor(1) as apart:
        return apart.submit(asyncio.run, build()).result()


@pytest.fixture
def database_url(ground: Ground) -> str:
    """The address of the test's database."""
    return ground.url


@pytest.fixture
def settings(database_url: str, tmp_path: Path) -> Settings:
    """Demo settings on the test's database and folder."""
    return settings_from_environment(
        {
            "MARELLE_ENV": "demo",
            "MARELLE_DATA": str(tmp_path),
            "DATABASE_URL": database_url,
            "MARELLE_NOTICE_DELAY": "0",
        }
    )


@pytest.fixture
async def db(database_url: str) -> AsyncIterator[Database]:
    """An open, empty database."""
    forget_catalogues()
    forget_deadlines()
    database = open_database(database_url)
    await database.start()
    yield database
    await database.stop()


@pytest.fixture
async def town(ground: Ground, db: Database, clock: FrozenClock) -> Town:
    """The small town of tests/cast.py in the test's database."""
    return deepcopy(ground.town) if ground.town else await build_town(db, clock())


@pytest.fixture
async def app(settings: Settings, clock: FrozenClock, town: Town) -> AsyncIterator[Any]:
    """The whole application on the town's database, lifespan running."""
    application = create_app(settings, clock, open_database(settings.database_url))
    async with application.app.lifespan():
        yield application


@pytest.fixture
async def client(app: Any) -> AsyncIterator[httpx.AsyncClient]:
    """Nobody in particular, at the application's door."""
    async with client_of(app) as new:
        yield new


def client_of(app: Any) -> httpx.AsyncClient:
    """A fresh browser: no cookies yet."""
    return httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://127.0.0.1:8000")
