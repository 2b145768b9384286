"""« Coût de la période »: what is booked in the days shown, by child, and apart what is only asked or waited for."""

from collections.abc import Iterable

from server.bookings.queries.squares import Slot
from server.bookings.screens.squares import Values
from server.french import NBSP, cents, listed

SURE = frozenset({"booked", "cancel_requested", "absent_billed"})  # due as things stand
ASKED = frozenset({"requested", "to_pay"})
WAITING = frozenset({"waiting"})


def cost_of(slots: Iterable[Slot]) -> Values:
    """The cost of these squares: the total, each child's part, and in words what may be added to it."""
    children: dict[str, int] = {}
    sums = dict.fromkeys((SURE, ASKED, WAITING), 0)
    for slot in slots:
        children.setdefault(slot.child.first_name, 0)
        if slot.square.state == "free" or slot.away:
            continue
        for states in sums:
            if slot.square.state in states:
                sums[states] += slot.activity.price_cents
        if slot.square.state in SURE:
            children[slot.child.first_name] += slot.activity.price_cents
    parts = [f"{name}{NBSP}: {cents(amount)}" for name, amount in children.items() if amount]
    return {
        "total": cents(sums[SURE]),
        "parts": ", ".join(parts) if len(children) > 1 else "",
        "more": _more(sums[ASKED], sums[WAITING]),
    }


def _more(asked: int, waiting: int) -> str:
    """« En plus 15,91 € si vos demandes sont acceptées et 4,55 € si une place se libère. »"""
    words = [
        f"{cents(amount)} {condition}"
        for amount, condition in ((asked, "si vos demandes sont acceptées"), (waiting, "si une place se libère"))
        if amount
    ]
    return f"En plus{NBSP}: {listed(words)}." if words else ""
