"""Sessions that are not finished: the password was right, and something must be done before anything opens.

A session with a stage is nobody's session: recognition gives such a visitor no account (recognition.py).
"""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Literal

from server.accounts.commands.consents import Shown
from server.accounts.commands.second_factor import begin_factor
from server.accounts.commands.signing_in import NewSession, TellSignIn, open_session
from server.database import Work, sql

Stage = Literal["", "texts", "code", "enrol"]
PATIENCE = timedelta(minutes=15)  # to read, or to find the phone; then one signs in again


@dataclass(frozen=True)
class Gate:
    """What the town asks of everybody who comes in."""

    texts: tuple[Shown, ...]  # of families
    second_factor: bool  # of agents, whether they have chosen it or not


def begin_session(
    new: NewSession, kind: str, gate: Gate, buckets: Mapping[str, str], now: datetime, tell: TellSignIn
) -> Work[Stage]:
    """Begin a session, whole or halfway; what is still to be done."""
    stage: Stage = yield from stage_of(new.account_id, kind, gate)
    if stage == "enrol":
        yield from begin_factor(new.account_id, secrets.token_hex(16), now)
    if stage:
        new = replace(new, stage=stage, expires_at=min(new.expires_at, now + PATIENCE))
    yield from open_session(new, buckets, now, tell)
    return stage


def stage_of(account_id: int, kind: str, gate: Gate) -> Work[Stage]:
    """What stands between a right password and the portal."""
    if kind == "agent":
        rows = yield sql("select 1 from second_factor where account_id = $1 and confirmed_at is not null", account_id)
        return "code" if rows else "enrol" if gate.second_factor else ""
    return "texts" if (yield from unread(account_id, gate)) else ""


def unread(account_id: int, gate: Gate) -> Work[tuple[Shown, ...]]:
    """The texts whose present version this account has neither accepted nor been told of."""
    rows = yield sql("select kind, version from consent where account_id = $1", account_id)
    known = {(row["kind"], row["version"]) for row in rows}
    return tuple(text for text in gate.texts if (text.kind, text.version) not in known)


def finish_session(sign_in_id: int, token_hash: str, expires_at: datetime, now: datetime) -> Work[bool]:
    """The session is whole, under a new token: who saw the halfway one has nothing. False when it is over."""
    rows = yield sql(
        "update sign_in set stage = '', token_hash = $2, expires_at = $3, last_seen_at = $4 "
        "where id = $1 and stage <> '' and expires_at > $4 returning id",
        sign_in_id,
        token_hash,
        expires_at,
        now,
    )
    return bool(rows)
