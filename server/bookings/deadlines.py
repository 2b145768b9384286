"""The cutoff engine's answers, remembered by catalogue version: pure results, so any process may remember them.

A file of its own because queries (what to show) and commands (what to accept) must ask the very same question.
"""

from dataclasses import dataclass
from datetime import date, datetime

from server.activities.queries import Activity, Catalogue
from server.bookings.rules.cutoff import Cutoff, Deadline, SessionTime, closes_at, rule_from
from server.bookings.rules.opening import Opening, OpensAt, opening_from, opens_at
from server.bookings.rules.squares import Limits, Terms


@dataclass(frozen=True)
class Deadlines:
    """Opening, booking and cancelling of one session, each with its sentence and its why."""

    opens: OpensAt
    book: Deadline
    cancel: Deadline
    limits: Limits


_known: dict[tuple[int, int, date, bool], Deadlines] = {}
_rules: dict[tuple[int, int], tuple[Cutoff, Cutoff, Opening]] = {}
MOST_KNOWN = 50_000


def deadlines_of(catalogue: Catalogue, activity: Activity, day: date, starts_at: datetime, resident: bool) -> Deadlines:
    """All limits of the session of `activity` on `day`."""
    key = (catalogue.version, activity.id, day, resident)
    found = _known.get(key)
    if found is None or found.limits.starts_at != starts_at:
        if len(_known) > MOST_KNOWN:
            _known.clear()
        found = _known[key] = _computed(catalogue, activity, day, starts_at, resident)
    return found


def terms_of(activity: Activity) -> Terms:
    """How the activity takes bookings, as the rules want it."""
    return Terms(activity.validation, activity.cancel_validation, activity.late_cancel, activity.waiting_list)


def rules_of(catalogue: Catalogue, activity: Activity) -> tuple[Cutoff, Cutoff, Opening]:
    """The decoded rules of an activity: to book, to cancel, to open."""
    key = (catalogue.version, activity.id)
    if key not in _rules:
        if len(_rules) > MOST_KNOWN:
            _rules.clear()
        _rules[key] = (
            rule_from(activity.book_rule),
            rule_from(activity.cancel_rule),
            opening_from(activity.opening_rule),
        )
    return _rules[key]


def forget_deadlines() -> None:
    """For tests, which change databases under one process."""
    _known.clear()
    _rules.clear()


def _computed(catalogue: Catalogue, activity: Activity, day: date, starts_at: datetime, resident: bool) -> Deadlines:
    book_rule, cancel_rule, opening = rules_of(catalogue, activity)
    session = SessionTime(day, starts_at, activity.id, catalogue.zone)
    opens = opens_at(opening, session, catalogue.calendar, resident=resident)
    book = closes_at(book_rule, session, catalogue.calendar, verb="book")
    cancel = closes_at(cancel_rule, session, catalogue.calendar, verb="cancel")
    limits = Limits(
        opens.opens_at, book.closes_at, cancel.closes_at, starts_at, opens.sentence, book.too_late, cancel.too_late
    )
    return Deadlines(opens, book, cancel, limits)
