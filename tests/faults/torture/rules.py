"""The town's rules said a second time, small and without the server's code: what the model holds a history to."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

PARIS = ZoneInfo("Europe/Paris")
HOLDING = ("requested", "to_pay", "booked", "cancel_requested")  # takes a place
GRANTS = {
    "booked": ("requested", "to_pay", "booked", "waiting"),
    "free": ("free", "refused", "cancel_requested", "absent_excused", "absent_billed"),
}
CLOSING = {"absent_billed": "absent_excused"}  # everything else becomes free
VERDICTS = {"requested": ("booked", "refused"), "cancel_requested": ("free", "booked")}
STARTS = {"cantine": time(12), "mercredi": time(8), "atelier": time(16, 30)}
BY_AGENT = ("mercredi",)  # booked and cancelled with an agent's consent
DELAY = timedelta(seconds=15)  # a tap is judged when it comes and written at most this long after


@dataclass
class Session:
    """One session as the audit trail tells it."""

    activity: str
    day: date
    capacity: int | None
    taken: int = 0
    next_rank: int = 1

    @property
    def full(self) -> bool:
        return self.capacity is not None and self.taken >= self.capacity

    @property
    def cutoff(self) -> datetime:
        """The eve at 18:00, for booking and for cancelling: the small town's only rule."""
        return datetime.combine(self.day - timedelta(days=1), time(18), PARIS)

    @property
    def starts(self) -> datetime:
        return datetime.combine(self.day, STARTS[self.activity], PARIS)

    @property
    def closing(self) -> datetime:
        """From here on nobody of the waiting list is called: the later of both limits."""
        return self.cutoff

    def first(self) -> str:
        """What a wish to book becomes just now."""
        if self.full:
            return "waiting"
        return "requested" if self.activity in BY_AGENT else "booked"


def by_tap(session: Session, before: str) -> tuple[str, ...]:
    """The states a parent's tap may bring a square to."""
    if before in ("free", "refused"):
        return (session.first(),)
    if before == "cancel_requested":
        return ("booked",)
    if before == "booked":
        return ("cancel_requested",) if session.activity in BY_AGENT else ("free",)
    return ("free",)  # requested, to_pay, waiting: nothing was promised yet


def closed_becomes(before: str) -> str:
    return CLOSING.get(before, "free")


def away(custody: str, day: date) -> bool:
    """Whether the child is at its other home: weeks are even or odd by their ISO number."""
    even = day.isocalendar().week % 2 == 0
    return ("even" in custody and not even) or ("odd" in custody and even)
