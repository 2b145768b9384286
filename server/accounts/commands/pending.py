"""A registration behind the link of a mail: looked at, in somebody’s way, or thrown away by who did not ask for it."""

import hashlib
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

import msgspec

from server.accounts.commands.limits import count_try
from server.accounts.commands.links import Link, look_at, revoke_links, spend
from server.accounts.rules import Limit
from server.accounts.rules.wizard import Answers
from server.database import Row, Rows, Work, alone, sql

AT_HAND = timedelta(hours=1)  # the browser a registration was just sent from need not be told its password again
PASSWORDS = Limit(10, timedelta(hours=1))  # tried on the page of one link
REGISTRATION = "inscription!"  # what is left of a draft that was sent: which registration it became
LIVE = """
select r.* from registration r where r.ref = $1 and r.state = 'sent' and exists (select 1 from link k
where k.purpose = 'activation' and k.subject = r.ref and k.spent_at is null and k.revoked_at is null
and k.expires_at > $2)
"""


@dataclass(frozen=True)
class Pending:
    """A registration as the page of its link shows it."""

    ref: str
    way: str
    email: str
    number: str
    answers: Answers
    password_hash: str
    guardian_id: int | None

    @property
    def has_password(self) -> bool:
        """Whether whoever registered has chosen one: not the town (G4), nor who asks and waits (G1)."""
        return bool(self.password_hash)


@dataclass(frozen=True)
class Facing:
    """The registration, whether this very browser has just sent it, and whether its user name is free."""

    pending: Pending
    at_hand: bool
    name_taken: bool

    @property
    def must_prove(self) -> bool:
        """Whether the password of the registration is asked for.

        The link proves who reads the mail, the password who registered. Both must be the same person: otherwise
        somebody could register with another's address, and come in with their own password once the other activates.
        """
        return self.pending.has_password and not self.at_hand


def pending_of(secret: bytes, token: str, now: datetime) -> Work[Pending | None]:
    """The registration behind the link in a mail; changes nothing."""
    link: Link | None = yield from look_at(secret, token, "activation", now)
    return (yield from pending_called(link.subject, now)) if link else None


def pending_called(ref: str, now: datetime) -> Work[Pending | None]:
    """The registration of this ref while one of its links lives."""
    rows: Rows = yield sql(LIVE, ref, now)
    return _pending(rows[0]) if rows else None


def facing(secret: bytes, token: str, browser: str, now: datetime) -> Work[Facing | None]:
    """What the page of a link must know; None when the link is worth nothing. `browser`: hash of its draft cookie."""
    pending = yield from pending_of(secret, token, now)
    if pending is None:
        return None
    sent: Rows = yield sql(
        "select answers from registration_draft where token_hash = $1 and sent_at > $2", browser, now - AT_HAND
    )
    left = [msgspec.json.decode(row["answers"], type=dict[str, str]) for row in sent]
    at_hand = any(answers.get(REGISTRATION) == pending.ref for answers in left)
    taken = yield from _taken(pending.answers.get("identifiant", ""))
    return Facing(pending, at_hand, taken)


def obstacle(pending: Pending, answers: Answers) -> Work[Literal["", "name", "known"]]:
    """Why there can be no such account: told to nobody but who holds the link of this address.

    Those who would open one for the same address take turns: each forgets the links of all others.
    """
    yield alone(f"account:{hashlib.sha256(pending.email.encode()).hexdigest()}")
    if (yield sql("select 1 from account where email = $1", pending.email)):
        return "known"
    return "name" if (yield from _taken(answers.get("identifiant", ""))) else ""


def count_password(ref: str, now: datetime) -> Work[bool]:
    """One more password is tried on the page of this registration's link. False when it was too often."""
    return (yield from count_try({f"activation:{ref}": PASSWORDS}, now))


def disown(secret: bytes, token: str, now: datetime) -> Work[bool]:
    """« Ce n'est pas moi »: the registration is gone with its links. False when the link is worth nothing.

    One the town opened is the town's to take back.
    """
    pending = yield from pending_of(secret, token, now)
    if pending is None or pending.way == "by_town" or (yield from spend(secret, token, "activation", now)) is None:
        return False
    yield from revoke_links("activation", pending.ref, now)
    yield sql("delete from registration where ref = $1", pending.ref)
    return True


def _taken(name: str) -> Work[bool]:
    rows = yield sql("select 1 from account where user_name = $1 or number = $1 or email = $1", name)
    return bool(name and rows)


def _pending(row: Row) -> Pending:
    answers = msgspec.json.decode(row["answers"], type=dict[str, str])
    names = ("ref", "way", "email", "password_hash", "guardian_id")
    return Pending(**{name: row[name] for name in names}, number=row["number"] or "", answers=answers)
