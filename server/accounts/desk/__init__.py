"""The agents' doors to accounts: who works here and what each may do, who asks for an account."""

from typing import Any

from server.accounts.desk.agents import ROUTES as AGENTS
from server.accounts.desk.photos import ROUTES as PHOTOS
from server.accounts.desk.registrations import ROUTES as REGISTRATIONS

ROUTES: list[Any] = [*AGENTS, *REGISTRATIONS, *PHOTOS]
