"""The deliver worker's rounds: compose what is due, claim, send through an adapter, record.

A file of its own: commands are transactions, and these rounds act outside between two of them. Nothing is sent
in a request. Any number of workers may run at once. A delivery is sent at least once: a worker killed between
sending and recording leaves it to the next one when the lease ends, and its tag or Message-ID lets the second
replace the first.
"""

import asyncio
import logging
import secrets
from collections.abc import Awaitable, Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import msgspec

from server.accounts.rules.letters import words_of
from server.adapters.clock import Clock
from server.adapters.mail import Mail, Mailer
from server.adapters.push import Push, PushSender
from server.adapters.undelivered import Down, Gone, Refused, Undelivered
from server.database import Busy, Database
from server.notices.commands.composing import bundles_due, compose, set_aside
from server.notices.commands.letters import claim_letters, letters_due
from server.notices.commands.resting import anything_rests, rest, wake
from server.notices.commands.sending import Claim, claim, deliveries_due, give_up, mark_sent, put_off, worn_out
from server.notices.rules.kinds import KINDS
from server.notices.rules.sending import lifetime, next_probe, next_try, rests_until

log = logging.getLogger("marelle.deliver")

BATCH = {"push": 32, "mail": 4, "letter": 4}  # sent side by side; a slow mail server must not be flooded
SECONDS = 30  # for one send, whatever the adapter does; with the recording well inside the lease
RECORDING = (0.2, 1, 2, 4, 8)  # pauses before writing an outcome again while the database is busy
POLL = 1.0
GRACE = 8.0  # seconds to finish what is under way when asked to stop
SLOWEST_POLL = 30.0


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
    silences: dict[str, int] = field(default_factory=dict)  # by service: batches in a row of which it took nothing


async def keep_delivering(office: Office, stop: asyncio.Event, *others: Callable[[], Awaitable[int]]) -> None:
    """Work until `stop` is set, then finish what is under way. `others` are rounds of other rooms."""
    rounds = (
        lambda: compose_round(office, stop),
        lambda: deliver_round(office, "push"),
        lambda: deliver_round(office, "mail"),
        lambda: deliver_round(office, "letter"),
        *others,
    )
    tasks = [asyncio.create_task(_repeat(work, stop)) for work in rounds]
    await stop.wait()
    _, late = await asyncio.wait(tasks, timeout=GRACE)
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
    """Claim some deliveries of a channel, or letters, and send them side by side; how many."""
    now, most = office.clock(), BATCH[channel]
    if channel == "letter":
        due = await office.db.read(letters_due, now)
        claims = await office.db.write(claim_letters, office.name, most, now) if due else []
    else:
        due = await office.db.read(deliveries_due, channel, now)
        claims = await office.db.write(claim, channel, office.name, most, now) if due else []
    if not claims:
        return 0
    outcomes = await asyncio.gather(*(_deliver(office, each) for each in claims))
    await _draw_conclusions(office, zip(claims, outcomes, strict=True))
    return len(claims)


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


async def _deliver(office: Office, claimed: Claim) -> bool | datetime:
    """One delivery, from claim to outcome; never raises, so that it costs the others nothing.

    True when the service took it; the instant of the next try when the service is down; False when neither is known.
    """
    try:
        work, *args = await _attempt(office, claimed)
        await _record(office, work, *args)
    except Exception:  # the lease gives it to the next round
        log.exception("delivery %s: outcome not recorded", claimed.id)
        return False
    if work is put_off and args[-1] is True:
        until: datetime = args[1]
        return until
    return work is mark_sent


async def _attempt(office: Office, claimed: Claim) -> tuple[Any, ...]:
    """Send; the command that records how it went, with its arguments."""
    if hopeless := _hopeless(office, claimed):
        return (give_up, claimed, *hopeless, office.clock())
    try:
        message = push_of(claimed, office) if claimed.channel == "push" else mail_of(claimed, office)
    except Exception as error:  # it will never be anything else
        log.error("delivery %s cannot be written: %s", claimed.id, why(error))
        return give_up, claimed, "failed", f"cannot be written: {why(error)}", office.clock()
    try:
        async with asyncio.timeout(SECONDS):
            await (office.push.send(message) if isinstance(message, Push) else office.mail.send(message))
    except Gone as error:
        return give_up, claimed, "gone", str(error), office.clock()
    except Refused as error:
        log.warning("delivery %s refused: %s", claimed.id, error)
        return give_up, claimed, "failed", str(error), office.clock()
    except Undelivered as error:
        return _later(office, claimed, error)
    except TimeoutError:
        return _later(office, claimed, Down(f"no answer in {SECONDS} s"))
    except Exception as error:
        log.exception("delivery %s: unexpected", claimed.id)
        return _later(office, claimed, Undelivered(why(error)))
    return mark_sent, claimed, office.clock()


def _hopeless(office: Office, claimed: Claim) -> tuple[str, str] | None:
    """Status and outcome of what must not be tried at all."""
    if worn_out(claimed):
        return "failed", "claimed too often"
    if claimed.letter is not None and claimed.letter["dead"]:
        return "skipped", "its link is used or revoked"
    if claimed.channel == "push" and claimed.device is None:
        return "gone", "the device was removed"
    if claimed.channel == "push" and claimed.notice["expires_at"] <= office.clock():
        return "skipped", "the event is over"
    return None


def _later(office: Office, claimed: Claim, error: Undelivered) -> tuple[Any, ...]:
    now, down = office.clock(), isinstance(error, Down)
    channel, important, ends = claimed.channel, claimed.important, claimed.notice["expires_at"]
    if down:
        due = next_probe(channel, important, claimed.tries, ends, claimed.made_at, now, error.retry_after)
    else:
        due = next_try(channel, important, claimed.tries, ends, now, error.retry_after)
    if due is None:
        return give_up, claimed, "failed", str(error), now
    return put_off, claimed, due, str(error), down


def why(error: Exception) -> str:
    """An error in one line for a row of the database and for the doctor."""
    return f"{type(error).__name__}: {error}".splitlines()[0][:300]


async def _record(office: Office, work: Callable[..., Any], *args: Any) -> None:
    for pause in RECORDING:
        try:
            await office.db.write(work, *args)
            return
        except Busy:
            await asyncio.sleep(pause)
    await office.db.write(work, *args)


def push_of(claimed: Claim, office: Office) -> Push:
    """The message for a phone: Declarative Web Push, which Safari shows by itself and our worker reads as it is."""
    notice, device = claimed.notice, claimed.device or {}
    payload = {
        "web_push": 8030,
        "notification": {
            "title": notice["title"],
            "body": notice["brief"],
            "navigate": office.url + notice["url"],
            "lang": "fr",
            "dir": "ltr",
            "tag": notice["tag"],
        },
    }
    return Push(
        endpoint=device["endpoint"],
        p256dh=device["p256dh"],
        auth=device["auth"],
        payload=msgspec.json.encode(payload),
        ttl=lifetime(notice["expires_at"], office.clock()),
        urgency=KINDS[notice["kind"]].urgency,
        topic=notice["tag"],
    )


def mail_of(claimed: Claim, office: Office) -> Mail:
    """The message for a mailbox: the whole story, for it is behind the recipient's own sign-in."""
    if claimed.letter is not None:
        return _letter_of(claimed, claimed.letter, office)
    return Mail(
        id=f"avis-{claimed.id}-{claimed.notice['tag']}",
        recipient=claimed.address or "",
        subject=claimed.notice["title"],
        text=office.letter("notices/mail.txt", claimed),
        html=office.letter("notices/mail.html", claimed),
    )


def _letter_of(claimed: Claim, letter: Mapping[str, Any], office: Office) -> Mail:
    return Mail(
        id=f"lettre-{claimed.id}-{claimed.made_at:%Y%m%d%H%M%S}",
        recipient=claimed.address or "",
        subject=words_of(letter["kind"], letter["payload"], letter["hours"]).subject,
        text=office.letter("notices/letter.txt", claimed),
        html=office.letter("notices/letter.html", claimed),
        by_choice=False,
    )
