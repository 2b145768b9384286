"""Every page in every state, looked at by machines: accessible in light and dark, quiet, valid, never wider than the phone.

With LOOKS=FOLDER each visit leaves its pictures there as well, for people (`make looks`).
"""

import os
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from playwright.sync_api import Page, Playwright

from server.routes import ROUTES
from tests.pages.house import DESK, PHONE, House, as_lines, open_house, tell_the_news
from tests.pages.places import FRAGMENTS, NO_PAGE, PLACES, Place
from tests.pages.tools import axe_faults, html_faults

NARROW = {"width": 320, "height": 640}
LARGE, USUAL = {"standard": 32, "fixed": 26}, {"standard": 16, "fixed": 13}
NAMES = [place.name for place in PLACES]


@pytest.fixture(scope="module")
def house(playwright_here: Playwright, town_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    with open_house(playwright_here, town_folder, tmp_path_factory.mktemp("pages")) as house:
        tell_the_news(house)
        yield house


@dataclass
class Look:
    """What one visit of a place has shown; each test below judges one side of it."""

    light: list[str] = field(default_factory=list)
    dark: list[str] = field(default_factory=list)
    complaints: list[str] = field(default_factory=list)
    overflow: list[str] = field(default_factory=list)


class Looks:
    """Each place is visited once, the first time it is asked for."""

    def __init__(self, house: House) -> None:
        self.house = house
        self.tabs: dict[str, Page] = {}
        self.seen: dict[str, Look] = {}

    def of(self, place: Place) -> Look:
        if place.name not in self.seen:
            self.seen[place.name] = Look()  # a visit that fails is not tried again by the next test
            self.seen[place.name] = self._visit(place)
        return self.seen[place.name]

    def _visit(self, place: Place) -> Look:
        if place.who not in self.tabs:
            self.tabs[place.who] = self.house.page_of(place.who)
        tab = self.tabs[place.who]
        self.house.complaints[tab].clear()
        page = place.open(self.house, tab)
        look = Look()
        page.emulate_media(color_scheme="light")
        look.light = axe_faults(page)
        picture(page, place, "clair")
        page.emulate_media(color_scheme="dark")
        look.dark = axe_faults(page)
        picture(page, place, "sombre")
        look.overflow = too_wide(page, place)
        if place.is_desk:
            page.set_viewport_size(DESK)
            picture(page, place, "bureau")
        look.complaints = [text for text in self.house.complaints[page] if not (place.pardon and place.pardon in text)]
        if page is not tab:
            page.context.close()
        return look


def picture(page: Page, place: Place | None, dress: str) -> None:
    """The page as it is, when somebody asked for pictures; in a long window, since a whole page's picture shrinks letters."""
    folder = os.environ.get("LOOKS")
    if folder and place:
        width, height = page.evaluate("[innerWidth, Math.min(document.documentElement.scrollHeight, 4000)]")
        usual = page.viewport_size or PHONE
        page.set_viewport_size({"width": width, "height": max(height, usual["height"])})
        page.screenshot(path=Path(folder) / f"{place.name}.{dress}.png")
        page.set_viewport_size(usual)


def too_wide(page: Page, place: Place | None = None) -> list[str]:
    """Where the page scrolls sideways: on a narrow phone, and with letters twice as large."""
    cdp = page.context.new_cdp_session(page)
    found = [f"at 320 px: {said}" for said in wider(page, NARROW)]
    picture(page, place, "etroit")
    cdp.send("Page.setFontSizes", {"fontSizes": LARGE})
    found += [f"at 390 px with 200 % text: {said}" for said in wider(page, PHONE)]
    picture(page, place, "grand")
    cdp.send("Page.setFontSizes", {"fontSizes": USUAL})
    cdp.detach()
    return found


def wider(page: Page, size: dict[str, int]) -> list[str]:
    """The page's width when it is more than the window's, and the outermost elements that cause it."""
    page.set_viewport_size(size)
    said: list[str] = page.evaluate(
        """() => {
          const { scrollWidth, clientWidth } = document.documentElement;
          if (scrollWidth <= clientWidth) return [];
          const out = [...document.body.querySelectorAll("*")].filter((node) => {
            const { right, width } = node.getBoundingClientRect();
            return width && right > clientWidth + 1 && !node.closest(".scroll *, .week *, .sr");
          });
          const named = out.slice(0, 6).map((node) => node.outerHTML.slice(0, 120));
          return [`${scrollWidth} > ${clientWidth}`, ...named];
        }"""
    )
    return said


@pytest.fixture(scope="module")
def looks(house: House) -> Looks:
    return Looks(house)


def get_doors() -> set[str]:
    """The doors of the route table that answer GET."""
    return {path for door in ROUTES if "GET" in door.http_methods for path in door.paths}


def test_every_door_of_the_route_table_is_looked_at() -> None:
    known = {place.route for place in PLACES if place.route} | NO_PAGE.keys() | FRAGMENTS.keys()
    assert get_doors() - known == set(), "add these doors to tests/pages/places.py"
    assert known - get_doors() == set(), "these doors are gone: take them out of tests/pages/places.py"
    assert len(set(NAMES)) == len(NAMES)


def test_axe_finds_the_faults_it_is_asked_for(house: House) -> None:
    """Negative control: a page with known faults is told off, the target size of WCAG 2.2 and the contrast included."""
    page = house.page_of("nobody")
    page.goto("/aide")
    page.evaluate(
        """() => {
          const main = document.querySelector("main");
          for (const side of ["a", "b"]) {
            const button = document.createElement("button");
            Object.assign(button.style, { width: "8px", height: "8px", padding: 0, border: 0 });
            if (side === "a") button.textContent = "x";
            main.append(button);
          }
          const pale = document.createElement("p");
          pale.textContent = "à peine lisible";
          Object.assign(pale.style, { color: "#999", background: "#fff" });
          main.append(pale);
        }"""
    )
    told = " ".join(axe_faults(page))
    page.close()
    for rule in ("button-name", "target-size", "color-contrast"):
        assert rule in told


def test_a_page_wider_than_the_phone_is_found_out(house: House) -> None:
    """Negative control, and proof that the letters really grow."""
    page = house.page_of("nobody")
    page.goto("/aide")
    page.evaluate("() => { document.querySelector('h1').style.width = '22rem'; }")
    told = " ".join(too_wide(page))
    page.close()
    assert "at 320 px" in told
    assert "200 %" in told


@pytest.mark.parametrize("place", PLACES, ids=NAMES)
def test_a_page_is_accessible_in_light_and_dark(place: Place, looks: Looks) -> None:
    look = looks.of(place)
    assert not look.light, f"in light: {as_lines(look.light)}"
    assert not look.dark, f"in dark: {as_lines(look.dark)}"


@pytest.mark.parametrize("place", PLACES, ids=NAMES)
def test_a_page_neither_complains_nor_breaks_its_policy(place: Place, looks: Looks) -> None:
    complaints = looks.of(place).complaints
    assert not complaints, as_lines(complaints)


@pytest.mark.parametrize("place", PLACES, ids=NAMES)
def test_no_page_scrolls_sideways_on_a_phone_an_agent_s_neither(place: Place, looks: Looks) -> None:
    overflow = looks.of(place).overflow
    assert not overflow, as_lines(overflow)


def test_every_page_and_fragment_is_valid_html(house: House, tmp_path: Path) -> None:
    for place in PLACES:
        if not place.arrive:
            answer = house.ask(place.who, place.path(house))
            (tmp_path / f"{place.name}.html").write_text(answer.text())
    for number, (who, address) in enumerate(FRAGMENTS.values()):
        answer = house.ask(who, address(house) if callable(address) else address)
        assert answer.status == 200, answer.url
        (tmp_path / f"fragment-{number}.html").write_text(answer.text())
    faults = html_faults(tmp_path)
    told = [f"{name} {line}" for name, lines in faults.items() for line in lines]
    assert not told, f"{len(told)} faults{as_lines(told)}"


def test_the_validator_finds_a_fault(tmp_path: Path) -> None:
    """Negative control."""
    (tmp_path / "faulty.html").write_text(
        '<!doctype html><html lang="fr"><head><title>x</title></head><body><button>x</button><p><div></div></p></body></html>'
    )
    told = " ".join(html_faults(tmp_path)["faulty"])
    assert "no-implicit-button-type" in told
    assert "element-permitted-content" in told or "no-implicit-close" in told
