"""The verdict on the form just sent, in one line: for the calendar and for home, which both have squares to tap."""

import msgspec

from server.bookings.queries.verdicts import Told, verdict_on
from server.bookings.rules.taps import UUID
from server.web import AnyRequest, visitor_of


async def told_on(request: AnyRequest) -> str:
    """Its words, looked up by the id in the address: an address must not put words into the town's mouth."""
    tap_id = request.query_params.get("verdict", "")
    if not UUID.fullmatch(tap_id):
        return ""
    stored = await request.app.state.db.glance(verdict_on, visitor_of(request).account_id, tap_id)
    return msgspec.json.decode(stored, type=Told).words if stored else ""
