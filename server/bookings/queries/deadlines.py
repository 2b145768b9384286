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


Rules = tuple[Cutoff, Cutoff, Opening]  # to book, to cancel, to open

_known: dict[tuple[int, int, date, bool], Deadlines] = {}
_rules: dict[tuple[int, int, int], Rules] = {}
MOST_KNOWN = 50_000


def deadlines_of(catalogue: Catalogue, activity: Activity, day: date, starts_at: datetime, resident: bool) -> Deadlines:
    """All limits of the session of `activity` on `day`, under the rules published for that day."""
    key = (catalogue.version, activity.id, day, resident)
    found = _known.get(key)
    if found is None or found.limits.starts_at != starts_at:
        if len(_known) > MOST_KNOWN:
            _known.clear()
        in_force = catalogue.on(activity.id, day)
        session = SessionTime(day, starts_at, activity.id, catalogue.zone)
        found = _known[key] = computed(rules_of(catalogue, in_force), session, catalogue, resident)
    return found


def terms_of(activity: Activity) -> Terms:
    """How the activity takes bookings, as the rules want it; `activity` as it is on the session's day."""
    return Terms(activity.validation, activity.cancel_validation, activity.late_cancel, activity.waiting_list)


def rules_of(catalogue: Catalogue, activity: Activity) -> Rules:
    """The decoded rules of an activity, as it is on one day."""
    key = (catalogue.version, activity.id, activity.number)
    if key not in _rules:
        if len(_rules) > MOST_KNOWN:
            _rules.clear()
        _rules[key] = decoded(activity)
    return _rules[key]


def decoded(activity: Activity) -> Rules:
    """The same, nothing remembered: for catalogues that only suppose."""
    return rule_from(activity.book_rule), rule_from(activity.cancel_rule), opening_from(activity.opening_rule)


def computed(rules: Rules, session: SessionTime, catalogue: Catalogue, resident: bool) -> Deadlines:
    """The limits of one session under some rules: what `deadlines_of` enforces, and what a simulation shows."""
    book_rule, cancel_rule, opening = rules
    opens = opens_at(opening, session, catalogue.calendar, resident=resident)
    book = closes_at(book_rule, session, catalogue.calendar, verb="book")
    cancel = closes_at(cancel_rule, session, catalogue.calendar, verb="cancel")
    limits = Limits(
        opens.opens_at,
        book.closes_at,
        cancel.closes_at,
        session.starts_at,
        opens.sentence,
        book.too_late,
        cancel.too_late,
    )
    return Deadlines(opens, book, cancel, limits)


def forget_deadlines() -> None:
    """For tests, which change databases under one process."""
    _known.clear()
    _rules.clear()
