"""The day's list by activity, to read, to print, and to change how many places a session has."""

from collections.abc import Mapping
from datetime import date
from typing import Any
from urllib.parse import urlencode

from litestar import Response, get, post

from server.bookings.commands.capacity import Resized, change_capacity
from server.bookings.desk.asking import day_or_none
from server.bookings.desk.words import Values, stamp_of, state_of
from server.bookings.desk_queries.day import ABSENT, ASKING, EXPECTED, Day, Line, Register, day_list
from server.errors import NotFound
from server.french import clock, day_long, plural
from server.health.queries.roster import roster_notes
from server.web import AnyRequest, Visitor, agent, form_of, page, redirect, visitor_of
from server.web.params import number_of, today_of
from server.zone import town_day

PAGE = "bookings/desk_day.html"
Notes = Mapping[int, tuple[str, ...]]
PARTS = (("Attendus", EXPECTED), ("Demandes à décider", ASKING), ("Liste d’attente", ("waiting",)), ("Absents", ABSENT))


@get("/agent/jour", guards=[agent("attendance", "bookings")])
async def day_page(request: AnyRequest) -> Response[str]:
    """Who comes that day."""
    day = day_or_none(request.query_params.get("date")) or today_of(request)
    changed = number_of(request.query_params.get("places"))
    promoted = number_of(request.query_params.get("promus"))
    said = _said(promoted) if changed else ""
    return page(request, PAGE, day=await _values(request, day, changed, Resized("done", text=said), ""))


@post("/agent/seances/{session_id:int}/capacite", guards=[agent("bookings")])
async def capacity(request: AnyRequest) -> Response[Any]:
    """Change how many places a session has; back to its list."""
    form, state = await form_of(request), request.app.state
    session_id, typed = int(request.path_params["session_id"]), form.get("places", "").strip()
    day = day_or_none(form.get("date"))
    if day is None or session_id > 2_000_000_000:
        raise NotFound
    wanted, seen = number_of(typed, -1), number_of(form.get("vu"), -1)
    if typed and wanted < 0:
        done = Resized("refused", text="Écrivez un nombre entier, ou rien pour « sans limite ».")
    else:
        done = await state.db.write(
            change_capacity,
            visitor_of(request),
            session_id,
            wanted if typed else None,
            seen if seen >= 0 else None,
            state.clock(),
        )
    if done.outcome == "done":
        return redirect(f"/agent/jour?date={day}&places={session_id}&promus={done.promoted}#s-{session_id}")
    return page(request, PAGE, status=422, day=await _values(request, day, session_id, done, typed))


async def _values(request: AnyRequest, day: date, changed: int, done: Resized, typed: str) -> Values:
    visitor, state = visitor_of(request), request.app.state
    activity = request.query_params.get("activite", "")[:40]
    found: Day = await state.db.read(
        day_list, day, activity, visitor.catalogue_version, state.gate.in_kitchen(town_day(state.clock()))
    )
    children = sorted({line.child_id for register in found.registers for line in register.among(EXPECTED)})
    notes: Notes = await state.db.read(roster_notes, state.gate.choices, children)
    return {
        **_head(found, activity, town_day(state.clock()), visitor),
        "stamp": stamp_of(state.clock()),
        "registers": [_register(each, changed, done, typed, notes) for each in found.registers],
    }


def _head(found: Day, activity: str, today: date, visitor: Visitor) -> Values:
    only = f"&{urlencode({'activite': activity})}" if activity else ""
    calendar = found.catalogue.calendar
    closure = calendar.closure_on(found.day)
    holiday = calendar.public_holidays.get(found.day, "")
    return {
        "iso": found.day.isoformat(),
        "title": f"{day_long(found.day).capitalize()} {found.day.year}",
        "today": found.day == today,
        "note": f"Férié : {holiday}" if holiday else f"Fermé : {closure.reason}" if closure else "",
        "prev_url": f"/agent/jour?date={found.before}{only}" if found.before else "",
        "next_url": f"/agent/jour?date={found.after}{only}" if found.after else "",
        "today_url": f"/agent/jour?date={today}{only}",
        "activity": activity,
        "activities": [{"ref": a.ref, "name": a.name} for a in found.catalogue.activities.values()],
        "may_change": "bookings" in visitor.rights,
        "may_care": visitor.holds(["attendance", "dossiers"]),
        "expected": sum(len(register.among(EXPECTED)) for register in found.registers),
    }


def _register(register: Register, changed: int, done: Resized, typed: str, notes: Notes) -> Values:
    places, mine = register.places, register.session_id == changed
    refused = mine and done.outcome != "done"
    capacity = "" if places.capacity is None else str(places.capacity)
    return {
        "id": register.session_id,
        "name": register.activity.name,
        "hours": f"{_hour(register.activity.starts_at)} – {_hour(register.activity.ends_at)}",
        "closed": places.closed_reason or "",
        "taken": places.taken,
        "capacity": capacity,
        "full": places.full,
        "counts": [
            {"label": label, "n": len(register.among(states))}
            for label, states in PARTS
            if states == EXPECTED or register.among(states)
        ],
        "parts": [
            {"label": label, "key": states[0], "lines": [_line(line, notes) for line in register.among(states)]}
            for label, states in PARTS
            if register.among(states)
        ],
        "units": _units(register),
        "typed": typed if refused else capacity,
        "error": done.text if refused else "",
        "said": done.text if mine and not refused else "",
    }


def _hour(text: str) -> str:
    hours, minutes = text.split(":")
    return clock(int(hours) * 60 + int(minutes))


def _units(register: Register) -> list[str]:
    """« Classique : 14 », for the kitchen; nothing when there is no choice of menu."""
    counts: dict[str, int] = {}
    for line in register.among(EXPECTED):
        counts[line.unit] = counts.get(line.unit, 0) + 1
    return [f"{unit or 'Sans précision'} : {n}" for unit, n in sorted(counts.items())] if any(counts) else []


def _line(line: Line, notes: Notes) -> Values:
    return {
        "notes": notes.get(line.child_id, ()) if line.state in EXPECTED else (),
        "child": f"{line.first_name} {line.last_name}",
        "ref": line.key.rpartition(".")[0],
        "grade": line.grade,
        "family": line.family,
        "number": line.number,
        "url": f"/agent/familles/{line.family_ref}?case={line.key}",
        "unit": line.unit,
        "reason": line.reason,
        **state_of(line.state, line.position),
    }


def _said(promoted: int) -> str:
    if not promoted:
        return "Capacité enregistrée."
    return f"Capacité enregistrée. {plural(promoted, 'enfant sort', 'enfants sortent')} de la liste d’attente."


ROUTES = [day_page, capacity]
