"""What can be odd about a deadline, and the value that says so."""

from dataclasses import dataclass

KINDS = {
    "never": "Jamais réservable",
    "order": "Ordre inversé",
    "moved": "Date déplacée",
    "landing": "Date limite un jour fermé",
    "holiday": "Jour férié",
    "bridge": "Pont",
    "edge": "Vacances scolaires",
    "clock": "Changement d’heure",
    "hours": "Horaire changé",
    "far": "Très en avance",
}


@dataclass(frozen=True)
class Odd:
    """One thing to know of one session's deadlines."""

    kind: str
    text: str
