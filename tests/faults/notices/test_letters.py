"""Letters on a real mail server: whole, once each, and none lost when it is down for a day."""

from datetime import timedelta
from html import unescape

import pytest

from server.accounts.commands import issue_link, look_at, revoke_links, send_letter, spend
from server.accounts.rules.tokens import token_of
from server.adapters.keys import portal_secret
from server.adapters.mail import SMTPMailer, server_from
from server.cli.letters import letters_of
from server.database import Database, Work
from server.notices.commands.claiming import LEASE
from server.notices.commands.letters import claim_letters
from server.notices.deliver import Office, deliver_round
from server.settings import Settings
from tests.commands.notices.office import office_of, select
from tests.conftest import FrozenClock
from tests.faults.notices.services import SENDER, Handler

LETTERS = "select status, tries, outcome, resting from letter order by id"


@pytest.fixture
def office(db: Database, clock: FrozenClock, settings: Settings, handler: Handler) -> Office:
    """A worker with the real templates and a real mail server."""
    mailer = SMTPMailer(server_from(f"smtp://127.0.0.1:{handler.port}"), SENDER, clock, seconds=1, answer=1)
    plain = office_of(db, clock)
    return Office(**{**plain.__dict__, "mail": mailer, "letter": letters_of(settings)})


async def asked(db: Database, clock: FrozenClock, address: str = "lea@exemple.fr", hours: int = 24) -> None:
    """An event that writes a letter in its own transaction."""

    def event() -> Work[None]:
        link = yield from issue_link("activation", address, hours, clock())
        yield from send_letter(address, "activation", {"user_name": "léa & <tom>"}, clock(), link)

    await db.write(event)


async def run_down(office: Office) -> None:
    while await deliver_round(office, "letter"):
        pass


async def token_in_database(db: Database, settings: Settings) -> str:
    rows = await db.read(select, "select ref from link order by id desc")
    return token_of(portal_secret(settings.data), "activation", rows[0]["ref"])


async def test_a_letter_arrives_whole_with_a_link_that_opens(
    db: Database, clock: FrozenClock, settings: Settings, office: Office, handler: Handler
) -> None:
    await asked(db, clock)
    await run_down(office)
    message, token = handler.message(), await token_in_database(db, settings)
    assert message["To"] == "lea@exemple.fr"
    assert message["Subject"] == "Activez votre compte famille"
    assert message["List-Unsubscribe"] is None
    plain = message.get_body(("plain",)).get_content()
    assert f"{settings.url}/lien/activation/{token}\n" in plain.replace("\r\n", "\n")
    assert "léa & <tom>" in plain
    assert "24\u00a0heures" in plain
    page = message.get_body(("html",)).get_content()
    assert f'href="{settings.url}/lien/activation/{token}"' in page.replace("&#x2f;", "/")
    assert "léa &amp; &lt;tom&gt;" in page
    assert "léa & <tom>" in unescape(page)
    assert await db.write(spend, portal_secret(settings.data), token, "activation", clock())
    assert await db.read(select, LETTERS) == [{"status": "sent", "tries": 1, "outcome": "", "resting": False}]


async def test_neither_the_letter_nor_the_link_in_the_database_holds_the_token(
    db: Database, clock: FrozenClock, settings: Settings, office: Office, handler: Handler
) -> None:
    await asked(db, clock)
    await run_down(office)
    signature = (await token_in_database(db, settings))[12:]
    for table in ("link", "letter", "outbox", "dev_mail"):
        assert signature not in str(await db.read(select, f"select * from {table}"))


async def test_a_day_without_mail_server_loses_nothing_and_sends_each_once(
    db: Database, clock: FrozenClock, settings: Settings, office: Office, handler: Handler
) -> None:
    handler.rcpt = "421 closing"
    for n in range(9):
        await asked(db, clock, f"p{n}@exemple.fr")
    for _ in range(24 * 6):
        await run_down(office)
        clock.move(minutes=10)
    assert handler.taken == []
    assert all(row["status"] == "waiting" for row in await db.read(select, LETTERS))
    handler.rcpt = ""
    for _ in range(6):
        await run_down(office)
        clock.move(minutes=5)
    assert sorted(envelope.rcpt_tos[0] for envelope in handler.taken) == [f"p{n}@exemple.fr" for n in range(9)]
    token = await token_in_database(db, settings)
    clock.move(hours=23)  # the 24 hours of the link began when it left, not when it was asked for
    assert await db.read(look_at, portal_secret(settings.data), token, "activation", clock())


async def test_a_letter_whose_link_was_replaced_meanwhile_does_not_leave(
    db: Database, clock: FrozenClock, office: Office, handler: Handler
) -> None:
    await asked(db, clock)
    await asked(db, clock)
    await run_down(office)
    assert len(handler.taken) == 1
    assert [row["status"] for row in await db.read(select, LETTERS)] == ["skipped", "sent"]
    await db.write(revoke_links, "activation", "lea@exemple.fr", clock())


async def test_a_worker_killed_in_the_middle_leaves_it_to_the_next(
    db: Database, clock: FrozenClock, office: Office, handler: Handler
) -> None:
    await asked(db, clock)
    assert len(await db.write(claim_letters, "killed", 4, clock())) == 1
    await run_down(office)
    assert handler.taken == []
    clock.move(seconds=LEASE.total_seconds() + 1)
    await run_down(office)
    assert len(handler.taken) == 1


async def test_a_refused_address_fails_alone(
    db: Database, clock: FrozenClock, office: Office, handler: Handler
) -> None:
    handler.rcpt = "550 no such user"
    await asked(db, clock)
    await run_down(office)
    (row,) = await db.read(select, LETTERS)
    assert row["status"] == "failed"
    assert "550" in row["outcome"]
    handler.rcpt = ""
    await asked(db, clock, "other@exemple.fr")
    await run_down(office)
    assert [envelope.rcpt_tos for envelope in handler.taken] == [["other@exemple.fr"]]


async def test_letters_to_one_address_leave_in_order(
    db: Database, clock: FrozenClock, office: Office, handler: Handler
) -> None:
    for kind in ("address_asked", "address_changed"):
        await db.write(send_letter, "lea@exemple.fr", kind, {"masked": "l…@x.fr"}, clock())
        clock.move(seconds=1)
    await run_down(office)
    assert [handler.message(n)["Subject"].split()[0] for n in range(2)] == ["Changement", "L’adresse"]
    assert "lien/" not in handler.message().get_body(("plain",)).get_content()


async def test_two_days_later_it_gives_up(db: Database, clock: FrozenClock, office: Office, handler: Handler) -> None:
    handler.rcpt = "421 closing"
    await asked(db, clock)
    for _ in range(50):
        await run_down(office)
        clock.now += timedelta(hours=1)
    assert [row["status"] for row in await db.read(select, LETTERS)] == ["failed"]
