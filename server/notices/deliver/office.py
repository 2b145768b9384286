"""What a worker works with, and what it has under way."""

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from server.adapters.clock import Clock
from server.adapters.mail import Mailer
from server.adapters.push import PushSender
from server.database import Database
from server.notices.commands.claiming import Claim

BATCH = {"push": 32, "mail": 4, "letter": 4}  # sent side by side; a slow mail server must not be flooded
BATCHES = 4  # of each, at most, that wait for an answer at once
PATIENCE = {"push": 10.0, "mail": 10.0, "letter": 10.0}  # seconds a round waits for its batch before it goes on


@dataclass
class Sending:
    """One delivery under way, from its claim to its outcome."""

    claim: Claim
    channel: str
    until: datetime  # the end of its lease
    late: bool = False  # its round waits for it no longer


@dataclass(frozen=True)
class Office:
    """What a worker works with."""

    db: Database
    clock: Clock
    push: PushSender
    mail: Mailer
    letter: Callable[[str, Claim], str]  # renders notices/mail or notices/letter, .txt or .html
    url: str  # of the portal, without a trailing slash
    delay: int  # seconds an event waits for others of its bundle
    name: str  # of this worker, unlike any other's
    patience: Mapping[str, float] = field(default_factory=lambda: PATIENCE)
    silences: dict[str, int] = field(default_factory=dict)  # by service: batches in a row of which it took nothing
    under_way: dict["asyncio.Task[bool | datetime]", Sending] = field(default_factory=dict)

    def room(self, channel: str) -> int:
        """How many more of this channel may be handed over now."""
        waiting = sum(each.channel == channel for each in self.under_way.values())
        return min(BATCH[channel], BATCH[channel] * BATCHES - waiting)

    def has(self, claim: Claim) -> bool:
        """Whether this worker is sending that already."""
        return any((each.claim.table, each.claim.id) == (claim.table, claim.id) for each in self.under_way.values())
