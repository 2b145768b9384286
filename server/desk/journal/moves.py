"""What a move of a square is called in the journal, by where it comes from and where it leads."""

from collections.abc import Mapping

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
