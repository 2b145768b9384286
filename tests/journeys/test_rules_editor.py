"""An agent changes a rule: the sentence follows the typing, another shape keeps what was typed, with or without scripts."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, Playwright, expect

from tests.pages.house import House, open_house

MANY = "Combien de jours"


@pytest.fixture(scope="module")
def house(playwright_here: Playwright, town_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    with open_house(playwright_here, town_folder, tmp_path_factory.mktemp("rules")) as house:
        yield house


@pytest.fixture
def page(house: House) -> Iterator[Page]:
    page = house.page_of("agent")
    page.goto("/agent/regles/accueil-matin")
    yield page
    assert house.complaints[page] == []
    page.close()


def without_scripts(house: House) -> Page:
    """The same agent with a browser that runs no script."""
    browser: Browser = house.browser
    context = browser.new_context(
        base_url=house.live.url, java_script_enabled=False, storage_state=house.context_of("agent").storage_state()
    )
    return context.new_page()


def test_the_sentence_follows_the_typing(page: Page) -> None:
    page.get_by_label(MANY).first.fill("4")
    expect(page.locator("#phrase")).to_contain_text("Jusqu’à 4 jours avant à 18")
    expect(page.get_by_label(MANY).first).to_be_focused()
    page.get_by_label(MANY).first.fill("beaucoup")
    expect(page.locator("#phrase")).to_contain_text("La phrase s’écrira ici")


def test_another_shape_shows_its_fields_and_keeps_what_was_typed(page: Page) -> None:
    page.get_by_label("Heure", exact=True).first.fill("9 h 45")
    page.get_by_label("Forme").first.select_option("weekday")
    expect(page.get_by_label("Jour", exact=True).first).to_be_visible()
    expect(page.get_by_label("Heure", exact=True).first).to_have_value("9 h 45")
    expect(page.locator("#phrase")).to_contain_text("Jusqu’au jeudi de la semaine précédente à 9")
    page.get_by_label("Forme").first.select_option("per_weekday")
    page.get_by_role("button", name="Ajouter une ligne").click()
    expect(page.locator("fieldset.line")).to_have_count(2)
    page.get_by_role("button", name="Retirer la ligne 1").click()
    expect(page.locator("fieldset.line")).to_have_count(1)


def test_a_rule_is_changed_looked_at_and_published_without_a_script(house: House) -> None:
    page = without_scripts(house)
    page.goto("/agent/regles/accueil-soir")
    page.get_by_label("Forme").first.select_option("weekday")
    page.get_by_role("button", name="Montrer ses champs").first.click()
    page.get_by_label("Jour", exact=True).first.select_option("tuesday")
    page.get_by_role("button", name="Enregistrer et voir l’année").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("un an sous le brouillon")
    expect(page.locator(".sum-up")).to_contain_text("changent")
    page.get_by_label("Pourquoi").fill("Commandes du mardi")
    page.get_by_role("button", name="Publier la règle").click()
    expect(page.get_by_role("status").first).to_contain_text("La règle est publiée")
    expect(page.locator(".versions")).to_contain_text("Version 1")
    page.context.close()
