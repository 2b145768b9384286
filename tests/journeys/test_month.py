"""The month on a phone: a day is tapped as a whole, its sheet opens, and what is tapped there is painted in the month."""

from playwright.sync_api import Page, expect

from tests.journeys.conftest import Phone
from tests.journeys.live import LiveServer
from tests.journeys.proxy import Proxy
from tests.journeys.squares import FREE, booked, held

MONTH = "/planning?vue=mois&jour=2026-11-01"
NEAR, FAR = "2026-11-24", "2026-12-10"  # the sheet of the first is on the shelf, the second is in a week that is


def at_the_month(phone: Phone) -> Page:
    """Signed in, the worker running and its shelf filled."""
    page = phone.sign_in()
    page.goto(phone.url + MONTH)
    phone.ready()
    page.reload()
    page.evaluate(
        """async (wanted) => {
          const name = async () => (await caches.keys()).find((key) => key.startsWith("u-"));
          const kept = async (url) => (await name()) && (await caches.open(await name())).match(url);
          for (const url of wanted) while (!(await kept(url))) await new Promise((done) => setTimeout(done, 100));
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
