"""Writing to many families: whom, seen before it leaves; each once, behind what families wait for; who has read it."""

import asyncio
import re
from datetime import date
from html import unescape
from typing import Any

import httpx
import pytest

from server.database import Database, Work, sql
from server.messages.commands.mailings import BATCH, MOST_MAILS, write_some
from server.messages.queries.selected import ids_of
from server.messages.rounds import mailing_round
from server.messages.rules.selection import Selection
from tests.cast import Town
from tests.conftest import FrozenClock
from tests.desk import THURSDAY, put, rows_of
from tests.web.doors import enter

TODAY = date(2026, 11, 16)
TEXT = {"objet": "Sortie du jeudi", "message": "Bonjour,\n\nPrévoyez un pique-nique."}


async def text_of(answer: httpx.Response) -> str:
    text = unescape(answer.text).replace("\u00a0", " ")
    return " ".join(re.sub(r"<[^>]+>", " ", text).split())


async def begun(agent: httpx.AsyncClient, **form: str) -> str:
    """A draft with these words; its address."""
    url = str((await agent.post("/agent/envois")).headers["location"])
    kept = await agent.post(url, data={"version": "1", **TEXT, **form})
    assert kept.status_code == 303, unescape(kept.text)[-3000:]
    return url


async def sent(agent: httpx.AsyncClient, url: str, count: int, **form: str) -> str:
    """What sending it says."""
    answer = await agent.post(f"{url}/envoi", data={"version": "2", "nombre": str(count), **form})
    assert answer.status_code == 303, unescape(answer.text)[-3000:]
    return str(answer.headers["location"]).partition("dit=")[2]


async def all_written(db: Database, clock: FrozenClock) -> int:
    total = 0
    while done := await mailing_round(db, clock()):
        total += done
    return total


async def names(db: Database, **asked: str) -> list[str]:
    ids = await db.read(ids_of, Selection(**asked), TODAY)
    rows = await db.read(rows_of, "select id, name from family")
    return sorted(row["name"] for row in rows if row["id"] in ids)


async def test_families_are_chosen_by_what_the_portal_knows(db: Database, town: Town, clock: FrozenClock) -> None:
    everybody = await names(db)
    assert len(everybody) >= 2
    await put(db, town, "tom", "cantine", THURSDAY, "booked", clock())
    dupont = await names(db, jour=THURSDAY.isoformat())
    assert len(dupont) == 1
    assert await names(db, jour=THURSDAY.isoformat(), activite="cantine") == dupont
    assert await names(db, jour=THURSDAY.isoformat(), activite="atelier") == []
    await put(db, town, "lina", "cantine", THURSDAY, "free", clock())
    assert await names(db, jour=THURSDAY.isoformat()) == dupont
    assert set(await names(db, activite="cantine")) <= set(everybody)
    await db.write(_run, "update child set grade = 'CM9' where id = $1", town.children["tom"])
    assert await names(db, niveau="CM9") == dupont
    assert await names(db, niveau="CM9", jour=THURSDAY.isoformat()) == dupont
    assert await names(db, niveau="CM9", jour="2026-11-27") == []
    assert sorted(await names(db, comptes="avec") + await names(db, comptes="sans")) == everybody
    assert sorted(await names(db, commune="oui") + await names(db, commune="non")) == everybody


async def test_a_paper_is_missing_until_it_is_accepted_and_again_when_it_is_over(
    db: Database, town: Town, clock: FrozenClock
) -> None:
    everybody, home = await names(db), town.families["dupont"]
    assert await names(db, piece="home_proof") == everybody
    await db.write(
        _run,
        "insert into document (ref, shelf, family_id, kind, state, decision, valid_until, created_at, next_check_at) "
        "values ('d1', 'sent', $1, 'home_proof', 'clean', 'accepted', $2, $3, $3)",
        home, date(2026, 11, 16), clock(),
    )  # fmt: skip
    assert len(await names(db, piece="home_proof")) == len(everybody) - 1
    assert len(await db.read(ids_of, Selection(piece="home_proof"), date(2026, 11, 17))) == len(everybody)
    assert home in await db.read(ids_of, Selection(piece="vaccination"), TODAY)


def _run(text: str, *args: Any) -> Work[None]:
    yield sql(text, *args)


async def test_it_is_seen_sent_once_read_and_counted(
    agent: httpx.AsyncClient, app: Any, town: Town, db: Database, clock: FrozenClock
) -> None:
    await put(db, town, "tom", "cantine", THURSDAY, "booked", clock())
    url = await begun(agent, jour=THURSDAY.isoformat())
    page = await text_of(await agent.get(url))
    assert "1 famille :" in page
    assert "Avec une réservation le : jeudi 26 novembre" in page
    assert "Envoyer à 1 famille" in page
    assert await all_written(db, clock) == 0  # a draft goes nowhere
    assert await sent(agent, url, 1) == "sent"
    assert await sent(agent, url, 1) == "over"
    assert await all_written(db, clock) == 1
    assert await all_written(db, clock) == 0
    alice, bob = [await enter(app, town, db, name, clock()) for name in ("owner", "coguardian")]
    assert "Sortie du jeudi" in (await alice.get("/messages")).text
    for name in ("other_home", "stranger"):
        assert "Sortie du jeudi" not in (await (await enter(app, town, db, name, clock())).get("/messages")).text
    (thread,) = await db.read(rows_of, "select ref from thread")
    told = await db.read(rows_of, "select account_id from outbox where kind = 'message' order by account_id")
    assert [row["account_id"] for row in told] == sorted([town.accounts["owner"], town.accounts["coguardian"]])
    assert "Prévoyez un pique-nique." in (await alice.get(f"/messages/{thread['ref']}")).text
    await bob.get(f"/messages/{thread['ref']}")
    page = await text_of(await agent.get(url))
    assert "1 famille 1 dans le portail 1 l’a lu 0 a répondu" in page
    assert "Pas encore lu (0)" in page
    assert "À répondre (0)" in await text_of(await agent.get("/agent/messages"))
    await alice.post(f"/messages/{thread['ref']}", data={"message": "Merci"})
    assert "1 a répondu" in await text_of(await agent.get(url))
    assert "À répondre (1)" in await text_of(await agent.get("/agent/messages"))
    assert "a écrit à 1 famille : Sortie du jeudi" in await text_of(await agent.get("/agent/journal"))


async def test_two_clicks_at_once_send_it_once(agent: httpx.AsyncClient, db: Database, clock: FrozenClock) -> None:
    url = await begun(agent)
    count = len(await db.read(ids_of, Selection(), TODAY))
    went = await asyncio.gather(sent(agent, url, count), sent(agent, url, count))
    assert sorted(went) == ["over", "sent"]
    assert await all_written(db, clock) == count
    rows = await db.read(rows_of, "select count(*) as n, count(distinct family_id) as d from mailing_family")
    assert (rows[0]["n"], rows[0]["d"]) == (count, count)


async def test_two_workers_write_to_each_family_once(
    agent: httpx.AsyncClient, db: Database, clock: FrozenClock
) -> None:
    await db.write(_many, 120)
    url = await begun(agent, comptes="sans")
    count = len(await db.read(ids_of, Selection(comptes="sans"), TODAY))
    assert await sent(agent, url, count, certain="oui") == "sent"
    while sum(await asyncio.gather(*(db.write(write_some, clock()) for _ in range(3)))):
        pass
    (row,) = await db.read(
        rows_of, "select count(*) as n, count(distinct address) as d from letter where kind = 'from_town'"
    )
    assert row["n"] == row["d"] >= 120
    (left,) = await db.read(rows_of, "select state, done_at from mailing")
    assert left["state"] == "sent"
    assert left["done_at"] is not None


def _many(count: int) -> Work[None]:
    """Families nobody of whom has an account, each with an address."""
    first = (yield sql("select created_at from family order by id limit 1"))[0]["created_at"]
    for n in range(count):
        rows = yield sql(
            "insert into family (ref, number, name, resident, address, created_at) "
            "values ($1, $1, 'Sans', true, '', $2) returning id",
            f"X{n:04d}", first,
        )  # fmt: skip
        yield sql(
            "insert into guardian (family_id, first_name, last_name, email) values ($1, 'A', 'B', $2)",
            rows[0]["id"], f"x{n}@exemple.fr",
        )  # fmt: skip


async def test_many_families_are_confirmed_and_leave_a_few_at_a_time(
    agent: httpx.AsyncClient, db: Database, clock: FrozenClock
) -> None:
    await db.write(_many, MOST_MAILS + 60)
    url = await begun(agent, comptes="sans")
    count = len(await db.read(ids_of, Selection(comptes="sans"), TODAY))
    refused = await agent.post(f"{url}/envoi", data={"version": "2", "nombre": str(count)})
    assert refused.status_code == 422
    assert f"Cochez pour confirmer l’envoi à {count} familles." in await text_of(refused)
    assert await sent(agent, url, count, certain="oui") == "sent"
    assert await mailing_round(db, clock()) == BATCH
    written = BATCH + await all_written(db, clock)
    assert MOST_MAILS <= written < MOST_MAILS + BATCH  # nobody's own notice stands behind more than that
    await db.write(_run, "update letter set status = 'sent', done_at = created_at where kind = 'from_town'")
    assert await all_written(db, clock) == count - written


async def test_nothing_leaves_when_the_families_are_no_longer_those_that_were_seen(
    agent: httpx.AsyncClient, db: Database
) -> None:
    url = await begun(agent)
    count = len(await db.read(ids_of, Selection(), TODAY))
    await db.write(_many, 1)
    assert await sent(agent, url, count) == "other_count"
    assert await db.read(rows_of, "select id from mailing_family") == []
    assert await sent(agent, url, count + 1) == "sent"


async def test_a_draft_is_kept_and_never_over_a_colleagues_change(
    agent: httpx.AsyncClient, app: Any, town: Town, db: Database, clock: FrozenClock
) -> None:
    url = await begun(agent)
    other = await enter(app, town, db, "agent", clock())
    assert (await other.post(url, data={"version": "2", **TEXT, "objet": "Le sien"})).status_code == 303
    late = await agent.post(url, data={"version": "2", **TEXT, "objet": "Le mien"})
    assert late.status_code == 409
    text = unescape(late.text)
    assert 'value="Le mien"' in text
    assert "Le sien" in text
    assert (
        (await agent.post(f"{url}/envoi", data={"version": "2", "nombre": "1"})).headers["location"].endswith("changed")
    )
    assert (await agent.post(url, data={"version": "3", **TEXT, "objet": "Le mien"})).status_code == 303


@pytest.mark.parametrize("lost", ["objet", "message"])
async def test_an_unfinished_draft_is_kept_and_does_not_leave(
    lost: str, agent: httpx.AsyncClient, db: Database
) -> None:
    url = await begun(agent, **{lost: ""})
    assert "Écrivez l’objet et le message" in await text_of(await agent.get(url))
    answer = await agent.post(f"{url}/envoi", data={"version": "2", "nombre": "1"})
    assert answer.status_code == 422
    assert await db.read(rows_of, "select id from mailing_family") == []


async def test_what_cannot_be_is_said_beside_its_field_and_nothing_typed_is_lost(agent: httpx.AsyncClient) -> None:
    url = str((await agent.post("/agent/envois")).headers["location"])
    bad = await agent.post(url, data={"version": "1", **TEXT, "jour": "30/02/2026", "ecole": "999999"})
    assert bad.status_code == 422
    text = unescape(bad.text)
    assert 'id="f-jour-error"' in text
    assert "pique-nique" in text


async def test_a_draft_is_thrown_away_and_what_has_left_is_not(agent: httpx.AsyncClient, db: Database) -> None:
    url = await begun(agent)
    assert (await agent.post(f"{url}/retrait")).status_code == 303
    assert (await agent.get(url)).status_code == 404
    url = await begun(agent)
    await sent(agent, url, len(await db.read(ids_of, Selection(), TODAY)))
    assert (await agent.post(f"{url}/retrait")).status_code == 404


async def test_a_criterion_that_was_chosen_can_be_left_again(agent: httpx.AsyncClient, db: Database) -> None:
    url = await begun(agent, comptes="sans")
    page = unescape((await agent.get(url)).text)
    assert re.search(r'name="comptes" value="sans" checked', page)
    assert re.search(r'name="comptes" value=""', page)
    assert (await agent.post(url, data={"version": "2", **TEXT, "comptes": ""})).status_code == 303
    assert await db.read(rows_of, "select selection from mailing") == [{"selection": "{}"}]
