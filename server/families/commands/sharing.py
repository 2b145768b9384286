"""One child in two households: the agent says that a declared child is a known one, and whose weeks are whose."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

import msgspec

from server.database import Work, sql
from server.families.commands.deciding import CannotAccept
from server.families.queries.requests import any_request
from server.families.rules import Custody, Kind, custody_from, custody_to
from server.notices.commands import tell

OTHER: Mapping[str, Kind] = {"even": "odd", "odd": "even"}  # whose weeks the other home has
GONE = "L’enfant que vous avez reconnu n’a plus cette date de naissance, ou n’est plus là. Relisez, puis acceptez."


def say_same(ref: str, seen: int, same: Mapping[int, tuple[str, str]]) -> Work[int]:
    """Keep with a declaration which of its children are known ones: place to (the child's ref, its custody here).

    The request's version from then on; 0 when it changed meanwhile and nothing was kept.
    """
    found = yield from any_request(ref, lock=True)
    if found is None or found.version != seen:
        return 0
    known = list(found.content.data.get("children", ()))
    children = [_with(child, same.get(place)) for place, child in enumerate(known)]
    if children == known:
        return seen
    content = {**msgspec.to_builtins(found.content), "data": {**found.content.data, "children": children}}
    yield sql(
        "update request set content = $2, version = version + 1 where id = $1",
        found.id,
        msgspec.json.encode(content).decode(),
    )
    return seen + 1


def _with(child: Mapping[str, Any], choice: tuple[str, str] | None) -> dict[str, Any]:
    plain = {key: value for key, value in child.items() if key != "same"}
    return {**plain, "same": {"ref": choice[0], "custody": choice[1]}} if choice else plain


def second_home(family: int, same: Mapping[str, str], born: date | None, now: datetime) -> Work[int]:
    """A known child lives in this household too; its first home keeps the other weeks and learns of it. The child's id.

    Raises CannotAccept when there is no such child any more.
    """
    rows = yield sql(
        "select id, first_name from child where ref = $1 and birth_date = $2 for update", same["ref"], born
    )
    if not rows:
        raise CannotAccept(GONE)
    child, kind = int(rows[0]["id"]), same["custody"]
    if (yield sql("select 1 from household_child where child_id = $1 and family_id = $2", child, family)):
        raise CannotAccept("Deux enfants de cette demande seraient le même. Relisez, puis acceptez.")
    yield sql(
        "insert into household_child (family_id, child_id, custody) values ($1, $2, $3)",
        family, child, custody_to(Custody(kind)),  # type: ignore[arg-type]
    )  # fmt: skip
    yield from other_weeks(child, family, kind, rows[0]["first_name"], now)
    return child


def other_weeks(child: int, family: int, kind: str, first_name: str, now: datetime) -> Work[None]:
    """A child lives in `family` too, these weeks: its homes of before keep the others, and learn of it."""
    homes = yield sql(
        "select id, family_id, custody from household_child where child_id = $1 and family_id <> $2 order by id",
        child, family,
    )  # fmt: skip
    for home in homes:
        if kind in OTHER and not custody_from(home["custody"]).shared:
            theirs = custody_to(Custody(OTHER[kind]))
            yield sql("update household_child set custody = $2 where id = $1", home["id"], theirs)
        yield from _tell(home["family_id"], first_name, now)


def _tell(family: int, child: str, now: datetime) -> Work[None]:
    """The first home: nothing of the second one but that it is there."""
    adults = yield sql("select account_id from guardian where family_id = $1 and account_id is not null", family)
    text = f"{child} a maintenant deux foyers. Vous voyez et réservez vos jours, l’autre foyer les siens."
    payload = {"text": text, "url": "/dossier"}
    yield from tell([row["account_id"] for row in adults], "child_shared", f"shared-{family}", payload, now)
