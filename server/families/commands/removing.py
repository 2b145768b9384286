"""A family asks that a member leaves its file: a request an agent decides, knowing what ends with it."""

from collections.abc import Sequence
from datetime import datetime

from server.database import Work, sql
from server.errors import NotFound
from server.families.commands.deciding import CannotAccept, Handler
from server.families.commands.leaving import Endings, Leaving, What, look_at_leaving, take_out
from server.families.commands.requests import Filed, NewRequest, file_request
from server.families.queries.requests import RequestFile
from server.families.rules.requests import Line, Service
from server.web.visitor import Visitor

GONE = "Cette personne n’est plus dans le dossier : refusez la demande en le disant à la famille."
WORDS: dict[What, str] = {"adulte": "Adulte", "enfant": "Enfant"}


def leaving_of(visitor: Visitor, what: What, ref: str, endings: Endings, now: datetime) -> Work[Leaving]:
    """A member of the visitor's own household, and what their leaving would end. Raises NotFound."""
    rows = yield sql("select ref from family where id = $1", visitor.family_id or 0)
    if not rows:
        raise NotFound
    return (yield from look_at_leaving(rows[0]["ref"], what, ref, endings, visitor, now))


def ask_to_remove(visitor: Visitor, found: Leaving, reason: str, service: Service, now: datetime) -> Work[Filed]:
    """File the request; nothing changes before the answer."""
    name = found.member.name
    data: dict[str, object] = {"member": found.what, "ref": found.member.ref}
    child = found.member.id if found.what == "enfant" else None
    lines = (Line(WORDS[found.what], "à retirer du dossier", name),)
    new = NewRequest("member_removed", f"Retrait de {name}", lines, reason, data, child, name)
    return (yield from file_request(visitor, new, service, now))


def letting_go(endings: Endings) -> Handler:
    """What accepting such a request does, and what it would end."""

    def accept(asked: RequestFile, agent: Visitor, now: datetime) -> Work[None]:
        data = asked.content.data
        try:
            family = yield from _family(asked)
            fault = yield from take_out(agent, family, data["member"], data["ref"], asked.content.reason, endings, now)
        except NotFound as gone:
            raise CannotAccept(GONE) from gone
        if fault:
            raise CannotAccept(fault)

    def ends(asked: RequestFile, agent: Visitor, now: datetime) -> Work[Sequence[str]]:
        data = asked.content.data
        try:
            family = yield from _family(asked)
            found = yield from look_at_leaving(family, data["member"], data["ref"], endings, agent, now)
        except NotFound:
            return (GONE,)
        return (found.fault,) if found.fault else found.ends

    return Handler(accept, ends=ends)


def _family(asked: RequestFile) -> Work[str]:
    rows = yield sql("select ref from family where id = $1", asked.family_id or 0)
    if not rows:
        raise NotFound
    return str(rows[0]["ref"])
