"""Who did what, told to people: every action has its sentence, the right eyes read it, files leave with a trace."""

import ast
import re
from datetime import UTC, datetime, timedelta
from html import unescape
from pathlib import Path
from typing import Any

import httpx
import pytest

from server.bookings.commands.closures import Shutting, close_days
from server.bookings.commands.decisions import decide_requests
from server.database import Database
from server.desk.journal.queries import KINDS, Line, Sought, journal_of
from server.desk.journal.words import SENTENCES
from tests.cast import Town
from tests.conftest import ROOT, FrozenClock
from tests.counting import counted
from tests.desk import MONDAY, THURSDAY, WEDNESDAY, agent_of, crowd, put, rows_of, run
from tests.web.doors import enter

JOURNAL, EXPORT, FAMILY = "/agent/journal", "/agent/journal.csv", "/agent/familles/fam-dupont/journal"


def actions_of(path: Path) -> set[str]:
    """The actions a file writes into the audit trail: named in its SQL, passed to a move, or to its one insert."""
    tree, found = ast.parse(path.read_text()), set[str]()
    notes = set()
    for node in ast.walk(tree):
        if (
            isinstance(node, ast.Assign)
            and isinstance(node.value, ast.Constant)
            and "into audit" in str(node.value.value)
        ):
            notes |= {target.id for target in node.targets if isinstance(target, ast.Name)}
            found |= set(re.findall(r"'(\w+)'", str(node.value.value)))
    for node in ast.walk(tree):
        if not isinstance(node, ast.Call):
            continue
        moved = isinstance(node.func, ast.Attribute) and node.func.attr == "move"
        found |= {
            k.value.value for k in node.keywords if moved and k.arg == "action" and isinstance(k.value, ast.Constant)
        }
        if node.args and isinstance(node.args[0], ast.Name) and node.args[0].id in notes:
            found |= {
                arg.value for arg in node.args[1:] if isinstance(arg, ast.Constant) and isinstance(arg.value, str)
            }
    return found


WRITTEN = {action for path in (ROOT / "server").rglob("*.py") for action in actions_of(path)}


def test_every_action_the_code_writes_has_its_sentence_and_its_filter() -> None:
    assert {"tap", "decision", "closed", "closure", "reopened", "capacity", "read_family", "promoted"} <= WRITTEN
    assert set(SENTENCES) == WRITTEN
    assert {action for _, actions in KINDS.values() for action in actions} == WRITTEN


async def test_what_agents_families_and_the_portal_did_is_told_in_sentences(
    agent: httpx.AsyncClient, db: Database, town: Town, clock: FrozenClock
) -> None:
    await run(db, "update session set capacity = 1 where id = $1", town.sessions["atelier", THURSDAY])
    leaving = await put(db, town, "tom", "atelier", THURSDAY, "cancel_requested", clock())
    await put(db, town, "zoe", "atelier", THURSDAY, "waiting", clock())
    asked = await put(db, town, "tom", "mercredi", WEDNESDAY, "requested", clock())
    visitor = agent_of(town)
    await db.write(decide_requests, visitor, [(leaving, 1)], "accept", "", clock())
    await db.write(decide_requests, visitor, [(asked, 1)], "refuse", "Complet ce jour.", clock())
    shutting = Shutting(town.activities["cantine"], MONDAY, MONDAY + timedelta(days=1), "Grève.")
    await db.write(close_days, visitor, shutting, clock())
    parent = await enter_parent(agent, db, town, clock)
    tap = f"{town.square('tom', 'cantine', THURSDAY)}~booked~0"
    assert (await parent.post("/planning/taps", data={"tap": tap})).status_code == 303
    text = re.sub(r"<[^>]+>", " ", unescape((await agent.get(JOURNAL)).text)).replace("\u00a0", " ")
    for words in (
        "Agent Dupont (mairie) a accepté l’annulation : Tom Dupont, Atelier du jeudi 26 novembre",
        "Le portail a donné une place de la liste d’attente : Zoe Dupont, Atelier du jeudi 26 novembre",
        "Agent Dupont (mairie) a refusé la réservation : Tom Dupont, Mercredi du mercredi 25 novembre",
        "« Complet ce jour. »",
        "Agent Dupont (mairie) a fermé Cantine, du lundi 23 novembre au mardi 24 novembre",
        "Owner Dupont a réservé : Tom Dupont, Cantine du jeudi 26 novembre",
        "lundi 16 novembre à 9 h",
    ):
        assert words in " ".join(text.split()), words


async def enter_parent(agent: httpx.AsyncClient, db: Database, town: Town, clock: FrozenClock) -> httpx.AsyncClient:
    """The owner, at the same application."""
    app = agent._transport.app  # type: ignore[attr-defined]
    return await enter(app, town, db, "owner", clock())


async def test_a_family_s_journal_is_its_own_and_readings_are_for_those_who_answer(
    app: Any, agent: httpx.AsyncClient, db: Database, town: Town, clock: FrozenClock
) -> None:
    mine = await put(db, town, "tom", "mercredi", WEDNESDAY, "requested", clock())
    theirs = await put(db, town, "zoe", "mercredi", WEDNESDAY, "requested", clock())
    await db.write(decide_requests, agent_of(town), [(mine, 1), (theirs, 1)], "accept", "", clock())
    text = unescape((await agent.get(FAMILY)).text)
    assert "Tom Dupont, Mercredi" in text
    assert "Zoe" not in text
    assert "a ouvert le dossier" in text
    await run(db, "update account set rights = $1 where id = $2", '["dossiers"]', town.accounts["agent"])
    reader = await enter(app, town, db, "agent", clock())
    text = unescape((await reader.get(FAMILY, params={"quoi": "lectures"})).text)
    assert "Tom Dupont, Mercredi" in text
    assert "a ouvert le dossier" not in text
    assert (await reader.get(JOURNAL)).status_code == 403
    assert (await agent.get("/agent/familles/fam-nobody/journal")).status_code == 404


@pytest.mark.parametrize(
    ("params", "count"),
    [
        ({}, 2),
        ({"quoi": "decisions"}, 2),
        ({"quoi": "portail"}, 0),
        ({"quoi": "n'importe"}, 2),
        ({"activite": "mercredi"}, 1),
        ({"jour": "2026-11-26"}, 1),
        ({"du": "2026-11-16", "au": "2026-11-16"}, 2),
        ({"du": "2026-11-17"}, 0),
        ({"au": "2026-11-15"}, 0),
        ({"dossier": "fam-bernard"}, 1),
        ({"dossier": "personne"}, 0),
        ({"agent": "999999"}, 0),
        ({"avant": "hier~1"}, 2),
        ({"dossier": "\x00", "activite": "\x00"}, 0),
    ],
)
async def test_filters(
    agent: httpx.AsyncClient, db: Database, town: Town, clock: FrozenClock, params: dict[str, str], count: int
) -> None:
    first = await put(db, town, "tom", "mercredi", WEDNESDAY, "requested", clock())
    second = await put(db, town, "zoe", "cantine", THURSDAY, "requested", clock())
    await db.write(decide_requests, agent_of(town), [(first, 1), (second, 1)], "accept", "", clock())
    text = (await agent.get(JOURNAL, params=params)).text
    assert text.count("<time ") == count


async def test_pages_follow_each_other_without_a_gap_and_cost_the_same(
    agent: httpx.AsyncClient, db: Database, town: Town, clock: FrozenClock
) -> None:
    ids = await crowd(db, town, 120, "cantine", MONDAY, "requested", clock())
    visitor = agent_of(town)
    for start in (0, 60):
        await db.write(decide_requests, visitor, [(id_, 1) for id_ in ids[start : start + 60]], "accept", "", clock())
    seen: list[str] = []
    url = JOURNAL
    for _ in range(3):
        text = (await agent.get(url)).text
        seen += re.findall(r"Enfant(\d+) Foule", text)
        found = re.search(r'rel="next" href="([^"]+)"', text)
        url = unescape(found[1]) if found else ""
    assert not url
    assert sorted(seen) == [f"{n:03}" for n in range(120)]
    count = [0]
    await db.read(lambda: counted(journal_of(Sought(), visitor.catalogue_version), count))
    assert count[0] == 2


async def test_an_export_opens_in_a_spreadsheet_runs_nothing_and_leaves_its_line(
    agent: httpx.AsyncClient, db: Database, town: Town, clock: FrozenClock
) -> None:
    asked = await put(db, town, "tom", "mercredi", WEDNESDAY, "requested", clock())
    await db.write(decide_requests, agent_of(town), [(asked, 1)], "refuse", "=cmd|calc", clock())
    got = await agent.get(EXPORT, params={"quoi": "decisions"})
    assert got.headers["content-type"].startswith("text/csv")
    heads, line = got.content.decode("utf-8-sig").splitlines()
    assert heads.startswith("Quand;Qui;Côté;Action;Motif;Enfant")
    assert line.startswith("lundi 16 novembre à 9 h;Agent Dupont (mairie);mairie;a refusé la réservation")
    assert ";'=cmd|calc;" in line
    rows = await db.read(rows_of, "select actor_id, detail from audit where action = 'journal_export'")
    assert rows == [{"actor_id": town.accounts["agent"], "detail": '{"lines":1}'}]
    assert "a exporté 1 ligne du journal" in unescape((await agent.get(JOURNAL)).text).replace("\u00a0", " ")


def test_no_sentence_is_left_hanging() -> None:
    line = Line(1, datetime(2026, 11, 16, tzinfo=UTC), "", "Agent", True, "", "", "", "", "", "", None, {})
    for action in ("account_opened", "account_accepted", "key_issued", "message", "families_imported"):
        assert SENTENCES[action](line)[-1].isalnum(), action
