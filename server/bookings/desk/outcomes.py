"""What came of a verdict, or of taking it back, in the words of one banner."""

from collections import Counter
from datetime import datetime

from server.bookings.commands.bulk import Undone
from server.bookings.commands.decisions import Outcome, Stale
from server.bookings.desk.words import Values
from server.french import plural


def told_of(outcome: Outcome, at: datetime | None = None) -> Values:
    """The outcome of a verdict in one banner: « 11 réservations validées. 1 déjà traitée par Marie Durand. »."""
    accepted = outcome.verdict == "accept"
    ends = ("validée", "validées") if accepted else ("refusée", "refusées")
    done = [
        plural(outcome.requests, f"réservation {ends[0]}", f"réservations {ends[1]}") if outcome.requests else "",
        _cancellations(outcome.cancellations, accepted),
    ]
    notes = [*_late(outcome.stale)]
    if outcome.promoted:
        notes.append(
            plural(outcome.promoted, "place rendue à la liste d’attente", "places rendues à la liste d’attente")
        )
    if outcome.gone:
        notes.append(plural(outcome.gone, "demande introuvable", "demandes introuvables"))
    if outcome.done:
        notes.append("La famille est prévenue" if outcome.done == 1 else "Les familles sont prévenues")
    title = ", ".join(filter(None, done)) or "Rien n’a été changé"
    text = " ".join(f"{note}." for note in notes)
    return {
        "kind": "ok" if outcome.done and not outcome.stale else "wait",
        "title": title,
        "text": text,
        "undo": at.isoformat() if at and outcome.done else "",
    }


def _cancellations(count: int, accepted: bool) -> str:
    end = "acceptée" if accepted else "refusée"
    return plural(count, f"annulation {end}", f"annulations {end}s") if count else ""


def _late(stale: tuple[Stale, ...]) -> list[str]:
    """« 1 déjà traitée par Marie Durand » for each colleague, « 1 modifiée entre-temps par la famille »."""
    notes = []
    for by, count in Counter(each.by for each in stale).items():
        if by:
            notes.append(plural(count, f"déjà traitée par {by}", f"déjà traitées par {by}"))
        else:
            notes.append(plural(count, "modifiée entre-temps par la famille", "modifiées entre-temps par la famille"))
    return notes


def undone_of(undone: Undone) -> Values:
    """« 12 demandes attendent de nouveau. 1 reste décidée : place reprise depuis. »."""
    title = plural(undone.back, "demande attend de nouveau", "demandes attendent de nouveau")
    notes = [
        plural(count, f"reste décidée : {fault}", f"restent décidées : {fault}")
        for fault, count in Counter(undone.faults).items()
    ]
    if undone.back:
        notes.append(
            "Les familles déjà prévenues le sont de nouveau" if undone.told else "Personne n’avait été prévenu"
        )
    text = " ".join(f"{note}." for note in notes)
    return {
        "kind": "ok" if undone.back and not undone.faults else "wait",
        "title": title if undone.back else "Aucune décision n’a été retirée",
        "text": text,
        "undo": "",
    }
