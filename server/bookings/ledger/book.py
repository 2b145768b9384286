"""The ledger itself: moves squares in memory, keeps places and waiting lists right, writes everything once."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from server.activities.queries import Catalogue
from server.bookings.ledger.saving import save_moves
from server.bookings.ledger.values import Author, KnownTap, Move, Place, Rights, square_from
from server.bookings.queries.deadlines import deadlines_of, terms_of
from server.bookings.rules.squares import Session, first_state, may_promote, moved, places_after
from server.database import Work, flat, sql, typed_values_marks

WAITING = """
with room (session_id, heads) as (values {values})
select b.child_id, c.ref as child_ref, c.first_name, b.session_id, b.family_id, b.state, b.version, b.unit, b.rank,
       b.reason, b.changed_by
from (select *, row_number() over (partition by session_id order by rank) as place
      from booking where state = 'waiting' and session_id in (select session_id from room)) b
join room on room.session_id = b.session_id
join child c on c.id = b.child_id
where b.place <= room.heads order by b.session_id, b.rank
"""


@dataclass
class Ledger:
    """What `load_ledger` found, and what has been moved since."""

    rows: dict[int, Any] = field(default_factory=dict)
    sessions: dict[int, Session] = field(default_factory=dict)
    waiting: dict[int, int] = field(default_factory=dict)
    places: dict[tuple[int, int], Place] = field(default_factory=dict)
    wanted: dict[tuple[int, str], Place] = field(default_factory=dict)
    rights: dict[tuple[int, str], Rights] = field(default_factory=dict)
    taps: dict[str, KnownTap] = field(default_factory=dict)
    last_seqs: dict[Author, int] = field(default_factory=dict)
    moves: list[Move] = field(default_factory=list)

    def place(self, family_id: int, key: str) -> Place | None:
        """The square `key`, when a child of this family lives behind it, or None."""
        return self.wanted.get((family_id, key))

    def last_seq(self, author: Author) -> int:
        """The highest sequence number judged for this account, device and square, or -1."""
        return self.last_seqs.get(author, -1)

    def remember(self, tap_id: str, author: Author, seq: int, known: KnownTap) -> None:
        """A tap judged in this very batch: a second copy of it gets the same words."""
        self.taps[tap_id] = known
        self.last_seqs[author] = max(seq, self.last_seq(author))

    def position(self, place: Place) -> int:
        """The place's position on the waiting list, from 1."""
        return place.ahead + 1

    def move(
        self,
        place: Place,
        state: str,
        *,
        by: int | None,
        action: str,
        family: int = 0,
        reason: str = "",
        unit: str = "",
    ) -> None:
        """Move a square. Nothing happens, and no version passes, when neither state nor menu changes."""
        if family and family != place.family_id:  # the menu of the household that gave it up is not the new one's
            place.square = replace(place.square, unit="")
        before = place.square.state
        if state == before and (not unit or unit == place.square.unit):
            return
        session = self.sessions[place.session_id]
        rank = place.square.rank
        if before == "waiting":
            self._close_ranks(place)
        if state == "waiting" and before != "waiting":
            rank = session.next_rank
            place.ahead = self.waiting[place.session_id]
        self.waiting[place.session_id] += (state == "waiting") - (before == "waiting")
        self.sessions[place.session_id] = places_after(session, before, state)
        place.square = moved(place.square, state, by, rank if state == "waiting" else None, reason, unit)
        place.family_id = family or place.family_id
        self.moves.append(Move(place, before, state, by, action, reason, place.family_id, place.square.version))

    def _close_ranks(self, leaving: Place) -> None:
        """Everybody behind the one who leaves the waiting list comes one nearer."""
        rank = leaving.square.rank or 0
        for place in self.places.values():
            if place.session_id == leaving.session_id and (place.square.rank or 0) > rank:
                place.ahead -= 1

    def promote(self, session_id: int, catalogue: Catalogue, now: datetime) -> Work[None]:
        """Give free places to the first of the waiting list, in their order."""
        yield from self.promote_all((session_id,), catalogue, now)

    def promote_all(self, session_ids: Iterable[int], catalogue: Catalogue, now: datetime) -> Work[None]:
        """The same for several sessions, in the order of their ids: one statement, none when nobody can be called."""
        free = {id_: n for id_ in sorted(session_ids) if (n := self._callable(id_, catalogue, now))}
        if not free:
            return
        # More than there are places: this very transaction may have moved some of the first away already.
        mine = Counter(place.session_id for place in self.places.values())
        room = [(id_, n + mine[id_]) for id_, n in free.items()]
        for head in (yield sql(WAITING.format(values=typed_values_marks(len(room), ("int", "int"))), *flat(room))):
            row = self.rows[head["session_id"]]
            self.places.setdefault((head["child_id"], head["session_id"]), _place_waiting(head, row))
        waiting = self._still_waiting(free)
        for id_, n in free.items():
            row = self.rows[id_]
            state = first_state(terms_of(catalogue.on(row["activity_id"], row["day"])))
            for place in waiting[id_][:n]:
                self.move(place, state, by=None, action="promoted")

    def _callable(self, session_id: int, catalogue: Catalogue, now: datetime) -> int:
        """How many of the waiting list a session may take in now."""
        row, session = self.rows[session_id], self.sessions[session_id]
        if not self.waiting[session_id] or session.full:
            return 0
        activity = catalogue.on(row["activity_id"], row["day"])
        limits = deadlines_of(catalogue, activity, row["day"], row["starts_at"], resident=True).limits
        free = self.waiting[session_id] if session.capacity is None else session.capacity - session.taken
        return free if may_promote(session, limits, now) else 0

    def _still_waiting(self, session_ids: Iterable[int]) -> dict[int, list[Place]]:
        """The waiting squares in their order: those read just now, and those this transaction put there."""
        found: dict[int, list[Place]] = {id_: [] for id_ in session_ids}
        for place in self.places.values():
            if place.square.state == "waiting" and place.session_id in found:
                found[place.session_id].append(place)
        for places in found.values():
            places.sort(key=lambda place: place.square.rank or 0)
        return found

    def save(self, now: datetime) -> Work[None]:
        """Write what moved: sessions, squares, audit trail."""
        if self.moves:
            changed = {move.place.session_id: self.sessions[move.place.session_id] for move in self.moves}
            yield from save_moves(self.moves, changed, now)


def _place_waiting(head: Any, session: Any) -> Place:
    """A square of the waiting list, read to be promoted: its own family's rights were checked when it joined."""
    return Place(
        key=f"{head['child_ref']}.{head['session_id']}",
        child_id=head["child_id"],
        first_name=head["first_name"],
        session_id=head["session_id"],
        activity_id=session["activity_id"],
        day=session["day"],
        starts_at=session["starts_at"],
        family_id=head["family_id"],
        square=square_from(head),
    )
