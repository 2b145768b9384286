"""A custody as its row keeps it: JSON, what is left to its default left out."""

import json
from collections.abc import Mapping
from datetime import date
from functools import lru_cache
from typing import Any, get_args

from server.families.rules.custody import MOST_WEEKS, Custody, Half, Home, Kind, Stay


@lru_cache(maxsize=256)
def custody_from(text: str) -> Custody:
    """The custody a household's JSON text stands for. Raises ValueError for one nobody could have meant."""
    return _read(json.loads(text))


def _read(raw: Mapping[str, Any]) -> Custody:
    weeks, change = raw.get("weeks", 1), raw.get("change", 0)
    weekdays, anchor = frozenset(raw.get("weekdays", ())), _day(raw.get("anchor"))
    good = (
        raw.get("kind") in get_args(Kind)
        and weeks in range(1, MOST_WEEKS + 1)
        and weekdays <= frozenset(range(7 * weeks))
        and change in range(7)
        and raw.get("half", "") in get_args(Half)
        and (anchor.weekday() == 0 if anchor else weeks == 1)
    )
    if not good:
        raise ValueError(f"unknown custody: {raw}")
    since, earlier = _day(raw.get("since")), raw.get("earlier")
    return Custody(
        kind=raw["kind"],
        weekdays=weekdays,
        stays=tuple(_stay(stay) for stay in raw.get("stays", ())),
        change=change,
        evening=bool(raw.get("evening", False)),
        weeks=weeks,
        anchor=anchor,
        half=raw.get("half", ""),
        holidays=tuple(
            (date.fromisoformat(first), date.fromisoformat(last)) for first, last in raw.get("holidays", ())
        ),
        since=since,
        earlier=_read(earlier) if since and earlier else None,
    )


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None


def _stay(raw: Any) -> Stay:
    stay = Stay(date.fromisoformat(raw["first"]), date.fromisoformat(raw["last"]), raw["home"])
    if stay.home not in get_args(Home) or stay.last < stay.first:
        raise ValueError(f"unknown stay: {raw}")
    return stay


def custody_to(custody: Custody) -> str:
    """The JSON text of a custody; what is left to its default is left out."""
    return json.dumps(_raw(custody), separators=(",", ":"))


def _raw(custody: Custody) -> dict[str, Any]:
    raw: dict[str, Any] = {
        "kind": custody.kind,
        "weekdays": sorted(custody.weekdays),
        "stays": [{"first": str(s.first), "last": str(s.last), "home": s.home} for s in custody.stays],
        "change": custody.change,
        "evening": custody.evening,
        "weeks": custody.weeks if custody.weeks > 1 else 0,
        "anchor": str(custody.anchor) if custody.anchor else "",
        "half": custody.half,
        "holidays": [[str(first), str(last)] for first, last in custody.holidays],
        "since": str(custody.since) if custody.since else "",
        "earlier": _raw(custody.earlier) if custody.earlier else None,
    }
    return {name: value for name, value in raw.items() if value}
