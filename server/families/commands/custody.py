"""Changing whose days are whose: asked for by a home, decided or edited by an agent; both homes at once, or neither."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

import msgspec

from server.database import Work, sql
from server.errors import NotFound
from server.families.commands.deciding import CannotAccept, Handler
from server.families.commands.requests import Filed, NewRequest, file_request
from server.families.custody_words import YOURS, sentences_of
from server.families.queries.authority import children_in_care
from server.families.queries.custody import Around, Holidays, SharedChild, shared_child, wished_in
from server.families.queries.requests import RequestFile
from server.families.rules.custody import Custody, seen_from_the_other, starting
from server.families.rules.custody_text import custody_from, custody_to
from server.families.rules.requests import Line, Service
from server.notices.commands.telling import tell
from server.web.visitor import Visitor
from server.zone import PARIS

# What follows in other rooms: the squares that fall on the other home's days.
Then = Callable[[int, date, Visitor, datetime], Work[None]]
NOT_YOURS = "Seul un adulte qui a l’autorité parentale demande à changer la garde."
CHANGED = (
    "La répartition a changé depuis cette demande. Refusez-la en le disant à la famille, qui pourra en refaire une."
)
THREE = "Cet enfant n’a plus exactement deux foyers : la répartition ne peut pas être changée ainsi."
WRITE = "update household_child set custody = $3 where child_id = $1 and family_id = $2"
NOTE = """
insert into audit (at, actor_id, action, child_id, family_id, detail) values ($1, $2, 'custody_changed', $3, $4, $5)
"""


@dataclass(frozen=True)
class Asked:
    """What a form asks, and what it was drawn from."""

    custody: Custody
    since: date
    seen: str
    reason: str = ""


@dataclass(frozen=True)
class Outcome:
    """What became of it: `stale` when something else came first, and nothing was done then."""

    filed: Filed | None = None
    stale: bool = False
    same: bool = False  # it asked for what is already so
    waiting: bool = False  # this home has asked already


def ask_for_custody(visitor: Visitor, ref: str, asked: Asked, service: Service, now: datetime) -> Work[Outcome]:
    """File the request and tell the other home what is asked of the child's days. Raises NotFound."""
    child = yield from _locked(visitor.family_id, ref)
    if child.id not in (yield from children_in_care(visitor)):
        raise NotFound(NOT_YOURS)
    if child.asked_here is not None:
        return Outcome(waiting=True)
    if child.stamp != asked.seen:
        return Outcome(stale=True)
    if child.mine.custody.asked == asked.custody:
        return Outcome(same=True)
    today = now.astimezone(PARIS).date()
    lines = (
        Line("Jours de l’enfant", _told(asked.custody, today), _told(child.mine.custody, today)),
        Line("À partir du", asked.since.strftime("%d/%m/%Y")),
    )
    data = {
        "ref": child.ref,
        "custody": custody_to(asked.custody),
        "since": asked.since.isoformat(),
        "before": custody_to(child.mine.custody),
    }
    title = f"Garde {child.of_name}"
    new = NewRequest("custody_changed", title, lines, asked.reason, data, child.id)
    filed = yield from file_request(visitor, new, service, now)
    text = f"L’autre foyer {child.of_name} demande une autre répartition des jours. La mairie décidera."
    yield from _tell_others(child, text, now)
    return Outcome(filed)


def _told(custody: Custody, today: date) -> str:
    return " ".join(sentences_of(custody, YOURS, today))


def _locked(family_id: int | None, ref: str) -> Work[SharedChild]:
    child = yield from shared_child(family_id, ref, lock=True)
    if child is None:
        raise NotFound
    return child


def accepting_custody(around: Around, then: Sequence[Then]) -> Handler:
    """What accepting such a request does; `then` is what follows in other rooms."""

    def accept(asked: RequestFile, agent: Visitor, now: datetime) -> Work[None]:
        data = asked.content.data
        child = yield from shared_child(asked.family_id, data.get("ref", ""), lock=True)
        if child is None or not child.in_two:
            raise CannotAccept(THREE)
        before = custody_from(data["before"])
        if (child.mine.custody.asked, child.mine.custody.since) != (before.asked, before.since):
            raise CannotAccept(CHANGED)
        custody, since = wished_in(data)
        yield from _put(child, custody, since, agent, around, then, now)
        text = f"La répartition des jours {child.of_name} entre ses deux foyers a changé."
        yield from _tell_others(child, text, now)

    return Handler(accept)


def edit_custody(
    agent: Visitor, family_id: int, ref: str, asked: Asked, around: Around, then: Sequence[Then], now: datetime
) -> Work[Outcome]:
    """An agent writes it directly; both homes are told. Raises NotFound."""
    child = yield from _locked(family_id, ref)
    if child.stamp != asked.seen or not child.in_two:
        return Outcome(stale=True)
    if child.mine.custody.asked == asked.custody:
        return Outcome(same=True)
    yield from _put(child, asked.custody, asked.since, agent, around, then, now)
    text = f"La mairie a changé la répartition des jours {child.of_name} entre ses deux foyers."
    yield from _tell(child.mine.family_id, child, text, now)
    yield from _tell_others(child, text, now)
    return Outcome()


def _put(
    child: SharedChild, asked: Custody, since: date, agent: Visitor, around: Around, then: Sequence[Then], now: datetime
) -> Work[None]:
    """Write both sides; the past keeps what it was."""
    first = max(since, now.astimezone(PARIS).date())
    known = yield from around.holidays()
    mine = replace(asked, holidays=known if asked.half else ())
    for home, custody in ((child.mine, mine), (child.others[0], seen_from_the_other(mine))):
        text = custody_to(starting(custody, first, home.custody))
        yield sql(WRITE, child.id, home.family_id, text)
        detail = msgspec.json.encode({"since": first.isoformat()}).decode()
        yield sql(NOTE, now, agent.account_id, child.id, home.family_id, detail)
    for each in then:
        yield from each(child.id, first, agent, now)


ADULTS = "select account_id from guardian where family_id = $1 and account_id is not null"


def _tell_others(child: SharedChild, text: str, now: datetime) -> Work[None]:
    for home in child.others:
        yield from _tell(home.family_id, child, text, now)


def _tell(family_id: int, child: SharedChild, text: str, now: datetime) -> Work[None]:
    """The adults of one home: the child's days, and nothing of who asked, where they live or why."""
    accounts = [row["account_id"] for row in (yield sql(ADULTS, family_id))]
    payload = {"text": text, "url": f"/dossier/garde/{child.ref}"}
    yield from tell(accounts, "custody", f"custody-{child.ref}", payload, now)


HALVED = "select id, custody from household_child where custody like '%\"half\"%'"


def follow_holidays(known: Holidays) -> Work[int]:
    """New school holidays are known: the halves of every child follow. How many rows."""
    rows = yield sql(HALVED)
    for row in rows:
        custody = custody_from(row["custody"])
        if custody.half:
            later = custody_to(replace(custody, holidays=known))
            yield sql("update household_child set custody = $2 where id = $1", row["id"], later)
    return len(rows)
