"""The benchmarks' town: 400 families of three children, four activities every weekday of the year, a third of it booked.

A family's November is 3 × 4 × 21 squares. The taps go to the months after, and to an atelier of few places.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from server.accounts.passwords import hash_now
from server.accounts.rules import token_hash
from server.accounts.texts import texts_of
from server.database import Database, Work, flat, marks, sql, values_marks
from server.settings import Settings

PARIS = ZoneInfo("Europe/Paris")
NOW = datetime(2026, 11, 16, 8, tzinfo=UTC)
PASSWORD = "le cheval agrafe"  # of everybody
FIRST, LAST = date(2026, 9, 1), date(2027, 7, 3)
TAPPED_FROM = date(2027, 1, 4)
PLACES = 20  # of the atelier
ACTIVITIES = (
    ("matin", "Accueil du matin", "morning_care", "morning", "07:30", "08:30", 0),
    ("cantine", "Cantine", "canteen", "noon", "12:00", "14:00", 0),
    ("soir", "Accueil du soir", "evening_care", "evening", "16:30", "18:30", 0),
    ("etude", "Étude", "study", "evening", "16:30", "18:00", 0),
    ("atelier", "Atelier", "study", "evening", "17:00", "18:00", PLACES),
)
RULE, OPENING = '{"kind":"days","n":1,"at":"18:00"}', '{"kind":"always"}'


MOST_CHILDREN = 8
AT_ONCE = 50  # families or sessions written by one statement: PostgreSQL ends those that take too long


@dataclass(frozen=True)
class Size:
    """How large a town; the standard one unless said otherwise."""

    families: int = 400
    children: Sequence[int] = (3,)  # of the first family, the second, … and round again
    places: int = 900  # of sessions that are not the atelier’s
    booked_from: date = FIRST

    def refs_of(self, family: int) -> list[int]:
        """The numbers of a family’s children."""
        count = self.children[(family - 1) % len(self.children)]
        return [family * MOST_CHILDREN + k for k in range(count)]


@dataclass(frozen=True)
class Town:
    """What the load needs to know: who may tap what."""

    children: list[list[tuple[int, str]]]  # ids and refs, by family
    wide: list[int]  # sessions with room for everybody who taps them
    few: list[int]  # sessions of PLACES places


STANDARD = Size()


def token(family: int) -> str:
    """The session cookie of a family."""
    return f"bench-{family}"


def email(family: int) -> str:
    """What a family signs in with, and PASSWORD."""
    return f"famille{family}@exemple.fr"


async def build(db: Database, size: Size = STANDARD) -> Town:
    """Write the town into an empty, migrated database."""
    await db.write(_offer, size.places)
    return await grow(db, size)


async def grow(db: Database, size: Size, since: int = 0) -> Town:
    """Let the families after `since` move in, and book."""
    await db.write(_people, size, since, hash_now(PASSWORD))
    await db.write(_booked, size, since)
    return await db.read(_known)


def _agreed(accounts: range) -> list[tuple[Any, ...]]:
    """Everybody has accepted the texts: one who had not would read them on an opening morning."""
    texts = texts_of(Settings()).values()
    return [(n, one.kind, one.version, one.digest, "accepted", NOW) for n in accounts for one in texts]


def _people(size: Size, since: int, hashed: str) -> Work[None]:
    numbers = range(since + 1, size.families + 1)
    children = [(id_, n, k) for n in numbers for k, id_ in enumerate(size.refs_of(n))]
    first_names = ("Lina", "Tom", "Zoé", "Malik", "Anna", "Hugo", "Inès", "Paul")
    end = NOW + timedelta(days=30)
    yield from _rows(
        "family (id, ref, number, name, created_at)", [(n, f"f{n}", f"F{n}", f"Famille {n}", NOW) for n in numbers]
    )
    yield from _rows(
        "account (id, ref, kind, email, first_name, last_name, password_hash, demo, created_at)",
        [(n, f"account{n}", "parent", email(n), "Camille", "Dupont", hashed, True, NOW) for n in numbers],
    )
    yield from _rows("consent (account_id, kind, version, digest, how, at)", _agreed(numbers))
    yield from _rows(
        "guardian (family_id, account_id, first_name, last_name)", [(n, n, "Camille", "Dupont") for n in numbers]
    )
    yield from _rows(
        "sign_in (account_id, token_hash, device_label, address, created_at, last_seen_at, expires_at)",
        [(n, token_hash(token(n)), "bench", "127.0.0.1", NOW, NOW, end) for n in numbers],
    )
    yield from _rows(
        "child (id, ref, first_name, last_name, birth_date, colour)",
        [(id_, f"kid{id_}", first_names[k], "Dupont", date(2012 + k, 3, 1), k) for id_, _, k in children],
    )
    yield from _rows("household_child (family_id, child_id)", [(n, id_) for id_, n, _ in children])
    yield from _rows(
        "enrolment (child_id, activity_id, family_id, first_day, last_day)",
        [(id_, n, family, FIRST, LAST) for id_, family, _ in children for n in range(1, len(ACTIVITIES) + 1)],
    )


def _offer(places_of_others: int) -> Work[None]:
    activities = list(enumerate(ACTIVITIES, 1))
    yield sql("insert into catalogue values (1, 1, 'C', 'metropole', 'Europe/Paris')")
    yield from _rows(
        "activity (id, ref, name, short, letter, kind, period, position, starts_at, ends_at, price_cents, book_rule, "
        "cancel_rule, opening_rule)",
        [
            (n, ref, name, name, name[0], kind, period, n, starts, ends, 250, RULE, RULE, OPENING)
            for n, (ref, name, kind, period, starts, ends, _) in activities
        ],
    )
    for n, (ref, *_, starts, ends, places) in activities:
        days = _days(TAPPED_FROM if ref == "atelier" else FIRST, whole_weeks=ref == "atelier")
        yield from _rows(
            "session (activity_id, day, starts_at, ends_at, capacity)",
            [(n, day, _at(day, starts), _at(day, ends), places or places_of_others) for day in days],
        )


def _booked(size: Size, since: int) -> Work[None]:
    for first in range(since + 1, size.families + 1, AT_ONCE):
        yield sql(
            "insert into booking (child_id, session_id, family_id, state, version, changed_at) "
            "select h.child_id, s.id, h.family_id, 'booked', 1, f.created_at "
            "from family f join household_child h on h.family_id = f.id cross join session s "
            "where f.id between $1 and $2 and s.day >= $3 and s.day < $4 and (h.child_id * 7 + s.id) % 3 = 0",
            first, first + AT_ONCE - 1, size.booked_from, TAPPED_FROM,
        )  # fmt: skip
    last = (yield sql("select id from session order by id desc limit 1"))[0]["id"]
    for first in range(1, last + 1, AT_ONCE):
        yield sql(
            "update session set taken = (select count(*) from booking b where b.session_id = session.id) "
            "where id between $1 and $2",
            first, first + AT_ONCE - 1,
        )  # fmt: skip


def _known() -> Work[Town]:
    children = yield sql(
        "select h.family_id, c.id, c.ref from household_child h join child c on c.id = h.child_id order by c.id"
    )
    sessions = yield sql("select id, activity_id from session where day >= $1 order by day, activity_id", TAPPED_FROM)
    of_family: dict[int, list[tuple[int, str]]] = {}
    for row in children:
        of_family.setdefault(row["family_id"], []).append((row["id"], row["ref"]))
    return Town(
        [of_family[n] for n in sorted(of_family)],
        wide=[row["id"] for row in sessions if row["activity_id"] != len(ACTIVITIES)],
        few=[row["id"] for row in sessions if row["activity_id"] == len(ACTIVITIES)],
    )


def oversold(sessions: Sequence[int]) -> Work[tuple[int, int, int]]:
    """Of these sessions: how many were tapped, how many hold more than their places, how many count wrongly."""
    rows = yield sql(
        "select s.capacity, s.taken, count(b.id) as held from session s join booking b on b.session_id = s.id "
        f"where s.id in ({marks(len(sessions))}) and b.state = 'booked' group by s.id, s.capacity, s.taken",
        *sessions,
    )
    over = sum(row["held"] > row["capacity"] for row in rows)
    return len(rows), over, sum(row["held"] != row["taken"] for row in rows)


def _rows(into: str, rows: list[tuple[Any, ...]]) -> Work[None]:
    step = 30_000 // len(rows[0])  # values in one statement at most
    for start in range(0, len(rows), step):
        some = rows[start : start + step]
        yield sql(f"insert into {into} values {values_marks(len(some), len(some[0]))}", *flat(some))


def _days(first: date, whole_weeks: bool) -> list[date]:
    days = (first + timedelta(days=n) for n in range((LAST - first).days + 1))
    return [day for day in days if whole_weeks or day.weekday() < 5]


def _at(day: date, hour: str) -> datetime:
    return datetime.fromisoformat(f"{day}T{hour}").replace(tzinfo=PARIS)
