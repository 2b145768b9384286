"""The service's side of requests: taken up, asked to be completed, accepted, refused, written about; in the journal.

What an acceptance changes belongs to the room whose kind it is: its effect runs in the same transaction.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

import msgspec

from server.database import Work, sql
from server.errors import NotFound
from server.families.commands.requests import Moved, move_to, write_to_family
from server.families.queries.requests import RequestFile, any_request
from server.families.rules.requests import STATUSES, Status, moves_from
from server.web.visitor import Visitor


class CannotAccept(Exception):
    """What the request asks for cannot be done any more; the message is for the agent. Nothing has been written."""


Values = Mapping[tuple[str, str], str]  # (section, label) of a line: what the file says today


@dataclass(frozen=True)
class Handler:
    """What a room does with its kind of request. `accept` raises CannotAccept with a sentence for the agent.

    `today` tells what the file says now of the lines of a request, for those that ask for a change; `ends` says in
    sentences what an acceptance would end.
    """

    accept: Callable[[RequestFile, Visitor, datetime], Work[None]]
    today: Callable[[RequestFile], Work[Values]] | None = None
    ends: Callable[[RequestFile, Visitor, datetime], Work[Sequence[str]]] | None = None


Handlers = Mapping[str, Handler]

FAMILY = "select family_id from request where id = $1"  # accepting a declaration gives it one
NOTE = """
insert into audit (at, actor_id, action, child_id, family_id, detail) values ($1, $2, 'request_decided', $3, $4, $5)
"""


def decide(
    agent: Visitor, ref: str, seen: int, to: Status, words: str, now: datetime, handlers: Handlers
) -> Work[Moved]:
    """Bring the request there, unless it changed since the version `seen`: then it is told and nothing is done.

    Raises NotFound for a kind this agent does not hold, CannotAccept when the effect of an acceptance cannot be had.
    """
    found = yield from _locked(agent, ref)
    if found.version != seen:
        return Moved(False, found.status, _meanwhile(found))
    if to not in moves_from("service", found.status, found.kind):
        return Moved(False, found.status, f"Une demande « {found.word} » ne peut pas devenir « {STATUSES[to]} ».")
    if to == "accepted" and found.kind.name in handlers:
        yield from handlers[found.kind.name].accept(found, agent, now)
    yield from move_to(found.id, agent, to, words, now)
    family = (yield sql("select family_id from request where id = $1", found.id))[0][
        "family_id"
    ]  # an effect may give one
    detail = {"number": found.number, "kind": found.kind.label, "from": found.status, "to": to, "reason": words}
    yield sql(NOTE, now, agent.account_id, found.child_id, family, msgspec.json.encode(detail).decode())
    return Moved(True, to)


def write_back(agent: Visitor, ref: str, body: str, now: datetime) -> Work[None]:
    """A message to the family, without a decision. Raises NotFound for a kind this agent does not hold."""
    found = yield from _locked(agent, ref)
    yield from write_to_family(agent, found.id, body, now)


def _locked(agent: Visitor, ref: str) -> Work[RequestFile]:
    found: RequestFile | None = yield from any_request(ref, lock=True)
    if found is None or not agent.holds(found.kind.rights):
        raise NotFound
    return found


def _meanwhile(found: RequestFile) -> str:
    last = found.steps[-1]
    if found.messages and found.messages[-1].at > last.at:
        who = found.messages[-1].by if found.messages[-1].by_agent else "la famille"
        return f"{who.capitalize()} a écrit entre-temps : relisez l’échange. Rien n’a été changé."
    who = last.by if last.by_agent else "la famille"
    return f"Modifiée entre-temps par {who or 'un collègue'} : « {found.word} ». Rien n’a été changé."
