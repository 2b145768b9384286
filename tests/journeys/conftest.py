"""A phone in a parent's hand: Chromium at phone size, a profile that survives kills, and a network that fails on demand."""

import contextlib
import fcntl
import os
import shutil
import signal
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, Page, Playwright, expect, sync_playwright

from tests.faults.torture.nursery import Forked, Nursery
from tests.journeys.live import ROOT, LiveServer
from tests.journeys.proxy import Proxy
from tests.journeys.squares import becomes

NOW = "2026-11-16T09:00:00+01:00"  # a Monday morning, in an odd week of a school term
PASSWORD = "marelle-demo-2026"
FLAGS = [
    "--no-sandbox", "--disable-background-networking", "--disable-component-update", "--disable-sync", "--no-first-run",
    "--disable-quic",
]  # fmt: skip

PATIENCE = 60_000  # ms; how long a page is waited for matters only when a test is about to fail
expect.set_options(timeout=PATIENCE)


def chromium_path() -> str:
    """The browser on the PATH; without one these tests are skipped loudly, and fail in CI."""
    found = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if not found:
        reason = "no Chromium on the PATH: the journeys cannot be walked"
        pytest.fail(reason) if os.environ.get("CI") else pytest.skip(reason)
    return str(found)


@pytest.fixture(scope="session")
def playwright_here() -> Iterator[Playwright]:
    with sync_playwright() as playwright:
        yield playwright


@pytest.hookimpl(tryfirst=True)  # before xdist reads the marks
def pytest_collection_modifyitems(items: list[pytest.Function]) -> None:
    """Side by side: a house for a whole module stays in one process, the pages' in two; other tests go where there is room."""
    for item in items:
        houses = item._fixtureinfo.name2fixturedefs.get("house", ())
        if houses and houses[-1].scope == "module":
            place = item.callspec.params.get("place") if hasattr(item, "callspec") else None
            side = "desk" if getattr(place, "is_desk", False) else ""
            item.add_marker(pytest.mark.xdist_group(f"{item.path.stem} {side}"))


@pytest.fixture(scope="session")
def town_folder(tmp_path_factory: pytest.TempPathFactory, worker_id: str) -> Path:
    """The demo town, loaded once for all processes of the run and copied for each test."""
    if worker_id == "master":
        return loaded(tmp_path_factory.mktemp("town"))
    together = tmp_path_factory.getbasetemp().parent
    with (together / "town.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        folder = together / "town"
        if not folder.exists():
            (together / "town.new").mkdir()
            loaded(together / "town.new").rename(folder)
    return folder


def loaded(folder: Path) -> Path:
    server = LiveServer(folder, {"MARELLE_NOW": NOW})
    server.run("migrate")
    server.run("demo")
    return folder


@pytest.fixture(scope="session")
def nursery() -> Iterator[Nursery]:
    """Servers start from a process that has imported the program already."""
    nursery = Nursery(ROOT)
    yield nursery
    nursery.stop()


@pytest.fixture
def live(town_folder: Path, tmp_path: Path, nursery: Nursery) -> Iterator[LiveServer]:
    """A server of its own for this test, on a fresh copy of the town."""
    folder = tmp_path / "data"
    shutil.copytree(town_folder, folder)
    server = Forked(folder, {"MARELLE_NOW": NOW, "MARELLE_NOTICE_DELAY": "0"}, nursery=nursery)
    server.start()
    yield server
    server.stop()


@pytest.fixture
def proxy(live: LiveServer) -> Iterator[Proxy]:
    proxy = Proxy(live.port)
    yield proxy
    proxy.stop()


class Phone:
    """One phone: a browser profile on disk, opened, closed or killed."""

    def __init__(
        self, playwright: Playwright, profile: Path, url: str, *, javascript: bool = True, dark: bool = False
    ) -> None:
        self._playwright, self.profile, self.url = playwright, profile, url
        self._javascript, self._dark = javascript, dark
        self.context: BrowserContext | None = None
        self.complaints: list[str] = []

    def open(self, path: str | None = None) -> Page:
        """Launch the browser on this phone's profile; go to `path` when given."""
        device = {k: v for k, v in self._playwright.devices["Pixel 7"].items() if k != "default_browser_type"}
        device["viewport"] = {"width": 390, "height": 844}
        self.context = self._playwright.chromium.launch_persistent_context(
            str(self.profile), executable_path=chromium_path(), args=FLAGS, locale="fr-FR", timezone_id="Europe/Paris",
            java_script_enabled=self._javascript, color_scheme="dark" if self._dark else "light", **device,
        )  # fmt: skip
        self.context.set_default_timeout(PATIENCE)
        page = self.context.pages[0] if self.context.pages else self.context.new_page()
        page.on("console", lambda message: self._note(message.type, message.text))
        if path is not None:
            page.goto(self.url + path)
        return page

    def _note(self, kind: str, text: str) -> None:
        if "Content Security Policy" in text or "CSP" in text:
            self.complaints.append(f"{kind}: {text}")

    @property
    def page(self) -> Page:
        assert self.context
        return self.context.pages[0]

    def close(self) -> None:
        if self.context:
            with contextlib.suppress(Exception):
                self.context.close()
            self.context = None

    def kill(self) -> None:
        """SIGKILL to the browser of this profile, and to nothing else."""
        listed = subprocess.run(["ps", "-eo", "pid=,args="], capture_output=True, text=True, check=True).stdout
        for line in listed.splitlines():
            if f"--user-data-dir={self.profile}" in line and "--type=" not in line:
                os.kill(int(line.split()[0]), signal.SIGKILL)
        self.close()

    def sign_in(self, email: str = "parent@demo.marelle", path: str = "/connexion") -> Page:
        page = self.open(path)
        self.fill_sign_in(email)
        return page

    def fill_sign_in(self, email: str) -> None:
        """The sign-in page on screen, filled and sent."""
        self.page.get_by_label("Adresse e-mail", exact=False).fill(email)
        self.page.get_by_label("Mot de passe", exact=True).fill(PASSWORD)
        self.page.get_by_role("button", name="Me connecter").click()
        self.page.wait_for_url(lambda url: "/connexion" not in url)

    def ready(self) -> None:
        """Wait until the worker runs and controls the page."""
        worker_runs(self.page)


def worker_runs(page: Page) -> None:
    """Its worker runs and controls the page, loaded once more if it was on its way while the worker claimed the others."""
    becomes(page, "async () => (await navigator.serviceWorker.getRegistration())?.active?.state === 'activated'")
    if not page.evaluate(CONTROLLED_SOON):
        page.reload()
        becomes(page, "() => !!navigator.serviceWorker.controller")


CONTROLLED_SOON = """async () => {
  for (let n = 0; n < 40 && !navigator.serviceWorker.controller; n += 1) await new Promise((done) => setTimeout(done, 50));
  return !!navigator.serviceWorker.controller;
}"""


PhoneMaker = Callable[..., Phone]


@pytest.fixture
def phones(playwright_here: Playwright, tmp_path: Path, proxy: Proxy) -> Iterator[PhoneMaker]:
    """Makes phones that go through the proxy."""
    made: list[Phone] = []

    def make(name: str = "camille", **options: bool) -> Phone:
        phone = Phone(playwright_here, tmp_path / f"profile-{name}", proxy.url, **options)
        made.append(phone)
        return phone

    yield make
    for phone in made:
        phone.close()


@pytest.fixture
def phone(phones: PhoneMaker) -> Phone:
    return phones()
