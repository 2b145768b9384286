"""The standing cast: a family that owns, a co-guardian, the other household, a stranger, agents with and without the right.

Small on purpose: three children, three activities, five weeks of sessions around Monday 16 November 2026.
"""

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import msgspec

from server.accounts.commands.consents import Shown, keep_consents
from server.accounts.texts import texts_of
from server.database import Database, Work, sql
from server.families.finding import index_families
from server.settings import Settings
from server.web.visitor import Visitor

PARIS = ZoneInfo("Europe/Paris")
PASSWORD = "correct cheval agrafe"  # what everybody of the cast signs in with

FIRST_DAY, LAST_DAY = date(2026, 11, 2), date(2026, 12, 18)
BOOK_EVE_18 = {"kind": "days", "n": 1, "at": "18:00"}


@dataclass
class Town:
    """Everybody's ids and refs, by the name the tests call them."""

    accounts: dict[str, int] = field(default_factory=dict)
    refs: dict[str, str] = field(default_factory=dict)
    families: dict[str, int] = field(default_factory=dict)
    children: dict[str, int] = field(default_factory=dict)
    activities: dict[str, int] = field(default_factory=dict)
    sessions: dict[tuple[str, date], int] = field(default_factory=dict)

    def square(self, child: str, activity: str, day: date) -> str:
        """The key of a square: child ref and session id."""
        return f"{self.refs[child]}.{self.sessions[activity, day]}"

    def visitor(self, name: str, rights: tuple[str, ...] = ()) -> Visitor:
        """`name` as the queries see them."""
        kind = "agent" if name.startswith("agent") else "parent"
        rights = rights or (("bookings", "dossiers") if name == "agent" else ())
        return Visitor(
            self.accounts[name],
            self.refs[name],
            kind,
            name.title(),
            "Dupont",
            frozenset(rights),
            0,
            False,
            self.families.get(HOME.get(name, "")),
            0,
            1,
        )


# Who lives where. Alice and Bob share the owner's household; Lina also lives with Chloe, the other household.
HOME = {"owner": "dupont", "coguardian": "dupont", "other_home": "martin", "stranger": "bernard"}
PEOPLE = {
    "owner": "alice@exemple.fr",
    "coguardian": "bob@exemple.fr",
    "other_home": "chloe@exemple.fr",
    "stranger": "denis@exemple.fr",
}
AGENTS = {"agent": ["bookings", "dossiers", "attendance", "settings"], "agent_without_right": ["content"]}
CHILDREN = {"lina": ("dupont", "martin"), "tom": ("dupont",), "zoe": ("bernard",)}


async def build_town(db: Database, now: datetime) -> Town:
    """Write the cast into an empty database."""
    return await db.write(_write_town, now)


def _write_town(now: datetime) -> Work[Town]:
    town = Town()
    yield sql(
        "insert into catalogue (id, version, zone, public_holiday_zone, time_zone) values (1, 1, 'C', 'metropole', 'Europe/Paris')"
    )
    yield from _write_people(town, now)
    yield from _write_families(town, now)
    yield from _write_activities(town)
    yield from _write_enrolments(town)
    return town


def _write_people(town: Town, now: datetime) -> Work[None]:
    from server.accounts.passwords import cheap_hash  # the tests sign in often: cheap parameters, same format

    hashed = cheap_hash(PASSWORD)
    for name, email in {**PEOPLE, "agent": "agent@ville.fr", "agent_without_right": "stagiaire@ville.fr"}.items():
        kind = "agent" if name in AGENTS else "parent"
        rows = yield sql(
            "insert into account (ref, kind, email, user_name, first_name, last_name, password_hash, rights, demo, created_at) "
            "values ($1, $2, $3, $4, $5, 'Dupont', $6, $7, $8, $9) returning id",
            f"ref-{name[:16]}",
            kind,
            email,
            name,
            name.title(),
            hashed,
            msgspec.json.encode(AGENTS.get(name, [])).decode(),
            True,
            now,
        )
        town.accounts[name], town.refs[name] = rows[0]["id"], f"ref-{name[:16]}"
        yield from agree(rows[0]["id"], now)


def agree(account: int, now: datetime) -> Work[None]:
    """The account has accepted the texts the portal comes with."""
    texts = texts_of(Settings())
    shown = [Shown(one.kind, one.version, one.digest, one.body, "accepted") for one in texts.values()]
    yield from keep_consents(account, shown, now)


def _write_families(town: Town, now: datetime) -> Work[None]:
    for number, family in enumerate(("dupont", "martin", "bernard"), 1):
        rows = yield sql(
            "insert into family (ref, number, name, created_at) values ($1, $2, $3, $4) returning id",
            f"fam-{family}",
            f"F{number:04}",
            family.title(),
            now,
        )
        town.families[family] = rows[0]["id"]
    for name, family in HOME.items():
        yield sql(
            "insert into guardian (family_id, account_id, first_name, last_name, email, holder) values ($1, $2, $3, 'Dupont', $4, $5)",
            town.families[family],
            town.accounts[name],
            name.title(),
            PEOPLE[name],
            name != "coguardian",
        )
    for colour, (child, homes) in enumerate(CHILDREN.items()):
        rows = yield sql(
            "insert into child (ref, first_name, last_name, birth_date, colour) values ($1, $2, 'Dupont', $3, $4) returning id",
            f"kid{child}",
            child.title(),
            date(2018, 3, 1 + colour),
            colour,
        )
        town.children[child], town.refs[child] = rows[0]["id"], f"kid{child}"
        for home in homes:
            custody = {"kind": "always"} if len(homes) == 1 else {"kind": "even" if home == "dupont" else "odd"}
            yield sql(
                "insert into household_child (family_id, child_id, custody) values ($1, $2, $3)",
                town.families[home],
                town.children[child],
                msgspec.json.encode(custody).decode(),
            )
    yield from index_families(list(town.families.values()))


# ref, name, letter, kind, period, hours, validation, cancel_validation, capacity, price
ACTIVITIES = [
    ("cantine", "Cantine", "C", "canteen", "noon", ("12:00", "14:00"), "at_once", "at_once", None, 455),
    ("mercredi", "Mercredi", "M", "wednesday_care", "day", ("08:00", "18:00"), "agent", "agent", None, 1200),
    ("atelier", "Atelier", "A", "study", "evening", ("16:30", "18:00"), "at_once", "at_once", 2, 250),
]


def _write_activities(town: Town) -> Work[None]:
    rule, opening = msgspec.json.encode(BOOK_EVE_18).decode(), '{"kind":"always"}'
    for ref, name, letter, kind, period, (starts, ends), validation, cancelling, capacity, price in ACTIVITIES:
        rows = yield sql(
            "insert into activity (ref, name, short, letter, kind, period, starts_at, ends_at, price_cents, validation, "
            "cancel_validation, book_rule, cancel_rule, opening_rule) "
            "values ($1, $2, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $11, $12) returning id",
            ref,
            name,
            letter,
            kind,
            period,
            starts,
            ends,
            price,
            validation,
            cancelling,
            rule,
            opening,
        )
        town.activities[ref] = rows[0]["id"]
        day = FIRST_DAY
        while day <= LAST_DAY:
            if day.weekday() == 2 if ref == "mercredi" else day.weekday() in (0, 1, 3, 4):
                yield from _write_session(town, ref, day, starts, ends, capacity)
            day += timedelta(days=1)


def _write_session(town: Town, ref: str, day: date, starts: str, ends: str, capacity: int | None) -> Work[None]:
    opening, closing = (datetime.fromisoformat(f"{day}T{hour}").replace(tzinfo=PARIS) for hour in (starts, ends))
    rows = yield sql(
        "insert into session (activity_id, day, starts_at, ends_at, capacity) values ($1, $2, $3, $4, $5) returning id",
        town.activities[ref],
        day,
        opening,
        closing,
        capacity,
    )
    town.sessions[ref, day] = rows[0]["id"]


def _write_enrolments(town: Town) -> Work[None]:
    for child, homes in CHILDREN.items():
        for home in homes:
            for activity in town.activities.values():
                yield sql(
                    "insert into enrolment (child_id, activity_id, family_id, first_day, last_day) values ($1, $2, $3, $4, $5)",
                    town.children[child],
                    activity,
                    town.families[home],
                    date(2026, 9, 1),
                    date(2027, 7, 3),
                )
