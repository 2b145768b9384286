"""What is known of an activity's rules: those in force, the draft under way, every publication."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from server.activities.queries import Activity, Catalogue, catalogue_of, terms_from
from server.database import Row, Work, sql
from server.errors import NotFound


@dataclass(frozen=True)
class Draft:
    """Rules being prepared, who last saved them, and the publication they started from."""

    activity_id: int
    revision: int
    base: int
    terms: Mapping[str, Any]
    by: str
    at: datetime


@dataclass(frozen=True)
class Publication:
    """One publication of the history."""

    number: int
    first_day: date
    terms: Mapping[str, Any]
    reason: str
    by: str
    at: datetime


@dataclass(frozen=True)
class Desk:
    """Activities and the drafts under way, by activity."""

    catalogue: Catalogue
    drafts: Mapping[int, Draft]


@dataclass(frozen=True)
class Dossier:
    """One activity: its rules in force, its draft if any, its publications, the latest first."""

    catalogue: Catalogue
    activity: Activity  # its own row: publication 0
    draft: Draft | None
    history: tuple[Publication, ...]

    @property
    def latest(self) -> int:
        """The number of the latest publication, 0 before any."""
        return self.history[0].number if self.history else 0


DRAFTS = """
select d.activity_id, d.revision, d.base, d.book_rule, d.cancel_rule, d.opening_rule, d.validation,
       d.cancel_validation, d.late_cancel, d.waiting_list, d.saved_at, a.first_name, a.last_name
from rule_draft d left join account a on a.id = d.saved_by
"""
HISTORY = """
select r.number, r.first_day, r.book_rule, r.cancel_rule, r.opening_rule, r.validation, r.cancel_validation,
       r.late_cancel, r.waiting_list, r.reason, r.published_at, a.first_name, a.last_name
from activity_rule r left join account a on a.id = r.published_by
where r.activity_id = $1 order by r.number desc
"""


def rules_desk(version: int) -> Work[Desk]:
    """All activities: one statement."""
    catalogue = yield from catalogue_of(version)
    rows = yield sql(DRAFTS)
    return Desk(catalogue, {row["activity_id"]: _draft(row) for row in rows})


def dossier_of(ref: str, version: int) -> Work[Dossier]:
    """One activity: two statements. Raises NotFound."""
    catalogue = yield from catalogue_of(version)
    activity = next((each for each in catalogue.activities.values() if each.ref == ref), None)
    if activity is None:
        raise NotFound
    drafts = yield sql(f"{DRAFTS} where d.activity_id = $1", activity.id)
    rows = yield sql(HISTORY, activity.id)
    return Dossier(catalogue, activity, _draft(drafts[0]) if drafts else None, tuple(map(_publication, rows)))


def _draft(row: Row) -> Draft:
    return Draft(row["activity_id"], row["revision"], row["base"], terms_from(row), _name(row), row["saved_at"])


def _publication(row: Row) -> Publication:
    return Publication(row["number"], row["first_day"], terms_from(row), row["reason"], _name(row), row["published_at"])


def _name(row: Row) -> str:
    return f"{row['first_name']} {row['last_name']}" if row["first_name"] else "un compte supprimé"
