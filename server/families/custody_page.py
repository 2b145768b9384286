"""What the custody pages show, for a parent and for an agent alike: a file of its own, both halves draw from it."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

from server.families.custody_words import Names, month_shown, months_from, runs_of, sentences_of
from server.families.queries.custody import Holidays, Home, SharedChild, Wish
from server.families.rules import custody_form as fields
from server.families.rules.custody import MOST_WEEKS, Custody, starting
from server.fields import Field, Typed
from server.french import WEEKDAYS, day_long

Values = dict[str, Any]
AHEAD = timedelta(weeks=10)  # how far the days that change homes are told
MOST_RUNS = 12


def pattern_values(
    custody: Custody, names: Names, today: date, months: int = 2, before: Custody | None = None
) -> Values:
    """A custody in sentences and months."""
    return {
        "names": names,
        "sentences": sentences_of(custody, names, today),
        "months": [month_shown(custody, first, before) for first in months_from(today, months)]
        if custody.shared
        else [],
    }


def compared(child: SharedChild, custody: Custody, since: date, known: Holidays, names: Names, today: date) -> Values:
    """The custody as it is and as it would be, from this home, with the days that would change homes."""
    new = supposed(child.mine, custody, since, known, today)
    runs = runs_of(child.mine.custody, new, today, max(today, since) + AHEAD)
    return {
        "old": pattern_values(child.mine.custody, names, today),
        "new": pattern_values(new, names, today, 3, child.mine.custody),
        "since": f"{day_long(since)} {since.year}",
        "runs": runs[:MOST_RUNS],
        "more": max(0, len(runs) - MOST_RUNS),
        "known": child.mine.custody.shared,
    }


def supposed(home: Home, custody: Custody, since: date, known: Holidays, today: date) -> Custody:
    """What a home's custody would be."""
    return starting(with_holidays(custody, known), max(since, today), home.custody)


def with_holidays(custody: Custody, known: Holidays) -> Custody:
    """The halves of the holidays that are known."""
    return replace(custody, holidays=known if custody.half else ())


def form_values(typed: Typed) -> Values:
    """The form's fields in their groups."""
    weeks = [(n + 1, fields.TICKS[7 * n : 7 * n + 7]) for n in range(MOST_WEEKS)]
    sure = fields.SURE if typed.error(fields.SURE.name) or typed.ticked(fields.SURE.name) else None
    return {
        "kind": fields.KIND, "change": _asked(fields.CHANGE), "moment": _asked(fields.MOMENT),
        "weeks_field": _asked(fields.WEEKS), "anchor": _asked(fields.ANCHOR), "half": fields.HALF,
        "since": fields.SINCE, "sure": sure,
        "weeks": weeks, "days": WEEKDAYS, "rows": fields.shown_rows(typed), "fields": fields.FIELDS,
    }  # fmt: skip


def _asked(one: Field) -> Field:
    """A field that is required where it is shown: the choice above it says so."""
    return replace(one, required=True)


def wish_values(child: SharedChild, wish: Wish, known: Holidays, names: Names, today: date) -> Values:
    """What waits for an agent, seen from this home."""
    return {"number": wish.number, "ref": wish.ref, **compared(child, wish.custody, wish.since, known, names, today)}


def family_names(mine: Home, others: Sequence[Home]) -> Names:
    """What an agent calls the two homes; two families of one name go by their numbers."""
    other = others[0]
    if mine.name == other.name:
        return Names(f"chez {mine.name} ({mine.number})", f"chez {other.name} ({other.number})")
    return Names(f"chez {mine.name}", f"chez {other.name}")
