"""What a request asks for, read into values, and when; anything odd means the usual, or is not found."""

from datetime import date, datetime

from server.errors import NotFound
from server.web.render import AnyRequest
from server.zone import town_day

LONGEST_REF = 60


def number_of(text: str | None, usual: int = 0) -> int:
    """A small whole number, or the usual one."""
    return int(text) if text and text.isascii() and text.isdigit() and len(text) < 10 else usual


def ref_of(request: AnyRequest, name: str = "ref") -> str:
    """The opaque name in the address. Raises NotFound for what cannot be one (PostgreSQL refuses NUL)."""
    ref = str(request.path_params[name])
    if not ref.isprintable() or len(ref) > LONGEST_REF:
        raise NotFound
    return ref


def now_of(request: AnyRequest) -> datetime:
    """The application's clock."""
    now: datetime = request.app.state.clock()
    return now


def today_of(request: AnyRequest) -> date:
    """The day it is in town."""
    return town_day(now_of(request))
