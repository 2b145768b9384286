"""One child's file for agents: read (noted, capped), a PAI decided, an incomplete file admitted."""

from dataclasses import dataclass, field
from typing import Any

from litestar import Response, get, post

from server.database import Work
from server.errors import BadInput, TooMany
from server.fields import Field, Typed, read
from server.health.commands.agents import admit, decide_plan
from server.health.commands.reading import CAPPED, File, open_file_for_agent
from server.health.opening import gate_of
from server.health.queries.gate import Gate, all_standings
from server.health.queries.homes import Reach, reach_of
from server.health.queries.reads import Readings, readings_of
from server.health.rules.gate import Standing
from server.health.rules.plans import ANSWERING, ESTABLISHING, establishing_faults
from server.health.screens import file_values, reading_lines
from server.web import AnyRequest, agent, form_of, page, redirect, visitor_of
from server.web.params import number_of, ref_of, today_of

FILES = agent("dossiers")
ADMITTING = (
    Field("jusque", "Accepté jusqu’au", "date", True),
    Field("motif", "Motif", "lines", True, longest=300, hint="Les responsables de l’enfant le liront."),
)
SAID = {
    "pai": "Le PAI est enregistré. Les responsables de l’enfant sont prévenus, sans détail.",
    "admis": "Le dossier est accepté jusqu’à cette date. Les responsables de l’enfant sont prévenus.",
}
CHANGED = "Ce PAI a changé entre-temps : relisez-le. Rien n’a été enregistré."
ADMITTED = "Un autre agent a décidé entre-temps : relisez sa décision. Rien n’a été enregistré."


@dataclass(frozen=True)
class Tried:
    """A form that came back, and what stood in the way."""

    form: str = ""  # establish | answer | admit
    number: int = 0
    typed: Typed = field(default_factory=Typed)
    refusal: str = ""


@get("/agent/sante/enfants/{ref:str}", guards=[FILES])
async def child_page(request: AnyRequest) -> Response[str]:
    """All of it."""
    return await _page(request, Tried())


@post("/agent/sante/enfants/{ref:str}/pai", guards=[FILES])
async def decide(request: AnyRequest) -> Response[Any]:
    """Establish, refuse or end a PAI."""
    form, act = await form_of(request), ""
    act = form.get("acte", "")
    number, today = number_of(form.get("numero")), today_of(request)
    if act == "etablir":
        typed = establishing_faults(read(ESTABLISHING, form, today), today)
        changes: dict[str, Any] = {
            "first_day": typed.day("du") if typed.good else None,
            "last_day": typed.day("au") if typed.good else None,
            "instruction": typed.value("consigne"),
            "packed_meal": typed.ticked("panier"),
        }
    elif act in ("refuser", "terminer"):
        typed = read(ANSWERING, form, today)
        changes = {"answer": typed.value("reponse")}
    else:
        raise BadInput
    tried = Tried("establish" if act == "etablir" else "answer", number, typed)
    if not typed.good:
        return await _page(request, tried)
    state = {"etablir": "established", "refuser": "refused", "terminer": "ended"}[act]
    shared, ref = request.app.state, ref_of(request)
    done = await shared.db.write(
        decide_plan, gate_of(request).vault, visitor_of(request), ref, number, state, changes, shared.clock()
    )
    if not done:
        return await _page(request, Tried(tried.form, number, typed, CHANGED))
    return redirect(f"/agent/sante/enfants/{ref}?dit=pai")


@post("/agent/sante/enfants/{ref:str}/admission", guards=[FILES])
async def admit_child(request: AnyRequest) -> Response[Any]:
    """Let the child come although the file is incomplete, with a reason."""
    form, today, shared, ref = await form_of(request), today_of(request), request.app.state, ref_of(request)
    typed = read(ADMITTING, form, today)
    until = typed.day("jusque") if typed.good else None
    if typed.good and until and until < today:
        typed = typed.but(jusque="Cette date est passée.")
    if not typed.good or until is None:
        return await _page(request, Tried("admit", typed=typed))
    saved = await shared.db.write(
        admit, gate_of(request).vault, visitor_of(request), ref, until, typed.value("motif"),
        number_of(form.get("vu"), -1), shared.clock(),
    )  # fmt: skip
    if saved.outcome != "done":
        return await _page(request, Tried("admit", typed=typed, refusal=ADMITTED))
    return redirect(f"/agent/sante/enfants/{ref}?dit=admis")


async def _page(request: AnyRequest, tried: Tried) -> Response[str]:
    """The file, its reading noted first: nothing is shown beyond the cap."""
    gate, state, today, visitor = gate_of(request), request.app.state, today_of(request), visitor_of(request)
    file = await state.db.write(open_file_for_agent, gate.vault, visitor, ref_of(request), "dossier", state.clock())
    if file is None:
        raise TooMany(CAPPED, retry_after=3600)
    standing, reach, latest = await state.db.read(_around, gate, file, today)
    admission = file.record.admission
    return page(
        request,
        "health/desk_child.html",
        status=422 if tried.typed.errors or tried.refusal else 200,
        file=file_values(file, standing, gate.choices, today),
        reach=reach,
        latest=reading_lines(latest.lines),
        admission=admission,
        tried=tried,
        establishing=ESTABLISHING,
        answering=ANSWERING,
        admitting=ADMITTING,
        none_typed=Typed(),
        said=SAID.get(request.query_params.get("dit", ""), ""),
    )


def _around(gate: Gate, file: File, today: Any) -> Work[tuple[Standing, Reach, Readings]]:
    standings = yield from all_standings(gate, [file.child.id], today)
    reach = yield from reach_of(file.child.id)
    return standings[file.child.id], reach, (yield from readings_of(file.child.id, 1, 20))


ROUTES = [child_page, decide, admit_child]
