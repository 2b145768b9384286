"""French wording of days, hours, money and numbers, with the spaces that must not break."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from server.zone import TIME_ZONE

NBSP = "\u00a0"
THIN = "\u202f"
WEEKDAYS = ("lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi", "dimanche")
MONTHS = (
    *("janvier", "février", "mars", "avril", "mai", "juin", "juillet"),
    *("août", "septembre", "octobre", "novembre", "décembre"),
)
EVENING = 18  # the hour from which one says « ce soir »
# Weekday, day and month name one day only within half a year on either side.
HALF_A_YEAR = timedelta(days=182)


@lru_cache(maxsize=2_000)  # a month names each of its days a hundred times
def day_long(day: date, near: date | None = None) -> str:
    """« jeudi 12 mars », with the year when `near` is given and too far for the reader to guess it."""
    words = f"{WEEKDAYS[day.weekday()]} {ordinal(day.day)} {MONTHS[day.month - 1]}"
    return words if near is None or abs(day - near) <= HALF_A_YEAR else f"{words} {day.year}"


def of_name(name: str) -> str:
    """« de Lina », « d’Alice »."""
    return f"d’{name}" if name[:1].upper() in "AEIOUYÀÂÄÉÈÊËÎÏÔÖÙÛÜŒÆ" else f"de {name}"


def day_short(day: date) -> str:
    """« jeu. 12 »."""
    return f"{WEEKDAYS[day.weekday()][:3]}. {ordinal(day.day)}"


def instant(moment: datetime, tz: str = TIME_ZONE, near: date | None = None) -> str:
    """« jeudi 12 mars à 10 h »; midnight names the night it is in, and the hour that strikes twice says which."""
    wall = moment.astimezone(ZoneInfo(tz))
    if (wall.hour, wall.minute) == (0, 0):
        eve = wall.date() - timedelta(days=1)
        night = f"dans la nuit du {WEEKDAYS[eve.weekday()]} au {WEEKDAYS[wall.weekday()]}"
        return f"{day_long(eve, near)} à minuit, {night}"
    return f"{day_long(wall.date(), near)} à {clock(wall.hour * 60 + wall.minute)}{_which_of_two(wall)}"


def stamp(moment: datetime, tz: str = TIME_ZONE) -> str:
    """« mardi 2 juillet 2024 à 16 h 37 »: for what is kept for years."""
    return instant(moment, tz, date.min)


def soon(moment: datetime, now: datetime, tz: str = TIME_ZONE) -> str:
    """An instant as one says it on the day or the eve: « aujourd'hui à 10 h », « ce soir à 18 h », « demain à 9 h »."""
    wall, today = moment.astimezone(ZoneInfo(tz)), now.astimezone(ZoneInfo(tz)).date()
    midnight = (wall.hour, wall.minute) == (0, 0)
    day = wall.date() - timedelta(days=1) if midnight else wall.date()  # the midnight that ends a day is that day's
    if day not in (today, today + timedelta(days=1)):
        return instant(moment, tz, today)
    evening = midnight or wall.hour >= EVENING
    name = ("ce soir" if evening else "aujourd’hui") if day == today else ("demain soir" if evening else "demain")
    return f"{name} à {'minuit' if midnight else clock(wall.hour * 60 + wall.minute)}"


def clock(minutes: int) -> str:
    """Minutes since midnight as « 10 h » or « 10 h 05 »."""
    hours, rest = divmod(minutes, 60)
    return f"{hours}{NBSP}h{NBSP}{rest:02}" if rest else f"{hours}{NBSP}h"


def cents(amount: int) -> str:
    """Integer cents as « 4,55 € »."""
    euros, rest = divmod(abs(amount), 100)
    sign = "−" if amount < 0 else ""
    grouped = f"{euros:_}".replace("_", THIN)
    return f"{sign}{grouped},{rest:02}{NBSP}€"


def plural(n: int, one: str, many: str) -> str:
    """« 0 place », « 1 place », « 2 places »: French keeps the singular below two."""
    return f"{n} {one if abs(n) < 2 else many}"


def ordinal(n: int) -> str:
    """The day of a month: « 1er », then plain figures."""
    return "1er" if n == 1 else str(n)


def listed(words: Sequence[str], last: str = "et") -> str:
    """« lundi, mardi et jeudi »."""
    return f" {last} ".join([", ".join(words[:-1]), words[-1]]) if len(words) > 1 else "".join(words)


def _which_of_two(wall: datetime) -> str:
    summer, winter = wall.replace(fold=0).utcoffset(), wall.replace(fold=1).utcoffset()
    if summer is None or winter is None or summer <= winter:
        return ""
    return ", heure d’hiver" if wall.fold else ", heure d’été"
