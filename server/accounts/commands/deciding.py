"""What the town does with registrations: a yes or a no to one that was asked, an account for an adult it knows."""

import secrets
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

import msgspec

from server.accounts.commands.letters import send_letter
from server.accounts.commands.links import issue_link, revoke_links
from server.accounts.commands.registering import INSERT, LETTERS, letter_of
from server.database import Rows, Work, sql

FIGURES = 8  # of the number a town gives: long enough that trying them in turn finds nobody


NOTE = "insert into audit (at, actor_id, action, detail, family_id) values ($1, $2, $3, $4, $5)"


def accept(ref: str, agent: int, hours: int, now: datetime) -> Work[bool | None]:
    """Say yes to a registration that waits: the parent is sent the link to finish it.

    False when it was answered already, None when there is none.
    """
    rows: Rows = yield sql(
        "update registration set state = 'sent', decided_by = $2, decided_at = $3 where ref = $1 and state = 'asked' "
        "returning way, email, answers",
        ref,
        agent,
        now,
    )
    if not rows:
        return (yield from _answered(ref))
    yield sql(NOTE, now, agent, "account_accepted", _detail(email=rows[0]["email"]), None)
    answers = msgspec.json.decode(rows[0]["answers"], type=dict[str, str])
    link = yield from issue_link("activation", ref, hours, now)
    way = rows[0]["way"]
    yield from send_letter(rows[0]["email"], LETTERS[way], letter_of(way, answers), now, link)
    return True


def refuse(ref: str, agent: int, reason: str, now: datetime) -> Work[bool | None]:
    """Say no, with the reason the parent is told. False when it was answered already, None when there is none."""
    rows: Rows = yield sql(
        "update registration set state = 'refused', decided_by = $2, decided_at = $3, reason = $4 "
        "where ref = $1 and state = 'asked' returning email, answers",
        ref,
        agent,
        now,
        reason,
    )
    if not rows:
        return (yield from _answered(ref))
    yield sql(NOTE, now, agent, "account_refused", _detail(email=rows[0]["email"], reason=reason), None)
    answers = msgspec.json.decode(rows[0]["answers"], type=dict[str, str])
    payload = {"name": answers.get("prenoms", ""), "reason": reason}
    yield from send_letter(rows[0]["email"], "registration_refused", payload, now)
    return True


def _answered(ref: str) -> Work[bool | None]:
    known = yield sql("select 1 from registration where ref = $1", ref)
    return False if known else None


def _detail(**said: str) -> str:
    return msgspec.json.encode(said).decode()


Opened = Literal["sent", "again", "known", "no_address"]


@dataclass(frozen=True)
class ForAdult:
    """An adult of a file, for whom the town opens an account."""

    guardian_id: int
    family_id: int
    first_name: str
    last_name: str
    email: str


def open_for_adult(adult: ForAdult, by: int | None, hours: int, now: datetime, inviter: str = "") -> Work[Opened]:
    """The town opens an account for an adult of a file, or sends the link of one it opened before once more.

    `by` is the agent, or the adult of the same file who invites and whose name is then `inviter`; None: the operator.
    An agent is told that the address has an account. Whoever invites is not: the same is written, and the letter says
    it to the owner of the address, without a link.
    """
    email = adult.email.strip().lower()
    if not email:
        return "no_address"
    has_account = yield sql("select 1 from account where email = $1", email)
    if has_account and not inviter:
        return "known"
    known = yield from _opened_before(adult.guardian_id, email, now)
    ref, number = known or (secrets.token_urlsafe(16), (yield from _free_number()))
    if known is None:
        answers = _detail(prenoms=adult.first_name, nom=adult.last_name)
        yield sql(INSERT, ref, "by_town", "sent", email, number, "", answers, adult.guardian_id, now)
    yield sql("update registration set decided_by = $2, decided_at = $3 where ref = $1", ref, by, now)
    yield sql(NOTE, now, by, "account_opened", _detail(email=email), adult.family_id)
    link = yield from issue_link("activation", ref, hours, now)
    kind = "account_known" if has_account else "invited" if inviter else LETTERS["by_town"]
    payload = {} if has_account else {**letter_of("by_town", {}, number), "inviter": inviter}
    yield from send_letter(email, kind, payload, now, link)
    return "again" if known else "sent"


def _opened_before(guardian_id: int, email: str, now: datetime) -> Work[tuple[str, str] | None]:
    """The registration opened for this adult before; dropped when it went to another address, which was wrong."""
    rows: Rows = yield sql(
        "select ref, number, email from registration where guardian_id = $1 and state = 'sent' for update", guardian_id
    )
    if rows and rows[0]["email"] == email:
        return rows[0]["ref"], rows[0]["number"]
    for row in rows:
        yield from revoke_links("activation", row["ref"], now)
        yield sql("delete from registration where ref = $1", row["ref"])
    return None


def _free_number() -> Work[str]:
    """A number nobody signs in with, drawn: numbers in a row would tell how many accounts there are."""
    while True:
        number = str(secrets.randbelow(9 * 10 ** (FIGURES - 1)) + 10 ** (FIGURES - 1))
        taken = yield sql(
            "select 1 from account where number = $1 or user_name = $1 union all "
            "select 1 from registration where number = $1",
            number,
        )
        if not taken:
            return number
