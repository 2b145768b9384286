"""One document a family sent: its pages to look at, and the verdict with its reason."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from litestar import Response, get, post

from server.documents.commands.judging import Verdict, decide
from server.documents.queries.office import Filed, one_of
from server.documents.receiving import archive_of
from server.documents.rules.asking import counts_until
from server.documents.rules.kinds import ANYTHING, KINDS, TABLE, Kind
from server.documents.rules.states import MOST_REASON, REASONS
from server.documents.words import day_of, file_values, state_words
from server.errors import NotFound
from server.families.commands.readings import open_family
from server.families.queries import Child, children_of
from server.fields import Field, Typed, read
from server.french import instant
from server.web import AnyRequest, agent, form_of, page, redirect, visitor_of
from server.web.params import now_of, number_of, ref_of, today_of

GUARD = agent("dossiers")
UNTIL = Field("jusquau", "Dernier jour de validité", "date", hint="Vide\u00a0: sans limite.")
REASON = Field("motif", "Motif du refus", "lines", longest=MOST_REASON, hint="La famille le lira.")
NO_REASON = "Dites pourquoi\u00a0: la famille le lira et saura quoi envoyer."
STALE = "Ce document a changé entre-temps\u00a0: regardez-le à nouveau avant de répondre."


@dataclass(frozen=True)
class Opened:
    """A document, its family's children and what the agent typed."""

    filed: Filed
    children: tuple[Child, ...]
    typed: Typed
    stale: bool = False


@get("/agent/documents/{ref:str}", guards=[GUARD])
async def one(request: AnyRequest) -> Response[str]:
    """The document, with everything needed to decide."""
    filed, children = await _open(request)
    until = filed.document.valid_until or counts_until(
        archive_of(request).asked, filed.document.kind, today_of(request)
    )
    return _shown(request, Opened(filed, children, Typed({"jusquau": until.isoformat() if until else ""})))


@post("/agent/documents/{ref:str}", guards=[GUARD])
async def judge(request: AnyRequest) -> Response[Any]:
    """Accept or refuse; when a colleague has been quicker, the page says so and nothing is changed."""
    filed, children = await _open(request)
    form = await form_of(request)
    fields = (kind_field(), _child_field(children), UNTIL, REASON)
    typed = _judged(read(fields, form, today_of(request)), form.get("verdict", ""), today_of(request))
    if not typed.good:
        return _shown(request, Opened(filed, children, typed), 422)
    child = next((each.id for each in children if each.ref == typed.value("enfant")), None)
    verdict = _verdict(typed, form.get("verdict", ""), child)
    visitor, ref, seen = visitor_of(request), ref_of(request), number_of(form.get("version"))
    if not await request.app.state.db.write(decide, visitor, ref, seen, verdict, now_of(request)):
        filed, children = await _open(request)
        return _shown(request, Opened(filed, children, typed, stale=True), 409)
    return redirect(f"/agent/documents/{ref}?fait")


ROUTES = [one, judge]


async def _open(request: AnyRequest) -> tuple[Filed, tuple[Child, ...]]:
    """The document and its family's children; opening the family's file is noted. Raises NotFound, TooMany."""
    db = request.app.state.db
    filed = await db.read(one_of, ref_of(request))
    if filed is None or filed.document.shelf != "sent":
        raise NotFound
    if not filed.family_ref:
        return filed, ()
    family_id = await db.write(open_family, visitor_of(request), filed.family_ref, now_of(request))
    return filed, await db.read(children_of, family_id)


def kind_field() -> Field:
    """What the document turned out to be."""
    return Field("type", "Type de document", "choice", required=True, options=_options((*TABLE, ANYTHING)))


def _options(kinds: tuple[Kind, ...]) -> tuple[tuple[str, str], ...]:
    return tuple((kind.name, kind.label) for kind in kinds)


def _child_field(children: tuple[Child, ...]) -> Field:
    return Field("enfant", "Enfant", "choice", options=tuple((each.ref, each.first_name) for each in children))


def _judged(typed: Typed, verdict: str, today: date) -> Typed:
    if verdict == "refused" and not typed.value("motif"):
        return typed.but(motif=NO_REASON)
    if verdict not in ("accepted", "refused"):
        return typed.but(type="Choisissez d’accepter ou de refuser.")
    until = typed.day("jusquau") if typed.good else None
    if until and until < today:
        return typed.but(jusquau="Ce jour est passé\u00a0: refusez plutôt ce document, en disant qu’il est périmé.")
    kind = KINDS.get(typed.value("type"))
    if verdict == "accepted" and kind and kind.per_child and not typed.value("enfant"):
        return typed.but(enfant="Dites pour quel enfant.")
    return typed


def _verdict(typed: Typed, verdict: str, child: int | None) -> Verdict:
    kind = typed.value("type")
    mine = child if kind in KINDS and KINDS[kind].per_child else None
    if verdict == "accepted":
        return Verdict("accepted", kind, mine, typed.day("jusquau"))
    return Verdict("refused", kind, mine, reason=" ".join(typed.value("motif").split()))


def _shown(request: AnyRequest, opened: Opened, status: int = 200) -> Response[str]:
    document, today = opened.filed.document, today_of(request)
    badge, word = state_words(document)
    child = next((each.ref for each in opened.children if each.id == document.child_id), "")
    values = {"type": document.kind, "enfant": child, "motif": document.reason, **opened.typed.values}
    return page(
        request,
        "documents/desk_one.html",
        status,
        filed=opened.filed,
        document=document,
        files=file_values(document, "/agent/documents")["files"],
        badge=badge,
        word=word,
        at=instant(document.created_at, near=today),
        until=day_of(document.valid_until, today) if document.valid_until else "",
        fields={
            "kind": kind_field(),
            "child": _child_field(opened.children) if opened.children else None,
            "until": UNTIL,
            "reason": REASON,
        },
        typed=Typed(values, opened.typed.errors),
        reasons=REASONS,
        stale=STALE if opened.stale else "",
        done="fait" in request.query_params,
    )
