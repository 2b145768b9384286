"""Everything essential without a line of JavaScript: sign in, look, book, read why not, cancel, sign out."""

import re

from playwright.sync_api import Page, expect

from tests.journeys.conftest import PhoneMaker
from tests.journeys.live import LiveServer
from tests.journeys.squares import FREE, NEXT_WEEK, held, square


def press(page: Page, id_: str) -> None:
    square(page, id_).press("Enter")
    page.wait_for_load_state()


def test_a_parent_books_and_cancels_by_plain_forms(phones: PhoneMaker, live: LiveServer) -> None:
    phone = phones("sans-script", javascript=False)
    page = phone.sign_in()
    page.goto(phone.url + NEXT_WEEK)
    id_ = str(page.locator(FREE).first.get_attribute("id"))
    press(page, id_)
    expect(page.get_by_text(re.compile("Réservé"), exact=False).first).to_be_visible()
    expect(square(page, id_)).to_have_attribute("data-s", "booked")
    assert [row["state"] for row in held(live, id_)] == ["booked"]
    press(page, id_)
    expect(square(page, id_)).to_have_attribute("data-s", "free")
    assert [row["state"] for row in held(live, id_)] == ["free"]


def test_the_periods_the_day_and_its_reasons_are_links(phones: PhoneMaker) -> None:
    phone = phones("sans-script", javascript=False)
    page = phone.sign_in()
    page.goto(phone.url + NEXT_WEEK)
    page.locator("[rel=next]").first.click()
    expect(page.locator("h1")).to_contain_text("30 novembre")
    page.get_by_role("link", name="Mois").click()
    expect(page.locator("h1")).to_contain_text("2026")
    page.locator("a[data-day]").first.click()
    expect(page.get_by_text("possible jusqu", exact=False).first).to_be_visible()


def test_a_closed_square_leads_to_its_reason(phones: PhoneMaker) -> None:
    phone = phones("sans-script", javascript=False)
    page = phone.sign_in()
    page.goto(phone.url + "/planning?vue=semaine&jour=2026-11-09")
    closed = page.locator("button.sq[data-s=closed], button.sq[aria-disabled=true]").first
    closed.press("Enter")
    page.wait_for_url("**/planning/jour/**")


def test_signing_out_is_a_plain_form(phones: PhoneMaker, live: LiveServer) -> None:
    phone = phones("sans-script", javascript=False)
    page = phone.sign_in()
    page.goto(phone.url + "/compte")
    page.locator("form[data-signout] button").first.click()
    page.wait_for_url("**/connexion**")
    page.goto(phone.url + "/planning")
    expect(page).to_have_url(re.compile("/connexion"))


def test_an_agent_decides_by_plain_forms(phones: PhoneMaker, live: LiveServer) -> None:
    phone = phones("agent", javascript=False)
    page = phone.sign_in("agent@demo.marelle")
    page.goto(phone.url + "/agent/demandes")
    waiting = len(live.rows("select id from booking where state in ('requested', 'cancel_requested')"))
    page.locator("tbody input[type=checkbox]").first.check()
    page.get_by_role("button", name=re.compile("Accepter|Valider")).first.click()
    page.wait_for_load_state()
    assert len(live.rows("select id from booking where state in ('requested', 'cancel_requested')")) == waiting - 1
