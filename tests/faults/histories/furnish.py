"""The town of the rushes: 200 families of one child each, three activities, a fresh session for each rush."""

import secrets
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta

import msgspec

from server.accounts.rules import token_hash
from server.activities.queries import forget_catalogues
from server.bookings.queries.deadlines import forget_deadlines
from server.database import Database, Work, flat, sql, values_marks
from tests.cast import BOOK_EVE_18, Town, build_town
from tests.commands.bookings.test_rush import crowd
from tests.desk import rows_of
from tests.faults.test_rush_over_http import doors

NOW = datetime(2026, 11, 16, 8, tzinfo=UTC)
FIRST, LAST = date(2027, 1, 1), date(2031, 12, 31)
STAGE = """
insert into activity (ref, name, short, letter, kind, period, starts_at, ends_at, price_cents, waiting_list,
  book_rule, cancel_rule, opening_rule)
values ('stage', 'Stage', 'Stage', 'S', 'leisure_centre', 'day', '09:00', '17:00', 900, $1, $2, $2, '{"kind":"always"}')
returning id
"""
SESSION = (
    "insert into session (activity_id, day, starts_at, ends_at, capacity) values ($1, $2, $3, $4, $5) returning id"
)


@dataclass
class Furnished:
    """A town ready for rushes."""

    town: Town
    families: list[int]  # by the child's number
    tokens: list[str]
    agent_token: str
    used: dict[str, int] = field(default_factory=dict)  # days taken so far, by activity
    days: dict[int, date] = field(default_factory=dict)  # of each session made

    def ref(self, child: int) -> str:
        return f"k{child}"

    async def session(self, db: Database, activity: str, capacity: int) -> int:
        """A session of that activity on a day that has none yet."""
        nth = self.used[activity] = self.used.get(activity, -1) + 1
        opens = datetime(2027, 1, 1, 9, tzinfo=UTC) + timedelta(days=nth)
        rows = await db.write(
            rows_of, SESSION, self.town.activities[activity], opens.date(), opens, opens + timedelta(hours=3), capacity
        )
        self.days[rows[0]["id"]] = opens.date()
        return int(rows[0]["id"])


async def furnish(db: Database) -> Furnished:
    """Build the town in an empty database."""
    forget_catalogues()  # they are remembered by version, and every town's first is 1
    forget_deadlines()
    town = await build_town(db, NOW)
    pairs = sorted(await db.write(crowd, town, NOW), key=lambda pair: int(pair[1][1:]))
    tokens, agent_token = [secrets.token_urlsafe(32) for _ in pairs], secrets.token_urlsafe(32)
    await db.write(doors, pairs, tokens)
    await db.write(_rest, town, agent_token)
    return Furnished(town, [family for family, _ in pairs], tokens, agent_token)


def _rest(town: Town, agent_token: str) -> Work[None]:
    rule = msgspec.json.encode(BOOK_EVE_18).decode()
    town.activities["stage"] = (yield sql(STAGE, False, rule))[0]["id"]
    children = yield sql(
        "select h.child_id, h.family_id from household_child h join child c on c.id = h.child_id where c.last_name = 'Rush'"
    )
    yield sql("delete from enrolment where child_id in (select id from child where last_name = 'Rush')")
    for activity in ("atelier", "mercredi", "stage"):
        rows = [(c["child_id"], town.activities[activity], c["family_id"], date(2026, 9, 1), LAST) for c in children]
        yield sql(
            f"insert into enrolment (child_id, activity_id, family_id, first_day, last_day) values {values_marks(len(rows), 5)}",
            *flat(rows),
        )
    yield sql(
        "insert into sign_in (account_id, token_hash, device_label, address, created_at, last_seen_at, expires_at) "
        "values ($1, $2, 't', '127.0.0.1', $3, $3, $4)",
        town.accounts["agent"],
        token_hash(agent_token),
        NOW,
        NOW + timedelta(days=30),
    )
