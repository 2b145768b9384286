"""« Malade aujourd'hui » in words: the days one may choose, what happens to each booking, what stays to be paid."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta
from itertools import groupby
from urllib.parse import quote_plus

from server.bookings.queries.absences import Absence, days_booked, promised
from server.bookings.queries.squares import Child, Span
from server.bookings.rules.absence import MOST_DAYS, Line, promise_of, total_of
from server.bookings.screens.squares import Values, child_of
from server.families.rules import whose_day
from server.french import NBSP, day_long, listed, plural


def last_choice(today: date) -> date:
    """The last day an absence may cover."""
    return today + timedelta(days=MOST_DAYS - 1)


def asking_of(
    span: Span, child: Child | None, first: date | None, last: date | None, today: date, now: datetime
) -> Values:
    """The page before the parent confirms. `first` and `last` are what the address asks for, if anything sensible."""
    tabs = [_tab(each, each == child, span, now) for each in span.children]
    if child is None:
        return {"tabs": tabs, "child": None, "days": [], "lines": [], "may": False}
    first = first or next(days_booked(span, child, now), today)
    last = max(first, last or first)
    lines = promised(span, child, first, last, now)
    return {
        "tabs": tabs,
        "child": child_of(child),
        "first": first.isoformat(),
        "last": last.isoformat(),
        "choices": [_choice(day, today) for day in _choices(span, child, today, first, last)],
        "days": _days(lines, today),
        "when": when_of(first, last, today),
        "total": total_of(lines),
        "final": listed(
            [f"{line.activity} {day_long(line.day)}" for line in lines if line.final and line.after == "free"]
        ),
        "promise": promise_of(lines),
        "may": any(line.changes for line in lines),
    }


def _lost_for_good(lines: Iterable[Line]) -> str:
    """What could not be booked again, once cancelled."""
    return listed([f"{line.activity} {day_long(line.day)}" for line in lines if line.final and line.after == "free"])


def _tab(child: Child, current: bool, span: Span, now: datetime) -> Values:
    count = len(list(days_booked(span, child, now)))
    note = plural(count, "jour réservé", "jours réservés") if count else "rien de réservé"
    return {**child_of(child), "url": f"/absence?enfant={quote_plus(child.ref)}", "current": current, "note": note}


def _choices(span: Span, child: Child, today: date, *asked: date) -> list[date]:
    """Today, and the days of the fortnight on which the child could come."""
    days = {
        slot.day for slot in span.slots if slot.child.id == child.id and whose_day(child.custody, slot.day) == "here"
    }
    return sorted(days | {today, *asked})


def _choice(day: date, today: date) -> Values:
    return {"iso": day.isoformat(), "label": _called(day, today)}


def _called(day: date, today: date) -> str:
    near = {0: "aujourd’hui, ", 1: "demain, "}.get((day - today).days, "")
    return f"{near}{day_long(day)}"


def when_of(first: date, last: date, today: date) -> str:
    """« aujourd'hui, lundi 16 novembre », « du lundi 16 au mercredi 18 novembre »."""
    return _called(first, today) if first == last else f"du {day_long(first)} au {day_long(last)}"


def _days(lines: Iterable[Line], today: date) -> list[Values]:
    return [
        {"title": _called(day, today).capitalize(), "lines": [_line(line) for line in some]}
        for day, some in groupby(lines, key=lambda line: line.day)
    ]


def _line(line: Line) -> Values:
    return {"activity": line.activity, "words": line.words, "mood": _mood(line)}


def _mood(line: Line) -> str:
    """ok, wait or no: how the line looks beside its words."""
    if line.due_cents:
        return "no"
    return "wait" if line.doubtful_cents or not line.changes else "ok"


def declared_of(absence: Absence, today: date) -> Values:
    """One declared absence, as its page wants it."""
    undone = absence.undone_at is not None
    return {
        "ref": absence.ref,
        "child": absence.child,
        "when": when_of(absence.first, absence.last, today),
        "declared_at": absence.declared_at,
        "undone_at": absence.undone_at,
        "days": _days(absence.lines, today),
        "total": "" if undone else total_of(absence.lines),
        "may_undo": absence.may_be_undone and absence.last >= today,
    }


def ahead_of(absences: Sequence[Absence], today: date) -> list[Values]:
    """The absences declared and not over, as a list of links."""
    return [
        {
            "url": f"/absence/{absence.ref}",
            "text": f"{absence.child}{NBSP}: {when_of(absence.first, absence.last, today)}",
        }
        for absence in absences
    ]
