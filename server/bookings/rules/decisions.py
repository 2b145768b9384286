"""What an agent may make of a square, and why not: the verdicts of the inbox, and days booked outside the rules."""

from server.bookings.rules.squares import Session
from server.bookings.rules.states import HOLDS_A_PLACE, LABELS, MOVES

PENDING = ("requested", "cancel_requested")
VERDICTS = {
    "accept": {"requested": "booked", "cancel_requested": "free"},
    "refuse": {"requested": "refused", "cancel_requested": "booked"},
}
OVERRIDES = ("booked", "free", "absent_excused", "absent_billed", "waiting")
CLOSED_BECOMES = {
    "requested": "free",
    "to_pay": "free",
    "booked": "free",
    "cancel_requested": "free",
    "waiting": "free",
    "absent_billed": "absent_excused",  # nobody pays for a day on which the town was closed
}
MOST_REASON = 200
MOST_PLACES = 9_999

REASONS = {
    "refuse": (
        "Le nombre de places est atteint.",
        "Le dossier de l’enfant est incomplet.",
        "La demande est arrivée après la date limite.",
        "L’enfant n’a pas l’âge de ce groupe.",
        "La prestation est déjà commandée : elle reste due.",
    ),
    "override": (
        "À votre demande, par téléphone.",
        "À votre demande, au guichet.",
        "Absence signalée à temps, justificatif reçu.",
        "Sortie de la classe ce jour-là.",
        "Enfant présent sans réservation.",
        "Correction d’une erreur de la mairie.",
    ),
    "closure": (
        "Grève du personnel.",
        "Fermeture exceptionnelle pour travaux.",
        "Alerte météo.",
        "Pont : l’accueil est fermé.",
        "Sortie scolaire de toutes les classes.",
    ),
}


def decided(state: str, verdict: str) -> str | None:
    """The state after `verdict` on a square in `state`; None when nothing waits for a decision there."""
    return VERDICTS[verdict].get(state)


def reason_fault(reason: str, required: bool = True) -> str:
    """What is wrong with a reason, to be told beside its field; empty when nothing is."""
    if required and not reason:
        return "Indiquez le motif : la famille le lira."
    if len(reason) > MOST_REASON:
        return f"Ce motif est trop long : {MOST_REASON} caractères au plus."
    return ""


def overrides_from(state: str) -> tuple[str, ...]:
    """The states an agent may bring a square to, from `state`."""
    return tuple(wanted for wanted in OVERRIDES if wanted in MOVES[state])


def override_fault(before: str, wanted: str, session: Session, enrolled: bool, waiting_list: bool) -> str:
    """Why an agent may not bring the square there, in words; empty when they may. Places and closures still hold."""
    if wanted not in overrides_from(before):
        return f"« {LABELS[before]} » ne peut pas devenir « {LABELS[wanted]} » directement."
    comes = wanted in ("booked", "waiting") and before not in HOLDS_A_PLACE
    if comes and not enrolled:
        return "L’enfant n’est pas inscrit à cette activité ce jour-là : inscrivez-le d’abord."
    if comes and session.closed_reason:
        return f"Ce jour est fermé : {session.closed_reason}"
    if wanted == "booked" and comes and session.full:
        way_out = " ou choisissez la liste d’attente" if waiting_list and before != "waiting" else ""
        places = f"{session.taken} places prises sur {session.capacity}"
        return f"Complet ({places}). Augmentez la capacité sur la liste du jour{way_out}."
    if wanted == "waiting" and not waiting_list:
        return "Cette activité n’a pas de liste d’attente."
    if wanted == "waiting" and not session.full:
        return "Il reste de la place : choisissez « Réservé »."
    return ""


def undo_fault(before: str, after: str, session: Session, changed: bool, late: bool) -> str:
    """Why a verdict that made `before` into `after` cannot be taken back, in words; empty when it can."""
    if late:
        return "décidée il y a trop longtemps"
    if changed:
        return "modifiée depuis"
    needs_a_place = before in HOLDS_A_PLACE and after not in HOLDS_A_PLACE
    if needs_a_place and session.closed_reason:
        return "jour fermé depuis"
    if needs_a_place and session.full:
        return "place reprise depuis"
    return ""


def capacity_fault(capacity: int | None, taken: int) -> str:
    """Why a session cannot have that many places; empty when it can. None means no limit."""
    if capacity is None or taken <= capacity <= MOST_PLACES:
        return ""
    if capacity > MOST_PLACES:
        return f"{MOST_PLACES} places au plus."
    places = "1 place est déjà prise" if taken == 1 else f"{taken} places sont déjà prises"
    return f"{places} : la capacité ne peut pas descendre à {capacity}. Annulez d’abord des réservations."
