"""Sending a document: the form, and the door its files come through."""

from dataclasses import dataclass, replace
from typing import Any

from litestar import Response, get, post

from server.documents.commands.putting import New
from server.documents.queries.family import Standing, standing_of
from server.documents.receiving import Taken, answer, archive_of, new_form_id, take_in
from server.documents.rules.asking import Item
from server.documents.rules.kinds import ANYTHING, OTHER, TABLE, Kind, kind_of
from server.documents.words import ended, limits_words
from server.errors import NotFound
from server.families.queries import Child
from server.families.queries.requests import RequestFile, my_request
from server.families.rules.requests import OPEN
from server.fields import Field, Typed
from server.web import AnyRequest, page, parent, visitor_of
from server.web.params import today_of

TITLE = Field(
    "titre", "Ce que c’est", required=True, longest=120, hint="Par exemple\u00a0: certificat du club de sport."
)
WHICH = Field(
    "type", "Type de document", "choice", True, options=tuple((kind.name, kind.label) for kind in (*TABLE, ANYTHING))
)
PLAIN_TITLE = replace(TITLE, required=False, hint="Si aucun type ne convient.")


@dataclass(frozen=True)
class Wish:
    """Which document is being sent: its kind, whom it is about, and where it stands."""

    kind: Kind
    child: Child | None
    item: Item | None
    request: RequestFile | None = None  # a request it goes with; its type is then chosen in the form

    @property
    def url(self) -> str:
        """Where its files go: the kind is in the address, known before a byte of a file is read."""
        if self.request:
            return f"/documents/fichiers?demande={self.request.ref}"
        child = f"&enfant={self.child.ref}" if self.child else ""
        return f"/documents/fichiers?type={self.kind.name}{child}"

    @property
    def fields(self) -> tuple[Field, ...]:
        """What is asked beside the files."""
        if self.request:
            return (WHICH, PLAIN_TITLE)
        return (TITLE,) if self.kind is ANYTHING and self.item is None else ()


@get("/documents/envoyer", guards=[parent])
async def send_page(request: AnyRequest) -> Response[str]:
    """The form: what is asked, a photo or a file."""
    return _form(request, await _wish(request), Typed())


@post("/documents/fichiers", guards=[parent], request_max_body_size=None)
async def send(request: AnyRequest) -> Response[Any]:
    """The files of a document; the same form sent twice is one document."""
    wish, visitor = await _wish(request), visitor_of(request)

    def new(typed: Typed, key: str) -> New:
        return New(
            shelf="sent",
            kind=typed.value("type") or wish.kind.name,
            title=typed.value("titre") or (wish.item.note[:120] if wish.item and wish.kind is ANYTHING else ""),
            sent_by=visitor.account_id,
            sent_key=key,
            files=(),
            family_id=visitor.family_id,
            child_id=wish.child.id if wish.child else None,
            request_id=wish.request.id if wish.request else None,
            sender=visitor,
        )

    async def again(taken: Taken) -> Response[str]:
        return _form(request, wish, taken.typed, taken.status)

    after = f"/dossier/demarches/{wish.request.ref}?joint" if wish.request else "/documents/envois?dit=recu"
    return await answer(request, await take_in(request, wish.fields, new), after, again)


ROUTES = [send_page, send]


async def _wish(request: AnyRequest) -> Wish:
    """?type=home_proof&enfant=ref: among what is asked of this family, or any other document where that is allowed.

    ?demande=ref: with a request of one's own that is still open, whether there is a family yet or not.
    """
    state, visitor, params = request.app.state, visitor_of(request), request.query_params
    if ref := params.get("demande", ""):
        asked_for = await state.db.read(my_request, visitor, ref) if ref.isprintable() else None
        if asked_for is None or asked_for.status not in OPEN:
            raise NotFound
        return Wish(ANYTHING, None, None, asked_for)
    if visitor.family_id is None:
        raise NotFound("Votre compte n’est relié à aucun dossier famille.")
    asked, today = archive_of(request).asked, today_of(request)
    standing: Standing = await state.db.read(standing_of, visitor.family_id, asked, today, visitor)
    name, child_ref = params.get("type", OTHER), params.get("enfant", "")
    child = next((each for each in standing.children if each.ref == child_ref), None)
    item = next((i for i in standing.items if i.kind == name and standing.child_of(i) == child), None)
    free = name == OTHER and not child_ref and state.profile.documents.free_sending
    if item is None and not free:
        raise NotFound
    return Wish(kind_of(name), child, item)


def _form(request: AnyRequest, wish: Wish, typed: Typed, status: int = 200) -> Response[str]:
    limits, item = archive_of(request).limits, wish.item
    return page(
        request,
        "documents/send.html",
        status,
        kind=wish.kind,
        child=wish.child.first_name if wish.child else "",
        asked=wish.request,
        note=ended(item.note) if item and item.note else "",
        reason=ended(item.reason) if item and item.standing == "refused" and item.reason else "",
        checking=bool(item and item.standing == "checking"),
        fields=wish.fields,
        typed=typed,
        action=wish.url,
        form_id=new_form_id(),
        limits=limits,
        limits_words=limits_words(limits),
    )
