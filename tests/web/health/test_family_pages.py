"""A child's health pages: filled in, kept apart, noted when read, and never anywhere else."""

import html
import re
from typing import Any

import httpx
import pytest

from server.database import Database
from tests.cast import Town
from tests.desk import rows_of
from tests.web.health.conftest import SHEET, choose

PAGES = ["", "/fiche", "/vaccinations", "/autorisations", "/personnes", "/pai", "/consultations"]
PERSON = {"nom_1": "Rosa Pommier", "lien_1": "grand-mère", "telephone_1": "06 39 98 10 44", "urgence_1": "oui"}


async def text_of(browser: httpx.AsyncClient, path: str) -> str:
    answer = await browser.get(path)
    assert answer.status_code == 200, path
    return html.unescape(answer.text).replace("\u00a0", " ")


async def stamp(browser: httpx.AsyncClient, path: str) -> str:
    found = re.search(r'name="vu" value="([^"]*)"', await text_of(browser, path))
    assert found
    return found[1]


async def test_a_file_nobody_has_filled_in_says_so(alice: httpx.AsyncClient) -> None:
    text = await text_of(alice, "/sante/kidlina")
    assert "Dossier santé de Lina" in text
    assert "Aucune information connue." in text
    assert 'href="/sante/kidlina"' in await text_of(alice, "/dossier")
    assert "Tom" in await text_of(alice, "/sante")


async def test_a_sheet_is_saved_and_read_again_by_both_homes(
    alice: httpx.AsyncClient, chloe: httpx.AsyncClient
) -> None:
    answer = await alice.post("/sante/kidlina/fiche", data=SHEET)
    assert answer.headers["location"] == "/sante/kidlina?dit=fiche"
    for reader in (alice, chloe):
        text = await text_of(reader, "/sante/kidlina")
        for word in (
            "Dr Aubépine",
            "01 39 98 10 10",
            "Arachide",
            "Même en traces",
            "Sans porc",
            "A+",
            "Asthme",
            "Owner Dupont",
        ):
            assert word in text
    form = await text_of(chloe, "/sante/kidlina/fiche")
    assert "Doudou gris" in form
    assert re.search(r'name="allergie_arachide" value="oui" checked', form)


async def test_the_later_of_two_is_told_and_nothing_is_overwritten(
    alice: httpx.AsyncClient, bob: httpx.AsyncClient
) -> None:
    await alice.post("/sante/kidlina/fiche", data=SHEET)
    late = await bob.post("/sante/kidlina/fiche", data={**SHEET, "medecin": "Dr Tardif"})
    assert late.status_code == 422
    text = html.unescape(late.text)
    assert "Owner Dupont a enregistré cette page" in text
    assert "Dr Tardif" in text
    assert "Dr Aubépine" in await text_of(alice, "/sante/kidlina")
    again = await bob.post("/sante/kidlina/fiche", data={**SHEET, "medecin": "Dr Tardif", "vu": "1"})
    assert again.status_code == 303


@pytest.mark.parametrize(
    ("page", "form", "message"),
    [
        ("fiche", {"vu": "0"}, "Choisissez une réponse."),
        ("fiche", {**SHEET, "medecin": "x" * 200}, "120 caractères au plus"),
        ("fiche", {**SHEET, "commentaire": "cantine halal"}, "jamais une religion"),
        ("fiche", {**SHEET, "vu": "<b>"}, "a enregistré cette page"),
        ("vaccinations", {"vu": "0", "dtp": "30/02/2019"}, "n’existe pas"),
        ("vaccinations", {"vu": "0", "dtp": "2099-01-01"}, "avenir"),
        ("vaccinations", {"vu": "0", "dtp": "1999-01-01"}, "naissance"),
        ("autorisations", {"image": "oui"}, "Choisissez une réponse."),
        ("personnes", {"vu": "", "nom_1": "R2D2"}, "Seulement des lettres"),
        ("personnes", {"vu": "", "telephone_3": "06 39 98 10 44"}, "de qui il s’agit"),
        ("personnes", {"vu": "", "nom_1": "Rosa Pommier"}, "un numéro"),
        ("personnes", {**PERSON, "vu": "", "personne": "oui"}, "Décochez"),
        ("pai", {}, "obligatoire"),
    ],
)
async def test_bad_input_is_told_beside_its_field_and_nothing_typed_is_lost(
    alice: httpx.AsyncClient, page: str, form: dict[str, str], message: str
) -> None:
    answer = await alice.post(f"/sante/kidlina/{page}", data=form)
    text = html.unescape(answer.text)
    assert answer.status_code == 422
    assert message in text
    for value in form.values():
        assert value == form.get("vu") or value == "oui" or value in text


async def test_html_in_a_field_is_shown_and_never_run(alice: httpx.AsyncClient) -> None:
    await alice.post("/sante/kidlina/fiche", data={**SHEET, "commentaire": "<script>alert(1)</script>"})
    raw = (await alice.get("/sante/kidlina")).text
    assert "<script>alert" not in raw
    assert "<script>alert(1)</script>" in html.unescape(raw)


async def test_the_filed_manner_shows_a_recapitulation_then_gives_a_number(
    app: Any, alice: httpx.AsyncClient, db: Database
) -> None:
    choose(app, sheet="filed")
    assert "Aller à l’étape 2" in await text_of(alice, "/sante/kidlina/fiche")
    posted = {**SHEET, "pai": "oui", "pai_objet": "Choc à l’arachide"}
    recap = await alice.post("/sante/kidlina/fiche", data=posted)
    text = html.unescape(recap.text)
    assert "Le récapitulatif" in text
    assert "Dr Aubépine" in text
    assert "Choc à l’arachide" in text
    assert await db.read(rows_of, "select id from request") == []
    hidden = dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', recap.text))
    back = await alice.post(
        "/sante/kidlina/fiche", data={**{k: html.unescape(v) for k, v in hidden.items()}, "etape": "corriger"}
    )
    assert "Doudou gris" in back.text
    filed = await alice.post(
        "/sante/kidlina/fiche", data={**{k: html.unescape(v) for k, v in hidden.items()}, "etape": "valider"}
    )
    assert filed.status_code == 303
    page = await text_of(alice, filed.headers["location"])
    assert "Demande n° 1" in page
    assert "Dossier santé" in page
    (request,) = await db.read(rows_of, "select kind, title, content from request")
    assert request["kind"] == "health_file"
    for word in ("Aubépine", "rachide", "porc"):
        assert word not in str(request)
        assert word not in page
    assert "Dr Aubépine" in await text_of(alice, "/sante/kidlina")


async def test_vaccinations_show_what_is_missing_and_until_when(alice: httpx.AsyncClient) -> None:
    text = await text_of(alice, "/sante/kidlina")
    assert text.count("manquante") == 7
    assert "loi 2017-1836" in text
    await alice.post("/sante/kidlina/vaccinations", data={"vu": "0", "dtp": "2019-01-30", "ror": "15/05/2019"})
    text = await text_of(alice, "/sante/kidlina")
    assert "mercredi 30 janvier 2019" in text
    assert "mercredi 15 mai 2019" in text
    assert "avant le mardi 16 février 2027" in text


async def test_permissions_say_who_gave_them_and_keep_their_history(
    alice: httpx.AsyncClient, bob: httpx.AsyncClient
) -> None:
    await alice.post("/sante/kidlina/autorisations", data={"image": "oui", "alone": "non", "emergency": "oui"})
    await bob.post("/sante/kidlina/autorisations", data={"image": "non", "alone": "non", "emergency": "oui"})
    text = await text_of(alice, "/sante/kidlina/autorisations")
    history = text.split("Historique des réponses")[1]
    assert history.count("Droit à l’image") == 2
    assert "Coguardian Dupont" in history
    assert "Owner Dupont" in history
    assert history.count("Sortir seul") == 1, "an answer that did not change is no new one"


async def test_the_other_home_sees_the_child_and_nobodys_telephone(
    alice: httpx.AsyncClient, chloe: httpx.AsyncClient
) -> None:
    stamped = {"vu": await stamp(alice, "/sante/kidlina/personnes")}
    assert (await alice.post("/sante/kidlina/personnes", data={**PERSON, **stamped})).status_code == 303
    assert "06 39 98 10 44" in await text_of(alice, "/sante/kidlina")
    for page in PAGES:
        text = await text_of(chloe, f"/sante/kidlina{page}")
        for hidden in ("Rosa", "06 39 98 10 44", "alice@exemple.fr", "F0001"):
            assert hidden not in text, page


async def test_two_parents_changing_the_persons_are_told_apart(
    alice: httpx.AsyncClient, bob: httpx.AsyncClient
) -> None:
    seen = await stamp(alice, "/sante/kidlina/personnes")
    await alice.post("/sante/kidlina/personnes", data={**PERSON, "vu": seen})
    late = await bob.post(
        "/sante/kidlina/personnes", data={"nom_1": "Jean Poirier", "telephone_1": "06 39 98 10 45", "vu": seen}
    )
    assert late.status_code == 422
    assert "Jean Poirier" in late.text
    assert "Rosa Pommier" in await text_of(bob, "/sante/kidlina/personnes")


async def test_a_plan_is_asked_for_and_taken_back(alice: httpx.AsyncClient) -> None:
    await alice.post("/sante/kidlina/pai", data={"pai_objet": "Asthme à l’effort"})
    assert "Demandé" in await text_of(alice, "/sante/kidlina")
    assert (await alice.post("/sante/kidlina/pai/retrait")).headers["location"].endswith("dit=retrait")
    assert "Demande retirée" in await text_of(alice, "/sante/kidlina/pai")
    assert (await alice.post("/sante/kidlina/pai/retrait")).headers["location"].endswith("dit=deja")


async def test_every_reading_is_noted_and_shown(
    alice: httpx.AsyncClient, chloe: httpx.AsyncClient, db: Database
) -> None:
    await alice.get("/sante/kidlina")
    await chloe.get("/sante/kidlina/fiche")
    await alice.get("/sante/kidlina/vaccinations")
    await alice.get("/sante/kidtom")
    rows = await db.read(rows_of, "select reader, screen, agent from health_read where child_id = 1 order by id")
    assert [(row["reader"], row["screen"]) for row in rows] == [
        ("Owner Dupont", "resume"), ("Other_Home Dupont", "fiche"), ("Owner Dupont", "vaccinations"),
    ]  # fmt: skip
    text = await text_of(alice, "/sante/kidlina/consultations")
    assert "Other_Home Dupont" in text
    assert "Fiche sanitaire" in text


async def test_a_refused_reader_leaves_no_reading(app: Any, town: Town, db: Database, clock: Any) -> None:
    from tests.web.doors import enter

    denis = await enter(app, town, db, "stranger", clock())
    for page in PAGES:
        assert (await denis.get(f"/sante/kidlina{page}")).status_code == 404
    assert await db.read(rows_of, "select id from health_read") == []


async def test_readings_come_in_pages(alice: httpx.AsyncClient) -> None:
    for _ in range(52):
        await alice.get("/sante/kidtom/pai")
    first = await text_of(alice, "/sante/kidtom/consultations")
    assert "Plus anciennes" in first
    assert "Plus récentes" in await text_of(alice, "/sante/kidtom/consultations?page=2")
    assert (await alice.get("/sante/kidtom/consultations?page=é")).status_code == 200


@pytest.mark.parametrize("page", PAGES)
async def test_no_health_page_is_kept_anywhere(alice: httpx.AsyncClient, page: str) -> None:
    answer = await alice.get(f"/sante/kidlina{page}")
    assert answer.headers["cache-control"] == "no-store"
    assert "x-marelle-shelf" not in answer.headers


async def test_a_town_without_health_files_has_no_such_pages(app: Any, alice: httpx.AsyncClient) -> None:
    choose(app, sheet="none")
    for page in ("/sante", *(f"/sante/kidlina{page}" for page in PAGES)):
        assert (await alice.get(page)).status_code == 404, page


async def test_a_town_shows_only_what_it_asks_for(app: Any, alice: httpx.AsyncClient) -> None:
    choose(app, asks=("doctor", "drugs", "blood"), vaccinations=False, people=False, permissions=())
    form = await text_of(alice, "/sante/kidlina/fiche")
    assert "Groupe sanguin" in form
    assert "Allergies médicamenteuses reconnues" in form
    for absent in ("Habitudes alimentaires", "Arachide", "PAI"):
        assert absent not in form
    for page in ("/vaccinations", "/autorisations", "/personnes", "/pai"):
        assert (await alice.get(f"/sante/kidlina{page}")).status_code == 404
    assert (await alice.post("/sante/kidlina/fiche", data={"vu": "0", "groupe": "A+"})).status_code == 303


async def test_health_is_in_no_other_column_of_the_database(
    alice: httpx.AsyncClient, db: Database, caplog: Any
) -> None:
    with caplog.at_level(0):
        await alice.post("/sante/kidlina/fiche", data={**SHEET, "pai": "oui", "pai_objet": "Choc à l’arachide"})
        await alice.post("/sante/kidlina/vaccinations", data={"vu": "0", "dtp": "2019-01-30"})
        await alice.get("/sante/kidlina")
    for table in ("audit", "outbox", "notice", "request", "health_read", "permission", "health_record"):
        told = str(await db.read(rows_of, f"select * from {table}"))
        for word in ("Aubépine", "rachide", "porc", "Lunettes", "Doudou", "2019-01-30", "Asthme", "PAI"):
            assert word not in told, table
    for word in ("Aubépine", "rachide", "porc", "Doudou"):
        assert word not in caplog.text
    assert "a mis à jour le dossier santé" not in caplog.text


async def test_a_lost_key_is_told_and_nothing_is_written(
    app: Any, alice: httpx.AsyncClient, db: Database, tmp_path: Any
) -> None:
    await alice.post("/sante/kidlina/fiche", data=SHEET)
    (tmp_path / "health.keys").unlink()
    answer = await alice.get("/sante/kidlina")
    assert answer.status_code == 503
    assert "ne peut pas être ouvert" in answer.text
    assert (await alice.post("/sante/kidtom/fiche", data=SHEET)).status_code == 503
    assert len(await db.read(rows_of, "select id from health_record")) == 1
