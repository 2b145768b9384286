"""What an agent does in the rules' editor, for tests: look, save, publish; and what a parent then gets."""

import re
import uuid
from datetime import date
from html import unescape
from typing import Any

import httpx

from tests.cast import Town

URL = "/agent/regles/cantine"
RULE = {
    "book.kind": "days",
    "book.n": "3",
    "book.count": "calendar",
    "book.at": "12:00",
    "cancel.kind": "same",
    "opening.kind": "always",
    "validation": "at_once",
    "cancel_validation": "at_once",
    "late_cancel": "refused",
    "waiting_list": "oui",
}


async def seen(agent: httpx.AsyncClient, url: str = URL) -> dict[str, str]:
    """What an agent's form carries of what it was made from."""
    html = (await agent.get(url)).text
    return {name: re.search(rf'name="{name}" value="(\d+)"', html)[1] for name in ("vu", "base")}  # type: ignore[index]


async def save(agent: httpx.AsyncClient, url: str = URL, **fields: Any) -> httpx.Response:
    return await agent.post(url, data={**await seen(agent, url), **RULE, "acte": "enregistrer", **fields})


async def publish(agent: httpx.AsyncClient, first: date, reason: str = "Vote du conseil") -> httpx.Response:
    typed = {**await seen(agent, f"{URL}/simulation"), "du": first.isoformat(), "motif": reason}
    return await agent.post(f"{URL}/publication", data=typed)


async def book(parent: httpx.AsyncClient, town: Town, day: date) -> dict[str, Any]:
    """A phone sends one tap: the verdict."""
    tap = {"id": str(uuid.uuid4()), "square": town.square("zoe", "cantine", day), "want": "booked"}
    tap |= {"unit": None, "seq": 1, "seen": 0, "at": 0}
    body = {"account": town.refs["stranger"], "device": str(uuid.uuid4()), "taps": [tap]}
    verdict: dict[str, Any] = (await parent.post("/taps", json=body)).json()["verdicts"][0]
    return verdict


def words(answer: httpx.Response) -> str:
    """The text of a page, tags left out."""
    return re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]+>", " ", answer.text)))
