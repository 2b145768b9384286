"""A town's list of families becomes files: all of it in one transaction, or, tried out, nothing at all.

Three steps in three files: what the portal knows of these people (`known`, a few reads), what the list would change
(`planning`, pure: a thread may do it), and the writing (`writing`, a few statements for thousands of lines), so that
the transaction is short and trying out writes nothing.
"""

from collections.abc import Sequence
from datetime import datetime

from server.database import Work
from server.families.commands.importing.known import Known, known_of
from server.families.commands.importing.plan import Plan
from server.families.commands.importing.planning import plan_of
from server.families.commands.importing.writing import OpenAccount, Refused, carry_out
from server.families.rules.importing import Person
from server.families.rules.reports import Line, Report

__all__ = [
    "Known",
    "Line",
    "OpenAccount",
    "Plan",
    "Refused",
    "Report",
    "Undone",
    "carry_out",
    "import_people",
    "known_of",
    "plan_of",
]


class Undone(Exception):
    """Carries the report out of a transaction that must leave nothing behind."""

    def __init__(self, report: Report) -> None:
        super().__init__("nothing was written")
        self.report = report


def import_people(people: Sequence[Person], dry: bool, open_account: OpenAccount | None, now: datetime) -> Work[Report]:
    """All three steps at once; raises Undone with the report when tried out, or when a line is refused."""
    known = yield from known_of(people, lock=not dry)
    plan = plan_of(people, known, opens=open_account is not None)
    if dry or plan.report.refused:
        raise Undone(plan.report)
    yield from carry_out(plan, known, open_account, now)
    return plan.report
