"""A year worked out for a draft, as the screen was asked to show it, and the addresses of its other views."""

from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any
from urllib.parse import urlencode

from server.bookings.desk.rules.dossier import PATH
from server.bookings.desk_queries.rules.dossier import Dossier
from server.bookings.desk_queries.rules.touched import Touched
from server.bookings.desk_queries.rules.year import Year
from server.bookings.rules.oddities.plan import Found


@dataclass(frozen=True)
class Wish:
    """What the address, or the form of the publication, asks for."""

    first: date | None = None
    months: bool = False
    odd_only: bool = False
    far: int = -1
    reason: str = ""
    refused: str = ""
    faults: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Looked:
    """A year, worked out."""

    dossier: Dossier
    year: Year
    first: date  # of the proposed rules
    touched: Touched
    odd: Found
    far: int
    now: datetime
    wish: Wish

    @property
    def zone(self) -> str:
        return self.dossier.catalogue.zone

    def url(self, **changes: Any) -> str:
        """The same year seen otherwise."""
        said = {
            "du": self.wish.first.isoformat() if self.wish.first else "",
            "vue": "mois" if self.wish.months else "",
            "inhabituelles": "1" if self.wish.odd_only else "",
            "loin": str(self.wish.far) if self.wish.far >= 0 else "",
            **changes,
        }
        query = urlencode({name: value for name, value in said.items() if value})
        return f"{PATH}/{self.dossier.activity.ref}/simulation{'?' if query else ''}{query}"
