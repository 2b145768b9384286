"""Messages to many families: what became of those that left."""

from dataclasses import dataclass
from datetime import datetime

from server.database import Row, Work, sql
from server.messages.queries.selected import LINKED, PAGE, REACHED, Recipient, recipient_from
from server.messages.rules.selection import Selection
from server.web.pagination import Leaf


@dataclass(frozen=True)
class Mailing:
    """One message to many, with what became of it."""

    id: int
    ref: str
    state: str
    selection: Selection
    department: str
    subject: str
    body: str
    version: int
    changed_at: datetime
    sent_at: datetime | None
    done_at: datetime | None
    by: str
    total: int
    waiting: int
    messages: int
    mails: int
    read: int
    answered: int


# Read: one of the family's adults has opened the exchange; answered: the family has written in it.
ONE = """
select m.id, m.ref, m.state, m.selection, m.department, m.subject, m.body, m.version, m.changed_at, m.sent_at,
  m.done_at, coalesce(a.first_name || ' ' || a.last_name, '') as by,
  (select count(*) from mailing_family x where x.mailing_id = m.id) as total,
  (select count(*) from mailing_family x where x.mailing_id = m.id and x.outcome = '') as waiting,
  (select count(*) from mailing_family x where x.mailing_id = m.id and x.outcome = 'message') as messages,
  (select count(*) from mailing_family x where x.mailing_id = m.id and x.outcome = 'mail') as mails,
  (select count(*) from mailing_family x where x.mailing_id = m.id and exists
    (select 1 from thread_reading r where r.thread_id = x.thread_id)) as read,
  (select count(*) from mailing_family x where x.mailing_id = m.id and exists
    (select 1 from thread_message w where w.thread_id = x.thread_id and w.side = 'family')) as answered
from mailing m left join account a on a.id = coalesce(m.sent_by, m.made_by)
"""


def one_mailing(ref: str) -> Work[Mailing | None]:
    """One of them, or None."""
    rows = yield sql(f"{ONE} where m.ref = $1", ref)
    return _mailing(rows[0]) if rows else None


@dataclass(frozen=True)
class Listed:
    """One of them in the list."""

    ref: str
    state: str
    subject: str
    changed_at: datetime
    sent_at: datetime | None
    by: str
    total: int


LIST = """
select m.ref, m.state, m.subject, m.changed_at, m.sent_at, coalesce(a.first_name || ' ' || a.last_name, '') as by,
  (select count(*) from mailing_family x where x.mailing_id = m.id) as total
from mailing m left join account a on a.id = coalesce(m.sent_by, m.made_by) order by m.id desc limit 20 offset {offset}
"""


def mailings(page: int) -> Work[tuple[list[Listed], Leaf]]:
    """The last ones first."""
    leaf = Leaf(page, 20, int((yield sql("select count(*) as n from mailing"))[0]["n"]))
    rows = yield sql(LIST.format(offset=leaf.offset))
    return [Listed(**dict(row)) for row in rows], leaf


UNREAD = " and x.outcome = 'message' and not exists (select 1 from thread_reading r where r.thread_id = x.thread_id)"


def written_to(mailing_id: int, unread: bool, page: int) -> Work[tuple[list[Recipient], Leaf]]:
    """The families it went to, or those that have not read it."""
    more = UNREAD if unread else ""
    total = yield sql(f"select count(*) as n from mailing_family x where x.mailing_id = $1{more}", mailing_id)
    leaf = Leaf(page, PAGE, int(total[0]["n"]))
    rows = yield sql(
        f"select f.id, f.ref, f.number, f.name, {LINKED} as linked, {REACHED} as reached, x.outcome, "
        "exists (select 1 from thread_reading r where r.thread_id = x.thread_id) as read "
        f"from mailing_family x join family f on f.id = x.family_id where x.mailing_id = $1{more} "
        f"order by f.sort_name, f.id limit {PAGE} offset {leaf.offset}",
        mailing_id,
    )
    return [recipient_from(row) for row in rows], leaf


def _mailing(row: Row) -> Mailing:
    return Mailing(**{**dict(row), "selection": Selection.from_text(row["selection"])})
