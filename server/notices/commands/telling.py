"""An event goes into the outbox inside the transaction that made it."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import msgspec

from server.database import Work, flat, sql, values_marks
from server.notices.rules.kinds import KINDS

MOST_ROWS = 4_000  # of one statement: engines count their marks


@dataclass(frozen=True)
class Event:
    """Something to tell one account; events of one bundle become one notice."""

    account_id: int
    kind: str  # of rules/kinds.py
    bundle: str
    payload: Mapping[str, Any] = field(default_factory=dict)


def tell_all(events: Sequence[Event], now: datetime, delay_seconds: int = 0) -> Work[None]:
    """Write the events into the outbox in one statement. Raises KeyError for a kind that does not exist."""
    due = now + timedelta(seconds=delay_seconds)
    rows = [
        (event.account_id, KINDS[event.kind].name, event.bundle[:80], _json(event.payload), now, due)
        for event in events
    ]
    for start in range(0, len(rows), MOST_ROWS):
        some = rows[start : start + MOST_ROWS]
        yield sql(
            "insert into outbox (account_id, kind, bundle, payload, created_at, due_at) values "
            + values_marks(len(some), 6),
            *flat(some),
        )


def tell(
    accounts: int | Iterable[int],
    kind: str,
    bundle: str,
    payload: Mapping[str, Any],
    now: datetime,
    delay_seconds: int = 0,
) -> Work[None]:
    """The same event for one account or several. `delay_seconds` holds it back beyond the usual grouping."""
    told = (accounts,) if isinstance(accounts, int) else accounts
    yield from tell_all([Event(account, kind, bundle, payload) for account in told], now, delay_seconds)


def tell_no_more(account_id: int, now: datetime) -> Work[None]:
    """This account's household is not theirs any more: what waits to be told or sent, a quiet night long, is not."""
    yield sql("delete from outbox where account_id = $1 and notice_id is null", account_id)
    yield sql(
        "update delivery set status = 'skipped', outcome = 'no longer of the file', done_at = $2, "
        "claimed_until = null where status = 'waiting' "
        "and notice_id in (select id from notice where account_id = $1)",
        account_id, now,
    )  # fmt: skip


def tell_sign_in(account_id: int, device: str, now: datetime) -> Work[None]:
    """Somebody signed in to this account from where nobody had before."""
    yield from tell(account_id, "new_sign_in", "new_sign_in", {"device": device, "at": now.isoformat()}, now)


def tell_account(account_id: int, what: str, now: datetime) -> Work[None]:
    """Something that guards this account was changed: `what` is a key of wording/CHANGED."""
    yield from tell(account_id, "account_changed", f"account_changed {what}", {"what": what}, now)


def _json(payload: Mapping[str, Any]) -> str:
    return msgspec.json.encode(payload).decode()
