"""One conversation with a mail server, patient with a slow one; only the deliver worker imports this."""

import asyncio
import contextlib
from email.message import EmailMessage
from typing import Any

import aiosmtplib

from server.adapters.mail import Sender, Server
from server.adapters.undelivered import Down, Refused, Undelivered

FAREWELL = 1.0  # seconds; what is taken is taken, whatever becomes of the good-bye


class _Patient(aiosmtplib.SMTP):
    """Waits as it is told for each reply, and `answer` for what is said of the mail itself."""

    answer: float

    async def data(self, message: str | bytes, /, **_: Any) -> aiosmtplib.SMTPResponse:
        return await super().data(message, timeout=self.answer)


async def hand_over(
    message: EmailMessage, sender: Sender, recipient: str, server: Server, seconds: float, answer: float
) -> None:
    """Send one mail. Raises Refused, Down or Undelivered."""
    client = _Patient(
        hostname=server.host,
        port=server.port,
        timeout=seconds,
        use_tls=server.tls,
        start_tls=server.start_tls,
        username=server.user,
        password=server.password,
    )
    client.answer = answer
    try:
        await client.connect()
        await client.send_message(message, sender=sender.address, recipients=[recipient])
        await _farewell(client)
    except aiosmtplib.SMTPRecipientsRefused as error:
        refused = error.recipients[0]
        raise _meaning(refused.code, refused.message) from error
    except aiosmtplib.SMTPDataError as error:
        raise _meaning(error.code, error.message) from error
    except (aiosmtplib.SMTPException, OSError) as error:  # down, or set wrong: the operator's to mend
        raise Down(f"mail server: {type(error).__name__}: {error}") from error
    finally:
        client.close()


async def _farewell(client: aiosmtplib.SMTP) -> None:
    with contextlib.suppress(aiosmtplib.SMTPException, OSError, TimeoutError):
        async with asyncio.timeout(FAREWELL):
            await client.quit()


def _meaning(code: int, message: str) -> Undelivered:
    told = f"mail server: {code} {message}"
    if code == 421:  # the server closes: nobody's mail in particular
        return Down(told)
    return Refused(told) if code >= 500 else Undelivered(told)
