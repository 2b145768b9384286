"""Closing an account: what is only its owner's goes at once, what the town must keep loses the name.

The row stays, without a name or a way in: the audit trail, bookings and requests point at it. Tables to the right that
hold something of an account alone are named here too, in SQL: a test walks over every table that points at an account.
"""

import secrets
from collections.abc import Callable
from datetime import datetime

from server.accounts.commands.letters import send_letter
from server.accounts.commands.signing_in import end_all_sessions
from server.database import Work, sql

TellClosed = Callable[[int, datetime], Work[None]]

# Gone at once: nobody else's, and no law asks for it.
GONE = (
    ("known_device", "account_id"),
    ("outbox", "account_id"),
    ("notice", "account_id"),
    ("notice_preference", "account_id"),
    ("quiet_hours", "account_id"),
    ("push_device", "account_id"),
    ("account_identity", "account_id"),
    ("account_photo", "account_id"),
    ("request_draft", "account_id"),
    ("thread_reading", "account_id"),
    ("letter", "account_id"),
    ("link", "account_id"),
    ("consent", "account_id"),
    ("second_factor", "account_id"),
    ("recovery_code", "account_id"),
)


def close_account(account_id: int, now: datetime) -> Work[None]:
    """Close a parent's account for good. A last letter says so to its address."""
    rows = yield sql("select email, first_name from account where id = $1 for update", account_id)
    yield from end_all_sessions(account_id)
    for table, column in GONE:
        yield sql(f"delete from {table} where {column} = $1", account_id)
    yield sql("delete from thread where account_id = $1 and family_id is null", account_id)
    yield sql("update guardian set account_id = null where account_id = $1", account_id)
    yield sql("update file_link set account_id = null where account_id = $1", account_id)
    if rows[0]["email"]:
        yield from send_letter(rows[0]["email"], "account_closed", {}, now)
    yield sql(
        "update account set ref = $2, user_name = null, email = null, number = null, first_name = 'Compte', "
        "last_name = 'fermé', password_hash = '', rights = '[]', disabled_at = $3, last_sign_in_at = null, "
        "previous_sign_in_at = null where id = $1",
        account_id,
        secrets.token_urlsafe(12),
        now,
    )
