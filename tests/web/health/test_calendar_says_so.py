"""An incomplete file on the family's pages: closed squares, neutral words, a link to what is missing."""

import html
from datetime import date
from typing import Any

import httpx

from tests.cast import Town
from tests.web.health.conftest import SHEET, choose

THURSDAY = "/planning/jour/2026-11-26"
HEALTH = ("Aubépine", "rachide", "llergie", "PAI", "Asthme", "accin", "sanitaire")


async def text_of(browser: httpx.AsyncClient, path: str) -> str:
    answer = await browser.get(path)
    assert answer.status_code == 200, path
    return html.unescape(answer.text).split("<main")[1].split("</main>")[0]


async def test_every_view_says_whose_file_is_incomplete_and_links_there(app: Any, alice: httpx.AsyncClient) -> None:
    choose(app, gates_booking=True)
    for view in ("semaine", "quinzaine", "mois"):
        text = await text_of(alice, f"/planning?vue={view}&jour=2026-11-26")
        assert "Dossier de Tom à compléter" in text
        assert 'href="/sante/kidtom"' in text
    assert "Dossier de Tom à compléter" in await text_of(alice, "/")
    day = await text_of(alice, THURSDAY)
    assert "Dossier de l’enfant à compléter." in day
    assert 'href="/sante/kidtom">Compléter le dossier' in day


async def test_the_month_draws_closed_squares_for_the_one_child_only(app: Any, alice: httpx.AsyncClient) -> None:
    choose(app, canteen_needs_plan=True)
    await alice.post("/sante/kidtom/fiche", data=SHEET)
    month = await text_of(alice, "/planning?vue=mois&jour=2026-11-26")
    assert "Dossier de Tom à compléter" in month
    assert "Dossier de Lina à compléter" not in month
    day = await text_of(alice, THURSDAY)
    assert day.count("Dossier de l’enfant à compléter.") >= 1
    assert 'href="/sante/kidlina"' not in day


async def test_a_tap_is_refused_with_the_words_of_the_square(app: Any, alice: httpx.AsyncClient, town: Town) -> None:
    choose(app, gates_booking=True)
    square = town.square("tom", "cantine", date(2026, 11, 26))
    answer = await alice.post(
        "/planning/taps", data={"tap": f"{square}~booked~0"}, headers={"referer": "http://127.0.0.1:8000/planning"}
    )
    assert "Dossier de l’enfant à compléter." in await text_of(alice, answer.headers["location"])


async def test_no_page_the_phone_may_keep_tells_anything_of_health(app: Any, alice: httpx.AsyncClient) -> None:
    choose(app, gates_booking=True, canteen_needs_plan=True)
    await alice.post("/sante/kidtom/fiche", data={**SHEET, "pai": "oui", "pai_objet": "Choc à l’arachide"})
    for path in (
        "/",
        "/planning",
        "/planning?vue=mois",
        "/f/planning",
        THURSDAY,
        f"/f{THURSDAY}",
        "/en-attente",
        "/mes-regles",
        "/mes-reponses",
    ):
        answer = await alice.get(path)
        text = html.unescape(answer.text)
        for word in HEALTH:
            assert word not in text, (path, word)


async def test_the_file_itself_says_what_is_missing_with_a_link_each(app: Any, alice: httpx.AsyncClient) -> None:
    choose(app, gates_booking=True)
    text = await text_of(alice, "/sante/kidtom")
    assert "À compléter avant de réserver" in text
    for part in ("fiche", "vaccinations", "personnes", "autorisations"):
        assert f'<a href="/sante/kidtom/{part}">' in text
    assert "à compléter" in await text_of(alice, "/sante")
    await alice.post("/sante/kidtom/fiche", data=SHEET)
    text = await text_of(alice, "/sante/kidtom")
    assert '<li><a href="/sante/kidtom/fiche">' not in text


async def test_the_steps_to_the_canteen_are_told_on_the_file(app: Any, alice: httpx.AsyncClient) -> None:
    choose(app, canteen_needs_plan=True)
    await alice.post("/sante/kidtom/fiche", data=SHEET)
    assert "Pas de cantine sans PAI" in await text_of(alice, "/sante/kidtom")
    steps = await text_of(alice, "/sante/kidtom/pai")
    assert "Les étapes" in steps
    assert "Les autres accueils restent ouverts" in steps
