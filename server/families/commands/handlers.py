"""What accepting a request of this room does, kind by kind."""

from server.families.commands.deciding import Handlers

HANDLERS: Handlers = {}
