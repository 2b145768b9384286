"""Another link for those who lost theirs or came too late."""

from typing import Any

from litestar import Response, get, post

from server.accounts.commands.resending import ask_again
from server.accounts.routes.robots import guarded
from server.fields import Field, Typed, read
from server.web import AnyRequest, address_of, form_of, page
from server.web.params import now_of, today_of
from server.web.robots import stamp

ADDRESS = (Field("email", "Adresse e-mail", "email", True, 254, autocomplete="email"),)
WAIT = "Trop de messages ont déjà été demandés. Réessayez dans une heure."


@get("/activation/renvoi")
async def lost_link(request: AnyRequest) -> Response[Any]:
    """Another link: where to?"""
    return _again(request, Typed())


@post("/activation/renvoi", status_code=200)
async def send_link_again(request: AnyRequest) -> Response[Any]:
    """The same answer whether a registration waits at that address, an account is there already, or nothing is."""
    state, now, posted = request.app.state, now_of(request), await form_of(request)
    typed = read(ADDRESS, posted, today_of(request))
    if not typed.good:
        return _again(request, typed, 422)
    if (robot := await guarded(request, posted)).said:
        return _again(request, typed, 422, robot.said, robot.puzzle)
    hours = state.profile.accounts.activation_hours
    if not await state.db.write(ask_again, typed.value("email"), address_of(request), hours, now):
        return _again(request, typed, 429, WAIT)
    return page(request, "accounts/wizard/sent_again.html", email=typed.value("email"), hours=hours)


ROUTES = [lost_link, send_link_again]


def _again(request: AnyRequest, typed: Typed, status: int = 200, said: str = "", puzzle: int = 0) -> Response[Any]:
    shown: dict[str, Any] = {
        "stamped": stamp(request.app.state.secret, now_of(request)),
        "said": said,
        "puzzle": puzzle,
    }
    return page(request, "accounts/wizard/send_again.html", status, fields=ADDRESS, typed=typed, **shown)
