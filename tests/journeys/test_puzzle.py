"""A town under attack: the phone solves its puzzle while one reads why, without a word about hashes; without scripts a minute does."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Playwright, expect

from tests.journeys.conftest import Phone
from tests.journeys.ways_in import Town, press, town_of, write

PROFILE = '[accounts]\nways_in = ["known_file"]\npuzzle = "always"\n'


@pytest.fixture
def town(town_folder: Path, tmp_path: Path) -> Iterator[Town]:
    (tmp_path / "own.toml").write_text(PROFILE)
    with town_of(str(tmp_path / "own.toml"), town_folder, tmp_path / "data") as opened:
        yield opened


def test_the_phone_solves_it_and_one_sends_again(playwright_here: Playwright, tmp_path: Path, town: Town) -> None:
    phone = Phone(playwright_here, tmp_path / "phone", town.live.url)
    page = phone.open("/mot-de-passe")
    page.wait_for_function("() => performance.now() > 3200")  # one reads; a robot does not
    write(page, {"Adresse e-mail, nom d’utilisateur ou numéro": "parent@demo.marelle"})
    press(page, "Recevoir le lien")
    expect(page.get_by_text("Beaucoup de formulaires arrivent en ce moment")).to_be_visible()
    button = page.get_by_role("button", name="Recevoir le lien")
    expect(page.get_by_text("Le calcul est fait : vous pouvez envoyer.")).to_be_visible()
    expect(button).to_be_enabled()
    press(page, "Recevoir le lien")
    page.wait_for_url("**/mot-de-passe?envoye")
    for _ in range(150):
        if any("Choisir un nouveau mot de passe" in text for _, text in town.read()):
            break
        page.wait_for_timeout(100)
    else:
        raise AssertionError([text.splitlines()[0] for _, text in town.read()])
    assert phone.complaints == []
    phone.close()
