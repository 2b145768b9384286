"""The demo town loaded for tests, and a look into it."""

from datetime import UTC, datetime
from typing import Any

from server.accounts.passwords import cheap_hash
from server.activities.queries import Catalogue, read_catalogue
from server.bookings.queries.deadlines import forget_deadlines
from server.database import Database, Work, sql
from server.demo.loader import load_demo
from tests.desk import rows_of

NOW = datetime(2026, 11, 16, 8, 0, tzinfo=UTC)  # Monday, 9:00 in Paris, an odd week
HASH = cheap_hash("demo")


async def load(db: Database, now: datetime = NOW, families: int = 60) -> str:
    return await db.write(load_demo, now, families, HASH)


async def rows(db: Database, text: str, *args: Any) -> list[dict[str, Any]]:
    return await db.read(rows_of, text, *args)


async def catalogue_of(db: Database) -> Catalogue:
    forget_deadlines()
    return await db.read(read_catalogue, 1)


async def count(db: Database, table: str) -> int:
    return int((await rows(db, f"select count(*) as n from {table}"))[0]["n"])


def one_account(is_demo: bool) -> Work[None]:
    yield sql(
        "insert into account (ref, kind, email, first_name, last_name, password_hash, demo, created_at) "
        "values ('someone', 'parent', 'someone@ville.example', 'Une', 'Personne', '', $1, $2)",
        is_demo,
        NOW,
    )
