"""Custody in words and as a small month, seen from one home; both halves show it: a file of its own.

The month is worked out by the very rule that says who may book.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import groupby

from server.families.rules.custody import Custody, Home, moved_days, whose_day
from server.french import MONTHS, WEEKDAYS, day_long, listed

MOST_RUNS = 12  # stretches of days that change homes, told one by one


@dataclass(frozen=True)
class Names:
    """What the two homes are called: « ici » and « dans l’autre foyer », or by their families for an agent."""

    here: str = "chez vous"
    away: str = "dans l’autre foyer"

    def of(self, home: Home) -> str:
        """One of the two."""
        return self.here if home == "here" else self.away


YOURS = Names()
PARITY = {"even": ("paires", "impaires"), "odd": ("impaires", "paires")}
HALF = {
    "first": "la première moitié {here}, la seconde {away}.",
    "second": "la première moitié {away}, la seconde {here}.",
    "first_even": "la première moitié {here} les années paires, {away} les années impaires ; la seconde à l’inverse.",
    "second_even": "la première moitié {away} les années paires, {here} les années impaires ; la seconde à l’inverse.",
}
UNSAID = "Aucune répartition n’est enregistrée : les deux foyers voient et réservent tous les jours."


def sentences_of(custody: Custody, names: Names, today: date) -> tuple[str, ...]:
    """The custody as one says it; what is over is left out."""
    if not custody.shared:
        return (UNSAID,)
    told = [*_pattern(custody, names)]
    if custody.half:
        told.append("Vacances scolaires : " + HALF[custody.half].format(here=names.here, away=names.away))
    told += [f"{span(s.first, s.last).capitalize()} : {names.of(s.home)}." for s in custody.stays if s.last >= today]
    if custody.since and custody.earlier and custody.since > today:
        told.append(f"À partir du {_day(custody.since)} ; d’ici là, la répartition d’avant continue.")
    return tuple(told)


def _pattern(custody: Custody, names: Names) -> Iterator[str]:
    if custody.kind in PARITY:
        mine, theirs = PARITY[custody.kind]
        yield f"Semaines {mine} {names.here}, semaines {theirs} {names.away}."
        yield _change(custody)
    elif custody.weeks == 1:
        yield f"Chaque semaine {names.here} : {_weekdays(custody, 0)}."
    else:
        begins = f"le {_day(custody.anchor)}" if custody.anchor else "un lundi"
        yield f"Un cycle de {custody.weeks} semaines, dont la première a commencé {begins}."
        for week in range(custody.weeks):
            yield f"Semaine {week + 1} du cycle, {names.here} : {_weekdays(custody, week)}."


def _change(custody: Custody) -> str:
    day = WEEKDAYS[custody.change]
    if custody.evening:
        return f"L’enfant change de foyer le {day} soir : ce {day} est encore au foyer qu’il quitte."
    return f"L’enfant change de foyer le {day} matin : ce {day} est déjà au foyer où il arrive."


def _weekdays(custody: Custody, week: int) -> str:
    days = [WEEKDAYS[n] for n in range(7) if 7 * week + n in custody.weekdays]
    return "tous les jours" if len(days) == 7 else listed(days) if days else "aucun jour"


def span(first: date, last: date) -> str:
    """« du samedi 19 décembre au dimanche 3 janvier 2027 »."""
    if first == last:
        return f"le {_day(first)}"
    return f"du {day_long(first) if first.year == last.year else _day(first)} au {_day(last)}"


def _day(day: date) -> str:
    return f"{day_long(day)} {day.year}"


@dataclass(frozen=True)
class Cell:
    """One day of the small month."""

    day: date
    home: Home
    moved: bool  # another home than before


@dataclass(frozen=True)
class Month:
    """Four weeks and more as people hang them on a wall: None where another month's days are."""

    title: str
    weeks: Sequence[tuple[int, Sequence[Cell | None]]]  # with their ISO numbers


def month_shown(custody: Custody, first: date, before: Custody | None = None) -> Month:
    """The month that begins on `first`, day by day; against what was `before` when it is given."""
    monday, weeks = first - timedelta(days=first.weekday()), []
    while (monday.year, monday.month) <= (first.year, first.month):
        days = [monday + timedelta(days=n) for n in range(7)]
        cells = [_cell(custody, day, before) if day.month == first.month else None for day in days]
        weeks.append((monday.isocalendar().week, cells))
        monday += timedelta(days=7)
    return Month(f"{MONTHS[first.month - 1].capitalize()} {first.year}", weeks)


def _cell(custody: Custody, day: date, before: Custody | None) -> Cell:
    home = whose_day(custody, day)
    return Cell(day, home, before is not None and whose_day(before, day) != home)


def months_from(day: date, count: int) -> list[date]:
    """The first days of this month and of those that follow."""
    return [date(day.year + (day.month - 1 + n) // 12, (day.month - 1 + n) % 12 + 1, 1) for n in range(count)]


@dataclass(frozen=True)
class Moved:
    """Days in a row that come to one home."""

    words: str
    home: Home


def runs_of(old: Custody, new: Custody, first: date, last: date) -> list[Moved]:
    """The days that change homes, those in a row together."""
    return [Moved(span(days[0], days[-1]), home) for home, days in _runs(moved_days(old, new, first, last))]


def _runs(moved: Iterable[tuple[date, Home]]) -> Iterator[tuple[Home, list[date]]]:
    numbered = enumerate(moved)
    for (_, home), group in groupby(numbered, key=lambda one: (one[1][0].toordinal() - one[0], one[1][1])):
        yield home, [day for _, (day, _) in group]
