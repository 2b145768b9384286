"""Documents when two files of one child become one: each stays its own household's, about the file that is kept."""

from collections.abc import Sequence
from datetime import datetime

from server.database import Work, sql
from server.families.commands.merging import Part
from server.families.rules.merging import Finding, Pair
from server.web.visitor import Visitor

PART = "Documents"
COUNT = """
select (select count(*) from document where child_id = $1) as papers,
  (select count(*) from document_ask where child_id = $1 and document_id is null) as asked
"""


def _find(pair: Pair, now: datetime) -> Work[Sequence[Finding]]:
    counts = (yield sql(COUNT, pair.gone))[0]
    found = []
    if counts["papers"]:
        found.append(Finding(PART, f"Documents à rattacher à la fiche gardée\u00a0: {counts['papers']}."))
    if counts["asked"]:
        found.append(Finding(PART, f"Documents encore demandés à la famille\u00a0: {counts['asked']}."))
    return found


def _move(pair: Pair, agent: Visitor, now: datetime) -> Work[None]:
    yield sql("update document set child_id = $1, version = version + 1 where child_id = $2", pair.kept, pair.gone)
    yield sql("update document_ask set child_id = $1 where child_id = $2", pair.kept, pair.gone)


DOCUMENTS = Part(frozenset({"document", "document_ask"}), _find, _move)
