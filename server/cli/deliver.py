"""`deliver`: compose notices and send them, until told to stop.

`--once`: what is due now, then leave. `--with-parent`: stop when the process that started it is gone, however it went.
"""

import asyncio
import logging
import os
import secrets
import signal
import socket
from functools import partial

from server.adapters.clock import Clock, clock_from
from server.adapters.keys import push_key_file
from server.adapters.mail import NoMailer, mailer_from
from server.adapters.push import WebPush
from server.bookings.commands.reminding import remind_round
from server.cli.letters import letters_of
from server.cli.occupancy import occupying
from server.cli.rounds import reset_round, rounds_of
from server.database import Database, open_database
from server.documents.archive import archive_of
from server.documents.rounds import check_round, ending_round
from server.messages.rounds import mailing_round
from server.notices.deliver import BATCH, Office, compose_round, deliver_round, keep_delivering, settle
from server.notices.rules.endpoints import is_push_service
from server.notices.rules.sending import retry_after_seconds
from server.profiles import profile_of
from server.settings import Settings, settings_from_environment

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
            await keep_delivering(office, stop, *rounds_of(db, clock, settings))
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
    while (
        await mailing_round(office.db, office.clock())
        + await compose_round(office)
        + sum([await deliver_round(office, channel) for channel in BATCH])
    ):
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
