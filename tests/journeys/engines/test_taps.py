"""One tap on networks that fail in every way, in Firefox ESR and WebKitGTK; final states are read outside the browser."""

from tests.journeys.engines.conftest import PhoneMaker, at_length
from tests.journeys.engines.phone import Phone
from tests.journeys.live import LiveServer
from tests.journeys.proxy import Proxy
from tests.journeys.squares import NEXT_WEEK, ON_THE_SHELF, arrived, audit_of, held, taps_of

ON_SCREEN = "document.getElementById(args[0])?.getClientRects().length"


def at_the_calendar(phone: Phone) -> str:
    """Signed in, worker running, next week on screen and on the shelf; a free square."""
    phone.sign_in()
    phone.goto(NEXT_WEEK)
    phone.ready()
    phone.reload()
    on_the_shelf(phone)
    (first,) = phone.free_ids(1)
    return first


def on_the_shelf(phone: Phone) -> None:
    phone.until(f"await {ON_THE_SHELF}")


def notice(phone: Phone) -> None:
    """The browser hears that the network is back."""
    phone.run("dispatchEvent(new Event('online'))")


def one_effect(live: LiveServer, id_: str) -> None:
    assert [row["state"] for row in held(live, id_)] == ["booked"]
    assert len(taps_of(live, id_)) == len(audit_of(live, id_)) == 1


@at_length
def test_an_offline_reload_shows_the_calendar(phone: Phone, proxy: Proxy) -> None:
    first = at_the_calendar(phone)
    proxy.set("refuse")
    phone.reload()
    phone.until(ON_SCREEN, first)
    phone.says("#status", "Hors ligne")


def test_a_tap_offline_waits_and_has_exactly_one_effect_online(phone: Phone, proxy: Proxy, live: LiveServer) -> None:
    first = at_the_calendar(phone)
    proxy.set("refuse")
    phone.tap(first)
    phone.waits(first)
    assert held(live, first) == []
    proxy.set("pass")
    notice(phone)
    phone.booked(first)
    one_effect(live, first)


@at_length
def test_without_background_sync_the_page_alone_sends_what_waits(phone: Phone, proxy: Proxy, live: LiveServer) -> None:
    first = at_the_calendar(phone)
    assert phone.run("return 'sync' in await navigator.serviceWorker.ready") is False
    proxy.set("refuse")
    phone.tap(first)
    phone.waits(first)
    proxy.set("pass")  # nobody tells the browser: its own timer finds out
    phone.booked(first)
    one_effect(live, first)


@at_length
def test_closed_and_reopened_it_still_waits(phone: Phone, proxy: Proxy, live: LiveServer) -> None:
    first = at_the_calendar(phone)
    proxy.set("refuse")
    phone.tap(first)
    phone.waits(first)
    phone.close()
    phone.open(NEXT_WEEK)
    phone.waits(first)
    proxy.set("pass")
    notice(phone)
    phone.booked(first)
    one_effect(live, first)


def test_a_browser_killed_after_the_tap_loses_nothing(phone: Phone, proxy: Proxy, live: LiveServer) -> None:
    first = at_the_calendar(phone)
    phone.close()  # cookies are written lazily: a kill must not also lose the session
    phone.open(NEXT_WEEK)
    proxy.set("refuse")
    phone.tap(first)
    phone.waits(first)
    phone.kill()
    proxy.set("pass")
    phone.open(NEXT_WEEK)
    phone.booked(first)
    one_effect(live, first)


def test_a_browser_killed_in_flight_sends_the_same_tap_again(phone: Phone, proxy: Proxy, live: LiveServer) -> None:
    first = at_the_calendar(phone)
    phone.close()
    phone.open(NEXT_WEEK)
    proxy.set("lose")
    phone.tap(first)
    arrived(live, first)
    phone.kill()
    proxy.set("pass")
    phone.open(NEXT_WEEK)
    phone.booked(first)
    one_effect(live, first)


def test_an_answer_lost_on_the_way_is_asked_for_again(phone: Phone, proxy: Proxy, live: LiveServer) -> None:
    first = at_the_calendar(phone)
    proxy.set("lose")
    phone.tap(first)
    arrived(live, first)
    proxy.set("pass")
    notice(phone)
    phone.booked(first)
    one_effect(live, first)


def test_a_hung_network_still_shows_the_calendar(phone: Phone, proxy: Proxy, live: LiveServer) -> None:
    first = at_the_calendar(phone)
    proxy.set("hang")
    phone.goto(NEXT_WEEK)
    phone.until(ON_SCREEN, first)
    phone.tap(first)
    phone.until("['pending', 'sending'].includes(document.getElementById(args[0]).dataset.q)", first)
    proxy.set("pass")
    phone.booked(first)
    one_effect(live, first)


def test_an_answer_cut_on_its_way_neither_blanks_the_calendar_nor_is_kept(
    phone: Phone, proxy: Proxy, live: LiveServer
) -> None:
    first = at_the_calendar(phone)
    proxy.set("cut")
    phone.reload()
    phone.until(ON_SCREEN, first)
    phone.click("main [rel=next]")
    phone.until("/Pas de réseau|Hors ligne/.test(document.querySelector('#status').textContent)")
    phone.until(ON_SCREEN, first)
    proxy.set("refuse")
    phone.goto(NEXT_WEEK)
    phone.until(ON_SCREEN, first)
    phone.tap(first)
    phone.waits(first)
    proxy.set("pass")
    notice(phone)
    phone.booked(first)
    one_effect(live, first)


def test_a_refusal_at_the_cutoff_restores_the_square_and_says_why(phone: Phone, proxy: Proxy, live: LiveServer) -> None:
    at_the_calendar(phone)
    (first,) = phone.free_ids(1, "cantine")
    proxy.set("refuse")
    phone.tap(first)
    phone.waits(first)
    live.restart(MARELLE_NOW="2026-11-30T09:00:00+01:00")  # while the phone was without network, the week has passed
    proxy.set("pass")
    notice(phone)
    phone.shows(first, "rejected")
    phone.until("document.querySelector('#tray').textContent.includes('Trop tard')")
    assert held(live, first) == []
    assert [row["outcome"] for row in taps_of(live, first)] == ["rejected"]


def test_two_tabs_send_one_request_and_both_are_repainted(phone: Phone, proxy: Proxy, live: LiveServer) -> None:
    first = at_the_calendar(phone)
    with phone.other_tab(NEXT_WEEK) as show:
        show(False)
        proxy.set("refuse")
        phone.tap(first)
        phone.waits(first)
        show(True)
        phone.waits(first)
        proxy.set("pass")
        notice(phone)
        show(False)
        notice(phone)
        phone.booked(first)
        show(True)
        phone.booked(first)
    assert proxy.batches == 1
    one_effect(live, first)


def test_back_works_offline(phone: Phone, proxy: Proxy) -> None:
    first = at_the_calendar(phone)
    phone.click("main [rel=next]")
    phone.says("h1", "30 novembre")
    proxy.set("refuse")
    phone.back()
    phone.until(ON_SCREEN, first)
    phone.says("h1", "23")


# What is said last, then the hints put away with « Compris », lie where the tray is.
TRAY_IN_SIGHT = (
    "[...document.querySelectorAll('.said:not([hidden]) button')].filter((one) => one.textContent === 'Compris')"
    ".forEach((one) => one.click()) || getComputedStyle(document.querySelector('#tray')).visibility === 'visible'"
)


@at_length
def test_what_is_taken_back_in_the_tray_is_never_booked(phone: Phone, proxy: Proxy, live: LiveServer) -> None:
    first = at_the_calendar(phone)
    proxy.set("hang")  # the tap is on its way, and not known to have arrived
    phone.tap(first)
    phone.until("document.querySelectorAll('#tray [data-list=waiting] li').length === 1")
    proxy.set("refuse")
    phone.waits(first)
    phone.until(TRAY_IN_SIGHT)
    phone.click("#tray summary")
    phone.click("#tray [data-act=undo]")
    phone.until("document.getElementById(args[0]).ariaPressed === 'false'", first)
    assert proxy.batches == 0
    proxy.set("pass")
    notice(phone)
    phone.booked(first, "free")  # tried once, so only the town hall can say that nothing has changed
    assert held(live, first) == []
    assert [row["want"] for row in taps_of(live, first)] == ["free"]
    assert proxy.batches == 1


@at_length
def test_a_page_left_while_it_saves_does_not_shut_the_queue(phone: Phone, live: LiveServer) -> None:
    at_the_calendar(phone)
    first, second = phone.free_ids(2)
    phone.run("addEventListener('pagehide', () => document.getElementById(args[0]).click(), true)", first)
    phone.goto("/compte")  # Safari keeps the page that is left for Back, asleep with what it has under way
    phone.goto(NEXT_WEEK)
    phone.tap(second)
    phone.booked(second)
    one_effect(live, second)


@at_length
def test_a_private_window_still_books(phones: PhoneMaker, proxy: Proxy, live: LiveServer) -> None:
    phone = phones("private", private=True)
    phone.open("/connexion")  # no waiting for a worker: it depends on the browser's release whether there is one
    phone.fill_sign_in("parent@demo.marelle")
    phone.goto(NEXT_WEEK)
    (first,) = phone.free_ids(1)
    proxy.set("refuse")
    phone.tap(first)
    phone.waits(first)
    proxy.set("pass")
    notice(phone)
    phone.booked(first)
    one_effect(live, first)


@at_length
def test_a_phone_that_can_keep_nothing_says_so_and_puts_the_square_back(phone: Phone, live: LiveServer) -> None:
    first = at_the_calendar(phone)
    phone.run("IDBDatabase.prototype.transaction = () => { throw new DOMException('no', 'InvalidStateError'); }")
    phone.run("IDBFactory.prototype.open = () => { throw new DOMException('no', 'SecurityError'); }")
    phone.tap(first)
    phone.until("document.querySelector('#live').textContent.includes('Non enregistré sur ce téléphone')")
    assert phone.run("return document.getElementById(args[0]).dataset.q ?? ''", first) == ""
    assert phone.run("return document.getElementById(args[0]).ariaPressed", first) == "false"
    assert taps_of(live, first) == []
