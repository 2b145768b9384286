"""Writes about notices: an event goes into the outbox inside the transaction that made it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import msgspec

from server.database import Work, flat, sql, values_marks


@dataclass(frozen=True)
class Event:
    """Something to tell one account; events of one bundle become one notice."""

    account_id: int
    kind: str
    bundle: str
    payload: Mapping[str, Any] = field(default_factory=dict)


def tell_all(events: Sequence[Event], now: datetime) -> Work[None]:
    """Write the events into the outbox: one statement."""
    if not events:
        return
    rows = [(e.account_id, e.kind, e.bundle, msgspec.json.encode(e.payload).decode(), now, now) for e in events]
    columns = "account_id, kind, bundle, payload, created_at, due_at"
    yield sql(f"insert into outbox ({columns}) values {values_marks(len(rows), 6)}", *flat(rows))
