"""A member leaves a household's file: asked by a parent or done by an agent; what ends, what stays, who is told."""

from typing import Any

import pytest

from server.families.queries.requests import any_request
from tests.desk import MONDAY, THURSDAY, TUESDAY, put, rows_of, run
from tests.web.doors import enter
from tests.web.families.test_requests import text_of

DESK = "/agent/familles/fam-dupont/membres"
TOM = f"{DESK}/enfants/kidtom"
WHY = {"motif": "Déménagement confirmé."}


async def adult_ref(db: Any, town: Any, who: str) -> str:
    (row,) = await db.read(rows_of, "select ref from guardian where account_id = $1", town.accounts[who])
    return str(row["ref"])


async def test_an_agent_takes_a_child_out_and_its_days_to_come_end_by_the_rules(app, db, town, clock) -> None:
    clock.set("2026-11-22T19:00:00+01:00")  # Sunday evening: Monday can no longer be cancelled
    agent = await enter(app, town, db, "agent", clock())
    await put(db, town, "tom", "cantine", MONDAY, "booked", clock())
    await put(db, town, "tom", "cantine", THURSDAY, "booked", clock())
    await put(db, town, "tom", "atelier", TUESDAY, "waiting", clock())
    family, tom = town.families["dupont"], town.children["tom"]
    text = "insert into pickup_person (family_id, child_id, position, name) values ($1, $2, 1, 'Mamie')"
    await run(db, text, family, tom)
    shown = text_of(await agent.get(TOM))
    for line in (
        "Réservations et demandes à venir annulées : 2.",
        "comptées comme absences facturées : 1.",
        "Inscriptions terminées : Cantine, Mercredi, Atelier.",
        "effacées : 1.",
        "n’aura plus de foyer",
    ):
        assert line in shown
    done = await agent.post(TOM, data=WHY)
    assert done.status_code == 303, text_of(done)[-6000:]
    rows = await db.read(
        rows_of, "select b.state from booking b join session s on s.id = b.session_id order by s.day, s.id"
    )
    assert [row["state"] for row in rows] == ["absent_billed", "free", "free"]
    taken = await db.read(rows_of, "select taken from session where taken > 0")
    assert taken == []
    assert await db.read(rows_of, "select id from household_child where child_id = $1", tom) == []
    statuses = await db.read(rows_of, "select distinct status from enrolment where child_id = $1", tom)
    assert [row["status"] for row in statuses] == ["ended"]
    assert await db.read(rows_of, "select id from pickup_person") == []
    assert len(await db.read(rows_of, "select id from child where id = $1", tom)) == 1
    assert "a retiré Tom Dupont du dossier" in text_of(await agent.get("/agent/familles/fam-dupont/journal"))
    assert (await agent.get(TOM)).status_code == 404
    assert (await agent.post(TOM, data=WHY)).status_code == 404  # the second of two agents


async def test_the_other_home_keeps_its_own_and_has_all_the_days(app, agent, db, town, clock) -> None:
    await put(db, town, "lina", "cantine", MONDAY, "booked", clock(), family="martin")
    await put(db, town, "lina", "cantine", THURSDAY, "booked", clock(), family="dupont")
    assert "reste dans l’autre foyer" in text_of(await agent.get(f"{DESK}/enfants/kidlina"))
    await agent.post(f"{DESK}/enfants/kidlina", data=WHY)
    homes = await db.read(
        rows_of, "select family_id, custody from household_child where child_id = $1", town.children["lina"]
    )
    assert homes == [{"family_id": town.families["martin"], "custody": '{"kind":"always"}'}]
    kept = await db.read(rows_of, "select state, family_id from booking order by session_id")
    assert [(row["state"], row["family_id"]) for row in kept] == [
        ("booked", town.families["martin"]),
        ("free", town.families["dupont"]),
    ]
    theirs = await db.read(
        rows_of,
        "select status from enrolment where child_id = $1 and family_id = $2",
        town.children["lina"],
        town.families["martin"],
    )
    assert {row["status"] for row in theirs} == {"accepted"}
    told = await db.read(rows_of, "select payload from outbox where account_id = $1", town.accounts["other_home"])
    assert len(told) == 1 and "plus que votre foyer" in told[0]["payload"]
    assert "Dupont" not in told[0]["payload"].replace("Lina Dupont", "")
    alice = await enter(app, town, db, "owner", clock())
    assert "Lina" not in text_of(await alice.get("/dossier"))
    assert (await alice.get("/sante/kidlina")).status_code == 404


async def test_an_adult_who_leaves_is_signed_out_everywhere_and_told_once(app, agent, db, town, clock) -> None:
    bob = await enter(app, town, db, "coguardian", clock())
    ref, account = await adult_ref(db, town, "coguardian"), town.accounts["coguardian"]
    await run(
        db,
        "insert into push_device (account_id, endpoint, p256dh, auth, label, created_at) "
        "values ($1, 'https://push.example/1', 'p', 'a', 'Téléphone', $2)",
        account, clock(),
    )  # fmt: skip
    await run(
        db,
        "insert into outbox (account_id, kind, bundle, payload, created_at, due_at) "
        "values ($1, 'message', 'm', '{}', $2, $2)",
        account, clock(),
    )  # fmt: skip
    assert "déconnectés" in text_of(await agent.get(f"{DESK}/adultes/{ref}"))
    assert (await agent.post(f"{DESK}/adultes/{ref}", data=WHY)).status_code == 303
    answer = await bob.get("/dossier")
    assert answer.status_code in (302, 303) and "/connexion" in answer.headers["location"]
    for table in ("sign_in", "push_device", "outbox"):
        assert await db.read(rows_of, f"select id from {table} where account_id = $1", account) == [], table
    (letter,) = await db.read(rows_of, "select address, kind from letter")
    assert (letter["address"], letter["kind"]) == ("bob@exemple.fr", "file_left")
    again = await enter(app, town, db, "coguardian", clock())
    assert "relié à aucun dossier" in text_of(await again.get("/dossier"))
    told = await db.read(rows_of, "select account_id, payload from outbox")
    assert [row["account_id"] for row in told] == [town.accounts["owner"]]


async def test_nothing_is_asked_any_more_about_a_child_who_left(app, agent, db, town, clock) -> None:
    asked = {"piece": "liability_insurance kidtom", "note": ""}
    assert (await agent.post("/agent/familles/fam-dupont/documents/demande", data=asked)).status_code == 303
    alice = await enter(app, town, db, "owner", clock())
    assert "civile, Tom" in text_of(await alice.get("/documents"))
    assert "plus à envoyer : 1." in text_of(await agent.get(TOM))
    assert (await agent.post(TOM, data=WHY)).status_code == 303
    for page in ("/", "/documents"):
        assert "civile, Tom" not in text_of(await alice.get(page)), page
    assert await db.read(rows_of, "select id from document_ask") == []


async def test_an_adult_who_left_does_not_come_back_by_what_they_remember(app, agent, db, town, clock) -> None:
    ref = await adult_ref(db, town, "coguardian")
    assert (await agent.post(f"{DESK}/adultes/{ref}", data=WHY)).status_code == 303
    bob = await enter(app, town, db, "coguardian", clock())
    known = {"numero": "F0001", "nom_dossier": "Dupont", "email_dossier": "alice@exemple.fr"}
    assert (await bob.post("/dossier/relier/references", data=known)).status_code == 422
    assert "relié à aucun dossier" in text_of(await bob.get("/dossier"))
    again = "insert into guardian (family_id, first_name, last_name, email) values ($1, 'Bob', 'D', 'bob@exemple.fr')"
    await run(db, again, town.families["dupont"])  # the town wrote him into the file again
    assert (await bob.post("/dossier/relier/references", data=known)).status_code == 303


async def test_what_waited_to_be_sent_is_not_sent_to_an_adult_who_left(agent, db, town, clock) -> None:
    account = town.accounts["coguardian"]
    for who in ("owner", "coguardian"):
        await run(
            db,
            "insert into notice (ref, account_id, kind, title, body, brief, url, tag, expires_at, created_at) "
            "values ($1, $2, 'message', 't', 'b', 't', '/messages', 't', $3, $3)",
            who, town.accounts[who], clock(),
        )  # fmt: skip
    await run(
        db,
        "insert into delivery (notice_id, channel, address, due_at, created_at) "
        "select id, 'mail', 'x@exemple.fr', $1, $1 from notice",
        clock(),
    )  # fmt: skip
    await agent.post(f"{DESK}/adultes/{await adult_ref(db, town, 'coguardian')}", data=WHY)
    rows = await db.read(
        rows_of, "select n.account_id, d.status from delivery d join notice n on n.id = d.notice_id order by n.id"
    )
    assert {row["account_id"]: row["status"] for row in rows} == {town.accounts["owner"]: "waiting", account: "skipped"}


async def test_when_the_holder_leaves_the_other_adult_holds_the_file(agent, db, town) -> None:
    ref = await adult_ref(db, town, "owner")
    await agent.post(f"{DESK}/adultes/{ref}", data=WHY)
    rows = await db.read(
        rows_of, "select first_name, holder from guardian where family_id = $1", town.families["dupont"]
    )
    assert [(row["first_name"], bool(row["holder"])) for row in rows] == [("Coguardian", True)]


async def test_the_last_adult_and_the_last_with_authority_stay(agent, db, town) -> None:
    martin = await adult_ref(db, town, "other_home")
    last = f"/agent/familles/fam-martin/membres/adultes/{martin}"
    assert "dernier adulte" in text_of(await agent.get(last))
    assert (await agent.post(last, data=WHY)).status_code == 409
    owner = await adult_ref(db, town, "owner")
    await run(
        db,
        "insert into child_link (guardian_id, child_id, quality, authority) "
        "select id, $1, 'mere', $2 from guardian where ref = $3",
        town.children["tom"], True, owner,
    )  # fmt: skip
    answer = await agent.post(f"{DESK}/adultes/{owner}", data=WHY)
    assert answer.status_code == 409
    assert "l’autorité parentale pour Tom" in text_of(answer)
    assert len(await db.read(rows_of, "select id from guardian")) == 4


async def test_a_pending_invitation_and_key_of_who_left_are_worth_nothing(agent, db, town, clock) -> None:
    (row,) = await db.read(rows_of, "select id from guardian where account_id = $1", town.accounts["coguardian"])
    await run(db, "update guardian set account_id = null, email = 'bob2@exemple.fr' where id = $1", row["id"])
    await agent.post("/agent/familles/fam-dupont/comptes", data={"adulte": str(row["id"])})
    await agent.post("/agent/familles/fam-dupont/comptes/cle", data={"adulte": str(row["id"])})
    (ref,) = await db.read(rows_of, "select ref from guardian where id = $1", row["id"])
    assert (await agent.post(f"{DESK}/adultes/{ref['ref']}", data=WHY)).status_code == 303
    assert await db.read(rows_of, "select id from registration") == []
    assert await db.read(rows_of, "select id from file_key") == []
    assert await db.read(rows_of, "select id from link where revoked_at is null") == []


async def test_a_parent_asks_and_nothing_changes_before_the_answer(app, agent, db, town, clock) -> None:
    await put(db, town, "tom", "cantine", THURSDAY, "booked", clock())
    alice = await enter(app, town, db, "owner", clock())
    path = "/dossier/famille/enfants/kidtom/retrait"
    assert f'href="{path}"' in (await alice.get("/dossier/famille/enfants/kidtom")).text
    assert "à venir annulées : 1." in text_of(await alice.get(path))
    empty = await alice.post(path, data={"motif": ""})
    assert empty.status_code == 422 and "Pourquoi" in text_of(empty)
    answer = await alice.post(path, data={"motif": "Il vit chez son père."})
    ref = answer.headers["location"].split("/")[-1].split("?")[0]
    assert "Tom" in text_of(await alice.get("/dossier"))
    shown = text_of(await agent.get(f"/agent/demarches/{ref}"))
    assert "Si vous acceptez" in shown and "à venir annulées : 1." in shown and "Il vit chez son père." in shown
    assert (await agent.post(f"/agent/demarches/{ref}", data={"vers": "accepted", "version": "1"})).status_code == 303
    assert (await db.read(any_request, ref)).status == "accepted"
    (row,) = await db.read(rows_of, "select state from booking")
    assert row["state"] == "free"
    assert "Tom" not in text_of(await alice.get("/planning"))


async def test_an_acceptance_that_cannot_be_is_said_and_changes_nothing(app, agent, db, town, clock) -> None:
    alice, ref = await enter(app, town, db, "owner", clock()), await adult_ref(db, town, "coguardian")
    answer = await alice.post(f"/dossier/famille/adultes/{ref}/retrait", data={"motif": "Séparation."})
    asked = answer.headers["location"].split("/")[-1].split("?")[0]
    owner = await adult_ref(db, town, "owner")
    await agent.post(f"{DESK}/adultes/{owner}", data=WHY)  # meanwhile the other one left
    refused = await agent.post(f"/agent/demarches/{asked}", data={"vers": "accepted", "version": "1"})
    assert refused.status_code == 409
    assert "dernier adulte" in text_of(refused)
    assert (await db.read(any_request, asked)).status == "filed"


async def test_a_parent_alone_cannot_ask_to_leave_the_file_empty(app, db, town, clock) -> None:
    chloe, ref = await enter(app, town, db, "other_home", clock()), await adult_ref(db, town, "other_home")
    path = f"/dossier/famille/adultes/{ref}/retrait"
    assert "dernier adulte" in text_of(await chloe.get(path))
    assert (await chloe.post(path, data={"motif": "x"})).status_code == 422
    assert await db.read(rows_of, "select id from request") == []


@pytest.mark.parametrize("path", ["chiens/kidtom", "enfants/kidzoe", "enfants/nobody", "adultes/kidtom", "enfants/%00"])
async def test_who_is_not_of_this_file_is_not_found(app, agent, db, town, clock, path) -> None:
    alice = await enter(app, town, db, "owner", clock())
    for browser, address in ((alice, f"/dossier/famille/{path}/retrait"), (agent, f"{DESK}/{path}")):
        assert (await browser.get(address)).status_code == 404
        assert (await browser.post(address, data=WHY)).status_code == 404
    assert (await agent.get("/agent/familles/nobody/membres")).status_code == 404


async def test_an_agent_says_why(agent, db) -> None:
    answer = await agent.post(TOM, data={"motif": " "})
    assert answer.status_code == 422 and "Motif" in text_of(answer)
    long = await agent.post(TOM, data={"motif": "x" * 301})
    assert long.status_code == 422 and "x" * 300 in long.text
    assert len(await db.read(rows_of, "select id from household_child")) == 4
