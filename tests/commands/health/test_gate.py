"""What a file keeps a child from: shown on the calendar and refused at the tap in the same words, and nowhere else."""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from server.adapters.vault import Vault, vault_in
from server.bookings.commands.judging import TapRequest
from server.bookings.commands.overriding import override
from server.bookings.commands.taps import apply_taps
from server.bookings.desk_queries.day import day_list
from server.bookings.queries.squares import span_of
from server.bookings.rules.taps import Tap
from server.bookings.screens import shown_state
from server.database import Database
from server.health.commands.agents import admit, decide_plan
from server.health.commands.parents import Asked, answer_permissions, ask_for_plan, save_sheet, save_vaccines
from server.health.commands.people import save_people
from server.health.queries.gate import Gate, Watch
from server.health.queries.people import people_of
from server.health.rules.gate import INCOMPLETE, UNREADABLE
from server.health.rules.people import read_people, stamp_of
from server.health.rules.permissions import read_answers
from server.health.rules.sheet import PARTS
from server.health.rules.sheet_form import read_sheet
from server.health.rules.vaccines import fields_of, read_dates
from server.profiles.health import HealthChoices
from server.settings import Settings
from tests.cast import Town
from tests.conftest import FrozenClock
from tests.counting import counted
from tests.desk import THURSDAY, agent_of, rows_of

FIRST, LAST = date(2026, 11, 16), date(2026, 11, 29)
G4 = HealthChoices(gates_booking=True, permissions=("image",))
G2 = HealthChoices(canteen_needs_plan=True)
NUTS = {"allergies": "oui", "allergie_arachide": "oui"}


@pytest.fixture
def vault(settings: Settings) -> Vault:
    return vault_in(settings.data)


class House:
    """The cast's owner, filling in Tom's file and booking for him."""

    def __init__(self, db: Database, town: Town, vault: Vault, clock: FrozenClock) -> None:
        self.db, self.town, self.vault, self.clock = db, town, vault, clock
        self.owner, self.ref, self.seq = town.visitor("owner"), town.refs["tom"], 0

    @property
    def today(self) -> date:
        return self.clock().date()

    async def sheet(self, **posted: str) -> None:
        typed = read_sheet(PARTS, {"allergies": "non", **posted}, self.today)
        assert typed.good
        done = await self.db.write(save_sheet, self.vault, self.owner, self.ref, typed, Asked(PARTS, 0), self.clock())
        assert done.outcome == "done"

    async def vaccines(self, *keys: str) -> None:
        born = date(2018, 3, 2)
        posted = dict.fromkeys(keys or [one.name for one in fields_of(born)], "2019-05-01")
        typed = read_dates(born, posted, self.today)
        await self.db.write(save_vaccines, self.vault, self.owner, self.ref, typed, 0, self.today, self.clock())

    async def image(self) -> None:
        typed = read_answers(("image",), {"image": "non"}, self.today)
        await self.db.write(answer_permissions, self.owner, self.ref, typed, ("image",), self.clock())

    async def people(self, **posted: str) -> None:
        seen = stamp_of(await self.db.read(people_of, self.town.families["dupont"], self.town.children["tom"]))
        typed = read_people(posted or {"nom_1": "Rosa Pommier", "telephone_1": "06 39 98 10 44"}, self.today)
        assert typed.good
        await self.db.write(save_people, self.owner, self.ref, typed, seen, self.clock())

    async def whole(self) -> None:
        await self.sheet()
        await self.vaccines()
        await self.image()
        await self.people()

    async def shown(self, choices: HealthChoices, activity: str = "cantine", day: date = THURSDAY) -> tuple[str, str]:
        """What the square shows, and why it cannot be tapped."""
        watch = Gate(self.vault, choices).on(self.today)
        span = await self.db.read(span_of, self.town.families["dupont"], day, day, 1, watch=watch)
        slot = next(slot for slot in span.slots if slot.child.ref == self.ref and slot.activity.ref == activity)
        return shown_state(slot, self.clock())

    async def tap(
        self,
        choices: HealthChoices,
        activity: str = "cantine",
        day: date = THURSDAY,
        want: str = "booked",
        unit: str = "",
    ) -> Any:
        self.seq += 1
        tap = Tap(
            f"00000000-0000-4000-8000-{self.seq:012d}", "device", self.ref, self.town.sessions[activity, day], want, unit,
            self.seq, 0, self.clock(),
        )  # fmt: skip
        watch = Gate(self.vault, choices).on(self.today)
        (told,) = await self.db.write(
            apply_taps, [TapRequest(self.owner, tap, self.clock())], self.clock(), watch=watch
        )
        return told

    async def plan(self, first: date, last: date, packed: bool = True) -> None:
        await self.db.write(ask_for_plan, self.vault, self.owner, self.ref, "Arachide", self.clock())
        changes = {"first_day": first, "last_day": last, "packed_meal": packed, "instruction": "Trousse au bureau"}
        assert await self.db.write(
            decide_plan, self.vault, agent_of(self.town), self.ref, 1, "established", changes, self.clock()
        )


@pytest.fixture
def house(db: Database, town: Town, vault: Vault, clock: FrozenClock) -> House:
    return House(db, town, vault, clock)


async def test_an_empty_file_closes_every_square_and_the_tap_is_refused_in_the_same_words(house: House) -> None:
    assert await house.shown(G4) == ("closed", INCOMPLETE)
    told = await house.tap(G4)
    assert (told.outcome, told.reason, told.state) == ("rejected", INCOMPLETE, "free")
    assert "Tom" not in INCOMPLETE, "a locked screen may show these words"


@pytest.mark.parametrize("left_out", ["sheet", "vaccines", "image", "people"])
async def test_each_part_alone_keeps_it_closed(house: House, left_out: str) -> None:
    for part in ("sheet", "vaccines", "image", "people"):
        if part != left_out:
            await getattr(house, part)()
    assert await house.shown(G4) == ("closed", INCOMPLETE)
    assert (await house.tap(G4)).reason == INCOMPLETE


async def test_a_whole_file_opens_everything(house: House) -> None:
    await house.whole()
    assert await house.shown(G4) == ("free", "")
    assert (await house.tap(G4)).state == "booked"


async def test_a_town_that_gates_nothing_looks_at_nothing(house: House) -> None:
    await house.sheet(**NUTS)
    assert await house.shown(HealthChoices()) == ("free", "")
    assert (await house.tap(HealthChoices())).state == "booked"
    assert Gate(house.vault, replace(G4, sheet="none")).on(house.today) is None


async def test_nobody_else_collects_the_child_is_an_answer_too(house: House) -> None:
    await house.whole()
    await house.people(nom_1="", personne="oui")
    assert await house.shown(G4) == ("free", "")
    await house.people(nom_1="", personne="")
    assert await house.shown(G4) == ("closed", INCOMPLETE)


async def test_a_missing_vaccination_is_admitted_for_three_months(house: House) -> None:
    await house.whole()
    await house.db.write(
        rows_of, "update health_record set vaccines = '' where child_id = $1 returning id", house.town.children["tom"]
    )
    await house.vaccines("dtp")
    assert await house.shown(G4) == ("free", "")
    house.clock.set("2027-02-17T08:00:00+01:00")
    watch = Gate(house.vault, G4).on(house.today)
    span = await house.db.read(span_of, house.town.families["dupont"], FIRST, LAST, 1, watch=watch)
    assert not [slot for slot in span.slots if slot.child.ref == house.ref and slot.barred], (
        "days before the end were covered"
    )
    from server.health.queries.gate import all_standings

    standing = (await house.db.read(all_standings, Gate(house.vault, G4), [house.town.children["tom"]], house.today))[
        house.town.children["tom"]
    ]
    assert standing.lacking(date(2027, 2, 17)) == ("vaccines",)


async def test_what_is_booked_stays_and_may_be_given_back(house: House) -> None:
    assert (await house.tap(HealthChoices())).state == "booked"
    assert await house.shown(G4) == ("booked", "")
    assert (await house.tap(G4, want="free")).state == "free"


async def test_an_agent_may_admit_the_child_or_book_one_day_with_a_reason(house: House) -> None:
    agent, family = agent_of(house.town), house.town.families["dupont"]
    watch = Gate(house.vault, G4).on(house.today)
    session = house.town.sessions["cantine", THURSDAY]
    done = await house.db.write(
        override, agent, family, house.ref, session, "booked", "Vu au guichet.", 0, house.clock(), watch
    )
    assert done.outcome == "done"
    friday = date(2026, 11, 27)
    assert await house.shown(G4, day=friday) == ("closed", INCOMPLETE)
    await house.db.write(admit, house.vault, agent, house.ref, friday, "Carnet attendu", 0, house.clock())
    assert await house.shown(G4, day=friday) == ("free", "")
    assert (await house.tap(G4, day=friday)).state == "booked"
    assert (await house.tap(G4, day=date(2026, 11, 30))).reason == INCOMPLETE


async def test_a_food_allergy_closes_the_canteen_alone_until_a_plan_is_established(house: House) -> None:
    await house.sheet(**NUTS)
    assert await house.shown(G2) == ("closed", INCOMPLETE)
    assert (await house.tap(G2)).reason == INCOMPLETE
    assert await house.shown(G2, "atelier") == ("free", "")
    await house.plan(date(2026, 11, 20), date(2026, 11, 26))
    assert await house.shown(G2) == ("free", "")
    assert await house.shown(G2, day=date(2026, 11, 27)) == ("closed", INCOMPLETE)
    assert await house.shown(G2, day=date(2026, 11, 19)) == ("closed", INCOMPLETE)


async def test_with_a_plan_the_meal_is_packed_whatever_the_phone_says(house: House) -> None:
    await house.sheet(**NUTS)
    await house.plan(date(2026, 11, 16), date(2026, 12, 18))
    assert (await house.tap(G2)).state == "booked"
    friday = date(2026, 11, 27)
    session = house.town.sessions["cantine", friday]
    watch = Gate(house.vault, G2).on(house.today)
    await house.db.write(
        override,
        agent_of(house.town),
        house.town.families["dupont"],
        house.ref,
        session,
        "booked",
        "Téléphone.",
        0,
        house.clock(),
        watch,
    )
    await house.tap(G2, "atelier")
    rows = await house.db.read(
        rows_of, "select s.activity_id, b.unit from booking b join session s on s.id = b.session_id order by b.id"
    )
    assert [row["unit"] for row in rows] == ["panier repas", "panier repas", ""]


async def test_the_kitchen_counts_the_packed_meal_of_a_day_booked_before(house: House) -> None:
    assert (await house.tap(G2)).state == "booked"
    await house.sheet(**NUTS)
    await house.plan(date(2026, 11, 16), date(2026, 12, 18))
    watch = Gate(house.vault, G2).on(house.today)
    day = await house.db.read(day_list, THURSDAY, "cantine", 1, watch)
    assert [line.unit for line in day.registers[0].lines] == ["panier repas"]


async def test_a_file_that_cannot_be_opened_keeps_the_child_out_and_the_page_alive(house: House, tmp_path: Any) -> None:
    await house.whole()
    (tmp_path / "health.keys").unlink()
    assert await house.shown(G4) == ("closed", UNREADABLE)
    assert (await house.tap(G4)).reason == UNREADABLE


async def test_the_calendar_takes_one_statement_more_at_most_and_none_when_nothing_is_gated(house: House) -> None:
    async def cost(watch: Watch | None) -> int:
        count = [0]
        await house.db.read(lambda: counted(span_of(house.town.families["dupont"], FIRST, LAST, 1, watch=watch), count))
        return count[0]

    await cost(None)
    before = await cost(None)
    assert await cost(Gate(house.vault, HealthChoices()).on(house.today)) == before
    assert await cost(Gate(house.vault, replace(G4, canteen_needs_plan=True)).on(house.today)) == before + 1


async def test_one_transaction_of_taps_takes_one_statement_more(house: House) -> None:
    async def cost(watch: Watch | None, number: int) -> int:
        count = [0]
        tap = Tap(
            f"00000000-0000-4000-9000-{number:012d}", "device", house.ref, house.town.sessions["cantine", THURSDAY], "free", "",
            number, 0, house.clock(),
        )  # fmt: skip
        await house.db.write(
            lambda: counted(
                apply_taps([TapRequest(house.owner, tap, house.clock())], house.clock(), watch=watch), count
            )
        )
        return count[0]

    await cost(None, 1)
    assert await cost(Gate(house.vault, G4).on(house.today), 3) == await cost(None, 2) + 1
