"""The capacity of many days at once: the form, a look at what it would do, then the change."""

from dataclasses import dataclass
from datetime import date
from typing import Any
from urllib.parse import urlencode

from litestar import Response, get, post

from server.activities.queries import Catalogue, catalogue_of
from server.bookings.commands.capacities import Resized, Resizing, preview_capacities, resize_sessions
from server.bookings.desk.stretch import Stretch, refs_of
from server.bookings.rules.decisions import MOST_PLACES
from server.french import WEEKDAYS, day_long, listed, plural
from server.web import AnyRequest, agent, page, redirect, visitor_of
from server.web.params import number_of
from server.zone import town_day

PAGE = "bookings/desk_capacities.html"
MOST_DAYS_NAMED = 6
Values = dict[str, Any]


@dataclass(frozen=True)
class Typed:
    """The form as it was filled in."""

    activity: str
    first: str
    last: str
    weekdays: frozenset[int]
    places: str

    def faults(self, today: date, catalogue: Catalogue) -> dict[str, str]:
        """The sentence to show beside each field; empty when the form is right."""
        places = number_of(self.places, -1) if self.places else 0
        faults = {
            "activite": "" if self.activity in refs_of(catalogue) else "Choisissez une activité.",
            **Stretch(self.first, self.last).faults(today, "Ce jour est passé."),
            "jours": "" if self.weekdays else "Cochez au moins un jour de la semaine.",
            "places": "" if 0 <= places <= MOST_PLACES else "Un nombre entier, ou rien pour « sans limite ».",
        }
        return {field: text for field, text in faults.items() if text}

    def wish(self, catalogue: Catalogue) -> Resizing:
        """The change it asks for, once it has no fault."""
        first, last = Stretch(self.first, self.last).days
        capacity = number_of(self.places) if self.places else None
        return Resizing(refs_of(catalogue)[self.activity], first, last, self.weekdays, capacity)


def _typed(fields: Any) -> Typed:
    """From an address or a form: both give several values of one name."""
    said: dict[str, str] = {}
    weekdays = set[int]()
    for name, value in fields.multi_items():
        if isinstance(value, str):
            said[name] = value
            if name == "jours" and value in tuple("01234"):
                weekdays.add(number_of(value))
    get_ = said.get
    return Typed(
        get_("activite", "")[:40], get_("du", "")[:10], get_("au", "")[:10], frozenset(weekdays),
        get_("places", "").strip()[:6],
    )  # fmt: skip


@get("/agent/capacites", guards=[agent("bookings")])
async def capacities(request: AnyRequest) -> Response[str]:
    """The form, and once it is filled in, what it would do."""
    params = request.query_params
    typed = _typed(params)
    if params.get("apercu"):
        return await _answer(request, typed)
    if params.get("fait"):
        done = Resized(0, number_of(params.get("seances")), number_of(params.get("promus")))
        return await _answer(request, typed, asked=False, told=_told(done, number_of(params.get("pleines"))))
    every_day = Typed(typed.activity, typed.first, "", frozenset(range(5)), "")
    return await _answer(request, every_day, asked=False)


@post("/agent/capacites", guards=[agent("bookings")])
async def resize(request: AnyRequest) -> Response[Any]:
    """Change them, after the preview."""
    typed, state, visitor = _typed(await request.form()), request.app.state, visitor_of(request)
    catalogue = await state.db.read(catalogue_of, visitor.catalogue_version)
    if typed.faults(town_day(state.clock()), catalogue):
        return await _answer(request, typed, status=422)
    done: Resized = await state.db.write(resize_sessions, visitor, typed.wish(catalogue), state.clock())
    said = {"fait": 1, "seances": done.changed, "promus": done.promoted, "pleines": len(done.full)}
    return redirect(f"/agent/capacites?{urlencode(said)}")


async def _answer(
    request: AnyRequest, typed: Typed, asked: bool = True, told: Values | None = None, status: int = 200
) -> Response[str]:
    state, version, now = request.app.state, visitor_of(request).catalogue_version, request.app.state.clock()
    catalogue = await state.db.read(catalogue_of, version)
    faults, shown = typed.faults(town_day(now), catalogue) if asked else {}, None
    if asked and not faults:
        wish = typed.wish(catalogue)
        shown = _preview(await state.db.read(preview_capacities, wish, version, now), wish, catalogue)
    values = {
        "typed": typed,
        "faults": faults,
        "preview": shown,
        "told": told,
        "today": town_day(now).isoformat(),
        "weekdays": [{"n": n, "name": WEEKDAYS[n], "checked": n in typed.weekdays} for n in range(5)],
        "activities": [{"ref": a.ref, "name": a.name} for a in catalogue.activities.values()],
    }
    return page(request, PAGE, status=422 if faults else status, capacities=values)


def _preview(seen: Resized, wish: Resizing, catalogue: Catalogue) -> Values:
    span = f"du {day_long(wish.first)} au {day_long(wish.last)}" if wish.last > wish.first else day_long(wish.first)
    places = "sans limite" if wish.capacity is None else plural(wish.capacity, "place", "places")
    return {
        "title": f"{catalogue.activities[wish.activity_id].name}, {span} : {places}",
        "sessions": seen.sessions,
        "changed": seen.changed,
        "promoted": seen.promoted,
        "full": len(seen.full),
        "days": _days(seen.full),
    }


def _days(days: tuple[date, ...]) -> str:
    """« lundi 23 novembre et mardi 24 novembre », the rest counted."""
    named = [day_long(day) for day in days[:MOST_DAYS_NAMED]]
    more = len(days) - len(named)
    return listed([*named, plural(more, "autre jour", "autres jours")] if more else named)


def _told(done: Resized, full: int) -> Values:
    notes = []
    if done.promoted:
        notes.append(plural(done.promoted, "enfant sort", "enfants sortent") + " de la liste d’attente")
    if full:
        notes.append(plural(full, "jour garde", "jours gardent") + " les places déjà prises, sans nouvelle réservation")
    title = plural(done.changed, "séance changée", "séances changées") if done.changed else "Rien n’a été changé"
    return {"title": title, "text": " ".join(f"{note}." for note in notes)}


ROUTES = [capacities, resize]
