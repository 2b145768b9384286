"""Whose taps they are, in the other engines: a session that ends, the same account, another one."""

from tests.journeys.engines.conftest import at_length
from tests.journeys.engines.phone import Phone
from tests.journeys.engines.test_taps import at_the_calendar, one_effect
from tests.journeys.live import LiveServer
from tests.journeys.squares import NEXT_WEEK, taps_of


def tap_without_session(phone: Phone, live: LiveServer) -> str:
    first = at_the_calendar(phone)
    live.change("delete from sign_in")
    phone.tap(first)
    phone.says("#signin-again", "1 changement")
    assert taps_of(live, first) == []
    return first


def test_a_lost_session_keeps_the_tap_until_the_same_account_is_back(phone: Phone, live: LiveServer) -> None:
    first = tap_without_session(phone, live)
    phone.click("#signin-again a")
    phone.until("location.pathname.startsWith('/connexion') && document.readyState === 'complete'")
    phone.fill_sign_in("parent@demo.marelle")
    phone.goto(NEXT_WEEK)
    phone.booked(first)
    one_effect(live, first)


@at_length
def test_another_account_neither_sees_nor_sends_them(phone: Phone, live: LiveServer) -> None:
    first = tap_without_session(phone, live)
    phone.goto("/connexion")
    phone.fill_sign_in("conjoint@demo.marelle")  # same household: the square is on the page, the tap is not theirs
    phone.goto(NEXT_WEEK)
    phone.until("document.getElementById(args[0])", first)
    phone.run("await new Promise((done) => setTimeout(done, 1500))")
    assert phone.run("return document.getElementById(args[0]).dataset.q ?? null", first) is None
    assert phone.hidden("#tray")
    assert taps_of(live, first) == []
