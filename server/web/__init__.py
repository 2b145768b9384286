"""The doors' common parts: rendering, guards, security headers, assets. Knows no room."""

from server.web.guards import agent, parent, signed_in
from server.web.render import AnyRequest, address_of, form_of, fragment, page, redirect
from server.web.visitor import Visitor, visitor_of, visitor_or_none

__all__ = [
    "AnyRequest",
    "Visitor",
    "address_of",
    "agent",
    "form_of",
    "fragment",
    "page",
    "parent",
    "redirect",
    "signed_in",
    "visitor_of",
    "visitor_or_none",
]
