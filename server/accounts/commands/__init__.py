"""Writes about accounts: attempts and sessions, links in mails, letters.

A folder of its own: signing in is the hot path of an opening morning; the rest is not.
"""

from server.accounts.commands.letters import send_letter
from server.accounts.commands.limits import count_try
from server.accounts.commands.links import issue_link, look_at, revoke_links, spend
from server.accounts.commands.signing_in import (
    Attempt,
    NewSession,
    TellSignIn,
    begin_attempt,
    end_all_sessions,
    end_attempt,
    end_session,
    keep_session,
    open_session,
    purge_sessions,
)

__all__ = [
    "Attempt",
    "NewSession",
    "TellSignIn",
    "begin_attempt",
    "count_try",
    "end_all_sessions",
    "end_attempt",
    "end_session",
    "issue_link",
    "keep_session",
    "look_at",
    "open_session",
    "purge_sessions",
    "revoke_links",
    "send_letter",
    "spend",
]
