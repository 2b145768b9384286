"""A town of one profile with a real mail server, and a parent's phone that walks in as its guide shows."""

import re
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from aiosmtpd.controller import Controller
from playwright.sync_api import Page, expect

from tests.faults.notices.services import Handler, mail_server
from tests.journeys.conftest import NOW, PASSWORD
from tests.journeys.live import LiveServer

MINE = "Galets roses, 7 marées !"  # the parent's own password: satisfies every town of the five guides
LIKE_A_PERSON = 40  # ms a key: a form that comes back at once is a robot's


@dataclass
class Town:
    """The demo town with a profile; `letters` are what its mail server took."""

    live: LiveServer
    letters: Handler
    post: Controller

    def mail_breaks(self) -> None:
        """Nobody listens any more where the mail server was."""
        self.post.stop()

    def mail_returns(self) -> None:
        """The mail server, back at the same address."""
        self.post = mail_server(self.letters, self.letters.port)

    def letter(self, page: Page, to: str, count: int = 1) -> str:
        """The text of the `count`th mail to that address, waited for."""
        for _ in range(150):
            found = [text for address, text in self.read() if address == to]
            if len(found) >= count:
                return found[count - 1]
            page.wait_for_timeout(100)
        raise AssertionError(f"no mail to {to}: {[address for address, _ in self.read()]}")

    def read(self) -> list[tuple[str, str]]:
        """Address and text of every mail so far."""
        found = []
        for n in range(len(self.letters.taken)):
            message: Any = self.letters.message(n)
            body = message.get_body(("plain",))
            found.append((str(message["To"]), f"{message['Subject']}\n{body.get_content()}".replace("\u00a0", " ")))
        return found


@contextmanager
def town_of(profile: str, town_folder: Path, folder: Path) -> Iterator[Town]:
    """Served with that profile, its worker delivering to a real mail server."""
    letters = Handler()
    post = mail_server(letters)
    shutil.copytree(town_folder, folder)
    smtp = f"smtp://127.0.0.1:{letters.port}"
    environment = {
        "MARELLE_NOW": NOW,
        "MARELLE_NOTICE_DELAY": "0",
        "MARELLE_PROFILE": profile,
        "MARELLE_SMTP_URL": smtp,
    }
    live = LiveServer(folder, environment)
    live.start()
    live.start_deliver()
    town = Town(live, letters, post)
    try:
        yield town
    finally:
        live.stop()
        town.post.stop()


def link_in(text: str) -> str:
    """The link of a mail."""
    found = re.search(r"https?://\S+/lien/\S+", text)
    assert found, text
    return found[0]


def write(page: Page, fields: dict[str, str], delay: int = 0) -> None:
    """Type into the fields of these exact labels."""
    for label, text in fields.items():
        named = page.locator("form.card").get_by_label(re.compile(rf"^{re.escape(label)}( \(facultatif\))?$"))
        field = named.and_(page.locator("input:not([type=radio]), textarea"))
        field.press_sequentially(text, delay=delay) if delay else field.fill(text)


def press(page: Page, name: str) -> None:
    """The thumb on a button or a link of the page's main part."""
    target = page.locator("main").get_by_role("button", name=name, exact=True)
    (target if target.count() else page.locator("main").get_by_role("link", name=name, exact=True)).first.tap()


def step(page: Page, number: str, title: str) -> None:
    """The step one stands on, its number and how many there are."""
    expect(page.get_by_text(f"Étape {number}", exact=True)).to_be_visible()
    expect(page.locator("form.card h2")).to_have_text(title)


def required(page: Page) -> set[str]:
    """The labels of the fields one must fill in."""
    found: list[str] = page.evaluate(
        """() => [...document.querySelectorAll("form.card :required")].map((field) =>
             (field.type === "radio" ? field.closest("fieldset").querySelector("legend") : field.labels[0])
               .textContent.trim())"""
    )
    return set(found)


def sign_in(page: Page, name: str, password: str = MINE) -> None:
    """The sign-in page, filled in."""
    page.get_by_label("Adresse e-mail, nom d’utilisateur ou numéro").fill(name)
    page.get_by_label("Mot de passe", exact=True).fill(password)
    page.get_by_role("button", name="Me connecter").tap()
    page.wait_for_url(lambda url: "/connexion" not in url)


def sign_in_agent(page: Page) -> None:
    """The demo town's agent."""
    page.get_by_label("Adresse e-mail, nom d’utilisateur ou numéro").fill("agent@demo.marelle")
    page.get_by_label("Mot de passe", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Me connecter").click()
    page.wait_for_url("**/agent")
