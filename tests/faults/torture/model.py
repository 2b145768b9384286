"""A sequential model: replays the audit trail line by line, in the order the server accepted things, and holds it to the rules.

Independent of server/: it knows sessions, squares and the small town's rules (rules.py), and what it finds wrong it
says in a sentence. An empty list of faults is a history in which every effect had its cause, once, in order.
"""

import json
from collections import defaultdict
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import Any

from tests.faults.torture.rules import DELAY, HOLDING, VERDICTS, Session, by_tap, closed_becomes

Row = dict[str, Any]
Square = tuple[int, int]  # child, session


@dataclass
class Step:
    """One state a square has been in: by whom, when, and why."""

    state: str
    actor: int | None
    at: datetime
    action: str
    family: int | None = None  # for which household: an agent acts for either


@dataclass
class Replay:
    """Everything the audit trail says, applied in its order."""

    sessions: dict[int, Session]
    steps: dict[Square, list[Step]] = field(default_factory=lambda: defaultdict(lambda: [FREE]))
    ranks: dict[Square, int] = field(default_factory=dict)
    faults: list[str] = field(default_factory=list)

    def run(self, audit: list[Row]) -> "Replay":
        """Apply every line; a line nothing explains is a fault."""
        for line in sorted(audit, key=lambda row: row["id"]):
            detail = json.loads(line["detail"])
            if line["action"] == "capacity":
                self._resize(line["session_id"], detail)
            elif line["child_id"] is not None:
                self._move(line, detail)
        return self

    def state(self, square: Square, version: int) -> Step | None:
        """The square as it was at a version; None for one it never had."""
        steps = self.steps[square]
        return steps[version] if 0 <= version < len(steps) else None

    def _resize(self, session_id: int, detail: Row) -> None:
        session = self.sessions[session_id]
        if detail["from"] != session.capacity:
            self.faults.append(f"session {session_id}: capacity went from {detail['from']}, it was {session.capacity}")
        session.capacity = detail["to"]
        self._check_places(session_id)

    def _move(self, line: Row, detail: Row) -> None:
        square, session = (line["child_id"], line["session_id"]), self.sessions[line["session_id"]]
        steps, after = self.steps[square], detail["to"]
        before = steps[-1].state
        where = f"square {square} v{len(steps)} ({line['action']} {detail['from']} → {after})"
        if detail["from"] != before:
            self.faults.append(f"{where}: it was {before}")
        if detail["version"] != len(steps):
            self.faults.append(f"{where}: version {detail['version']} comes after {len(steps) - 1}")
        if after not in self._allowed(square, line, session, before):
            self.faults.append(f"{where}: not what the rules make of it, {session.taken} of {session.capacity} taken")
        steps.append(Step(after, line["actor_id"], instant(line["at"]), line["action"], line["family_id"]))
        self._count(square, session, before, after)
        self._check_places(square[1])

    def _allowed(self, square: Square, line: Row, session: Session, before: str) -> tuple[str, ...]:
        action, at = line["action"], instant(line["at"])
        if action == "tap":
            if at >= session.cutoff + DELAY and before in ("free", "refused", "booked"):
                return ()
            return by_tap(session, before)
        if action == "promoted":
            first = min((rank for other, rank in self.ranks.items() if other[1] == square[1]), default=0)
            called = before == "waiting" and self.ranks.get(square) == first and at < session.closing + DELAY
            return (session.first(),) if called and not session.full else ()
        if action == "decision":
            return VERDICTS.get(before, ())
        if action == "closed":
            return (closed_becomes(before),)
        return ("booked", "free", "absent_excused", "absent_billed", "waiting") if action == "override" else ()

    def _count(self, square: Square, session: Session, before: str, after: str) -> None:
        session.taken += (after in HOLDING) - (before in HOLDING)
        if after == "waiting" and before != "waiting":
            self.ranks[square] = session.next_rank
            session.next_rank += 1
        elif after != "waiting":
            self.ranks.pop(square, None)

    def _check_places(self, session_id: int) -> None:
        session = self.sessions[session_id]
        if session.capacity is not None and session.taken > session.capacity:
            self.faults.append(f"session {session_id}: {session.taken} taken of {session.capacity}")


FREE = Step("free", None, datetime(2026, 1, 1, tzinfo=UTC), "")


def instant(text: str) -> datetime:
    """An instant as either engine writes it."""
    return datetime.fromisoformat(text).astimezone(UTC)


def sessions_from(rows: list[Row]) -> dict[int, Session]:
    """The sessions as a history finds them, before anything happened."""
    return {row["id"]: Session(row["activity"], date.fromisoformat(str(row["day"])), row["capacity"]) for row in rows}


def compare(replay: Replay, bookings: list[Row], sessions: list[Row]) -> list[str]:
    """What the database holds at the end against what the trail leads to."""
    faults = []
    held = {(row["child_id"], row["session_id"]): row for row in bookings}
    for square in {*held, *(square for square, steps in replay.steps.items() if len(steps) > 1)}:
        steps, row = replay.steps[square], held.get(square)
        told = (steps[-1].state, len(steps) - 1, replay.ranks.get(square))
        kept = (row["state"], row["version"], row["rank"]) if row else None
        if told != kept:
            faults.append(f"square {square}: the trail ends at {told}, the booking is {kept}")
    for row in sessions:
        counted = sum(b["state"] in HOLDING for b in bookings if b["session_id"] == row["id"])
        told = replay.sessions[row["id"]]
        if not row["taken"] == counted == told.taken or row["capacity"] != told.capacity:
            faults.append(f"session {row['id']}: taken {row['taken']}, counted {counted}, by the trail {told.taken}")
    return faults
