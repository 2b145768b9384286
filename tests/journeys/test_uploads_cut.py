"""A heavy photo over a narrow network that breaks half-way, twice, and a phone that dies: said, kept, sent once."""

import time
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.conftest import Phone
from tests.journeys.live import LiveServer
from tests.journeys.proxy import Proxy
from tests.journeys.test_documents import choose, send
from tests.papers import photo

FREE = "/documents/envoyer?type=other"
MEGABYTE = 1024 * 1024
HEAVY = 9 * MEGABYTE
SENT = "select d.title, f.size from document d join document_file f on f.document_id = d.id where d.title = $1"


@pytest.fixture
def heavy(tmp_path: Path) -> Path:
    path = tmp_path / "IMG_2043.jpg"
    body = photo(3000, 2000)
    path.write_bytes(body + bytes(HEAVY - len(body)))
    return path


def filled(phone: Phone, heavy: Path) -> Page:
    page = phone.page
    page.goto(phone.url + FREE)
    page.get_by_label("Ce que c’est").fill("Certificat du club")
    choose(page, heavy)
    return page


def files_of(live: LiveServer) -> set[str]:
    """Everything in the safe, what is arriving included."""
    return {path.name for path in (live.folder / "documents").rglob("*") if path.is_file()}


def until(condition: Callable[[], bool]) -> None:
    for _ in range(600):
        if condition():
            return
        time.sleep(0.05)
    raise AssertionError("it never came")


def half_way(page: Page) -> None:
    bar = page.locator("#sending")
    until(lambda: 20 < bar.evaluate("(it) => it.value") < 100)


def form_is_whole(page: Page) -> None:
    """What was typed and chosen is there, and can be sent."""
    expect(page.get_by_label("Ce que c’est")).to_have_value("Certificat du club")
    assert page.get_by_label("Choisir des fichiers").evaluate("(it) => it.files[0].size") == HEAVY
    expect(page.locator("#sending")).to_be_hidden()
    expect(page.get_by_role("button", name="Réessayer")).to_be_enabled()


def test_cut_half_way_twice_it_says_so_keeps_the_form_and_sends_it_once(
    phone: Phone, proxy: Proxy, live: LiveServer, heavy: Path
) -> None:
    phone.sign_in()
    page, before = filled(phone, heavy), files_of(live)
    proxy.narrow(3 * MEGABYTE, HEAVY // 2)
    send(page)
    for _ in range(2):
        half_way(page)
        expect(page.locator("#f-fichier-error")).to_contain_text("L’envoi a été coupé")
        expect(page.locator("#f-fichier-error")).to_be_in_viewport()
        form_is_whole(page)
        until(lambda: files_of(live) == before)  # nothing half-kept
        assert live.rows(SENT, "Certificat du club") == []
        page.get_by_role("button", name="Réessayer").tap()
        expect(page.locator("#f-fichier-error")).to_be_hidden()
    half_way(page)
    expect(page.locator("#f-fichier-error")).to_contain_text("L’envoi a été coupé")
    proxy.set("pass")
    page.get_by_role("button", name="Réessayer").tap()
    page.wait_for_url("**/documents/envois?dit=recu")
    assert len(live.rows(SENT, "Certificat du club")) == 1
    assert len(files_of(live) - before) == 1
    assert phone.complaints == []


def test_a_phone_that_dies_half_way_leaves_nothing_and_no_place_taken(
    phone: Phone, proxy: Proxy, live: LiveServer, heavy: Path
) -> None:
    page = phone.sign_in()
    before = files_of(live)
    for _ in range(3):  # as many as one account may send at once
        page = filled(phone, heavy)
        proxy.narrow(MEGABYTE // 8, HEAVY)  # a minute: the phone dies long before
        send(page)
        half_way(page)
        until(lambda: files_of(live) != before)
        phone.kill()
        proxy.set("pass")  # the mast gives its connection up
        until(lambda: files_of(live) == before)
        phone.open()
    page = filled(phone, heavy)
    send(page)
    page.wait_for_url("**/documents/envois?dit=recu")
    assert len(live.rows(SENT, "Certificat du club")) == 1


def test_a_file_taken_away_meanwhile_is_said_and_the_rest_stays(
    phone: Phone, proxy: Proxy, live: LiveServer, heavy: Path
) -> None:
    """A photo deleted from the phone between two tries: the browser can no longer read it."""
    phone.sign_in()
    page = filled(phone, heavy)
    proxy.narrow(3 * MEGABYTE, HEAVY // 2)
    send(page)
    half_way(page)
    expect(page.locator("#f-fichier-error")).to_contain_text("L’envoi a été coupé")
    heavy.unlink()
    proxy.set("pass")
    page.get_by_role("button", name="Réessayer").tap()
    expect(page.locator("#f-fichier-error")).to_contain_text("Choisissez-le à nouveau")
    expect(page.get_by_label("Ce que c’est")).to_have_value("Certificat du club")
    heavy.write_bytes(photo(3000, 2000))
    choose(page, heavy)
    page.get_by_role("button", name="Réessayer").tap()
    page.wait_for_url("**/documents/envois?dit=recu")
    assert len(live.rows(SENT, "Certificat du club")) == 1
