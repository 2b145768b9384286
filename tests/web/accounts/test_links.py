"""A link from a mail leaves the address at once; robots at public forms are told from people."""

from datetime import timedelta

import httpx
import pytest

from server.accounts.rules.tokens import DOORS, new_ref, token_of
from server.adapters.keys import portal_secret
from server.settings import Settings
from server.web.robots import STAMP, TRAP, looks_like_a_robot, stamp
from tests.conftest import FrozenClock

SECRET = b"x" * 32


@pytest.mark.parametrize("after", ["", ".", ",", "%3E", "%20", "%C2%A0", ")"])
async def test_the_token_goes_from_the_address_into_a_cookie_of_its_own(
    client: httpx.AsyncClient, settings: Settings, after: str
) -> None:
    for purpose, (word, page) in DOORS.items():
        token = token_of(portal_secret(settings.data), purpose, new_ref(b"12345678"))
        answer = await client.get(f"/lien/{word}/{token}{after}")
        assert answer.status_code == 303
        assert answer.headers["location"] == page
        assert answer.headers["cache-control"] == "no-store"
        cookie = answer.headers["set-cookie"]
        assert token in cookie
        assert "HttpOnly" in cookie
        assert "SameSite=lax" in cookie


async def test_what_is_no_link_of_ours_is_answered_alike_or_not_found(client: httpx.AsyncClient) -> None:
    assert (await client.get("/lien/reset/abc")).status_code == 404
    for typed in ("x", "%00", "é" * 200, "..%2f..", "%0d%0aSet-Cookie:a=b"):
        answer = await client.get(f"/lien/activation/{typed}")
        assert answer.status_code in (303, 404)
        assert "a=b" not in answer.headers.get("set-cookie", "").split(";")[0]


def test_a_form_read_by_a_person_passes(clock: FrozenClock) -> None:
    drawn = stamp(SECRET, clock())
    later = clock() + timedelta(seconds=4)
    assert not looks_like_a_robot(SECRET, {STAMP: drawn, TRAP: ""}, later)
    assert not looks_like_a_robot(SECRET, {STAMP: drawn}, clock() + timedelta(days=3))


def test_a_form_too_quick_trapped_or_without_our_stamp_does_not(clock: FrozenClock) -> None:
    drawn, later = stamp(SECRET, clock()), clock() + timedelta(seconds=4)
    assert looks_like_a_robot(SECRET, {STAMP: drawn}, clock() + timedelta(seconds=2))
    assert looks_like_a_robot(SECRET, {STAMP: drawn, TRAP: "https://casino.example"}, later)
    for forged in ("", ".", "é.é", "1.1", f"9{drawn}", stamp(b"y" * 32, clock()), "9" * 400, f"{drawn}é"):
        assert looks_like_a_robot(SECRET, {STAMP: forged}, later), forged
