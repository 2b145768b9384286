"""The agents' doors to children entered twice. Reading two files is noted and capped like any other reading."""

from dataclasses import dataclass, field
from typing import Any, cast

from litestar import Response, get, post

from server.desk.duplicates.queries import Sheet, sheet_of
from server.errors import NotFound, TooMany
from server.families.commands.merging import Found, Joining, Outcome, merge, preview, say_two
from server.families.commands.readings import open_family
from server.families.desk_queries.pairs import Likely, likely_pairs
from server.families.rules import Kind
from server.families.rules.merging import Finding
from server.fields import Field, Typed, read
from server.health.commands.reading import CAPPED, File, open_file_for_agent
from server.web import AnyRequest, agent, form_of, page, redirect, visitor_of
from server.web.params import ref_of, today_of
from server.zone import town_day

URL = "/agent/doublons"
FILES = agent("dossiers")
MOST_SHOWN = 100
WEEKS = (("even", "les semaines paires"), ("odd", "les semaines impaires"))
FIELDS = (
    Field("garde", "Dans le foyer de la fiche réunie, l’enfant est là", "choice", options=WEEKS,
          hint="L’autre foyer garde les autres semaines. Sans réponse\u00a0: garde à préciser plus tard."),
    Field("motif", "Comment le savez-vous\u00a0?", "lines", True, 300, "Livret de famille, appel aux parents… Noté."),
    Field("verifie", "J’ai vérifié\u00a0: c’est un seul et même enfant", "tick", True),
)  # fmt: skip
SAID: dict[Outcome, str] = {
    "stale": "Quelque chose a changé depuis que vous lisez\u00a0: relisez ce qui se passera. Rien n’a été fait.",
    "stopped": "Cette réunion n’est pas possible en l’état\u00a0: voyez ce qui bloque. Rien n’a été fait.",
}


@dataclass(frozen=True)
class Tried:
    """What was posted, and why it was not done."""

    typed: Typed = field(default_factory=Typed)
    refusal: str = ""


@get(URL, guards=[FILES])
async def pairs(request: AnyRequest) -> Response[str]:
    """The likely ones, the sure ones first."""
    found: tuple[Likely, ...] = await request.app.state.db.read(likely_pairs)
    said = next((key for key in ("reunies", "distincts") if key in request.query_params), "")
    return page(request, "desk/duplicates.html", pairs=found[:MOST_SHOWN], total=len(found), said=said)


@get(URL + "/{ref:str}/{other:str}", guards=[FILES])
async def pair(request: AnyRequest) -> Response[str]:
    """Two files side by side, and what joining the second to the first would do. Writes nothing but who read."""
    return await _page(request, Tried())


@post(URL + "/{ref:str}/{other:str}", guards=[FILES], status_code=303)
async def join(request: AnyRequest) -> Response[Any]:
    """Join them, for good."""
    form, state = await form_of(request), request.app.state
    typed = read(FIELDS, form, today_of(request))
    if not typed.good:
        return await _page(request, Tried(typed), 422)
    kind = cast("Kind", typed.value("garde") or "always")
    said = Joining(form.get("vu", "")[:64], kind, typed.value("motif"))
    refs = ref_of(request), ref_of(request, "other")
    done: Outcome = await state.db.write(merge, visitor_of(request), *refs, said, state.child_parts, state.clock())
    if done != "done":
        return await _page(request, Tried(typed, SAID[done]), 409)
    return redirect(f"{URL}?reunies")


@post(URL + "/{ref:str}/{other:str}/distincts", guards=[FILES], status_code=303)
async def two(request: AnyRequest) -> Response[None]:
    """These are two children: not shown again."""
    state = request.app.state
    await state.db.write(say_two, visitor_of(request), ref_of(request), ref_of(request, "other"), state.clock())
    return redirect(f"{URL}?distincts")


async def _page(request: AnyRequest, tried: Tried, status: int = 200) -> Response[str]:
    state, now = request.app.state, request.app.state.clock()
    kept, gone = await _sheet(request, "ref"), await _sheet(request, "other")
    if kept.id == gone.id:
        raise NotFound
    found: Found = await state.db.read(preview, kept.ref, gone.ref, state.child_parts, now)
    sides = [(sheet, await _health(request, sheet)) for sheet in (kept, gone)]
    new_home = bool({home.ref for home in gone.homes} - {home.ref for home in kept.homes} and kept.homes)
    fields = [one for one in FIELDS if one.name != "garde" or new_home]
    return page(
        request, "desk/duplicate.html", status, sides=sides, groups=_groups(found), stamp=found.stamp,
        stopped=found.stopped, fields=fields, tried=tried, url=URL,
    )  # fmt: skip


async def _sheet(request: AnyRequest, name: str) -> Sheet:
    """One of the two, the opening of its families noted and capped."""
    state = request.app.state
    found: Sheet | None = await state.db.read(sheet_of, ref_of(request, name), state.clock())
    if found is None:
        raise NotFound
    for home in found.homes:
        await state.db.write(open_family, visitor_of(request), home.ref, state.clock())
    return found


async def _health(request: AnyRequest, sheet: Sheet) -> list[str]:
    """Which parts of the health file there are; nothing of what is in them. The reading is noted all the same."""
    state = request.app.state
    if state.gate.choices.sheet == "none":
        return []
    file: File | None = await state.db.write(
        open_file_for_agent, state.gate.vault, visitor_of(request), sheet.ref, "doublon", state.clock()
    )
    if file is None:
        raise TooMany(CAPPED, retry_after=3600)
    record = file.record
    parts = {"Fiche sanitaire": record.sheet, "Vaccinations": record.vaccines, "PAI": record.plans}
    told = [f"{name} ({town_day(kept.at):%d/%m/%Y})" for name, kept in parts.items() if kept]
    return [*told, *(["Autorisations"] if file.consents else [])]


def _groups(found: Found) -> dict[str, list[Finding]]:
    """The findings under their headings, in the order they came."""
    groups: dict[str, list[Finding]] = {}
    for one in found.findings:
        groups.setdefault(one.part, []).append(one)
    return groups


ROUTES = [pairs, pair, join, two]
