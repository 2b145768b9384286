"""Decisions about accounts: what a token is, when a session is over, who must wait."""

import hashlib


def token_hash(token: str) -> str:
    """What is stored of a session token: 256 random bits need no salt."""
    return hashlib.sha256(token.encode()).hexdigest()
