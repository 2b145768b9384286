"""A real SMTP server that takes, refuses, postpones, hangs or is not there."""

from datetime import timedelta
from html import unescape

import pytest

from server.adapters.mail import Mail, SMTPMailer, sender_from, server_from
from server.adapters.undelivered import Down, Refused, Undelivered
from server.cli.letters import letters_of
from server.database import Database
from server.notices.commands.claiming import LEASE, claim
from server.notices.deliver import compose_round, deliver_round, mail_of
from server.settings import BadSetting, Settings
from tests.cast import Town
from tests.commands.notices.office import DAYS, DELIVERIES, booked, office_of, select, told
from tests.conftest import FrozenClock
from tests.faults.notices.services import SENDER, Handler


@pytest.fixture
def mailer(handler: Handler, clock: FrozenClock) -> SMTPMailer:
    return SMTPMailer(server_from(f"smtp://127.0.0.1:{handler.port}"), SENDER, clock, seconds=1, answer=1)


MAIL = Mail("avis-1-r", "alice@exemple.fr", "12\u00a0réservations validées", "Lina, Cantine : été\n", "<p>Été</p>")


async def test_a_mail_arrives_whole(mailer: SMTPMailer, handler: Handler) -> None:
    await mailer.send(MAIL)
    message = handler.message()
    assert message["Subject"] == "12 réservations validées"
    assert message["From"].addresses[0].display_name == SENDER.name
    assert message["To"] == "alice@exemple.fr"
    assert message["Message-ID"] == "<avis-1-r@ville.fr>"
    assert message["Auto-Submitted"] == "auto-generated"
    assert message["Content-Language"] == "fr"
    assert message["List-Unsubscribe"] == "<https://p.fr/avis/reglages>"
    assert message["Date"]
    assert "été" in message.get_body(("plain",)).get_content()
    assert "<p>Été</p>" in message.get_body(("html",)).get_content()


async def test_a_repeat_after_a_crash_has_the_same_message_id(
    db: Database, town: Town, clock: FrozenClock, mailer: SMTPMailer, handler: Handler, settings: Settings
) -> None:
    await told(db, town.accounts["owner"], "day_closed", [booked(DAYS[0], reason="Grève")], clock())
    office = office_of(db, clock)
    office = type(office)(**{**office.__dict__, "mail": mailer, "letter": letters_of(settings)})
    await compose_round(office)
    (lost,) = await db.write(claim, "mail", "killed", 10, clock())
    await mailer.send(mail_of(lost, office))  # sent, then killed before recording
    clock.now += LEASE + timedelta(seconds=1)
    await deliver_round(office, "mail")
    assert handler.message(0)["Message-ID"] == handler.message(1)["Message-ID"]
    assert "Grève" in handler.message(1).get_body(("plain",)).get_content()
    html = unescape(handler.message(1).get_body(("html",)).get_content())
    assert '<a href="http://127.0.0.1:8000/planning/jour/2026-11-23">' in html
    assert [row["status"] for row in await db.read(select, DELIVERIES)] == ["sent"]


@pytest.mark.parametrize("where", ["rcpt", "data"])
@pytest.mark.parametrize(("answer", "kind"), [("550 no such mailbox", Refused), ("451 try later", Undelivered)])
async def test_answers_mean_what_the_protocol_says(
    mailer: SMTPMailer, handler: Handler, where: str, answer: str, kind: type[Undelivered]
) -> None:
    setattr(handler, where, answer)
    with pytest.raises(Undelivered) as caught:
        await mailer.send(MAIL)
    assert type(caught.value) is kind
    assert answer[:3] in str(caught.value)


async def test_a_server_that_hangs_is_left(mailer: SMTPMailer, handler: Handler) -> None:
    handler.hang = True
    with pytest.raises(Undelivered):
        await mailer.send(MAIL)


async def test_a_server_that_is_not_there_is_tried_later(clock: FrozenClock) -> None:
    with pytest.raises(Undelivered) as caught:
        await SMTPMailer(server_from("smtp://127.0.0.1:9"), SENDER, clock, seconds=1).send(MAIL)
    assert type(caught.value) is Down


async def test_a_password_does_not_travel_in_clear(handler: Handler, clock: FrozenClock) -> None:
    far = server_from("smtp://user:secret@mail.exemple.fr:2525")
    assert far.start_tls is True
    assert server_from("smtps://user:secret@mail.exemple.fr").tls
    assert server_from("smtps://mail.exemple.fr").port == 465
    near = type(far)("127.0.0.1", handler.port, None, None, False, True)  # type: ignore[attr-defined]
    with pytest.raises(Undelivered):  # the server offers no TLS
        await SMTPMailer(near, SENDER, clock, seconds=1).send(MAIL)
    assert handler.taken == []


@pytest.mark.parametrize("recipient", ["a@b.fr\r\nBcc: c@d.fr", "a@b.fr, c@d.fr", "", "sans-arobase"])
async def test_an_address_that_would_break_the_headers_reaches_nobody_else(
    mailer: SMTPMailer, handler: Handler, recipient: str
) -> None:
    with pytest.raises(Undelivered):
        await mailer.send(Mail("x", recipient, "Sujet", "texte"))
    assert handler.taken == []


@pytest.mark.parametrize("url", ["http://mail", "smtp://", "smtp://host:port", "mail.exemple.fr"])
def test_a_bad_address_of_the_server_stops_the_start(url: str) -> None:
    with pytest.raises(BadSetting):
        server_from(url)


@pytest.mark.parametrize("address", ["Mairie <x@y.fr>", "mairie", "a@b.fr, c@d.fr"])
def test_a_bad_sender_stops_the_start(address: str) -> None:
    with pytest.raises(BadSetting):
        sender_from(Settings(mail_from=address))
