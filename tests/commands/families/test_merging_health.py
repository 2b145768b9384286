"""Two files of one child become one: nothing that protects the child is dropped."""

from datetime import date, timedelta
from typing import Any

from server.adapters.vault import Vault
from server.database import Work
from server.families.commands.merging import Joining, merge, preview
from server.health.commands.saving import Record, locked, write_part
from server.health.queries.records import consents_of, holding, record_of
from server.health.rules.plans import Plan
from server.health.rules.sheet import Sheet
from server.health.rules.vaccines import Vaccinations
from server.health.sealing import Kept
from tests.commands.families.joining import GONE, KEPT, WHY, joined, texts
from tests.desk import rows_of, run


def _tell(vault: Vault, child: int, now: Any, sheet: Sheet, dates: dict[str, date], plan: str) -> Work[None]:
    yield from locked(vault, child)
    for column, value in (
        ("sheet", sheet),
        ("vaccines", Vaccinations(dates)),
        ("plans", (Plan(1, "established", plan, now, "P", date(2026, 9, 1), date(2027, 7, 1)),)),
    ):
        yield from write_part(vault, child, column, Kept(1, now, "P", value))


async def test_nothing_that_protects_the_child_is_dropped(db, town, clock, parts, vault) -> None:
    tom, zoe = town.children["tom"], town.children["zoe"]
    mine = Sheet("Dr A", "01", "oui", ("lait",), food="Lait cru", recommendations="Calme")
    theirs = Sheet("", "", "oui", ("arachide", "insectes"), drugs="Pénicilline", illnesses=("asthme",))
    await db.write(_tell, vault, tom, clock(), mine, {"dtp": date(2019, 1, 1)}, "Lait")
    await db.write(_tell, vault, zoe, clock() + timedelta(1), theirs, {"ror": date(2020, 1, 1)}, "Arachide")
    for child, kind, granted in ((tom, "image", False), (zoe, "image", True), (tom, "emergency", False), (zoe, "emergency", True)):  # fmt: skip
        await run(
            db,
            "insert into permission (child_id, kind, granted, given_name, at) values ($1, $2, $3, 'P', $4)",
            child, kind, granted, clock(),
        )  # fmt: skip
    await run(
        db,
        "insert into health_read (child_id, reader, agent, screen, at) values ($1, 'P', $2, 'sheet', $3)",
        zoe, False, clock(),
    )  # fmt: skip
    said = await texts(db, parts, clock)
    assert any("Des PAI dans les deux fiches" in one for one in said)
    assert not any("Pénicilline" in one or "Arachide" in one for one in said)
    assert await joined(db, town, clock, parts) == "done"
    record: Record = await db.read(record_of, vault, tom)
    assert record.sheet and record.vaccines
    sheet = record.sheet.value
    assert (sheet.doctor, sheet.food, sheet.drugs) == ("Dr A", "Lait cru", "Pénicilline")
    assert sheet.allergies == ("arachide", "lait", "insectes") and sheet.illnesses == ("asthme",)
    assert record.sheet.version == 2
    assert set(record.vaccines.value.dates) == {"dtp", "ror"}
    assert [(plan.number, plan.object) for plan in record.all_plans] == [(1, "Lait"), (2, "Arachide")]
    held = holding(await db.read(consents_of, tom))
    assert {kind: answer.granted for kind, answer in held.items()} == {"image": False, "emergency": True}
    assert len(await db.read(rows_of, "select id from permission where child_id = $1", tom)) == 5
    assert len(await db.read(rows_of, "select id from health_read where child_id = $1", tom)) == 1
    assert len(await db.read(rows_of, "select id from health_record")) == 1


async def test_a_file_nobody_can_open_here_is_not_joined(db, town, clock, parts, vault) -> None:
    zoe = town.children["zoe"]
    await db.write(_tell, vault, zoe, clock(), Sheet(), {}, "x")
    await run(db, "update health_record set sheet = 'broken' where child_id = $1", zoe)
    found = await db.read(preview, KEPT, GONE, parts, clock())
    assert found.stopped
    said = Joining(found.stamp, "always", WHY)
    assert await db.write(merge, town.visitor("agent"), KEPT, GONE, said, parts, clock()) == "stopped"


async def test_persons_of_one_household_fill_one_list_and_who_finds_no_place_is_written_down(
    db, town, clock, parts
) -> None:
    family = town.families["dupont"]
    await run(db, "update household_child set family_id = $1 where child_id = $2", family, town.children["zoe"])
    text = "insert into pickup_person (family_id, child_id, position, name, phone) values ($1, $2, $3, $4, '06')"
    for n in range(1, 10):
        await run(db, text, family, town.children["tom"], n, f"Personne {n}")
    for n, name in enumerate(("PERSONNE 1", "Mamie", "Papi"), 1):
        await run(db, text, family, town.children["zoe"], n, name)
    assert await joined(db, town, clock, parts) == "done"
    people = await db.read(
        rows_of, "select name from pickup_person where child_id = $1 order by position", town.children["tom"]
    )
    assert [row["name"] for row in people][8:] == ["Personne 9", "Mamie"] and len(people) == 10
    (kept,) = await db.read(rows_of, "select moved from child_merge")
    assert "Papi (06)" in kept["moved"]
