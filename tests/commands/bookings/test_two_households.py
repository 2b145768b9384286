"""One child, two households, one row for their square: each is judged, shown and told its own, never the other's."""

from datetime import date, timedelta

import pytest

from server.bookings.commands.judging import TapRequest
from server.bookings.commands.taps import apply_taps
from server.bookings.queries.squares import Slot, span_of
from server.bookings.queries.verdicts import Told
from server.database import Database, Work, sql
from tests.cast import Town
from tests.commands.bookings.phone import Phone, booking
from tests.conftest import FrozenClock
from tests.desk import put

OURS = date(2026, 11, 26)  # week 48, even: Alice's
THEIRS = date(2026, 12, 3)  # week 49, odd: Chloé's
HELD = ("requested", "to_pay", "booked", "cancel_requested", "waiting", "absent_excused", "absent_billed")


@pytest.fixture
def alice(town: Town, db: Database, clock: FrozenClock) -> Phone:
    return Phone(town, db, clock)


@pytest.fixture
def chloe(town: Town, db: Database, clock: FrozenClock) -> Phone:
    return Phone(town, db, clock, "other_home", "33333333-2222-3333-4444-555555555555")


def change(text: str, *args: object) -> Work[None]:
    yield sql(text, *args)


async def slot_of(db: Database, town: Town, family: str, day: date) -> Slot:
    span = await db.read(span_of, town.families[family], day, day, 1)
    return next(slot for slot in span.slots if slot.child.ref == "kidlina" and slot.activity.ref == "cantine")


async def together(phones: tuple[Phone, Phone], day: date) -> list[Told]:
    """A wish of each for Lina's canteen, carried by one transaction as in a rush."""
    now = phones[0].clock()
    wishes = [TapRequest(phone.visitor, phone.tap("lina", "cantine", day), now) for phone in phones]
    return await phones[0].db.write(apply_taps, wishes, now)


@pytest.mark.parametrize("day", [OURS, THEIRS])
@pytest.mark.parametrize("chloe_first", [False, True])
async def test_taps_that_share_a_transaction_are_judged_by_their_own_households_days(
    alice: Phone, chloe: Phone, day: date, chloe_first: bool
) -> None:
    phones = (chloe, alice) if chloe_first else (alice, chloe)
    told = dict(zip(phones, await together(phones, day), strict=True))
    owner, other = (alice, chloe) if day == OURS else (chloe, alice)
    assert told[owner].state == "booked"
    assert (told[other].outcome, told[other].reason) == ("rejected", "Ce jour est celui de l’autre foyer.")
    row = await booking(alice.db, alice.town, "lina", "cantine", day)
    assert row["family_id"] == owner.visitor.family_id


@pytest.mark.parametrize("state", HELD)
@pytest.mark.parametrize("want", ["booked", "free"])
async def test_what_the_other_household_holds_is_neither_taken_nor_cancelled_nor_told(
    alice: Phone, town: Town, db: Database, clock: FrozenClock, state: str, want: str
) -> None:
    await put(db, town, "lina", "cantine", OURS, state, clock(), version=4, family="martin")
    await db.write(change, "update booking set reason = 'Certificat reçu.'")
    told = await alice.wish("lina", "cantine", OURS, want, seen=4)
    assert (told.outcome, told.state, told.label, told.version, told.position) == (
        "rejected",
        "free",
        "Non réservé",
        0,
        0,
    )
    assert "Certificat" not in told.reason
    row = await booking(db, town, "lina", "cantine", OURS)
    assert (row["state"], row["family_id"], row["version"]) == (state, town.families["martin"], 4)


@pytest.mark.parametrize("state", HELD)
async def test_the_calendar_never_shows_what_the_other_household_holds(
    town: Town, db: Database, clock: FrozenClock, state: str
) -> None:
    for day in (OURS, THEIRS):
        await put(db, town, "lina", "cantine", day, state, clock(), version=4, family="martin")
    await db.write(change, "update booking set reason = 'Certificat reçu.', unit = 'Sans porc'")
    for day in (OURS, THEIRS):
        slot = await slot_of(db, town, "dupont", day)
        assert (slot.square.state, slot.square.reason, slot.square.unit, slot.position) == ("free", "", "", 0)
        assert (slot.away, slot.theirs) == (day == THEIRS, True)
    assert (await slot_of(db, town, "martin", OURS)).square.state == state


@pytest.mark.parametrize("state", ["free", "refused"])
async def test_a_square_the_other_household_no_longer_holds_is_free_without_its_reasons(
    alice: Phone, town: Town, db: Database, clock: FrozenClock, state: str
) -> None:
    await put(db, town, "lina", "cantine", OURS, state, clock(), version=4, family="martin")
    await db.write(change, "update booking set reason = 'Dossier incomplet.'")
    slot = await slot_of(db, town, "dupont", OURS)
    assert (slot.square.state, slot.square.reason, slot.square.version, slot.theirs) == ("free", "", 4, False)
    assert "Dossier" not in (await alice.wish("lina", "cantine", OURS, "free", seen=4)).reason
    told = await alice.wish("lina", "cantine", OURS, seen=4)
    assert (told.outcome, told.state) == ("applied", "booked")
    assert (await booking(db, town, "lina", "cantine", OURS))["family_id"] == town.families["dupont"]


async def test_a_household_without_an_enrolment_learns_nothing_of_the_others_square(
    chloe: Phone, town: Town, db: Database, clock: FrozenClock
) -> None:
    await db.write(change, "delete from enrolment where family_id = $1", town.families["martin"])
    await put(db, town, "lina", "cantine", THEIRS, "booked", clock(), version=4)
    told = await chloe.wish("lina", "cantine", THEIRS)
    assert (told.outcome, told.state, told.version) == ("rejected", "free", 0)


async def test_asking_again_for_what_one_has_passes_no_version_whatever_the_enrolments_menu(
    alice: Phone, town: Town, db: Database, clock: FrozenClock
) -> None:
    await db.write(change, "update enrolment set unit = 'Classique'")
    assert (await alice.wish("tom", "cantine", OURS, "free")).version == 0
    assert await booking(db, town, "tom", "cantine", OURS) == {}
    await put(db, town, "lina", "cantine", OURS, "booked", clock(), version=4)
    clock.now += timedelta(days=10)
    assert (await alice.wish("lina", "cantine", OURS, seen=4)).version == 4


async def test_a_sequence_number_of_another_account_silences_nobody(
    alice: Phone, town: Town, db: Database, clock: FrozenClock
) -> None:
    thief = Phone(town, db, clock, "stranger", alice.device)
    await thief.wish("lina", "cantine", OURS, seq=2**53 - 1)
    assert (await alice.wish("lina", "cantine", OURS)).state == "booked"


async def test_a_reason_never_names_the_child_for_it_may_show_on_a_locked_screen(alice: Phone, town: Town) -> None:
    await alice.db.write(change, "delete from enrolment where family_id = $1", town.families["dupont"])
    told = await alice.wish("tom", "cantine", OURS)
    assert told.outcome == "rejected"
    assert "Tom" not in told.reason


@pytest.mark.parametrize("state", ["requested", "to_pay", "booked", "waiting"])
async def test_what_one_still_holds_on_the_others_day_is_ones_own_to_give_up(
    alice: Phone, town: Town, db: Database, clock: FrozenClock, state: str
) -> None:
    """Two files joined, a second home accepted: otherwise neither home could, and one pays."""
    await put(db, town, "lina", "cantine", THEIRS, state, clock(), version=4)
    assert not (await slot_of(db, town, "dupont", THEIRS)).away
    told = await alice.wish("lina", "cantine", THEIRS, "free", seen=4)
    assert (told.outcome, told.state) == ("applied", "free")
    assert (await slot_of(db, town, "dupont", THEIRS)).away
    assert (await alice.wish("lina", "cantine", THEIRS, seen=5)).reason == "Ce jour est celui de l’autre foyer."
