"""The hot command on both engines: one verdict a tap, one effect a wish, one transaction for all."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from server.bookings.commands.judging import TapRequest
from server.bookings.commands.taps import apply_taps
from server.database import Database, Work, sql
from tests.cast import Town
from tests.commands.bookings.phone import THURSDAY, WEDNESDAY, Phone, booking
from tests.conftest import FrozenClock
from tests.counting import counted
from tests.desk import rows_of

Taps = Callable[..., Any]


@pytest.fixture
def phone(town: Town, db: Database, clock: FrozenClock) -> Phone:
    return Phone(town, db, clock)


async def test_a_tap_books(phone: Phone, db: Database, town: Town) -> None:
    told = await phone.wish("tom", "cantine", THURSDAY)
    assert (told.outcome, told.state, told.label, told.version) == ("applied", "booked", "Réservé", 1)
    row = await booking(db, town, "tom", "cantine", THURSDAY)
    assert (row["state"], row["family_id"], row["changed_by"]) == (
        "booked",
        town.families["dupont"],
        town.accounts["owner"],
    )


async def test_a_repeat_gets_the_same_words_and_has_no_effect(phone: Phone, db: Database) -> None:
    tap = phone.tap("tom", "cantine", THURSDAY)
    first = await phone.send(tap)
    phone.clock.move(days=60)  # even long past the cutoff
    assert await phone.send(tap) == first
    assert len(await db.read(rows_of, "select id from audit")) == 1


async def test_a_repeat_within_one_batch_has_one_effect(phone: Phone, db: Database) -> None:
    tap = phone.tap("tom", "cantine", THURSDAY)
    one, two = await phone.send(tap, tap)
    assert one == two
    assert len(await db.read(rows_of, "select id from tap")) == 1


async def test_an_id_used_for_another_wish_is_refused(phone: Phone) -> None:
    tap = phone.tap("tom", "cantine", THURSDAY)
    await phone.send(tap)
    (told,) = await phone.send(replace(tap, want="free"))
    assert (told.outcome, told.code) == ("rejected", "reused")


async def test_an_id_of_somebody_else_tells_nothing(phone: Phone, town: Town, db: Database, clock: FrozenClock) -> None:
    tap = phone.tap("tom", "cantine", THURSDAY)
    await phone.send(tap)
    (told,) = await Phone(town, db, clock, "stranger").send(tap)
    assert (told.code, told.state, told.version) == ("reused", "free", 0)


async def test_an_older_sequence_number_never_undoes_a_newer(phone: Phone) -> None:
    old, new = phone.tap("tom", "cantine", THURSDAY), phone.tap("tom", "cantine", THURSDAY, "free")
    await phone.send(new)
    (told,) = await phone.send(old)
    assert (told.outcome, told.state) == ("superseded", "free")


async def test_the_last_wish_of_a_batch_holds(phone: Phone, db: Database, town: Town) -> None:
    wishes = [phone.tap("tom", "cantine", THURSDAY, want) for want in ("booked", "free", "booked")]
    assert [told.state for told in await phone.send(*wishes)] == ["booked", "free", "booked"]
    assert (await booking(db, town, "tom", "cantine", THURSDAY))["version"] == 3


@pytest.mark.parametrize(
    ("child", "session"), [("kidzoe", None), ("nobody", None), ("kidtom", 999_999), ("kidtom", 0)], ids=str
)
async def test_what_is_not_ours_and_what_does_not_exist_are_refused_alike(
    phone: Phone, town: Town, child: str, session: int | None
) -> None:
    tap = phone.tap("tom", "cantine", THURSDAY, child_ref=child)
    (told,) = await phone.send(replace(tap, session_id=tap.session_id if session is None else session))
    assert (told.outcome, told.code, told.reason) == (
        "rejected",
        "unknown",
        "Cette case n’existe pas ou n’est pas à vous.",
    )


async def test_the_other_households_day_is_refused(phone: Phone, town: Town) -> None:
    away = await phone.wish("lina", "cantine", date(2026, 11, 16 + 14))  # week 49, odd: Chloé's
    here = await phone.wish("lina", "cantine", THURSDAY)  # week 48, even: ours
    assert (away.outcome, away.reason) == ("rejected", "Ce jour est celui de l’autre foyer.")
    assert here.outcome == "applied"


async def test_at_the_cutoff_it_is_too_late_and_the_reason_says_so(phone: Phone, clock: FrozenClock) -> None:
    clock.set("2026-11-25T18:00:00+01:00")  # the eve of Thursday, 18:00 sharp
    told = await phone.wish("tom", "cantine", THURSDAY)
    assert (told.outcome, told.code) == ("rejected", "cutoff")
    assert "mercredi 25 novembre à 18\u00a0h" in told.reason


async def test_an_activity_validated_by_an_agent_is_requested(phone: Phone) -> None:
    told = await phone.wish("tom", "mercredi", WEDNESDAY)
    assert (told.state, told.label) == ("requested", "Demande en cours")


async def test_the_third_of_two_places_waits_and_gets_the_place_that_is_freed(
    phone: Phone, town: Town, db: Database, clock: FrozenClock
) -> None:
    stranger = Phone(town, db, clock, "stranger", "99999999-2222-3333-4444-555555555555")
    await phone.wish("tom", "atelier", THURSDAY)
    await phone.wish("lina", "atelier", THURSDAY)
    waiting = await stranger.wish("zoe", "atelier", THURSDAY)
    assert (waiting.state, waiting.label, waiting.position) == ("waiting", "Liste d’attente n° 1", 1)
    await phone.wish("tom", "atelier", THURSDAY, "free", seen=1)
    row = await booking(db, town, "zoe", "atelier", THURSDAY)
    assert (row["state"], row["rank"]) == ("booked", None)
    told = await db.read(rows_of, "select account_id, kind from outbox")
    assert told == [{"account_id": town.accounts["stranger"], "kind": "waiting_list_promoted"}]


async def test_a_place_freed_and_retaken_in_one_batch_goes_to_who_waited(
    phone: Phone, town: Town, db: Database, clock: FrozenClock
) -> None:
    stranger = Phone(town, db, clock, "stranger", "99999999-2222-3333-4444-555555555555")
    await phone.send(phone.tap("tom", "atelier", THURSDAY), phone.tap("lina", "atelier", THURSDAY))
    await stranger.wish("zoe", "atelier", THURSDAY)
    told = await phone.send(
        phone.tap("tom", "atelier", THURSDAY, "free", seen=1), phone.tap("tom", "atelier", THURSDAY, "booked", seen=2)
    )
    assert [answer.state for answer in told] == ["free", "waiting"]
    assert (await booking(db, town, "zoe", "atelier", THURSDAY))["state"] == "booked"


async def test_both_parents_on_one_square_agree_or_are_told(
    phone: Phone, town: Town, db: Database, clock: FrozenClock
) -> None:
    other = Phone(town, db, clock, "coguardian", "22222222-2222-3333-4444-555555555555")
    await phone.wish("tom", "cantine", THURSDAY)
    same = await other.wish("tom", "cantine", THURSDAY, seen=0)
    assert (same.outcome, same.state) == ("applied", "booked")
    stale = await other.wish("tom", "cantine", THURSDAY, "free", seen=0)
    assert (stale.outcome, stale.state) == ("conflict", "booked")
    informed = await other.wish("tom", "cantine", THURSDAY, "free", seen=1)
    assert informed.state == "free"


async def test_a_square_refused_by_the_town_may_be_asked_again(phone: Phone, db: Database, town: Town) -> None:
    await phone.wish("tom", "mercredi", WEDNESDAY)

    def refuse() -> Work[None]:
        yield sql(
            "update booking set state = 'refused', reason = 'Complet', changed_by = $1, version = 2",
            town.accounts["agent"],
        )
        yield sql("update session set taken = 0")

    await db.write(refuse)
    assert (await phone.wish("tom", "mercredi", WEDNESDAY, seen=2)).state == "requested"


async def test_effect_verdict_and_audit_line_are_written_together(phone: Phone, db: Database) -> None:
    told = await phone.wish("tom", "cantine", THURSDAY)
    (kept,) = await db.read(rows_of, "select outcome, verdict from tap")
    (line,) = await db.read(rows_of, "select action, detail from audit")
    assert kept["outcome"] == told.outcome
    assert told.label in kept["verdict"]
    assert (line["action"], '"to":"booked"' in line["detail"]) == ("tap", True)


@pytest.mark.parametrize("taps", [1, 20])
async def test_a_batch_takes_six_statements_however_many_taps(phone: Phone, db: Database, taps: int) -> None:
    days = [date(2026, 11, 23) + timedelta(days=n) for n in (0, 1, 3, 4, 7, 8, 10, 11, 14, 15, 17, 18)]
    wishes = [phone.tap(child, "cantine", day) for day in days for child in ("tom", "lina")][:taps]
    await phone.wish("tom", "atelier", THURSDAY)  # the catalogue is known from now on
    count, now = [0], phone.clock()
    requests = [TapRequest(phone.visitor, tap, now) for tap in wishes]
    await db.write(lambda: counted(apply_taps(requests, now), count))
    assert count[0] <= 6


async def test_a_phone_clock_years_off_changes_nothing(phone: Phone) -> None:
    wrong = phone.tap("tom", "cantine", THURSDAY, tapped_at=datetime(1999, 1, 1, tzinfo=UTC))
    assert (await phone.send(wrong))[0].state == "booked"


async def test_a_refusal_after_hours_without_network_is_also_told_by_a_notice(
    phone: Phone, db: Database, town: Town, clock: FrozenClock
) -> None:
    tapped = clock()
    clock.set("2026-11-25T18:00:00+01:00")
    await phone.wish("tom", "cantine", THURSDAY, tapped_at=tapped)
    await phone.wish("tom", "atelier", THURSDAY, tapped_at=clock())  # refused before the parent's eyes
    told = await db.read(rows_of, "select account_id, kind from outbox")
    assert told == [{"account_id": town.accounts["owner"], "kind": "taps_refused_at_sync"}]


async def test_each_audit_line_carries_the_version_its_own_move_made(phone: Phone, db: Database) -> None:
    await phone.send(phone.tap("tom", "cantine", THURSDAY), phone.tap("tom", "cantine", THURSDAY, "free", seen=1))
    lines = await db.read(rows_of, "select detail from audit order by id")
    assert ['"version":1' in line["detail"] for line in lines] == [True, False]
    assert '"version":2' in lines[1]["detail"]


async def test_a_place_on_the_waiting_list_counts_who_left_it_in_the_same_batch(
    phone: Phone, db: Database, town: Town
) -> None:
    await db.write(rows_of, "update session set capacity = 0 where id = $1", town.sessions["atelier", THURSDAY])
    first, second = await phone.send(phone.tap("tom", "atelier", THURSDAY), phone.tap("lina", "atelier", THURSDAY))
    assert (first.position, second.position) == (1, 2)
    leaving, staying = phone.tap("tom", "atelier", THURSDAY, "free", seen=1), phone.tap("lina", "atelier", THURSDAY)
    assert (await phone.send(leaving, staying))[1].label == "Liste d’attente n° 1"
