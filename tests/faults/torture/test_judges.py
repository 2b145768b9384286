"""The judges themselves: each must see the fault it is there for, and nothing in a history that is right."""

import json
from datetime import date
from email.message import EmailMessage
from types import SimpleNamespace
from typing import Any

import pytest

from tests.faults.torture import notices, pockets
from tests.faults.torture.judging import Judge, People
from tests.faults.torture.model import Replay
from tests.faults.torture.rules import Session

PEOPLE = People({"kidtom": 1}, {3: 10, 4: 10}, {(10, 1): '{"kind":"always"}'})
AT = "2026-11-16T08:00:00+00:00"


def booked_once(family: int = 10) -> Replay:
    detail = '{"from":"free","to":"booked","version":1}'
    line = {"id": 1, "action": "tap", "child_id": 1, "session_id": 7, "actor_id": 3, "detail": detail, "at": AT}
    line["family_id"] = family
    return Replay({7: Session("cantine", date(2026, 11, 19), None)}).run([line])


def tap(id_: str, outcome: str = "applied", code: str = "booked", **more: Any) -> dict[str, Any]:
    said = {"id": id_, "square": "kidtom.7", "outcome": outcome, "state": "booked", "code": code, "version": 1}
    row = {"id": id_, "account_id": 3, "device": "d", "square": "kidtom.7", "seq": 1, "outcome": outcome}
    return {**row, "verdict": json.dumps(said), "received_at": AT, **more}


def judged(*taps: dict[str, Any], want: str = "booked") -> list[str]:
    wants = {row["id"]: want for row in taps}
    return [fault.kind for fault in Judge(booked_once(), PEOPLE, set(), wants).run(list(taps))]


def test_a_tap_with_its_effect_is_right() -> None:
    assert judged(tap("a")) == []


@pytest.mark.parametrize(
    ("row", "want", "kind"),
    [
        (tap("a", received_at="2026-11-16T09:00:00+00:00"), "booked", "doubled"),  # the effect has no tap
        (tap("a"), "free", "wrong"),
        (tap("a", "rejected", "cutoff", account_id=4), "free", "wrong"),  # the cutoff is two days away
        (tap("a", "superseded", "superseded"), "booked", "wrong"),  # by nothing
        (tap("b", "conflict", "conflict"), "free", "wrong"),  # with oneself
    ],
)
def test_a_verdict_that_does_not_fit_is_seen(row: dict[str, Any], want: str, kind: str) -> None:
    assert kind in judged(row, want=want)


@pytest.mark.parametrize(("family", "faults"), [(10, ["wrong"]), (11, [])])
def test_only_what_is_held_for_another_home_stands_in_the_way(family: int, faults: list[str]) -> None:
    refused = tap("a", "rejected", "obstacle", state="free")
    found = Judge(booked_once(family), PEOPLE, set(), {"a": "booked"}).run([refused])
    assert [fault.kind for fault in found if "stood in the way" in fault.text] == faults


def recorded(id_: str, seq: int, waits: bool = True) -> list[dict[str, Any]]:
    said = {"id": id_, "account": "owner", "square": "kidtom.7", "want": "booked", "seq": seq, "waits": waits}
    return [{"tried": said}, {"recorded": said}]


def kept(id_: str, state: str = "applied") -> dict[str, Any]:
    return {"id": id_, "square": "kidtom.7", "state": state, "seq": 1}


@pytest.mark.parametrize(
    ("journal", "records", "known", "lost"),
    [
        (recorded("a", 1), [kept("a")], {"a": tap("a")}, 0),
        (recorded("a", 1) + recorded("b", 2), [kept("b")], {"b": tap("b")}, 0),  # gave way to a later wish
        (recorded("a", 1, waits=False), [kept("a")], {}, 0),  # came back to what it was before it was sent
        (recorded("a", 1), [kept("a")], {}, 1),
        (recorded("a", 1), [], {}, 1),
        (recorded("a", 1), [kept("a", "pending")], {"a": tap("a")}, 1),
        (recorded("a", 1), [kept("x")], {}, 1),
    ],
)
def test_a_lost_tap_is_seen(
    journal: list[dict[str, Any]], records: list[dict[str, Any]], known: dict[str, Any], lost: int
) -> None:
    assert len(pockets.lost_by("a", "owner", journal, records, known, "")) == lost


def test_a_verdict_heard_otherwise_than_stored_is_seen() -> None:
    heard = [{"heard": [json.loads(tap("a")["verdict"])]}]
    assert pockets.told_otherwise("a", heard, {"a": tap("a")}) == []
    assert len(pockets.told_otherwise("a", heard, {"a": tap("a", "rejected")})) == 1
    assert len(pockets.told_otherwise("a", heard, {})) == 1


def letter(delivery: int) -> Any:
    message = EmailMessage()
    message["Message-ID"] = f"<avis-{delivery}-rTag@ville.fr>"
    return SimpleNamespace(content=message.as_bytes())


@pytest.mark.parametrize(
    ("letters", "pushes", "in_flight", "faults"),
    [
        (1, 1, set(), 0),
        (2, 1, set(), 1),
        (1, 2, set(), 1),
        (2, 2, {1, 2}, 0),  # their worker was killed before it could write them down
        (3, 3, {1, 2}, 2),
        (0, 0, set(), 2),
    ],
)
def test_a_message_sent_too_often_or_never_is_seen(letters: int, pushes: int, in_flight: set[int], faults: int) -> None:
    tries = 2 if in_flight else 1
    mail = {"id": 1, "channel": "mail", "status": "sent", "tries": tries, "tag": "rTag"}
    push = {"id": 2, "channel": "push", "status": "sent", "tries": tries, "tag": "rOther"}
    found = notices.sent_wrongly([mail, push], [("/a", "rOther")] * pushes, [letter(1)] * letters, in_flight)
    assert len(found) == faults
