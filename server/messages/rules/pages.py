"""News and practical pages: their fields, and when a piece of news is shown; pure."""

from datetime import date

from server.fields import Field, Typed

TITLE = Field("titre", "Titre", required=True, longest=140)
TEXT = Field(
    "texte",
    "Texte",
    "lines",
    required=True,
    longest=10_000,
    hint="Une ligne vide sépare les paragraphes. « - » en début de ligne fait une liste, « # » un intertitre.",
)
NEWS = (
    TITLE,
    TEXT,
    Field("du", "Visible à partir du", "date", required=True),
    Field("au", "Jusqu’au", "date", hint="Vide : tant que vous ne la retirez pas."),
    Field("epingle", "Garder en tête de liste", "tick"),
    Field("prevenir", "Prévenir les familles", "tick", hint="Une seule fois, le jour où elle devient visible."),
)
INFO = (
    TITLE,
    TEXT,
    Field("rang", "Rang dans la liste", "number", longest=3, hint="Les petits nombres d’abord."),
    Field("visible", "Visible des familles", "tick"),
)


def checked(typed: Typed) -> Typed:
    """The form of a piece of news with its two days compared."""
    first, last = typed.errors.get("du") or typed.day("du"), typed.errors.get("au") or typed.day("au")
    if isinstance(first, date) and isinstance(last, date) and last < first:
        return typed.but(au="Ce jour est avant le premier.")
    return typed


def is_shown(first: date, last: date | None, today: date) -> bool:
    """Whether families see it on that day, both ends included."""
    return first <= today and (last is None or today <= last)
