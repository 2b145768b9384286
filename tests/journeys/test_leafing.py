"""From week to week, while answers are still on their way."""

from playwright.sync_api import Playwright, Route, expect

from tests.journeys.conftest import FLAGS, chromium_path
from tests.journeys.live import LiveServer
from tests.journeys.squares import NEXT_WEEK
from tests.pages.house import House

SAID_FRESH = """() => new BroadcastChannel("marelle").postMessage({
  type: "fresh", url: `/f/planning${location.search}` })"""
PAINTED = "() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))"


def test_who_has_gone_on_is_not_thrown_back_by_an_answer_that_was_late(
    playwright_here: Playwright, live: LiveServer
) -> None:
    browser = playwright_here.chromium.launch(executable_path=chromium_path(), args=FLAGS)
    page = House(live, browser).enter("parent", live.url, service_workers="block").new_page()
    page.goto(NEXT_WEEK)
    late: list[Route] = []
    page.route("**/f/planning?*2026-11-23*", lambda route: late.append(route))
    with page.expect_request("**/f/planning?*2026-11-23*"):
        page.evaluate(SAID_FRESH)
    page.locator("main [rel=next]").first.click()
    heading = page.get_by_role("heading", level=1)
    expect(heading).to_contain_text("30 novembre")
    for route in late:
        route.continue_()
    page.wait_for_load_state("networkidle")  # what was late has been read to its end
    page.evaluate(PAINTED)
    expect(heading).to_contain_text("30 novembre")
    browser.close()


def test_a_fresh_copy_of_the_week_on_screen_is_put_in(playwright_here: Playwright, live: LiveServer) -> None:
    browser = playwright_here.chromium.launch(executable_path=chromium_path(), args=FLAGS)
    page = House(live, browser).enter("parent", live.url, service_workers="block").new_page()
    page.goto(NEXT_WEEK)
    page.evaluate("() => { document.querySelector('#planning h1').textContent = 'Vieux'; }")
    page.evaluate(SAID_FRESH)
    expect(page.get_by_role("heading", level=1)).to_contain_text("23")
    browser.close()
