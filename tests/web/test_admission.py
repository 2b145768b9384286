"""The doors when the house is full: each lane says « revenez » for itself, at once and in French; the others go on."""

import asyncio
from typing import Any

import brotli
import httpx
import pytest

from server.web.admission import Admission, Refusals, lane_of
from server.web.wire import send_whole

FULL = {"sign-in": 1, "taps": 1, "pages": 1}


class House:
    """An application that keeps everybody inside until it is told to let go."""

    def __init__(self) -> None:
        self.let_go = asyncio.Event()
        self.inside = 0

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        self.inside += 1
        if lane_of(scope):
            await self.let_go.wait()
        await send_whole(send, 200, [], b"ok")


@pytest.fixture
async def house() -> House:
    return House()


@pytest.fixture
async def full(house: House, app: Any) -> Any:
    """A browser before a house where every lane is taken."""
    refusals = Refusals.rendered(app.app.state.templates.render_template)
    door = httpx.AsyncClient(transport=httpx.ASGITransport(Admission(house, refusals, FULL)), base_url="http://h")
    under_way = [
        asyncio.create_task(door.request(method, path))
        for method, path in (("GET", "/planning"), ("POST", "/taps"), ("POST", "/connexion"))
    ]
    while house.inside < 3:  # noqa: ASYNC110  (the requests under way make it true)
        await asyncio.sleep(0)
    yield door
    house.let_go.set()
    assert [answer.status_code for answer in await asyncio.gather(*under_way)] == [200, 200, 200]
    assert (await door.get("/planning")).status_code == 200  # and there is room again
    await door.aclose()


async def test_a_page_says_so_in_french_and_comes_back_by_itself(full: httpx.AsyncClient) -> None:
    answer = await full.get("/planning")
    assert answer.status_code == 503
    assert 5 <= int(answer.headers["retry-after"]) == int(answer.headers["refresh"]) <= 15
    assert answer.headers["cache-control"] == "no-store"
    assert "se recharge d’elle-même" in answer.text
    assert 'lang="fr"' in answer.text


async def test_it_is_packed_for_those_who_can_unpack(full: httpx.AsyncClient) -> None:
    async with full.stream("GET", "/", headers={"accept-encoding": "br"}) as answer:
        packed = b"".join([part async for part in answer.aiter_raw()])
    assert "momentanément" in brotli.decompress(packed).decode()


async def test_a_tap_is_told_in_the_couriers_words(full: httpx.AsyncClient) -> None:
    answer = await full.post("/taps", json={})
    assert (answer.status_code, answer.json()["error"]) == (503, "busy")
    assert "refresh" not in answer.headers


async def test_a_form_says_that_it_was_not_recorded_and_is_not_sent_again(full: httpx.AsyncClient) -> None:
    for path in ("/planning/taps", "/connexion", "/agent/demandes"):
        answer = await full.post(path, data={"a": "b"})
        assert answer.status_code == 503
        assert "n’a pas été enregistré" in answer.text
        assert "refresh" not in answer.headers


async def test_a_fragment_is_a_fragment(full: httpx.AsyncClient) -> None:
    answer = await full.get("/f/planning")
    assert answer.status_code == 503
    assert "<html" not in answer.text


async def test_what_needs_no_database_always_passes(full: httpx.AsyncClient) -> None:
    for path in ("/sw.js", "/healthz", "/hors-ligne", "/manifest.webmanifest"):
        assert (await full.get(path)).status_code == 200


async def nothing_more() -> None:
    """The rest never comes."""
    await asyncio.Event().wait()


async def a_drip() -> None:
    """The rest comes a letter at a time, without end."""
    await asyncio.sleep(0.01)


@pytest.mark.parametrize("pause", [nothing_more, a_drip])
async def test_a_phone_that_dies_while_sending_gives_its_place_back(app: Any, pause: Any) -> None:
    door = Admission(app.app, Refusals.rendered(app.app.state.templates.render_template), FULL, upload=0.05)
    told: list[Any] = []

    async def half_a_body() -> Any:
        if told:
            await pause()
        else:
            told.append("first piece")
        return {"type": "http.request", "body": b"identifiant=a", "more_body": True}

    async def send(message: Any) -> None:
        told.append(message)

    headers = [(b"content-type", b"application/x-www-form-urlencoded"), (b"content-length", b"50")]
    scope = {
        "type": "http", "method": "POST", "path": "/connexion", "raw_path": b"/connexion", "query_string": b"",
        "headers": headers, "http_version": "1.1", "scheme": "http", "client": ("127.0.0.1", 1), "server": ("h", 80),
        "root_path": "", "state": {}, "extensions": {},
    }  # fmt: skip
    await asyncio.wait_for(door(scope, half_a_body, send), 20)
    assert told[1]["status"] == 500
    assert door.inside == {"sign-in": 0, "taps": 0, "pages": 0}
