"""POST /taps: whole-batch errors, verdicts, bad input; and the same tap by a plain form."""

import uuid
from datetime import date
from typing import Any

import httpx
import pytest

from server.database import Database, Work, sql
from tests.cast import Town
from tests.conftest import FrozenClock
from tests.web.doors import enter

DAY = date(2026, 11, 26)
DEVICE = "11111111-2222-3333-4444-555555555555"


@pytest.fixture
async def alice(app: Any, town: Town, db: Database, clock: FrozenClock) -> httpx.AsyncClient:
    return await enter(app, town, db, "owner", clock())


def batch(town: Town, *taps: dict[str, Any], account: str = "owner") -> dict[str, Any]:
    return {"account": town.refs[account], "device": DEVICE, "taps": list(taps)}


def tap(
    town: Town, child: str = "tom", activity: str = "cantine", want: str = "booked", **changes: Any
) -> dict[str, Any]:
    square = town.square(child, activity, DAY)
    return {
        "id": str(uuid.uuid4()),
        "square": square,
        "want": want,
        "unit": None,
        "seq": 1,
        "seen": 0,
        "at": 1,
        **changes,
    }


def count(text: str) -> Work[int]:
    return (yield sql(text))[0][0]


async def test_a_batch_is_answered_tap_by_tap_in_order(alice: httpx.AsyncClient, town: Town) -> None:
    answer = await alice.post("/taps", json=batch(town, tap(town), tap(town, "zoe"), tap(town, square="kidtom.0")))
    assert answer.status_code == 200
    assert [verdict["outcome"] for verdict in answer.json()["verdicts"]] == ["applied", "rejected", "rejected"]
    assert answer.json()["now"] == 1794816000000
    assert answer.headers["cache-control"] == "no-store"


async def test_signed_out_is_401_in_json_and_nothing_is_applied(
    client: httpx.AsyncClient, town: Town, db: Database
) -> None:
    answer = await client.post("/taps", json=batch(town, tap(town)))
    assert (answer.status_code, answer.json()["error"]) == (401, "signed_out")
    assert await db.read(count, "select count(*) from tap") == 0


async def test_another_account_is_409_and_nothing_is_applied(
    alice: httpx.AsyncClient, town: Town, db: Database
) -> None:
    answer = await alice.post("/taps", json=batch(town, tap(town), account="stranger"))
    assert (answer.status_code, answer.json()["error"]) == (409, "other_account")
    assert await db.read(count, "select count(*) from tap") == 0


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b"[]",
        b"null",
        b'"taps"',
        b'{"account": "x"}',
        '{"é'.encode("latin-1"),
        b'{"account":1,"device":2,"taps":3}',
    ],
)
async def test_malformed_bodies_are_400_or_409_in_french(alice: httpx.AsyncClient, body: bytes) -> None:
    answer = await alice.post("/taps", content=body, headers={"content-type": "application/json"})
    assert answer.status_code in (400, 409)
    assert answer.json()["text"]


@pytest.mark.parametrize(
    ("field", "value"), [("seq", "x"), ("square", "<script>"), ("want", "toggle"), ("id", "1"), ("seen", -1)]
)
async def test_a_tap_our_page_cannot_send_is_named(
    alice: httpx.AsyncClient, town: Town, field: str, value: Any
) -> None:
    answer = await alice.post("/taps", json=batch(town, tap(town, **{field: value})))
    assert answer.status_code == 400
    assert field in answer.json()["text"]


async def test_ten_thousand_taps_are_too_many_and_none_is_applied(
    alice: httpx.AsyncClient, town: Town, db: Database
) -> None:
    answer = await alice.post("/taps", json=batch(town, *[tap(town)] * 10_000))
    assert (answer.status_code, answer.json()["error"]) == (413, "too_large")
    assert await db.read(count, "select count(*) from tap") == 0


async def test_a_hundred_and_one_taps_are_too_many(alice: httpx.AsyncClient, town: Town) -> None:
    answer = await alice.post("/taps", json=batch(town, *[tap(town, id=str(uuid.UUID(int=n))) for n in range(101)]))
    assert answer.status_code == 413


async def test_a_tap_from_another_site_is_refused(alice: httpx.AsyncClient, town: Town) -> None:
    answer = await alice.post("/taps", json=batch(town, tap(town)), headers={"sec-fetch-site": "cross-site"})
    assert answer.status_code == 403


async def test_an_agent_has_no_squares(app: Any, town: Town, db: Database, clock: FrozenClock) -> None:
    agent = await enter(app, town, db, "agent", clock())
    answer = await agent.post("/taps", json=batch(town, tap(town), account="agent"))
    assert answer.json()["verdicts"][0]["code"] == "unknown"


async def test_without_javascript_a_form_books_and_the_page_says_so(
    alice: httpx.AsyncClient, town: Town, db: Database
) -> None:
    value = f"{town.square('tom', 'cantine', DAY)}~booked~0"
    back = {"referer": "http://127.0.0.1:8000/planning?vue=mois&jour=2026-11-01&verdict=ancien"}
    answer = await alice.post("/planning/taps", data={"tap": value}, headers=back)
    assert answer.status_code == 303
    where, _, tap_id = answer.headers["location"].rpartition("&verdict=")
    assert (where, str(uuid.UUID(tap_id))) == ("/planning?vue=mois&jour=2026-11-01", tap_id)
    page = await alice.get(answer.headers["location"])
    assert "Réservé." in page.text
    assert "x-marelle-shelf" not in page.headers  # a verdict once read is not today's news
    assert await db.read(count, "select count(*) from booking where state = 'booked'") == 1


@pytest.mark.parametrize("page", ["/planning", "/planning/jour/2026-11-26"])
async def test_an_address_puts_no_words_into_the_towns_mouth(
    alice: httpx.AsyncClient, app: Any, town: Town, db: Database, clock: FrozenClock, page: str
) -> None:
    lie = "Votre dossier est bloqué, appelez le 0 899 00 00 00."
    assert "0 899" not in (await alice.get(page, params={"verdict": lie})).text
    answer = await alice.post("/planning/taps", data={"tap": f"{town.square('tom', 'cantine', DAY)}~booked~0"})
    tap_id = answer.headers["location"].rpartition("=")[2]
    bob = await enter(app, town, db, "coguardian", clock())
    banner = 'class="banner info" role="status"'
    assert banner in (await alice.get(page, params={"verdict": tap_id})).text
    assert banner not in (await bob.get(page, params={"verdict": tap_id})).text


async def test_without_javascript_a_closed_square_leads_to_its_reason(
    alice: httpx.AsyncClient, town: Town, clock: FrozenClock
) -> None:
    clock.set("2026-11-25T18:00:00+01:00")
    page = await alice.get("/planning?jour=2026-11-26")
    square = town.square("tom", "cantine", DAY)
    assert f'value="{square}~none~0"' in page.text
    answer = await alice.post("/planning/taps", data={"tap": f"{square}~none~0"})
    assert answer.headers["location"] == "/planning/jour/2026-11-26"
    assert "Trop tard" in (await alice.get(answer.headers["location"])).text


@pytest.mark.parametrize("value", ["", "x", "~~", "kidtom.1~toggle~0", "../../etc~booked~0"])
async def test_a_forged_form_value_is_told_plainly(alice: httpx.AsyncClient, value: str) -> None:
    answer = await alice.post("/planning/taps", data={"tap": value})
    assert answer.status_code in (303, 400)
    assert "Traceback" not in answer.text


async def test_the_way_back_never_leaves_the_portal(alice: httpx.AsyncClient, town: Town) -> None:
    value = f"{town.square('tom', 'cantine', DAY)}~booked~0"
    answer = await alice.post(
        "/planning/taps", data={"tap": value}, headers={"referer": "https://mechant.example//evil"}
    )
    assert answer.headers["location"].startswith("/planning?verdict=")


@pytest.mark.parametrize("odd", ["²", "٣", "-1", ""])
async def test_a_figure_of_another_script_in_the_form_is_no_fault_of_ours(
    alice: httpx.AsyncClient, town: Town, odd: str
) -> None:
    for form in (f"kidtom.{odd}~none~0", f"{town.square('tom', 'cantine', DAY)}~booked~{odd}"):
        answer = await alice.post("/planning/taps", data={"tap": form}, headers={"Referer": "http://x/planning"})
        assert answer.status_code == 303
        assert answer.headers["location"].startswith("/planning")
