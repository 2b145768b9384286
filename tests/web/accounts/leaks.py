"""What each door must not do, done on purpose: the statistic that finds nothing at ours must find these."""

from datetime import datetime
from typing import Any

from server.accounts.commands.resending import answer_links, ask_again
from server.accounts.commands.resets import answer_resets, ask_reset
from server.accounts.passwords import Checked, check
from server.accounts.rules.files import References
from server.accounts.rules.tokens import REF, tidy
from server.database import Rows, Work, sql
from server.families.commands.linking import check_references


async def check_nobody_at_once(stored: str | None, password: str) -> Checked:
    """No hash is computed for a name nobody has."""
    return Checked(False) if stored is None else await check(stored, password)


def reset_at_the_door(name: str, address: str, now: datetime) -> Work[bool]:
    """The account is looked for, and its letter written, before the answer."""
    allowed = yield from ask_reset(name, address, now)
    yield from answer_resets(now, True)
    yield from _send((yield sql("select id from account where email = $1", name)))
    return allowed


def link_at_the_door(email: str, address: str, hours: int, now: datetime) -> Work[bool]:
    """The registration is looked for, and its letter written, before the answer."""
    allowed = yield from ask_again(email, address, hours, now)
    yield from answer_links(now)
    yield from _send((yield sql("select id from registration where email = $1", email)))
    return allowed


def face_unsigned(secret: bytes, token: str, browser: str, now: datetime) -> Work[Any]:
    """What a link leads to is read before its signature is."""
    yield from _read_on((yield from _rows_of(token)))


def look_unsigned(secret: bytes, token: str, purpose: str, now: datetime) -> Work[Any]:
    """The same for a new password."""
    yield from _read_on((yield from _rows_of(token)))


def check_number_first(said: References, who: str, address: str, now: datetime) -> Work[Any]:
    """A file that exists is read on, as its page would be, before the name and the address are compared."""
    yield from _read_on((yield sql("select id from family where number = $1", said.number)))
    return (yield from check_references(said, who, address, now))


def _rows_of(token: str) -> Work[Rows]:
    rows: Rows = yield sql("select id from link where ref = $1", tidy(token)[:REF])
    return rows


def _send(found: Rows) -> Work[None]:
    """What sending the letter costs as well, at the least: a few thousandths of a second, in statements."""
    for _ in range(3):
        yield from _read_on(found)


def _read_on(found: Rows) -> Work[None]:
    """Five dozen further statements for what exists: what a page costs, its drawing included, that is made before it is
    known to be allowed. Far above what the neighbours of a busy machine add."""
    for row in [*found] * 5:
        for table in ("family", "guardian", "household_child", "request"):
            for column in ("id", "id + 1", "id - 1"):
                yield sql(f"select * from {table} where {column} = $1", row["id"])
