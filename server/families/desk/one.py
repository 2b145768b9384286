"""One request on one screen: what it asks beside what the file says, who may be meant, the exchange, the decision."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from litestar import Response, get, post

from server.errors import BadInput, NotFound
from server.families.commands.deciding import CannotAccept, Handlers, Values, decide, write_back
from server.families.commands.readings import open_family
from server.families.commands.requests import Moved, read_messages
from server.families.commands.sharing import say_same
from server.families.desk.custody import PHRASES, custody_asked
from server.families.desk.inbox import READERS, URL
from server.families.desk_queries.inbox import next_ref
from server.families.desk_queries.matching import Match, possible_matches
from server.families.queries import Household, household_of
from server.families.queries.requests import RequestFile, any_request
from server.families.rules.requests import MOST_WORDS, OPEN, STATUSES, moves_from, words_fault
from server.fields import clean
from server.web import AnyRequest, form_of, page, redirect, visitor_of
from server.web.params import number_of, ref_of

VERBS = {
    "in_progress": "Prendre en charge",
    "to_complete": "Demander un complément",
    "waiting_list": "Mettre en liste d’attente",
    "accepted": "Accepter",
    "refused": "Refuser",
}
REOPEN = {"in_progress": "Rouvrir la demande"}
EMPTY = "Écrivez votre message."


@dataclass(frozen=True)
class Tried:
    """What the agent wrote, and why it was not done."""

    words: str = ""
    body: str = ""
    error: str = ""  # beside the words of a decision
    body_error: str = ""  # beside the message
    refusal: str = ""  # above the form


@get(URL + "/{ref:str}", guards=[READERS])
async def one(request: AnyRequest) -> Response[str]:
    """Everything needed to decide. Opening a family's request is noted like opening its file."""
    return await _page(request, Tried())


@post(URL + "/{ref:str}", guards=[READERS], status_code=303)
async def move(request: AnyRequest) -> Response[Any]:
    """A decision, or a step towards one; the family is told."""
    form, state, ref = await form_of(request), request.app.state, ref_of(request)
    to, words = form.get("vers", ""), clean(form.get("motif", ""), lines=True)
    if to not in STATUSES:
        raise BadInput
    await _readable(request)
    if fault := words_fault(to, words):
        return await _page(request, Tried(words, error=fault), 422)
    version = number_of(form.get("version"))
    if to == "accepted" and any(name.startswith("meme-") for name in form):
        version = await state.db.write(say_same, ref, version, same_from(form))
    try:
        moved: Moved = await state.db.write(
            decide, visitor_of(request), ref, version, to, words, state.clock(), state.handlers
        )
    except CannotAccept as fault:
        return await _page(request, Tried(words, refusal=str(fault)), 409)
    if not moved.done:
        return await _page(request, Tried(words, refusal=moved.text), 409)
    return redirect(f"{URL}/{ref}?fait")


@post(URL + "/{ref:str}/messages", guards=[READERS], status_code=303)
async def write(request: AnyRequest) -> Response[Any]:
    """A message to the family, without a decision."""
    state, body = request.app.state, clean((await form_of(request)).get("message", ""), lines=True)
    await _readable(request)
    if not body or len(body) > MOST_WORDS:
        return await _page(request, Tried(body=body, body_error=words_fault("", body) or EMPTY), 422)
    await state.db.write(write_back, visitor_of(request), ref_of(request), body, state.clock())
    return redirect(f"{URL}/{ref_of(request)}?ecrit#echanges")


def same_from(form: Mapping[str, str]) -> dict[int, tuple[str, str]]:
    """Which declared children the agent knows again: place to (ref, custody); « un nouvel enfant » is left out."""
    found = {}
    for name, ref in form.items():
        place = name.removeprefix("meme-")
        if name != place and place.isascii() and place.isdecimal() and ref.isprintable() and 0 < len(ref) <= 22:
            custody = form.get(f"garde-{place}", "")
            found[int(place)] = (ref, custody if custody in ("even", "odd") else "always")
    return found


async def _readable(request: AnyRequest) -> RequestFile:
    """The request of the address, of a kind this agent holds."""
    found: RequestFile | None = await request.app.state.db.read(any_request, ref_of(request))
    if found is None or not visitor_of(request).holds(found.kind.rights):
        raise NotFound
    return found


async def _page(request: AnyRequest, tried: Tried, status: int = 200) -> Response[str]:
    found, state, visitor = await _readable(request), request.app.state, visitor_of(request)
    home = await _household(request, found)
    if any(not m.by_agent and m.read_at is None for m in found.messages):
        await state.db.write(read_messages, found.id, "service", state.clock())
    moves = moves_from("service", found.status, found.kind)
    verbs = VERBS | (REOPEN if found.status == "refused" else {})
    choices = state.profile.families
    return page(
        request, "families/desk_request.html", status, asked=found, home=home, tried=tried, most=MOST_WORDS,
        sections=_sections(found, await _today(request, found)),
        matches=await _matches(request, found),
        custody=await custody_asked(request, found),
        moves=[{"to": to, "label": verbs[to]} for to in moves],
        phrases={"complete": choices.completion_phrases, "refuse": (*_own(found), *choices.refusal_phrases)},
        ends=await _ends(request, found),
        papers=await state.db.read(state.sent_with, found.id),
        said=next((key for key in ("fait", "ecrit") if key in request.query_params), ""),
        next=await state.db.read(next_ref, visitor, found.number),
    )  # fmt: skip


def _own(found: RequestFile) -> tuple[str, ...]:
    """The ready phrases of a kind that has its own."""
    return PHRASES if found.kind.name == "custody_changed" else ()


async def _household(request: AnyRequest, found: RequestFile) -> Household | None:
    """The family behind the request, its opening noted and capped; None before there is one."""
    state = request.app.state
    home: Household | None = await state.db.read(household_of, found.family_id)
    if home is not None:
        await state.db.write(open_family, visitor_of(request), home.ref, state.clock())
    return home


async def _today(request: AnyRequest, found: RequestFile) -> Values:
    handlers: Handlers = request.app.state.handlers
    handler = handlers.get(found.kind.name)
    if handler is None or handler.today is None or found.status not in ("filed", "in_progress", "to_complete"):
        return {}
    values: Values = await request.app.state.db.read(handler.today, found)
    return values


async def _ends(request: AnyRequest, found: RequestFile) -> Sequence[str]:
    """What an acceptance would end, in sentences."""
    handlers: Handlers = request.app.state.handlers
    handler, state = handlers.get(found.kind.name), request.app.state
    if handler is None or handler.ends is None or found.status not in OPEN:
        return ()
    told: Sequence[str] = await state.db.read(handler.ends, found, visitor_of(request), state.clock())
    return told


def _sections(found: RequestFile, today: Values) -> list[tuple[str, list[dict[str, str]]]]:
    """The lines under their headings; `now` where the file says neither the old value nor the new one any more."""
    shown = []
    for name, lines in found.content.sections:
        told = []
        for line in lines:
            now = today.get((name, line.label), line.old)
            told.append({"label": line.label, "old": line.old, "new": line.new, "now": "" if now == line.old else now})
        shown.append((name, told))
    return shown


@dataclass(frozen=True)
class Declared:
    """A child the request declares, with those of the town who may be the same."""

    place: int  # among the children of the declaration
    name: str
    birth_date: date
    matches: tuple[Match, ...]
    same: Mapping[str, str]  # what an agent said before: ref and custody


async def _matches(request: AnyRequest, found: RequestFile) -> list[Declared]:
    """For each child declared: who may be the same one. The family's own children are not counted."""
    declared: Sequence[Mapping[str, Any]] = found.content.data.get("children", ())
    shown = []
    for place, child in enumerate(declared):
        born, first, last = date.fromisoformat(child["birth_date"]), child["first_name"], child["last_name"]
        known = await request.app.state.db.read(possible_matches, born, first, last)
        theirs = tuple(m for m in known if all(id_ != found.family_id for id_, _, _ in m.families))
        if theirs:
            said = child.get("same") or {"ref": "", "custody": ""}
            shown.append(Declared(place, f"{first} {last}", born, theirs, said))
    return shown


ROUTES = [one, move, write]
