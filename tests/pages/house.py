"""One server and one browser for a whole module, and the people who stand at its doors: a stranger, parents, an agent."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from shutil import copytree
from typing import Any

from playwright.sync_api import APIResponse, Browser, BrowserContext, Page, Playwright

from tests.journeys.conftest import FLAGS, NOW, PASSWORD, PATIENCE, chromium_path
from tests.journeys.live import LiveServer
from tests.journeys.squares import NEXT_WEEK, free_ids, tap, waits

EMAILS = {
    "parent": "parent@demo.marelle",  # three children
    "other": "autre@demo.marelle",  # one child, of two households
    "newcomer": "nouveau@demo.marelle",  # no family yet
    "agent": "agent@demo.marelle",
}
LATER = "2026-11-16T09:30:00+01:00"
PHONE, DESK = {"width": 390, "height": 844}, {"width": 1280, "height": 800}
TOLD_BY_CSP = """document.addEventListener("securitypolicyviolation", (event) =>
  console.error(`CSP: ${event.violatedDirective} ${event.blockedURI} ${event.sourceFile}:${event.lineNumber}`))"""


@dataclass
class House:
    """The demo town, served; who is asked for enters once and keeps the same browser context."""

    live: LiveServer
    browser: Browser
    complaints: dict[Page, list[str]] = field(default_factory=dict)  # by tab
    _contexts: dict[str, BrowserContext] = field(default_factory=dict)

    def context_of(self, who: str) -> BrowserContext:
        """The browser of `who` (nobody, parent, other, agent), signed in."""
        if who not in self._contexts:
            self._contexts[who] = self.enter(who, self.live.url)
        return self._contexts[who]

    def enter(self, who: str, url: str, **more: Any) -> BrowserContext:
        """A fresh browser of `who`, signed in at `url`; `more` of what Playwright lets one choose."""
        context = self.browser.new_context(
            base_url=url, locale="fr-FR", timezone_id="Europe/Paris", reduced_motion="reduce",
            viewport=DESK if who == "agent" else PHONE, has_touch=who != "agent",
            **more,
        )  # fmt: skip
        context.set_default_timeout(PATIENCE)
        context.add_init_script(TOLD_BY_CSP)
        if who in EMAILS:
            form = {"identifiant": EMAILS[who], "mot_de_passe": PASSWORD}
            answer = context.request.post("/connexion", form=form, max_redirects=0)
            assert answer.status == 303, answer.text()[:2000]
        return context

    def page_of(self, who: str) -> Page:
        """A tab of `who` whose complaints are noted in `complaints`."""
        return self.heard(self.context_of(who).new_page())

    def heard(self, page: Page) -> Page:
        told = self.complaints.setdefault(page, [])
        page.on("console", lambda message: message.type == "error" and told.append(message.text))
        page.on("pageerror", lambda error: told.append(str(error)))
        return page

    def ask(self, who: str, path: str) -> APIResponse:
        """What the server answers `who`, without a page."""
        return self.context_of(who).request.get(path, max_redirects=0)

    def post(self, who: str, path: str, **form: str) -> APIResponse:
        """A form of `who`, sent."""
        return self.context_of(who).request.post(path, form=form, max_redirects=0)


@contextmanager
def open_house(playwright: Playwright, town_folder: Path, folder: Path) -> Iterator[House]:
    """A server on a fresh copy of the demo town and a browser beside it."""
    copytree(town_folder, folder / "data")
    (folder / "ville.toml").write_text("[accounts]\nphoto = true\n")  # the other choices as they are
    chosen = {"MARELLE_PROFILE": str(folder / "ville.toml")}
    live = LiveServer(folder / "data", {"MARELLE_NOW": NOW, "MARELLE_NOTICE_DELAY": "0", **chosen})
    live.start()
    try:
        browser = playwright.chromium.launch(executable_path=chromium_path(), args=FLAGS)
        try:
            yield House(live, browser)
        finally:
            browser.close()
    finally:
        live.stop()


def tell_the_news(house: House) -> None:
    """Notices in the parent's bell and mails in the box: the agent decides requests and closes a day, the worker tells."""
    picks = re.findall(
        r'name="choix" value="([^"]+)" aria-label="Choisir (?:Lina|Tom|Zoé)',
        house.ask("agent", "/agent/demandes").text(),
    )
    assert picks, "the demo town has a request of the Lefèvre family"
    house.post("agent", "/agent/demandes", choix=picks[0], seul="oui", verdict="accept")
    house.post("agent", "/agent/fermetures", activite="cantine", du="2026-11-16", au="2026-11-19", motif="Grève")
    house.post("parent", "/avis/essai")
    later = {**house.live.environment, "MARELLE_NOW": LATER}  # the clock of each process starts anew
    replace(house.live, environment=later).run("deliver", "--once")
    assert house.live.rows("select id from notice"), "the worker has told something"


def close_days(house: House, activity: str, first: str, last: str) -> None:
    """The agent closes days: what a phone without network books there will be refused."""
    answer = house.post(
        "agent", "/agent/fermetures", activite=activity, du=first, au=last, motif="Travaux dans la salle"
    )
    assert answer.status == 303, answer.text()[-2000:]


def family_address(house: House, name: str) -> str:
    """The agents' page of the family called `name`."""
    found = re.search(r'href="(/agent/familles/[^"?]+)"', house.ask("agent", f"/agent/familles?q={name}").text())
    assert found, f"no family answers to {name}"
    return found[1]


def with_waiting_taps(page: Page, address: str = NEXT_WEEK, count: int = 2) -> list[str]:
    """Taps that cannot leave the phone: the courier's door is shut."""
    page.context.route("**/taps", lambda route: route.abort())
    page.goto(address)
    ids = free_ids(page, count)
    for id_ in ids:
        tap(page, id_)
        waits(page, id_)
    return ids


def as_lines(faults: list[str]) -> str:
    """Faults for the eye."""
    return "\n" + "\n".join(f"  - {fault}" for fault in faults)
