"""The month's fill rates drawn: what is asked, the weeks, the lines, each square's figures and words."""

from calendar import monthrange
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from urllib.parse import urlencode

from server.activities.queries import Activity
from server.bookings.desk.words import Values, stamp_of
from server.bookings.desk_queries.fill import Filled, Month, Sheet
from server.french import MONTHS, WEEKDAYS, day_long, plural
from server.web import AnyRequest
from server.zone import town_day

PATH = "/agent/remplissage"
BY_SITE = "ecoles"  # ?site=: every school, one below the other
NEARLY = 0.85  # of the places


@dataclass(frozen=True)
class Asked:
    """Which month, and what of it."""

    first: date
    site: str = ""  # "", BY_SITE, or a school's id
    activity: str = ""

    @property
    def last(self) -> date:
        """The last day of the month."""
        return self.first.replace(day=monthrange(self.first.year, self.first.month)[1])

    def url(self, months: int = 0, path: str = PATH) -> str:
        """The same screen so many months later."""
        year, month = divmod(self.first.year * 12 + self.first.month - 1 + months, 12)
        said = {"mois": f"{year:04}-{month + 1:02}", "site": self.site, "activite": self.activity}
        return f"{path}?{urlencode({name: value for name, value in said.items() if value})}"


def activities_shown(found: Month, asked: Asked) -> list[Activity]:
    """The activities of the month, those asked for."""
    met = {activity_id for sheet in found.sheets for activity_id, _ in sheet.cells}
    activities = found.catalogue.activities.values()
    return [each for each in activities if each.id in met and asked.activity in ("", each.ref)]


def days_of(sheet: Sheet, activity_id: int) -> list[tuple[date, Filled]]:
    """An activity's days in their order, each with its figures."""
    return sorted((day, cell) for (id_, day), cell in sheet.cells.items() if id_ == activity_id)


def table_of(found: Month, asked: Asked, request: AnyRequest) -> Values:
    """All that the template draws."""
    now = request.app.state.clock()
    today, shown = town_day(now), activities_shown(found, asked)
    kept = {each.id for each in shown}
    days = sorted({day for sheet in found.sheets for id_, day in sheet.cells if id_ in kept})
    weeks = _weeks(days)
    return {
        "title": f"{MONTHS[asked.first.month - 1].capitalize()} {asked.first.year}",
        "iso": f"{asked.first:%Y-%m}",
        "stamp": stamp_of(now),
        "prev_url": asked.url(-1),
        "next_url": asked.url(1),
        "today_url": "" if asked.first == today.replace(day=1) else f"{Asked(today, asked.site, asked.activity).url()}",
        "csv_url": asked.url(path=f"{PATH}.csv"),
        "site": asked.site,
        "activity": shown[0].ref if asked.site == BY_SITE and shown else asked.activity,
        "sites": [{"id": str(id_), "name": name, "current": str(id_) == asked.site} for id_, name in found.sites],
        "by_site": asked.site == BY_SITE,
        "has_capacity": not asked.site,
        "activities": [{"ref": each.ref, "name": each.name} for each in found.catalogue.activities.values()],
        "weeks": [_week(week, today) for week in weeks],
        "sheets": [
            {"name": sheet.name or "Toute la ville", "rows": [_line(sheet, each, weeks) for each in shown]}
            for sheet in found.sheets
        ],
        "width": len(days) + len(weeks) + 1,
    }


def _weeks(days: list[date]) -> list[list[date]]:
    """The days by week, Monday first."""
    weeks: dict[date, list[date]] = {}
    for day in days:
        weeks.setdefault(day - timedelta(days=day.weekday()), []).append(day)
    return list(weeks.values())


def _week(days: list[date], today: date) -> Values:
    number = days[0].isocalendar().week
    return {
        "number": number,
        "width": len(days) + 1,
        "days": [
            {
                "letter": WEEKDAYS[day.weekday()][0].upper(),
                "number": day.day,
                "long": day_long(day),
                "today": day == today,
            }
            for day in days
        ],
    }


def _line(sheet: Sheet, activity: Activity, weeks: list[list[date]]) -> Values:
    cells = dict(days_of(sheet, activity.id))
    return {"name": activity.name, "cells": list(_cells(cells, activity, weeks))}


def _cells(cells: Mapping[date, Filled], activity: Activity, weeks: list[list[date]]) -> Iterator[Values]:
    """The days of each week, then its total."""
    for week in weeks:
        for day in week:
            cell = cells.get(day)
            yield {**_cell(cell), "url": _day_url(day, activity)} if cell else {"kind": "none"}
        held = [cells[day] for day in week if day in cells and not cells[day].closed_reason]
        yield {**_cell(_sum(held)), "kind": "total"} if held else {"kind": "none", "total": True}


def _day_url(day: date, activity: Activity) -> str:
    return f"/agent/jour?{urlencode({'date': day.isoformat(), 'activite': activity.ref})}"


def _sum(cells: list[Filled]) -> Filled:
    capacities = [cell.capacity for cell in cells]
    known = [capacity for capacity in capacities if capacity is not None]
    return Filled(
        sum(cell.taken for cell in cells),
        sum(known) if len(known) == len(cells) else None,
        sum(cell.waiting for cell in cells),
        sum(cell.pending for cell in cells),
    )


def _cell(cell: Filled) -> dict[str, Any]:
    """One square of the table: its figures, its shape, and the words for those who hear it."""
    rate = cell.taken / cell.capacity if cell.capacity else 0.0
    level = "full" if cell.full else "nearly" if rate >= NEARLY else "some" if cell.taken else "empty"
    said = [
        f"{plural(cell.taken, 'place prise', 'places prises')}"
        + (f" sur {cell.capacity}" if cell.capacity is not None else ""),
        "complet" if cell.full else "",
        f"{cell.waiting} en liste d’attente" if cell.waiting else "",
        plural(cell.pending, "demande à valider", "demandes à valider") if cell.pending else "",
        f"fermé : {cell.closed_reason}" if cell.closed_reason else "",
    ]
    return {
        "kind": "closed" if cell.closed_reason else "open",
        "taken": cell.taken,
        "capacity": "" if cell.capacity is None else cell.capacity,
        "rate": rate_of(cell),
        "level": level,
        "tenths": min(10, round(rate * 10)) if cell.capacity else "",
        "waiting": cell.waiting,
        "pending": cell.pending,
        "said": ", ".join(filter(None, said)),
    }


def rate_of(cell: Filled) -> int | str:
    """Per cent of the places; nothing without a limit."""
    return round(100 * cell.taken / cell.capacity) if cell.capacity else ""
