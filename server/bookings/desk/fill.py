"""The month's fill rates by activity: to read, to filter, to print, to take away as a table."""

from datetime import date

from litestar import Response, get

from server.bookings.desk.fill_table import BY_SITE, PATH, Asked, activities_shown, days_of, rate_of, table_of
from server.bookings.desk_queries.fill import Month, month_by_site, month_of
from server.french import WEEKDAYS
from server.web import AnyRequest, agent, page, visitor_of
from server.web.params import number_of, today_of
from server.web.sheets import csv_answer

PAGE = "bookings/desk_fill.html"


@get(PATH, guards=[agent("bookings")])
async def fill(request: AnyRequest) -> Response[str]:
    """The month as a table."""
    asked = _asked(request)
    found = await _read(request, asked)
    return page(request, PAGE, fill=table_of(found, asked, request))


@get(f"{PATH}.csv", guards=[agent("bookings")])
async def fill_csv(request: AnyRequest) -> Response[bytes]:
    """The same, a row for each session."""
    asked = _asked(request)
    found = await _read(request, asked)
    heads = (
        *("École", "Activité", "Jour", "Jour de la semaine", "Places prises", "Capacité", "Taux (%)"),
        *("Liste d’attente", "Demandes à valider", "Fermé"),
    )
    rows = (
        (
            sheet.name, activity.name, day.isoformat(), WEEKDAYS[day.weekday()],
            cell.taken, "" if cell.capacity is None else cell.capacity, rate_of(cell),
            cell.waiting, cell.pending, cell.closed_reason,
        )
        for sheet in found.sheets
        for activity in activities_shown(found, asked)
        for day, cell in days_of(sheet, activity.id)
    )  # fmt: skip
    return csv_answer(f"remplissage-{asked.first:%Y-%m}", heads, rows)


def _asked(request: AnyRequest) -> Asked:
    params = request.query_params
    first = _month(params.get("mois", "")) or today_of(request).replace(day=1)
    site = params.get("site", "")
    site = site if site == BY_SITE or number_of(site) else ""
    return Asked(first, site, params.get("activite", "")[:40])


def _month(text: str) -> date | None:
    year, _, month = text.partition("-")
    if 2000 <= number_of(year) <= 2100 and 1 <= number_of(month) <= 12:
        return date(number_of(year), number_of(month), 1)
    return None


async def _read(request: AnyRequest, asked: Asked) -> Month:
    db, version = request.app.state.db, visitor_of(request).catalogue_version
    if asked.site:
        found: Month = await db.read(
            month_by_site, asked.first, asked.last, version, number_of(asked.site), asked.activity
        )
    else:
        found = await db.read(month_of, asked.first, asked.last, version)
    return found


ROUTES = [fill, fill_csv]
