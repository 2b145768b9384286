"""The family's door to « mes règles »: every date limit that concerns its children, worked out for the days ahead."""

from datetime import date, datetime, timedelta

from litestar import Response, get

from server.bookings.queries.squares import Span, span_of
from server.bookings.screens.my_rules import my_rules_of
from server.database import Work
from server.enrolments.queries import enrolments_of
from server.web import AnyRequest, Visitor, page, parent, visitor_of
from server.zone import town_day

AHEAD = timedelta(weeks=8)  # how far unusual dates are looked for
ACCEPTED = "accepted"


@get("/mes-regles", guards=[parent])
async def my_rules(request: AnyRequest) -> Response[str]:
    """Every date limit of every activity the household's children are enrolled in; readable without a network."""
    now: datetime = request.app.state.clock()
    today = town_day(now)
    span, enrolled = await request.app.state.db.read(known_rules, visitor_of(request), today)
    return page(request, "bookings/my_rules.html", shelf=True, rules=my_rules_of(span, enrolled, now))


def known_rules(parent: Visitor, today: date) -> Work[tuple[Span, dict[int, list[int]]]]:
    """The squares ahead, and which child is enrolled in which activity: five statements."""
    family = parent.family_id or 0
    span = yield from span_of(family, today, today + AHEAD, parent.catalogue_version)
    enrolled: dict[int, list[int]] = {}
    for child, enrolments in (yield from enrolments_of(family, today)).items():
        for each in enrolments:
            if each.status == ACCEPTED:
                enrolled.setdefault(each.activity_id, []).append(child)
    return span, enrolled


ROUTES = [my_rules]
