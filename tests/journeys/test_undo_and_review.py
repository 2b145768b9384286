"""What a parent reads and takes back after a tap: the line over the menu, the review of what waits, the first hints."""

from playwright.sync_api import Page, expect

from tests.journeys.conftest import Phone
from tests.journeys.live import LiveServer
from tests.journeys.proxy import Proxy
from tests.journeys.squares import NEXT_WEEK, becomes, booked, free_ids, held, queue_of, square, tap, taps_of, waits
from tests.journeys.test_taps_without_network import at_the_calendar, back

SAID = "#said:not([hidden])"


# The next hint is said, or the phone has noted that all three are understood.
NEXT_OR_NONE = """async (was) => {
  const said = document.querySelector("#said p").textContent;
  if (said && said !== was) return true;
  const known = await new Promise((done) => {
    indexedDB.open("marelle").onsuccess = ({ target: { result: db } }) => {
      const asked = db.transaction("meta").objectStore("meta").get("hints");
      asked.onsuccess = () => { db.close(); done(asked.result); };
    };
  });
  return known === 3 && !said;
}"""


def understand_all(page: Page) -> list[str]:
    """Every hint, read and put away."""
    read = []
    while page.locator(SAID).count():
        read.append(page.locator("#said p").inner_text())
        page.get_by_role("button", name="Compris").tap()
        becomes(page, NEXT_OR_NONE, read[-1])
    return read


def open_tray(page: Page) -> None:
    expect(page.locator(SAID)).to_have_count(0)  # what waits longer than a moment is the tray's to tell
    page.locator("#tray summary").click()


def test_a_tap_is_said_in_words_and_taken_back_with_one_touch(phone: Phone, live: LiveServer) -> None:
    first, *_ = at_the_calendar(phone)
    tap(phone.page, first)
    expect(phone.page.locator("#said p")).to_contain_text("Réservé")
    phone.page.get_by_role("button", name="Annuler", exact=True).tap()
    booked(phone.page, first, "free")
    expect(phone.page.locator("#said p")).to_contain_text("Annulé")
    assert [row["state"] for row in held(live, first)] == ["free"]
    phone.page.get_by_role("button", name="Rétablir").tap()
    booked(phone.page, first)
    assert len(taps_of(live, first)) == 3


def test_offline_the_line_gives_way_to_the_tray(phone: Phone, proxy: Proxy) -> None:
    first, *_ = at_the_calendar(phone)
    proxy.set("refuse")
    tap(phone.page, first)
    expect(phone.page.locator("#said p")).to_contain_text("à réserver")
    expect(phone.page.locator(SAID)).to_have_count(0)
    expect(phone.page.locator("#tray summary")).to_contain_text("1 réservation en attente d’envoi")


def test_the_review_lists_each_change_with_its_price_and_its_limit(phone: Phone, proxy: Proxy) -> None:
    ids = at_the_calendar(phone)
    phone.page.goto(phone.url + "/en-attente")
    expect(phone.page.get_by_text("Rien n’attend")).to_be_visible()
    phone.page.goto(phone.url + NEXT_WEEK)
    proxy.set("refuse")
    for id_ in ids:
        tap(phone.page, id_)
        waits(phone.page, id_)
    phone.page.goto(phone.url + "/en-attente")
    lines = phone.page.locator("main #tray [data-list=waiting] li")
    expect(lines).to_have_count(3)
    for line in lines.all():
        expect(line).to_contain_text("€")
        expect(line).to_contain_text("avant")
    expect(phone.page.locator("#tray [data-count=cost]")).to_contain_text("€")
    lines.first.get_by_role("button", name="Retirer").tap()
    expect(phone.page.locator("#tray summary")).to_contain_text("1 changement retiré, à confirmer")
    expect(lines.filter(has_text="retiré, à confirmer")).to_have_count(1)
    phone.page.get_by_role("link", name="Retour au planning").tap()
    waits(phone.page, ids[1])


def test_delete_all_can_be_taken_back_and_never_turns_into_a_booking(
    phone: Phone, proxy: Proxy, live: LiveServer
) -> None:
    first, second, _ = at_the_calendar(phone)
    proxy.set("refuse")
    for id_ in (first, second):
        tap(phone.page, id_)
        waits(phone.page, id_)
    open_tray(phone.page)
    phone.page.get_by_role("button", name="Tout supprimer").tap()
    phone.page.get_by_role("button", name="Tout supprimer").tap()  # twice: what is taken back stays so
    expect(phone.page.locator("#tray [data-list=waiting] li", has_text="à réserver")).to_have_count(0)
    assert {record["want"] for record in queue_of(phone.page)} == {"free"}
    phone.page.locator("#tray summary").click()
    back(proxy, phone.page)
    expect(phone.page.locator("#tray")).to_be_hidden()
    assert [row["state"] for id_ in (first, second) for row in held(live, id_) if row["state"] != "free"] == []


def test_hints_are_said_once_and_never_again(phone: Phone) -> None:
    page = phone.sign_in()
    page.goto(phone.url + NEXT_WEEK)
    expect(page.locator("#said p")).to_contain_text("Touchez une case")
    assert len(understand_all(page)) == 3
    page.reload()
    page.wait_for_load_state("networkidle")
    expect(page.locator(SAID)).to_have_count(0)


def test_who_has_tapped_is_not_told_how_to_tap(phone: Phone) -> None:
    page = phone.sign_in()
    page.goto(phone.url + NEXT_WEEK)
    expect(page.locator("#said p")).to_contain_text("Touchez une case")
    (first,) = free_ids(page, 1)
    tap(page, first)
    booked(page, first)
    page.reload()
    expect(page.locator("#said p")).to_contain_text("Touchez une date")


def test_an_arrow_key_keeps_its_place_in_the_next_week(phone: Phone) -> None:
    page = phone.sign_in()
    page.goto(phone.url + NEXT_WEEK)
    page.wait_for_load_state("networkidle")
    (first,) = free_ids(page, 1)
    square(page, first).focus()
    page.keyboard.press("ArrowRight")
    page.wait_for_url("**jour=2026-11-30**")
    expect(page.locator("button.sq:focus")).to_have_count(1)
    assert page.evaluate("document.activeElement.id") != first


def test_the_sheet_is_pulled_down_with_a_finger(phone: Phone) -> None:
    page = phone.sign_in()
    page.goto(phone.url + NEXT_WEEK)
    page.locator("a[data-day='2026-11-24']").first.tap()
    expect(page.locator("#sheet .day-title")).to_be_visible()
    box = page.locator("#sheet .day-title").bounding_box()
    assert box
    across, top = box["x"] + box["width"] / 2, box["y"] + 5
    fingers = page.context.new_cdp_session(page)

    def pull(length: int) -> None:
        fingers.send("Input.dispatchTouchEvent", {"type": "touchStart", "touchPoints": [{"x": across, "y": top}]})
        for step in range(1, 6):
            point = {"x": across, "y": top + length * step / 5}
            fingers.send("Input.dispatchTouchEvent", {"type": "touchMove", "touchPoints": [point]})
        fingers.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})

    pull(30)
    expect(page.locator("#sheet")).to_be_visible()
    pull(200)
    expect(page.locator("#sheet")).to_be_hidden()
