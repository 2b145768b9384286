"""What the rules' screens read: drafts and publications, a year simulated, and whom publishing would touch."""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from server.activities.queries import Activity, Catalogue, catalogue_of, terms_from
from server.activities.rules.running import SCHEDULES, days_of, instant_of
from server.bookings.queries.deadlines import Rules, computed, decoded
from server.bookings.rules.cutoff import SessionTime
from server.bookings.rules.opening import opens_at
from server.bookings.rules.simulation import Planned, Times
from server.database import Row, Work, marks, sql
from server.errors import NotFound
from server.families.rules import custody_from, whose_day

A_YEAR = timedelta(days=365)


@dataclass(frozen=True)
class Draft:
    """Rules being prepared, who last saved them, and the publication they started from."""

    activity_id: int
    revision: int
    base: int
    terms: Mapping[str, Any]
    by: str
    at: datetime


@dataclass(frozen=True)
class Publication:
    """One publication of the history."""

    number: int
    first_day: date
    terms: Mapping[str, Any]
    reason: str
    by: str
    at: datetime


@dataclass(frozen=True)
class Desk:
    """Activities and the drafts under way, by activity."""

    catalogue: Catalogue
    drafts: Mapping[int, Draft]


@dataclass(frozen=True)
class Dossier:
    """One activity: its rules in force, its draft if any, its publications, the latest first."""

    catalogue: Catalogue
    activity: Activity  # its own row: publication 0
    draft: Draft | None
    history: tuple[Publication, ...]

    @property
    def latest(self) -> int:
        """The number of the latest publication, 0 before any."""
        return self.history[0].number if self.history else 0


DRAFTS = """
select d.activity_id, d.revision, d.base, d.book_rule, d.cancel_rule, d.opening_rule, d.validation,
       d.cancel_validation, d.late_cancel, d.waiting_list, d.saved_at, a.first_name, a.last_name
from rule_draft d left join account a on a.id = d.saved_by
"""
HISTORY = """
select r.number, r.first_day, r.book_rule, r.cancel_rule, r.opening_rule, r.validation, r.cancel_validation,
       r.late_cancel, r.waiting_list, r.reason, r.published_at, a.first_name, a.last_name
from activity_rule r left join account a on a.id = r.published_by
where r.activity_id = $1 order by r.number desc
"""


def rules_desk(version: int) -> Work[Desk]:
    """All activities: one statement."""
    catalogue = yield from catalogue_of(version)
    rows = yield sql(DRAFTS)
    return Desk(catalogue, {row["activity_id"]: _draft(row) for row in rows})


def dossier_of(ref: str, version: int) -> Work[Dossier]:
    """One activity: two statements. Raises NotFound."""
    catalogue = yield from catalogue_of(version)
    activity = next((each for each in catalogue.activities.values() if each.ref == ref), None)
    if activity is None:
        raise NotFound
    drafts = yield sql(f"{DRAFTS} where d.activity_id = $1", activity.id)
    rows = yield sql(HISTORY, activity.id)
    return Dossier(catalogue, activity, _draft(drafts[0]) if drafts else None, tuple(map(_publication, rows)))


def _draft(row: Row) -> Draft:
    return Draft(row["activity_id"], row["revision"], row["base"], terms_from(row), _name(row), row["saved_at"])


def _publication(row: Row) -> Publication:
    return Publication(row["number"], row["first_day"], terms_from(row), row["reason"], _name(row), row["published_at"])


def _name(row: Row) -> str:
    return f"{row['first_name']} {row['last_name']}" if row["first_name"] else "un compte supprimé"


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


@dataclass(frozen=True)
class Touched:
    """What publishing at this instant does to squares families see now."""

    closing: int = 0  # free squares that can no longer be booked
    opening: int = 0  # free squares that can be booked again
    stuck: int = 0  # bookings that can no longer be cancelled in time
    loose: int = 0  # bookings that can be cancelled again
    families: int = 0


ENROLLED = """
select e.family_id, e.child_id, e.first_day, e.last_day, h.custody from enrolment e
join household_child h on h.child_id = e.child_id and h.family_id = e.family_id
where e.activity_id = $1 and e.status = 'accepted' and e.last_day >= $2 and e.first_day <= $3
"""
HELD = """
select child_id, family_id, count(*) as n from booking
where session_id in ({marks}) and state not in ('free', 'refused') group by child_id, family_id
"""
BOOKED = """
select family_id, count(*) as n from booking where session_id in ({marks}) and state = 'booked' group by family_id
"""
Days = Sequence[date]


def touched_by(year: Year, activity_id: int, now: datetime) -> Work[Touched]:
    """Squares and families touched at once: five statements at most, none when nothing is."""
    real = [each for each in year.plan if each.session.day in year.ids]
    closing = [each.session.day for each in real if each.old.is_open(now) and not each.new.is_open(now)]
    opening = [each.session.day for each in real if each.new.is_open(now) and not each.old.is_open(now)]
    stuck = [e.session.day for e in real if e.old.cancel.is_open(now) and not e.new.cancel.is_open(now)]
    loose = [e.session.day for e in real if e.new.cancel.is_open(now) and not e.old.cancel.is_open(now)]
    families: set[int] = set()
    closed = yield from _free(closing, year, activity_id, families)
    opened = yield from _free(opening, year, activity_id, families)
    held = yield from _booked(stuck, year, families)
    freed = yield from _booked(loose, year, families)
    return Touched(closed, opened, held, freed, len(families))


def _free(days: Days, year: Year, activity_id: int, families: set[int]) -> Work[int]:
    """The squares of these days nobody has asked for: those of each enrolment, less those held."""
    if not days:
        return 0
    ids = [year.ids[day] for day in days]
    enrolled = yield sql(ENROLLED, activity_id, days[0], days[-1])
    rows = yield sql(HELD.format(marks=marks(len(ids))), *ids)
    held = {(row["child_id"], row["family_id"]): row["n"] for row in rows}
    total = 0
    for row in enrolled:
        free = _mine(row, days) - held.get((row["child_id"], row["family_id"]), 0)
        if free > 0:
            total += free
            families.add(row["family_id"])
    return total


def _mine(enrolled: Row, days: Days) -> int:
    """How many of these days the enrolment covers, the other household's left out."""
    covered = days[bisect_left(days, enrolled["first_day"]) : bisect_right(days, enrolled["last_day"])]
    custody = custody_from(enrolled["custody"])
    return sum(whose_day(custody, day) != "away" for day in covered)


def _booked(days: Days, year: Year, families: set[int]) -> Work[int]:
    if not days:
        return 0
    ids = [year.ids[day] for day in days]
    rows = yield sql(BOOKED.format(marks=marks(len(ids))), *ids)
    families.update(row["family_id"] for row in rows)
    return sum(row["n"] for row in rows)
