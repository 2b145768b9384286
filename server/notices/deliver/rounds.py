"""The rounds a worker repeats until it is told to stop."""

import asyncio
import logging
import secrets
from collections.abc import Awaitable, Callable, Iterable
from datetime import datetime

from server.database import Busy
from server.notices.commands.claiming import LEASE, Claim, claim, deliveries_due, hold
from server.notices.commands.composing import bundles_due, compose, set_aside
from server.notices.commands.letters import claim_letters, letters_due
from server.notices.commands.resting import anything_rests, rest, wake
from server.notices.deliver.attempting import delivered, why
from server.notices.deliver.office import Office, Sending
from server.notices.rules.sending import rests_until

log = logging.getLogger("marelle.deliver")

POLL = 1.0
GRACE = 8.0  # seconds to finish what is under way when asked to stop
SLOWEST_POLL = 30.0


async def keep_delivering(office: Office, stop: asyncio.Event, *others: Callable[[], Awaitable[int]]) -> None:
    """Work until `stop` is set, then finish what is under way. `others` are rounds of other rooms."""
    rounds = (
        lambda: compose_round(office, stop),
        lambda: deliver_round(office, "push"),
        lambda: deliver_round(office, "mail"),
        lambda: deliver_round(office, "letter"),
        lambda: hold_round(office),
        *others,
    )
    tasks = [asyncio.create_task(_repeat(work, stop)) for work in rounds]
    await stop.wait()
    await asyncio.wait([*tasks, *office.under_way], timeout=GRACE)
    late = [task for task in (*tasks, *office.under_way) if not task.done()]
    for task in late:
        task.cancel()
    await asyncio.gather(*late, return_exceptions=True)


async def _repeat(work: Callable[[], Awaitable[int]], stop: asyncio.Event) -> None:
    failures = 0
    while not stop.is_set():
        try:
            done, failures = await work(), 0
        except Busy as busy:
            done, failures = 0, failures + 1
            log.warning("busy: %s", busy)
        except Exception:
            done, failures = 0, failures + 1
            log.exception("a round failed")
        if not done:
            await _pause(stop, min(POLL * 2 ** min(failures, 9), SLOWEST_POLL))


async def _pause(stop: asyncio.Event, seconds: float) -> None:
    try:
        async with asyncio.timeout(seconds):
            await stop.wait()
    except TimeoutError:
        pass


async def compose_round(office: Office, stop: asyncio.Event | None = None) -> int:
    """Turn the bundles that are due into notices; how many."""
    bundles = await office.db.read(bundles_due, office.clock(), office.delay)
    for bundle in bundles:
        if stop is not None and stop.is_set():
            break
        try:
            await office.db.write(compose, bundle, secrets.token_urlsafe(16), office.clock())
        except Busy:
            raise
        except Exception as error:
            count = await office.db.write(set_aside, bundle, why(error), office.clock())
            log.error("cannot be told, set aside: %s of %s, account %s", count, bundle.kind, bundle.account_id)
    return len(bundles)


async def deliver_round(office: Office, channel: str) -> int:
    """Claim some deliveries of a channel, or letters, and send them side by side; how many.

    Whoever has not answered in time is waited for beside the next rounds.
    """
    if office.room(channel) <= 0:
        return 0
    now = office.clock()
    claims = [each for each in await _claimed(office, channel, now) if not office.has(each)]
    if not claims:
        return 0
    tasks = {_begun(office, Sending(each, channel, now + LEASE)): each for each in claims}
    done, late = await asyncio.wait(tasks, timeout=office.patience[channel])
    for task in late:
        office.under_way[task].late = True
    silent = office.clock()
    outcomes = [(each, task.result() if task in done else silent) for task, each in tasks.items()]
    await _draw_conclusions(office, outcomes)
    return len(claims)


async def _claimed(office: Office, channel: str, now: datetime) -> list[Claim]:
    most = office.room(channel)
    if channel == "letter":
        due = await office.db.read(letters_due, now)
        return await office.db.write(claim_letters, office.name, most, now) if due else []
    due = await office.db.read(deliveries_due, channel, now)
    return await office.db.write(claim, channel, office.name, most, now) if due else []


def _begun(office: Office, each: Sending) -> "asyncio.Task[bool | datetime]":
    """The task of a delivery, noted until it is over."""
    task = asyncio.create_task(_to_its_end(office, each))
    office.under_way[task] = each
    task.add_done_callback(office.under_way.pop)
    return task


async def _to_its_end(office: Office, each: Sending) -> bool | datetime:
    """Send; of a late answer, yes wakes the service, and no tells nothing of how it is by now."""
    outcome = await delivered(office, each.claim)
    if each.late and outcome is True:
        try:
            await _draw_conclusions(office, [(each.claim, True)])
        except Busy as busy:
            log.warning("busy: %s", busy)
    return outcome


async def _draw_conclusions(office: Office, told: Iterable[tuple[Claim, bool | datetime]]) -> None:
    """A service that took nothing rests until one of its deliveries is due again; one that took something wakes."""
    outcomes = [(claimed.service, outcome) for claimed, outcome in told]
    awake = {service for service, outcome in outcomes if outcome is True}
    for service in awake:
        office.silences.pop(service, None)
    any_rests: bool = await office.db.read(anything_rests)
    for service in awake if any_rests else ():
        await office.db.write(wake, service, office.clock())
    for service in {service for service, outcome in outcomes if isinstance(outcome, datetime)} - awake:
        office.silences[service] = office.silences.get(service, 0) + 1
        asked = min(due for name, due in outcomes if name == service and isinstance(due, datetime))
        until = max(asked, rests_until(office.silences[service], office.clock()))
        log.warning("%s is down, everything for it waits until %s", service, until)
        await office.db.write(rest, service, office.clock(), until)


async def hold_round(office: Office) -> int:
    """Keep what waits for a slow service: its lease is not to end, or another worker would send it again."""
    now = office.clock()
    short = [each for each in office.under_way.values() if each.until - now < LEASE * 2 / 3]
    for table in {each.claim.table for each in short}:
        ids = {each.claim.id for each in short if each.claim.table == table}
        held: set[int] = await office.db.write(hold, table, sorted(ids), office.name, now)
        for each in short:
            if each.claim.table == table and each.claim.id in held:
                each.until = now + LEASE
    return 0


async def settle(office: Office) -> None:
    """Wait for all that is under way."""
    while office.under_way:
        await asyncio.wait(list(office.under_way), timeout=LEASE.total_seconds() / 4)
        await hold_round(office)
