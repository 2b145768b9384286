"""The portal can be put on the home screen, and what its manifest promises is there."""

import io
import json
from collections.abc import Iterator
from typing import Any

import pytest
from PIL import Image
from playwright.sync_api import BrowserContext, CDPSession, Playwright

from tests.journeys.conftest import FLAGS, chromium_path
from tests.pages.house import PHONE, House, open_house


@pytest.fixture(scope="module")
def house(playwright_here: Playwright, town_folder: Any, tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    with open_house(playwright_here, town_folder, tmp_path_factory.mktemp("installable")) as house:
        yield house


@pytest.fixture(scope="module")
def browser(
    house: House, playwright_here: Playwright, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[BrowserContext]:
    """A browser with a profile: the others are incognito, where nothing is installable."""
    context = playwright_here.chromium.launch_persistent_context(
        str(tmp_path_factory.mktemp("profile")), executable_path=chromium_path(), args=FLAGS, locale="fr-FR",
        base_url=house.live.url, viewport=PHONE,
    )  # fmt: skip
    yield context
    context.close()


def asked(browser: BrowserContext, path: str) -> CDPSession:
    """The browser's own opinion of the page at `path`."""
    page = browser.pages[0]
    page.goto(path)
    return browser.new_cdp_session(page)


@pytest.fixture(scope="module")
def manifest(house: House) -> dict[str, Any]:
    answer = house.ask("nobody", "/manifest.webmanifest")
    assert answer.headers["content-type"].startswith("application/manifest+json")
    promised: dict[str, Any] = json.loads(answer.text())
    return promised


def test_the_browser_finds_nothing_against_installing(browser: BrowserContext) -> None:
    cdp = asked(browser, "/connexion")
    assert cdp.send("Page.getInstallabilityErrors")["installabilityErrors"] == []
    shown = cdp.send("Page.getAppManifest")
    assert shown["errors"] == []
    assert shown["url"].endswith("/manifest.webmanifest")
    assert cdp.send("Page.getAppId")["appId"].endswith("/")


def test_a_page_without_a_manifest_is_found_out(browser: BrowserContext) -> None:
    """Negative control of the check above."""
    cdp = asked(browser, "/healthz")
    errors = cdp.send("Page.getInstallabilityErrors")["installabilityErrors"]
    assert "no-manifest" in [error["errorId"] for error in errors]


def test_a_manifest_with_small_icons_is_found_out(browser: BrowserContext, manifest: dict[str, Any]) -> None:
    """Negative control: the browser does read the icons."""
    lean = {**manifest, "icons": [{"src": manifest["icons"][0]["src"], "sizes": "96x96", "type": "image/png"}]}
    browser.route(
        "**/manifest.webmanifest",
        lambda route: route.fulfill(body=json.dumps(lean), content_type="application/manifest+json"),
    )
    errors = asked(browser, "/aide").send("Page.getInstallabilityErrors")["installabilityErrors"]
    browser.unroute("**/manifest.webmanifest")
    assert "manifest-missing-suitable-icon" in [error["errorId"] for error in errors]


def test_the_manifest_says_who_the_portal_is(manifest: dict[str, Any]) -> None:
    assert manifest["id"] == "/"  # fixed for ever: another one would be another application on every phone
    assert manifest["display"] == "standalone"
    assert manifest["scope"] == "/"
    assert manifest["lang"] == "fr"
    assert len(manifest["short_name"]) <= 12
    assert {"any", "maskable"} == {icon["purpose"] for icon in manifest["icons"]}
    assert {"192x192", "512x512"} <= {icon["sizes"] for icon in manifest["icons"] if icon["purpose"] == "any"}
    assert {"narrow", "wide"} == {shot["form_factor"] for shot in manifest["screenshots"]}


def test_every_address_of_the_manifest_opens(house: House, manifest: dict[str, Any]) -> None:
    for address in [manifest["start_url"], *(each["url"] for each in manifest["shortcuts"])]:
        assert house.ask("parent", address).status in (200, 303), address
        assert house.ask("nobody", address).status == 303, address  # to the sign-in page, never an error


def test_every_picture_has_the_size_it_declares(house: House, manifest: dict[str, Any]) -> None:
    shortcuts = [icon for each in manifest["shortcuts"] for icon in each["icons"]]
    for picture in [*manifest["icons"], *manifest["screenshots"], *shortcuts]:
        answer = house.ask("nobody", picture["src"])
        assert answer.status == 200, picture["src"]
        image = Image.open(io.BytesIO(answer.body()))
        assert f"{image.width}x{image.height}" == picture["sizes"], picture["src"]
        assert image.format == "PNG"
        assert len(answer.body()) < 150_000, f"{picture['src']} weighs {len(answer.body())} bytes"


def test_a_maskable_icon_is_full_to_its_edges(house: House, manifest: dict[str, Any]) -> None:
    """A phone cuts it in any shape: no transparent corner may show."""
    for icon in manifest["icons"]:
        if icon["purpose"] == "maskable":
            image = Image.open(io.BytesIO(house.ask("nobody", icon["src"]).body())).convert("RGBA")
            last = image.width - 1
            assert {image.getpixel(corner)[3] for corner in [(0, 0), (last, 0), (0, last), (last, last)]} == {255}
