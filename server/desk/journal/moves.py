"""Moves of a square in the journal's words, by where they come from and where they lead; and what a line is about."""

from collections.abc import Callable, Mapping

from server.bookings.rules.states import LABELS
from server.desk.journal.queries import Line
from server.french import day_long

# None stands for every other origin.
Moves = Mapping[tuple[str | None, str], str]
TAPS: Moves = {
    (None, "booked"): "a réservé",
    ("cancel_requested", "booked"): "a renoncé à annuler",
    (None, "requested"): "a demandé à réserver",
    (None, "to_pay"): "a réservé, à payer,",
    (None, "waiting"): "a demandé une place en liste d’attente",
    (None, "free"): "a annulé",
    ("requested", "free"): "a retiré sa demande",
    ("waiting", "free"): "a quitté la liste d’attente",
    (None, "cancel_requested"): "a demandé à annuler",
    (None, "absent_billed"): "a annulé trop tard (absence facturée)",
    (None, "absent_excused"): "a annulé (absence excusée)",
}
DECISIONS: Moves = {
    ("requested", "booked"): "a accepté la réservation",
    ("requested", "refused"): "a refusé la réservation",
    ("cancel_requested", "free"): "a accepté l’annulation",
    ("cancel_requested", "booked"): "a refusé l’annulation",
}
OVERRIDES: Moves = {
    (None, "booked"): "a réservé hors des règles",
    (None, "free"): "a annulé hors des règles",
    (None, "waiting"): "a mis en liste d’attente",
    (None, "absent_excused"): "a noté une absence excusée",
    (None, "absent_billed"): "a noté une absence facturée",
    ("absent_excused", "free"): "a effacé une absence",
    ("absent_billed", "free"): "a effacé une absence",
}
ABSENCES: Moves = {
    (None, "free"): "a signalé une absence et annulé",
    (None, "cancel_requested"): "a signalé une absence et demandé à annuler",
    (None, "absent_excused"): "a signalé une absence (excusée)",
    (None, "absent_billed"): "a signalé une absence (facturée)",
}


def moved(moves: Moves) -> Callable[[Line], str]:
    """The words of a move among `moves`."""

    def say(line: Line) -> str:
        before, after = str(line.detail.get("from", "")), str(line.detail.get("to", ""))
        if before == after:
            return about(line, "a changé le menu")
        words = moves.get((before, after)) or moves.get((None, after))
        return about(line, words or f"a fait passer à « {LABELS.get(after, after)} »")

    return say


def plain(words: str) -> Callable[[Line], str]:
    """The same words for every line."""
    return lambda line: about(line, words)


def undone(line: Line) -> str:
    """A verdict taken back."""
    after = str(line.detail.get("to", ""))
    return about(line, f"a retiré sa décision (de nouveau « {LABELS.get(after, after)} »)")


def about(line: Line, words: str) -> str:
    """The words, and the square they are about."""
    slot = " du ".join(filter(None, (line.activity, day_long(line.day) if line.day else "")))
    whom = ", ".join(filter(None, (line.child, slot)))
    return f"{words} : {whom}" if whom else words
