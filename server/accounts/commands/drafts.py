"""Drafts of wizards: kept at each step, found again by a cookie, given up, thrown away when they are old."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

import msgspec

from server.accounts.rules.wizard import KEPT
from server.database import Row, Work, sql


@dataclass(frozen=True)
class Draft:
    """What one browser has said so far in one wizard."""

    answers: Mapping[str, str]
    password_hash: str = ""
    subject: str = ""  # the registration it finishes
    sent: bool = False

    @property
    def begun(self) -> bool:
        """Whether there is something to come back to."""
        return bool(self.answers) and not self.sent


EMPTY = Draft({})
FIND = "select * from registration_draft where token_hash = $1 and way = $2 and touched_at > $3"


def draft_of(token_hash: str, way: str, now: datetime) -> Work[Draft]:
    """The draft this cookie stands for; an empty one when there is none, or it is too old."""
    rows = yield sql(FIND, token_hash, way, now - KEPT)
    return _draft(rows[0]) if rows else EMPTY


def drafts_of(token_hash: str, now: datetime) -> Work[dict[str, Draft]]:
    """Every draft of this cookie, by wizard."""
    rows = yield sql(
        "select * from registration_draft where token_hash = $1 and touched_at > $2", token_hash, now - KEPT
    )
    return {row["way"]: _draft(row) for row in rows}


def keep_step(
    token_hash: str, way: str, said: Mapping[str, str], password_hash: str, now: datetime, subject: str = ""
) -> Work[Draft]:
    """Add what one step said; another tab's steps stay. After it was sent, a new one begins."""
    yield sql(
        "insert into registration_draft (token_hash, way, subject, created_at, touched_at) values ($1, $2, $3, $4, $4) "
        "on conflict (token_hash, way) do nothing",
        token_hash,
        way,
        subject,
        now,
    )
    rows = yield sql("select * from registration_draft where token_hash = $1 and way = $2 for update", token_hash, way)
    known = _draft(rows[0])
    fresh = known.sent or rows[0]["touched_at"] <= now - KEPT or bool(subject and subject != known.subject)
    if fresh:
        yield sql("delete from account_photo where draft_id = $1", rows[0]["id"])
    answers = {**({} if fresh else known.answers), **said}
    password_hash = password_hash or ("" if fresh else known.password_hash)
    subject = subject or ("" if fresh else known.subject)
    yield sql(
        "update registration_draft set answers = $2, password_hash = $3, subject = $4, touched_at = $5, "
        "sent_at = null where id = $1",
        rows[0]["id"],
        msgspec.json.encode(answers).decode(),
        password_hash,
        subject,
        now,
    )
    return Draft(answers, password_hash, subject)


def drop_draft(token_hash: str, way: str) -> Work[None]:
    """« Annuler »: nothing is kept."""
    yield sql("delete from registration_draft where token_hash = $1 and way = $2", token_hash, way)


def take_draft(token_hash: str, way: str, now: datetime) -> Work[Draft]:
    """The draft as it is about to be sent, held until the transaction ends: of two clicks, one sends it."""
    rows = yield sql(f"{FIND} for update", token_hash, way, now - KEPT)
    return _draft(rows[0]) if rows else EMPTY


def mark_sent(token_hash: str, way: str, left: Mapping[str, str], now: datetime) -> Work[None]:
    """It was sent: what the confirmation page says is all that is left of it."""
    yield sql(
        "update registration_draft set answers = $3, password_hash = '', sent_at = $4, touched_at = $4 "
        "where token_hash = $1 and way = $2",
        token_hash,
        way,
        msgspec.json.encode(left).decode(),
        now,
    )


def _draft(row: Row) -> Draft:
    answers = msgspec.json.decode(row["answers"], type=dict[str, str])
    return Draft(answers, row["password_hash"], row["subject"], row["sent_at"] is not None)
