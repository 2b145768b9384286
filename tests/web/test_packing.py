"""Answers are packed for browsers that can unpack them, and say so; nothing is packed twice or for nothing."""

import zlib
from typing import Any

import brotli
import httpx
import pytest

from server.database import Database
from tests.cast import Town
from tests.conftest import FrozenClock
from tests.web.doors import enter


@pytest.fixture
async def alice(app: Any, town: Town, db: Database, clock: FrozenClock) -> httpx.AsyncClient:
    return await enter(app, town, db, "owner", clock())


async def raw(client: httpx.AsyncClient, path: str, accepts: str) -> tuple[httpx.Headers, bytes]:
    """The answer's head, and its body as it travelled."""
    async with client.stream("GET", path, headers={"accept-encoding": accepts}) as answer:
        return answer.headers, b"".join([part async for part in answer.aiter_raw()])


UNPACK = {
    "br": brotli.decompress,
    "gzip": lambda body: zlib.decompress(body, 31),
    "identity": lambda body: body,
}


@pytest.mark.parametrize(("accepts", "way"), [("gzip, deflate, br", "br"), ("gzip", "gzip"), ("identity", "identity")])
@pytest.mark.parametrize("path", ["/planning?vue=mois", "/f/planning", "/aide"])
async def test_a_page_travels_packed_the_way_its_browser_knows(
    alice: httpx.AsyncClient, path: str, accepts: str, way: str
) -> None:
    headers, body = await raw(alice, path, accepts)
    assert headers.get("content-encoding", "identity") == way
    assert int(headers["content-length"]) == len(body)
    assert "</" in UNPACK[way](body).decode()
    assert int(headers["x-marelle-length"]) == len(UNPACK[way](body)), "Firefox takes what was cut for complete"
    if way != "identity":
        assert "accept-encoding" in headers["vary"].lower()


@pytest.mark.parametrize("name", ["app.js", "icons/icon-192.png"])
async def test_an_asset_tells_its_length_unpacked(alice: httpx.AsyncClient, app: Any, name: str) -> None:
    headers, body = await raw(alice, app.assets.url(name), "br")
    unpacked = UNPACK[headers.get("content-encoding", "identity")](body)
    assert int(headers["x-marelle-length"]) == len(unpacked) == len(app.assets.files[name].body)


async def test_a_short_answer_and_one_packed_already_are_left_alone(alice: httpx.AsyncClient, app: Any) -> None:
    headers, body = await raw(alice, "/healthz", "br")
    assert "content-encoding" not in headers
    assert body.startswith(b"{")
    headers, body = await raw(alice, app.assets.url("app.css"), "br")
    assert headers.get_list("content-encoding") == ["br"]
    assert body == app.assets.files["app.css"].brotli


async def test_the_head_of_a_packed_page_has_no_body(alice: httpx.AsyncClient) -> None:
    answer = await alice.head("/planning", headers={"accept-encoding": "br"})
    assert (answer.status_code, answer.content) == (200, b"")
