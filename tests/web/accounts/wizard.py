"""Walking through a wizard by its plain forms, as a browser without scripts does."""

import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from html import unescape
from typing import Any

import httpx

from server.accounts.rules.tokens import path_of
from server.adapters.keys import portal_secret
from server.app import create_app
from server.database import Database, Work, open_database, sql
from server.settings import Settings
from tests.conftest import FrozenClock, client_of

PASSWORD = "Une-phrase longue 2026 !"
ABOUT_ME = {
    "nom": "Pinceau",
    "prenoms": "Zoé",
    "email": "zoe@exemple.fr",
    "email_bis": "zoe@exemple.fr",
    "identifiant": "z-pinceau",
    "mot_de_passe": PASSWORD,
    "mot_de_passe_2": PASSWORD,
}


@asynccontextmanager
async def portal(settings: Settings, clock: FrozenClock, profile: str) -> AsyncIterator["Portal"]:
    """The application of a town with this profile, on the test's database."""
    chosen = replace(settings, profile=profile)
    app = create_app(chosen, clock, open_database(chosen.database_url))
    async with app.app.lifespan():  # type: ignore[attr-defined]
        yield Portal(app, clock, chosen)


@dataclass
class Portal:
    """A town, and what its letters say."""

    app: Any
    clock: FrozenClock
    settings: Settings

    def walk(self) -> "Walk":
        """A fresh browser."""
        return Walk(client_of(self.app), self.clock)

    async def letters(self, db: Database) -> list[dict[str, Any]]:
        """Every letter written so far, oldest first, with the address its link has."""
        rows = await db.read(_letters)
        secret = portal_secret(self.settings.data)
        return [{**row, "path": path_of(secret, row["purpose"], row["ref"]) if row["ref"] else ""} for row in rows]


def _letters() -> Work[list[dict[str, Any]]]:
    rows = yield sql(
        "select l.address, l.kind, l.payload, k.purpose, k.ref, k.hours from letter l left join link k on k.id = l.link_id "
        "order by l.id"
    )
    return [dict(row) for row in rows]


def rows(text: str, *args: Any) -> Any:
    """A conversation of one statement, for looking behind the curtain."""

    def work() -> Work[list[dict[str, Any]]]:
        return [dict(row) for row in (yield sql(text, *args))]

    return work


def hidden(page: str) -> dict[str, str]:
    """The hidden fields of a page's form."""
    found = re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', page)
    return {name: unescape(value) for name, value in found}


@dataclass
class Walk:
    """A browser in a wizard: every form is fetched, read for a few seconds, filled in and sent."""

    client: httpx.AsyncClient
    clock: FrozenClock
    at: str = ""
    page: str = ""
    answers: list[int] = field(default_factory=list)

    async def open(self, path: str) -> "Walk":
        """Go there, following redirects of our own."""
        answer = await self.client.get(path, follow_redirects=True)
        self.at, self.page = answer.url.path, answer.text
        self.answers.append(answer.status_code)
        return self

    async def send(self, go: str = "suivant", **fields: str) -> httpx.Response:
        """Fill the form in and press its button; on a redirect, the next page is opened."""
        self.clock.move(seconds=5)
        answer = await self.client.post(self.at, data={**hidden(self.page), "aller": go, **fields})
        if answer.status_code == 303:
            await self.open(answer.headers["location"])
        else:
            self.page = answer.text
        return answer

    @property
    def said(self) -> str:
        """The page's words, without its markup."""
        return " ".join(unescape(re.sub(r"<[^>]+>", " ", self.page.split("<main")[1].split("</main>")[0])).split())
