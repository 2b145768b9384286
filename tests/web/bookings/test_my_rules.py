"""« Mes règles »: the engine's own dates in plain words, for the household's own children."""

from datetime import date
from typing import Any

import httpx
import msgspec
import pytest

from server.bookings.routes.my_rules import known_rules
from server.database import Database, Work, sql
from tests.cast import Town
from tests.commands.bookings.test_rules_by_day import days_before, publish
from tests.conftest import FrozenClock
from tests.counting import counted
from tests.web.bookings.test_absence_pages import plain
from tests.web.doors import enter


@pytest.fixture
async def alice(app: Any, town: Town, db: Database, clock: FrozenClock) -> httpx.AsyncClient:
    return await enter(app, town, db, "owner", clock())


def give_rule(activity: int, column: str, value: object) -> Work[None]:
    text = value if isinstance(value, str) else msgspec.json.encode(value).decode()
    yield sql(f"update activity set {column} = $1 where id = $2", text, activity)
    yield sql("update catalogue set version = version + 1")


def close(session: int) -> Work[None]:
    yield sql("update session set closed_reason = 'Grève du personnel.' where id = $1", session)


def feast(day: date) -> Work[None]:
    yield sql("insert into public_holiday (zone, day, name) values ('metropole', $1, 'Fête')", day)


async def test_every_activity_says_its_rule_and_works_out_the_next_days(alice: httpx.AsyncClient) -> None:
    page = await alice.get("/mes-regles")
    words = plain(page.text)
    assert page.headers["x-marelle-shelf"]
    assert words.count("Réserver. Jusqu’à la veille à 18 h.") == 3
    assert "Lina et Tom · 12 h – 14 h · 4,55 €" in words
    assert "Pour mardi 17 novembre : réservez ou annulez avant lundi 16 novembre à 18 h." in words
    assert "la journée est due : 4,55 €, même si vous signalez l’absence" in words
    assert "Votre demande est étudiée par la mairie" in words  # Wednesday


async def test_an_excused_absence_and_an_opening_are_told(alice: httpx.AsyncClient, db: Database, town: Town) -> None:
    await db.write(give_rule, town.activities["cantine"], "absence", "excused")
    await db.write(give_rule, town.activities["cantine"], "opening_rule", {"kind": "weeks_ahead", "n": 6})
    words = plain((await alice.get("/mes-regles")).text)
    assert "une absence signalée avant le début est excusée" in words
    assert "Ouverture. 6 semaines avant chaque séance." in words


async def test_what_a_holiday_moves_and_what_is_closed_is_told(
    alice: httpx.AsyncClient, db: Database, town: Town
) -> None:
    await db.write(close, town.sessions["cantine", date(2026, 11, 24)])
    await db.write(feast, date(2026, 11, 25))
    rule = {"kind": "days", "n": 2, "at": "10:00", "count": "working"}
    await db.write(give_rule, town.activities["cantine"], "book_rule", rule)
    words = plain((await alice.get("/mes-regles")).text)
    assert "Fermé Mardi 24 novembre : Grève du personnel." in words
    assert "Pour mardi 24 novembre : réservez" not in words.partition("Mercredi")[0], "a closed day has no date"
    moved = "réservez avant lundi 23 novembre à 10 h, au lieu de mardi 24 novembre à 10 h"
    assert f"Pour jeudi 26 novembre : {moved}" in words
    assert "Pour lundi 30 novembre : réservez" not in words, "an ordinary day is not listed"


async def test_rules_published_for_later_are_told_with_their_day(
    alice: httpx.AsyncClient, db: Database, town: Town
) -> None:
    await db.write(publish, town, 1, date(2026, 12, 7), days_before(3, "09:00"))
    words = plain((await alice.get("/mes-regles")).text)
    assert "Nouvelles règles à partir du lundi 7 décembre 2026 Réserver. Jusqu’à 3 jours avant à 9 h." in words
    assert words.count("Réserver. Jusqu’à la veille à 18 h.") == 3


async def test_the_other_home_and_strangers_read_their_own_children_only(
    app: Any, town: Town, db: Database, clock: FrozenClock
) -> None:
    for who, mine, others in (("other_home", "Lina", ("Tom", "Zoe")), ("stranger", "Zoe", ("Tom", "Lina"))):
        words = plain((await (await enter(app, town, db, who, clock())).get("/mes-regles")).text)
        assert mine in words
        assert not any(name in words for name in others)


async def test_a_family_enrolled_in_nothing_is_told_so(alice: httpx.AsyncClient, db: Database, town: Town) -> None:
    def leave() -> Work[None]:
        yield sql("delete from enrolment where family_id = $1", town.families["dupont"])

    await db.write(leave)
    assert "Aucun de vos enfants n’est encore inscrit" in plain((await alice.get("/mes-regles")).text)


async def test_it_takes_five_statements(db: Database, town: Town, clock: FrozenClock) -> None:
    count = [0]
    visitor, today = town.visitor("owner"), clock().date()
    await db.read(known_rules, visitor, today)
    await db.read(lambda: counted(known_rules(visitor, today), count))
    assert count[0] <= 5
