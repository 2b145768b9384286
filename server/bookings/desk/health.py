"""The day's health instructions for those who look after the children: allergies, PAI, whom to call; noted, capped.

In bookings because it is the list of those who come that day which says whose instructions may be read.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from litestar import Response, get

from server.bookings.desk.asking import day_or_none
from server.bookings.desk_queries.day import EXPECTED, Day, Register, day_list
from server.bookings.desk_queries.health import Cared, cared_for, comes_that_day
from server.database import Work
from server.errors import Forbidden, NotFound, TooMany
from server.french import day_long
from server.health.commands.reading import CAPPED, File, may_open, note_readings, open_file_for_agent
from server.health.queries.gate import Gate
from server.health.queries.homes import reach_of
from server.health.rules.plans import plan_on
from server.health.rules.sheet import ALLERGIES, DIETS
from server.health.screens import permission_lines
from server.web import AnyRequest, Visitor, agent, page, visitor_of
from server.web.params import ref_of, today_of
from server.zone import town_day

CARE = agent("attendance", "dossiers")
AHEAD = timedelta(days=4)  # the next day with sessions, over a weekend and a bridge


@dataclass(frozen=True)
class Told:
    """The instructions of the day, register by register."""

    day: Day
    cared: Mapping[int, Cared]


@get("/agent/sante/jour", guards=[CARE])
async def day_instructions(request: AnyRequest) -> Response[str]:
    """Every child expected that day of whom one must know something."""
    gate, state, visitor = _gate(request), request.app.state, visitor_of(request)
    day, activity = _day(request), request.query_params.get("activite", "")[:40]
    told = await state.db.write(_told, gate, visitor, day, activity, state.clock())
    if told is None:
        raise TooMany(CAPPED, retry_after=3600)
    registers = [_register(register, told.cared, day) for register in told.day.registers]
    only = f"&activite={activity}" if activity else ""
    return page(
        request,
        "bookings/desk_health.html",
        title=f"{day_long(day).capitalize()} {day.year}",
        iso=day.isoformat(),
        back=f"/agent/jour?date={day}{only}",
        registers=[register for register in registers if register["lines"]],
    )


def _told(gate: Gate, visitor: Visitor, day: date, activity: str, now: datetime) -> Work[Told | None]:
    found = yield from day_list(day, activity, visitor.catalogue_version, gate.in_kitchen(town_day(now)))
    ids = sorted({line.child_id for register in found.registers for line in register.among(EXPECTED)})
    cared = yield from cared_for(gate, ids, day)
    if not (yield from may_open(visitor, list(cared), now)):
        return None
    yield from note_readings(visitor, list(cared), "jour", now)
    return Told(found, cared)


def _register(register: Register, cared: Mapping[int, Cared], day: date) -> dict[str, Any]:
    lines = [line for line in register.among(EXPECTED) if line.child_id in cared]
    return {
        "name": register.activity.name,
        "lines": [
            {
                "child": f"{line.first_name} {line.last_name}",
                "grade": line.grade,
                "unit": line.unit,
                "url": f"/agent/sante/jour/{line.key.rpartition('.')[0]}?date={day}",
                "alerts": cared[line.child_id].alerts,
            }
            for line in lines
        ],
    }


@get("/agent/sante/jour/{ref:str}", guards=[CARE])
async def child_instructions(request: AnyRequest) -> Response[str]:
    """What one must know of one child who comes that day, and whom to call."""
    gate, state, visitor, day = _gate(request), request.app.state, visitor_of(request), _day(request)
    ref = ref_of(request)
    if not await state.db.read(comes_that_day, ref, day):
        raise NotFound
    file = await state.db.write(open_file_for_agent, gate.vault, visitor, ref, "jour", state.clock())
    if file is None:
        raise TooMany(CAPPED, retry_after=3600)
    reach = await state.db.read(reach_of, file.child.id)
    return page(
        request,
        "bookings/desk_health_child.html",
        child=file.child,
        title=f"{day_long(day).capitalize()} {day.year}",
        back=f"/agent/jour?date={day}",
        reach=reach,
        **_instructions(file, gate, day),
    )


def _instructions(file: File, gate: Gate, day: date) -> dict[str, Any]:
    sheet, plan = file.record.sheet, plan_on(file.record.all_plans, day)
    value = sheet.value if sheet else None
    allergies = ", ".join(ALLERGIES[key] for key in value.allergies if key in ALLERGIES) if value else ""
    told = {
        "Allergies": ". ".join(filter(None, (allergies, value.food if value else ""))),
        "Médicaments à éviter": value.drugs if value else "",
        "Repas": DIETS.get(value.diet, "") if value else "",
        "Recommandations": value.recommendations if value else "",
        "Médecin": ", ".join(filter(None, (value.doctor, value.doctor_phone))) if value else "",
    }
    return {
        "plan": plan,
        "facts": [(label, words) for label, words in told.items() if words],
        "permissions": [line for line in permission_lines(file.consents, gate.choices) if line["answered"]],
        "told": bool(value),
    }


def _gate(request: AnyRequest) -> Gate:
    gate: Gate = request.app.state.gate
    if gate.choices.sheet == "none":
        raise NotFound
    return gate


def _day(request: AnyRequest) -> date:
    """The day asked for. Who only takes the register sees today and the next few days. Raises Forbidden."""
    today = today_of(request)
    day = day_or_none(request.query_params.get("date")) or today
    if not visitor_of(request).holds(["dossiers"]) and not today <= day <= today + AHEAD:
        raise Forbidden("Les consignes de santé ne s’ouvrent que pour aujourd’hui et les jours qui viennent.")
    return day


ROUTES = [day_instructions, child_instructions]
