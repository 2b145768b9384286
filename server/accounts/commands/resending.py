"""Another link for a registration that waits: the door writes down what was asked, the worker looks whether one does.

As for forgotten passwords (resets.py): the door does the same work for every address, so its answer and its time say
nothing.
"""

from datetime import datetime, timedelta

import msgspec

from server.accounts.commands.letters import send_letter
from server.accounts.commands.limits import count_try
from server.accounts.commands.links import issue_link
from server.accounts.commands.registering import LETTERS, letter_of, letters_to
from server.database import Rows, Work, sql

MOST = 50  # answered in one transaction
KEPT = timedelta(days=2)  # by then a worker has answered, or there is none


def ask_again(email: str, address: str, hours: int, now: datetime) -> Work[bool]:
    """Somebody lost the link of their registration. False when it was asked too often, known address or not.

    `hours`: how long the new link will live.
    """
    allowed = yield from count_try(letters_to(email, address), now)
    if allowed:
        yield sql("insert into resend_request (email, hours, created_at) values ($1, $2, $3)", email, hours, now)
    return allowed


def links_asked() -> Work[bool]:
    """Asked first, so that an idle worker writes nothing."""
    rows = yield sql("select 1 from resend_request limit 1")
    return bool(rows)


def answer_links(now: datetime) -> Work[int]:
    """A new link for the newest registration of each address, in a letter; how many addresses were looked up."""
    asked: Rows = yield sql(
        f"select id, email, hours from resend_request order by id limit {MOST} for update skip locked"
    )
    for row in asked:
        yield from _send(row["email"], row["hours"], now)
        yield sql("delete from resend_request where id = $1", row["id"])
    return len(asked)


def _send(email: str, hours: int, now: datetime) -> Work[None]:
    """Its older links are worth nothing from now on; who has an account already is told so instead."""
    rows: Rows = yield sql(
        "select ref, way, number, answers from registration where email = $1 and state = 'sent' "
        "order by id desc limit 1",
        email,
    )
    known = yield sql("select 1 from account where email = $1", email)
    if known:
        yield from send_letter(email, "account_known", {}, now)
    elif rows:
        row = rows[0]
        answers = msgspec.json.decode(row["answers"], type=dict[str, str])
        link = yield from issue_link("activation", row["ref"], hours, now)
        yield from send_letter(email, LETTERS[row["way"]], letter_of(row["way"], answers, row["number"]), now, link)
