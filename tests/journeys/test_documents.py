"""A document sent from a phone on a bad network: real files, a real server, a proxy that cuts."""

from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.conftest import Phone
from tests.journeys.live import LiveServer
from tests.journeys.proxy import Proxy
from tests.papers import HEIC, photo

HOME = "/documents/envoyer?type=home_proof"
SENT = "select d.id, f.media from document d join document_file f on f.document_id = d.id where d.sent_key not like 'demo%' and d.kind = 'home_proof'"


@pytest.fixture
def picture(tmp_path: Path) -> Path:
    """A photo as heavy as a phone's."""
    path = tmp_path / "IMG_2043.jpg"
    path.write_bytes(photo(3000, 2000) + bytes(3_000_000))
    return path


def choose(page: Page, *paths: Path) -> None:
    page.get_by_label("Choisir des fichiers").set_input_files([str(path) for path in paths])


def send(page: Page) -> None:
    page.get_by_role("button", name="Envoyer à la mairie").tap()


def made(live: LiveServer) -> list[str]:
    """The files of proofs of residence sent in this test."""
    rows = live.rows(SENT + " and d.created_at > (select min(created_at) from document where kind = 'home_proof')")
    return [row["media"] for row in rows]


def test_a_photo_goes_from_the_phone_to_the_town_hall(phone: Phone, live: LiveServer, picture: Path) -> None:
    page = phone.sign_in()
    page.goto(phone.url + HOME)
    choose(page, picture, HEIC)
    send(page)
    page.wait_for_url("**/documents/envois?dit=recu")
    expect(page.get_by_text("La mairie a reçu votre document")).to_be_visible()
    assert made(live) == ["image/jpeg", "image/jpeg"]
    assert phone.complaints == []


def test_a_cut_leaves_the_form_as_it_was_and_one_button_tries_again(
    phone: Phone, proxy: Proxy, live: LiveServer, picture: Path
) -> None:
    page = phone.sign_in()
    page.goto(phone.url + HOME)
    choose(page, picture)
    proxy.set("refuse")
    send(page)
    fault = page.locator("#f-fichier-error")
    expect(fault).to_contain_text("L’envoi a été coupé")
    assert made(live) == []
    proxy.set("pass")
    page.get_by_role("button", name="Réessayer").tap()
    page.wait_for_url("**/documents/envois?dit=recu")
    assert made(live) == ["image/jpeg"]


def test_an_answer_lost_on_the_way_does_not_make_two_documents(
    phone: Phone, proxy: Proxy, live: LiveServer, picture: Path
) -> None:
    page = phone.sign_in()
    page.goto(phone.url + HOME)
    choose(page, picture)
    proxy.set("lose")
    send(page)
    expect(page.locator("#sending")).to_be_visible()
    while not made(live):  # the town hall has it; the phone does not know
        page.wait_for_timeout(100)
    proxy.set("pass")  # cuts what is open
    expect(page.locator("#f-fichier-error")).to_contain_text("L’envoi a été coupé")
    page.get_by_role("button", name="Réessayer").tap()
    page.wait_for_url("**/documents/envois?dit=recu")
    assert made(live) == ["image/jpeg"]


def test_a_kill_of_the_server_in_the_middle_leaves_nothing_half_kept(
    phone: Phone, live: LiveServer, picture: Path
) -> None:
    page = phone.sign_in()
    page.goto(phone.url + HOME)
    choose(page, picture)
    live.kill()
    send(page)
    expect(page.locator("#f-fichier-error")).to_contain_text("L’envoi a été coupé")
    live.start()
    page.get_by_role("button", name="Réessayer").tap()
    page.wait_for_url("**/documents/envois?dit=recu")
    assert made(live) == ["image/jpeg"]


def test_what_is_too_heavy_or_no_document_is_told_and_the_form_stays(
    phone: Phone, live: LiveServer, tmp_path: Path, picture: Path
) -> None:
    page = phone.sign_in()
    page.goto(phone.url + HOME)
    heavy = tmp_path / "film.jpg"
    heavy.write_bytes(bytes(11 * 1024 * 1024))
    choose(page, heavy)
    send(page)
    expect(page.locator("#f-fichier-error")).to_contain_text("dépasse 10 Mo")  # said by the phone: nothing has left
    plan = tmp_path / "plan.pdf"
    plan.write_bytes(b"<svg/>")
    choose(page, plan)
    send(page)
    expect(page.locator("#f-fichier-error")).to_contain_text("« plan.pdf » n’est ni une photo ni un PDF")
    choose(page, picture)
    send(page)
    page.wait_for_url("**/documents/envois?dit=recu")
    assert made(live) == ["image/jpeg"]


def test_a_plain_form_does_it_without_javascript(phones, live: LiveServer, picture: Path) -> None:  # type: ignore[no-untyped-def]
    phone = phones("sans", javascript=False)
    page = phone.sign_in()
    page.goto(phone.url + HOME)
    choose(page, picture)
    send(page)
    expect(page.get_by_text("La mairie a reçu votre document")).to_be_visible()
    assert made(live) == ["image/jpeg"]


def test_nothing_of_documents_is_kept_on_the_phone(phone: Phone, proxy: Proxy) -> None:
    page = phone.sign_in()
    phone.ready()
    for path in ("/documents", HOME, "/documents/envois"):
        page.goto(phone.url + path)
    kept = page.evaluate(
        "async () => (await Promise.all((await caches.keys()).map(async (key) => "
        "(await (await caches.open(key)).keys()).map(({ url }) => new URL(url).pathname)))).flat()"
    )
    assert not [path for path in kept if path.startswith("/documents")]
    proxy.set("refuse")
    page.goto(phone.url + "/documents")
    expect(page.get_by_text("Justificatif de domicile")).to_have_count(0)
