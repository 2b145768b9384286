"""Photos of accounts' holders as they are shown: to the browser that fills a wizard in, the owner, an agent."""

import base64
from datetime import datetime

from server.accounts.rules.wizard import KEPT
from server.database import Rows, Work, sql


def photo_of_draft(token_hash: str, way: str, now: datetime) -> Work[bytes | None]:
    """The photo of a wizard under way on this very browser."""
    rows = yield sql(
        "select p.image from account_photo p join registration_draft d on d.id = p.draft_id "
        "where d.token_hash = $1 and d.way = $2 and d.touched_at > $3",
        token_hash,
        way,
        now - KEPT,
    )
    return _image(rows)


def photo_of_account(account_id: int) -> Work[bytes | None]:
    """One's own."""
    return _image((yield sql("select image from account_photo where account_id = $1", account_id)))


def photo_for_agent(ref: str) -> Work[bytes | None]:
    """The photo of an adult of a family, by its own name; nobody's before the account is a family's."""
    rows = yield sql(
        "select p.image from account_photo p where p.ref = $1 "
        "and exists (select 1 from guardian g where g.account_id = p.account_id)",
        ref,
    )
    return _image(rows)


def _image(rows: Rows) -> bytes | None:
    return base64.b64decode(rows[0]["image"]) if rows else None
