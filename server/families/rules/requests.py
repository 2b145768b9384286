"""What a request (démarche) is, which moves it allows to whom, and what silence means in law."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, Literal

from server.zone import months_after

Status = Literal["filed", "in_progress", "to_complete", "waiting_list", "accepted", "refused", "cancelled"]
Side = Literal["family", "service"]
Silence = Literal["accepted", "refused"]

STATUSES: Mapping[str, str] = {
    "filed": "Déposée",
    "in_progress": "En cours",
    "to_complete": "Pièces à compléter",
    "waiting_list": "Liste d’attente",
    "accepted": "Acceptée",
    "refused": "Refusée",
    "cancelled": "Annulée",
}
OPEN = ("filed", "in_progress", "to_complete", "waiting_list")  # still to be decided
DECIDED = ("accepted", "refused", "cancelled")
MOST_WORDS = 1_000  # of a message, or of the words that go with a move

# Who may bring a request from where to where. A refusal can be reopened; an acceptance has already changed the file.
MOVES: Mapping[tuple[Side, str], tuple[Status, ...]] = {
    ("family", "filed"): ("cancelled",),
    ("family", "in_progress"): ("cancelled",),
    ("family", "to_complete"): ("in_progress", "cancelled"),
    ("family", "waiting_list"): ("cancelled",),
    ("service", "filed"): ("in_progress", "to_complete", "waiting_list", "accepted", "refused"),
    ("service", "in_progress"): ("to_complete", "waiting_list", "accepted", "refused"),
    ("service", "to_complete"): ("in_progress", "waiting_list", "accepted", "refused"),
    ("service", "waiting_list"): ("in_progress", "to_complete", "accepted", "refused"),
    ("service", "refused"): ("in_progress",),
}
# The family must be told what to send, or why not.
MISSING_WORDS: Mapping[str, str] = {
    "to_complete": "Écrivez ce qui manque\u00a0: la famille le lira.",
    "refused": "Indiquez le motif\u00a0: la famille le lira.",
}


@dataclass(frozen=True)
class Kind:
    """One kind of request. `rights`: the agents who read and decide it, any of these."""

    name: str
    label: str
    rights: tuple[str, ...] = ("dossiers",)
    queues: bool = False  # may wait for a place
    bulk: bool = False  # several may be accepted together, unread one by one


TABLE = (
    Kind("family_declared", "Déclaration de ma famille"),
    Kind("member_added", "Ajout d’un membre"),
    Kind("member_removed", "Retrait d’un membre"),
    Kind("adult_changed", "Fiche d’un adulte"),
    Kind("child_changed", "Fiche d’un enfant"),
    Kind("address_changed", "Changement d’adresse", bulk=True),
    Kind("schooling", "École et niveau", bulk=True),
    Kind("custody_changed", "Garde d’un enfant"),
    Kind("health_file", "Dossier santé"),
)
KINDS: Mapping[str, Kind] = {kind.name: kind for kind in TABLE}


def moves_from(side: Side, status: str, kind: Kind) -> tuple[Status, ...]:
    """Where this side may bring a request of this kind; no queue for what has no places."""
    return tuple(to for to in MOVES.get((side, status), ()) if to != "waiting_list" or kind.queues)


def words_fault(to: str, words: str) -> str:
    """What is wrong with the words of a move, to be told beside their field; empty when nothing is."""
    if to in MISSING_WORDS and not words:
        return MISSING_WORDS[to]
    if len(words) > MOST_WORDS:
        return f"{MOST_WORDS} caractères au plus\u00a0: il y en a {len(words)}."
    return ""


# What is asked for ----------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Line:
    """One line of a request: a field with what it was and what it would be. No `old`: there was nothing."""

    label: str
    new: str
    old: str = ""
    section: str = ""


@dataclass(frozen=True)
class Content:
    """What a request asks, kept as JSON: `lines` for people, `data` for the room that acts on an acceptance."""

    lines: tuple[Line, ...] = ()
    reason: str = ""
    data: Mapping[str, Any] = field(default_factory=dict)

    @property
    def sections(self) -> tuple[tuple[str, tuple[Line, ...]], ...]:
        """The lines under their headings, in the order they came."""
        names = dict.fromkeys(line.section for line in self.lines)
        return tuple((name, tuple(line for line in self.lines if line.section == name)) for name in names)


# What silence means ---------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Service:
    """The department in charge, as the receipt names it; and what its silence means (CRPA L231-1, L231-4)."""

    name: str
    address: str = ""
    phone: str = ""
    email: str = ""
    silence: Silence = "refused"
    months: int = 2


@dataclass(frozen=True)
class Receipt:
    """The acknowledgement of receipt (CRPA R112-5): kept as it was given, whatever the town changes later."""

    service: Service
    received_at: datetime
    silent_until: date


def receipt_of(service: Service, now: datetime, today: date) -> Receipt:
    """The receipt of a request that arrived at `now`, `today` in town."""
    return Receipt(service, now, months_after(today, service.months))


def silence_sentences(silence: str, until: str) -> tuple[str, ...]:
    """What silence means, and what one can do then; `until` is the day in words."""
    if silence == "accepted":
        return (
            f"Sans réponse de la mairie le {until}, votre demande sera considérée comme acceptée.",
            "Vous pourrez alors demander à la mairie une attestation de cette acceptation "
            "(code des relations entre le public et l’administration, article L. 232-3).",
        )
    return (
        f"Sans réponse de la mairie le {until}, votre demande sera considérée comme refusée.",
        "Vous aurez alors deux mois pour demander à la mairie de revoir sa position (recours gracieux) "
        "ou pour saisir le tribunal administratif.",
    )
