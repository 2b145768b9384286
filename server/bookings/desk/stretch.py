"""A stretch of days as the agents' forms ask for it: typed, judged, read; one day when the last is left empty."""

from dataclasses import dataclass
from datetime import date, timedelta

from server.activities.queries import Catalogue
from server.bookings.desk.asking import day_or_none

LONGEST = timedelta(days=366)


@dataclass(frozen=True)
class Stretch:
    """The first and the last day as they were typed."""

    first: str
    last: str

    def faults(self, today: date, past: str) -> dict[str, str]:
        """The sentences to show beside `du` and `au`, empty for what is right; `past` is said of a day gone by."""
        first, last = day_or_none(self.first), day_or_none(self.last or self.first)
        if first is None:
            return {"du": "Choisissez le premier jour.", "au": ""}
        ends = "Le dernier jour vient avant le premier." if last is None or last < first else ""
        if last and last - first > LONGEST:
            ends = "Un an au plus à la fois."
        return {"du": past if first < today else "", "au": ends}

    @property
    def days(self) -> tuple[date, date]:
        """Both days, once there is no fault."""
        return date.fromisoformat(self.first), date.fromisoformat(self.last or self.first)


def refs_of(catalogue: Catalogue) -> dict[str, int]:
    """The activities' ids by the refs that forms send."""
    return {activity.ref: activity.id for activity in catalogue.activities.values()}
