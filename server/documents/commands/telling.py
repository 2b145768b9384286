"""Whom to tell of a document: each adult of its family who has an account and may see it."""

from datetime import datetime

from server.database import Work, sql
from server.documents.queries.family import mine
from server.documents.rules.kinds import HEALTH
from server.documents.rules.saying import line_of
from server.families.queries.authority import in_care
from server.notices.commands import tell

ADULTS = """
select g.account_id from guardian g where g.account_id is not null and g.family_id = $1{more} order by g.account_id
"""
# What an adult would not be shown they are not told of either.
OF_DOCUMENT = f" and exists (select 1 from document d where d.id = $2 and {mine('g.family_id', 'g.account_id')})"
OF_CARE = f" and {in_care('$2', 'g.family_id', 'g.account_id')}"
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
    document: int | None = None,
    child_id: int | None = None,
) -> Work[None]:
    """One event for each adult, or for who sent it while there is no family yet; those of a kind become one notice.

    `document`: the one it is about; `child_id`: whom one that is asked for is about.
    """
    more: str = ""
    about: tuple[int, ...] = ()
    if document is not None:
        more, about = OF_DOCUMENT, (document,)
    elif child_id is not None and kind in HEALTH:
        more, about = OF_CARE, (child_id,)
    adults = [row["account_id"] for row in (yield sql(ADULTS.format(more=more), family_id or 0, *about))]
    if family_id is None and sender is not None:
        adults = [sender]
    notice = KINDS.get(why, "document_missing")
    yield from tell(adults, notice, notice, {"text": line_of(kind, title, child, why, words)}, now)
