"""A declared family before the agents: accepted, refused, its children known again in another home or not."""

from typing import Any

from server.families.queries import household_of
from server.families.queries.requests import any_request
from tests.desk import rows_of, run
from tests.families import CHILD, HOLDER, add, alone, declared, whole
from tests.web.doors import enter
from tests.web.families.test_requests import text_of

URL, DESK = "/dossier/declarer", "/agent/demarches"


async def test_a_family_is_declared_numbered_and_accepted(app, town, db, clock, agent) -> None:
    browser = await alone(app, town, db, clock)
    await whole(browser)
    recap = text_of(await browser.get(f"{URL}/recapitulatif"))
    for said in ("Titulaire du compte : Chloé Moreau", "01/05/2020", "Mère", "Mireille Petit", "Villefranque"):
        assert said in recap
    answer = await browser.post(f"{URL}/recapitulatif")
    assert answer.headers["location"].endswith("?deposee")
    shown = text_of(await browser.get(answer.headers["location"]))
    assert "Nous avons bien enregistré votre demande" in shown and "Demande n° 1" in shown
    ref = answer.headers["location"].split("/")[-1].split("?")[0]
    assert "pas encore de dossier" in text_of(await agent.get(DESK))
    done = await agent.post(f"{DESK}/{ref}", data={"vers": "accepted", "version": "1"})
    assert done.status_code == 303, done.text
    family = (await db.read(any_request, ref)).family_id
    home = await db.read(household_of, family)
    assert (home.name, home.address, home.resident) == (
        "Moreau", "65 route de Saint-Pierre, 64990 Villefranque", False,
    )  # fmt: skip
    assert [(a.first_name, a.holder, a.phone) for a in home.adults] == [
        ("Chloé", True, "06 39 98 10 44"),
        ("Éric", False, "06 39 98 10 45"),
    ]
    assert [(c.first_name, str(c.birth_date), c.grade) for c in home.children] == [("Henri", "2020-05-01", "GS")]
    links = await db.read(rows_of, "select quality, authority from child_link")
    assert [(link["quality"], link["authority"]) for link in links] == [("mere", True)]
    (person,) = await db.read(rows_of, "select name, emergency, family_id from pickup_person")
    assert (person["name"], person["family_id"]) == ("Mireille Petit", family)
    assert "Moreau" in text_of(await agent.get("/agent/familles?q=moreau"))
    assert "Famille <bdi>Moreau" in text_of(await browser.get("/dossier"))
    assert (await browser.get(URL)).headers["location"] == "/dossier"


async def test_after_a_refusal_one_may_declare_again(app, town, db, clock, agent) -> None:
    browser = await alone(app, town, db, clock)
    ref = await declared(browser)
    await agent.post(f"{DESK}/{ref}", data={"vers": "refused", "version": "1", "motif": "Dossier déjà ouvert."})
    assert (await browser.get(URL)).status_code == 200
    assert "Dossier déjà ouvert." in text_of(await browser.get(f"/dossier/demarches/{ref}"))


async def test_an_account_linked_meanwhile_is_not_given_a_second_family(app, town, db, clock, agent) -> None:
    browser = await alone(app, town, db, clock)
    ref = await declared(browser)
    await run(
        db, "insert into guardian (family_id, account_id, first_name, last_name) values ($1, $2, 'D', 'D')",
        town.families["martin"], town.accounts["stranger"],
    )  # fmt: skip
    answer = await agent.post(f"{DESK}/{ref}", data={"vers": "accepted", "version": "1"})
    assert answer.status_code == 409
    assert "déjà relié au dossier Martin, F0002" in text_of(answer)
    assert (await db.read(any_request, ref)).status == "filed"


async def test_a_child_of_another_household_is_shown_to_the_agent_and_not_to_the_parent(
    app, town, db, clock, agent
) -> None:
    browser = await alone(app, town, db, clock)
    await add(browser, "titulaire", HOLDER)
    zoe = {**CHILD, "prenoms": "Lîna", "nom": "Dupont-Moreau", "sexe": "F", "naissance": "01/03/2018"}
    answer = await add(browser, "enfants", zoe)
    assert answer.status_code == 303
    sent = await browser.post(f"{URL}/recapitulatif")
    mine = text_of(await browser.get(sent.headers["location"]))
    for hidden in ("Peut-être", "F0001", "fam-dupont", "Owner"):
        assert hidden not in mine
    ref = sent.headers["location"].split("/")[-1].split("?")[0]
    theirs = text_of(await agent.get(f"{DESK}/{ref}"))
    for shown in ("Peut-être déjà connu", "Lina Dupont", "F0001", "F0002", "mêmes noms"):
        assert shown in theirs


async def tom_declared(app: Any, town: Any, db: Any, clock: Any) -> str:
    """A stranger declares Tom, whom the Duponts have."""
    browser = await alone(app, town, db, clock)
    await add(browser, "titulaire", HOLDER)
    await add(browser, "enfants", {**CHILD, "prenoms": "Tom", "nom": "Dupont", "naissance": "02/03/2018"})
    answer = await browser.post(f"{URL}/recapitulatif")
    return str(answer.headers["location"].split("/")[-1].split("?")[0])


async def test_a_child_the_agent_knows_again_has_two_homes_and_is_one_child(app, town, db, clock, agent) -> None:
    ref = await tom_declared(app, town, db, clock)
    shown = text_of(await agent.get(f"{DESK}/{ref}"))
    assert f'name="meme-0" value="{town.refs["tom"]}"' in shown
    form = {"vers": "accepted", "version": "1", "meme-0": town.refs["tom"], "garde-0": "odd"}
    assert (await agent.post(f"{DESK}/{ref}", data=form)).status_code == 303
    assert len(await db.read(rows_of, "select id from child where first_name = 'Tom'")) == 1
    homes = await db.read(
        rows_of, "select family_id, custody from household_child where child_id = $1 order by id", town.children["tom"]
    )
    assert homes[0] == {"family_id": town.families["dupont"], "custody": '{"kind":"even"}'}
    assert homes[1]["custody"] == '{"kind":"odd"}'
    told = await db.read(
        rows_of, "select account_id, payload from outbox where kind = 'child_shared' order by account_id"
    )
    assert [row["account_id"] for row in told] == [town.accounts["owner"], town.accounts["coguardian"]]
    assert "Moreau" not in told[0]["payload"]
    alice = await enter(app, town, db, "owner", clock())
    assert "deux foyers" in text_of(await alice.get("/dossier"))


async def test_a_new_child_of_the_same_name_stays_another_child(app, town, db, clock, agent) -> None:
    ref = await tom_declared(app, town, db, clock)
    form = {"vers": "accepted", "version": "1", "meme-0": "", "garde-0": "odd"}
    assert (await agent.post(f"{DESK}/{ref}", data=form)).status_code == 303
    assert len(await db.read(rows_of, "select id from child where first_name = 'Tom'")) == 2


async def test_a_child_with_another_birth_date_is_not_taken_for_the_declared_one(app, town, db, clock, agent) -> None:
    ref = await tom_declared(app, town, db, clock)
    form = {"vers": "accepted", "version": "1", "meme-0": town.refs["zoe"], "garde-0": ""}
    refused = await agent.post(f"{DESK}/{ref}", data=form)
    assert refused.status_code == 409
    assert "Relisez" in text_of(refused)
    assert (await db.read(any_request, ref)).status == "filed"


async def test_what_was_said_of_an_older_version_is_not_kept(app, town, db, clock, agent) -> None:
    ref = await tom_declared(app, town, db, clock)
    await agent.post(f"{DESK}/{ref}/messages", data={"message": "Une question."})
    await run(db, "update request set version = version + 1 where ref = $1", ref)
    form = {"vers": "accepted", "version": "1", "meme-0": town.refs["tom"], "garde-0": "odd"}
    assert (await agent.post(f"{DESK}/{ref}", data=form)).status_code == 409
    assert len(await db.read(rows_of, "select id from household_child where child_id = $1", town.children["tom"])) == 1


async def test_an_account_closed_meanwhile_is_given_no_family(app, town, db, clock, agent) -> None:
    ref = await tom_declared(app, town, db, clock)
    await run(db, "update account set disabled_at = $1 where id = $2", clock(), town.accounts["stranger"])
    refused = await agent.post(f"{DESK}/{ref}", data={"vers": "accepted", "version": "1"})
    assert refused.status_code == 409
    assert "fermé depuis" in text_of(refused)
