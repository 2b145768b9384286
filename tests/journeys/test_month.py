"""The month on a phone: a day is tapped as a whole, its sheet opens, and what is tapped there is painted in the month."""

import re

from playwright.sync_api import Page, expect

from tests.journeys.conftest import Phone
from tests.journeys.live import LiveServer
from tests.journeys.proxy import Proxy
from tests.journeys.squares import FREE, becomes, booked, held

MONTH = "/planning?vue=mois&jour=2026-11-01"
HOLIDAYS = "/planning?vue=mois&jour=2027-05-01"  # Ascension, Lundi de Pentecôte
NEAR, FAR = "2026-11-24", "2026-12-10"  # the sheet of the first is on the shelf, the second is in a week that is


def at_the_month(phone: Phone) -> Page:
    """Signed in, the worker running and its shelf filled."""
    page = phone.sign_in()
    page.goto(phone.url + MONTH)
    phone.ready()
    page.reload()
    becomes(
        page,
        """async (wanted) => {
          const name = async () => (await caches.keys()).find((key) => key.startsWith("u-"));
          const kept = async (url) => (await name()) && (await caches.open(await name())).match(url);
          return (await Promise.all(wanted.map(kept))).every(Boolean);
        }""",
        ["/f/planning?vue=semaine&jour=2026-12-07", f"/f/planning/jour/{NEAR}"],
    )
    return page


def first_free(page: Page) -> tuple[str, str]:
    """The first square of the sheet that can be booked: its id, and its key."""
    found = page.locator(f"#sheet {FREE}").first
    expect(found).to_be_visible()
    return str(found.get_attribute("id")), str(found.get_attribute("value")).split("~")[0]


def test_a_day_booked_in_its_sheet_is_painted_in_the_month(phone: Phone, live: LiveServer) -> None:
    page = at_the_month(phone)
    page.locator(f".month [data-day='{NEAR}']").tap()
    id_, key = first_free(page)
    page.locator(f"#{id_}").tap()
    booked(page, id_)
    small = page.locator(f".month data[value='{key}']")
    expect(small).to_have_attribute("data-s", "booked")
    expect(small.locator(".sq-word")).to_contain_text("éservé")
    page.locator("#sheet [data-close]").first.tap()
    expect(page.locator("#sheet")).to_be_hidden()
    assert page.url.endswith(MONTH)
    assert [row["state"] for row in held(live, id_.removeprefix("d"))] == ["booked"]


def test_without_a_network_a_day_that_is_not_kept_opens_its_week_instead(phone: Phone, proxy: Proxy) -> None:
    page = at_the_month(phone)
    page.locator(".cal-bar a[rel=next]").tap()
    expect(page.locator("h1")).to_contain_text("Décembre")
    proxy.set("refuse")
    page.locator(f".month [data-day='{FAR}']").tap()
    expect(page.locator("h1")).to_contain_text("7 – 13 décembre")
    expect(page.locator("#sheet")).to_be_hidden()
    square = page.locator(FREE).first
    key = str(square.get_attribute("value")).split("~")[0]
    square.tap()
    expect(page.locator(f"button.sq[value^='{key}~']")).to_have_attribute("data-q", "pending")
    page.go_back()
    expect(page.locator(f".month data[value='{key}']")).to_have_attribute("data-q", "pending")


def test_after_the_sheet_back_takes_one_touch(phone: Phone) -> None:
    """Whatever was swapped meanwhile, the sheet is one step of the history, and its end takes the step back."""
    page = at_the_month(phone)
    page.locator(f".month [data-day='{NEAR}']").tap()
    stamp = str(page.locator("#calendar").get_attribute("data-now"))
    id_, _ = first_free(page)
    page.locator(f"#{id_}").tap()
    booked(page, id_)
    expect(page.locator(f"#calendar:not([data-now='{stamp}'])")).to_be_attached()  # the panel under it is refreshed
    page.go_back()
    expect(page.locator("#sheet")).to_be_hidden()
    assert page.url.endswith(MONTH)
    page.locator(f".month [data-day='{NEAR}']").tap()
    expect(page.locator("#sheet .day-title")).to_be_visible()
    page.locator("#sheet [data-close]").first.tap()
    expect(page.locator("#sheet")).to_be_hidden()
    page.wait_for_function("() => !history.state?.sheet")
    page.go_back()
    expect(page).to_have_url(re.compile(r"/(\?.*)?$"))


def test_with_letters_twice_as_large_no_word_of_the_month_is_cut(phone: Phone) -> None:
    page = phone.sign_in()
    page.context.new_cdp_session(page).send("Page.setFontSizes", {"fontSizes": {"standard": 32, "fixed": 26}})
    page.goto(phone.url + HOLIDAYS)
    expect(page.locator(".month")).to_contain_text("Pentecôte")
    cut: list[str] = page.evaluate(
        """() => {
          const texts = [...document.querySelectorAll(".month tbody :is(a, small, p)")].flatMap((node) => [...node.childNodes])
            .filter((node) => node.nodeType === 3 || node.matches(".sr")).map((node) => node.firstChild || node);
          const words = texts.flatMap((node) => [...node.textContent.matchAll(/[^\\s-]+/g)].map((word) => [node, word]));
          const lines = ([node, word]) => {
            const range = document.createRange();
            range.setStart(node, word.index);
            range.setEnd(node, word.index + word[0].length);
            return new Set([...range.getClientRects()].map(({ top }) => Math.round(top))).size;
          };
          return words.filter((word) => lines(word) > 1).map(([, word]) => word[0]);
        }"""
    )
    assert cut == []
