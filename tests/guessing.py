"""Guessing at doors, and telling by the clock whether a guess was right: known and unknown in turn, compared by rank.

What is compared is CPU time of this whole process (application, its database threads, passwords), so that other work on
the machine hardly matters, and no second is ever asserted on: `advantage` is the chance that a known name costs more
than an unknown one, less a half. Nothing to learn is 0; always dearer is 0.5, always cheaper -0.5.
"""

import gc
import random
import secrets
import time
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from statistics import median
from typing import Any

import httpx

from server.accounts.rules.files import References
from server.accounts.rules.tokens import SIGNATURE, new_ref
from server.database import Database, Rows, Work, flat, sql, values_marks
from server.families.commands.linking import check_references
from server.web.robots import STAMP, stamp
from tests.conftest import FrozenClock

LETTERS = "abcdefghijklmnopqrstuvwxyz234567"
WRONG = "Ce n’est pas celui-là, 1 fois."
ANYWHERE = 1 << 24  # addresses guesses come from: 10.0.0.0/8, a fresh one each, so that no limit shortens the work

Guess = Callable[[], Awaitable[Any]]  # one guess; what the guesser sees, but for the echo of what was typed
Door = Callable[[bool, int], Guess]  # whether the thing exists, and which: a guess, ready to be timed


@dataclass
class Times:
    """CPU seconds of guesses at what exists and at what does not, and everything that was answered."""

    known: list[float] = field(default_factory=list)
    unknown: list[float] = field(default_factory=list)
    said: set[Any] = field(default_factory=set)

    @property
    def advantage(self) -> float:
        """What the clock tells a guesser: Mann and Whitney's U over all pairs, less a half."""
        return _above(self.known, self.unknown) - 0.5

    @property
    def ratio(self) -> float:
        """Median of the known over the median of the unknown."""
        return median(self.known) / median(self.unknown)

    @property
    def noise(self) -> float:
        """The standard deviation of `advantage` when there is nothing to learn."""
        n, m = len(self.known), len(self.unknown)
        return float(((n + m + 1) / (12 * n * m)) ** 0.5)


def _above(some: Sequence[float], others: Sequence[float]) -> float:
    """How often one of `some` exceeds one of `others`, ties halved, by the sum of ranks."""
    ranked = sorted([(value, True) for value in some] + [(value, False) for value in others])
    total, at = 0.0, 0
    while at < len(ranked):
        end = at
        while end < len(ranked) and ranked[end][0] == ranked[at][0]:
            end += 1
        total += (at + end + 1) / 2 * sum(mine for _, mine in ranked[at:end])
        at = end
    return (total - len(some) * (len(some) + 1) / 2) / (len(some) * len(others))


async def timed(door: Door, pairs: int, warm: int = 8, seed: int = 1) -> Times:
    """So many pairs of guesses, each pair in an order drawn, after `warm` that count for nothing."""
    chance, times = random.Random(seed), Times()
    for n in range(-warm, pairs):
        order = [True, False]
        chance.shuffle(order)
        for exists in order:
            guess = door(exists, n % pairs)
            gc.collect(0)
            before = time.process_time()
            said = await guess()
            spent = time.process_time() - before
            if n >= 0:
                (times.known if exists else times.unknown).append(spent)
                times.said.add(said)
    return times


@dataclass
class Guesser:
    """Somebody at the doors of a town with `many` accounts, registrations, links and files; none is a right guess."""

    app: Any
    db: Database
    clock: FrozenClock
    many: int
    check: Callable[..., Any] = check_references
    refs: dict[str, list[str]] = field(default_factory=lambda: {"activation": [], "reset": []})

    async def furnish(self, password_hash: str) -> None:
        """What there is to be found; all accounts with this hash, of a password nobody guesses."""
        for start in range(0, self.many, 500):
            numbers = range(start, min(start + 500, self.many))
            await self.db.write(_furnish, numbers, password_hash, self.refs, self.clock())

    def sign_in(self, exists: bool, n: int) -> Guess:
        """A user name with a wrong password."""
        return self._post("/connexion", {"identifiant": _name(exists, n), "mot_de_passe": WRONG}, _name(exists, n))

    def forgotten(self, exists: bool, n: int) -> Guess:
        """A forgotten password."""
        address = _address("a", exists, n)
        return self._post("/mot-de-passe", {**self._read(), "identifiant": address}, address)

    def lost_link(self, exists: bool, n: int) -> Guess:
        """Another activation link."""
        address = _address("r", exists, n)
        return self._post("/activation/renvoi", {**self._read(), "email": address}, address)

    def activation(self, exists: bool, n: int) -> Guess:
        """A forged link to activate: one whose public half exists, or one made up whole."""
        return self._get("/activation", self._forged("activation", exists, n))

    def reset(self, exists: bool, n: int) -> Guess:
        """The same for a new password."""
        return self._get("/mot-de-passe/nouveau", self._forged("reset", exists, n))

    def file(self, exists: bool, n: int) -> Guess:
        """A file's number with a wrong name and address, from a fresh draft."""
        said = References(f"{'K' if exists else 'U'}{n:06}", "Inconnu", "faux@exemple.fr")
        who, address = secrets.token_hex(8), _from_anywhere()
        self.clock.move(minutes=2)  # the town's own limit, 1,000 a day, would shut this door

        async def guess() -> Any:
            return await self.db.write(self.check, said, who, address, self.clock())

        return guess

    def _forged(self, purpose: str, exists: bool, n: int) -> str:
        ref = self.refs[purpose][n] if exists else new_ref(secrets.token_bytes(8))
        return ref + "".join(secrets.choice(LETTERS) for _ in range(SIGNATURE))

    def _read(self) -> dict[str, str]:
        """What a form carries that was fetched some seconds ago, in a town that is calm: 360 forms an hour."""
        self.clock.move(seconds=10)
        return {STAMP: stamp(self.app.app.state.secret, self.clock() - timedelta(seconds=9))}

    def _post(self, path: str, form: dict[str, str], typed: str) -> Guess:
        browser = self._browser()

        async def guess() -> Any:
            return _seen(await browser.post(path, data=form), typed)

        return guess

    def _get(self, path: str, token: str) -> Guess:
        browser = self._browser()
        browser.cookies.set("marelle-lien", token)

        async def guess() -> Any:
            return _seen(await browser.get(path), token)

        return guess

    def _browser(self) -> httpx.AsyncClient:
        transport = httpx.ASGITransport(self.app, client=(_from_anywhere(), 1))
        return httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1:8000")


def _furnish(numbers: range, password_hash: str, refs: dict[str, list[str]], now: datetime) -> Work[None]:
    names = [_name(True, n) for n in numbers]
    yield from _insert(
        "account (ref, kind, user_name, email, first_name, last_name, password_hash, created_at)",
        [(secrets.token_urlsafe(12), "parent", name, f"a-{name}@exemple.fr", "A", "B", password_hash, now) for name in names],
    )  # fmt: skip
    yield from _insert(
        "registration (ref, way, state, email, password_hash, answers, created_at)",
        [(name, "known_file", "sent", f"r-{name}@exemple.fr", password_hash, '{"identifiant":"x"}', now) for name in names],
    )  # fmt: skip
    for purpose, made in refs.items():
        made += (mine := [new_ref(secrets.token_bytes(8)) for _ in numbers])
        yield from _insert(
            "link (ref, purpose, subject, hours, created_at, expires_at)",
            [(ref, purpose, name, 72, now, now + timedelta(hours=72)) for ref, name in zip(mine, names, strict=True)],
        )
    families = yield from _insert(
        "family (ref, number, name, created_at)",
        [(secrets.token_urlsafe(12), f"K{n:06}", "Bernard", now) for n in numbers],
    )
    yield from _insert(
        "guardian (family_id, first_name, last_name, email)",
        [(row["id"], "Denis", "Bernard", f"g{row['id']}@exemple.fr") for row in families],
    )


def _insert(table: str, rows: Sequence[tuple[Any, ...]]) -> Work[Rows]:
    found: Rows = yield sql(
        f"insert into {table} values {values_marks(len(rows), len(rows[0]))} returning id", *flat(rows)
    )
    return found


def _seen(answer: httpx.Response, typed: str) -> Any:
    """All of an answer but what echoes the guess, and when it was drawn."""
    headers = tuple(sorted((key, value) for key, value in answer.headers.items() if key != "content-length"))
    return answer.status_code, headers, answer.text.replace(typed, "…")


def _name(exists: bool, n: int) -> str:
    return f"{'known' if exists else 'guess'}{n:06}"


def _address(kind: str, exists: bool, n: int) -> str:
    return f"{kind}-{_name(exists, n)}@exemple.fr"


def _from_anywhere() -> str:
    n = secrets.randbelow(ANYWHERE)
    return f"10.{n >> 16}.{n >> 8 & 255}.{n & 255}"
