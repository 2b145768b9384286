"""Reads of agents' accounts, for those who manage them."""

from dataclasses import dataclass
from datetime import datetime

import msgspec

from server.database import Row, Work, sql

AGENTS = (
    "select id, ref, first_name, last_name, email, rights, disabled_at, last_sign_in_at, password_hash "
    "from account where kind = 'agent'"
)


@dataclass(frozen=True)
class Agent:
    """An agent's account."""

    id: int
    ref: str
    first_name: str
    last_name: str
    email: str
    rights: tuple[str, ...]
    disabled: bool
    invited: bool  # has not chosen a password yet
    last_sign_in_at: datetime | None


def agents() -> Work[tuple[Agent, ...]]:
    """All of them, those who can come in first."""
    rows = yield sql(f"{AGENTS} order by case when disabled_at is null then 0 else 1 end, last_name, first_name, id")
    return tuple(_agent(row) for row in rows)


def agent_of(ref: str) -> Work[Agent | None]:
    """One of them, or None."""
    rows = yield sql(f"{AGENTS} and ref = $1", ref)
    return _agent(rows[0]) if rows else None


def _agent(row: Row) -> Agent:
    return Agent(
        id=row["id"],
        ref=row["ref"],
        first_name=row["first_name"],
        last_name=row["last_name"],
        email=row["email"] or "",
        rights=tuple(msgspec.json.decode(row["rights"], type=list[str])),
        disabled=row["disabled_at"] is not None,
        invited=not row["password_hash"],
        last_sign_in_at=row["last_sign_in_at"],
    )
