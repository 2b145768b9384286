"""Whether the mail server can be reached and lets us in; nothing is sent."""

import ssl

from server.adapters.mail import Server, sender_from, server_from
from server.cli.doctor.finding import Finding, fault, note, ok
from server.settings import Settings

SECONDS = 8.0


async def look_at_mail_server(settings: Settings, seconds: float = SECONDS) -> list[Finding]:
    """One conversation up to the login. Raises BadSetting."""
    sender_from(settings)
    if not settings.smtp_url:
        if settings.env == "demo":
            return [note("No SMTP server is set (MARELLE_SMTP_URL): mails stay in the development mailbox.")]
        return [fault("No SMTP server is set (MARELLE_SMTP_URL): mails wait two days for one, then fail.")]
    server = server_from(settings.smtp_url)
    trouble = await _trouble(server, seconds)
    where = f"The mail server {server.host}:{server.port}"
    return [fault(f"{where} {trouble}.")] if trouble else [ok(f"{where} answers and lets us in.")]


async def _trouble(server: Server, seconds: float) -> str:
    """What does not work, as the end of a sentence; empty when all does."""
    import aiosmtplib

    client = aiosmtplib.SMTP(
        hostname=server.host, port=server.port, timeout=seconds, use_tls=server.tls, start_tls=server.start_tls
    )
    try:
        await client.connect()
        if server.user is not None:
            await client.login(server.user, server.password or "")
        await client.quit()
    except aiosmtplib.SMTPAuthenticationError as error:
        return f"refuses the user or the password of MARELLE_SMTP_URL ({error.code})"
    except (aiosmtplib.SMTPTimeoutError, TimeoutError):
        return f"does not answer within {seconds:g} seconds"
    except (aiosmtplib.SMTPException, OSError) as error:
        if isinstance(error, ssl.SSLError) or isinstance(error.__cause__, ssl.SSLError) or "TLS" in str(error):
            return f"cannot be spoken to in private, TLS fails: {_short(error)}"
        return f"cannot be reached: {_short(error)}"
    finally:
        client.close()
    return ""


def _short(error: Exception) -> str:
    return (str(error).splitlines() or [type(error).__name__])[0].rstrip(".")
