"""Drafts of requests, the account's own: kept on the server at each step, so that closing the tab loses nothing."""

from datetime import datetime
from typing import TypeVar

import msgspec

from server.database import Work, sql
from server.families.queries.drafts import draft_of

T = TypeVar("T")
KEEP = """
insert into request_draft (account_id, kind, content, updated_at) values ($1, $2, $3, $4)
on conflict (account_id, kind) do update set content = excluded.content, updated_at = excluded.updated_at,
  version = request_draft.version + 1
"""
LOCK = "select id from account where id = $1 for update"  # two browsers of one account take turns


def lock_draft(account_id: int, kind: str, type_: type[T]) -> Work[T | None]:
    """The draft, which nobody else changes until this transaction ends."""
    yield sql(LOCK, account_id)
    return (yield from draft_of(account_id, kind, type_))


def keep_draft(account_id: int, kind: str, content: object, now: datetime) -> Work[None]:
    """Write the draft."""
    yield sql(KEEP, account_id, kind, msgspec.json.encode(content).decode(), now)


def drop_draft(account_id: int, kind: str) -> Work[None]:
    """Forget it."""
    yield sql("delete from request_draft where account_id = $1 and kind = $2", account_id, kind)
