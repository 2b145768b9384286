"""The verdict on one tap: the stored answer, word for word what the phone got."""

import msgspec

from server.database import Work, sql


class Told(msgspec.Struct, frozen=True):
    """The stored answer to one tap, word for word what the phone gets (docs/protocol.md)."""

    id: str
    square: str
    outcome: str
    state: str
    code: str
    label: str
    reason: str
    version: int
    position: int = 0

    @property
    def words(self) -> str:
        """The verdict in one line."""
        return f"{self.label}. {self.reason}".strip() if self.outcome == "applied" else self.reason


def verdict_on(account_id: int, tap_id: str) -> Work[str]:
    """The stored verdict, JSON, on a tap of this account; empty for another's or none."""
    rows = yield sql("select verdict from tap where id = $1 and account_id = $2", tap_id, account_id)
    return str(rows[0]["verdict"]) if rows else ""
