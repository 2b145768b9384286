"""The way out: the end of a session, and what is taken off the device with it."""

from litestar import Response

from server.accounts.commands import end_session
from server.web import AnyRequest, Visitor, redirect
from server.web.cookies import session_cookie


async def leave(request: AnyRequest, visitor: Visitor) -> Response[None]:
    """End the session this request came with."""
    await request.app.state.db.write(end_session, visitor.account_id, visitor.sign_in_id)
    return goodbye(request, visitor.shared_device)


async def leave_halfway(request: AnyRequest) -> Response[None]:
    """Somebody whose session is not finished, or nobody at all."""
    session = request.scope["state"].get("halfway")
    return await leave(request, session.visitor) if session else goodbye(request, shared=False)


def goodbye(request: AnyRequest, shared: bool) -> Response[None]:
    """To the sign-in page with nothing left behind; the taps that wait on one's own phone stay there."""
    answer = redirect("/connexion?sorti")
    answer.cookies.append(session_cookie(request.app.state.settings, "", 0))
    answer.headers["Clear-Site-Data"] = '"cache", "cookies", "storage"' if shared else '"cache"'
    answer.headers["Cache-Control"] = "no-store"
    return answer
