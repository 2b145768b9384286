"""Requests as agents decide them: allowed moves, versions, effects in one transaction, the journal; on both databases."""

from datetime import date, datetime
from typing import Any

import pytest

from server.database import Database, Work, sql
from server.errors import NotFound
from server.families.commands.deciding import CannotAccept, Handler, decide, write_back
from server.families.commands.requests import write_to_service
from server.families.desk_queries.inbox import Asked, inbox_of, next_ref, to_treat
from server.families.desk_queries.matching import possible_matches
from server.families.queries.requests import RequestFile, any_request
from server.web.visitor import Visitor
from tests.cast import Town
from tests.commands.families.test_requests import filed
from tests.conftest import FrozenClock
from tests.counting import counted
from tests.desk import rows_of, run


async def test_a_decision_is_written_told_and_in_the_journal(db: Database, town: Town, clock: FrozenClock) -> None:
    ref, agent = await filed(db, town, clock()), town.visitor("agent")
    moved = await db.write(decide, agent, ref, 1, "refused", "Pas cette année.", clock(), {})
    assert moved.done
    found = await db.read(any_request, ref)
    assert [(step.status, step.words, step.by_agent) for step in found.steps] == [
        ("filed", "", False),
        ("refused", "Pas cette année.", True),
    ]
    (line,) = await db.read(rows_of, "select * from audit where action = 'request_decided'")
    assert (line["actor_id"], line["family_id"]) == (agent.account_id, town.families["dupont"])
    assert '"number":1' in line["detail"] and "Pas cette année." in line["detail"]
    told = await db.read(rows_of, "select account_id, kind from outbox where kind = 'request_moved'")
    assert {row["account_id"] for row in told} == {town.accounts["owner"], town.accounts["coguardian"]}


async def test_the_second_of_two_agents_is_told_and_changes_nothing(
    db: Database, town: Town, clock: FrozenClock
) -> None:
    ref, agent = await filed(db, town, clock()), town.visitor("agent")
    await db.write(decide, agent, ref, 1, "in_progress", "", clock(), {})
    late = await db.write(decide, agent, ref, 1, "accepted", "", clock(), {})
    assert not late.done
    assert "Agent Dupont" in late.text and "En cours" in late.text
    assert (await db.read(any_request, ref)).status == "in_progress"


async def test_what_the_family_wrote_meanwhile_must_be_read_first(db: Database, town: Town, clock: FrozenClock) -> None:
    ref, agent = await filed(db, town, clock()), town.visitor("agent")
    clock.move(minutes=1)
    await db.write(write_to_service, town.visitor("owner"), ref, "J’ai fait une erreur.", clock())
    late = await db.write(decide, agent, ref, 1, "accepted", "", clock(), {})
    assert not late.done
    assert "La famille a écrit entre-temps" in late.text


async def test_a_move_that_is_not_in_the_table_is_refused_in_words(
    db: Database, town: Town, clock: FrozenClock
) -> None:
    ref, agent = await filed(db, town, clock()), town.visitor("agent")
    await db.write(decide, agent, ref, 1, "accepted", "", clock(), {})
    again = await db.write(decide, agent, ref, 2, "refused", "Non", clock(), {})
    assert not again.done
    assert "ne peut pas devenir" in again.text


async def test_an_agent_without_the_kind_s_right_finds_nothing(db: Database, town: Town, clock: FrozenClock) -> None:
    ref, other = await filed(db, town, clock()), town.visitor("agent", ("bookings",))
    for work in (decide(other, ref, 1, "accepted", "", clock(), {}), write_back(other, ref, "Bonjour", clock())):
        with pytest.raises(NotFound):
            await db.write(lambda work=work: work)
    assert (await db.read(inbox_of, other, Asked())).rows == ()
    assert await db.read(to_treat, other) == 0


def renaming(asked: RequestFile, agent: Visitor, now: datetime) -> Work[None]:
    yield sql("update family set name = 'Changé' where id = $1", asked.family_id)


def impossible(asked: RequestFile, agent: Visitor, now: datetime) -> Work[None]:
    yield sql("update family set name = 'Perdu' where id = $1", asked.family_id)
    raise CannotAccept("Cet enfant est déjà dans le dossier.")


async def test_an_acceptance_does_what_its_room_says_or_nothing_at_all(
    db: Database, town: Town, clock: FrozenClock
) -> None:
    ref, agent = await filed(db, town, clock()), town.visitor("agent")
    name: Any = ("select name from family where id = $1", town.families["dupont"])
    with pytest.raises(CannotAccept):
        await db.write(decide, agent, ref, 1, "accepted", "", clock(), {"schooling": Handler(impossible)})
    assert (await db.read(rows_of, *name))[0]["name"] == "Dupont"
    assert (await db.read(any_request, ref)).status == "filed"
    await db.write(decide, agent, ref, 1, "accepted", "", clock(), {"schooling": Handler(renaming)})
    assert (await db.read(rows_of, *name))[0]["name"] == "Changé"
    assert (await db.read(any_request, ref)).status == "accepted"


async def test_the_inbox_counts_filters_and_searches_in_two_statements(
    db: Database, town: Town, clock: FrozenClock
) -> None:
    agent = town.visitor("agent")
    first = await filed(db, town, clock())
    clock.move(minutes=5)
    second = await filed(db, town, clock(), "stranger")
    found = await db.read(inbox_of, agent, Asked())
    assert [row.ref for row in found.rows] == [first, second]
    assert (found.tabs[""], found.tabs["closes"], found.kinds) == (2, 0, {"schooling": 2})
    assert await db.read(next_ref, agent, 1) == second
    for text, refs in {"bernard": [second], "F0001": [first], "dup": [first, second], "xyz": []}.items():
        assert [row.ref for row in (await db.read(inbox_of, agent, Asked(text=text))).rows] == refs, text
    assert (await db.read(inbox_of, agent, Asked(kind="family_declared"))).rows == ()
    await db.write(decide, agent, first, 1, "accepted", "", clock(), {})
    assert [row.ref for row in (await db.read(inbox_of, agent, Asked(tab="closes"))).rows] == [first]
    count = [0]
    await db.read(lambda: counted(inbox_of(agent, Asked()), count))
    assert count[0] == 2


@pytest.mark.parametrize(
    ("first", "last", "sure"),
    [
        ("Lina", "Dupont", True),
        ("LÎNA", "dùpont", True),
        ("Lina", "Martin", False),
        ("Line", "Dupont", False),
        ("Lina-Rose", "Dupont-Martin", True),
        ("Zoé", "Martin", None),
    ],
)
async def test_a_child_declared_may_be_known(
    db: Database, town: Town, first: str, last: str, sure: bool | None
) -> None:
    found = await db.read(possible_matches, date(2018, 3, 1), first, last)
    assert [match.sure for match in found] == ([] if sure is None else [sure])
    if found:
        assert [home[1] for home in found[0].families] == ["fam-dupont", "fam-martin"]
    assert await db.read(possible_matches, date(2018, 3, 9), first, last) == ()


async def test_a_message_alone_changes_no_status(db: Database, town: Town, clock: FrozenClock) -> None:
    ref, agent = await filed(db, town, clock()), town.visitor("agent")
    await db.write(write_back, agent, ref, "Bonjour", clock())
    found = await db.read(any_request, ref)
    assert (found.status, [message.body for message in found.messages]) == ("filed", ["Bonjour"])
    await run(db, "delete from request")
