"""The agents' inbox of requests and one request in the browser: decide one, several, write; mistakes are told."""

import re
from typing import Any

import pytest

from server.families.commands.requests import NewRequest
from server.families.queries.requests import any_request
from server.families.rules.requests import Line
from tests.commands.families.test_requests import filed
from tests.desk import rows_of, run
from tests.web.families.test_requests import HTML, text_of

INBOX = "/agent/demarches"


async def test_the_inbox_leads_to_a_request_with_all_that_helps(app, town, db, clock, agent) -> None:
    ref = await filed(db, town, clock())
    assert "1 à traiter" in text_of(await agent.get("/agent"))
    shown = text_of(await agent.get(INBOX))
    assert "École de Lina" in shown and "F0001" in shown
    one = text_of(await agent.get(f"{INBOX}/{ref}"))
    for word in (
        "École Jules-Verne",
        "École des Dunes",
        "Owner Dupont",
        "Lina Dupont",
        "Sans réponse le",
        "16 janvier 2027",
    ):
        assert word in one
    lines = await db.read(rows_of, "select action, family_id from audit where action = 'read_family'")
    assert [line["family_id"] for line in lines] == [town.families["dupont"]]


async def test_a_decision_leads_back_with_the_next_one_offered(app, town, db, clock, agent) -> None:
    first, second = await filed(db, town, clock()), await filed(db, town, clock(), "stranger")
    answer = await agent.post(f"{INBOX}/{first}", data={"vers": "accepted", "version": "1", "motif": ""})
    assert answer.headers["location"] == f"{INBOX}/{first}?fait"
    shown = await agent.get(answer.headers["location"])
    assert f'href="{INBOX}/{second}"' in shown.text
    assert "acceptée" in text_of(shown)
    assert "Sans réponse le" not in text_of(shown)


@pytest.mark.parametrize("to", ["refused", "to_complete"])
async def test_words_are_asked_for_and_what_was_typed_stays(app, town, db, clock, agent, to) -> None:
    ref = await filed(db, town, clock())
    answer = await agent.post(f"{INBOX}/{ref}", data={"vers": to, "version": "1", "motif": " "})
    assert answer.status_code == 422
    assert "la famille le lira" in text_of(answer)
    long = await agent.post(f"{INBOX}/{ref}", data={"vers": to, "version": "1", "motif": "x" * 1200})
    assert long.status_code == 422
    assert "x" * 1200 in long.text
    assert (await db.read(any_request, ref)).status == "filed"


async def test_the_second_of_two_is_told_and_keeps_the_words(app, town, db, clock, agent) -> None:
    ref = await filed(db, town, clock())
    await agent.post(f"{INBOX}/{ref}", data={"vers": "in_progress", "version": "1"})
    answer = await agent.post(f"{INBOX}/{ref}", data={"vers": "refused", "version": "1", "motif": "Trop tard."})
    assert answer.status_code == 409
    assert "Modifiée entre-temps" in text_of(answer)
    assert "Trop tard." in answer.text


async def test_a_verdict_no_form_offers_is_not_understood(app, town, db, clock, agent) -> None:
    ref = await filed(db, town, clock())
    assert (await agent.post(f"{INBOX}/{ref}", data={"vers": "erased", "version": "1"})).status_code == 400
    assert (await agent.post(INBOX, data={"verdict": "erase"})).status_code == 400
    assert (await agent.post(f"{INBOX}/nobody", data={"vers": "accepted"})).status_code == 404


async def test_several_are_decided_together_and_what_could_not_is_said(app, town, db, clock, agent) -> None:
    refs = [await filed(db, town, clock(), who) for who in ("owner", "stranger")]
    await run(db, "update request set version = 5 where ref = $1", refs[1])
    nothing = await agent.post(INBOX, data={"verdict": "accept"})
    assert nothing.status_code == 422
    assert "Cochez" in text_of(nothing)
    answer = await agent.post(INBOX, data={"verdict": "accept", "choix": [f"{ref}~1" for ref in [*refs, "nobody"]]})
    told = text_of(answer)
    assert "1 demande décidée" in told
    assert "2 demandes n’ont pas été décidées" in told
    assert (await db.read(any_request, refs[0])).status == "accepted"
    assert (await db.read(any_request, refs[1])).status == "filed"


async def test_only_kinds_that_are_safe_are_offered_together(app, town, db, clock, agent) -> None:
    await filed(db, town, clock(), new=NewRequest("family_declared", "Déclaration", (Line("Nom", "X"),)))
    assert 'name="choix"' not in (await agent.get(INBOX)).text
    await filed(db, town, clock())
    assert len(re.findall('name="choix"', (await agent.get(INBOX)).text)) == 1


async def test_a_message_is_sent_or_asked_for(app, town, db, clock, agent) -> None:
    ref = await filed(db, town, clock())
    assert (await agent.post(f"{INBOX}/{ref}/messages", data={"message": ""})).status_code == 422
    answer = await agent.post(f"{INBOX}/{ref}/messages", data={"message": "Bonjour"})
    assert answer.status_code == 303
    assert "Message envoyé" in text_of(await agent.get(answer.headers["location"].split("#")[0]))


async def test_markup_in_a_request_is_shown_and_never_run(app: Any, town, db, clock, agent) -> None:
    ref = await filed(db, town, clock(), new=HTML)
    raw = (await agent.get(f"{INBOX}/{ref}")).text
    for piece in ("<script>alert", "<b>Jules", "<i>"):
        assert piece not in raw
    assert "<script>alert(1)</script>" in text_of(await agent.get(f"{INBOX}/{ref}"))


async def test_odd_addresses_show_the_usual_list(app, town, db, clock, agent) -> None:
    await filed(db, town, clock())
    for query in ("?vue=xx", "?page=99", "?page=-1", "?type=%00", "?q=%00%27"):
        assert (await agent.get(INBOX + query)).status_code == 200, query
