"""Guards: who may pass a door. Records are scoped in queries; these only look at the account.

They are coroutines although nothing is awaited: the framework sends a plain function to a thread, at each request.
"""

from collections.abc import Awaitable, Callable
from typing import Any

from litestar.connection import ASGIConnection
from litestar.handlers.base import BaseRouteHandler

from server.errors import Forbidden, SignedOut
from server.web.visitor import Visitor

Guard = Callable[[ASGIConnection[Any, Any, Any, Any], BaseRouteHandler], Awaitable[None]]


async def signed_in(connection: ASGIConnection[Any, Any, Any, Any], _: BaseRouteHandler) -> None:
    """Any signed-in account."""
    _visitor(connection)


async def parent(connection: ASGIConnection[Any, Any, Any, Any], _: BaseRouteHandler) -> None:
    """A parent's account; agents have their own screens."""
    if _visitor(connection).is_agent:
        raise Forbidden("Cette page est celle des familles ; votre espace est celui des agents.")


def agent(*rights: str) -> Guard:
    """An agent holding one of `rights` (any agent when none is named)."""

    async def guard(connection: ASGIConnection[Any, Any, Any, Any], _: BaseRouteHandler) -> None:
        visitor = _visitor(connection)
        if not visitor.is_agent or (rights and visitor.rights.isdisjoint(rights)):
            raise Forbidden

    return guard


def _visitor(connection: ASGIConnection[Any, Any, Any, Any]) -> Visitor:
    visitor: Visitor | None = connection.scope["state"].get("visitor")
    if visitor is None:
        raise SignedOut
    return visitor
