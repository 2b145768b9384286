"""The verdicts of the inbox on the squares families asked for.

Like taps they go through the ledger: sessions locked, squares looked at, moved, promoted, written and told at once.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from server.activities.queries import catalogue_of
from server.bookings.commands.telling import tell_families
from server.bookings.ledger import Ledger, Place, Want, load_ledger
from server.bookings.rules.decisions import decided
from server.bookings.rules.states import HOLDS_A_PLACE, LABELS
from server.database import Row, Work, marks, sql
from server.web.visitor import Visitor

MOST_DECISIONS = 500


@dataclass(frozen=True)
class Stale:
    """A row that had changed since the agent's screen was drawn: what it is now, and who made it so."""

    booking_id: int
    child: str
    state: str
    by: str  # a colleague's name, or empty for the family


@dataclass(frozen=True)
class Outcome:
    """What became of the rows sent together."""

    verdict: str
    requests: int = 0
    cancellations: int = 0
    promoted: int = 0
    gone: int = 0
    stale: tuple[Stale, ...] = ()

    @property
    def done(self) -> int:
        """How many rows the verdict was applied to."""
        return self.requests + self.cancellations


# Any household of the child opens the square; the booking itself says whose it is.
PICKED = """
select b.id, c.ref as child_ref, b.session_id,
       (select min(h.family_id) from household_child h where h.child_id = b.child_id) as home
from booking b join child c on c.id = b.child_id where b.id in ({marks}) order by b.id
"""


def decide_requests(
    agent: Visitor, picks: Sequence[tuple[int, int]], verdict: str, reason: str, now: datetime
) -> Work[Outcome]:
    """The same verdict ("accept" or "refuse") on every picked (booking, version seen), in one transaction.

    Eight statements however many rows, one more when freed places go to waiting lists.
    Raises ValueError for a refusal without a reason.
    """
    if verdict == "refuse" and not reason:
        raise ValueError("a refusal needs a reason")
    seen = dict(picks)
    if not seen:
        return Outcome(verdict)
    catalogue = yield from catalogue_of(agent.catalogue_version)
    rows = yield sql(PICKED.format(marks=marks(len(seen))), *seen)
    wants = {row["id"]: Want(row["home"] or 0, row["child_ref"], row["session_id"]) for row in rows}
    ledger = yield from load_ledger(list(wants.values()))
    late = _move_all(ledger, wants, seen, verdict, reason, agent)
    done = list(ledger.moves)
    yield from ledger.promote_all({m.place.session_id for m in done if _frees(m.before, m.after)}, catalogue, now)
    yield from ledger.save(now)
    yield from tell_families(ledger.moves, catalogue, now)
    return Outcome(
        verdict,
        sum(move.before == "requested" for move in done),
        sum(move.before == "cancel_requested" for move in done),
        len(ledger.moves) - len(done),
        len(seen) - len(done) - len(late),
        (yield from _stale(late)),
    )


def _move_all(
    ledger: Ledger, wants: Mapping[int, Want], seen: Mapping[int, int], verdict: str, reason: str, agent: Visitor
) -> dict[int, Place]:
    """Move every square that is still as the agent saw it; the others are returned by booking."""
    late: dict[int, Place] = {}
    for booking_id, want in wants.items():
        place = ledger.place(want.family_id, want.key)
        if place is None:
            continue
        after = decided(place.square.state, verdict)
        if after is None or place.square.version != seen[booking_id]:
            late[booking_id] = place
        else:
            ledger.move(place, after, by=agent.account_id, action="decision", reason=reason)
    return late


def _stale(late: Mapping[int, Place]) -> Work[tuple[Stale, ...]]:
    """What came between, booking by booking, for the agent who comes second."""
    names = yield from names_of({place.square.changed_by for place in late.values()})
    return tuple(
        Stale(id_, place.first_name, place.square.state, names.get(place.square.changed_by, ""))
        for id_, place in late.items()
    )


def _frees(before: str, after: str) -> bool:
    return before in HOLDS_A_PLACE and after not in HOLDS_A_PLACE


NAMES = "select id, first_name, last_name from account where kind = 'agent' and id in ({marks})"


def names_of(accounts: set[int | None]) -> Work[dict[int | None, str]]:
    """The names of colleagues among `accounts`; families are never named here."""
    known = sorted(id_ for id_ in accounts if id_ is not None)
    rows: Sequence[Row] = (yield sql(NAMES.format(marks=marks(len(known))), *known)) if known else ()
    return {row["id"]: f"{row['first_name']} {row['last_name']}" for row in rows}


def changed_meanwhile(state: str, by: str) -> str:
    """The sentence for whoever came second."""
    return f"Modifié entre-temps par {by or 'la famille'} : « {LABELS[state]} ». Rien n’a été changé."
