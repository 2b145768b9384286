"""Opening a family's file is noted, and capped: after a leak one can say within minutes which files were read."""

from datetime import datetime, timedelta

import msgspec

from server.database import Work, sql
from server.errors import NotFound, TooMany
from server.web.visitor import Visitor

MOST_FAMILIES = 200  # files one agent may open within the hour
AN_HOUR = timedelta(hours=1)

FAMILY = "select id from family where ref = $1"
READ = "select distinct detail from audit where actor_id = $1 and action = 'read_family' and at > $2"
NOTE = "insert into audit (at, actor_id, action, detail, family_id) values ($1, $2, 'read_family', $3, $4)"


def open_family(agent: Visitor, family_ref: str, now: datetime) -> Work[int]:
    """The family's id, once the reading is noted: one line an hour, however often the file is looked at.

    Raises NotFound for an unknown family, TooMany beyond the cap: then nothing is shown.
    """
    found = yield sql(FAMILY, family_ref)
    if not found:
        raise NotFound
    family_id = int(found[0]["id"])
    line = msgspec.json.encode({"family": family_id}).decode()
    read = {row["detail"] for row in (yield sql(READ, agent.account_id, now - AN_HOUR))}
    if line in read:
        return family_id
    if len(read) >= MOST_FAMILIES:
        raise TooMany(
            f"Vous avez ouvert {MOST_FAMILIES} dossiers en une heure : c’est le plafond qui protège les familles. "
            "Reprenez dans quelques minutes, ou prévenez votre responsable.",
            retry_after=600,
        )
    yield sql(NOTE, now, agent.account_id, line, family_id)
    return family_id
