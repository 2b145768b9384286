"""A family asks for one more member: a child or an adult, as a request an agent decides."""

from collections.abc import Mapping
from datetime import datetime
from typing import Literal

from server.database import Work, sql
from server.families.commands.requests import Filed, NewRequest, file_request
from server.families.queries.drafts import schools
from server.families.queries.members import adults_of
from server.families.rules.people import ADULT, Known, child_fields, lines_of
from server.families.rules.requests import Service
from server.fields import Field
from server.web.visitor import Visitor

Member = Literal["adulte", "enfant"]
CHILDREN = """
select c.first_name, c.birth_date from household_child h join child c on c.id = h.child_id where h.family_id = $1
"""


def known_of(family_id: int | None) -> Work[Known]:
    """The schools and adults a child's form offers."""
    towns = yield from schools()
    adults = yield from adults_of(family_id)
    return Known(towns, adults)


def member_fields(member: Member, known: Known) -> tuple[Field, ...]:
    """What is asked of a new member."""
    return child_fields(known) if member == "enfant" else ADULT


def has_child(family_id: int | None, first_name: str, born: str) -> Work[bool]:
    """Whether this household already has that child."""
    rows = yield sql(CHILDREN, family_id or 0)
    return any(
        row["first_name"].casefold() == first_name.casefold() and row["birth_date"].isoformat() == born for row in rows
    )


def ask_for_member(
    visitor: Visitor, member: Member, values: Mapping[str, str], known: Known, service: Service, now: datetime
) -> Work[Filed]:
    """File the request; a child's names are kept for the agents' matching."""
    name = f"{values['prenoms']} {values['nom']}"
    data: dict[str, object] = {"member": member, "values": dict(values), "adults": [key for key, _ in known.adults]}
    if member == "enfant":
        born = {"birth_date": values["naissance"], "first_name": values["prenoms"], "last_name": values["nom"]}
        data["children"] = [born]
    lines = lines_of(member_fields(member, known), values, "")
    new = NewRequest("member_added", f"Ajout de {name}", lines, data=data, words=name)
    return (yield from file_request(visitor, new, service, now))
