"""Whose taps they are: a lost session, another account, signing out with taps waiting, a new version of the portal."""

from playwright.sync_api import expect

from tests.journeys.conftest import Phone
from tests.journeys.live import LiveServer
from tests.journeys.proxy import Proxy
from tests.journeys.squares import NEXT_WEEK, audit_of, booked, free_ids, held, queue_of, square, tap, taps_of, waits
from tests.journeys.test_taps_without_network import at_the_calendar


def end_sessions(live: LiveServer) -> None:
    live.change("delete from sign_in")


def test_a_lost_session_keeps_the_tap_until_the_same_account_is_back(phone: Phone, live: LiveServer) -> None:
    first, *_ = at_the_calendar(phone)
    end_sessions(live)
    tap(phone.page, first)
    expect(phone.page.locator("#signin-again")).to_be_visible()
    expect(phone.page.locator("#signin-again")).to_contain_text("1 changement")
    assert taps_of(live, first) == []
    phone.page.locator("#signin-again a").click()
    phone.fill_sign_in("parent@demo.marelle")
    phone.page.goto(phone.url + NEXT_WEEK)
    booked(phone.page, first)
    assert len(audit_of(live, first)) == 1


def test_another_account_neither_sees_nor_sends_the_first_ones_taps(phone: Phone, live: LiveServer) -> None:
    first, *_ = at_the_calendar(phone)
    end_sessions(live)
    tap(phone.page, first)
    expect(phone.page.locator("#signin-again")).to_be_visible()
    phone.page.goto(phone.url + "/connexion")
    phone.fill_sign_in("conjoint@demo.marelle")  # same household: the square is on the page, the tap is not theirs
    phone.page.goto(phone.url + NEXT_WEEK)
    expect(square(phone.page, first)).to_be_visible()
    phone.page.wait_for_timeout(1500)
    expect(square(phone.page, first)).not_to_have_attribute("data-q", "pending")
    expect(phone.page.locator("#tray")).to_be_hidden()
    assert taps_of(live, first) == []
    phone.page.goto(phone.url + "/compte")
    phone.page.locator("form[data-signout] button").first.click()
    phone.page.wait_for_url("**/connexion**")
    phone.fill_sign_in("parent@demo.marelle")
    phone.page.goto(phone.url + NEXT_WEEK)
    booked(phone.page, first)


def sign_out(phone: Phone) -> None:
    phone.page.goto(phone.url + "/compte")
    phone.page.locator("form[data-signout] button").first.click()


def test_signing_out_with_taps_waiting_asks_and_keeps_them(phone: Phone, proxy: Proxy, live: LiveServer) -> None:
    first, *_ = at_the_calendar(phone)
    phone.page.goto(phone.url + "/compte")
    phone.page.goto(phone.url + NEXT_WEEK)
    assert phone.context
    phone.context.route("**/taps", lambda route: route.abort())  # the rest of the portal answers, this door does not
    tap(phone.page, first)
    waits(phone.page, first)
    sign_out(phone)
    dialog = phone.page.locator("#signout")
    expect(dialog).to_be_visible()
    dialog.get_by_role("button", name="Envoyer plus tard").click()
    phone.page.wait_for_url("**/connexion**")
    phone.context.unroute("**/taps")
    assert len(queue_of(phone.page)) == 1
    assert phone.page.evaluate("caches.keys()") == [
        k for k in phone.page.evaluate("caches.keys()") if not k.startswith("u-")
    ]
    phone.fill_sign_in("parent@demo.marelle")
    phone.page.goto(phone.url + NEXT_WEEK)
    booked(phone.page, first)
    assert len(audit_of(live, first)) == 1


def test_signing_out_and_giving_up_leaves_nothing(phone: Phone, live: LiveServer) -> None:
    first, *_ = at_the_calendar(phone)
    assert phone.context
    phone.context.route("**/taps", lambda route: route.abort())
    tap(phone.page, first)
    waits(phone.page, first)
    sign_out(phone)
    expect(phone.page.locator("#signout")).to_be_visible()
    phone.page.locator("#signout").get_by_role("button", name="Abandonner").click()
    phone.page.wait_for_url("**/connexion**")
    phone.context.unroute("**/taps")
    assert queue_of(phone.page) == []
    phone.fill_sign_in("parent@demo.marelle")
    phone.page.goto(phone.url + NEXT_WEEK)
    expect(square(phone.page, first)).to_have_attribute("data-s", "free")
    assert held(live, first) == []


def test_a_new_version_is_offered_and_loses_no_tap(phone: Phone, proxy: Proxy, live: LiveServer) -> None:
    first, second, *_ = at_the_calendar(phone)
    before = phone.page.locator('meta[name="marelle-build"]').get_attribute("content")
    proxy.set("refuse")
    tap(phone.page, first)
    waits(phone.page, first)
    live.restart(MARELLE_TOWN_COLOUR="#7a1f5f")  # another style sheet: another build
    assert phone.context
    phone.context.route("**/taps", lambda route: route.abort())
    proxy.set("pass")
    phone.page.evaluate("async () => { await (await navigator.serviceWorker.ready).update(); }")
    expect(phone.page.locator("#update")).to_be_visible()
    waits(phone.page, first)
    with phone.page.expect_event("load"):
        phone.page.locator("[data-update]").click()
    for _ in range(20):  # on a slow day the shelf answers first, with the page of the old build
        if phone.page.locator('meta[name="marelle-build"]').get_attribute("content") != before:
            break
        phone.page.reload()
    expect(phone.page.locator('meta[name="marelle-build"]')).not_to_have_attribute("content", str(before))
    waits(phone.page, first)
    phone.context.unroute("**/taps")
    phone.page.evaluate("dispatchEvent(new Event('online'))")
    booked(phone.page, first)
    tap(phone.page, second)
    booked(phone.page, second)
    assert len(audit_of(live, first)) == 1


def test_a_worker_cut_on_its_way_does_not_take_the_good_ones_place(phone: Phone, proxy: Proxy) -> None:
    """The other engines: engines/test_cut_worker.py."""
    page = phone.open("/connexion")
    phone.ready()
    proxy.set("cut")
    update = "async () => (await navigator.serviceWorker.ready).update().then(() => 'installed', () => 'refused')"
    assert page.evaluate(update) == "refused"
    proxy.set("pass")
    assert page.evaluate(update) == "installed"
    assert page.evaluate("async () => (await navigator.serviceWorker.ready).active.state") == "activated"


def test_a_browser_that_gives_no_worker_still_books(phone: Phone, proxy: Proxy, live: LiveServer) -> None:
    page = phone.open()
    assert phone.context
    phone.context.add_init_script("ServiceWorkerContainer.prototype.register = async () => undefined")
    faults: list[str] = []
    page.on("pageerror", lambda fault: faults.append(str(fault)))
    page.goto(phone.url + "/connexion")
    phone.fill_sign_in("parent@demo.marelle")
    page.goto(phone.url + NEXT_WEEK)
    (first,) = free_ids(page, 1)
    proxy.set("refuse")
    tap(page, first)
    waits(page, first)
    proxy.set("pass")
    page.evaluate("dispatchEvent(new Event('online'))")
    booked(page, first)
    assert len(audit_of(live, first)) == 1
    assert faults == []


CLAIM_ABORTED = """
  const begin = IDBDatabase.prototype.transaction;
  IDBDatabase.prototype.transaction = function (...args) {
    const transaction = begin.apply(this, args);
    if (!window.restored && args[1] === "readwrite") transaction.abort();
    return transaction;
  };"""
ACCOUNT = """() => new Promise((done) => {
  indexedDB.open("marelle").onsuccess = ({ target: { result } }) => {
    result.transaction("meta").objectStore("meta").get("account").onsuccess = (event) => done(event.target.result ?? null);
  };
})"""
LOOKED_AT_AGAIN = "() => document.dispatchEvent(new Event('visibilitychange'))"


def test_a_page_left_before_it_had_claimed_the_phone_claims_it_when_it_is_back(phone: Phone, live: LiveServer) -> None:
    page = phone.open("/connexion")
    page.add_init_script(CLAIM_ABORTED)  # as the page's own pagehide does
    phone.fill_sign_in("parent@demo.marelle")
    page.goto(phone.url + NEXT_WEEK)
    page.wait_for_load_state("networkidle")
    assert page.evaluate(ACCOUNT) is None
    page.evaluate("window.restored = true")
    page.evaluate(LOOKED_AT_AGAIN)
    (first,) = free_ids(page, 1)
    tap(page, first)
    booked(page, first)
    assert page.evaluate(ACCOUNT) == page.locator("meta[name=marelle-account]").get_attribute("content")


def test_the_age_of_a_page_is_counted_by_the_town_halls_clock(phone: Phone) -> None:
    first, *_ = at_the_calendar(phone)
    page = phone.page
    tap(page, first)
    booked(page, first)  # its answer has told the phone the town hall's time, days away from the phone's own
    page.reload()
    page.wait_for_load_state("networkidle")
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url) if "/f/planning?" in request.url else None)
    page.evaluate(LOOKED_AT_AGAIN)
    page.wait_for_timeout(1500)
    assert asked == [], "the page is fresh, whatever the phone's clock says"
    page.locator("#calendar").evaluate("(node) => { node.dataset.now -= 120_000; }")
    with page.expect_request("**/f/planning?*"):
        page.evaluate(LOOKED_AT_AGAIN)
