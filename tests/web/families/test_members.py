"""« Ma famille » in the browser: what changes at once, what becomes a request, two browsers, mistakes, acceptance."""

from typing import Any

import pytest

from server.families.queries import household_of
from server.families.queries.requests import any_request
from tests.desk import rows_of, run
from tests.families import CHILD, HOLDER
from tests.web.doors import enter
from tests.web.families.test_requests import text_of

URL, DESK = "/dossier/famille", "/agent/demarches"
HOME = {"numero": "3", "voie": "rue de la Digue", "code_postal": "99420", "ville": "Port-Clairval", "pays": "France"}


async def ref_of(db: Any, town: Any, who: str) -> str:
    rows = await db.read(rows_of, "select ref from guardian where account_id = $1", town.accounts[who])
    return str(rows[0]["ref"])


async def adult_form(db: Any, town: Any, who: str = "owner", **changes: str) -> tuple[str, dict[str, str]]:
    """The address of an adult's form and what it holds, with `changes`."""
    ref = await ref_of(db, town, who)
    held = {"prenoms": who.title(), "nom": "Dupont", "courriel": "alice@exemple.fr", "version": "1"}
    return f"{URL}/adultes/{ref}", held | changes


def sent(answer: Any) -> str:
    """The ref of the request a form led to."""
    assert answer.status_code == 303, text_of(answer)
    return str(answer.headers["location"].split("/")[-1].split("?")[0])


async def test_a_telephone_changes_at_once_and_the_others_are_told(app, town, db, clock) -> None:
    owner = await enter(app, town, db, "owner", clock())
    path, form = await adult_form(db, town, mobile="0639981099", contact_par="telephone")
    answer = await owner.post(path, data=form)
    assert answer.headers["location"] == "/dossier?dit=change"
    assert "06 39 98 10 99" in text_of(await owner.get("/dossier"))
    assert await db.read(rows_of, "select id from request") == []
    told = await db.read(rows_of, "select account_id from outbox where kind = 'file_changed'")
    assert [row["account_id"] for row in told] == [town.accounts["coguardian"]]
    (line,) = await db.read(rows_of, "select family_id from audit where action = 'file_changed'")
    assert line["family_id"] == town.families["dupont"]


async def test_a_name_becomes_a_request_that_changes_nothing_until_it_is_accepted(app, town, db, clock, agent) -> None:
    owner = await enter(app, town, db, "owner", clock())
    path, form = await adult_form(db, town, nom="Durand", mobile="0639981099", motif="Mariage")
    answer = await owner.post(path, data=form)
    assert answer.headers["location"].endswith("?mixte")
    ref = sent(answer)
    found = await db.read(any_request, ref)
    assert [(line.label, line.old, line.new) for line in found.content.lines] == [("Nom d’usage", "Dupont", "Durand")]
    assert found.content.reason == "Mariage"
    home = await db.read(household_of, town.families["dupont"])
    assert (home.adults[0].last_name, home.adults[0].phone) == ("Dupont", "06 39 98 10 99")
    assert (await agent.post(f"{DESK}/{ref}", data={"vers": "accepted", "version": "1"})).status_code == 303
    assert (await db.read(household_of, town.families["dupont"])).adults[0].last_name == "Durand"
    assert "Dupont" in text_of(await agent.get("/agent/familles?q=durand"))  # found by the new name at once


async def test_the_town_chooses_what_changes_at_once(app, town, db, clock) -> None:
    from dataclasses import replace

    state = app.app.state
    families = replace(state.profile.families, immediate=("nom",))
    state.profile = replace(state.profile, families=families)
    owner = await enter(app, town, db, "owner", clock())
    path, form = await adult_form(db, town, nom="Durand", mobile="0639981099")
    sent(await owner.post(path, data=form))
    home = await db.read(household_of, town.families["dupont"])
    assert (home.adults[0].last_name, home.adults[0].phone) == ("Durand", "")


async def test_the_later_of_two_browsers_is_told_and_overwrites_nothing_unseen(app, town, db, clock) -> None:
    owner = await enter(app, town, db, "owner", clock())
    other = await enter(app, town, db, "coguardian", clock())
    path, form = await adult_form(db, town, mobile="0639981001")
    await other.post(path, data={**form, "mobile": "0639981002"})
    late = await owner.post(path, data=form)
    assert late.status_code == 409
    told = text_of(late)
    assert "modifiée entre-temps" in told and "06 39 98 10 02" in told and 'value="06 39 98 10 01"' in told
    assert (await db.read(household_of, town.families["dupont"])).adults[0].phone == "06 39 98 10 02"
    again = await owner.post(path, data={**form, "version": "2"})
    assert again.status_code == 303
    assert (await db.read(household_of, town.families["dupont"])).adults[0].phone == "06 39 98 10 01"


async def test_a_form_sent_unchanged_says_so(app, town, db, clock) -> None:
    owner = await enter(app, town, db, "owner", clock())
    path, form = await adult_form(db, town)
    assert (await owner.post(path, data=form)).headers["location"] == "/dossier?dit=pareil"


async def test_a_school_is_asked_for_and_accepted_with_several_others(app, town, db, clock, agent) -> None:
    await run(db, "insert into site (name, kind) values ('École des Dunes', 'school')")
    school = (await db.read(rows_of, "select id from site"))[0]["id"]
    owner = await enter(app, town, db, "owner", clock())
    held = {"prenoms": "Lina", "nom": "Dupont", "naissance": "01/03/2018", "version": "1"}
    ref = sent(await owner.post(f"{URL}/enfants/kidlina", data={**held, "ecole": str(school), "niveau": "CM1"}))
    found = await db.read(any_request, ref)
    assert (found.kind.name, found.child_id) == ("schooling", town.children["lina"])
    done = text_of(await agent.post(DESK, data={"verdict": "accept", "choix": f"{ref}~1"}))
    assert "1 demande décidée" in done
    lina = (await db.read(household_of, town.families["martin"])).children[0]
    assert (lina.school, lina.grade) == ("École des Dunes", "CM1")  # one child: both homes see it


async def test_what_changed_since_the_request_is_never_overwritten_unseen(app, town, db, clock, agent) -> None:
    owner = await enter(app, town, db, "owner", clock())
    held = {"prenoms": "Tom", "nom": "Dupont", "naissance": "02/03/2018", "version": "1", "niveau": "CP"}
    ref = sent(await owner.post(f"{URL}/enfants/kidtom", data=held))
    await run(db, "update child set grade = 'CE1' where id = $1", town.children["tom"])
    shown = text_of(await agent.get(f"{DESK}/{ref}"))
    assert "a changé depuis" in shown and "CE1" in shown
    answer = await agent.post(f"{DESK}/{ref}", data={"vers": "accepted", "version": "1"})
    assert answer.status_code == 409
    assert "Le dossier a changé depuis la demande : Niveau" in text_of(answer)
    assert (await db.read(rows_of, "select grade from child where id = $1", town.children["tom"]))[0]["grade"] == "CE1"


async def test_an_address_is_searched_asked_for_and_accepted(app, town, db, clock, agent) -> None:
    owner = await enter(app, town, db, "owner", clock())
    found = await owner.post(f"{URL}/adresse", data={"adresse": "3 rue de la di", "bouton": "chercher", "version": "1"})
    assert "3 rue de la Digue, 99420 Port-Clairval" in text_of(found)
    ref = sent(await owner.post(f"{URL}/adresse", data={**HOME, "version": "1", "motif": "Déménagement"}))
    await run(db, "update family set resident = false")
    await agent.post(f"{DESK}/{ref}", data={"vers": "accepted", "version": "1"})
    home = await db.read(household_of, town.families["dupont"])
    assert (home.address, home.resident) == ("3 rue de la Digue, 99420 Port-Clairval", True)
    assert 'value="rue de la Digue"' in text_of(await owner.get(f"{URL}/adresse"))


async def test_a_child_and_an_adult_are_added_by_request(app, town, db, clock, agent) -> None:
    owner = await enter(app, town, db, "owner", clock())
    assert "Un enfant" in text_of(await owner.get(f"{URL}/ajouter"))
    mine = await ref_of(db, town, "owner")
    assert f'name="lien_{mine}"' in (await owner.get(f"{URL}/ajouter?qui=enfant")).text
    child = {name: value for name, value in CHILD.items() if not name.endswith("_p1")}
    form = {**child, "qui": "enfant", f"lien_{mine}": "pere", f"autorite_{mine}": "oui"}
    ref = sent(await owner.post(f"{URL}/ajouter", data=form))
    await agent.post(f"{DESK}/{ref}", data={"vers": "accepted", "version": "1"})
    home = await db.read(household_of, town.families["dupont"])
    assert "Henri" in [one.first_name for one in home.children]
    assert (await db.read(rows_of, "select quality from child_link"))[0]["quality"] == "pere"
    twice = await owner.post(f"{URL}/ajouter", data=form)
    assert twice.status_code == 422
    assert "déjà dans votre dossier" in text_of(twice)
    ref = sent(await owner.post(f"{URL}/ajouter", data={**HOLDER, "qui": "adulte"}))
    await agent.post(f"{DESK}/{ref}", data={"vers": "accepted", "version": "1"})
    adults = (await db.read(household_of, town.families["dupont"])).adults
    assert ("Chloé", False) in [(one.first_name, one.holder) for one in adults]


async def test_a_child_known_elsewhere_is_for_the_agent_alone(app, town, db, clock, agent) -> None:
    stranger = await enter(app, town, db, "stranger", clock())
    mine = await ref_of(db, town, "stranger")
    form = {
        "qui": "enfant",
        "prenoms": "Tom",
        "nom": "Dupont",
        "sexe": "M",
        "naissance": "02/03/2018",
        f"lien_{mine}": "pere",
    }
    answer = await stranger.post(f"{URL}/ajouter", data=form)
    ref = sent(answer)
    mine_shown = text_of(await stranger.get(answer.headers["location"]))
    assert "F0001" not in mine_shown and "Peut-être" not in mine_shown
    assert "F0001" in text_of(await agent.get(f"{DESK}/{ref}"))


WRONG = [
    ("adultes", {"courriel": "alice@"}, "nom@exemple.fr"),
    ("adultes", {"mobile": "12"}, "06 12 34 56 78"),
    ("adultes", {"naissance": "30/02/1980"}, "n’existe pas"),
    ("adultes", {"naissance": "01/01/2020"}, "trop jeune"),
    ("adultes", {"nom": ""}, "obligatoire"),
    ("adultes", {"nom": "<i>"}, "Seulement des lettres"),
    ("adultes", {"motif": "x" * 501}, "500 caractères"),
    ("enfants", {"naissance": "17/11/2026"}, "dans l’avenir"),
    ("enfants", {"naissance": "01/01/2000"}, "majeure"),
    ("enfants", {"niveau": "CP9"}, "liste"),
]


@pytest.mark.parametrize(("section", "wrong", "told"), WRONG)
async def test_a_mistake_is_told_and_nothing_typed_is_lost(app, town, db, clock, section, wrong, told) -> None:
    owner = await enter(app, town, db, "owner", clock())
    path, form = await adult_form(db, town, profession="Charpentière")
    if section == "enfants":
        path, form = (
            f"{URL}/enfants/kidtom",
            {"prenoms": "Tom", "nom": "Dupont", "naissance": "02/03/2018", "version": "1"},
        )
    answer = await owner.post(path, data={**form, **wrong})
    assert answer.status_code == 422
    assert told in text_of(answer)
    assert section == "enfants" or "Charpentière" in text_of(answer)
    assert await db.read(rows_of, "select id from request") == []


async def test_the_yearly_look_is_asked_for_and_said(app, town, db, clock) -> None:
    owner = await enter(app, town, db, "owner", clock())
    assert "Votre dossier est-il à jour" in text_of(await owner.get("/dossier"))
    assert (await owner.post(f"{URL}/a-jour")).headers["location"] == "/dossier?dit=a-jour"
    assert "Votre dossier est-il à jour" not in text_of(await owner.get("/dossier?dit=a-jour"))
    clock.set("2027-05-01T10:00:00+02:00")
    again = await enter(app, town, db, "owner", clock())
    assert "Votre dossier est-il à jour" in text_of(await again.get("/dossier"))


async def test_invoices_come_by_mail_or_on_paper(app, town, db, clock) -> None:
    owner = await enter(app, town, db, "owner", clock())
    assert "Sur papier" in text_of(await owner.get("/dossier"))
    await owner.post(f"{URL}/factures", data={"courriel": "oui"})
    assert "Par courriel" in text_of(await owner.get("/dossier"))
    rows = await db.read(rows_of, "select invoices_by_email from family where id = $1", town.families["martin"])
    assert not rows[0]["invoices_by_email"]


@pytest.mark.parametrize("path", ["adultes/nobody", "adultes/%00", "enfants/kidzoe", "chiens/kidtom"])
async def test_who_is_not_of_the_household_is_not_found(app, town, db, clock, path) -> None:
    owner = await enter(app, town, db, "owner", clock())
    assert (await owner.get(f"{URL}/{path}")).status_code == 404
    assert (await owner.post(f"{URL}/{path}", data={"version": "1"})).status_code == 404
    theirs = await ref_of(db, town, "stranger")
    assert (await owner.get(f"{URL}/adultes/{theirs}")).status_code == 404


async def test_without_a_family_there_is_nothing_to_change(app, town, db, clock) -> None:
    await run(db, "delete from guardian where account_id = $1", town.accounts["stranger"])
    alone = await enter(app, town, db, "stranger", clock())
    for path in ("adresse", "ajouter?qui=enfant", "enfants/kidzoe"):
        assert (await alone.get(f"{URL}/{path}")).status_code == 404
    assert (await alone.post(f"{URL}/ajouter", data={**CHILD, "qui": "enfant"})).status_code == 404
