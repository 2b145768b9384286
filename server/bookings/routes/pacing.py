"""The door-keeper of taps: one account, or one phone, that sends without end waits; everybody else is served.

A file of its own because it lives in the running process and is never written down: each process counts what passes
through itself, so that n processes let through n times the pace at most, and a restart fills every reserve.
"""

from collections import OrderedDict
from collections.abc import Hashable
from datetime import datetime

from server.bookings.rules.pace import Pace, Sender, left_of, seconds_short

MOST_SENDERS = 20_000  # remembered at once; the ones longest quiet are forgotten first
SLOWER = "Trop de changements à la fois. Ils sont gardés sur ce téléphone et partiront seuls dans quelques instants."
SLOWER_FORM = "Trop de changements à la fois. Celui-ci n’est pas enregistré\u00a0: refaites-le dans quelques instants."


class TapPacing:
    """One per process."""

    def __init__(self, per_minute: int) -> None:
        self._pace = Pace(per_minute)
        self._senders: OrderedDict[Hashable, Sender] = OrderedDict()

    def wait(self, account_id: int, device: str, taps: int, now: datetime) -> int:
        """Seconds to wait before these taps may pass; 0 lets them pass and counts them, on the account and the phone.

        An empty envelope counts as one. Nothing is counted for those who must wait.
        """
        wanted, keys = max(taps, 1), (account_id, device)
        left = {key: left_of(self._senders.get(key), self._pace, now) for key in keys}
        waiting = max(seconds_short(each, wanted, self._pace) for each in left.values())
        if not waiting:
            for key, each in left.items():
                self._senders[key] = Sender(each - wanted, now)
                self._senders.move_to_end(key)
            while len(self._senders) > MOST_SENDERS:
                self._senders.popitem(last=False)
        return waiting
