"""An agent accepts a change of a file or a new member; what changed since the request is never overwritten unseen."""

from collections.abc import Callable, Mapping
from datetime import datetime

from server.database import Work, sql
from server.families.commands.changing import What, record_of, write_columns
from server.families.commands.deciding import CannotAccept, Handler, Handlers, Values
from server.families.commands.founding import home_of, write_adult, write_child
from server.families.commands.welcoming import Welcome
from server.families.finding import index_families
from server.families.queries.drafts import schools
from server.families.queries.requests import RequestFile
from server.families.rules.changing import ADULT_COLUMNS, ADULT_FIELDS, CHILD_COLUMNS, Record, child_form
from server.families.rules.people import ADDRESS, Known, address_line, shown_value
from server.fields import Field
from server.web.visitor import Visitor

OF_KIND: Mapping[str, What] = {
    "adult_changed": "adult",
    "child_changed": "child",
    "schooling": "child",
    "address_changed": "home",
}
GONE = "Cette personne n’est plus dans le dossier : refusez la demande en le disant à la famille."
HOUSES = "select family_id from household_child where child_id = $1"


def _fields(what: What) -> Work[tuple[Field, ...]]:
    if what == "child":
        return child_form(Known((yield from schools())))
    return ADDRESS if what == "home" else ADULT_FIELDS


def today(asked: RequestFile) -> Work[Values]:
    """What the file says now of the fields a change is about, by their labels."""
    what = OF_KIND[asked.kind.name]
    record = yield from record_of(asked.family_id, what, asked.content.data.get("ref", ""))
    fields = yield from _fields(what)
    names = asked.content.data.get("before", {})
    if record is None:
        return {}
    if what == "home":
        return {("", "Adresse"): (yield sql("select address from family where id = $1", record.id))[0]["address"]}
    return {("", one.label): shown_value(one, record.values.get(one.name, "")) for one in fields if one.name in names}


def accept_change(asked: RequestFile, agent: Visitor, now: datetime) -> Work[None]:
    """Write the new values, unless the file says something else than when the family asked."""
    what, data = OF_KIND[asked.kind.name], asked.content.data
    record = yield from record_of(asked.family_id, what, data.get("ref", ""), lock=True)
    if record is None:
        raise CannotAccept(GONE)
    fields = yield from _fields(what)
    if moved := _moved(fields, record, data["before"], data["after"]):
        names = ", ".join(moved)
        raise CannotAccept(f"Le dossier a changé depuis la demande : {names}. Voyez avec la famille avant de décider.")
    yield from _write(what, record, data["after"])
    if "resident" in data:
        yield sql("update family set resident = $1 where id = $2", data["resident"], record.id)
    homes = (yield sql(HOUSES, record.id)) if what == "child" else ()
    yield from index_families([asked.family_id or 0, *(row["family_id"] for row in homes)])


def _moved(fields: tuple[Field, ...], record: Record, before: Mapping[str, str], after: Mapping[str, str]) -> list[str]:
    return [
        one.label
        for one in fields
        if one.name in after and record.values.get(one.name, "") not in (before[one.name], after[one.name])
    ]


def _write(what: What, record: Record, after: Mapping[str, str]) -> Work[None]:
    if what == "home":
        values = {**record.values, **after}
        text = "update family set home = $1, address = $2, version = version + 1 where id = $3"
        yield sql(text, home_of(values), address_line(values), record.id)
    elif what == "adult":
        yield from write_columns("guardian", record.id, ADULT_COLUMNS, after)
    else:
        yield from write_columns("child", record.id, CHILD_COLUMNS, after)


def accepting_member(welcome: Welcome) -> Callable[[RequestFile, Visitor, datetime], Work[None]]:
    """What accepting a new member does: a new adult is told how to come to the file."""

    def accept_member(asked: RequestFile, agent: Visitor, now: datetime) -> Work[None]:
        data, family = asked.content.data, asked.family_id or 0
        if data["member"] == "adulte":
            adult = yield from write_adult(family, None, False, data["values"], "")
            yield from welcome([adult], agent, now)
        else:
            yield from _write_child(family, data["values"])
        yield from index_families([family])

    return accept_member


def _write_child(family: int, values: Mapping[str, str]) -> Work[None]:
    """One more child, with its links to the adults who are still there."""
    refs = yield sql("select id, ref from guardian where family_id = $1", family)
    adults = {row["ref"]: row["id"] for row in refs}
    count = (yield sql("select count(*) as n from household_child where family_id = $1", family))[0]["n"]
    yield from write_child(family, values, count, adults, ())


CHANGES: Handlers = dict.fromkeys(OF_KIND, Handler(accept_change, today))
