"""Between registering and signing in: another phone, another person, a mail server that is down."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Page, Playwright, expect

from tests.journeys.conftest import NOW, Phone
from tests.journeys.ways_in import MINE, Town, link_in, press, sign_in, town_of, write
from tests.pages.joining import ME, fill

ZOE = "zoe@exemple.fr"
OTHER = "Trois bigorneaux, 12 vagues ?"
WIZARDS = {"G0": ("dossier", 4), "G2": ("espace", 6), "G3": ("dossier", 5)}  # its place and its number of steps


@pytest.fixture
def town(request: pytest.FixtureRequest, town_folder: Path, tmp_path: Path) -> Iterator[Town]:
    with town_of(request.param, town_folder, tmp_path / "data") as opened:
        yield opened


@pytest.fixture
def another_phone(playwright_here: Playwright, tmp_path: Path, town: Town) -> Iterator[Callable[[], Page]]:
    """Each call: the first page on a phone nobody has used yet."""
    phones: list[Phone] = []

    def open_one() -> Page:
        phones.append(Phone(playwright_here, tmp_path / f"phone{len(phones)}", town.live.url))
        return phones[-1].open("/")

    yield open_one
    for phone in phones:
        phone.close()


def register(page: Page, town: Town) -> None:
    """The town's wizard to its end, under Zoé's address."""
    way, steps = WIZARDS[town.live.environment["MARELLE_PROFILE"]]
    page.goto(f"{town.live.url}/inscription/{way}")
    page.wait_for_function("() => performance.now() > 3200")  # one reads; a robot does not
    for _ in range(steps):
        fill(page, ME)
        with page.expect_navigation():
            page.locator("form.card button.main").tap()
    expect(page.get_by_text(ZOE)).to_be_visible()


def is_refused(page: Page, town: Town, password: str) -> None:
    """That address does not come in with that password."""
    page.goto(f"{town.live.url}/connexion")
    page.get_by_label("Adresse e-mail, nom d’utilisateur ou numéro").fill(ZOE)
    page.get_by_label("Mot de passe", exact=True).fill(password)
    page.get_by_role("button", name="Me connecter").tap()
    expect(page.get_by_text("Identifiant ou mot de passe incorrect")).to_be_visible()


@pytest.mark.parametrize("town", ["G0", "G2", "G3"], indirect=True)
def test_the_mail_is_read_on_another_phone_and_the_password_is_asked(
    town: Town, another_phone: Callable[[], Page]
) -> None:
    register(another_phone(), town)
    page = another_phone()
    text = town.letter(page, ZOE)
    assert "le mot de passe choisi à l’inscription est demandé" in text
    page.goto(link_in(text))
    expect(
        page.get_by_text("Zoé Pinceau" if town.live.environment["MARELLE_PROFILE"] != "G2" else "Peio")
    ).to_be_visible()
    write(page, {"Mot de passe": OTHER})
    press(page, "Activer mon compte")
    expect(page.locator("#f-mot_de_passe-error")).to_contain_text("Ce n’est pas le mot de passe choisi")
    write(page, {"Mot de passe": MINE})
    press(page, "Activer mon compte")
    press(page, "Me connecter")
    sign_in(page, "z-pinceau")
    expect(page.locator("nav.nav")).to_be_visible()


@pytest.mark.parametrize("town", ["G0", "G2", "G3"], indirect=True)
def test_somebody_else_registered_with_ones_address_and_does_not_come_in(
    town: Town, another_phone: Callable[[], Page]
) -> None:
    mallory = another_phone()
    register(mallory, town)
    zoe = another_phone()
    zoe.goto(link_in(town.letter(zoe, ZOE)))
    press(zoe, "Ce n’est pas moi, ou j’ai oublié le mot de passe")
    write(zoe, {"Mot de passe": OTHER, "Confirmation du mot de passe": OTHER})
    press(zoe, "Activer avec ce mot de passe")
    expect(zoe.get_by_role("heading", name="activé")).to_be_visible()
    is_refused(mallory, town, MINE)
    press(zoe, "Me connecter")
    sign_in(zoe, ZOE, OTHER)
    expect(zoe.locator("nav.nav")).to_be_visible()


@pytest.mark.parametrize("town", ["G3"], indirect=True)
def test_one_throws_away_what_one_never_asked_for(town: Town, another_phone: Callable[[], Page]) -> None:
    mallory, zoe = another_phone(), another_phone()
    register(mallory, town)
    link = link_in(town.letter(zoe, ZOE))
    zoe.goto(link)
    press(zoe, "Ce n’est pas moi, ou j’ai oublié le mot de passe")
    expect(zoe.get_by_role("heading", name="Choisir un autre mot de passe")).to_be_visible()
    press(zoe, "Effacer cette inscription")
    expect(zoe.get_by_role("heading", name="L’inscription est effacée")).to_be_visible()
    mallory.goto(link)
    expect(mallory.get_by_role("link", name="Recevoir un autre lien")).to_be_visible()
    is_refused(mallory, town, MINE)


@pytest.mark.parametrize("town", ["G3"], indirect=True)
def test_the_mail_server_is_down_while_one_registers_and_nothing_is_lost(
    town: Town, another_phone: Callable[[], Page]
) -> None:
    town.mail_breaks()
    page = another_phone()
    register(page, town)
    expect(page.get_by_role("heading", name="Votre inscription est enregistrée")).to_be_visible()
    expect(
        page.get_by_text("davantage si le serveur de courriel est en panne : il partira dès son retour")
    ).to_be_visible()
    assert ZOE not in refused(page, town)
    press(page, "Recevoir un autre lien")  # in a hurry, one asks again
    page.wait_for_function("() => performance.now() > 3200")
    write(page, {"Adresse e-mail": ZOE})
    press(page, "Envoyer")
    expect(page.get_by_text("un nouveau lien vient d’y partir")).to_be_visible()
    expect(page.get_by_text("en panne")).to_be_visible()
    town.mail_returns()
    later = (datetime.fromisoformat(NOW) + timedelta(minutes=15)).isoformat()  # by when it is tried again
    replace(town.live, environment={**town.live.environment, "MARELLE_NOW": later}).run("deliver", "--once")
    text = town.letter(page, ZOE)
    page.wait_for_timeout(1500)  # a second one would follow at once
    assert [address for address, _ in town.read()].count(ZOE) == 1  # only the link that counts left
    (link,) = town.live.rows("select created_at, expires_at from link where revoked_at is null and spent_at is null")
    asked, ends = (datetime.fromisoformat(link[name]) for name in ("created_at", "expires_at"))
    assert ends > asked + timedelta(hours=72, minutes=10)  # its time began when it left
    page.goto(link_in(text))
    press(page, "Activer mon compte")
    press(page, "Me connecter")
    sign_in(page, "z-pinceau")
    expect(page.locator("nav.nav")).to_be_visible()


def refused(page: Page, town: Town) -> list[str]:
    """What arrived while the worker tried, and failed, to send the letter."""
    for _ in range(300):
        if town.live.rows("select 1 from letter where status = 'waiting' and tries > 0 and claimed_until is null"):
            break
        page.wait_for_timeout(100)
    else:
        raise AssertionError("the worker never tried")
    return [address for address, _ in town.read()]
