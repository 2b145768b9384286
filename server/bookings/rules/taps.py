"""Taps: what a well-formed one is, and what makes two of them the same. Nothing here knows a database."""

import hashlib
import re
from dataclasses import dataclass
from datetime import UTC, datetime

MOST_TAPS = 100  # in one batch
UUID = re.compile(r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")
SQUARE = re.compile(r"([0-9A-Za-z_-]{1,22})\.([0-9]{1,9})")
MOST_SEQ = 2**53  # what a JavaScript number counts exactly


@dataclass(frozen=True)
class Tap:
    """One change of mind about one square, as the phone said it (docs/protocol.md)."""

    id: str
    device: str
    child_ref: str
    session_id: int
    want: str
    unit: str
    seq: int
    seen: int
    tapped_at: datetime | None

    @property
    def square(self) -> str:
        """The square's key."""
        return f"{self.child_ref}.{self.session_id}"

    @property
    def digest(self) -> str:
        """Equal for equal content: a repeat is the same tap, an id with another content is not."""
        content = f"{self.device}|{self.square}|{self.want}|{self.unit}|{self.seq}|{self.seen}"
        return hashlib.sha256(content.encode()).hexdigest()


class BadTap(ValueError):
    """The tap is not one our page could send; the message names the field."""


def tap_from(device: str, raw: dict[str, object]) -> Tap:
    """The tap in `raw`. Raises BadTap, naming the first field that is wrong."""
    square = SQUARE.fullmatch(_text(raw, "square", 60))
    if square is None:
        raise BadTap("square")
    if not UUID.fullmatch(_text(raw, "id", 36)):
        raise BadTap("id")
    want = _text(raw, "want", 10)
    if want not in ("booked", "free"):
        raise BadTap("want")
    return Tap(
        id=_text(raw, "id", 36).lower(),
        device=device,
        child_ref=square[1],
        session_id=int(square[2]),
        want=want,
        unit=_text(raw, "unit", 40) if raw.get("unit") is not None else "",
        seq=_number(raw, "seq"),
        seen=_number(raw, "seen"),
        tapped_at=_instant(raw.get("at")),
    )


def _text(raw: dict[str, object], name: str, most: int) -> str:
    value = raw.get(name)
    if not isinstance(value, str) or not value or len(value) > most:
        raise BadTap(name)
    return value


def _number(raw: dict[str, object], name: str) -> int:
    value = raw.get(name)
    if not isinstance(value, int) or isinstance(value, bool) or not 0 <= value < MOST_SEQ:
        raise BadTap(name)
    return value


def _instant(value: object) -> datetime | None:
    """The phone's own time, or None for a clock so wrong that it is no date at all."""
    if not isinstance(value, int | float) or isinstance(value, bool):
        return None
    try:
        return datetime.fromtimestamp(value / 1000, UTC)
    except (OverflowError, ValueError, OSError):
        return None
