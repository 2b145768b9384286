"""Which part of the calendar is wanted, its addresses and its title."""

from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from typing import Any
from urllib.parse import quote_plus

from server.french import MONTHS, ordinal

VIEWS = {"semaine": "Semaine", "quinzaine": "Quinzaine", "mois": "Mois"}


@dataclass(frozen=True)
class Asked:
    """Which part of the calendar is wanted: ?vue=semaine&jour=2026-11-26&enfant=ref."""

    view: str
    day: date
    child: str = ""

    @property
    def first(self) -> date:
        """The first day shown."""
        return self.day.replace(day=1) if self.view == "mois" else monday_of(self.day)

    @property
    def last(self) -> date:
        """The last day shown."""
        if self.view == "mois":
            return (self.first + timedelta(days=31)).replace(day=1) - timedelta(days=1)
        return self.first + timedelta(days=13 if self.view == "quinzaine" else 6)

    @property
    def mondays(self) -> list[date]:
        """The Mondays of the weeks shown."""
        monday = monday_of(self.first)
        return [monday + timedelta(weeks=n) for n in range((self.last - monday).days // 7 + 1)]

    def moved(self, **changes: Any) -> "Asked":
        """The same with another day, view or child."""
        return Asked(**{"view": self.view, "day": self.day, "child": self.child, **changes})

    def turned(self, view: str, today: date) -> "Asked":
        """The same stretch in another view: on today when it is in sight, else from its first school day."""
        first = self.first + timedelta(days=(7 - self.first.weekday()) % 7 if self.first.weekday() > 4 else 0)
        return self.moved(view=view, day=today if self.first <= today <= self.last else first)

    def url(self, path: str = "/planning") -> str:
        """Its address, as a page or (path /f/planning) as a fragment."""
        child = f"&enfant={quote_plus(self.child)}" if self.child else ""
        return f"{path}?vue={self.view}&jour={self.first.isoformat()}{child}"

    @property
    def fragment(self) -> str:
        """Its address as a fragment."""
        return self.url("/f/planning")


def monday_of(day: date) -> date:
    """The Monday of the day's week."""
    return day - timedelta(days=day.weekday())


def opening_day(today: date) -> date:
    """The day a calendar opens on: at the weekend the week is over, and the next one is what is planned."""
    return today + timedelta(days=7 - today.weekday()) if today.weekday() > 4 else today


def title_of(asked: Asked) -> str:
    """« 23 – 29 novembre 2026 », « 30 novembre – 6 décembre 2026 », « novembre 2026 »."""
    first, last = asked.first, asked.last
    if asked.view == "mois":
        return f"{MONTHS[first.month - 1]} {first.year}"
    month = "" if first.month == last.month else f" {MONTHS[first.month - 1]}"
    year = "" if first.year == last.year else f" {first.year}"
    return f"{ordinal(first.day)}{month}{year} – {ordinal(last.day)} {MONTHS[last.month - 1]} {last.year}"


@lru_cache(maxsize=4)  # the same for everybody on one day
def worth_keeping(today: date) -> str:
    """What the phone fetches at idle for the days without a network: addresses separated by spaces."""
    weeks = [Asked("semaine", monday_of(today) + timedelta(weeks=n)).fragment for n in range(9)]
    months = [Asked("mois", _months_on(today, n)).fragment for n in range(3)]
    days = [f"/f/planning/jour/{today + timedelta(days=n)}" for n in range(10)]
    return " ".join(["/", "/planning", "/planning?vue=mois", "/en-attente", "/mes-regles", *weeks, *months, *days])


def _months_on(day: date, count: int) -> date:
    month = day.year * 12 + day.month - 1 + count
    return date(month // 12, month % 12 + 1, 1)
