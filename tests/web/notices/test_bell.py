"""The bell: what was told, newest first; a strangers' notice does not exist."""

from datetime import UTC
from typing import Any

import httpx
import pytest

from server.database import Database
from server.notices.commands.choosing import choose
from server.notices.deliver import compose_round
from server.notices.rules.kinds import OFFERED
from tests.cast import Town
from tests.commands.notices.office import DAYS, booked, office_of, select, told
from tests.conftest import FrozenClock, client_of
from tests.web.helpers import sign_in


async def tell_owner(db: Database, town: Town, clock: FrozenClock, kind: str = "day_closed", count: int = 1) -> None:
    for n in range(count):
        await told(db, town.accounts["owner"], kind, [booked(DAYS[n % len(DAYS)], reason="Grève")], clock())
        await compose_round(office_of(db, clock))
        clock.move(minutes=1)


async def test_the_bell_is_for_signed_in_people(client: httpx.AsyncClient) -> None:
    for path in ("/avis", "/avis/reglages", "/avis/anything"):
        answer = await client.get(path)
        assert (answer.status_code, answer.headers["location"].split("?")[0]) == (303, "/connexion")


async def test_the_newest_notice_comes_first_and_unread_ones_are_marked(
    client: httpx.AsyncClient, db: Database, town: Town, clock: FrozenClock
) -> None:
    await tell_owner(db, town, clock, count=2)
    await sign_in(client, "owner")
    shown = (await client.get("/avis")).text
    assert shown.index("Fermeture mardi 24 novembre") < shown.index("Fermeture lundi 23 novembre")
    assert shown.count("Nouveau") == 2
    assert "2 avis non lus" in shown
    assert "Motif" in shown


async def test_opening_a_notice_marks_it_read_and_leads_to_its_day(
    client: httpx.AsyncClient, db: Database, town: Town, clock: FrozenClock
) -> None:
    await tell_owner(db, town, clock)
    (notice,) = await db.read(select, "select ref from notice")
    await sign_in(client, "owner")
    answer = await client.get(f"/avis/{notice['ref']}")
    assert (answer.status_code, answer.headers["location"]) == (303, "/planning/jour/2026-11-23")
    (kept,) = await db.read(select, "select read_at from notice")
    assert kept["read_at"].astimezone(UTC) == clock()
    assert "Nouveau" not in (await client.get("/avis")).text


async def test_a_strangers_notice_is_not_found_and_stays_unread(
    client: httpx.AsyncClient, db: Database, town: Town, clock: FrozenClock
) -> None:
    await tell_owner(db, town, clock)
    (notice,) = await db.read(select, "select ref from notice")
    await sign_in(client, "stranger")
    assert (await client.get(f"/avis/{notice['ref']}")).status_code == 404
    assert "Fermeture" not in (await client.get("/avis")).text
    assert await db.read(select, "select read_at from notice") == [{"read_at": None}]


@pytest.mark.parametrize("ref", ["%00", "%FF", "%E2%80%AE", "a" * 400])
async def test_a_notice_nobody_could_have_been_told_is_not_found(
    client: httpx.AsyncClient, town: Town, ref: str
) -> None:
    await sign_in(client, "owner")
    assert (await client.get(f"/avis/{ref}")).status_code == 404


async def test_all_can_be_marked_read_at_once(
    client: httpx.AsyncClient, db: Database, town: Town, clock: FrozenClock
) -> None:
    await tell_owner(db, town, clock, count=3)
    await sign_in(client, "owner")
    answer = await client.post("/avis/lus")
    assert answer.status_code == 303
    shown = (await client.get(answer.headers["location"])).text
    assert "Tous vos avis sont marqués comme lus." in shown
    assert "Nouveau" not in shown


async def test_twenty_notices_to_a_page(
    client: httpx.AsyncClient, db: Database, town: Town, clock: FrozenClock
) -> None:
    await tell_owner(db, town, clock, count=21)
    await sign_in(client, "owner")
    first, second = (await client.get("/avis")).text, (await client.get("/avis?page=2")).text
    assert first.count('href="/avis/') - first.count('href="/avis/reglages"') == 20
    assert "Plus anciens" in first
    assert "Plus récents" in second
    for wrong in ("3", "0", "-1", "x", "99999"):
        assert (await client.get(f"/avis?page={wrong}")).status_code == 404


async def test_an_empty_bell_says_what_will_come(client: httpx.AsyncClient, town: Town) -> None:
    await sign_in(client, "owner")
    assert "Aucun avis pour l’instant" in (await client.get("/avis")).text.replace("'", "&#x27;")


async def test_what_the_bell_must_not_show_is_hidden(
    client: httpx.AsyncClient, db: Database, town: Town, clock: FrozenClock
) -> None:
    ticked = frozenset((kind.name, "bell") for kind in OFFERED if kind.name != "day_closed")
    await db.write(choose, town.accounts["owner"], ticked, clock())
    await tell_owner(db, town, clock)
    await tell_owner(db, town, clock, "bookings_refused")
    await sign_in(client, "owner")
    shown = (await client.get("/avis")).text
    assert "Fermeture" not in shown
    assert "1 avis non lu" in shown


async def test_hiding_a_kind_empties_its_count(
    client: httpx.AsyncClient, db: Database, town: Town, clock: FrozenClock
) -> None:
    await tell_owner(db, town, clock)
    await sign_in(client, "owner")
    await client.post("/avis/reglages", data={"day_closed.push": "oui"})
    assert "avis non lu" not in (await client.get("/avis")).text


async def test_words_of_an_agent_are_escaped(
    client: httpx.AsyncClient, db: Database, town: Town, clock: FrozenClock
) -> None:
    await told(db, town.accounts["owner"], "day_closed", [booked(DAYS[0], reason="<script>x</script>")], clock())
    await compose_round(office_of(db, clock))
    await sign_in(client, "owner")
    assert "<script>x" not in (await client.get("/avis")).text


async def test_agents_have_a_bell_too(client: httpx.AsyncClient, app: Any, town: Town) -> None:
    async with client_of(app) as browser:
        await sign_in(browser, "agent")
        assert (await browser.get("/avis")).status_code == 200
        assert (await browser.get("/avis/reglages")).status_code == 200
