"""A round of the deliver worker: children who usually come and have nothing booked, when the date to book is near.

A file of its own: it reads as a query, writes as a command and is driven by the worker. Any number of workers may
run it at any pace: the reminder's row, one for each child, home and week, makes each notice exactly one.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import groupby
from zoneinfo import ZoneInfo

from server.activities.queries import Catalogue, catalogue_of
from server.bookings.queries.deadlines import deadlines_of
from server.bookings.rules.habit import CAME, COMING, FURTHEST, WITHIN, week_of, weekday_before, worth_telling
from server.bookings.rules.states import UNDER_WAY
from server.database import Database, Row, Work, sql
from server.families.rules import custody_from, whose_day
from server.notices.commands import Event, tell_all

KIND = "cutoff_tomorrow"


@dataclass(frozen=True)
class Empty:
    """One day of one child with nothing booked and its date to book near."""

    family_id: int
    child_id: int
    first_name: str
    session_id: int
    activity: str
    day: date
    until: datetime


async def remind_round(db: Database, now: datetime) -> int:
    """Write the reminders that are due into the outbox; how many children were told of."""
    found: list[Empty] = await db.read(empty_days, now)
    told = 0
    for _, days in groupby(found, key=lambda empty: empty.family_id):
        told += await db.write(remind, list(days), now)
    return told


SESSIONS = """
select id, activity_id, day, starts_at, capacity, taken from session
where day between $1 and $2 and closed_reason is null order by day, id
"""

# Who is enrolled and never touched the square; beside each, how often they came and what they have ahead.
CHILDREN = """
select c.id as child_id, c.first_name, h.family_id, h.custody,
  (select count(*) from booking p join session q on q.id = p.session_id where p.child_id = c.id
    and p.family_id = h.family_id and q.activity_id = $1 and q.day in ($4, $5, $6, $7) and p.state in ({came})) as came,
  (select count(*) from booking p join session q on q.id = p.session_id where p.child_id = c.id
    and p.family_id = h.family_id and q.activity_id = $1 and q.day between $7 and $8 and p.state in ({came})) as lately,
  (select count(*) from booking p join session q on q.id = p.session_id where p.child_id = c.id
    and p.family_id = h.family_id and q.day > $8 and q.day <= $9 and p.state in ({ahead})) as ahead
from enrolment e join child c on c.id = e.child_id
join household_child h on h.child_id = e.child_id and h.family_id = e.family_id
where e.activity_id = $1 and e.status = 'accepted' and e.first_day <= $3 and e.last_day >= $3
  and not exists (select 1 from booking b where b.child_id = c.id and b.session_id = $2)
  and not exists (select 1 from cutoff_reminder r
    where r.family_id = h.family_id and r.child_id = c.id and r.week = $10)
order by h.family_id, c.id
""".format(came=", ".join(f"'{state}'" for state in CAME), ahead=", ".join(f"'{state}'" for state in sorted(UNDER_WAY)))


def empty_days(now: datetime) -> Work[list[Empty]]:
    """The days worth a reminder, family by family: two statements, and one more for each session closing soon."""
    version = (yield sql("select version from catalogue where id = 1"))[0]["version"]
    catalogue = yield from catalogue_of(version)
    today = now.astimezone(ZoneInfo(catalogue.zone)).date()
    found: list[Empty] = []
    for session in (yield sql(SESSIONS, today, today + FURTHEST)):
        until = _closes_soon(session, catalogue, now)
        if until:
            found += yield from _children(session, catalogue, today, until)
    return sorted(found, key=lambda empty: (empty.family_id, empty.child_id, empty.day))


def _closes_soon(session: Row, catalogue: Catalogue, now: datetime) -> datetime | None:
    """When the session closes for booking, if that is within a day and it can be booked until then."""
    activity = catalogue.on(session["activity_id"], session["day"])
    limits = deadlines_of(catalogue, activity, session["day"], session["starts_at"], resident=True).limits
    full = session["capacity"] is not None and session["taken"] >= session["capacity"]
    until = limits.book_until
    if until is None or not now < until <= now + WITHIN or (full and not activity.waiting_list):
        return None
    return until if limits.opens_at is None or limits.opens_at <= now else None


def _children(session: Row, catalogue: Catalogue, today: date, until: datetime) -> Work[list[Empty]]:
    day, activity = session["day"], catalogue.on(session["activity_id"], session["day"])
    rows = yield sql(
        CHILDREN, activity.id, session["id"], day, *weekday_before(day), today, today + COMING, week_of(day)
    )
    return [
        Empty(row["family_id"], row["child_id"], row["first_name"], session["id"], activity.name, day, until)
        for row in rows
        if whose_day(custody_from(row["custody"]), day) == "here"
        and worth_telling(row["came"], row["lately"], row["ahead"])
    ]


ONCE = """
insert into cutoff_reminder (family_id, child_id, week, told_at) values ($1, $2, $3, $4)
on conflict (family_id, child_id, week) do nothing returning id
"""
ADULTS = "select account_id from guardian where account_id is not null and family_id = $1 order by account_id"


def remind(days: Sequence[Empty], now: datetime) -> Work[int]:
    """Tell the adults of one family of these days, of each child once a week; how many children were told of."""
    told: list[list[Empty]] = []
    for (child, week), some in groupby(days, key=lambda empty: (empty.child_id, week_of(empty.day))):
        if (yield sql(ONCE, days[0].family_id, child, week, now)):
            told.append(list(some))
    if told:
        adults = yield sql(ADULTS, days[0].family_id)
        empties = [empty for some in told for empty in some]
        yield from tell_all([_event(row["account_id"], empty) for row in adults for empty in empties], now)
    return len(told)


def _event(account_id: int, empty: Empty) -> Event:
    payload = {
        "child": empty.first_name,
        "activity": empty.activity,
        "day": empty.day.isoformat(),
        "session": empty.session_id,
        "until": empty.until.isoformat(),
    }
    return Event(account_id=account_id, kind=KIND, bundle=KIND, payload=payload)
