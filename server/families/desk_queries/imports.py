"""Lists of families that were tried out, and what each of their lines does."""

from dataclasses import dataclass
from datetime import datetime

import msgspec

from server.database import Row, Work, sql
from server.families.rules.reports import Report


@dataclass(frozen=True)
class Tried:
    """A list on its way in."""

    ref: str
    name: str
    file: str | None
    digest: str
    checked: str
    state: str  # checked | refused | done
    made_at: datetime
    by: str
    done_at: datetime | None
    done_by: str
    report: Report


COLUMNS = """
i.ref, i.name, i.file, i.digest, i.checked, i.state, i.made_at, i.done_at,
coalesce(m.first_name || ' ' || m.last_name, '') as by, coalesce(d.first_name || ' ' || d.last_name, '') as done_by
"""
FROM = "from family_import i left join account m on m.id = i.made_by left join account d on d.id = i.done_by"


def tried(ref: str) -> Work[Tried | None]:
    """One list with its report, or None."""
    rows = yield sql(f"select {COLUMNS}, i.report {FROM} where i.ref = $1", ref)
    return _tried(rows[0], msgspec.json.decode(rows[0]["report"], type=Report)) if rows else None


def lately_tried(most: int = 10) -> Work[list[Tried]]:
    """The last ones, without their reports."""
    rows = yield sql(f"select {COLUMNS} {FROM} order by i.id desc limit {most}")
    return [_tried(row, Report()) for row in rows]


def _tried(row: Row, report: Report) -> Tried:
    values = {name: row[name] for name in Tried.__dataclass_fields__ if name != "report"}
    return Tried(**values, report=report)
