"""Every door of the portal, room by room."""

from typing import Any

from server.home.routes import ROUTES as HOME

ROUTES: list[Any] = [*HOME]
