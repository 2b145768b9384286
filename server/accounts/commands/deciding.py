"""What the town does with registrations: a yes or a no to one that was asked, an account for an adult it knows."""

import secrets
from datetime import datetime
from typing import Literal

import msgspec

from server.accounts.commands.letters import send_letter
from server.accounts.commands.links import issue_link, revoke_links
from server.accounts.commands.registering import INSERT, LETTERS, letter_of
from server.database import Rows, Work, sql

FIGURES = 8  # of the number a town gives: long enough that trying them in turn finds nobody


def accept(ref: str, agent: int, hours: int, now: datetime) -> Work[bool]:
    """Say yes to a registration that waits: the parent is sent the link to finish it. False when nobody waits."""
    rows: Rows = yield sql(
        "update registration set state = 'sent', decided_by = $2, decided_at = $3 where ref = $1 and state = 'asked' "
        "returning way, email, answers",
        ref,
        agent,
        now,
    )
    if not rows:
        return False
    answers = msgspec.json.decode(rows[0]["answers"], type=dict[str, str])
    link = yield from issue_link("activation", ref, hours, now)
    way = rows[0]["way"]
    yield from send_letter(rows[0]["email"], LETTERS[way], letter_of(way, answers), now, link)
    return True


def refuse(ref: str, agent: int, reason: str, now: datetime) -> Work[bool]:
    """Say no, with the reason the parent is told. False when nobody waits."""
    rows: Rows = yield sql(
        "update registration set state = 'refused', decided_by = $2, decided_at = $3, reason = $4 "
        "where ref = $1 and state = 'asked' returning email, answers",
        ref,
        agent,
        now,
        reason,
    )
    if rows:
        answers = msgspec.json.decode(rows[0]["answers"], type=dict[str, str])
        payload = {"name": answers.get("prenoms", ""), "reason": reason}
        yield from send_letter(rows[0]["email"], "registration_refused", payload, now)
    return bool(rows)


Opened = Literal["sent", "again", "known", "no_address"]


def open_for_adult(
    guardian_id: int, names: tuple[str, str], email: str, agent: int, hours: int, now: datetime
) -> Work[Opened]:
    """The town opens an account for an adult of a file, or sends the link of one it opened before once more."""
    if not email:
        return "no_address"
    if (yield sql("select 1 from account where email = $1", email)):
        return "known"
    rows: Rows = yield sql(
        "select ref, number, email from registration where guardian_id = $1 and state = 'sent' for update", guardian_id
    )
    if rows and rows[0]["email"] != email:  # the file's address was put right meanwhile: the first link was lost
        yield from revoke_links("activation", rows[0]["ref"], now)
        yield sql("delete from registration where ref = $1", rows[0]["ref"])
        rows = []
    if rows:
        ref, number = rows[0]["ref"], rows[0]["number"]
    else:
        ref, number = secrets.token_urlsafe(16), (yield from _free_number())
        answers = msgspec.json.encode({"prenoms": names[0], "nom": names[1]}).decode()
        yield sql(INSERT, ref, "by_town", "sent", email, number, "", answers, guardian_id, now)
        yield sql("update registration set decided_by = $2, decided_at = $3 where ref = $1", ref, agent, now)
    link = yield from issue_link("activation", ref, hours, now)
    yield from send_letter(email, LETTERS["by_town"], letter_of("by_town", {}, number), now, link)
    return "again" if rows else "sent"


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
