"""Everything on the calendar without a mouse or a thumb: reached, seen, pressed, announced, left again."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, Playwright, expect

from tests.journeys.squares import NEXT_WEEK, booked, square
from tests.pages.house import House, as_lines, open_house

DAY = "a[data-day='2026-11-24']"
MOST = 150  # tab stops of the longest page walked here

# The element with the focus: what it is, whether its ring shows (its own, or its label's), and where it stands.
FOCUSED = """() => {
  const node = document.activeElement;
  if (!node || node === document.body) return null;
  const ring = [node, node.closest("label")].some((each) => {
    const { outlineStyle, outlineWidth } = each ? getComputedStyle(each) : {};
    return each && outlineStyle !== "none" && parseFloat(outlineWidth) >= 2;
  });
  const { bottom, right } = node.getBoundingClientRect();
  return { id: node.id, text: node.outerHTML.slice(0, 140), ring, sheet: !!node.closest("#sheet"),
    square: node.matches("button.sq"), free: node.matches("[data-s=free]:not([aria-disabled=true])"),
    seen: bottom > 0 && right > 0 };
}"""


@pytest.fixture(scope="module")
def house(playwright_here: Playwright, town_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    with open_house(playwright_here, town_folder, tmp_path_factory.mktemp("keyboard")) as house:
        yield house


@pytest.fixture
def page(house: House) -> Iterator[Page]:
    """The parent at next week's calendar."""
    page = house.page_of("parent")
    page.goto(NEXT_WEEK)
    page.wait_for_load_state("networkidle")
    yield page
    page.close()


def walk(page: Page, most: int = MOST) -> Iterator[dict[str, Any]]:
    """Tab after Tab, until the page is left."""
    for _ in range(most):
        page.keyboard.press("Tab")
        focused = page.evaluate(FOCUSED)
        if focused is None:
            return
        yield focused


def test_tab_reaches_the_skip_link_first_and_it_skips(page: Page) -> None:
    page.keyboard.press("Tab")
    skip = page.locator("a.skip")
    expect(skip).to_be_focused()
    expect(skip).to_be_in_viewport()
    page.keyboard.press("Enter")
    expect(page.locator("#main")).to_be_focused()


def test_tab_reaches_every_square_and_the_focus_is_always_seen(page: Page) -> None:
    stops = list(walk(page))
    reached = {stop["id"] for stop in stops if stop["square"]}
    assert reached == set(page.locator("#calendar button.sq").evaluate_all("(all) => all.map((one) => one.id)"))
    hidden = [stop["text"] for stop in stops if not (stop["ring"] and stop["seen"])]
    assert not hidden, f"no ring on {as_lines(hidden)}"


def test_a_missing_focus_ring_is_found_out(page: Page) -> None:
    """Negative control."""
    page.evaluate("() => document.querySelector('.bell').style.setProperty('outline', 'none', 'important')")
    assert any("bell" in stop["text"] for stop in walk(page, 8) if not stop["ring"])


def test_space_and_enter_tap_a_square_and_the_verdict_is_announced(page: Page) -> None:
    id_ = next(stop["id"] for stop in walk(page) if stop["free"])
    live = page.locator("#live")
    assert live.get_attribute("aria-live") == "polite"
    expect(live).to_have_text("")
    page.keyboard.press("Space")
    booked(page, id_)
    expect(square(page, id_)).to_have_attribute("aria-pressed", "true")
    expect(live).to_contain_text("Réservé")
    expect(square(page, id_)).to_be_focused()
    page.keyboard.press("Enter")
    booked(page, id_, "free")
    expect(square(page, id_)).to_have_attribute("aria-pressed", "false")
    expect(live).not_to_contain_text("Réservé")
    expect(square(page, id_)).to_be_focused()


def test_the_focus_stays_on_a_square_when_the_calendar_is_refreshed_behind_it(page: Page) -> None:
    id_ = next(stop["id"] for stop in walk(page) if stop["free"])
    with page.expect_response("**/f/planning**"):  # the page asks for the fresh calendar some time after a verdict
        page.keyboard.press("Enter")
    page.wait_for_load_state("networkidle")
    expect(square(page, id_)).to_be_focused()


def test_a_closed_square_says_why_to_the_keyboard_too(page: Page) -> None:
    page.goto("/planning?vue=semaine&jour=2026-11-16")
    closed = page.locator("button.sq[data-s=closed]").first
    closed.focus()
    page.keyboard.press("Enter")
    expect(page.locator("#sheet")).to_be_visible()
    expect(page.locator("#sheet p[data-slot=reason]")).not_to_be_empty()
    page.keyboard.press("Escape")
    expect(closed).to_be_focused()


def test_the_sheet_holds_the_focus_and_gives_it_back(page: Page) -> None:
    day = page.locator(DAY).first
    day.focus()
    page.keyboard.press("Enter")
    expect(page.locator("#sheet .day-title")).to_be_focused()
    for _ in range(2):  # twice round: the browser's own controls are between two rounds
        stops = list(walk(page))
        assert len(stops) > 10
        assert all(stop["sheet"] for stop in stops), as_lines([stop["text"] for stop in stops if not stop["sheet"]])
        hidden = [stop["text"] for stop in stops if not stop["ring"]]
        assert not hidden, f"no ring on {as_lines(hidden)}"
    page.keyboard.press("Escape")
    expect(page.locator("#sheet")).to_be_hidden()
    expect(day).to_be_focused()
    assert page.url.endswith(NEXT_WEEK)


def test_the_sheet_s_own_button_gives_the_focus_back(page: Page) -> None:
    day = page.locator(DAY).first
    day.focus()
    page.keyboard.press("Enter")
    page.locator("#sheet").get_by_role("link", name="Fermer").focus()
    page.keyboard.press("Enter")
    expect(page.locator("#sheet")).to_be_hidden()
    expect(day).to_be_focused()


def test_back_closes_the_sheet_and_gives_the_focus_back(page: Page) -> None:
    day = page.locator(DAY).first
    day.focus()
    page.keyboard.press("Enter")
    expect(page.locator("#sheet .day-title")).to_be_visible()
    page.go_back()
    expect(page.locator("#sheet")).to_be_hidden()
    expect(day).to_be_focused()
    assert page.url.endswith(NEXT_WEEK)
