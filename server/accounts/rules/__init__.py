"""Decisions about accounts.

A folder of its own: sessions and attempts, links in mails and what letters say have little in common.
"""

from server.accounts.rules.signing_in import (
    LIMITS,
    LONGEST_WINDOW,
    Lifetime,
    Limit,
    buckets,
    device_label,
    ends_at,
    is_local,
    landing,
    lifetime,
    network,
    place_digest,
    sign_in_name,
    to_be_noted,
    token_hash,
    wait,
    wait_sentence,
)

__all__ = [
    "LIMITS",
    "LONGEST_WINDOW",
    "Lifetime",
    "Limit",
    "buckets",
    "device_label",
    "ends_at",
    "is_local",
    "landing",
    "lifetime",
    "network",
    "place_digest",
    "sign_in_name",
    "to_be_noted",
    "token_hash",
    "wait",
    "wait_sentence",
]
