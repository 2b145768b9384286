"""What several doors of notices share: the page asked for, and the sentence after a form."""

import re

from server.errors import NotFound
from server.web import AnyRequest

SETTINGS = "/avis/reglages"
SAID = {  # after a form: how it looks, what it says
    "lus": ("ok", "Tous vos avis sont marqués comme lus."),
    "choix": ("ok", "Vos choix sont enregistrés."),
    "calme": ("ok", "Vos heures calmes sont enregistrées."),
    "heures": ("wait", "Indiquez deux heures différentes, comme 21:00 et 07:00. Rien n’a été changé."),
    "essai": ("ok", "Un avis d’essai est en route."),
    "trop": ("wait", "Plusieurs avis d’essai viennent de partir. Patientez quelques minutes avant le prochain."),
    "retire": ("ok", "Cet appareil ne recevra plus d’avis."),
    "inconnu": ("wait", "Cet appareil n’est plus dans votre liste."),
}


def said_by(request: AnyRequest) -> tuple[str, str] | None:
    """How the sentence after a form looks, and what it says; None when no form was sent."""
    return SAID.get(request.query_params.get("dit", ""))


def page_number(request: AnyRequest) -> int:
    """The number in the address, from 1. Raises NotFound for anything else."""
    raw = request.query_params.get("page", "1")
    if not re.fullmatch(r"[1-9][0-9]{0,3}", raw):
        raise NotFound
    return int(raw)
