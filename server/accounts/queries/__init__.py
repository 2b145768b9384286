"""Reads about accounts, as plain frozen values.

A folder of its own: who is at the door is asked at every request, one's own account is not.
"""

from server.accounts.queries.me import Consent, Device, Known, Me, Subscription, known_as, my_account, text_accepted
from server.accounts.queries.signing_in import (
    Credentials,
    LiveSession,
    credentials_of,
    session_behind,
    visitor_behind,
)

__all__ = [
    "Consent",
    "Credentials",
    "Device",
    "Known",
    "LiveSession",
    "Me",
    "Subscription",
    "credentials_of",
    "known_as",
    "my_account",
    "session_behind",
    "text_accepted",
    "visitor_behind",
]
