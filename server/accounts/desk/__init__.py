"""The agents' doors to accounts: who works here, and what each may do."""

from typing import Any

from server.accounts.desk.agents import ROUTES as AGENTS

ROUTES: list[Any] = [*AGENTS]
