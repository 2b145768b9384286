"""A year simulated: the sessions to come, each under the rules in force and under the draft."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from server.activities.queries import Activity, Catalogue
from server.activities.rules.running import SCHEDULES, days_of, instant_of
from server.bookings.desk_queries.rules.dossier import Dossier
from server.bookings.queries.deadlines import Rules, computed, decoded
from server.bookings.rules.cutoff import SessionTime
from server.bookings.rules.opening import opens_at
from server.bookings.rules.simulation import Planned, Times
from server.database import Row, Work, sql

A_YEAR = timedelta(days=365)


@dataclass(frozen=True)
class Year:
    """The sessions to come under the rules in force and under the draft, from its first day on."""

    plan: tuple[Planned, ...]
    ids: Mapping[date, int]  # of the sessions that exist; the others are what the calendar announces


SESSIONS = """
select id, day, starts_at, closed_reason from session where activity_id = $1 and day between $2 and $3 order by day
"""


def year_of(dossier: Dossier, first_day: date, now: datetime, today: date, span: timedelta = A_YEAR) -> Work[Year]:
    """From today to a year (or `span`) after `first_day`: one statement. Closed days are left out.

    Without a draft, the rules in force stand on both sides.
    """
    last, activity, before = max(first_day, today) + span, dossier.activity, dossier.catalogue
    rows = yield sql(SESSIONS, activity.id, today, last)
    sessions = list(_sessions(rows, activity, before, today, last))
    after = before
    if dossier.draft:
        after = before.supposing(activity.id, first_day, dossier.draft.terms)
    plan = plan_of([each for each in sessions if each.starts_at > now], before, after)
    return Year(plan, {row["day"]: row["id"] for row in rows})


def _sessions(
    rows: Sequence[Row], activity: Activity, catalogue: Catalogue, first: date, last: date
) -> Iterable[SessionTime]:
    """The sessions that exist, then those the calendar announces after the last of them."""
    for row in rows:
        if row["closed_reason"] is None:
            yield SessionTime(row["day"], row["starts_at"], activity.id, catalogue.zone)
    after = rows[-1]["day"] + timedelta(days=1) if rows else first
    for day in days_of(SCHEDULES[activity.kind], after, last, catalogue.calendar):
        if catalogue.calendar.closure_on(day, activity.id) is None:
            yield SessionTime(day, instant_of(day, activity.starts_at, catalogue.zone), activity.id, catalogue.zone)


def plan_of(sessions: Sequence[SessionTime], before: Catalogue, after: Catalogue) -> tuple[Planned, ...]:
    """Each session under both catalogues, by the engine that judges taps."""
    old: dict[int, Rules] = {}
    new: dict[int, Rules] = {}
    return tuple(Planned(each, _times(each, before, old), _times(each, after, new)) for each in sessions)


def _times(session: SessionTime, catalogue: Catalogue, known: dict[int, Rules]) -> Times:
    activity = catalogue.on(int(session.activity), session.day)
    if activity.number not in known:
        known[activity.number] = decoded(activity)
    rules = known[activity.number]
    found = computed(rules, session, catalogue, resident=True)
    others = opens_at(rules[2], session, catalogue.calendar, resident=False)
    return Times(found.opens.opens_at, others.opens_at, found.book, found.cancel, rules[:2])
