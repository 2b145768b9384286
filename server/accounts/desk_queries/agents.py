"""Reads of agents' accounts, for those who manage them."""

from dataclasses import dataclass
from datetime import datetime

import msgspec

from server.database import Row, Work, sql

AGENTS = (
    "select a.id, a.ref, a.first_name, a.last_name, a.email, a.rights, a.disabled_at, a.last_sign_in_at, "
    "a.password_hash, f.confirmed_at as code_since "
    "from account a left join second_factor f on f.account_id = a.id where a.kind = 'agent'"
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
    code: bool  # a one-time code is asked


def agents() -> Work[tuple[Agent, ...]]:
    """All of them, those who can come in first."""
    rows = yield sql(
        f"{AGENTS} order by case when a.disabled_at is null then 0 else 1 end, a.last_name, a.first_name, a.id"
    )
    return tuple(_agent(row) for row in rows)


def agent_of(ref: str) -> Work[Agent | None]:
    """One of them, or None."""
    rows = yield sql(f"{AGENTS} and a.ref = $1", ref)
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
        invited=not row["password_hash"].startswith("$argon2"),
        last_sign_in_at=row["last_sign_in_at"],
        code=row["code_since"] is not None,
    )
