"""A member leaves a household's file: an adult with their way in, or a child with what this household had asked for it.

The other home of a child keeps its own. What rooms to the right keep of a child in a household ends by their own
command (`Ending`, gathered in server/app.py), in the same transaction.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

import msgspec

from server.accounts.commands import send_letter
from server.accounts.commands.links import revoke_links
from server.accounts.commands.signing_in import end_all_sessions
from server.database import Work, sql
from server.errors import NotFound
from server.families.commands.linking import shut_out
from server.families.commands.relating import Person, Relations, relations_of
from server.families.finding import index_families
from server.families.rules import Custody, custody_from, custody_to
from server.families.rules.leaving import adult_fault
from server.notices.commands import tell, tell_no_more
from server.web.visitor import Visitor

What = Literal["adulte", "enfant"]


@dataclass(frozen=True)
class Stay:
    """A child in a household, which ends."""

    child_id: int
    child_ref: str
    family_id: int


@dataclass(frozen=True)
class Ending:
    """What one room ends: `look` says it beforehand in sentences, `end` does it."""

    look: Callable[[Stay, Visitor, datetime], Work[Sequence[str]]]
    end: Callable[[Stay, Visitor, datetime], Work[None]]


Endings = Sequence[Ending]


@dataclass(frozen=True)
class Leaving:
    """A member who is to leave: who, what stands in the way, and what ends with it."""

    what: What
    member: Person
    file: Relations
    fault: str
    ends: tuple[str, ...]


NOTE = "insert into audit (at, actor_id, action, child_id, family_id, detail) values ($1, $2, $3, $4, $5, $6)"
HOMES = "select id, family_id, custody from household_child where child_id = $1 and family_id <> $2 order by id"
ADULTS = "select account_id from guardian where family_id = $1 and account_id is not null"


def look_at_leaving(
    family_ref: str, what: What, ref: str, endings: Endings, agent: Visitor, now: datetime
) -> Work[Leaving]:
    """What taking this member out would do; writes nothing. Raises NotFound for somebody who is not of this file."""
    file = yield from relations_of(family_ref)
    return (yield from _leaving(file, what, ref, endings, agent, now))


def _leaving(file: Relations, what: What, ref: str, endings: Endings, agent: Visitor, now: datetime) -> Work[Leaving]:
    people = file.adults if what == "adulte" else file.children
    member = next((one for one in people if one.ref == ref and ref), None)
    if member is None:
        raise NotFound
    if what == "adulte":
        fault = adult_fault(
            member.id, [one.id for one in file.adults], file.ties, {one.id: one.first_name for one in file.children}
        )
        return Leaving(what, member, file, fault, _of_adult(member))
    ends: list[str] = []
    stay = Stay(member.id, member.ref, file.family_id)
    for ending in endings:
        ends += yield from ending.look(stay, agent, now)
    others = yield sql(HOMES, member.id, file.family_id)
    ends.append(
        f"{member.first_name} reste dans l’autre foyer, avec ses propres réservations."
        if others
        else f"{member.first_name} n’aura plus de foyer\u00a0: sa fiche et son dossier santé restent à la mairie."
    )
    return Leaving(what, member, file, "", tuple(ends))


def _of_adult(member: Person) -> tuple[str, ...]:
    if member.account_id is None:
        return ("Ses liens, clés et invitations ne marchent plus.",)
    return (
        "Son compte n’ouvre plus ce dossier\u00a0: ses appareils sont déconnectés et ne reçoivent plus d’avis.",
        "Son compte personnel reste ouvert, sans dossier.",
    )


def take_out(
    agent: Visitor, family_ref: str, what: What, ref: str, reason: str, endings: Endings, now: datetime
) -> Work[str]:
    """Take this member out of the file; a sentence when that cannot be, nothing is done then. Raises NotFound.

    What hangs on a child ends first: sessions are locked before the file, in the order of taps.
    """
    file = yield from relations_of(family_ref)
    found = yield from _leaving(file, what, ref, (), agent, now)
    if what == "enfant":
        stay = Stay(found.member.id, found.member.ref, file.family_id)
        for ending in endings:
            yield from ending.end(stay, agent, now)
    file = yield from relations_of(family_ref, lock=True)
    found = yield from _leaving(file, what, ref, (), agent, now)
    if found.fault:
        return found.fault
    if what == "adulte":
        yield from _adult_leaves(found, agent, now)
    else:
        yield from _child_leaves(found, now)
    yield from index_families([file.family_id])
    yield from _note_and_tell(found, agent, reason, now)
    return ""


def _adult_leaves(found: Leaving, agent: Visitor, now: datetime) -> Work[None]:
    """The seat, whatever would open it again, every device of the account, and what was about to be sent to it."""
    member, account = found.member, found.member.account_id
    for row in (yield sql("select ref from registration where guardian_id = $1", member.id)):
        yield from revoke_links("activation", row["ref"], now)
    yield sql("delete from registration where guardian_id = $1", member.id)
    yield sql("delete from guardian where id = $1", member.id)
    first = next(one for one in found.file.adults if one.id != member.id)
    text = "select 1 from guardian where family_id = $1 and holder"
    if not (yield sql(text, found.file.family_id)):
        yield sql("update guardian set holder = $2 where id = $1", first.id, True)
    if account is None:
        return
    yield from end_all_sessions(account)
    yield from tell_no_more(account, now)
    yield from shut_out(account, found.file.family_id, agent, now)
    email = (yield sql("select email from account where id = $1", account))[0]["email"]
    if email:
        yield from send_letter(email, "file_left", {"family": found.file.name}, now)


def _child_leaves(found: Leaving, now: datetime) -> Work[None]:
    """This household's tie to the child; a home that is the only one left has all its days."""
    child, family = found.member.id, found.file.family_id
    yield sql("select id from child where id = $1 for no key update", child)  # its custody, or another file, too
    stay = "delete from household_child where child_id = $1 and family_id = $2 returning id"
    if not (yield sql(stay, child, family)):
        raise NotFound  # joined to another file at the same instant
    yield sql(
        "delete from child_link where child_id = $1 and guardian_id in (select id from guardian where family_id = $2)",
        child, family,
    )  # fmt: skip
    others = yield sql(HOMES, child, family)
    if len(others) != 1 or not custody_from(others[0]["custody"]).shared:
        return
    yield sql("update household_child set custody = $2 where id = $1", others[0]["id"], custody_to(Custody()))
    adults = [row["account_id"] for row in (yield sql(ADULTS, others[0]["family_id"]))]
    text = (
        f"{found.member.first_name} n’a plus que votre foyer dans nos dossiers\u00a0: tous ses jours sont les vôtres."
    )
    payload = {"text": text, "url": "/dossier", "title": "Un seul foyer pour votre enfant"}
    yield from tell(adults, "child_shared", f"alone-{child}", payload, now)


def _note_and_tell(found: Leaving, agent: Visitor, reason: str, now: datetime) -> Work[None]:
    name, family = found.member.name, found.file.family_id
    detail = msgspec.json.encode({"who": name, "what": found.what, "reason": reason}).decode()
    child = found.member.id if found.what == "enfant" else None
    yield sql(NOTE, now, agent.account_id, "member_left", child, family, detail)
    adults = [row["account_id"] for row in (yield sql(ADULTS, family))]
    payload = {"text": f"{name} ne fait plus partie de votre dossier.", "url": "/dossier"}
    yield from tell(adults, "file_changed", f"left-{found.what}-{found.member.id}", payload, now)
