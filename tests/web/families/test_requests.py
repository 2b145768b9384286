"""« Suivi de mes démarches » in the browser: list, one request, receipt, message, cancelling; a stranger finds nothing."""

import html
from typing import Any

import pytest

from server.database import Database
from server.families.commands.requests import NewRequest
from server.families.rules.requests import Line
from tests.cast import Town
from tests.commands.families.test_requests import SERVICE, filed
from tests.conftest import FrozenClock
from tests.desk import run
from tests.web.doors import enter

LIST = "/dossier/demarches"
HTML = NewRequest(
    "schooling", "École de Lina", (Line("École", "<script>alert(1)</script>", "École <b>Jules</b>"),), reason="<i>"
)


def text_of(answer: Any) -> str:
    return html.unescape(answer.text).replace("\u00a0", " ")


async def test_the_list_leads_to_a_request_and_its_receipt(app, town, db, clock) -> None:
    ref = await filed(db, town, clock())
    owner = await enter(app, town, db, "owner", clock())
    assert "1 en cours" in text_of(await owner.get("/dossier"))
    assert f'href="{LIST}/{ref}"' in (await owner.get(LIST)).text
    shown = text_of(await owner.get(f"{LIST}/{ref}"))
    for word in ("Demande n° 1", "Déposée", "École des Dunes", "École Jules-Verne", "16 novembre 2026 à 9 h"):
        assert word in shown
    receipt = text_of(await owner.get(f"{LIST}/{ref}/accuse"))
    for word in (SERVICE.address, SERVICE.phone, SERVICE.email, "samedi 16 janvier 2027", "refusée", "tribunal"):
        assert word in receipt


async def test_nothing_asked_yet_is_said(app, town, db, clock) -> None:
    owner = await enter(app, town, db, "owner", clock())
    assert "encore rien demandé" in text_of(await owner.get(LIST))


@pytest.mark.parametrize("who", ["other_home", "stranger"])
async def test_somebody_else_finds_none_of_it(app, town, db, clock, who) -> None:
    ref = await filed(db, town, clock())
    browser = await enter(app, town, db, who, clock())
    for path in (f"{LIST}/{ref}", f"{LIST}/{ref}/accuse", f"{LIST}/nobody", f"{LIST}/a%00b"):
        assert (await browser.get(path)).status_code == 404
    for path in (f"{LIST}/{ref}/messages", f"{LIST}/{ref}/annulation"):
        assert (await browser.post(path, data={"message": "x"})).status_code == 404
    assert "Demande" not in text_of(await browser.get(LIST)).split("<main")[1].split("</main>")[0]


async def test_a_message_is_kept_shown_and_never_run(app, town, db, clock) -> None:
    ref = await filed(db, town, clock(), new=HTML)
    owner = await enter(app, town, db, "owner", clock())
    answer = await owner.post(f"{LIST}/{ref}/messages", data={"message": "<b>Bonjour</b>\n\nà vous"})
    assert answer.status_code == 303
    shown = await owner.get(f"{LIST}/{ref}")
    assert "<b>Bonjour</b>" in html.unescape(shown.text)
    for raw in ("<b>Bonjour", "<script>alert", "<b>Jules", "<i>"):
        assert raw not in shown.text


@pytest.mark.parametrize(("typed", "told"), [("", "obligatoire"), ("   ", "obligatoire"), ("x" * 1001, "1000")])
async def test_a_message_that_cannot_be_is_told_and_kept(app, town, db, clock, typed, told) -> None:
    ref = await filed(db, town, clock())
    owner = await enter(app, town, db, "owner", clock())
    answer = await owner.post(f"{LIST}/{ref}/messages", data={"message": typed})
    assert answer.status_code == 422
    assert told in text_of(answer)
    assert typed.strip() in answer.text


async def test_cancelling_is_offered_until_it_is_too_late(app, town, db, clock) -> None:
    ref = await filed(db, town, clock())
    owner = await enter(app, town, db, "owner", clock())
    assert "Annuler ma demande" in (await owner.get(f"{LIST}/{ref}")).text
    await run(db, "update request set status = 'refused'")
    late = await owner.post(f"{LIST}/{ref}/annulation")
    assert late.status_code == 409
    assert "déjà reçu une réponse" in text_of(late)
    assert "Annuler ma demande" not in late.text
    await run(db, "update request set status = 'in_progress'")
    answer = await owner.post(f"{LIST}/{ref}/annulation")
    assert answer.headers["location"] == f"{LIST}/{ref}?annulee"
    assert "est annulée" in text_of(await owner.get(answer.headers["location"]))


async def test_the_service_s_message_is_read_by_opening_it(
    app: Any, town: Town, db: Database, clock: FrozenClock
) -> None:
    ref = await filed(db, town, clock())
    await run(
        db,
        "insert into request_message (request_id, at, by_agent, body) select id, $1, true, 'Bonjour' from request",
        clock(),
    )
    owner = await enter(app, town, db, "owner", clock())
    assert "1 message non lu" in text_of(await owner.get(LIST))
    assert "Bonjour" in text_of(await owner.get(f"{LIST}/{ref}"))
    assert "message non lu" not in text_of(await owner.get(LIST))
