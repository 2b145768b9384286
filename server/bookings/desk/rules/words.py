"""What the year's screen reads: the summary in sentences, the weeks with their days, or the months as grids."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from server.activities.rules.wording import MONTHS, NBSP, clock, day_long, day_short, instant, plural
from server.bookings.desk.rules.edit import PATH, said_of
from server.bookings.desk.rules.form import terms_of_activity
from server.bookings.desk.words import Values
from server.bookings.desk_queries.rules import Dossier, Touched, Year
from server.bookings.rules.cutoff import Deadline
from server.bookings.rules.oddities import KINDS, Found, Odd
from server.bookings.rules.simulation import Planned, Shift, moved_by, shift_words, summary_of

MOMENT = timedelta(microseconds=1)


@dataclass(frozen=True)
class Wish:
    """What the address, or the form of the publication, asks for."""

    first: date | None = None
    months: bool = False
    odd_only: bool = False
    far: int = -1
    reason: str = ""
    refused: str = ""
    faults: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Looked:
    """A year, worked out."""

    dossier: Dossier
    year: Year
    first: date  # of the proposed rules
    touched: Touched
    odd: Found
    far: int
    now: datetime
    wish: Wish

    @property
    def zone(self) -> str:
        return self.dossier.catalogue.zone

    def url(self, **changes: Any) -> str:
        """The same year seen otherwise."""
        said = {
            "du": self.wish.first.isoformat() if self.wish.first else "",
            "vue": "mois" if self.wish.months else "",
            "inhabituelles": "1" if self.wish.odd_only else "",
            "loin": str(self.wish.far) if self.wish.far >= 0 else "",
            **changes,
        }
        query = urlencode({name: value for name, value in said.items() if value})
        return f"{PATH}/{self.dossier.activity.ref}/simulation{'?' if query else ''}{query}"


def year_values(looked: Looked) -> Values:
    """The whole screen."""
    dossier, wish = looked.dossier, looked.wish
    draft = dossier.draft
    return {
        "name": dossier.activity.name,
        "url": f"{PATH}/{dossier.activity.ref}",
        "self": f"{PATH}/{dossier.activity.ref}/simulation",
        "draft": {"by": draft.by, "at": instant(draft.at, looked.zone)} if draft else None,
        "rules": _rules(looked),
        "first": looked.first.isoformat(),
        "typed": wish.first.isoformat() if wish.first else looked.first.isoformat(),
        "from": f"{day_long(looked.first)} {looked.first.year}",
        "summary": _summary(looked),
        "habits": looked.odd.habits,
        "odd_days": plural(sum(map(bool, looked.odd.by_day)), "journée inhabituelle", "journées inhabituelles"),
        "far": looked.far,
        "odd_only": wish.odd_only,
        **_views(looked),
        "touched": _touched(looked),
        "replaces": _replaces(looked),
        "seen": draft.revision if draft else 0,
        "base": dossier.latest,
        "reason": wish.reason,
        "faults": wish.faults,
        "refused": wish.refused,
        "empty": not looked.year.plan,
    }


def _views(looked: Looked) -> Values:
    """The days, as a list by week or as grids by month, and the ways from one to the other."""
    months = looked.wish.months
    days = list(zip(looked.year.plan, looked.odd.by_day, strict=True))
    return {
        "months_view": months,
        "list_url": looked.url(vue=""),
        "months_url": looked.url(vue="mois"),
        "csv_url": looked.url(vue="", inhabituelles="").replace("/simulation", "/simulation.csv", 1),
        "weeks": [] if months else list(_weeks(days, looked)),
        "months": list(_months(days, looked)) if months else [],
    }


def _rules(looked: Looked) -> Values:
    """Both rules in words; one where there is no draft."""
    dossier = looked.dossier
    current = dossier.catalogue.on(dossier.activity.id, looked.first)
    return {
        "old": said_of(terms_of_activity(current)),
        "new": said_of(dossier.draft.terms) if dossier.draft else [],
    }


def _summary(looked: Looked) -> Values:
    found = summary_of(looked.year.plan)
    moved = [
        plural(found.book, "date de réservation", "dates de réservation") if found.book else "",
        plural(found.cancel, "date d’annulation", "dates d’annulation") if found.cancel else "",
        plural(found.opening, "date d’ouverture", "dates d’ouverture") if found.opening else "",
    ]
    return {
        "days": plural(found.days, "jour", "jours"),
        "changed": plural(found.changed, "change", "changent"),
        "what": ", ".join(filter(None, moved)),
        "earlier": _shift(found.earlier),
        "later": _shift(found.later),
    }


def _shift(shift: Shift | None) -> str:
    """« jeudi 12 mars, 2 jours plus tôt »."""
    if shift is None:
        return ""
    return f"{day_long(shift.planned.session.day)} {shift.planned.session.day.year}, {shift_words(shift.by)}"


Days = Sequence[tuple[Planned, tuple[Odd, ...]]]


def _weeks(days: Days, looked: Looked) -> Iterator[Values]:
    """The days by week, with what is unusual in words; only the unusual weeks when that is asked for."""
    by_monday: dict[date, list[tuple[Planned, tuple[Odd, ...]]]] = {}
    for each, odds in days:
        by_monday.setdefault(each.session.day - timedelta(days=each.session.day.weekday()), []).append((each, odds))
    for monday, mine in by_monday.items():
        if looked.wish.odd_only and not any(odds for _, odds in mine):
            continue
        yield {
            "title": f"Semaine du {day_long(monday).split(' ', 1)[1]} {monday.year}",
            "odd": any(odds for _, odds in mine),
            "days": [_day(each, odds, looked) for each, odds in mine],
        }


def _day(each: Planned, odds: Sequence[Odd], looked: Looked) -> Values:
    zone, day = looked.zone, each.session.day
    return {
        "day": day_short(day),
        "long": f"{day_long(day)} {day.year}",
        "changes": each.changes,
        "book": _pair(each.old.book, each.new.book, day, zone),
        "cancel": _pair(each.old.cancel, each.new.cancel, day, zone),
        "opening": _opening(each, zone),
        "odds": [{"kind": KINDS[odd.kind], "text": odd.text} for odd in odds],
    }


def _pair(old: Deadline, new: Deadline, day: date, zone: str) -> Values:
    by = moved_by(old, new, zone)
    return {
        "old": _short(old.closes_at, zone),
        "new": _short(new.closes_at, zone),
        "said": instant(new.closes_at, zone, day),
        "moved": shift_words(by) if by else "",
        "way": "earlier" if by < timedelta(0) else "later" if by else "",
    }


def _opening(each: Planned, zone: str) -> str:
    """Where the opening moves, in words; nothing where it stays."""
    if not each.moves_opening:
        return ""
    old, new = (
        instant(at, zone, each.session.day) if at else "toujours ouvert"
        for at in (each.old.opens_at, each.new.opens_at)
    )
    return f"ouverture{NBSP}: {new}, au lieu de {old}" if old != new else "ouverture des autres communes modifiée"


def _short(moment: datetime, zone: str) -> str:
    """« jeu. 12 mars, 10 h »; the midnight that ends a day is said with that day."""
    wall = moment.astimezone(ZoneInfo(zone))
    if (wall.hour, wall.minute) == (0, 0):
        eve = (wall - timedelta(days=1)).date()
        return f"{day_short(eve)} {MONTHS[eve.month - 1]}, minuit"
    return f"{day_short(wall.date())} {MONTHS[wall.month - 1]}, {clock(wall.hour * 60 + wall.minute)}"


def _months(days: Days, looked: Looked) -> Iterator[Values]:
    """Each month as a grid of weeks; a day says how far ahead it closes."""
    by_month: dict[date, dict[date, tuple[Planned, tuple[Odd, ...]]]] = {}
    for each, odds in days:
        by_month.setdefault(each.session.day.replace(day=1), {})[each.session.day] = (each, odds)
    for first, mine in by_month.items():
        start = first - timedelta(days=first.weekday())
        mondays = [start + timedelta(weeks=n) for n in range(6)]
        yield {
            "title": f"{MONTHS[first.month - 1].capitalize()} {first.year}",
            "weeks": [
                [_square(monday + timedelta(days=n), mine, first, looked) for n in range(6)]
                for monday in mondays
                if any((monday + timedelta(days=n)) in mine for n in range(7))
            ],
        }


def _square(day: date, mine: dict[date, tuple[Planned, tuple[Odd, ...]]], first: date, looked: Looked) -> Values | None:
    if day.month != first.month:
        return None
    if day not in mine:
        return {"number": day.day, "long": ""}
    each, odds = mine[day]
    last = (each.new.book.closes_at - MOMENT).astimezone(ZoneInfo(looked.zone)).date()
    said = [f"réservation {instant(each.new.book.closes_at, looked.zone, day)}"]
    said += [f"change : {shift_words(moved_by(each.old.book, each.new.book, looked.zone))}"] if each.changes else []
    return {
        "number": day.day,
        "long": f"{day_long(day)} : {', '.join([*said, *(odd.text for odd in odds)])}",
        "closes": f"{day_short(last)}",
        "lead": (day - last).days,
        "changes": each.changes,
        "odd": bool(odds),
    }


def _touched(looked: Looked) -> list[str]:
    """What publishing now does to squares families see, in sentences."""
    found = looked.touched
    lines = [
        (found.closing, "case libre ne pourra plus être réservée", "cases libres ne pourront plus être réservées"),
        (
            found.opening,
            "case libre pourra de nouveau être réservée",
            "cases libres pourront de nouveau être réservées",
        ),
        (
            found.stuck,
            "réservation ne pourra plus être annulée à temps",
            "réservations ne pourront plus être annulées à temps",
        ),
        (found.loose, "réservation pourra de nouveau être annulée", "réservations pourront de nouveau être annulées"),
    ]
    said = [plural(n, one, many) for n, one, many in lines if n]
    return [*said, plural(found.families, "famille concernée", "familles concernées")] if said else []


def _replaces(looked: Looked) -> list[str]:
    """The publications still to come that this one would set aside."""
    today = looked.now.astimezone(ZoneInfo(looked.zone)).date()
    return [
        f"La version {each.number}, prévue du {day_long(each.first_day)} {each.first_day.year}, ne s’appliquera plus."
        for each in looked.dossier.history
        if each.first_day >= looked.first and each.first_day > today
    ]
