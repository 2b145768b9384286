"""The agents' doors: exchanges with families, and what the town tells everybody."""

from typing import Any

from server.messages.desk.infos import ROUTES as INFOS
from server.messages.desk.mailings import ROUTES as MAILINGS
from server.messages.desk.menus import ROUTES as MENUS
from server.messages.desk.news import ROUTES as NEWS
from server.messages.desk.threads import ROUTES as THREADS

ROUTES: list[Any] = [*THREADS, *MAILINGS, *NEWS, *INFOS, *MENUS]
