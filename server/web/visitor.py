"""Who is at the door: the signed-in account of this request, or nobody."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, cast

from litestar import Request

from server.errors import SignedOut


@dataclass(frozen=True)
class Visitor:
    """The account behind a request, read once with its session."""

    account_id: int
    ref: str
    kind: str  # parent | agent
    first_name: str
    last_name: str
    rights: frozenset[str]
    sign_in_id: int
    shared_device: bool
    family_id: int | None
    unread: int
    catalogue_version: int
    messages: int = 0  # exchanges with something of the town this account has not read; an agent's: that wait

    @property
    def is_agent(self) -> bool:
        """Whether this is a town-hall account."""
        return self.kind == "agent"

    def holds(self, rights: Iterable[str]) -> bool:
        """Whether this agent has at least one of these rights."""
        return not self.rights.isdisjoint(rights)


def visitor_or_none(request: Request[Any, Any, Any]) -> Visitor | None:
    """The visitor, or None for somebody not signed in."""
    return cast("Visitor | None", request.scope["state"].get("visitor"))


def visitor_of(request: Request[Any, Any, Any]) -> Visitor:
    """The visitor. Raises SignedOut for nobody."""
    visitor = visitor_or_none(request)
    if visitor is None:
        raise SignedOut
    return visitor
