"""What a family's page may cost as families and towns grow: the same statements, and an index behind each of them."""

import re
from collections.abc import Callable
from datetime import date, timedelta
from itertools import pairwise
from typing import Any

import pytest

from server.accounts.queries import session_behind
from server.accounts.rules import token_hash
from server.bookings.commands.judging import TapRequest
from server.bookings.commands.taps import apply_taps
from server.bookings.queries.squares import span_of
from server.bookings.rules.taps import Tap
from server.database import Database, Work, sql
from server.database.statement import Statement
from tests.cast import Town
from tests.conftest import FrozenClock
from tests.counting import counted

FIRST, LAST = date(2026, 11, 1), date(2026, 11, 30)
GROWING = ("booking", "session", "tap", "sign_in", "account", "child", "household_child", "enrolment", "notice")


def more_children(town: Town, count: int) -> Work[None]:
    """Brothers and sisters of Tom, enrolled like him."""
    for n in range(count):
        rows = yield sql(
            "insert into child (ref, first_name, last_name, birth_date) values ($1, $2, 'Dupont', $3) returning id",
            f"kidmore{n}", f"Enfant{n}", date(2018, 1, 1) + timedelta(days=n),
        )  # fmt: skip
        yield sql(
            "insert into household_child (family_id, child_id) values ($1, $2)", town.families["dupont"], rows[0]["id"]
        )
        yield sql(
            "insert into enrolment (child_id, activity_id, family_id, first_day, last_day) "
            "select $1, activity_id, family_id, first_day, last_day from enrolment where child_id = $2 and family_id = $3",
            rows[0]["id"], town.children["tom"], town.families["dupont"],
        )  # fmt: skip


async def test_eight_more_children_take_no_further_statement(db: Database, town: Town) -> None:
    async def cost() -> tuple[int, int]:
        count = [0]
        span = await db.read(lambda: counted(span_of(town.families["dupont"], FIRST, LAST, 1), count))
        return count[0], len(span.slots)

    await cost()  # the catalogue is known from now on
    few, squares = await cost()
    await db.write(more_children, town, 8)
    many, more = await cost()
    assert (few, many) == (3, 3)
    assert more >= squares + 8 * 20


def explained(work: Work[Any], engine: str, plans: list[tuple[str, str]]) -> Work[Any]:
    """The same conversation; before each statement that looks something up, the engine says how it would."""
    rows: Any = None
    if engine == "postgres":  # a small table is read whole by right: asked for, an index must be there
        yield sql("set local enable_seqscan = off")
    try:
        while True:
            wanted: Statement = work.send(rows)
            if wanted.text.lstrip().startswith(("select", "with want")):
                ask = "explain query plan " if engine == "sqlite" else "explain "
                lines = yield sql(ask + wanted.text, *wanted.args)
                plans.append(
                    (
                        wanted.text,
                        "\n".join(str(tuple(line.values() if hasattr(line, "values") else line)) for line in lines),
                    )
                )
            rows = yield wanted
    except StopIteration as end:
        return end.value


def a_town(families: int) -> Work[None]:
    """Strangers enough for a planner to prefer an index: their sign-ins, children, bookings and taps."""
    numbers = "with recursive n (n) as (select 1000 union all select n + 1 from n where n < $1) "
    most = 999 + families
    for statement in (
        "insert into family (id, ref, number, name, created_at) select n, 'f' || n, 'F' || n, 'Nom', "
        "(select min(created_at) from family) from n",
        "insert into account (id, ref, kind, first_name, last_name, password_hash, created_at) "
        "select n, 'a' || n, 'parent', 'A', 'B', 'x', (select min(created_at) from family) from n",
        "insert into sign_in (account_id, token_hash, device_label, address, created_at, last_seen_at, expires_at) "
        "select n, 't' || n, 'x', 'x', f.created_at, f.created_at, f.created_at from n join family f on f.id = n",
        "insert into child (id, ref, first_name, last_name, birth_date) "
        "select n, 'c' || n, 'Zoé', 'Nom', (select min(birth_date) from child) from n",
        "insert into household_child (family_id, child_id) select n, n from n",
        "insert into enrolment (child_id, activity_id, family_id, first_day, last_day) select n, a.id, n, "
        "(select min(day) from session), (select max(day) from session) from n cross join activity a",
        "insert into booking (child_id, session_id, family_id, state, version, changed_at) "
        "select n, s.id, n, 'booked', 1, s.starts_at from n cross join session s where (n + s.id) % 3 = 0",
        "insert into tap (id, account_id, device, square, seq, digest, outcome, verdict, received_at) "
        "select 'tap' || b.id, b.child_id, 'd' || b.child_id, 'c' || b.session_id, 1, 'x', 'applied', '{}', b.changed_at "
        "from booking b join n on n.n = b.child_id",
    ):
        yield sql(numbers.join(_halves(statement)), most)


def _halves(statement: str) -> tuple[str, str]:
    """An insert's head, and the select that a `with` must stand before."""
    place = statement.index("select ")
    return statement[:place], statement[place:]


@pytest.fixture
async def crowded(db: Database, town: Town) -> Town:
    """The cast among 200 other families."""
    await db.write(a_town, 200)
    await db.write(_analyzed)
    return town


def _analyzed() -> Work[None]:
    yield sql("analyze")


def the_page(town: Town, clock: FrozenClock) -> Callable[[], Work[Any]]:
    return lambda: span_of(town.families["dupont"], FIRST, LAST, 1)


def the_visitor(_: Town, clock: FrozenClock) -> Callable[[], Work[Any]]:
    return lambda: session_behind(token_hash("nobody"), clock(), True)


def a_tap(town: Town, clock: FrozenClock) -> Callable[[], Work[Any]]:
    session = town.sessions["cantine", date(2026, 11, 26)]
    tap = Tap("9d3f8c1e-0000-4000-8000-000000000001", "9d3f8c1e-0000-4000-8000-000000000002", town.refs["tom"], session,
              "booked", "", 1, 0, clock())  # fmt: skip
    return lambda: apply_taps([TapRequest(town.visitor("owner"), tap, clock())], clock())


@pytest.mark.parametrize("conversation", [the_page, the_visitor, a_tap])
async def test_nothing_of_a_family_is_looked_up_by_reading_a_whole_table(
    db: Database,
    crowded: Town,
    clock: FrozenClock,
    conversation: Callable[[Town, FrozenClock], Callable[[], Work[Any]]],
) -> None:
    begin, plans = conversation(crowded, clock), list[tuple[str, str]]()
    await db.write(lambda: explained(begin(), db.engine, plans))
    assert plans
    for text, plan in plans:
        assert not read_whole(text, plan), f"{read_whole(text, plan)}\n{text}\n{plan}"


def read_whole(text: str, plan: str) -> list[str]:
    """The growing tables of which this plan reads every row, or every entry of an index."""
    sqlite = [table for table in GROWING for name in _names_of(text, table) if re.search(rf"SCAN {name}\b", plan)]
    nodes = re.split(r"(?=(?:Seq|Index|Index Only|Bitmap Index) Scan)", plan)
    bare = [node for node in nodes if re.match(r"Seq|Index|Bitmap", node) and "Index Cond" not in node]
    return sqlite + [table for table in GROWING for node in bare if re.search(rf"\b(on|using) {table}", node)]


def _names_of(text: str, table: str) -> list[str]:
    """The name and the short names a statement gives a table."""
    return [table, *(after for word, after in pairwise(text.split()) if word == table and len(after) == 1)]


def a_whole_table() -> Work[None]:
    yield sql("select count(*) as n from booking b where b.reason = 'x'")


async def test_the_judge_of_plans_sees_a_whole_table_read(db: Database, crowded: Town) -> None:
    """Guard of the test above: a search that no index serves is told apart."""
    plans: list[tuple[str, str]] = []
    await db.write(lambda: explained(a_whole_table(), db.engine, plans))
    assert read_whole(*plans[0]) == ["booking"]
