"""The agents' doors: exchanges with families, and what the town tells everybody."""

from typing import Any

from server.messages.desk.pages import ROUTES as PAGES
from server.messages.desk.threads import ROUTES as THREADS

ROUTES: list[Any] = [*THREADS, *PAGES]
