"""What every answer carries, whatever it is: page, fragment, asset, error."""

from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import brotli
import httpx
import pytest
from minijinja import TemplateError

from server.database import Database
from server.settings import Settings
from server.web.render import template_engine
from tests.cast import Town
from tests.conftest import FrozenClock
from tests.web.doors import enter

PLACES = [
    "/",
    "/planning",
    "/nulle-part",
    "/taps",
    "/healthz",
    "/sw.js",
    "/hors-ligne",
    "/a/x/app.css",
    "/a/x/rien.css",
    "/agent",
]


@pytest.mark.parametrize("path", PLACES)
async def test_the_strict_policy_is_on_every_answer(client: httpx.AsyncClient, path: str) -> None:
    answer = await client.get(path)
    policy = answer.headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["referrer-policy"] == "same-origin"


async def test_a_name_of_host_that_is_no_text_is_another_site(client: httpx.AsyncClient) -> None:
    odd = {b"host": b"\xe9", b"origin": b"http://\xc3\xa9"}
    answer = await client.post("/connexion", headers=list(odd.items()))
    assert answer.status_code == 403
    assert "default-src 'none'" in answer.headers["content-security-policy"]


@pytest.mark.parametrize("path", ["/healthz", "/hors-ligne"])
async def test_head_is_get_without_its_body(client: httpx.AsyncClient, path: str) -> None:
    answer = await client.head(path)
    assert (answer.status_code, answer.content) == (200, b"")


async def test_a_page_that_is_not_there_says_so_in_french(client: httpx.AsyncClient) -> None:
    answer = await client.get("/nulle-part")
    assert answer.status_code == 404
    assert "introuvable" in answer.text
    assert answer.headers["content-type"].startswith("text/html")


async def test_a_page_that_is_not_there_is_packed_all_the_same(client: httpx.AsyncClient) -> None:
    async with client.stream("GET", "/nulle-part", headers={"accept-encoding": "br"}) as answer:
        raw = b"".join([part async for part in answer.aiter_raw()])
    assert answer.headers["content-encoding"] == "br"
    assert "charset=utf-8" in answer.headers["content-type"]
    assert "introuvable" in brotli.decompress(raw).decode()


async def test_a_wrong_method_says_so(client: httpx.AsyncClient) -> None:
    assert (await client.delete("/planning")).status_code == 405


async def test_assets_are_immutable_under_their_build_and_only_there(client: httpx.AsyncClient, app: Any) -> None:
    build = app.assets.build
    kept = await client.get(f"/a/{build}/app.css", headers={"accept-encoding": "br"})
    assert "immutable" in kept.headers["cache-control"]
    assert kept.headers["content-encoding"] == "br"
    assert (await client.get("/a/0000/app.css")).headers["cache-control"] == "no-cache"


async def test_the_worker_is_never_cached_and_names_its_shell(client: httpx.AsyncClient, app: Any) -> None:
    answer = await client.get("/sw.js")
    assert answer.headers["cache-control"] == "no-cache"
    assert f'BUILD = "{app.assets.build}"' in answer.text
    assert "/hors-ligne" in answer.text
    assert "import " not in answer.text.split("SHELL", 1)[1]
    assert answer.text[0] == "{"  # a half of it is no script
    assert answer.text[-1] == "}"


async def test_the_packed_worker_tells_no_length_that_a_browser_might_not_mind(client: httpx.AsyncClient) -> None:
    answer = await client.get("/sw.js", headers={"accept-encoding": "br"})
    assert answer.headers["content-encoding"] == "br"
    assert "content-length" not in answer.headers
    assert answer.text == (await client.get("/sw.js", headers={"accept-encoding": "identity"})).text


async def test_the_kill_switch_takes_the_workers_place(client: httpx.AsyncClient, app: Any) -> None:
    app.app.state.settings = replace(app.app.state.settings, worker="off")
    answer = await client.get("/sw.js")
    assert answer.headers["cache-control"] == "no-cache"
    assert "unregister()" in answer.text
    assert "indexedDB" not in answer.text


async def test_healthz_says_version_database_and_backlog(client: httpx.AsyncClient, db: Database) -> None:
    body = (await client.get("/healthz")).json()
    assert body["status"] == "ok"
    assert body["database"] == db.engine
    assert body["backlog"] == 0


async def test_a_fault_of_ours_tells_no_trace(app: Any, town: Town, db: Database, clock: FrozenClock) -> None:
    alice = await enter(app, town, db, "owner", clock())
    app.app.state.taps = None
    square = town.square("tom", "cantine", date(2026, 11, 26))
    answer = await alice.post("/planning/taps", data={"tap": f"{square}~booked~0"})
    assert answer.status_code == 500
    assert "Une erreur est survenue" in answer.text
    assert "Traceback" not in answer.text
    assert "NoneType" not in answer.text


async def test_a_fault_in_a_template_writes_nobody_into_the_log(settings: Settings, app: Any, tmp_path: Path) -> None:
    (tmp_path / "pwa" / "templates").mkdir(parents=True)
    (tmp_path / "pwa" / "templates" / "odd.html").write_text("{{ child.nickname }}")
    engine = template_engine(replace(settings, env="production"), app.assets, "", tmp_path)
    with pytest.raises(TemplateError) as fault:
        engine.render_template("odd.html", child={"first_name": "Lina"})
    assert "odd.html:1" in str(fault.value)
    assert "Lina" not in str(fault.value)


async def test_the_first_load_stays_within_its_bytes(app: Any) -> None:
    files = app.assets.files
    sizes = {name: len(files[name].brotli or files[name].body) for name in ("app.css", "htmx.js", "app.js")}
    assert sizes["app.css"] <= 12 * 1024
    assert sizes["htmx.js"] + sizes["app.js"] <= 20 * 1024
    assert len(brotli.compress(app.assets.worker.encode())) <= 5 * 1024
