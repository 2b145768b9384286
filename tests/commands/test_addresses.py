"""Address search: the streets of a file, and a base that speaks the national one's JSON, slow and broken ones included."""

import json
import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest

from server.adapters.addresses import (
    DEMO_STREETS,
    Found,
    NationalBase,
    NoSearch,
    StreetFile,
    Unreachable,
    address_search,
)
from server.settings import BadSetting, settings_from_environment


@pytest.mark.parametrize(
    ("typed", "first"),
    [
        ("14 rue du phare", "14 rue du Phare, 99420 Port-Clairval"),
        ("14 bis, rue du Phare", "14 bis rue du Phare, 99420 Port-Clairval"),
        ("OCEAN", "avenue de l’Océan, 99420 Port-Clairval"),
        ("3 crié", "3 quai de la Criée, 99420 Port-Clairval"),
        ("goeland", "impasse du Goéland, 99420 Port-Clairval"),
        ("eglise 99425", "rue de l’Église, 99425 Saint-Aubin-des-Grèves"),
    ],
)
async def test_a_street_is_found_by_the_beginnings_of_its_words(typed: str, first: str) -> None:
    assert (await StreetFile(DEMO_STREETS).find(typed))[0].line == first


@pytest.mark.parametrize("typed", ["", "14", "e", "rue des Inconnus", "\x00", "%_"])
async def test_nothing_is_found_for_nothing(typed: str) -> None:
    assert await StreetFile(DEMO_STREETS).find(typed) == ()


class Base:
    """An address base on a real port; `answer` is what it says next, `wait` how long it takes."""

    def __init__(self) -> None:
        self.asked: list[str] = []
        self.answer: bytes = b"{}"
        self.wait = 0.0
        base = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                base.asked.append(self.path)
                time.sleep(base.wait)
                self.send_response(200)
                self.end_headers()
                self.wfile.write(base.answer)

            def log_message(self, *_: object) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server.server_port}"


@pytest.fixture
def base() -> Iterator[Base]:
    base = Base()
    yield base
    base.server.shutdown()


def feature(**properties: str) -> dict[str, object]:
    return {"type": "Feature", "geometry": None, "properties": properties}


async def test_the_national_base_s_answer_is_read(base: Base) -> None:
    house = feature(type="housenumber", housenumber="8", street="Boulevard du Port", postcode="80000", city="Amiens")
    street = feature(type="street", name="Rue du Port", postcode="80000", city="Amiens")
    town = feature(type="municipality", name="Amiens", postcode="80000", city="Amiens")
    base.answer = json.dumps({"type": "FeatureCollection", "features": [house, street, town]}).encode()
    found = await NationalBase(base.url).find("8 bd du port & amiens")
    assert found == (Found("8", "Boulevard du Port", "80000", "Amiens"), Found("", "Rue du Port", "80000", "Amiens"))
    asked = urlsplit(base.asked[0])
    assert asked.path == "/search/"
    assert parse_qs(asked.query)["q"] == ["8 bd du port & amiens"]


@pytest.mark.parametrize("answer", [b"", b"<html>", b"[]", b"{}", b'{"features": 3}', b'{"features": [{}]}'])
async def test_an_answer_nobody_understands_is_no_answer(base: Base, answer: bytes) -> None:
    base.answer = answer
    with pytest.raises(Unreachable):
        await NationalBase(base.url).find("rue")


async def test_a_base_that_is_slow_or_gone_is_given_up(base: Base) -> None:
    base.wait = 5
    with pytest.raises(Unreachable):
        await NationalBase(base.url, seconds=0.2).find("rue")
    with pytest.raises(Unreachable):
        await NationalBase("http://127.0.0.1:1").find("rue")


def test_the_settings_choose(tmp_path: Path) -> None:
    def chosen(**variables: str) -> object:
        return address_search(settings_from_environment({"MARELLE_ENV": "demo", **variables}))

    assert isinstance(chosen(), StreetFile)
    assert isinstance(chosen(MARELLE_ADDRESS_URL="https://adresses.exemple.fr"), NationalBase)
    real = {"MARELLE_ENV": "production", "MARELLE_PUBLIC_URL": "https://a.fr"}
    assert isinstance(chosen(**real), NoSearch)
    mine = tmp_path / "rues.csv"
    mine.write_text("64990;Villefranque;route de Saint-Pierre\n")
    assert isinstance(chosen(**real, MARELLE_STREETS=str(mine)), StreetFile)
    for bad in ("une ligne sans rien", ""):
        broken = tmp_path / f"bad{len(bad)}.csv"
        if bad:
            broken.write_text(bad)
        with pytest.raises(BadSetting, match="MARELLE_STREETS"):
            chosen(MARELLE_STREETS=str(broken))
    with pytest.raises(BadSetting, match="MARELLE_ADDRESS_URL"):
        settings_from_environment({"MARELLE_ENV": "demo", "MARELLE_ADDRESS_URL": "file:///etc/passwd"})
