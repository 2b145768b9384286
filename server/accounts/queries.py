"""Reads about accounts, as plain frozen values."""

from datetime import datetime

import msgspec

from server.database import Work, sql
from server.web.visitor import Visitor

VISITOR = """
select a.id as account_id, a.ref, a.kind, a.first_name, a.last_name, a.rights, a.demo,
       s.id as sign_in_id, s.shared_device, g.family_id,
       (select count(*) from notice n where n.account_id = a.id and n.read_at is null) as unread,
       (select version from catalogue where id = 1) as catalogue_version
from sign_in s join account a on a.id = s.account_id left join guardian g on g.account_id = a.id
where s.token_hash = $1 and s.expires_at > $2 and a.disabled_at is null
"""


def visitor_behind(token_hash: str, now: datetime, demo: bool) -> Work[Visitor | None]:
    """The account whose live session has this token, or None. Demo accounts exist in demo mode only."""
    rows = yield sql(VISITOR, token_hash, now)
    if not rows or (rows[0]["demo"] and not demo):
        return None
    row = rows[0]
    return Visitor(
        account_id=row["account_id"],
        ref=row["ref"],
        kind=row["kind"],
        first_name=row["first_name"],
        last_name=row["last_name"],
        rights=frozenset(msgspec.json.decode(row["rights"], type=list[str])),
        sign_in_id=row["sign_in_id"],
        shared_device=row["shared_device"],
        family_id=row["family_id"],
        unread=row["unread"],
        catalogue_version=row["catalogue_version"] or 0,
    )
