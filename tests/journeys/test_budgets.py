"""What a phone must download, in bytes as they travel (brotli). Sizes only: seconds are measured by the benchmarks.

1 KB is 1,024 bytes. Pages are asked for as a browser does, and the bytes of the answer's body are counted.
"""

import re
import urllib.error
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass, field
from html import unescape
from importlib.util import find_spec
from pathlib import Path
from typing import Any
from urllib.parse import quote, urljoin, urlsplit

import brotli
import pytest
from playwright.sync_api import BrowserContext, Playwright

from tests.pages.house import House, open_house
from tests.pages.places import PLACES, Place

KB = 1024
PAGE, STYLES, SCRIPTS, WORKER = 14 * KB, 12 * KB, 20 * KB, 5 * KB
REQUESTS, TRANSFERRED, FIRST_SCRIPTS = 6, 60_000, 30_000  # the first load

FAMILY = [place for place in PLACES if not place.is_desk and not place.arrive]


@pytest.fixture(scope="module")
def house(playwright_here: Playwright, town_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    with open_house(playwright_here, town_folder, tmp_path_factory.mktemp("budgets")) as house:
        house.post("parent", "/avis/essai")
        yield house


def travelled(house: House, who: str, path: str) -> bytes:
    """The body of an answer as it travels to a browser that reads brotli."""
    cookies = "; ".join(f"{each['name']}={each['value']}" for each in house.context_of(who).cookies())
    asked = urllib.request.Request(
        house.live.url + quote(path, safe="/?&=."), headers={"Accept-Encoding": "br", "Cookie": cookies}
    )
    try:
        answer = urllib.request.urlopen(asked)
    except urllib.error.HTTPError as error:  # a page like another
        answer = error
    with answer:
        assert answer.headers["Content-Encoding"] == "br" or answer.status >= 400, f"{path} is not compressed"
        body: bytes = answer.read()
        return body


def linked(house: House, selector: str) -> str:
    """The address of an asset named on the sign-in page."""
    page = house.context_of("nobody").new_page()
    page.goto("/connexion")
    found: str = page.locator(selector).first.evaluate(
        "(node) => node.getAttribute('src') || node.getAttribute('href')"
    )
    page.close()
    return found


@pytest.mark.parametrize("place", [p for p in FAMILY if p.name != "courriel"], ids=lambda place: place.name)
def test_a_family_page_fits_its_budget(place: Place, house: House) -> None:
    weight = len(travelled(house, place.who, place.path(house)))
    assert weight <= PAGE, f"{place.path(house)}: {weight} bytes"


def test_the_month_that_is_weighed_is_a_whole_one(house: House) -> None:
    """Guard of the test above: three children, every school day of the month, all their squares."""
    body = brotli.decompress(travelled(house, "parent", "/planning?vue=mois")).decode()
    squares, elsewhere, days = body.count('<data class="sq"'), body.count("l’autre<span"), body.count("data-day=")
    assert days == 21
    assert squares + 3 * elsewhere >= 200  # a child at the other parent’s shows no square that day
    assert all(name in body for name in ("Lina", "Tom", "Zoé"))


def test_the_families_style_sheet_fits_its_budget(house: House) -> None:
    weight = len(travelled(house, "nobody", linked(house, "link[rel=stylesheet]")))
    assert weight <= STYLES, f"{weight} bytes"


shortened = pytest.mark.skipif(find_spec("minify") is None, reason="no minifier for this processor: pyproject.toml")


@shortened
def test_the_page_s_scripts_fit_their_budget_htmx_included(house: House) -> None:
    weights = {
        name: len(travelled(house, "nobody", linked(house, f"script[src*='{name}']"))) for name in ("htmx", "app")
    }
    assert sum(weights.values()) <= SCRIPTS, f"{sum(weights.values())} bytes: {weights}"


@shortened
def test_the_pages_that_send_files_load_their_script_in_place_of_htmx(house: House) -> None:
    page = travelled(house, "parent", "/documents/envoyer?type=home_proof")
    scripts = re.findall(r'<script src="([^"]+)"', unescape(brotli.decompress(page).decode()))
    assert [name.rsplit("/", 1)[1] for name in scripts] == ["upload.js", "app.js"]
    weight = sum(len(travelled(house, "nobody", each)) for each in scripts)
    assert weight <= SCRIPTS, f"{weight} bytes"


@shortened
def test_the_worker_fits_its_budget(house: House) -> None:
    weight = len(travelled(house, "nobody", "/sw.js"))
    assert weight <= WORKER, f"{weight} bytes"


@dataclass
class Load:
    """Everything a fresh browser asked for one address."""

    requests: list[str] = field(default_factory=list)
    later: list[str] = field(default_factory=list)  # the worker's doing
    weights: dict[str, int] = field(default_factory=dict)  # headers and body, by address


def first_load(house: House, context: BrowserContext, path: str) -> Load:
    """Open `path` in a browser that has nothing yet.

    Counted: the page and all it causes before the worker is installed, whoever asks (page, parser, script), plus the
    manifest, which browsers with a window fetch and a headless one does not. Not counted: the
    worker's script and what the worker puts on its shelf afterwards, when nobody waits for it any more.
    """
    load, page = Load(), context.new_page()
    addresses: dict[str, str] = {}
    cdp = context.new_cdp_session(page)
    cdp.send("Network.enable")
    cdp.on("Network.requestWillBeSent", lambda told: addresses.setdefault(told["requestId"], told["request"]["url"]))
    cdp.on("Network.loadingFinished", lambda told: _weigh(load, addresses, told))
    context.on("request", lambda asked: (load.later if is_worker_s(asked) else load.requests).append(asked.url))
    page.goto(path)
    page.wait_for_load_state("networkidle")
    for selector in ("link[rel=manifest]", "link[rel=icon]"):
        hidden = urljoin(page.url, page.locator(selector).get_attribute("href"))
        if hidden not in load.requests:
            load.requests.append(hidden)
            answer = house.ask("nobody", urlsplit(hidden).path)
            load.weights[hidden] = len(answer.body()) + sum(
                len(name) + len(value) + 4 for name, value in answer.headers.items()
            )
    page.close()
    return load


def clock_of(house: House) -> float:
    """The town's time, in seconds."""
    stamp = re.search(r'data-now="(\d+)"', house.ask("parent", "/planning").text())
    assert stamp
    return int(stamp[1]) / 1000


def is_worker_s(asked: Any) -> bool:
    return bool(asked.service_worker) or asked.url.endswith("/sw.js")


def _weigh(load: Load, addresses: dict[str, str], told: dict[str, Any]) -> None:
    address = addresses[told["requestId"]]
    if not address.endswith("/sw.js"):
        load.weights[address] = load.weights.get(address, 0) + int(told["encodedDataLength"])


@pytest.mark.parametrize(("who", "path"), [("nobody", "/connexion"), ("parent", "/planning")])
def test_a_first_load_is_a_few_requests_and_few_bytes(house: House, who: str, path: str) -> None:
    context = house.enter(who, house.live.url)
    context.clock.install(time=clock_of(house))  # a phone that is on time: another one would fetch the calendar anew
    load = first_load(house, context, path)
    context.close()
    weighed = {urlsplit(address).path: weight for address, weight in load.weights.items()}
    assert len(load.requests) <= REQUESTS, load.requests
    assert set(load.requests) == set(load.weights), "each request is weighed"
    assert sum(weighed.values()) <= TRANSFERRED, weighed
    scripts = {address: weight for address, weight in weighed.items() if address.endswith(".js")}
    assert len(scripts) == 2
    assert sum(scripts.values()) <= FIRST_SCRIPTS, scripts


def test_nothing_is_ever_asked_of_another_host(house: House) -> None:
    """Worker and shelf included, on every page of a family."""
    context = house.enter("parent", house.live.url)
    hosts: set[str] = set()
    context.on("request", lambda asked: hosts.add(urlsplit(asked.url).netloc))
    page = context.new_page()
    for place in FAMILY:
        if place.who == "parent":
            page.goto(place.path(house))
    page.wait_for_load_state("networkidle")
    context.close()
    assert hosts == {urlsplit(house.live.url).netloc}
