"""An agent's Monday morning: three hundred requests decided with the keyboard alone, and any family three keys away."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, Playwright, expect

from tests.journeys.requests import MANY, fill_inbox
from tests.pages.house import House, open_house
from tests.pages.tools import axe_faults

WAITING = "select count(*) as n from booking where state in ('requested', 'cancel_requested')"


@pytest.fixture
def house(playwright_here: Playwright, town_folder: Path, tmp_path: Path) -> Iterator[House]:
    with open_house(playwright_here, town_folder, tmp_path) as house:
        fill_inbox(tmp_path / "data")
        yield house


@pytest.fixture
def page(house: House) -> Iterator[Page]:
    page = house.page_of("agent")
    page.goto("/agent/demandes")
    page.wait_for_load_state("networkidle")
    expect(page.locator("html[data-desk]")).to_be_attached()
    yield page
    assert not house.complaints[page]


def waiting(house: House) -> int:
    """How many requests still wait in the database."""
    return int(house.live.rows(WAITING)[0]["n"])


def left(page: Page, number: int) -> None:
    """The tabs say how many are left."""
    expect(page.locator("[data-left=toutes]").first).to_have_text(str(number))


def press(page: Page, *keys: str) -> None:
    for key in keys:
        page.keyboard.press(key)


def test_three_hundred_requests_are_decided_with_the_keyboard_only(house: House, page: Page) -> None:
    left(page, MANY)
    press(page, "j", "a")  # one row: it answers under the key, and the next has the focus
    expect(page.locator("tr.done .row-told")).to_have_count(1)
    left(page, MANY - 1)
    press(page, "a", "a", "a")  # several on their way at once
    expect(page.locator("tr.done .row-told")).to_have_count(4)
    left(page, MANY - 4)

    press(page, "x", "Shift+J", "Shift+J", "r")  # three ticked, refused: why?
    expect(page.locator("#motif")).to_be_focused()
    expect(page.locator("[data-picked]")).to_have_text("3 cochées")
    before = page.evaluate("scrollY")
    press(page, "Enter")
    expect(page.locator("#motif-error")).to_be_in_viewport()
    expect(page.locator("#motif")).to_be_focused()
    assert abs(page.evaluate("scrollY") - before) < 150  # the message stands beside the field, the page stays
    assert waiting(house) == MANY - 4
    press(page, "Alt+1", "Enter")
    expect(page.locator(".banner[tabindex]")).to_be_focused()
    left(page, MANY - 7)
    assert len(house.live.rows("select id from booking where state = 'refused' and reason like 'Le nombre%'")) >= 1

    press(page, "t", "a")  # the page
    left(page, MANY - 57)
    expect(page.locator(".banner[tabindex]")).to_be_focused()
    press(page, "Shift+T")  # and all the others, whatever page they are on
    expect(page.locator("#lot [name=portee]")).to_be_attached()
    press(page, "a")
    expect(page.get_by_role("heading", name="Tout est décidé")).to_be_visible()
    assert waiting(house) == 0


def test_a_verdict_is_taken_back_with_one_key(house: House, page: Page) -> None:
    press(page, "j", "a")
    left(page, MANY - 1)
    expect(page.locator("tr.done .undo")).to_have_count(1)
    press(page, "u")
    expect(page.locator(".banner[tabindex]")).to_contain_text("1 demande attend de nouveau")
    left(page, MANY)
    assert waiting(house) == MANY


def test_no_row_is_skipped_between_two_pages(house: House, page: Page) -> None:
    shown = page.locator("tbody tr").evaluate_all("(rows) => rows.map((row) => row.id)")
    press(page, "j", "a", "a")
    left(page, MANY - 2)
    expect(page.locator("tr.done")).to_have_count(2)
    press(page, "n")  # what follows has moved up: the same page again, without what was decided
    expect(page.locator("tr.done")).to_have_count(0)
    now = page.locator("tbody tr").evaluate_all("(rows) => rows.map((row) => row.id)")
    assert now[:48] == shown[2:]
    press(page, "n")
    expect(page.locator(".leaf span").first).to_contain_text("51 à 100")
    following = page.locator("tbody tr").evaluate_all("(rows) => rows.map((row) => row.id)")
    assert not set(following) & set(now)


def test_a_row_goes_back_with_the_words_when_the_answer_does_not_come(house: House) -> None:
    page = house.page_of("agent")
    page.goto("/agent/demandes")
    page.wait_for_load_state("networkidle")
    house.live.stop()
    press(page, "j", "a")
    expect(page.locator(".row-failed")).to_contain_text("Rien n’a été enregistré")
    expect(page.locator("tr[data-q]")).to_have_count(0)
    expect(page.locator("tbody tr").first.locator("input[type=checkbox]")).to_be_enabled()
    left(page, MANY)
    house.live.start()
    press(page, "k", "a")
    left(page, MANY - 1)
    page.close()


def test_what_a_colleague_decided_meanwhile_is_told_and_not_decided_twice(house: House, page: Page) -> None:
    pick = page.locator("tbody tr input[type=checkbox]").first.get_attribute("value")
    house.post("agent", "/agent/demandes", choix=str(pick), seul="oui", verdict="accept")
    press(page, "j", "a")
    expect(page.locator("tr.done .row-told")).to_contain_text("déjà traitée par Dominique Rivoire")


def test_single_keys_can_be_turned_off_and_never_act_while_typing(house: House, page: Page) -> None:
    press(page, "/")
    expect(page.locator("#q")).to_be_focused()
    page.keyboard.type("ajkrtxu")
    expect(page.locator("#q")).to_have_value("ajkrtxu")
    assert waiting(house) == MANY
    page.locator("h1").click()
    press(page, "?")
    expect(page.locator("#keys")).to_be_visible()
    assert not axe_faults(page)
    page.get_by_label("Raccourcis d’une seule touche").press("Space")
    press(page, "Escape", "j", "a")
    page.wait_for_timeout(300)
    assert waiting(house) == MANY
    page.locator("[data-keys]").click()
    page.get_by_label("Raccourcis d’une seule touche").press("Space")
    press(page, "Escape", "j", "a")
    left(page, MANY - 1)


def test_any_family_is_three_keys_away(house: House, page: Page) -> None:
    press(page, "Control+k")
    page.keyboard.type("zoe", delay=20)
    expect(page.locator("#finder [role=option]").first).to_be_visible()
    assert not axe_faults(page)
    press(page, "ArrowDown", "ArrowUp", "Enter")
    page.wait_for_url("**/agent/familles/*")
    press(page, "/")
    expect(page.locator("#find")).to_be_focused()
    page.keyboard.type("lefevre camil")
    press(page, "Enter")  # faster than the answer
    page.wait_for_url("**/agent/familles/*")
    expect(page.locator("h1")).to_contain_text("Lefèvre")


def test_the_inbox_is_clean_for_assistive_tools_in_every_state(page: Page) -> None:
    assert not axe_faults(page)
    press(page, "j", "x", "a")
    expect(page.locator(".banner[tabindex]")).to_be_focused()
    press(page, "j", "r")
    expect(page.locator(".phrases")).to_be_visible()
    # The open list covers what lies under it, here and there a link by half: that is what it is for.
    assert not [fault for fault in axe_faults(page) if not fault.startswith("target-size")]
