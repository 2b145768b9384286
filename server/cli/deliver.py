"""`deliver`: compose notices and send them, until told to stop.

`--once`: what is due now, then leave. `--with-parent`: stop when the process that started it is gone, however it went.
"""

import asyncio
import logging
import os
import secrets
import signal
import socket
import time
from collections.abc import Awaitable, Callable, Mapping
from datetime import datetime
from functools import partial
from typing import Any

from server.accounts.commands.resets import answer_resets, resets_asked
from server.accounts.rules.letters.words import words_of
from server.accounts.rules.tokens import path_of
from server.adapters.clock import Clock, clock_from
from server.adapters.keys import portal_secret, push_key_file
from server.adapters.mail import NoMailer, mailer_from
from server.adapters.push import WebPush
from server.bookings.commands.reminding import remind_round
from server.cli.housekeeping import tidy
from server.cli.occupancy import occupying
from server.cli.retention import keep_no_longer
from server.database import Database, open_database
from server.documents.archive import archive_of
from server.documents.rounds import check_round, ending_round, sweep_round
from server.families.rules.keys import key_of
from server.notices.commands.claiming import Claim
from server.notices.deliver import BATCH, Office, compose_round, deliver_round, keep_delivering, settle
from server.notices.rules.endpoints import is_push_service
from server.notices.rules.sending import retry_after_seconds
from server.profiles import profile_of
from server.settings import Settings, settings_from_environment
from server.web.assets import Assets
from server.web.render import template_engine

TIDY_EVERY, REMIND_EVERY = 3600.0, 900.0  # seconds
KEEP_EVERY = 24 * 3600.0
log = logging.getLogger("marelle.deliver")


def deliver(arguments: list[str]) -> int:
    """Run one worker; any number may run beside it."""
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(name)s %(levelname)s %(message)s")
    parent = os.getppid() if "--with-parent" in arguments else None
    settings = settings_from_environment()
    with occupying(settings):
        asyncio.run(_work(settings, "--once" in arguments, parent))
    return 0


async def _work(settings: Settings, once: bool, parent: int | None) -> None:
    db, clock = open_database(settings.database_url), clock_from(settings.now)
    office = office_of(settings, db, clock)
    if isinstance(office.mail, NoMailer):
        log.warning("MARELLE_SMTP_URL is empty: mails wait two days for a mail server, then fail")
    stop = asyncio.Event()
    for name in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(name, stop.set)
    watch = asyncio.create_task(_leave_with(parent, stop))
    await db.start()
    try:
        if once:
            await _deliver_once(office, settings)
        else:
            await keep_delivering(office, stop, *_rounds(db, clock, settings))
    finally:
        watch.cancel()
        await office.push.close()
        await db.stop()


async def _leave_with(parent: int | None, stop: asyncio.Event) -> None:
    """A killed `run` has no time to end its worker."""
    while parent is not None:
        if os.getppid() != parent:
            stop.set()
        await asyncio.sleep(1)


async def _deliver_once(office: Office, settings: Settings) -> None:
    archive = archive_of(settings, profile_of(settings).documents, office.db)
    await remind_round(office.db, office.clock())
    await reset_round(office.db, office.clock(), settings.env == "demo")
    await check_round(archive, office.clock())
    await ending_round(archive, office.clock())
    while await compose_round(office) + sum([await deliver_round(office, channel) for channel in BATCH]):
        await settle(office)


def office_of(settings: Settings, db: Database, clock: Clock) -> Office:
    """A worker of these settings, with the real push services and the real mail server. Raises BadSetting."""
    return Office(
        db=db,
        clock=clock,
        push=WebPush(
            push_key_file(settings.data),
            settings.push_contact,
            may_call=partial(is_push_service, further=settings.push_hosts),
            seconds_until=lambda header: retry_after_seconds(header, clock()),
        ),
        mail=mailer_from(settings, db, clock),
        letter=letters_of(settings),
        url=settings.url,
        delay=settings.notice_delay,
        name=f"{socket.gethostname()[:20]}-{os.getpid()}-{secrets.token_hex(4)}",
    )


def letters_of(settings: Settings) -> Callable[[str, Claim], str]:
    """Renders the mail of a claim, with absolute addresses."""
    engine = template_engine(settings, Assets("", {}, "", ""), "")
    secret = portal_secret(settings.data)

    def letter(template: str, claimed: Claim) -> str:
        if claimed.letter is not None:
            return str(engine.render_template(template, **_drawn(claimed.letter, secret, settings.url)))
        text: str = engine.render_template(
            template,
            title=claimed.notice["title"],
            lines=claimed.notice["body"].splitlines(),
            url=settings.url + claimed.notice["url"],
            settings_url=f"{settings.url}/avis/reglages",
        )
        return text

    return letter


def _drawn(letter: Mapping[str, Any], secret: bytes, url: str) -> dict[str, Any]:
    """What the template of letters is given. Token and key are made here, on their way out, and kept nowhere."""
    payload = letter["payload"]
    if "seed" in payload:
        payload = {**payload, "key": key_of(secret, payload["seed"])}
    words = words_of(letter["kind"], payload, letter["hours"])
    link = url + path_of(secret, letter["purpose"], letter["ref"]) if words.button and letter["ref"] else ""
    return {"words": words, "link": link, "url": url}


def _rounds(db: Database, clock: Clock, settings: Settings) -> list[Callable[[], Awaitable[int]]]:
    """What is done from time to time: throwing old rows away, looking for days nobody has booked, documents."""
    archive = archive_of(settings, profile_of(settings).documents, db)

    async def tidied() -> None:
        if thrown := await tidy(db, clock()):
            log.info("%s old rows thrown away", thrown)

    async def reminded() -> None:
        if told := await remind_round(db, clock()):
            log.info("%s children have nothing booked and a date limit near", told)

    async def ended() -> None:
        if told := await ending_round(archive, clock()):
            log.info("%s families told of documents that end", told)

    async def swept() -> None:
        if gone := await sweep_round(archive):
            log.info("%s files of documents thrown away", gone)

    async def kept() -> None:
        found = await keep_no_longer(db, profile_of(settings).retention, clock(), dry=False)
        if any(found.values()):
            log.info("removed by age: %s", {name: count for name, count in found.items() if count})

    async def checked() -> int:
        return await check_round(archive, clock())

    async def answered() -> int:
        return await reset_round(db, clock(), settings.env == "demo")

    timed = (
        (TIDY_EVERY, tidied),
        (REMIND_EVERY, reminded),
        (REMIND_EVERY, ended),
        (TIDY_EVERY, swept),
        (KEEP_EVERY, kept),
    )
    return [answered, checked, *(_every(seconds, work) for seconds, work in timed)]


async def reset_round(db: Database, now: datetime, demo: bool) -> int:
    """Answer forgotten passwords; how many names were looked up."""
    return await db.write(answer_resets, now, demo) if await db.read(resets_asked) else 0


def _every(seconds: float, work: Callable[[], Awaitable[None]]) -> Callable[[], Awaitable[int]]:
    """`work` at start, then every so many seconds, as a round of the worker."""
    following = 0.0

    async def turn() -> int:
        nonlocal following
        if time.monotonic() >= following:
            following = time.monotonic() + seconds
            await work()
        return 0

    return turn
