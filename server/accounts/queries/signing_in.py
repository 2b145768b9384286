"""Reads about accounts, as plain frozen values."""

from dataclasses import dataclass
from datetime import datetime

import msgspec

from server.database import Row, Work, sql
from server.web.visitor import Visitor

VISITOR = """
select a.id as account_id, a.ref, a.kind, a.first_name, a.last_name, a.rights, a.demo,
       s.id as sign_in_id, s.shared_device, s.created_at, s.last_seen_at, s.stage, g.family_id,
       (select count(*) from notice n where n.account_id = a.id and n.read_at is null) as unread,
       (select version from catalogue where id = 1) as catalogue_version,
       case when a.kind = 'agent'
         then (select count(*) from thread t where t.last_by = 'family' and t.closed_at is null)
         else (select count(*) from thread t left join thread_reading r on r.thread_id = t.id and r.account_id = a.id
               where (t.family_id = g.family_id or (t.family_id is null and t.account_id = a.id))
               and t.last_by = 'town' and (r.read_at is null or r.read_at < t.last_at)) end as messages
from sign_in s join account a on a.id = s.account_id left join guardian g on g.account_id = a.id
where s.token_hash = $1 and s.expires_at > $2 and a.disabled_at is null
"""


@dataclass(frozen=True)
class LiveSession:
    """A session that is not over, and who it belongs to."""

    visitor: Visitor
    created_at: datetime
    last_seen_at: datetime
    stage: str = ""  # what must be done before it opens anything: until then it is nobody's


def session_behind(token_hash: str, now: datetime, demo: bool) -> Work[LiveSession | None]:
    """The live session of this token, or None. Demo accounts exist in demo mode only."""
    rows = yield sql(VISITOR, token_hash, now)
    if not rows or (rows[0]["demo"] and not demo):
        return None
    return LiveSession(_visitor(rows[0]), rows[0]["created_at"], rows[0]["last_seen_at"], rows[0]["stage"])


def visitor_behind(token_hash: str, now: datetime, demo: bool) -> Work[Visitor | None]:
    """The account whose live session has this token, or None."""
    session = yield from session_behind(token_hash, now, demo)
    return session.visitor if session and not session.stage else None


@dataclass(frozen=True)
class Credentials:
    """What signing in needs of an account."""

    account_id: int
    kind: str
    password_hash: str


CREDENTIALS = """
select id, kind, password_hash, demo from account
where (email = $1 or user_name = $1 or number = $1) and disabled_at is null
"""


def credentials_of(name: str, demo: bool) -> Work[Credentials | None]:
    """The account that signs in as `name`: its e-mail, user name or number, folded by `sign_in_name`."""
    rows = yield sql(CREDENTIALS, name)
    # Two accounts can share a name only when one's user name is the other's number: then neither may use it.
    if len(rows) != 1 or (rows[0]["demo"] and not demo):
        return None
    return Credentials(rows[0]["id"], rows[0]["kind"], rows[0]["password_hash"])


def _visitor(row: Row) -> Visitor:
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
        messages=row["messages"],
    )
