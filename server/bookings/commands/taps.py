"""`apply_taps`, the hot write: any number of taps of any number of families, one transaction."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

import msgspec

from server.activities.queries import catalogue_of
from server.bookings.commands.judging import TapRequest, judge
from server.bookings.commands.telling import acknowledge, tell_families, tell_late_refusals
from server.bookings.ledger import KnownTap, Ledger, Place, load_ledger
from server.bookings.queries.verdicts import Told
from server.database import Work, flat, sql, values_marks
from server.health.queries.gate import Watch, standings_of


def apply_taps(
    requests: Sequence[TapRequest], now: datetime, grace: timedelta = timedelta(0), watch: Watch | None = None
) -> Work[list[Told]]:
    """One verdict per tap, in order. Places are locked, decided upon and written once for all of them.

    Six statements however many taps: lock, load, places, squares, audit, taps. Two more when somebody on a
    waiting list gets a place, one more when something waits for an agent now, one more where the town has a `watch`
    on the children's files.
    """
    catalogue = yield from catalogue_of(max(request.visitor.catalogue_version for request in requests))
    ledger = yield from load_ledger([request.want for request in requests])
    standings = yield from standings_of(watch, sorted({place.child_id for place in ledger.wanted.values()}))
    told: list[Told] = []
    fresh: list[tuple[TapRequest, Told]] = []
    for request in requests:
        answer = yield from judge(request, ledger, catalogue, grace, standings)
        told.append(answer)
        if request.tap.id not in ledger.taps:
            fresh.append((request, answer))
            ledger.remember(request.tap.id, request.want.author, request.tap.seq, _stored(request, answer))
    yield from ledger.save(now)
    yield from tell_families(ledger.moves, catalogue, now)
    yield from acknowledge(ledger.moves, catalogue, now)
    yield from tell_late_refusals(_refused_late(fresh, ledger), catalogue, now)
    yield from _keep(fresh, now)
    return told


TAPS = """
insert into tap (id, account_id, device, square, seq, digest, outcome, verdict, tapped_at, received_at, want)
values {values}
"""


WAITED = timedelta(minutes=2)  # a tap this old was made without a network: nobody may be looking any more


def _refused_late(fresh: Sequence[tuple[TapRequest, Told]], ledger: Ledger) -> list[tuple[int, Place, str]]:
    """The refusals a parent may not see on their screen: who, which square, why."""
    return [
        (request.visitor.account_id, place, answer.reason)
        for request, answer in fresh
        if answer.outcome == "rejected"
        and (place := ledger.place(request.family_id, request.tap.square))
        and request.tap.tapped_at
        and request.received_at - request.tap.tapped_at > WAITED
    ]


def _stored(request: TapRequest, answer: Told) -> KnownTap:
    return KnownTap(request.visitor.account_id, request.tap.digest, msgspec.json.encode(answer).decode())


def _keep(fresh: Sequence[tuple[TapRequest, Told]], now: datetime) -> Work[None]:
    """Store every verdict given for the first time, in the transaction of its effect."""
    rows = [_tap_values(request, answer, now) for request, answer in fresh]
    if rows:
        yield sql(TAPS.format(values=values_marks(len(rows), 11)), *flat(rows))


def _tap_values(request: TapRequest, answer: Told, now: datetime) -> tuple[Any, ...]:
    tap, stored = request.tap, _stored(request, answer)
    return (
        tap.id, stored.account_id, tap.device, tap.square, tap.seq, stored.digest, answer.outcome, stored.verdict,
        tap.tapped_at, now, tap.want,
    )  # fmt: skip
