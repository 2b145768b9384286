"""The canteen's menu of a day: its dishes by course, and the week they stand in; pure."""

import json
from dataclasses import dataclass
from datetime import date, timedelta

from server.fields import Field, Typed, clean

COURSES = (
    ("entree", "Entrée"),
    ("plat", "Plat"),
    ("vege", "Plat végétarien"),
    ("garniture", "Garniture"),
    ("laitage", "Laitage"),
    ("dessert", "Dessert"),
)
LONGEST = 120  # characters of a dish
NOTE = Field("note", "Remarque", longest=300)
Dishes = dict[str, str]


@dataclass(frozen=True)
class DayMenu:
    """What is eaten on one day; `version` counts the changes, 0 for a day nobody has written yet."""

    day: date
    dishes: Dishes
    note: str = ""
    version: int = 0

    @property
    def courses(self) -> tuple[tuple[str, str], ...]:
        """The dishes there are, each with the name of its course."""
        return tuple((label, self.dishes[name]) for name, label in COURSES if self.dishes.get(name))


def dishes_from(text: str) -> Dishes:
    """The dishes of a JSON text; what is no course of ours is left out."""
    raw = json.loads(text)
    return {name: str(raw[name]) for name, _ in COURSES if raw.get(name)}


def dishes_to(dishes: Dishes) -> str:
    """The JSON text of the dishes."""
    return json.dumps({name: dishes[name] for name, _ in COURSES if dishes.get(name)}, ensure_ascii=False)


def school_days(monday: date) -> tuple[date, ...]:
    """Monday to Friday of that week."""
    return tuple(monday + timedelta(days=n) for n in range(5))


def monday_of(day: date) -> date:
    """The Monday of its week."""
    return day - timedelta(days=day.weekday())


def read_week(posted: dict[str, str], monday: date) -> tuple[tuple[DayMenu, ...], Typed]:
    """A week's form: the menu of each day as typed, and what is wrong, by the field's name (« plat-2026-11-16 »)."""
    menus, errors, values = [], {}, {}
    for day in school_days(monday):
        dishes: Dishes = {}
        for name, _ in (*COURSES, ("note", "")):
            key = f"{name}-{day}"
            values[key] = dishes[name] = clean(posted.get(key, ""))
            most = NOTE.longest if name == "note" else LONGEST
            if len(dishes[name]) > most:
                errors[key] = f"{most} caractères au plus."
        note, seen = dishes.pop("note"), posted.get(f"version-{day}", "")
        menus.append(DayMenu(day, {k: v for k, v in dishes.items() if v}, note, int(seen) if _plain(seen) else 0))
    return tuple(menus), Typed(values, errors)


def _plain(text: str) -> bool:
    return text.isascii() and text.isdecimal() and len(text) < 7
