"""Links that came by mail: the token leaves the address at once, for a cookie of this portal alone.

So it stands in no history, no referrer and no page; opening changes nothing (mail scanners open links), the button of
the page one is sent to does. Rooms that issue links use `token_of_cookie`, `mark_of` and `dead_link`.
"""

import hashlib
from datetime import timedelta
from typing import TypeVar

from litestar import Response, get
from litestar.datastructures import Cookie

from server.accounts.rules.tokens import DOORS, PURPOSES, Purpose, tidy
from server.errors import NotFound
from server.web import AnyRequest, page, redirect

T = TypeVar("T")
COOKIE = "marelle-lien"
MINUTES = timedelta(minutes=30)  # to press the button; then the mail must be opened again

# What to do when a link is worth nothing: where to ask for another, and what the way there is called.
NEXT: dict[Purpose, tuple[str, str, str]] = {
    "activation": (
        "Si vous venez d’activer votre compte, connectez-vous. Sinon, demandez un autre lien ; si l’inscription est "
        "trop ancienne, elle a été effacée et il faut la recommencer.",
        "/activation/renvoi",
        "Recevoir un autre lien",
    ),
    "reset": (
        "Si vous venez de choisir un mot de passe, connectez-vous avec lui. Sinon, demandez un autre lien.",
        "/mot-de-passe",
        "Demander un autre lien",
    ),
    "address": (
        "Si vous venez de confirmer cette adresse, c’est fait. Sinon, connectez-vous et demandez de nouveau le "
        "changement d’adresse.",
        "/compte",
        "Aller à mon compte",
    ),
    "invitation": (
        "Si vous avez déjà accepté l’invitation, connectez-vous. Sinon, demandez une nouvelle invitation à la personne "
        "qui vous invite.",
        "/connexion",
        "Me connecter",
    ),
}


@get("/lien/{word:str}/{token:str}", without_visitor=True)
async def open_link(request: AnyRequest) -> Response[None]:
    """The address in a mail. Nothing is looked up: everybody goes on to the page that shows the button."""
    purpose = PURPOSES.get(str(request.path_params["word"]))
    if purpose is None:
        raise NotFound
    answer = redirect(DOORS[purpose][1])
    answer.headers["Cache-Control"] = "no-store"
    answer.cookies.append(_cookie(request, tidy(str(request.path_params["token"]))[:80], MINUTES))
    return answer


def token_of_cookie(request: AnyRequest) -> str:
    """The token this browser was handed; empty when there is none."""
    return request.cookies.get(_name(request), "")


def mark_of(token: str) -> str:
    """Goes into the page's form: a button pressed for one link must not use up another opened meanwhile."""
    return hashlib.sha256(b"mark:" + token.encode()).hexdigest()[:16]


def forget_token(request: AnyRequest, answer: Response[T]) -> Response[T]:
    """The link is used: the browser need not keep it."""
    answer.cookies.append(_cookie(request, "", timedelta(0)))
    return answer


def dead_link(request: AnyRequest, purpose: Purpose) -> Response[str]:
    """One page for what is used, over, revoked, forged or unknown: it does not say which, but what to do."""
    text, url, label = NEXT[purpose]
    return page(request, "accounts/dead_link.html", 410, text=text, url=url, label=label)


def _name(request: AnyRequest) -> str:
    return f"__Host-{COOKIE}" if request.app.state.settings.secure else COOKIE


def _cookie(request: AnyRequest, token: str, life: timedelta) -> Cookie:
    return Cookie(
        key=_name(request),
        value=token,
        max_age=int(life.total_seconds()),
        path="/",
        secure=request.app.state.settings.secure,
        httponly=True,
        samesite="lax",
    )


ROUTES = [open_link]
