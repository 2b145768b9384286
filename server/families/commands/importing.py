"""A town's list of families becomes files: all of it in one transaction, or, tried out, nothing at all."""

import secrets
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Literal

from server.database import Row, Work, sql
from server.families.finding import index_families
from server.families.rules import Custody, custody_to
from server.families.rules.importing import CUSTODY, Person
from server.web.folding import fold

Done = Literal["created", "changed", "same", "linked", "refused"]
OpenAccount = Callable[[int, int, str, str, str], Work[str]]  # guardian, family, first name, last name, e-mail: why not


@dataclass(frozen=True)
class Line:
    """What became of one line."""

    line: int
    who: str
    done: Done
    text: str = ""


@dataclass
class Report:
    """What an import did, or would do, line by line."""

    lines: list[Line] = field(default_factory=list)
    families: int = 0  # created
    accounts: int = 0  # opened

    @property
    def refused(self) -> bool:
        """Whether a line cannot be imported: then none is."""
        return any(line.done == "refused" for line in self.lines)


class Undone(Exception):
    """Carries the report out of a transaction that must leave nothing behind."""

    def __init__(self, report: Report) -> None:
        super().__init__("nothing was written")
        self.report = report


def import_people(people: Sequence[Person], dry: bool, open_account: OpenAccount | None, now: datetime) -> Work[Report]:
    """Write them; raises Undone with the report when tried out, or when a line is refused."""
    report, ids, schools = Report(), set[int](), (yield from _schools())
    for person in people:
        family = yield from _family(person, people, report, now)
        ids.add(family)
        if person.child:
            done = yield from _child(person, family, schools)
        else:
            done = yield from _adult(person, family, open_account, report)
        report.lines.append(done)
    if dry or report.refused:
        raise Undone(report)
    yield from index_families(sorted(ids))
    return report


def _schools() -> Work[dict[str, int]]:
    rows = yield sql("select id, name from site where kind = 'school'")
    return {fold(row["name"]): row["id"] for row in rows}


def _family(person: Person, people: Sequence[Person], report: Report, now: datetime) -> Work[int]:
    """The family of a line, created with the first of its people."""
    rows = yield sql("select id from family where number = $1 for update", person.file)
    if rows:
        return int(rows[0]["id"])
    mine = [one for one in people if one.file == person.file]
    said = {
        name: next((one.values[name] for one in mine if one.values[name]), "")
        for name in ("foyer", "adresse", "commune")
    }
    name = said["foyer"] or next((one.values["nom"] for one in mine if not one.child), person.values["nom"])
    rows = yield sql(
        "insert into family (ref, number, name, resident, address, created_at) "
        "values ($1, $2, $3, $4, $5, $6) returning id",
        secrets.token_urlsafe(12), person.file, name, said["commune"].lower() not in ("non", "n", "0", "faux"),
        said["adresse"], now,
    )  # fmt: skip
    report.families += 1
    return int(rows[0]["id"])


def _adult(person: Person, family: int, open_account: OpenAccount | None, report: Report) -> Work[Line]:
    values = person.values
    known = yield sql("select * from guardian where family_id = $1 order by id", family)
    same = next((row for row in known if _same(row, person)), None)
    wanted = (values["civilite"], values["courriel"], values["telephone"], person.says_yes("titulaire"))
    if same is None:
        rows = yield sql(
            "insert into guardian (family_id, title, first_name, last_name, email, phone, holder) "
            "values ($1, $2, $3, $4, $5, $6, $7) returning id",
            family, wanted[0], values["prenom"], values["nom"], wanted[1], wanted[2], wanted[3],
        )  # fmt: skip
        id_, done = int(rows[0]["id"]), "created"
    else:
        id_, done = int(same["id"]), (yield from _changed_adult(same, wanted))
    if not (open_account and person.says_yes("compte") and (same is None or same["account_id"] is None)):
        return Line(person.line, person.name, done)  # type: ignore[arg-type]
    refusal = yield from open_account(id_, family, values["prenom"], values["nom"], values["courriel"])
    report.accounts += not refusal
    return Line(person.line, person.name, "refused" if refusal else done, refusal or "lien d’activation envoyé")  # type: ignore[arg-type]


def _changed_adult(row: Row, wanted: tuple[str, str, str, bool]) -> Work[str]:
    """Empty cells change nothing: a list without telephones must not take them away."""
    names = ("title", "email", "phone")
    values = [new or row[name] for name, new in zip(names, wanted[:3], strict=True)]
    if values == [row[name] for name in names] and (row["holder"] or not wanted[3]):
        return "same"
    yield sql(
        "update guardian set title = $2, email = $3, phone = $4, holder = $5 where id = $1",
        row["id"], *values, row["holder"] or wanted[3],
    )  # fmt: skip
    return "changed"


def _child(person: Person, family: int, schools: dict[str, int]) -> Work[Line]:
    values, born = person.values, date.fromisoformat(person.values["naissance"])
    school = schools.get(fold(values["ecole"])) if values["ecole"] else None
    if values["ecole"] and school is None:
        return Line(person.line, person.name, "refused", f"Il n’y a pas d’école « {values['ecole']} ».")
    rows = yield sql(
        "select c.id, c.first_name, c.last_name, c.site_id, c.grade, h.family_id from child c "
        "join household_child h on h.child_id = c.id where c.birth_date = $1 order by c.id",
        born,
    )
    same = [row for row in rows if _same(row, person)]
    if here := next((row for row in same if row["family_id"] == family), None):
        return (yield from _changed_child(person, here, school))
    if same:
        return (yield from _second_home(person, family, same[0]["id"]))
    made = yield sql(
        "insert into child (ref, first_name, last_name, birth_date, colour, site_id, grade) "
        "values ($1, $2, $3, $4, $5, $6, $7) returning id",
        secrets.token_urlsafe(12), values["prenom"], values["nom"], born, (yield from _colour(family)), school,
        values["niveau"],
    )  # fmt: skip
    yield from _live(family, made[0]["id"], person)
    return Line(person.line, person.name, "created")


def _changed_child(person: Person, row: Row, school: int | None) -> Work[Line]:
    site, grade = school or row["site_id"], person.values["niveau"] or row["grade"]
    if (site, grade) == (row["site_id"], row["grade"]):
        return Line(person.line, person.name, "same")
    yield sql("update child set site_id = $2, grade = $3 where id = $1", row["id"], site, grade)
    return Line(person.line, person.name, "changed")


def _second_home(person: Person, family: int, child: int) -> Work[Line]:
    """The child lives elsewhere already: two homes only when the list says whose week it is."""
    if not person.values["garde"]:
        text = (
            "Un autre dossier a déjà cet enfant\u00a0: dites sa garde (paires, impaires), ou rapprochez-les à la main."
        )
        return Line(person.line, person.name, "refused", text)
    yield from _live(family, child, person)
    return Line(person.line, person.name, "linked", "enfant en deux foyers")


def _live(family: int, child: int, person: Person) -> Work[None]:
    kind = CUSTODY[person.values["garde"].lower()]
    yield sql(
        "insert into household_child (family_id, child_id, custody) values ($1, $2, $3)",
        family, child, custody_to(Custody(kind)),  # type: ignore[arg-type]
    )  # fmt: skip


def _colour(family: int) -> Work[int]:
    rows = yield sql("select count(*) as n from household_child where family_id = $1", family)
    return int(rows[0]["n"]) % 8


def _same(row: Row, person: Person) -> bool:
    return fold(f"{row['first_name']} {row['last_name']}") == fold(person.name)
