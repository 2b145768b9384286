"""Writes of agents' accounts: invite, give and take rights, close and open again; each with its line in the audit."""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import msgspec

from server.accounts.commands.letters import send_letter
from server.accounts.commands.links import issue_link
from server.accounts.commands.resets import TellAccount
from server.accounts.commands.second_factor import remove_factor
from server.accounts.commands.signing_in import end_all_sessions
from server.accounts.rules.agents import INVITED_HOURS, fault_of
from server.database import Row, Work, alone, sql
from server.errors import NotFound
from server.web.visitor import Visitor

NOTE = "insert into audit (at, actor_id, action, detail) values ($1, $2, $3, $4)"


@dataclass(frozen=True)
class NewAgent:
    """Who is invited, and what they may do."""

    first_name: str
    last_name: str
    email: str
    rights: tuple[str, ...]
    demo: bool = False


def invite_agent(by: Visitor, new: NewAgent, now: datetime) -> Work[bool]:
    """Create the account without a password and mail a link to choose one. False when the address has an account."""
    if (yield sql("select id from account where email = $1 or user_name = $1", new.email)):
        return False
    ref = secrets.token_urlsafe(12)
    rows = yield sql(
        "insert into account (ref, kind, email, first_name, last_name, password_hash, rights, demo, created_at) "
        "values ($1, 'agent', $2, $3, $4, '', $5, $6, $7) returning id",
        ref, new.email, new.first_name, new.last_name, _json(new.rights), new.demo, now,
    )  # fmt: skip
    yield from _mail(rows[0]["id"], ref, new.email, now)
    name = f"{new.first_name} {new.last_name}"
    yield sql(NOTE, now, by.account_id, "agent_invited", _json({"who": name, "rights": new.rights}))
    return True


def invite_again(by: Visitor, ref: str, now: datetime) -> Work[None]:
    """A fresh link for an agent who can come in; the older one is worth nothing."""
    row = yield from _locked(ref)
    if row["disabled_at"] is not None:
        raise NotFound
    yield from _mail(row["id"], ref, row["email"], now)
    yield sql(NOTE, now, by.account_id, "agent_invited", _json({"who": _name(row), "rights": _rights(row)}))


def change_agent(by: Visitor, ref: str, rights: Sequence[str], disabled: bool, now: datetime) -> Work[str]:
    """Give and take rights, close or open the account. Why not, or nothing. Raises NotFound for no such agent.

    Changes of agents take turns: two who take the keys from each other at once must not both succeed.
    """
    yield alone("agents")
    row = yield from _locked(ref)
    before, others = _rights(row), (yield from _other_keepers(row["id"]))
    if fault := fault_of(row["id"] == by.account_id, before, rights, disabled, others):
        return fault
    yield sql(
        "update account set rights = $2, disabled_at = case when $3 then coalesce(disabled_at, $4) end where id = $1",
        row["id"],
        _json(list(rights)),
        disabled,
        now,
    )
    if disabled and row["disabled_at"] is None:
        yield from end_all_sessions(row["id"])
    changed = {"who": _name(row), "before": before, "rights": list(rights), "closed": disabled}
    yield sql(NOTE, now, by.account_id, "agent_changed", _json(changed))
    return ""


def forget_phone(by: Visitor, ref: str, tell: TellAccount, now: datetime) -> Work[bool]:
    """The phone that gives an agent's one-time codes is lost: none is asked until another is set up. False for none."""
    row = yield from _locked(ref)
    if not (yield from remove_factor(row["id"], now, tell)):
        return False
    yield from end_all_sessions(row["id"])
    yield sql(NOTE, now, by.account_id, "agent_phone_forgotten", _json({"who": _name(row), "rights": _rights(row)}))
    return True


def _mail(account_id: int, ref: str, email: str, now: datetime) -> Work[None]:
    link = yield from issue_link("reset", ref, INVITED_HOURS, now, account_id)
    yield from send_letter(email, "agent_opened", {"login": email}, now, link, account_id)


def _locked(ref: str) -> Work[Row]:
    rows = yield sql(
        "select id, email, first_name, last_name, rights, disabled_at from account where ref = $1 and kind = 'agent' "
        "for update",
        ref,
    )
    if not rows:
        raise NotFound
    return rows[0]  # type: ignore[no-any-return]


def _other_keepers(account_id: int) -> Work[int]:
    """How many other agents who can come in hold the right to settings."""
    rows = yield sql(
        "select rights from account where kind = 'agent' and disabled_at is null and password_hash like '$argon2%' "
        "and id <> $1",
        account_id,
    )
    return sum("settings" in _rights(row) for row in rows)


def _rights(row: Row) -> list[str]:
    return msgspec.json.decode(row["rights"], type=list[str])


def _name(row: Row) -> str:
    return f"{row['first_name']} {row['last_name']}"


def _json(value: Any) -> str:
    return msgspec.json.encode(value).decode()
