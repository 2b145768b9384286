"""The states of a square, those of G1's legend: which hold a place, which are wished for, and every move."""

HOLDS_A_PLACE = frozenset({"requested", "to_pay", "booked", "cancel_requested"})
WISHED = HOLDS_A_PLACE - {"cancel_requested"} | {"waiting"}  # « booked » is already on its way or done
UNDER_WAY = HOLDS_A_PLACE | {"waiting"}  # asked for, whatever becomes of it
UNWISHED = frozenset({"free", "refused", "cancel_requested", "absent_excused", "absent_billed"})
GIVEN_UP = frozenset({"free", "refused"})  # nobody's any more

# Every move a square may make, whoever makes it. A test goes through it cell by cell.
MOVES: dict[str, frozenset[str]] = {
    "free": frozenset({"requested", "to_pay", "booked", "waiting", "cancel_requested"}),  # a verdict taken back
    "refused": frozenset({"requested", "to_pay", "booked", "waiting"}),
    "requested": frozenset({"booked", "refused", "free"}),
    "to_pay": frozenset({"booked", "free"}),
    "waiting": frozenset({"requested", "to_pay", "booked", "free", "refused"}),
    "booked": frozenset({"free", "requested", "cancel_requested", "absent_excused", "absent_billed"}),
    "cancel_requested": frozenset({"free", "booked", "absent_excused", "absent_billed"}),
    "absent_excused": frozenset({"booked", "absent_billed", "free"}),  # free: noted by mistake, nothing was booked
    "absent_billed": frozenset({"booked", "absent_excused", "free"}),
}

LABELS = {
    "free": "Libre",
    "requested": "Demande en cours",
    "to_pay": "À payer",
    "booked": "Réservé",
    "cancel_requested": "Annulation demandée",
    "waiting": "Liste d’attente",
    "refused": "Refusé",
    "absent_excused": "Absence excusée",
    "absent_billed": "Absence facturée",
}
