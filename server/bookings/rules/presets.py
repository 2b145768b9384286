"""The rules of the demo town's six activities, as the JSON values its database holds."""

from datetime import date
from typing import Any

EVE_18H = {"kind": "days", "n": 1, "at": "18:00"}
ALWAYS = {"kind": "always"}

DEMO: dict[str, dict[str, Any]] = {
    "morning_care": {
        "book": EVE_18H,
        "cancel": EVE_18H,
        "opening": ALWAYS,
        "validation": "at_once",
    },
    "canteen": {
        "book": {"kind": "days", "n": 2, "at": "10:00", "count": "working", "skip": ["wednesday"]},
        "cancel": {"kind": "days", "n": 1, "at": "12:00"},
        "opening": ALWAYS,
        "validation": "at_once",
    },
    "evening_care": {
        "book": EVE_18H,
        "cancel": {"kind": "days", "n": 0, "at": "12:00"},
        "opening": ALWAYS,
        "validation": "at_once",
    },
    "wednesday": {
        "book": {"kind": "days", "n": 1, "at": "09:00", "count": "working"},
        "cancel": {"kind": "days", "n": 7, "at": "24:00"},
        "opening": {"kind": "weeks_ahead", "n": 6},
        "validation": "agent",
    },
    "holiday_centre": {
        "book": {"kind": "before_period", "n": 21, "at": "24:00"},
        "cancel": {"kind": "before_period", "n": 21, "at": "24:00"},
        "opening": {"kind": "per_period", "days": 42, "at": "08:00"},
        "validation": "at_once",
        "capacity": 24,
        "waiting_list": True,
    },
    "study_room": {
        "book": {"kind": "weekday", "weekday": "thursday", "at": "09:00"},
        "cancel": {"kind": "weekday", "weekday": "thursday", "at": "09:00"},
        "opening": ALWAYS,
        "validation": "at_once",
    },
}


def opening_on(day: date, at: str = "08:00", others_after: int = 0) -> dict[str, Any]:
    """An opening on one date the town announces; other towns' families `others_after` days later."""
    announced = {"kind": "from", "day": day.isoformat(), "at": at}
    return {"kind": "residents_first", "days": others_after, "opening": announced} if others_after else announced
