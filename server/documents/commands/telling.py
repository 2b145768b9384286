"""Whom to tell of a document: each adult of its family who has an account."""

from datetime import datetime

from server.database import Work, sql
from server.documents.rules.saying import line_of
from server.notices.commands import tell

ADULTS = "select account_id from guardian where account_id is not null and family_id = $1 order by account_id"
KINDS = {"accepted": "document_accepted", "new": "document_new"}  # else it is one to send


def tell_family(
    family_id: int | None,
    now: datetime,
    why: str,
    kind: str,
    title: str = "",
    child: str = "",
    words: str = "",
    sender: int | None = None,
) -> Work[None]:
    """One event for each adult, or for who sent it while there is no family yet; those of a kind become one notice."""
    adults = [row["account_id"] for row in (yield sql(ADULTS, family_id or 0))]
    if family_id is None and sender is not None:
        adults = [sender]
    notice = KINDS.get(why, "document_missing")
    yield from tell(adults, notice, notice, {"text": line_of(kind, title, child, why, words)}, now)
