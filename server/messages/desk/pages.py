"""What agents' pages share: two who write the same page do not overwrite each other."""

from server.web import AnyRequest, agent

GUARD = agent("content")
LATE = (
    "Une autre personne a changé cette page entre-temps. Votre texte est toujours là\u00a0: "
    "relisez le sien, puis enregistrez de nouveau pour garder le vôtre."
)


def seen_in(form: dict[str, str]) -> int:
    """The version that was on the screen; 0 for a new page."""
    seen = form.get("version", "")
    return int(seen) if seen.isascii() and seen.isdecimal() and len(seen) < 7 else 0


def said_in(request: AnyRequest) -> str:
    """What the page says of the act just done."""
    return {"garde": "C’est enregistré.", "retire": "C’est retiré."}.get(request.query_params.get("dit", ""), "")
