"""What the doors of this room read from addresses and forms, families' and agents' alike."""

import uuid
from datetime import date, timedelta

from server.messages.rules.menus import monday_of
from server.web import AnyRequest
from server.web.params import number_of

FARTHEST = 60  # weeks


def page_of(request: AnyRequest) -> int:
    """Which page of a list is asked for."""
    return number_of(request.query_params.get("page"), 1)


def envelope(form: dict[str, str]) -> str:
    """What the form was drawn with; a stranger's idea of it is replaced."""
    try:
        return str(uuid.UUID(form.get("envoi", "")))
    except ValueError:
        return str(uuid.uuid4())


def week_of(request: AnyRequest, today: date) -> date:
    """The Monday asked for with ?semaine=, near enough to make sense; else this week's, on weekends the next one's."""
    try:
        asked = date.fromisoformat(request.query_params.get("semaine", ""))
    except ValueError:
        asked = today + timedelta(days=2 if today.weekday() > 4 else 0)
    if abs(asked - today) > timedelta(weeks=FARTHEST):
        asked = today
    return monday_of(asked)


def around(monday: date) -> dict[str, date]:
    """A week and its neighbours, for the links between them."""
    week = timedelta(weeks=1)
    return {"monday": monday, "friday": monday + timedelta(days=4), "before": monday - week, "after": monday + week}
