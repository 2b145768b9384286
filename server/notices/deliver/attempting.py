"""One delivery, from its claim to its recorded outcome."""

import asyncio
import logging
from collections.abc import Callable
from datetime import datetime
from itertools import chain, repeat
from typing import Any

from server.adapters.push import Push
from server.adapters.undelivered import Down, Gone, Refused, Undelivered
from server.database import Busy
from server.notices.commands.claiming import Claim, worn_out
from server.notices.commands.sending import give_up, mark_sent, put_off
from server.notices.deliver.messages import mail_of, push_of
from server.notices.deliver.office import Office
from server.notices.rules.sending import next_probe, next_try

log = logging.getLogger("marelle.deliver")

SECONDS = 630  # for one send, whatever the adapter does; its lease is held meanwhile
RECORDING = (0.2, 1, 2, 4)  # pauses before writing an outcome again while the database is busy or gone
AGAIN = 900  # times more, an hour: what has left and is not written down leaves again


async def delivered(office: Office, claimed: Claim) -> bool | datetime:
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
    for pause in chain(RECORDING, repeat(RECORDING[-1], AGAIN)):
        try:
            await office.db.write(work, *args)
            return
        except Busy:
            await asyncio.sleep(pause)
    await office.db.write(work, *args)
