"""A Monday morning's inbox: hundreds of requests put into a copy of the demo town, as SQLite rows."""

import sqlite3
from pathlib import Path

MANY = 300

FREE_WEDNESDAYS = """
select h.child_id, s.id as session_id, min(h.family_id) as family_id
from session s join activity a on a.id = s.activity_id and a.ref = 'mercredi'
join enrolment e on e.activity_id = a.id and s.day between e.first_day and e.last_day
join household_child h on h.child_id = e.child_id
where s.day > ? and s.closed_reason is null
and not exists (select 1 from booking b where b.child_id = h.child_id and b.session_id = s.id)
group by h.child_id, s.id order by s.day, h.child_id limit ?
"""


def fill_inbox(folder: Path, total: int = MANY, today: str = "2026-11-16") -> None:
    """Requests and cancellations until exactly `total` wait in the town's database; every seventh is a cancellation."""
    with sqlite3.connect(folder / "marelle.db", timeout=10) as town:
        (known,) = town.execute(
            "select count(*) from booking where state in ('requested', 'cancel_requested')"
        ).fetchone()
        moment = town.execute("select changed_at from booking order by changed_at desc limit 1").fetchone()[0]
        town.execute(
            "update session set capacity = null where activity_id in (select id from activity where ref = 'mercredi')"
        )
        for n, (child, session, family) in enumerate(town.execute(FREE_WEDNESDAYS, (today, total - known)).fetchall()):
            state = "cancel_requested" if n % 7 == 6 else "requested"
            town.execute(
                "insert into booking (child_id, session_id, family_id, state, version, changed_at) values (?, ?, ?, ?, 1, ?)",
                (child, session, family, state, moment),
            )
            town.execute("update session set taken = taken + 1 where id = ?", (session,))
