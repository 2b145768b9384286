"""The only file that knows every room: settings, clock and adapters in, the whole application out."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from typing import Any

from litestar import Litestar, Request
from litestar.config.compression import CompressionConfig
from litestar.enums import ScopeType
from litestar.middleware import ASGIMiddleware
from litestar.types import ASGIApp, Receive, Scope, Send

from server.accounts.queries import visitor_behind
from server.accounts.rules import token_hash
from server.adapters.clock import Clock, clock_from
from server.adapters.keys import push_public_key
from server.bookings.gather import TapGatherer
from server.database import Database, open_database
from server.routes import ROUTES
from server.settings import Settings, settings_from_environment
from server.web.assets import load_assets
from server.web.cookies import cookie_name
from server.web.faults import HANDLERS
from server.web.outer import Wall
from server.web.render import template_engine


def create_app(settings: Settings, clock: Clock, db: Database) -> ASGIApp:
    """The portal as an ASGI application. `db` is opened and closed with it."""
    assets = load_assets()

    @asynccontextmanager
    async def open_house(app: Litestar) -> AsyncIterator[None]:
        await db.start()
        yield
        await db.stop()

    app = Litestar(
        route_handlers=ROUTES,
        lifespan=[open_house],
        middleware=[Recognition()],
        exception_handlers=HANDLERS,
        openapi_config=None,
        compression_config=CompressionConfig(
            backend="brotli", brotli_quality=5, minimum_size=500, exclude_opt_key="uncompressed"
        ),
        request_max_body_size=64 * 1024,
        logging_config=None,
    )
    app.state.update(
        {
            "settings": settings,
            "clock": clock,
            "db": db,
            "assets": assets,
            "taps": TapGatherer(db, clock, timedelta(minutes=settings.tap_grace_minutes)),
            "templates": template_engine(settings, assets, push_public_key(settings.data)),
        }
    )
    return Wall(app, assets, settings.url)


class Recognition(ASGIMiddleware):
    """Who is this? One read for the session, the account and what every page shows of it; guards come after."""

    scopes = (ScopeType.HTTP,)

    async def handle(self, scope: Scope, receive: Receive, send: Send, next_app: ASGIApp) -> None:
        """Put the visitor, or nobody, into the request's state."""
        request: Request[Any, Any, Any] = Request(scope)
        state = request.app.state
        token = request.cookies.get(cookie_name(state.settings))
        scope["state"]["visitor"] = (
            await state.db.read(visitor_behind, token_hash(token), state.clock(), state.settings.env == "demo")
            if token
            else None
        )
        await next_app(scope, receive, send)


def app_from_environment() -> ASGIApp:
    """For uvicorn's worker processes."""
    settings = settings_from_environment()
    return create_app(settings, clock_from(settings.now), open_database(settings.database_url))
