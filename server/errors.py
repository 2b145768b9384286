"""Faults and what people are told: one table from fault to page, fragment and JSON."""

from dataclasses import dataclass


class Fault(Exception):
    """Something the visitor must be told; `code` names its row in the table below."""

    code = "broken"

    def __init__(self, message: str = "", retry_after: int | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.retry_after = retry_after


class NotFound(Fault):
    """No such thing among what this visitor may see."""

    code = "not_found"


class SignedOut(Fault):
    """The session is missing or over."""

    code = "signed_out"


class Forbidden(Fault):
    """The agent's rights do not cover this screen, or the request came from another site."""

    code = "forbidden"


class BadInput(Fault):
    """The request is malformed: not something a form of ours could send."""

    code = "malformed"


class TooLarge(Fault):
    """More than the door lets in."""

    code = "too_large"


class Full(Fault):
    """There is no room for more just now: on the disk, or on the doors that take files."""

    code = "busy_form"


class OtherAccount(Fault):
    """The phone speaks for another account than the one signed in."""

    code = "other_account"


class TooMany(Fault):
    """Too many attempts: come back in `retry_after` seconds."""

    code = "too_many"


class Newer(Fault):
    """A phone speaks a later version than this server, which was put back: it must keep what it has and come later."""

    code = "newer"


class Sealed(Fault):
    """A health file cannot be opened: its key is missing. Nothing is shown, and nothing written in its place."""

    code = "sealed"


@dataclass(frozen=True)
class Answer:
    """How one fault is told: HTTP status, title and text in French (what happened, what was kept)."""

    status: int
    title: str
    text: str


ANSWERS = {
    "not_found": Answer(404, "Page introuvable", "Cette page n’existe pas ou n’existe plus. Rien n’a été modifié."),
    "signed_out": Answer(
        401, "Reconnectez-vous", "Votre session est terminée. Ce que vous avez touché est gardé sur ce téléphone."
    ),
    "forbidden": Answer(403, "Accès refusé", "Votre compte ne permet pas d’ouvrir cette page. Rien n’a été modifié."),
    "malformed": Answer(400, "Demande incomprise", "Le portail n’a pas compris cette demande. Rien n’a été modifié."),
    "too_large": Answer(413, "Envoi trop volumineux", "Cet envoi dépasse la taille acceptée. Rien n’a été enregistré."),
    "other_account": Answer(
        409, "Autre compte", "Ces changements appartiennent à un autre compte. Ils n’ont pas été envoyés."
    ),
    "too_many": Answer(
        429, "Trop de tentatives", "Patientez quelques instants avant de recommencer. Rien n’a été perdu."
    ),
    "busy": Answer(
        503,
        "Service momentanément occupé",
        "Trop de demandes à la fois, ou une panne. Vos changements restent sur ce téléphone et partiront seuls.",
    ),
    "busy_form": Answer(
        503,
        "Service momentanément occupé",
        "Trop de demandes à la fois, ou une panne. Cet envoi n’a pas été enregistré\u00a0; refaites-le bientôt.",
    ),
    "sealed": Answer(
        503,
        "Dossier santé indisponible",
        "Ce dossier ne peut pas être ouvert pour le moment. Il n’est pas perdu, et rien n’y a été modifié.",
    ),
    "newer": Answer(
        503,
        "Version plus récente",
        "Ce téléphone est en avance sur le portail. Vos changements y restent et partiront seuls.",
    ),
    "broken": Answer(
        500,
        "Une erreur est survenue",
        "Le portail a rencontré une erreur de son côté. Elle est notée. Rien n’a été enregistré à moitié.",
    ),
    "method": Answer(405, "Action impossible", "Cette adresse ne s’utilise pas ainsi. Rien n’a été modifié."),
}
