"""A notice's words before it has an owner, and how days and typed words are said in them."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from server.french import NBSP, day_long, day_short


@dataclass(frozen=True)
class Words:
    """A notice before it has an owner: what each channel says, where it leads, when it stops mattering."""

    title: str
    body: str
    brief: str
    url: str
    expires_at: datetime
    first_day: date | None = None  # the first it is about


def counted(count: int, one: str, many: str) -> str:
    """« Réservation validée », « 12 réservations validées »."""
    return one if count == 1 else f"{count}{NBSP}{many}"


def one_line(text: str) -> str:
    """Typed words as one line of printable characters."""
    return " ".join("".join(c if c.isprintable() else " " for c in text).split())


def days_listed(days: Iterable[date], today: date) -> str:
    """« lun. 23, mar. 24 novembre et ven. 4 décembre »: each month said once, after its last day."""
    ordered = sorted(set(days))
    said = []
    for day, following in zip(ordered, [*ordered[1:], None], strict=True):
        month = "" if following and (following.year, following.month) == (day.year, day.month) else _month(day, today)
        said.append(day_short(day).replace(" ", NBSP) + month)
    return " et ".join([", ".join(said[:-1]), said[-1]]) if len(said) > 1 else said[0]


def _month(day: date, today: date) -> str:
    return " " + " ".join(day_long(day, today).split()[2:])  # « novembre », « juin 2027 » when far
