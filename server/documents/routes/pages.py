"""« Mes documents » and « Mes envois »."""

from litestar import Response, get

from server.documents.queries.family import received_by, sent_by_me, standing_of
from server.documents.receiving import archive_of
from server.documents.words import file_values, item_values, sent_values
from server.web import AnyRequest, page, parent, visitor_of
from server.web.params import today_of


@get("/documents", guards=[parent])
async def documents(request: AnyRequest) -> Response[str]:
    """What is asked of the family, what the town put there."""
    state, visitor, today = request.app.state, visitor_of(request), today_of(request)
    asked = archive_of(request).asked
    standing = await state.db.read(standing_of, visitor.family_id, asked, today, visitor)
    received = await state.db.read(received_by, visitor, today)
    items = [item_values(item, standing.child_of(item), asked, today) for item in standing.items]
    return page(
        request,
        "documents/documents.html",
        linked=visitor.family_id is not None,
        to_send=[item for item in items if item["to_send"]],
        others=[item for item in items if not item["to_send"]],
        own=[file_values(each) | {"at": each.created_at} for each in received.own],
        town_papers=[file_values(each) | {"until": each.shown_until} for each in received.town],
        free=state.profile.documents.free_sending and visitor.family_id is not None,
    )


SAID = {
    "recu": ("ok", "C’est envoyé.", "La mairie a reçu votre document. Vous recevrez un avis quand il sera vérifié."),
    "controle": (
        "ok",
        "C’est envoyé.",
        "Votre document est reçu et attend le contrôle de l’antivirus\u00a0; la mairie le verra ensuite.",
    ),
    "retire": ("ok", "Votre envoi est retiré.", "La mairie ne le verra pas."),
    "trop-tard": ("no", "Cet envoi ne peut plus être retiré.", "La mairie vient de le vérifier."),
}


@get("/documents/envois", guards=[parent])
async def sent(request: AnyRequest) -> Response[str]:
    """« Mes envois », each with what became of it."""
    found = await request.app.state.db.read(sent_by_me, visitor_of(request))
    today = today_of(request)
    return page(
        request,
        "documents/sent.html",
        lines=[sent_values(each, today) for each in found],
        said=SAID.get(request.query_params.get("dit", "")),
    )


ROUTES = [documents, sent]
