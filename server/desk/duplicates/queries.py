"""One child as an agent compares it with another: who it is, its homes and adults, and how much hangs on the file."""

from dataclasses import dataclass
from datetime import date, datetime

from server.database import Row, Work, sql
from server.families.rules import custody_from
from server.families.rules.people import QUALITIES


@dataclass(frozen=True)
class Home:
    """A household of the child."""

    ref: str
    name: str
    number: str
    address: str
    shared: bool


@dataclass(frozen=True)
class Sheet:
    """One of the two files."""

    id: int
    ref: str
    first_name: str
    last_name: str
    birth_date: date
    sex: str
    school: str
    grade: str
    homes: tuple[Home, ...]
    adults: tuple[str, ...]  # « Camille Dupont, mère »
    enrolments: tuple[str, ...]
    coming: int  # bookings and requests of days to come
    past: int
    papers: int
    requests: int


CHILD = """
select c.id, c.ref, c.first_name, c.last_name, c.birth_date, c.sex, c.grade, coalesce(s.name, '') as school,
  (select count(*) from document d where d.child_id = c.id) as papers,
  (select count(*) from request r where r.child_id = c.id) as requests,
  (select count(*) from booking b join session s on s.id = b.session_id
   where b.child_id = c.id and b.state not in ('free', 'refused') and s.ends_at > $2) as coming,
  (select count(*) from booking b join session s on s.id = b.session_id
   where b.child_id = c.id and b.state not in ('free', 'refused') and s.ends_at <= $2) as past
from child c left join site s on s.id = c.site_id where c.ref = $1
"""
HOMES = """
select f.ref, f.name, f.number, f.address, h.custody from household_child h join family f on f.id = h.family_id
where h.child_id = $1 order by h.id
"""
ADULTS = """
select distinct g.id, g.first_name, g.last_name, l.quality from household_child h
join guardian g on g.family_id = h.family_id left join child_link l on l.guardian_id = g.id and l.child_id = h.child_id
where h.child_id = $1 order by g.id
"""
ENROLMENTS = """
select a.name, f.number from enrolment e join activity a on a.id = e.activity_id join family f on f.id = e.family_id
where e.child_id = $1 and e.status = 'accepted' order by a.position, e.id
"""


def sheet_of(ref: str, now: datetime) -> Work[Sheet | None]:
    """One file; None when there is none. Four statements."""
    rows = yield sql(CHILD, ref, now)
    if not rows:
        return None
    id_ = rows[0]["id"]
    homes = yield sql(HOMES, id_)
    adults = yield sql(ADULTS, id_)
    enrolled = yield sql(ENROLMENTS, id_)
    return Sheet(
        **dict(rows[0]),
        homes=tuple(_home(row) for row in homes),
        adults=tuple(_adult(row) for row in adults),
        enrolments=tuple(f"{row['name']} ({row['number']})" for row in enrolled),
    )


def _home(row: Row) -> Home:
    return Home(row["ref"], row["name"], row["number"], row["address"], custody_from(row["custody"]).shared)


def _adult(row: Row) -> str:
    quality = dict(QUALITIES).get(row["quality"] or "", "")
    return ", ".join(filter(None, (f"{row['first_name']} {row['last_name']}", quality.lower())))
