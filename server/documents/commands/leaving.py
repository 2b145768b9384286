"""A child leaves a household: what was still asked of that household about it is not to be sent any more."""

from collections.abc import Sequence
from datetime import datetime

from server.database import Work, sql
from server.families.commands.leaving import Ending, Stay
from server.web.visitor import Visitor

OPEN = "family_id = $1 and child_id = $2 and document_id is null"


def _look(stay: Stay, agent: Visitor, now: datetime) -> Work[Sequence[str]]:
    count = (yield sql(f"select count(*) as n from document_ask where {OPEN}", stay.family_id, stay.child_id))[0]["n"]
    return [f"Documents encore demandés à la famille pour cet enfant, plus à envoyer\u00a0: {count}."] if count else []


def _end(stay: Stay, agent: Visitor, now: datetime) -> Work[None]:
    yield sql(f"delete from document_ask where {OPEN}", stay.family_id, stay.child_id)


ASKS_END = Ending(_look, _end)
