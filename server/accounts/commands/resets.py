"""Forgotten passwords: the door writes down what was asked, the worker finds out whether it was anybody.

So the door does the same work whether the account exists or not, and its answer can say nothing.
"""

from collections.abc import Callable
from datetime import datetime, timedelta

from server.accounts.commands.letters import send_letter
from server.accounts.commands.limits import count_try
from server.accounts.commands.links import issue_link, revoke_links, spend
from server.accounts.commands.signing_in import end_all_sessions
from server.accounts.queries import credentials_of
from server.accounts.rules import Limit, buckets
from server.database import Work, sql

HOURS = 1  # a link lives
PER_NAME, PER_ADDRESS = Limit(3, timedelta(hours=1)), Limit(30, timedelta(hours=1))
PER_ACCOUNT = Limit(6, timedelta(hours=1))  # whatever names it was asked under
MOST = 50  # answered in one transaction

TellAccount = Callable[[int, str, datetime], Work[None]]  # account, what changed, when


def ask_reset(name: str, address: str, now: datetime) -> Work[bool]:
    """Somebody says they forgot the password of `name`. False when it was asked too often, exists or not."""
    counted = buckets(name, address)
    limits = {"reset-" + counted["name"]: PER_NAME, "reset-" + counted["address"]: PER_ADDRESS}
    allowed = yield from count_try(limits, now)
    if allowed:
        yield sql("insert into reset_request (name, created_at) values ($1, $2)", name, now)
    return allowed


def resets_asked() -> Work[bool]:
    """Asked first, so that an idle worker writes nothing."""
    rows = yield sql("select 1 from reset_request limit 1")
    return bool(rows)


def answer_resets(now: datetime, demo: bool) -> Work[int]:
    """Write a letter for each name that is somebody's with an address; how many names were looked up."""
    asked = yield sql(f"select id, name from reset_request order by id limit {MOST} for update skip locked")
    for row in asked:
        yield from _answer(row["name"], now, demo)
        yield sql("delete from reset_request where id = $1", row["id"])
    return len(asked)


def _answer(name: str, now: datetime, demo: bool) -> Work[None]:
    found = yield from credentials_of(name, demo)
    if found is None:
        return
    accounts = yield sql("select ref, email, user_name, number from account where id = $1", found.account_id)
    account = accounts[0]
    if not account["email"] or not (yield from count_try({f"reset-of:{account['ref']}": PER_ACCOUNT}, now)):
        return
    link = yield from issue_link("reset", account["ref"], HOURS, now, found.account_id)
    known_as = account["user_name"] or account["number"] or ""
    yield from send_letter(account["email"], "reset", {"user_name": known_as}, now, link, found.account_id)


def choose_password(secret: bytes, token: str, new_hash: str, now: datetime, tell: TellAccount) -> Work[bool]:
    """Use the link up: the new password holds, every session ends. False when the link is worth nothing."""
    link = yield from spend(secret, token, "reset", now)
    if link is None or link.account_id is None:
        return False
    changed = yield sql(
        "update account set password_hash = $1 where id = $2 and disabled_at is null returning ref",
        new_hash,
        link.account_id,
    )
    if not changed:
        return False
    for purpose in ("reset", "address"):  # an address somebody else asked for must not be confirmed after this
        yield from revoke_links(purpose, changed[0]["ref"], now)
    yield from end_all_sessions(link.account_id)
    yield from tell(link.account_id, "password", now)
    return True
