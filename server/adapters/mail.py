"""Mail: the contract, a real SMTP server, and the development mailbox that keeps what would have been sent."""

import asyncio
from dataclasses import dataclass
from datetime import datetime
from email.errors import MessageError
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from typing import Protocol
from urllib.parse import unquote, urlsplit

from server.adapters.clock import Clock
from server.adapters.undelivered import Down, Refused
from server.database import Database, Work, sql
from server.settings import BadSetting, Settings

SECONDS = 20  # for each thing the server says before it is handed the mail
# Then for what it says of the mail. RFC 5321 (4.5.3.2.6) asks for ten minutes: a slow server has taken the mail by
# then, and whoever gives up and asks again sends it twice.
ANSWER = 600
LOOPBACK = ("127.0.0.1", "localhost", "::1")
PORTS = {"smtp": 587, "smtps": 465}


@dataclass(frozen=True)
class Mail:
    """One mail to one person. `id` is the same each time this mail is tried."""

    id: str
    recipient: str
    subject: str
    text: str
    html: str = ""
    by_choice: bool = True  # the recipient may choose not to get this kind


class Mailer(Protocol):
    """What the worker knows of mail."""

    async def send(self, mail: Mail) -> None:
        """Hand the mail to its server. Raises Refused, Down or Undelivered."""


@dataclass(frozen=True)
class Sender:
    """Who writes: the portal of a town."""

    address: str
    name: str
    settings_url: str  # where the recipient chooses what is mailed

    @property
    def domain(self) -> str:
        """The part after the at sign."""
        return self.address.rpartition("@")[2]


@dataclass(frozen=True)
class Server:
    """An SMTP server, read from smtp://user:password@host:port or smtps://…"""

    host: str
    port: int
    user: str | None
    password: str | None
    tls: bool  # from the first byte
    start_tls: bool | None  # None: when the server offers it


def sender_from(settings: Settings) -> Sender:
    """Who writes the mails of this portal. Raises BadSetting."""
    sender = Sender(settings.mail_from, f"Marelle, portail famille de {settings.town}", f"{settings.url}/avis/reglages")
    try:
        _one(sender.address)
    except (ValueError, MessageError) as error:
        raise BadSetting(f"MARELLE_MAIL_FROM must be one plain mail address, not {settings.mail_from!r}.") from error
    return sender


def mailer_from(settings: Settings, db: Database, clock: Clock) -> Mailer:
    """The mail server of these settings; the development mailbox in demo mode without one. Raises BadSetting."""
    sender = sender_from(settings)
    if settings.smtp_url:
        return SMTPMailer(server_from(settings.smtp_url), sender, clock)
    return DevMailbox(db, clock) if settings.env == "demo" else NoMailer()


def server_from(url: str) -> Server:
    """The server behind MARELLE_SMTP_URL. Raises BadSetting."""
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError as error:
        raise BadSetting("MARELLE_SMTP_URL has a port that is not a number.") from error
    if parts.scheme not in PORTS or not parts.hostname:
        raise BadSetting("MARELLE_SMTP_URL must look like smtp://user:password@host:port or smtps://host.")
    tls = parts.scheme == "smtps"
    # A password never travels in clear, except inside this machine.
    must = bool(parts.username) and parts.hostname not in LOOPBACK
    return Server(
        host=parts.hostname,
        port=port or PORTS[parts.scheme],
        user=unquote(parts.username) if parts.username else None,
        password=unquote(parts.password) if parts.password else None,
        tls=tls,
        start_tls=False if tls else True if must else None,
    )


def message_of(mail: Mail, sender: Sender, now: datetime) -> EmailMessage:
    """The mail as it travels: plain text first, the same in HTML beside it."""
    message = EmailMessage(policy=SMTP)
    message["From"] = Address(sender.name, addr_spec=sender.address)
    message["To"] = _one(mail.recipient)
    message["Subject"] = " ".join(mail.subject.split())
    message["Date"] = format_datetime(now)
    message["Message-ID"] = f"<{mail.id}@{sender.domain}>"
    message["Auto-Submitted"] = "auto-generated"
    message["X-Auto-Response-Suppress"] = "All"
    if mail.by_choice:
        message["List-Unsubscribe"] = f"<{sender.settings_url}>"
    message.set_content(mail.text)
    if mail.html:
        message.add_alternative(mail.html, subtype="html")
    message["Content-Language"] = "fr"  # last: the body takes Content-* headers away with it
    return message


def _one(recipient: str) -> Address:
    """Exactly one address. Raises ValueError."""
    if not all(recipient.rpartition("@")):
        raise ValueError(f"not an address: {recipient!r}")
    return Address(addr_spec=recipient)


class SMTPMailer:
    """A real server; one connection a mail, so that one bad conversation costs one mail."""

    def __init__(
        self, server: Server, sender: Sender, clock: Clock, seconds: float = SECONDS, answer: float = ANSWER
    ) -> None:
        self.server, self.sender, self.clock = server, sender, clock
        self.seconds, self.answer = seconds, max(seconds, answer)

    async def send(self, mail: Mail) -> None:
        """See Mailer.send."""
        from server.adapters.smtp import hand_over

        try:
            message = message_of(mail, self.sender, self.clock())
        except (ValueError, MessageError) as error:  # an address or a subject that would break the headers
            raise Refused(f"cannot be written: {error}") from error
        try:
            async with asyncio.timeout(self.answer):
                await hand_over(message, self.sender, mail.recipient, self.server, self.seconds, self.answer)
        except TimeoutError as error:
            raise Down(f"mail server: no answer in {self.answer:g} s") from error


class NoMailer:
    """No mail server is set in production: mails wait for one, and the log says so."""

    async def send(self, mail: Mail) -> None:
        """See Mailer.send."""
        raise Down("MARELLE_SMTP_URL is empty")


class DevMailbox:
    """The development mailbox: shown on /boite in demo mode."""

    def __init__(self, db: Database, clock: Clock) -> None:
        self.db, self.clock = db, clock

    async def send(self, mail: Mail) -> None:
        """See Mailer.send."""
        await self.db.write(keep_mail, mail, self.clock())


def keep_mail(mail: Mail, now: datetime) -> Work[None]:
    """Write a mail into the development mailbox; for tests and for rooms that mail inside their own transaction."""
    yield sql(
        "insert into dev_mail (recipient, subject, body, created_at) values ($1, $2, $3, $4)",
        mail.recipient,
        mail.subject[:300],
        mail.text,
        now,
    )
