"""A list of families on an agent's screen: tried out line by line, imported as it was read, once, or refused whole."""

import asyncio
import re
from datetime import timedelta
from html import unescape
from pathlib import Path
from typing import Any

import httpx
import pytest

from server.cli.housekeeping import tidy
from server.database import Database, Work, sql
from server.documents.queries.office import names_in_use
from server.settings import Settings
from tests.cast import Town
from tests.conftest import FrozenClock
from tests.desk import rows_of
from tests.web.doors import enter

HEAD = "Dossier;Rôle;Nom;Prénom;Naissance;E-mail;Titulaire;École;Garde;Compte\n"
LEROY = "900;adulte;Leroy;Anne;;anne@exemple.fr;oui;;;oui\n900;enfant;Leroy;Zoé;12/03/2019;;;;;\n"


async def tried(browser: httpx.AsyncClient, data: str | bytes, name: str = "familles.csv") -> httpx.Response:
    body = data.encode() if isinstance(data, str) else data
    return await browser.post("/agent/imports/fichiers", files={"liste": (name, body, "text/csv")})


async def kept(browser: httpx.AsyncClient, data: str | bytes) -> str:
    """Where the report of a list is that was taken."""
    answer = await tried(browser, data)
    assert answer.status_code == 303, unescape(answer.text)[-2500:]
    return answer.headers["location"]


async def text_of(browser: httpx.AsyncClient, url: str) -> str:
    text = unescape((await browser.get(url)).text).replace("\u00a0", " ")
    return " ".join(re.sub(r"<[^>]+>", " ", text).split())


async def families(db: Database) -> list[str]:
    return [row["number"] for row in await db.read(rows_of, "select number from family where number like '90%'")]


def sealed(settings: Settings) -> list[Path]:
    folder = Path(settings.data) / "documents"
    return [path for path in folder.glob("??/??/*") if not path.name.endswith(".gone")]


async def test_a_list_is_tried_out_and_then_imported_as_it_was_read(
    agent: httpx.AsyncClient, db: Database, settings: Settings
) -> None:
    url = await kept(agent, HEAD + LEROY)
    page = await text_of(agent, url)
    assert "1 dossier à créer 2 personnes à créer 1 compte à ouvrir" in page
    assert "2 Anne Leroy à créer lien d’activation par courriel 3 Zoé Leroy à créer" in page
    assert "créé " not in page
    assert await families(db) == []
    assert b"Leroy" not in b"".join(path.read_bytes() for path in sealed(settings))
    answer = await agent.post(url)
    assert answer.headers["location"] == f"{url}?dit=done"
    assert await families(db) == ["900"]
    page = await text_of(agent, answer.headers["location"])
    assert "La liste est importée." in page
    assert "1 dossier créé 2 personnes créées 1 compte ouvert" in page
    assert "Importée lundi 16 novembre" in page
    assert sealed(settings) == []
    (row,) = await db.read(rows_of, "select decided_by from registration where email = 'anne@exemple.fr'")
    assert row["decided_by"] is not None
    said = "a importé une liste de familles (familles.csv) : 1 dossier créé, 2 lignes, 1 compte ouvert"
    assert said in await text_of(agent, "/agent/journal")


async def test_a_second_click_and_a_second_agent_import_nothing_more(
    agent: httpx.AsyncClient, app: Any, town: Town, db: Database, clock: FrozenClock
) -> None:
    url = await kept(agent, HEAD + LEROY)
    other = await enter(app, town, db, "agent", clock())
    first, second = await asyncio.gather(agent.post(url), other.post(url))
    assert sorted(answer.headers["location"].partition("dit=")[2] for answer in (first, second)) == ["done", "over"]
    assert await families(db) == ["900"]
    assert len(await db.read(rows_of, "select id from child where last_name = 'Leroy'")) == 1
    assert len(await db.read(rows_of, "select id from audit where action = 'families_imported'")) == 1


async def test_two_lists_with_the_same_family_at_once_make_it_once(
    agent: httpx.AsyncClient, app: Any, town: Town, db: Database, clock: FrozenClock
) -> None:
    other = await enter(app, town, db, "agent", clock())
    one, two = await kept(agent, HEAD + LEROY), await kept(other, HEAD + LEROY + "901;adulte;Petit;Luc;;;;;;\n")
    went = await asyncio.gather(agent.post(one), other.post(two))
    said = [answer.headers["location"].partition("dit=")[2] for answer in went]
    assert sorted(said) == ["changed", "done"]
    late = (one, two)[said.index("changed")]
    assert "Relisez-le, puis importez" in await text_of(agent, late + "?dit=changed")
    assert (await agent.post(late)).headers["location"].endswith("dit=done")
    assert len(await db.read(rows_of, "select id from guardian where last_name = 'Leroy'")) == 1


async def test_what_changed_since_the_trial_is_read_again_before_anything_is_written(
    agent: httpx.AsyncClient, db: Database
) -> None:
    url = await kept(agent, HEAD + LEROY)
    await db.write(_family, "900")
    assert (await agent.post(url)).headers["location"].endswith("dit=changed")
    assert await db.read(rows_of, "select id from guardian where last_name = 'Leroy'") == []
    page = await text_of(agent, url)
    assert "dossier à créer" not in page
    assert (await agent.post(url)).headers["location"].endswith("dit=done")


def _family(number: str) -> Work[None]:
    yield sql(
        "insert into family (ref, number, name, resident, address, created_at) "
        "select 'autre', $1, 'Leroy', resident, '', created_at from family order by id limit 1",
        number,
    )


async def test_refused_lines_are_shown_with_the_good_ones_and_block_the_whole(
    agent: httpx.AsyncClient, db: Database
) -> None:
    url = await kept(
        agent, HEAD + LEROY + "901;enfant;Petit;Léo;30/02/2019;;;;;\n902;enfant;Roux;Eva;12/03/2019;;;École X;;\n"
    )
    page = await text_of(agent, url)
    assert "Cette liste ne peut pas être importée." in page
    assert "Importer ces" not in page
    only = await text_of(agent, url + "?voir=refus")
    assert "4 Léo Petit refusé Date de naissance" in only
    assert "n’existe pas" in only
    assert "Anne Leroy" not in only
    assert (await agent.post(url)).headers["location"].endswith("dit=over")
    assert await families(db) == []
    table = (await agent.get(url + "/rapport.csv")).content.decode("utf-8-sig")
    assert "4;Léo Petit;refusé;" in table


BAD = {
    "nothing chosen": (b"", "", 422, "Choisissez un fichier CSV."),
    "no column": (b"nom;prenom\nLeroy;Anne\n", "a.csv", 422, "Il manque la colonne « dossier »"),
    "binary": (b"PK\x03\x04\x00\x00" * 50, "a.xlsx", 422, "n’est pas un texte CSV"),
    "UTF-16": ((HEAD + LEROY).encode("utf-16"), "a.txt", 422, "n’est pas un texte CSV"),
    "empty": (b"", "vide.csv", 422, "Il manque la colonne"),
    "only heads": (HEAD.encode(), "a.csv", 422, "aucune ligne"),
    "too heavy": (b"x" * (6 * 1024 * 1024), "a.csv", 413, "dépasse 5 Mo"),
}


@pytest.mark.parametrize("name", BAD)
async def test_a_file_that_cannot_be_read_is_said_beside_the_field(
    name: str, agent: httpx.AsyncClient, db: Database, settings: Settings
) -> None:
    data, called, status, words = BAD[name]
    answer = await tried(agent, data, called)
    text = unescape(answer.text).replace("\u00a0", " ")
    assert answer.status_code == status, text[-2000:]
    assert words in text
    assert 'id="f-liste-error"' in text
    assert await db.read(rows_of, "select id from family_import") == []
    assert sealed(settings) == []


async def test_two_gigabytes_are_refused_before_they_are_read(agent: httpx.AsyncClient) -> None:
    async def never() -> Any:
        raise AssertionError("not a byte of it is read")
        yield b""

    headers = {"content-type": "multipart/form-data; boundary=x", "content-length": str(2 * 1024**3)}
    answer = await agent.post("/agent/imports/fichiers", content=never(), headers=headers)
    assert answer.status_code == 413
    assert "dépasse 5 Mo" in unescape(answer.text)


@pytest.mark.parametrize("encoding", ["utf-8-sig", "cp1252"])
async def test_files_of_any_spreadsheet_are_taken(encoding: str, agent: httpx.AsyncClient, db: Database) -> None:
    await agent.post(await kept(agent, (HEAD + LEROY).encode(encoding)))
    assert await db.read(rows_of, "select first_name from child where last_name = 'Leroy'") == [{"first_name": "Zoé"}]


async def test_a_formula_is_text_in_the_report(agent: httpx.AsyncClient) -> None:
    url = await kept(agent, HEAD + '900;adulte;Leroy;"=HYPERLINK(""http://x"")";;;;;;\n')
    assert ";\"'=HYPERLINK" in (await agent.get(url + "/rapport.csv")).content.decode("utf-8-sig")


async def test_the_template_is_a_list_that_can_be_tried_out(agent: httpx.AsyncClient) -> None:
    template = (await agent.get("/agent/imports/modele.csv")).content
    page = await text_of(agent, await kept(agent, template))
    assert "Importer ces 2 lignes" in page


async def test_a_list_is_forgotten_when_an_agent_says_so_and_after_a_week(
    agent: httpx.AsyncClient, db: Database, settings: Settings, clock: FrozenClock
) -> None:
    url = await kept(agent, HEAD + LEROY)
    assert "La liste est oubliée." in await text_of(agent, (await agent.post(url + "/abandon")).headers["location"])
    assert sealed(settings) == []
    assert (await agent.get(url)).status_code == 404
    url = await kept(agent, HEAD + LEROY)
    assert len(await db.read(names_in_use)) == 1
    await tidy(db, clock() + timedelta(days=8))
    assert (await agent.get(url)).status_code == 404
    assert await db.read(names_in_use) == frozenset()  # the next sweep throws the file away


async def test_a_kept_file_that_was_touched_is_not_imported(
    agent: httpx.AsyncClient, db: Database, settings: Settings
) -> None:
    url = await kept(agent, HEAD + LEROY)
    (file,) = sealed(settings)
    file.write_bytes(file.read_bytes()[:-1] + b"x")
    assert (await agent.post(url)).headers["location"].endswith("dit=lost")
    assert await families(db) == []
