"""Requests as the family files, follows, writes about and cancels them; on both databases."""

import asyncio
from typing import Any

import pytest

from server.database import Database
from server.errors import NotFound
from server.families.commands.requests import (
    NewRequest,
    cancel_request,
    file_request,
    read_messages,
    write_to_family,
    write_to_service,
)
from server.families.queries.requests import my_request, my_requests, my_tally
from server.families.rules.requests import Line, Service
from server.notices.commands.wording import words_for
from tests.cast import Town
from tests.conftest import FrozenClock
from tests.counting import counted
from tests.desk import rows_of, run

SERVICE = Service("Service enfance", "1 place de la Mairie", "01 02 03 04 05", "enfance@ville.fr")
SCHOOL = NewRequest(
    "schooling",
    "École de Lina",
    (Line("École", "École des Dunes", "École Jules-Verne"),),
    data={"ref": "kidlina", "before": {"niveau": ""}, "after": {"niveau": "CP"}},
)


async def filed(db: Database, town: Town, now: Any, who: str = "owner", new: NewRequest = SCHOOL) -> str:
    """A request of `who`; its ref."""
    return str((await db.write(file_request, town.visitor(who), new, SERVICE, now)).ref)


async def test_numbers_run_on_and_the_receipt_is_kept(db: Database, town: Town, clock: FrozenClock) -> None:
    first = await db.write(file_request, town.visitor("owner"), SCHOOL, SERVICE, clock())
    second = await db.write(file_request, town.visitor("stranger"), SCHOOL, SERVICE, clock())
    assert (first.number, second.number) == (1, 2)
    found = await db.read(my_request, town.visitor("owner"), first.ref)
    assert found.receipt.service == SERVICE
    assert str(found.receipt.silent_until) == "2027-01-16"
    assert [step.status for step in found.steps] == ["filed"]
    assert found.content.lines == SCHOOL.lines


async def test_the_same_request_sent_twice_is_one(db: Database, town: Town, clock: FrozenClock) -> None:
    first = await filed(db, town, clock())
    clock.move(seconds=5)
    assert await filed(db, town, clock()) == first
    assert len(await db.read(rows_of, "select id from request")) == 1
    assert (
        len(await db.read(rows_of, "select id from outbox where kind = 'request_received'")) == 2
    )  # both adults, once


async def test_many_at_once_get_a_number_each(db: Database, town: Town, clock: FrozenClock) -> None:
    news = [NewRequest("schooling", f"École {n}", (Line("École", str(n)),)) for n in range(12)]
    done = await asyncio.gather(*(db.write(file_request, town.visitor("owner"), new, SERVICE, clock()) for new in news))
    assert sorted(one.number for one in done) == list(range(1, 13))


async def test_a_kind_that_does_not_exist_is_refused(db: Database, town: Town, clock: FrozenClock) -> None:
    with pytest.raises(KeyError):
        await filed(db, town, clock(), new=NewRequest("surprise", "Surprise"))


async def test_a_household_sees_its_own_and_nobody_elses(db: Database, town: Town, clock: FrozenClock) -> None:
    ref = await filed(db, town, clock())
    for who, sees in {"owner": True, "coguardian": True, "other_home": False, "stranger": False}.items():
        visitor = town.visitor(who)
        assert (await db.read(my_request, visitor, ref) is not None) == sees, who
        assert len((await db.read(my_requests, visitor, 1))[0]) == int(sees)
        assert (await db.read(my_tally, visitor)).open == int(sees)
        if not sees:
            with pytest.raises(NotFound):
                await db.write(cancel_request, visitor, ref, clock())
            with pytest.raises(NotFound):
                await db.write(write_to_service, visitor, ref, "Bonjour", clock())


async def test_without_a_family_it_is_the_accounts_own(db: Database, town: Town, clock: FrozenClock) -> None:
    await run(db, "delete from guardian where account_id = $1", town.accounts["stranger"])
    town.families.pop("bernard")
    ref = await filed(db, town, clock(), "stranger")
    assert await db.read(my_request, town.visitor("stranger"), ref)
    assert await db.read(my_request, town.visitor("owner"), ref) is None
    told = await db.read(rows_of, "select account_id from outbox")
    assert [row["account_id"] for row in told] == [town.accounts["stranger"]]


async def test_who_has_left_the_household_no_longer_reads_its_requests(
    db: Database, town: Town, clock: FrozenClock
) -> None:
    ref = await filed(db, town, clock(), "coguardian")
    await run(db, "delete from guardian where account_id = $1", town.accounts["coguardian"])
    gone = town.visitor("coguardian")
    gone = type(gone)(**{**gone.__dict__, "family_id": None})
    assert await db.read(my_request, gone, ref) is None
    assert await db.read(my_request, town.visitor("owner"), ref)


async def test_cancelling_is_possible_until_it_is_decided(db: Database, town: Town, clock: FrozenClock) -> None:
    ref = await filed(db, town, clock())
    assert (await db.write(cancel_request, town.visitor("coguardian"), ref, clock())).done
    assert (await db.write(cancel_request, town.visitor("owner"), ref, clock())).done  # already: fine
    found = await db.read(my_request, town.visitor("owner"), ref)
    assert [step.status for step in found.steps] == ["filed", "cancelled"]
    await run(db, "update request set status = 'accepted'")
    late = await db.write(cancel_request, town.visitor("owner"), ref, clock())
    assert not late.done
    assert "déjà reçu une réponse" in late.text


async def test_the_exchange_goes_both_ways_and_is_read(db: Database, town: Town, clock: FrozenClock) -> None:
    owner, agent = town.visitor("owner"), town.visitor("agent")
    ref = await filed(db, town, clock())
    found = await db.read(my_request, owner, ref)
    await db.write(write_to_family, agent, found.id, "Merci de préciser la date.", clock())
    assert (await db.read(my_tally, owner)).unread == 1
    await db.write(write_to_service, owner, ref, "Dès lundi.", clock())
    await db.write(write_to_service, owner, ref, "Dès lundi.", clock())  # the form sent twice
    await db.write(read_messages, found.id, "family", clock())
    found = await db.read(my_request, owner, ref)
    assert [(m.body, m.by_agent, m.read_at is not None) for m in found.messages] == [
        ("Merci de préciser la date.", True, True),
        ("Dès lundi.", False, False),
    ]
    assert (await db.read(my_tally, owner)).unread == 0
    kinds = [row["kind"] for row in await db.read(rows_of, "select kind from outbox order by id")]
    assert kinds.count("request_message") == 2  # the agent's, to both adults


async def test_a_request_that_waited_for_the_family_goes_on_when_it_answers(
    db: Database, town: Town, clock: FrozenClock
) -> None:
    ref = await filed(db, town, clock())
    await run(db, "update request set status = 'to_complete'")
    await db.write(write_to_service, town.visitor("owner"), ref, "Voici.", clock())
    assert (await db.read(my_request, town.visitor("owner"), ref)).status == "in_progress"


async def test_the_list_is_paged_and_costs_two_statements(db: Database, town: Town, clock: FrozenClock) -> None:
    for n in range(12):
        clock.move(minutes=1)
        await filed(db, town, clock(), new=NewRequest("schooling", f"École {n}", (Line("École", str(n)),)))
    count = [0]
    rows, leaf = await db.read(lambda: counted(my_requests(town.visitor("owner"), 2), count))
    assert [row.title for row in rows] == ["École 1", "École 0"]
    assert (leaf.number, leaf.last, count[0]) == (2, 2, 2)


async def test_the_mail_is_the_whole_receipt_and_a_locked_screen_has_none_of_it(
    db: Database, town: Town, clock: FrozenClock
) -> None:
    ref = await filed(db, town, clock())
    rows = await db.read(rows_of, "select payload from outbox where kind = 'request_received'")
    words = words_for("request_received", [rows[0]["payload"]], clock(), clock())
    body = words.body.replace("\u00a0", " ")
    for part in (
        "Demande n° 1, École de Lina",
        "lundi 16 novembre 2026 à 9 h",
        SERVICE.phone,
        SERVICE.address,
        "refusée",
    ):
        assert part in body
    assert words.title.replace("\u00a0", " ") == "Demande n° 1 : bien reçue"
    assert words.url == f"/dossier/demarches/{ref}"
    assert "Lina" not in words.title + words.brief
