"""Two squares of one child for one session, when two files of that child become one: which of them stays. Pure."""

from dataclasses import dataclass
from datetime import datetime

# What was promised most firmly stays; of two alike, the one that was made first.
STRENGTH = (
    "booked", "to_pay", "requested", "cancel_requested", "absent_billed", "absent_excused", "waiting", "refused",
    "free",
)  # fmt: skip
RULE = (
    "Une séance demandée dans les deux fiches ne l’est plus qu’une fois\u00a0: la réservation la plus avancée reste "
    "(réservée, puis à payer, puis demandée)\u00a0; de deux pareilles, celle qui a été "
    "faite la première. L’autre est annulée et sa place rendue."
)
WHY = "Deux fiches du même enfant ont été réunies\u00a0: ce jour était demandé deux fois."


@dataclass(frozen=True)
class Held:
    """One of the two squares."""

    state: str
    version: int
    changed_at: datetime


def first_stays(kept: Held, gone: Held) -> bool:
    """Whether the square of the file that stays is the one that stays."""
    mine, theirs = STRENGTH.index(kept.state), STRENGTH.index(gone.state)
    return mine < theirs or (mine == theirs and kept.changed_at <= gone.changed_at)
