"""A child leaves a household: that household's list of persons goes; the health file is the child's and stays."""

from collections.abc import Sequence
from datetime import datetime

from server.database import Work, sql
from server.families.commands.leaving import Ending, Stay
from server.health.commands.people import LOCK
from server.web.visitor import Visitor


def _look(stay: Stay, agent: Visitor, now: datetime) -> Work[Sequence[str]]:
    text = "select count(*) as n from pickup_person where child_id = $1 and family_id = $2"
    count = (yield sql(text, stay.child_id, stay.family_id))[0]["n"]
    return [f"Personnes à prévenir ou autorisées par ce foyer, effacées\u00a0: {count}."] if count else []


def _end(stay: Stay, agent: Visitor, now: datetime) -> Work[None]:
    yield sql(LOCK, stay.family_id, stay.child_id)  # a list saved at the same instant is there by then, or refused
    yield sql("delete from pickup_person where child_id = $1 and family_id = $2", stay.child_id, stay.family_id)


PERSONS_END = Ending(_look, _end)
