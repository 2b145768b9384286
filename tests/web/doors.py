"""Standing at a door as somebody of the cast, without walking through the sign-in page each time."""

import secrets
from datetime import datetime, timedelta
from typing import Any

import httpx

from server.accounts.rules import token_hash
from server.database import Database, Work, sql
from tests.cast import Town
from tests.conftest import client_of


async def enter(
    app: Any, town: Town, db: Database, name: str, now: datetime, shared: bool = False
) -> httpx.AsyncClient:
    """A browser already signed in as `name`."""
    token = secrets.token_urlsafe(32)
    await db.write(_sign_in, town.accounts[name], token_hash(token), now, shared)
    browser = client_of(app)
    browser.cookies.set("marelle", token)
    return browser


def _sign_in(account: int, hashed: str, now: datetime, shared: bool) -> Work[None]:
    yield sql(
        "insert into sign_in (account_id, token_hash, device_label, shared_device, address, created_at, last_seen_at, expires_at) "
        "values ($1, $2, 'test', $3, '127.0.0.1', $4, $4, $5)",
        account, hashed, shared, now, now + timedelta(days=30),
    )  # fmt: skip
