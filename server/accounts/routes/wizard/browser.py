"""The browser that fills a wizard in: known by an opaque cookie of its own, signed in or not."""

import secrets
from dataclasses import dataclass

from litestar import Response
from litestar.datastructures import Cookie

from server.accounts.rules import token_hash
from server.accounts.rules.wizard import KEPT
from server.web import AnyRequest

COOKIE = "marelle-inscription"


@dataclass(frozen=True)
class Browser:
    """Its token; `new` when it must still be handed over."""

    token: str
    new: bool

    @property
    def hash(self) -> str:
        """All the database knows of it."""
        return token_hash(f"draft:{self.token}")


def browser_of(request: AnyRequest) -> Browser:
    """The browser this request comes from, or a new one."""
    token = request.cookies.get(_name(request), "")
    return Browser(token, False) if len(token) >= 40 else Browser(secrets.token_urlsafe(32), True)


def known(request: AnyRequest, browser: Browser, answer: Response[None]) -> Response[None]:
    """The answer with the cookie, its life begun anew."""
    answer.headers["Cache-Control"] = "no-store"
    answer.cookies.append(
        Cookie(
            key=_name(request),
            value=browser.token,
            max_age=int(KEPT.total_seconds()),
            path="/",
            secure=request.app.state.settings.secure,
            httponly=True,
            samesite="lax",
        )
    )
    return answer


def _name(request: AnyRequest) -> str:
    return f"__Host-{COOKIE}" if request.app.state.settings.secure else COOKIE
