"""The session cookie: its name, its flags."""

from litestar.datastructures import Cookie

from server.settings import Settings


def cookie_name(settings: Settings) -> str:
    """__Host- where https makes it possible: no other site of the domain can plant it."""
    return "__Host-marelle" if settings.secure else "marelle"


def session_cookie(settings: Settings, token: str, max_age: int) -> Cookie:
    """The cookie that carries `token` for `max_age` seconds (0 takes it away)."""
    return Cookie(
        key=cookie_name(settings),
        value=token,
        max_age=max_age,
        path="/",
        secure=settings.secure,
        httponly=True,
        samesite="lax",
    )
