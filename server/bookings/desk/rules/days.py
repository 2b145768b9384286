"""The days of the year's screen: as weeks with every deadline in words, or as months in grids."""

from collections.abc import Iterator, Sequence
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from server.bookings.desk.rules.looked import Looked
from server.bookings.desk.words import Values
from server.bookings.rules.cutoff import Deadline
from server.bookings.rules.oddities.kinds import KINDS, Odd
from server.bookings.rules.simulation import Planned, moved_by, shift_words
from server.french import MONTHS, NBSP, clock, day_long, day_short, instant

MOMENT = timedelta(microseconds=1)
Days = Sequence[tuple[Planned, tuple[Odd, ...]]]


def weeks_of(days: Days, looked: Looked) -> Iterator[Values]:
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


def months_of(days: Days, looked: Looked) -> Iterator[Values]:
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
