"""What a rush left in the database: the session as it stands, its audit lines in their order, the taps' verdicts."""

from datetime import datetime
from typing import Any

import msgspec

from server.database import Database, Row, Work, sql
from tests.faults.histories.commits import Line
from tests.faults.histories.rule import Answer

STANDING = """
select s.capacity, s.taken, c.ref, b.state, b.version, b.rank
from session s left join booking b on b.session_id = s.id left join child c on c.id = b.child_id
where s.id = $1 order by b.rank
"""
LINES = "select a.id, a.action, a.actor_id, c.ref, a.detail{engine} from audit a left join child c on c.id = a.child_id where a.session_id = $1 order by a.id"
ENGINE = ", cast(a.xmin as text) as transaction, pg_xact_commit_timestamp(a.xmin) as committed_at"
TAPS = "select id, verdict from tap where square like $1"


def standing(session: int, children: int) -> Work[Answer]:
    """The session in one statement, as `rule.seen_of` tells it."""
    return seen_in((yield sql(STANDING, session)), children)


def seen_in(rows: Any, children: int) -> Answer:
    squares = [("free", 0)] * children
    for row in rows:
        if row["ref"] is not None:
            squares[number_of(row["ref"])] = (row["state"], row["version"])
    queue = tuple(number_of(row["ref"]) for row in rows if row["rank"] is not None)
    return rows[0]["capacity"], rows[0]["taken"], tuple(squares), queue


def number_of(ref: str) -> int:
    """The number of the child `k12`."""
    return int(ref[1:])


async def left_behind(db: Database, session: int, children: int) -> tuple[Answer, list[Line], dict[str, Answer]]:
    """The session, its lines and the stored verdicts, all of one instant."""
    return await db.write(_left_behind, session, children, db.engine == "postgres")


def _left_behind(session: int, children: int, postgres: bool) -> Work[tuple[Answer, list[Line], dict[str, Answer]]]:
    if postgres:
        yield sql("set transaction isolation level repeatable read")
    final = yield from standing(session, children)
    rows = yield sql(LINES.format(engine=ENGINE if postgres else ""), session)
    taps = yield sql(TAPS, f"%.{session}")
    verdicts = {row["id"]: answer_in(msgspec.json.decode(row["verdict"])) for row in taps}
    return final, [_line(row, postgres) for row in rows], verdicts


def answer_in(verdict: dict[str, Any]) -> Answer:
    """A tap's verdict as the rule says it."""
    return verdict["outcome"], verdict["state"], verdict["version"], verdict["position"]


def _line(row: Row, postgres: bool) -> Line:
    detail: dict[str, Any] = msgspec.json.decode(row["detail"])
    transaction: str = row["transaction"] if postgres else ""
    committed_at: datetime | None = row["committed_at"] if postgres else None
    child = -1 if row["ref"] is None else number_of(row["ref"])
    return Line(
        row["id"], row["action"], child, detail["from"], detail["to"], detail.get("version", 0), transaction,
        committed_at, row["actor_id"],
    )  # fmt: skip
