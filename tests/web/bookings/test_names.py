"""Names as people have them: emoji, right to left, very long, with markup in them."""

from typing import Any

import pytest

from server.database import Database, Work, sql
from tests.cast import Town
from tests.conftest import FrozenClock
from tests.web.doors import enter

NAMES = [
    "Zoé 🦄",
    "ليلى",
    "שרה",
    "d’Hérouville-Saint-Clair",
    "<script>alert(1)</script>",
    '"><img src=x>',
    "Ł" * 80,
    "A\u202eB",
]


def rename(child: int, name: str) -> Work[None]:
    yield sql("update child set first_name = $1 where id = $2", name, child)


@pytest.mark.parametrize("name", NAMES)
async def test_any_name_is_shown_as_it_is_and_never_as_markup(
    app: Any, town: Town, db: Database, clock: FrozenClock, name: str
) -> None:
    await db.write(rename, town.children["tom"], name)
    alice = await enter(app, town, db, "owner", clock())
    for path in ("/planning", "/", "/planning/jour/2026-11-26"):
        page = await alice.get(path)
        assert page.status_code == 200
        assert "<script>alert" not in page.text
        assert "<img src=x" not in page.text
    if name.isalpha():
        assert name in (await alice.get("/planning")).text
