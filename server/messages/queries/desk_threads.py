"""Reads of threads at the desk: the inbox, one thread as agents read it, a file that came with it."""

from server.database import Work, sql
from server.documents.queries.values import Document, File, documents
from server.messages.queries.threads import ATTACHED, Line, Thread, line_from, whole_thread
from server.web.pagination import Leaf

FILTERS = {
    "attente": "t.last_by = 'family' and t.closed_at is null",
    "repondus": "t.last_by = 'town' and t.closed_at is null",
    "clos": "t.closed_at is not null",
}
DESK = """
select t.ref, t.subject, t.department, t.last_at, t.last_by, t.closed_at, false as unread,
       coalesce(f.name, '') as family, coalesce(f.number, '') as number,
       coalesce(a.first_name || ' ' || a.last_name, '') as opened_by
from thread t left join account a on a.id = t.account_id left join family f on f.id = t.family_id
where {filter} order by t.last_at {order}, t.id limit $1 offset $2
"""


def desk_threads(which: str, page: int) -> Work[tuple[tuple[Line, ...], Leaf, dict[str, int]]]:
    """One page of the desk's inbox, what waits longest first, and how many each filter holds."""
    counts = yield sql(
        "select sum(case when t.last_by = 'family' and t.closed_at is null then 1 else 0 end) as attente, "
        "sum(case when t.last_by = 'town' and t.closed_at is null then 1 else 0 end) as repondus, "
        "sum(case when t.closed_at is not null then 1 else 0 end) as clos from thread t"
    )
    totals = {name: int(counts[0][name] or 0) for name in FILTERS}
    leaf = Leaf(page, 50, totals[which])
    order = "asc" if which == "attente" else "desc"
    rows = yield sql(DESK.format(filter=FILTERS[which], order=order), 50, leaf.offset)
    return tuple(line_from(row) for row in rows), leaf, totals


def waiting_threads() -> Work[int]:
    """How many threads wait for an answer of the town."""
    return int((yield sql(f"select count(*) as n from thread t where {FILTERS['attente']}"))[0]["n"])


def desk_thread(ref: str) -> Work[Thread | None]:
    """A thread as agents read it, or None."""
    rows = yield sql(
        "select t.id, t.ref, t.subject, t.department, t.closed_at, t.family_id, coalesce(f.name, '') as family, "
        "coalesce(f.ref, '') as family_ref, coalesce(f.number, '') as number, "
        "coalesce(a.first_name || ' ' || a.last_name, '') as opened_by from thread t "
        "left join account a on a.id = t.account_id left join family f on f.id = t.family_id where t.ref = $1",
        ref,
    )
    if not rows:
        return None
    return (yield from whole_thread(rows[0], "town", None))


def family_written_to(ref: str) -> Work[int | None]:
    """The family of this ref, when one of its adults has an account to read with."""
    rows = yield sql(
        "select f.id from family f where f.ref = $1 "
        "and exists (select 1 from guardian g where g.family_id = f.id and g.account_id is not null)",
        ref,
    )
    return int(rows[0]["id"]) if rows else None


def attached_file(thread_ref: str, document: str, position: int) -> Work[tuple[Document, File] | None]:
    """One file of a thread, for the agents who read it; None while it is with the antivirus."""
    rows = yield sql("select id from thread where ref = $1", thread_ref)
    where = f"{ATTACHED} and d.ref = $2 and d.state = 'clean'"
    for row in rows:
        for found in (yield from documents(where, row["id"], document)):
            for file in found.files:
                if file.position == position:
                    return found, file
    return None
