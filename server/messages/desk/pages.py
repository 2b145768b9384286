"""What agents' pages share: two who write the same page do not overwrite each other."""

from litestar import Response

from server.fields import Field, Typed
from server.web import AnyRequest, agent, page

GUARD = agent("content")
LATE = (
    "Une autre personne a changé cette page entre-temps. Votre texte est toujours là\u00a0: "
    "relisez le sien, puis enregistrez de nouveau pour garder le vôtre."
)


def page_form(
    request: AnyRequest, kind: str, ref: str, fields: tuple[Field, ...], typed: Typed, version: int
) -> Response[str]:
    """The form of one page, new without `ref`; `kind` is news or infos, `version` the one it was drawn from."""
    status = 422 if typed.errors else 200
    return page(
        request, "messages/desk_page.html", status, kind=kind, ref=ref, fields=fields, typed=typed, version=version
    )


def said_in(request: AnyRequest) -> str:
    """What the page says of the act just done."""
    return {"garde": "C’est enregistré.", "retire": "C’est retiré."}.get(request.query_params.get("dit", ""), "")
