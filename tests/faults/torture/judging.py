"""Holds every verdict the server ever stored to the trail of what happened: was it true, had it its effect, and once?"""

import json
from collections import Counter, defaultdict
from dataclasses import dataclass
from typing import Any

from tests.faults.torture.model import Replay, Row, Square, Step, instant
from tests.faults.torture.rules import GRANTS, away


@dataclass(frozen=True)
class Fault:
    """Something that must not be: a tap lost, done twice, or anything else that is not as it should be."""

    kind: str  # lost | doubled | wrong
    text: str

    def __str__(self) -> str:
        return f"{self.kind}: {self.text}"


@dataclass(frozen=True)
class People:
    """Who lives where, as the database has it."""

    children: dict[str, int]  # ref: id
    families: dict[int, int]  # account: family
    custody: dict[tuple[int, int], str]  # (family, child): JSON


class Judge:
    """Goes through the tap table; `wants` is what the phones say each tap wished."""

    def __init__(self, replay: Replay, people: People, closed: set[int], wants: dict[str, str]) -> None:
        self.replay, self.people, self.closed, self.wants = replay, people, closed, wants
        self.faults: list[Fault] = []

    def run(self, taps: list[Row]) -> list[Fault]:
        for tap in taps:
            self._one(tap)
        self._orders(taps)
        self._causes(taps)
        return self.faults

    def square_of(self, tap: Row) -> Square:
        child, session = tap["square"].rsplit(".", 1)
        return self.people.children[child], int(session)

    def _wrong(self, tap: Row, text: str) -> None:
        self.faults.append(Fault("wrong", f"tap {tap['id']} on {tap['square']} ({tap['verdict']}): {text}"))

    def _one(self, tap: Row) -> None:
        verdict, square = json.loads(tap["verdict"]), self.square_of(tap)
        if (verdict["id"], verdict["square"], verdict["outcome"]) != (tap["id"], tap["square"], tap["outcome"]):
            self._wrong(tap, "the stored verdict speaks of another tap")
        if verdict["code"] == "obstacle":
            if not self._obstructed(tap, square):
                self._wrong(tap, "nothing stood in the way")
            return
        step = self.replay.state(square, verdict["version"])
        if step is None or not _same(verdict["state"], step.state):
            self._wrong(tap, f"the square was {step.state if step else 'never at that version'}")
            return
        want = self.wants.get(tap["id"])
        granted = want is not None and step.state in GRANTS[want]
        if tap["outcome"] == "applied" and want and not granted:
            self._wrong(tap, f"applied, but {want} was wished")
        if tap["outcome"] in ("rejected", "conflict") and granted:
            self._wrong(tap, "refused what was so already")
        if tap["outcome"] == "rejected" and not self._true(verdict["code"], tap, square, step):
            self._wrong(tap, "refused for a reason that was not true")
        if tap["outcome"] == "conflict" and step.actor in (None, tap["account_id"]):
            self._wrong(tap, "a conflict with nobody")

    def _true(self, code: str, tap: Row, square: Square, step: Step) -> bool:
        session, at = self.replay.sessions[square[1]], instant(tap["received_at"])
        return {
            "cutoff": at >= session.cutoff,
            "started": at >= session.starts,
            "closed": square[1] in self.closed,
            "absent": step.state.startswith("absent"),
        }.get(code, False)

    def _obstructed(self, tap: Row, square: Square) -> bool:
        """Another home's day, or a square held, now or once, for another home: by its adults or by an agent."""
        family = self.people.families[tap["account_id"]]
        if away(self.people.custody[family, square[0]], self.replay.sessions[square[1]].day):
            return True
        return any(step.family not in (None, family) for step in self.replay.steps[square])

    def _orders(self, taps: list[Row]) -> None:
        """The last wish of a device for a square is never the one left out, and none comes after a later one.

        Ordered by the square's version: clocks of two application processes need not agree.
        """
        authors: dict[Any, list[Row]] = defaultdict(list)
        for tap in taps:
            authors[tap["account_id"], tap["device"], tap["square"]].append(tap)
        for known in authors.values():
            late = [tap for tap in known if tap["outcome"] == "superseded"]
            for tap in late:
                if not any(other["seq"] >= tap["seq"] and other is not tap for other in known):
                    self._wrong(tap, "superseded by nothing")
            last = (0, -1)
            for tap in sorted((tap for tap in known if tap not in late), key=lambda tap: (_version(tap), tap["seq"])):
                version, seq = _version(tap), tap["seq"]
                if version > last[0] and seq < last[1]:
                    self._wrong(tap, f"accepted after number {last[1]} of the same phone")
                last = max(version, last[0]), max(seq, last[1])

    def _causes(self, taps: list[Row]) -> None:
        """Every effect of a tap in the trail has a tap of its own, of the same transaction."""
        causes = Counter(
            (self.square_of(tap), tap["account_id"], instant(tap["received_at"]))
            for tap in taps
            if tap["outcome"] == "applied"
        )
        effects = Counter(
            (square, step.actor, step.at)
            for square, steps in self.replay.steps.items()
            for step in steps
            if step.action == "tap"
        )
        for effect, count in effects.items():
            if count > causes[effect]:
                self.faults.append(Fault("doubled", f"{count} effects of {causes[effect]} taps: {effect}"))


def _version(tap: Row) -> int:
    return int(json.loads(tap["verdict"])["version"])


def _same(told: str, was: str) -> bool:
    """What one household gave up, the other reads as free."""
    return told == was or (told == "free" and was == "refused")
