"""The year of a draft: old and new deadlines side by side, what is odd, whom publishing touches; then publishing."""

from asyncio import to_thread
from datetime import date, datetime, timedelta
from typing import Any
from urllib.parse import urlencode

from litestar import Response, get, post

from server.bookings.commands.rules import Kept, Seen, publish_rules
from server.bookings.desk.asking import day_or_none
from server.bookings.desk.rules.dossier import PATH
from server.bookings.desk.rules.edit import GUARD, dossier_by
from server.bookings.desk.rules.looked import Looked, Wish
from server.bookings.desk.rules.words import year_values
from server.bookings.desk_queries.rules.dossier import Dossier
from server.bookings.desk_queries.rules.touched import Touched, touched_by
from server.bookings.desk_queries.rules.year import Year, year_of
from server.bookings.rules.decisions import MOST_REASON
from server.bookings.rules.oddities.kinds import KINDS
from server.bookings.rules.oddities.plan import oddities_of, usual_lead
from server.bookings.rules.simulation import Planned, first_calm_day, moved_by
from server.database import Work
from server.french import WEEKDAYS, instant
from server.web import AnyRequest, form_of, page, redirect, visitor_of
from server.web.folding import clean
from server.web.params import number_of
from server.web.sheets import csv_answer
from server.zone import town_day

PAGE = "bookings/desk_rules_year.html"
FURTHEST = timedelta(days=730)  # from today, for the first day of a publication
MORE_THAN_USUAL = 3  # days beyond the usual lead that make a deadline « très en avance »


@get(f"{PATH}/{{ref:str}}/simulation", guards=[GUARD])
async def simulation(request: AnyRequest) -> Response[str]:
    """The year, as a list of weeks or month by month."""
    return await _answer(request)


@get(f"{PATH}/{{ref:str}}/simulation.csv", guards=[GUARD])
async def simulation_csv(request: AnyRequest) -> Response[bytes]:
    """The same, a row for each session."""
    looked = await _look(request)
    zone = looked.dossier.catalogue.zone
    heads = (
        *("Jour", "Jour de la semaine", "Ouverture actuelle", "Ouverture nouvelle", "Réservation actuelle"),
        *("Réservation nouvelle", "Écart réservation (h)", "Annulation actuelle", "Annulation nouvelle"),
        *("Écart annulation (h)", "À savoir"),
    )
    rows = (
        _csv_row(each, zone, [f"{KINDS[odd.kind]} : {odd.text}" for odd in odds])
        for each, odds in zip(looked.year.plan, looked.odd.by_day, strict=True)
    )
    return csv_answer(f"regle-{looked.dossier.activity.ref}", heads, rows)


@post(f"{PATH}/{{ref:str}}/publication", guards=[GUARD])
async def publish(request: AnyRequest) -> Response[Any]:
    """Publish the draft that was looked at, from its first day on."""
    form, state = await form_of(request), request.app.state
    now = state.clock()
    first, reason = day_or_none(form.get("du")), clean(form.get("motif", ""), MOST_REASON + 1)
    faults = _faults(first, reason, town_day(now))
    dossier = await dossier_by(request)
    if first is None or faults:
        return await _answer(request, Wish(first, reason=reason, faults=faults), status=422)
    seen = Seen(number_of(form.get("vu")), number_of(form.get("base")))
    kept: Kept = await state.db.write(publish_rules, visitor_of(request), dossier.activity.id, seen, first, reason, now)
    if kept.outcome == "done":
        return redirect(f"{PATH}/{dossier.activity.ref}?{urlencode({'fait': 'publie'})}")
    return await _answer(request, Wish(first, reason=reason, refused=kept.text), status=422)


def _faults(first: date | None, reason: str, today: date) -> dict[str, str]:
    """What is wrong with the publication's form, by field."""
    faults = {}
    if first is None:
        faults["du"] = "Choisissez le premier jour concerné."
    elif first < today:
        faults["du"] = "Ce jour est passé : la règle ne vaut que pour les journées à venir."
    elif first - today > FURTHEST:
        faults["du"] = "Deux ans d’avance au plus."
    if not reason:
        faults["motif"] = "Indiquez pourquoi : l’historique le gardera."
    elif len(reason) > MOST_REASON:
        faults["motif"] = f"Ce motif est trop long : {MOST_REASON} caractères au plus."
    return faults


def _wish(request: AnyRequest) -> Wish:
    """?du=2027-01-04&vue=mois&inhabituelles=1&loin=10."""
    params = request.query_params
    return Wish(
        first=day_or_none(params.get("du")),
        months=params.get("vue") == "mois",
        odd_only=params.get("inhabituelles") == "1",
        far=number_of(params.get("loin"), -1),
    )


async def _look(request: AnyRequest, wish: Wish | None = None) -> Looked:
    """The year with everything worked out."""
    wish, state = wish or _wish(request), request.app.state
    now, dossier = state.clock(), await dossier_by(request)
    today = town_day(now)
    first = wish.first if wish.first and today <= wish.first <= today + FURTHEST else None
    year, first, touched = await state.db.read(_read, dossier, first, now, today)
    far = wish.far if wish.far >= 0 else usual_lead(year.plan) + MORE_THAN_USUAL
    # Beside the loop: a rule of many days is long to look at, and others wait for their answers.
    odd = await to_thread(oddities_of, year.plan, dossier.catalogue.calendar, dossier.activity.starts_at, far)
    return Looked(dossier, year, first, touched, odd, far, now, wish)


def _read(dossier: Dossier, first: date | None, now: datetime, today: date) -> Work[tuple[Year, date, Touched]]:
    """The year from the first day asked for; without one, from the day on which nobody is caught out."""
    year = yield from year_of(dossier, first or today, now, today)
    if first is None:
        first = _calm(year, now, today)
        if first > today:
            year = yield from year_of(dossier, first, now, today)
    touched = yield from touched_by(year, dossier.activity.id, now)
    return year, first, touched


def _calm(year: Year, now: datetime, today: date) -> date:
    """Today when nothing closes too soon; else the first Monday from which nothing does."""
    calm = first_calm_day(year.plan, now)
    if not year.plan or calm is year.plan[0]:
        return today
    day = (calm or year.plan[-1]).session.day
    return day + timedelta(days=-day.weekday() % 7)


async def _answer(request: AnyRequest, wish: Wish | None = None, status: int = 200) -> Response[str]:
    looked = await _look(request, wish)
    return page(request, PAGE, status=status, year=year_values(looked))


def _csv_row(each: Planned, zone: str, notes: list[str]) -> tuple[object, ...]:
    day, old, new = each.session.day, each.old, each.new
    return (
        day.isoformat(),
        WEEKDAYS[day.weekday()],
        instant(old.opens_at, zone, day) if old.opens_at else "",
        instant(new.opens_at, zone, day) if new.opens_at else "",
        instant(old.book.closes_at, zone, day),
        instant(new.book.closes_at, zone, day),
        _hours(moved_by(old.book, new.book, zone)),
        instant(old.cancel.closes_at, zone, day),
        instant(new.cancel.closes_at, zone, day),
        _hours(moved_by(old.cancel, new.cancel, zone)),
        " ; ".join(notes),
    )


def _hours(by: timedelta) -> str:
    """« -38,5 » for French spreadsheets."""
    return f"{by / timedelta(hours=1):g}".replace(".", ",")


ROUTES = [simulation, simulation_csv, publish]
