"""The family's doors: their exchanges with the town, and what the town tells everybody."""

from typing import Any

from server.messages.routes.pages import ROUTES as PAGES
from server.messages.routes.threads import ROUTES as THREADS

ROUTES: list[Any] = [*THREADS, *PAGES]
