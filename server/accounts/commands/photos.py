"""The photo of an account's holder: kept with a draft, handed on to the registration, then to the account; removed."""

import base64
import secrets
from datetime import datetime

from server.accounts.rules.wizard import KEPT
from server.database import Work, sql

DRAFT = (
    "select id from registration_draft where token_hash = $1 and way = $2 and sent_at is null and touched_at > $3 "
    "for update"
)


def keep_with_draft(token_hash: str, way: str, image: bytes, now: datetime) -> Work[bool]:
    """The photo of a wizard under way, instead of the one before. False when there is no such draft."""
    rows = yield sql(DRAFT, token_hash, way, now - KEPT)
    if not rows:
        return False
    yield sql("delete from account_photo where draft_id = $1", rows[0]["id"])
    yield from _insert("draft_id", rows[0]["id"], image, now)
    return True


def drop_from_draft(token_hash: str, way: str) -> Work[None]:
    """« Retirer », in a wizard."""
    yield sql(
        "delete from account_photo where draft_id in "
        "(select id from registration_draft where token_hash = $1 and way = $2)",
        token_hash,
        way,
    )


def hand_to_registration(token_hash: str, way: str, ref: str) -> Work[None]:
    """A draft is sent: its photo goes with the registration it became."""
    yield sql(
        "update account_photo set registration_id = (select id from registration where ref = $3), draft_id = null "
        "where draft_id = (select id from registration_draft where token_hash = $1 and way = $2)",
        token_hash,
        way,
        ref,
    )


def hand_to_account(ref: str, account_id: int) -> Work[None]:
    """A registration is activated: its photo is the account's."""
    yield sql(
        "update account_photo set account_id = $2, registration_id = null "
        "where registration_id = (select id from registration where ref = $1)",
        ref,
        account_id,
    )


def keep_with_account(account_id: int, image: bytes, now: datetime) -> Work[None]:
    """The photo of an account, instead of the one before."""
    yield sql("select id from account where id = $1 for update", account_id)
    yield sql("delete from account_photo where account_id = $1", account_id)
    yield from _insert("account_id", account_id, image, now)


def drop_from_account(account_id: int) -> Work[None]:
    """« Retirer », in « Mon compte »."""
    yield sql("delete from account_photo where account_id = $1", account_id)


def _insert(owner: str, id_: int, image: bytes, now: datetime) -> Work[None]:
    yield sql(
        f"insert into account_photo (ref, {owner}, image, created_at) values ($1, $2, $3, $4)",
        secrets.token_urlsafe(16),
        id_,
        base64.b64encode(image).decode(),
        now,
    )
