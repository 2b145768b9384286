"""Changes to one's own account: names, address, password. Each is one transaction and tells the account."""

from collections.abc import Mapping
from datetime import datetime, timedelta

from server.accounts.commands.letters import send_letter
from server.accounts.commands.limits import count_try
from server.accounts.commands.links import issue_link, revoke_links, spend
from server.accounts.commands.resets import TellAccount
from server.accounts.commands.signing_in import count_attempt
from server.accounts.rules import Limit
from server.accounts.rules.care import masked
from server.database import Row, Rows, Work, marks, sql

HOURS = 24  # a link to a new address lives
ASKED = Limit(5, timedelta(hours=1))


def begin_proof(account_id: int, buckets: Mapping[str, str], now: datetime) -> Work[tuple[str, timedelta]]:
    """Somebody signed in proves with the password who they are: what is stored, and how long they must wait first.

    Counted like an attempt to sign in: a phone left unlocked is no place to guess.
    """
    waiting = yield from count_attempt(buckets, now)
    rows = yield sql("select password_hash from account where id = $1", account_id)
    return rows[0]["password_hash"], waiting


def proof_given(buckets: Mapping[str, str]) -> Work[None]:
    """It was right: earlier mistakes are forgotten."""
    yield sql("delete from attempt where bucket in ($1, $2)", buckets["pair"], buckets["name"])


def rename(account_id: int, first_name: str, last_name: str) -> Work[None]:
    """The account's names, as pages greet its owner; the family file keeps its own."""
    yield sql("update account set first_name = $1, last_name = $2 where id = $3", first_name, last_name, account_id)


def change_password(
    account_id: int, new_hash: str, now: datetime, tell: TellAccount, ends_others: bool, here: int
) -> Work[None]:
    """The new password holds; links that would change it or the address end, other devices leave if so wished."""
    rows = yield sql("update account set password_hash = $1 where id = $2 returning ref", new_hash, account_id)
    for purpose in ("reset", "address"):  # an address somebody else asked for must not be confirmed after this
        yield from revoke_links(purpose, rows[0]["ref"], now)
    if ends_others:
        yield from end_other_sessions(account_id, here)
    yield from tell(account_id, "password", now)


def end_other_sessions(account_id: int, here: int) -> Work[int]:
    """End every session but this one, and silence the phones they were on. How many there were."""
    gone = yield sql("select id from sign_in where account_id = $1 and id <> $2 for update", account_id, here)
    if ids := [row["id"] for row in gone]:
        yield sql(f"delete from push_device where sign_in_id in ({marks(len(ids))})", *ids)
        yield sql(f"delete from sign_in where id in ({marks(len(ids))})", *ids)
    yield sql("delete from push_device where account_id = $1 and sign_in_id is null", account_id)
    return len(ids)


def ask_address(account_id: int, new: str, now: datetime) -> Work[bool]:
    """A link to the new address, word to the old one. False when it was asked too often.

    Whether the new address is another account's is not told here but there: the same is written and shown, and of
    the letter that says so only the owner of the address knows that it carries no link.
    """
    account = yield from _account(account_id)
    if not (yield from count_try({f"address-of:{account['ref']}": ASKED}, now)):
        return False
    taken = yield sql("select 1 from account where email = $1", new)
    link = yield from issue_link("address", account["ref"], HOURS, now, account_id, {"address": new})
    yield from send_letter(new, "address_taken" if taken else "address", {}, now, link, account_id)
    if account["email"]:
        yield from send_letter(account["email"], "address_asked", {"masked": masked(new)}, now, None, account_id)
    return True


def confirm_address(secret: bytes, token: str, now: datetime, tell: TellAccount) -> Work[bool]:
    """The link was opened from the new address, which becomes the account's. False when the link is worth nothing.

    Raises Duplicate when another account got that address meanwhile.
    """
    link = yield from spend(secret, token, "address", now)
    if link is None or link.account_id is None:
        return False
    account, new = (yield from _account(link.account_id)), link.payload["address"]
    if account["disabled_at"]:
        return False
    yield sql("update account set email = $1 where id = $2", new, link.account_id)
    yield from revoke_links("reset", account["ref"], now)  # they went to the old address
    if account["email"]:
        yield from send_letter(account["email"], "address_changed", {"masked": masked(new)}, now, None, link.account_id)
    yield from tell(link.account_id, "email", now)
    return True


def _account(account_id: int) -> Work[Row]:
    rows: Rows = yield sql("select ref, email, disabled_at from account where id = $1 for update", account_id)
    return rows[0]
