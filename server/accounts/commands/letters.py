"""A letter: a mail to an address that is not, or not yet, an account's own, or that no preference may hold back."""

from collections.abc import Mapping
from datetime import datetime

import msgspec

from server.accounts.rules.letters.words import TEXTS
from server.database import Work, sql


def send_letter(
    address: str,
    kind: str,
    payload: Mapping[str, str],
    now: datetime,
    link_id: int | None = None,
    account_id: int | None = None,
) -> Work[None]:
    """Write a letter in the event's own transaction; the deliver worker sends it, once, however long that takes.

    `kind` is one of rules/letters/ (KeyError otherwise), `link_id` of `issue_link`. A letter whose link is revoked,
    used before it could leave does not leave.
    """
    if kind not in TEXTS:
        raise KeyError(kind)
    yield sql(
        "insert into letter (address, kind, payload, link_id, account_id, created_at, due_at) "
        "values ($1, $2, $3, $4, $5, $6, $6)",
        address,
        kind,
        msgspec.json.encode(payload).decode(),
        link_id,
        account_id,
        now,
    )
