"""Writes of families: requests filed and decided, drafts kept, files changed, accounts linked."""

from server.families.commands.requests import Filed, NewRequest, file_request

__all__ = ["Filed", "NewRequest", "file_request"]
