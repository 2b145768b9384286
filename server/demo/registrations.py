"""Two parents who ask for an account: agents of a town that answers requests (profile G1) have some to answer."""

import secrets
from datetime import datetime, timedelta

import msgspec

from server.database import Work
from server.demo.rows import insert

ASKING = (
    (
        {"prenoms": "Nahel", "nom": "Castaing", "mobile": "06 39 98 20 01", "enfants": "Sohan, 6 ans, entre en CP"},
        "nahel.castaing@port-clairval.example",
        2,
    ),
    (
        {"prenoms": "Élise", "nom": "Duchêne", "enfants": "Jade, 3 ans\nMalo, 8 ans, CE2"},
        "elise.duchene@port-clairval.example",
        1,
    ),
)


def write_registrations(now: datetime) -> Work[None]:
    """Write them down."""
    yield from insert(
        "registration",
        "ref, way, state, email, answers, created_at",
        (
            (
                secrets.token_urlsafe(16),
                "ask",
                "asked",
                email,
                msgspec.json.encode(said).decode(),
                now - timedelta(days=n),
            )
            for said, email, n in ASKING
        ),
    )
