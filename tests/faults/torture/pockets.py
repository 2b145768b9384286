"""Holds what each phone was told, keeps and shows at the end to what the server has: nothing lost, nothing else painted."""

import json
from typing import Any

from tests.faults.torture.judging import Fault, People
from tests.faults.torture.model import Replay, Row
from tests.faults.torture.rules import GRANTS, away

UNDER_WAY = ("requested", "to_pay", "booked", "cancel_requested", "waiting")
SETTLED = {
    "applied": ("applied",),
    "rejected": ("rejected", "applied"),  # once read, what was refused is quiet
    "conflict": ("conflict", "applied"),
    "superseded": ("applied", "conflict"),
}


def lost_by(
    who: str, account: str, journal: list[Row], records: list[Row], taps: dict[str, Row], deaf: str
) -> list[Fault]:
    """Of the taps this account recorded on this phone, those that neither arrived nor gave way to a later wish."""
    faults = []
    kept = {record["square"]: record for record in records}
    tried = [line["tried"] for line in journal if "tried" in line and line["tried"]["account"] == account]
    recorded = [line["recorded"] for line in journal if "recorded" in line and line["recorded"]["account"] == account]
    for square in sorted({tap["square"] for tap in recorded}):
        last = max((tap for tap in recorded if tap["square"] == square), key=lambda tap: int(tap["seq"]))
        after = _tried_after(last["id"], [tap["id"] for tap in tried if tap["square"] == square])
        after |= _unsaid_after(last, [*taps.values(), *records], deaf)
        if fault := _missing(last, after, kept.get(square), taps):
            faults.append(Fault("lost", f"phone {who}, {square}, {last}: {fault}"))
    for record in records:
        if fault := _unsettled(record, taps):
            faults.append(Fault("lost", f"phone {who} still keeps {record}: {fault}"))
    return faults


def _tried_after(last: str, ids: list[str]) -> set[str]:
    """Taps begun after the last recorded one: the phone was killed before it could say whether they were kept."""
    return set(ids[ids.index(last) + 1 :]) if last in ids else set()


def _unsaid_after(last: Row, known: list[Row], deaf: str) -> set[str]:
    """The same for a browser whose last words were lost with it: later numbers of its square."""
    return {row["id"] for row in known if deaf and row["square"] == last["square"] and row["seq"] > last["seq"]}


def _missing(last: Row, after: set[str], record: Row | None, taps: dict[str, Row]) -> str:
    if last["id"] in taps or after & set(taps):
        return ""
    if record is None:
        return "neither on the phone nor at the town hall" if last["waits"] else ""
    if record["id"] == last["id"]:
        return "waited for a verdict, and no town hall knows it" if last["waits"] else ""
    return "" if record["id"] in after else f"the phone keeps another tap, {record['id']}"


def _unsettled(record: Row, taps: dict[str, Row]) -> str:
    if record["state"] not in ("applied", "rejected", "conflict"):
        return "not settled"
    tap = taps.get(record["id"])
    if tap and record["state"] not in SETTLED[tap["outcome"]]:
        return f"the verdict was {tap['outcome']}"
    return ""


def quiet_lies(who: str, records: list[Row], taps: dict[str, Row], replay: Replay, people: People) -> list[Fault]:
    """Wishes the phone never sent, because they came back to what the town hall had said: had it said so?"""
    faults = []
    for record in records:
        child, session = record["square"].rsplit(".", 1)
        step = replay.state((people.children[child], int(session)), record["base"]["v"])
        unsent = record["id"] not in taps and record["state"] == "applied"
        if unsent and (step is None or step.state not in GRANTS[record["want"]]):
            faults.append(Fault("wrong", f"phone {who} kept {record['square']} to itself, the square was {step}"))
    return faults


def told_otherwise(who: str, journal: list[Row], taps: dict[str, Row]) -> list[Fault]:
    """Verdicts heard that are not, word for word, the ones stored."""
    faults = []
    for line in journal:
        for verdict in line.get("heard", ()):
            stored = taps.get(verdict["id"])
            if stored is None or json.loads(stored["verdict"]) != verdict:
                faults.append(Fault("wrong", f"phone {who} was told {verdict}, stored is {stored}"))
    return faults


def unheard_of(journals: dict[str, list[Row]], taps: dict[str, Row], deaf: str) -> list[Fault]:
    """Taps at the town hall that no thumb ever made; a browser is believed."""
    known = {line["tried"]["id"] for journal in journals.values() for line in journal if "tried" in line}
    return [
        Fault("wrong", f"nobody tapped {tap}")
        for id_, tap in taps.items()
        if id_ not in known and tap["device"] != deaf
    ]


def misled(
    who: str, family: int, screen: list[Row], bookings: list[Row], people: People, replay: Replay
) -> list[Fault]:
    """Squares painted otherwise than the database has them."""
    held = {(row["child_id"], row["session_id"]): row for row in bookings}
    faults = []
    for painted in screen:
        child, session = painted["square"].rsplit(".", 1)
        square = people.children[child], int(session)
        absent = away(people.custody[family, square[0]], replay.sessions[square[1]].day)
        wanted = _shown(held.get(square), family, absent)
        if painted["s"] not in wanted or painted["q"] not in ("", "rejected", "conflict"):
            faults.append(Fault("wrong", f"phone {who} paints {painted}, the database has {held.get(square)}"))
    return faults


HELD = ("requested", "to_pay", "booked", "cancel_requested", "waiting")


def _shown(booking: dict[str, Any] | None, family: int, absent: bool) -> tuple[str, ...]:
    """The states a square may show to a family, given its booking. What it holds on the other home's day it may see."""
    held = booking is not None and booking["family_id"] == family and booking["state"] in HELD
    if absent and not held:
        return ("closed",)
    if booking is None or booking["state"] == "free":
        return ("free", "full", "closed")
    mine = booking["family_id"] == family
    if booking["state"] == "refused":
        return ("refused", "closed") if mine else ("free", "full", "closed")
    return (booking["state"],) if mine else ("closed",)
