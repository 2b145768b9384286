"""A live portal for bad days: a town behind a real server, parents who repeat a tap until it is answered, and the truth."""

import asyncio
import resource
import secrets
import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx

from server.accounts.rules import token_hash
from server.database import Database, Work, open_database, sql
from tests.cast import Town, build_town
from tests.journeys.live import LiveServer

NOW = datetime(2026, 11, 16, 8, tzinfo=UTC)
DAYS = [day for n in range(8, 32) if (day := date(2026, 11, 16) + timedelta(n)).weekday() in (0, 1, 3, 4)]
LIMIT = 12.0  # seconds within which every answer must come, whatever is broken behind; phones give up after eight


def with_database(url: str, work: Callable[[Database], Any]) -> Any:
    """`await work(db)` on a database of our own, from outside the server."""

    async def opened() -> Any:
        db = open_database(url)
        await db.start()
        try:
            return await work(db)
        finally:
            await db.stop()

    return asyncio.run(opened())


def select(text: str, *args: Any) -> Work[list[dict[str, Any]]]:
    rows = yield sql(text, *args)
    return [dict(row) for row in rows]


def rows(url: str, text: str, *args: Any) -> list[dict[str, Any]]:
    """What the database holds, or what a statement with `returning` did to it."""
    found: list[dict[str, Any]] = with_database(url, lambda db: db.write(select, text, *args))
    return found


def settle_town(url: str, names: tuple[str, ...] = ("owner",)) -> tuple[Town, dict[str, str]]:
    """The cast in an empty database, and a session for each of `names`."""
    tokens = {name: secrets.token_urlsafe(32) for name in names}

    def let_in(account: int, token: str) -> Work[None]:
        yield sql(
            "insert into sign_in (account_id, token_hash, device_label, address, created_at, last_seen_at, expires_at) "
            "values ($1, $2, 'test', '127.0.0.1', $3, $3, $4)",
            account, token_hash(token), NOW, NOW + timedelta(days=30),
        )  # fmt: skip

    async def settle(db: Database) -> Town:
        town = await build_town(db, NOW)
        for name, token in tokens.items():
            await db.write(let_in, town.accounts[name], token)
        return town

    return with_database(url, settle), tokens


def server_on(url: str, folder: Path, **environment: str) -> LiveServer:
    """A server of this checkout on that database; not started yet."""
    folder.mkdir(exist_ok=True)
    return LiveServer(folder, {"DATABASE_URL": url, "MARELLE_NOW": NOW.isoformat(), **environment})


@contextmanager
def many_files() -> Iterator[None]:
    """Room for thousands of connections, here and in what is started meanwhile."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (max(soft, min(hard, 8_192)), hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))


@dataclass
class Parent:
    """A phone of one account: taps, keeps what was not answered, notes what was acknowledged."""

    url: str
    account: str
    token: str
    device: str = field(default_factory=lambda: str(uuid.uuid4()))
    seq: int = 0
    waiting: list[dict[str, Any]] = field(default_factory=list)
    acknowledged: dict[str, dict[str, Any]] = field(default_factory=dict)
    slowest: float = 0

    def __post_init__(self) -> None:
        self.client = httpx.Client(
            base_url=self.url, cookies={"marelle": self.token}, timeout=LIMIT, limits=httpx.Limits(max_connections=4),
            verify=False,  # no certificates to read here, which costs more than a request
        )  # fmt: skip

    def get(self, path: str, **headers: str) -> httpx.Response:
        begun = time.monotonic()
        answer = self.client.get(path, headers=headers)
        self.slowest = max(self.slowest, time.monotonic() - begun)
        return answer

    def tap(self, square: str, want: str, seen: int = 0) -> None:
        """Put one change of mind into the queue."""
        self.seq += 1
        self.waiting.append(
            {"id": str(uuid.uuid4()), "square": square, "want": want, "unit": None, "seq": self.seq, "seen": seen, "at": 1}
        )  # fmt: skip

    def send(self) -> httpx.Response:
        """One POST of what waits (at most 100), as the courier does; on 200 the verdicts are noted."""
        body = {"account": self.account, "device": self.device, "taps": self.waiting[:100]}
        begun = time.monotonic()
        answer = self.client.post("/taps", json=body)
        self.slowest = max(self.slowest, time.monotonic() - begun)
        if answer.status_code == 200:
            for verdict in answer.json()["verdicts"]:
                self.acknowledged[verdict["id"]] = verdict
            self.waiting = [tap for tap in self.waiting if tap["id"] not in self.acknowledged]
        return answer

    def until_sent(self, seconds: float = 120) -> None:
        """Try again until nothing waits."""
        end = time.monotonic() + seconds
        while self.waiting:
            assert time.monotonic() < end, "the taps were not taken"
            if self.send().status_code != 200:
                time.sleep(0.1)


def flips(parent: Parent, squares: list[str]) -> Callable[[], httpx.Response]:
    """Each call taps the next square, booking on the first round and freeing on the second, and so on."""
    done = 0

    def one() -> httpx.Response:
        nonlocal done
        turn, at = divmod(done, len(squares))
        parent.tap(squares[at], "free" if turn % 2 else "booked", seen=turn)
        done += 1
        return parent.send()

    return one


HELD = "('requested', 'to_pay', 'booked', 'cancel_requested')"
TRUTHS = {
    "places counted otherwise than booked": f"select s.id from session s where s.taken <> (select count(*) from "
    f"booking b where b.session_id = s.id and b.state in {HELD})",
    "more places taken than there are": "select id from session where taken > capacity",
    "squares twice": "select child_id from booking group by child_id, session_id having count(*) > 1",
    "ranks twice": "select rank from booking where rank is not null group by session_id, rank having count(*) > 1",
}


def untruths(url: str) -> dict[str, int]:
    """Which invariants of the bookings do not hold, and how often."""

    async def look(db: Database) -> dict[str, int]:
        return {name: n for name, text in TRUTHS.items() if (n := len(await db.read(select, text)))}

    found: dict[str, int] = with_database(url, look)
    return found


def must_hold(url: str, *parents: Parent, may: dict[str, tuple[str, ...]] | None = None) -> None:
    """Every acknowledged tap is there with its verdict, every last wish has its effect, and nothing is half-written.

    `may`: what a square told as … may have become since without its family.
    """
    assert untruths(url) == {}
    stored = {row["id"]: row["outcome"] for row in rows(url, "select id, outcome from tap")}
    states = {
        f"{row['ref']}.{row['session_id']}": row["state"]
        for row in rows(url, "select c.ref, b.session_id, b.state from booking b join child c on c.id = b.child_id")
    }
    for parent in parents:
        assert not parent.waiting
        last: dict[str, dict[str, Any]] = {}
        for id_, verdict in parent.acknowledged.items():
            assert stored.get(id_) == verdict["outcome"], "an acknowledged tap is not there"
            last[verdict["square"]] = verdict
        for square, verdict in last.items():
            assert states.get(square, "free") in (may or {}).get(verdict["state"], (verdict["state"],))
