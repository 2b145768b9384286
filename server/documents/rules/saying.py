"""What a family's notices say of a document: one line each, behind the sign-in; locked screens never see it."""

from collections.abc import Mapping

from server.documents.rules.kinds import OTHER, kind_of

WHYS: Mapping[str, str] = {
    "asked": "demandé par la mairie",
    "refused": "refusé, à renvoyer",
    "infected": "bloqué par l’antivirus, à renvoyer",
    "ends_soon": "expire bientôt",
    "over": "expiré",
    "accepted": "accepté",
    "new": "déposé par la mairie",
}


def line_of(kind: str, title: str, child: str, why: str, words: str = "") -> str:
    """« Justificatif de domicile : refusé, à renvoyer. Motif : la photo est floue. »."""
    name = (title or kind_of(OTHER).label) if kind == OTHER else kind_of(kind).label
    whom = f", {child}" if child else ""
    said = "Message" if why == "asked" else "Motif"
    end = "" if words.endswith((".", "!", "?", "…")) else "."
    more = f" {said}\u00a0: {words}{end}" if words else ""
    return f"{name}{whom}\u00a0: {WHYS[why]}.{more}"
