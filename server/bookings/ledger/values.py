"""What the ledger speaks of: squares wanted, squares found, taps known, moves made."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from server.bookings.rules.squares import Square, seen_by
from server.families.rules import Custody

Author = tuple[int, str, str]  # account, device, square: another account's numbers silence nobody


@dataclass(frozen=True)
class Want:
    """A square to load: for which family, and for which tap when it is one."""

    family_id: int
    child_ref: str
    session_id: int
    tap_id: str = ""
    device: str = ""
    account_id: int = 0

    @property
    def author(self) -> Author:
        """Whose numbering the tap's sequence number belongs to."""
        return self.account_id, self.device, self.key

    @property
    def key(self) -> str:
        """The square's key."""
        return f"{self.child_ref}.{self.session_id}"


@dataclass
class Place:
    """One square in the ledger; `square` is replaced at each move."""

    key: str
    child_id: int
    first_name: str
    session_id: int
    activity_id: int
    day: date
    starts_at: datetime
    family_id: int  # who books or has booked
    square: Square
    ahead: int = 0

    def seen_by(self, family_id: int) -> Square | None:
        """The square as this household may know it; None while the other household holds it."""
        return seen_by(self.square, self.family_id, family_id)


@dataclass(frozen=True)
class Rights:
    """What one household may do with a square: both homes of a child share the square, never these."""

    custody: Custody
    resident: bool
    enrolled: bool
    usual_unit: str


@dataclass(frozen=True)
class KnownTap:
    """A tap judged before."""

    account_id: int
    digest: str
    verdict: str


@dataclass(frozen=True)
class Move:
    """A move made in this transaction: for the audit trail and for those to tell."""

    place: Place
    before: str
    after: str
    by: int | None
    action: str
    reason: str
    family_id: int  # whose square it was then: the place may change homes later in the same transaction
    version: int  # of the square after this very move: it may move again before all is written


def square_from(row: Any) -> Square:
    """The square a row of a booking stands for; free when nobody ever touched it."""
    if row["state"] is None:
        return Square()
    return Square(row["state"], row["version"], row["unit"], row["rank"], row["reason"], row["changed_by"])
