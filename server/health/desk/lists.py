"""Children whose file lacks something, and PAI to establish or that end."""

from typing import Any

from litestar import Response, get

from server.database import Work
from server.errors import TooMany
from server.health.commands.reading import CAPPED, may_open, note_readings
from server.health.opening import gate_of
from server.health.queries.desk import KINDS, Line, Lists, lists_of
from server.health.queries.gate import Gate
from server.health.rules.gate import PARTS, listed
from server.health.rules.plans import STATES
from server.health.screens import day_full
from server.web import AnyRequest, Visitor, agent, page, visitor_of
from server.web.folding import clean
from server.web.params import number_of, today_of

FILES = agent("dossiers")


@get("/agent/sante", guards=[FILES])
async def lists(request: AnyRequest) -> Response[str]:
    """One list of files; those of PAI name children who have one, so each of their lines is a reading."""
    params, gate, state, today = request.query_params, gate_of(request), request.app.state, today_of(request)
    kind = params["etat"] if params.get("etat") in KINDS else "incomplets"
    text = clean(params.get("q", ""), 80)
    asked = (gate, kind, text, max(1, number_of(params.get("page"), 1)), today)
    found = await state.db.write(_listed, visitor_of(request), state.clock(), asked)
    if found is None:
        raise TooMany(CAPPED, retry_after=3600)
    return page(
        request,
        "health/desk_lists.html",
        found=found,
        kinds=KINDS,
        text=text,
        lines=[_line(line, kind) for line in found.lines],
    )


def _line(line: Line, kind: str) -> dict[str, Any]:
    standing = line.standing
    plans = [plan for plan in standing.plans if plan.state in ("asked", "established")]
    return {
        "line": line,
        "missing": listed(part for part in PARTS if part in standing.missing),
        "admitted": day_full(standing.admitted_until) if standing.admitted_until else "",
        "plans": [
            {"word": STATES[plan.state], "until": day_full(plan.last_day) if plan.last_day else ""} for plan in plans
        ]
        if kind != "incomplets"
        else [],
    }


def _listed(visitor: Visitor, now: Any, asked: tuple[Gate, str, str, int, Any]) -> Work[Lists | None]:
    found = yield from lists_of(*asked)
    ids = [line.id for line in found.lines] if found.kind != "incomplets" else []
    if not (yield from may_open(visitor, ids, now)):
        return None
    yield from note_readings(visitor, ids, "liste", now)
    return found


ROUTES = [lists]
