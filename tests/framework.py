"""Litestar for the tests' many applications: its 230 doors are registered once a process, which takes 75 ms."""

from copy import copy
from typing import Any

from litestar import Litestar
from litestar._asgi.asgi_router import ASGIRouter
from litestar.datastructures import State
from litestar.events import SimpleEventEmitter

_built: list[tuple[dict[str, Any], Litestar]] = []


def framework(*, lifespan: list[Any], **wanted: Any) -> Litestar:
    """As `Litestar(lifespan=lifespan, **wanted)`: doors and middleware are those of the first one asked for with the
    same words, everything that belongs to one application (state, lifespan, events) is its own."""
    words = {**wanted, "middleware": [type(one) for one in wanted["middleware"]]}  # ours keep nothing of an application
    known = [built for asked, built in _built if asked == words]
    if not known:
        known = [Litestar(**wanted)]
        _built.append((words, known[0]))
    app = copy(known[0])
    app.state, app._lifespan_managers, app.event_emitter = State(), list(lifespan), SimpleEventEmitter([])
    app.asgi_router = _for(app, known[0].asgi_router)
    app.asgi_handler = app._create_asgi_handler()
    return app


def _for(app: Litestar, built: ASGIRouter) -> ASGIRouter:
    """The same routing tree, before another application."""
    router = copy(built)
    router.app = app
    return router
