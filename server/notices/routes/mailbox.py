"""The development mailbox, in demo mode only."""

from litestar import Response, get

from server.errors import NotFound
from server.notices.queries import kept_mail, mailbox
from server.notices.routes.asked import page_number
from server.web import AnyRequest, page


@get("/boite")
async def mailbox_page(request: AnyRequest) -> Response[str]:
    """The development mailbox: what would have been mailed. Demo mode only."""
    _demo_only(request)
    number = page_number(request)
    mails, further = await request.app.state.db.read(mailbox, number)
    return page(request, "notices/mailbox.html", mails=mails, number=number, further=further)


@get("/boite/{mail:int}")
async def mail_page(request: AnyRequest) -> Response[str]:
    """One mail of the development mailbox."""
    _demo_only(request)
    mail = await request.app.state.db.read(kept_mail, min(int(request.path_params["mail"]), 2_000_000_000))
    if mail is None:
        raise NotFound
    lines = [(line, line.startswith(("http://", "https://"))) for line in mail.body.splitlines()]
    return page(request, "notices/kept_mail.html", mail=mail, lines=lines)


def _demo_only(request: AnyRequest) -> None:
    if request.app.state.settings.env != "demo":
        raise NotFound


ROUTES = [mailbox_page, mail_page]
