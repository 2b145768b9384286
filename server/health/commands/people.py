"""Writes a household's list of persons for a child, whole."""

from datetime import datetime

from server.database import Work, flat, sql, values_marks
from server.errors import NotFound
from server.fields import Typed
from server.health.commands.saving import Saved, audit, name_of
from server.health.queries.gate import NOBODY_ELSE
from server.health.queries.people import people_of
from server.health.queries.records import child_of, consents_of, holding
from server.health.rules.people import NOBODY_ELSE as BOX
from server.health.rules.people import people_from, stamp_of
from server.web.visitor import Visitor

LOCK = "select id from household_child where family_id = $1 and child_id = $2 for update"
COLUMNS = "family_id, child_id, position, name, link, phone, emergency"
CONSENT = """
insert into permission (child_id, kind, granted, given_by, given_name, at) values ($1, $2, $3, $4, $5, $6)
"""


def save_people(parent: Visitor, ref: str, typed: Typed, seen: str, now: datetime) -> Work[Saved]:
    """Put the list of a good form in place of the one seen. Raises NotFound."""
    child = yield from child_of(parent, ref)
    family = parent.family_id or 0
    if not (yield sql(LOCK, family, child.id)):  # the child has left the household since: its persons go with it
        raise NotFound
    before = yield from people_of(family, child.id)
    if stamp_of(before) != seen:
        return Saved("conflict")
    yield sql("delete from pickup_person where family_id = $1 and child_id = $2", family, child.id)
    rows = [
        (family, child.id, place, one.name, one.link, one.phone, one.emergency)
        for place, one in enumerate(people_from(typed), 1)
    ]
    if rows:
        yield sql(f"insert into pickup_person ({COLUMNS}) values {values_marks(len(rows), 7)}", *flat(rows))
    yield from _say_nobody_else(parent, child.id, typed.ticked(BOX.name), now)
    yield from audit(parent, child.id, now)
    return Saved("done")


def _say_nobody_else(parent: Visitor, child_id: int, told: bool, now: datetime) -> Work[None]:
    """Kept with the consents, with who said so and when; only when it changes."""
    held = holding((yield from consents_of(child_id))).get(NOBODY_ELSE)
    if told != bool(held and held.granted):
        yield sql(CONSENT, child_id, NOBODY_ELSE, told, parent.account_id, name_of(parent), now)
