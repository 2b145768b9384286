"""From a seed to a history: a list of events, each a plain value, so that a failing one can be printed and cut down."""

import json
import random
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from tests.cast import Town

DAYS = ("2026-11-17", "2026-11-18", "2026-11-19", "2026-11-23", "2026-11-25", "2026-11-26", "2026-11-27")
CUTOFF_EVES = ("2026-11-16", "2026-11-16", "2026-11-17", "2026-11-18", "2026-11-22")
WEATHER = ("pass", "pass", "refuse", "hang", "lose", "lose", "slow")
SKEWS = (0, 24, -24, 400 * 24, -400 * 24)  # hours
PEOPLE = {"a": "owner", "b": "owner", "c": "coguardian", "d": "stranger", "e": "other_home"}  # who holds which phone
PUSHED = ("a", "c")
WAYS = ("accept", "accept", "refuse")
STATES = ("booked", "free", "absent_excused", "absent_billed", "waiting")


@dataclass(frozen=True)
class Event:
    """One thing that happens, to one phone or to the town hall."""

    what: str
    who: str = ""
    how: dict[str, Any] = field(default_factory=dict, hash=False)

    def __str__(self) -> str:
        return json.dumps([self.what, self.who, self.how], ensure_ascii=False)


@dataclass(frozen=True)
class Plan:
    """A whole history before it is played."""

    seed: int
    engine: str
    phones: tuple[str, ...]
    browser: str  # the phone that is a real browser, or ""
    events: tuple[Event, ...]

    def without(self, events: Iterable[Event]) -> "Plan":
        """The same with fewer events."""
        return Plan(self.seed, self.engine, self.phones, self.browser, tuple(events))


def plan_of(seed: int, town: Town, taps: int = 160, browser_every: int = 0) -> Plan:
    """The history of a seed. Odd seeds run on PostgreSQL with two servers, even ones on SQLite."""
    dice = random.Random(seed)
    engine = "postgres" if seed % 2 else "sqlite"
    phones = tuple("abcd") if dice.random() < 0.6 else tuple("abce")
    browser = "a" if browser_every and seed % browser_every == 0 else ""
    events = [*_taps(dice, phones, town, taps), *_outages(dice, phones), *_town(dice, engine), *_agents(dice, town)]
    events += _phones(dice, phones, browser)
    dice.shuffle(events)
    events += _changes_of_mind(dice, phones, town)
    return Plan(seed, engine, phones, browser, tuple(events))


def squares_of(who: str, town: Town) -> list[str]:
    """The squares this person taps in: few enough to meet the others there."""
    children = {"stranger": ("zoe",), "other_home": ("lina",)}.get(who, ("lina", "tom"))
    known = [(activity, str(day)) for activity, day in town.sessions]
    wanted = [(a, d) for a, d in known if d in DAYS]
    return sorted(
        f"{town.refs[child]}.{town.sessions[a, day]}"
        for child in children
        for a, day in town.sessions
        if (a, str(day)) in wanted
    )


def _taps(dice: random.Random, phones: tuple[str, ...], town: Town, count: int) -> Iterable[Event]:
    """Thumbs: alone, or several at once; a square tapped before is the likeliest to be tapped again."""
    favourites = {who: dice.sample(squares_of(PEOPLE[who], town), 6) for who in phones}
    made = 0
    while made < count:
        who = dice.choice(phones)
        squares = favourites[who] if dice.random() < 0.7 else squares_of(PEOPLE[who], town)
        n = dice.choice((1, 1, 1, 2, 3))
        picked = dice.choices(squares, k=n) if dice.random() < 0.8 else [dice.choice(squares)] * 2
        yield Event("tap", who, {"tab": dice.choice("12"), "squares": picked, "pause": dice.choice((0, 0, 0, 10, 40))})
        made += len(picked)


def _changes_of_mind(dice: random.Random, phones: tuple[str, ...], town: Town) -> Iterable[Event]:
    """The last thing before the calm: on a slow network the second thumb falls while the first tap is in flight."""
    for who in phones:
        yield Event("weather", who, {"mode": "slow", "delay": 0.2})
        yield Event("look", who, {"tab": "1"})
        for square in dice.sample(squares_of(PEOPLE[who], town), 3):
            yield Event("tap", who, {"tab": "1", "squares": [square, square], "pause": 60})


def _outages(dice: random.Random, phones: tuple[str, ...]) -> Iterable[Event]:
    for _ in range(dice.randint(10, 18)):
        yield Event("weather", dice.choice(phones), {"mode": dice.choice(WEATHER), "delay": dice.choice((0.05, 0.2))})
    for _ in range(dice.randint(10, 16)):
        yield Event("look", dice.choice(phones), {"tab": dice.choice("12")})
    for _ in range(dice.randint(2, 5)):
        yield Event("wait", "", {"pause": dice.choice((100, 300))})


def _phones(dice: random.Random, phones: tuple[str, ...], browser: str) -> Iterable[Event]:
    for _ in range(dice.randint(3, 6)):
        who = dice.choice(phones)
        squares = dice.randint(0, 3)
        yield Event("kill_phone", who, {"taps": squares, "after": dice.randint(0, 40), "tab": dice.choice("12")})
    if browser:
        yield Event("kill_phone", browser, {"taps": 1, "after": 40, "tab": "1"})
    for _ in range(dice.randint(1, 3)):
        yield Event("shut_tab", dice.choice(phones), {"tab": dice.choice("12")})
    for _ in range(dice.randint(1, 3)):
        yield Event("phone_clock", dice.choice(phones), {"hours": dice.choice(SKEWS)})
    for _ in range(dice.randint(1, 2)):
        yield Event("expire", dice.choice(phones))
        yield Event("enter", dice.choice(phones))
    who = dice.choice([phone for phone in phones if phone != browser])
    stays = dice.random() < 0.5
    yield Event("stranger_enters", who, {"looks": dice.random() < 0.5, "stays": stays})


def _town(dice: random.Random, engine: str) -> Iterable[Event]:
    """The server falls once or twice; on the way the clock may jump and the build change. The worker falls too."""
    for n in range(dice.choice((1, 1, 2))):
        jump: dict[str, Any] = {}
        if not n and dice.random() < 0.6:
            # Some seconds before a cutoff passes while the server runs, or some time after it.
            jump = {"to": f"{dice.choice(CUTOFF_EVES)}T18:00:00+01:00", "seconds": dice.choice((-3, -3, -4, 1, 3600))}
        how = {"way": dice.choice(("kill", "kill", "stop")), "taps": dice.randint(0, 4), "after": dice.randint(0, 60)}
        yield Event("fall", "", {**how, "jump": jump, "update": dice.random() < 0.4})
    if dice.random() < 0.5:
        yield Event("kill_deliver", "", {"after": dice.randint(0, 30), "down": dice.choice((0, 100))})
    if engine == "postgres":
        yield Event("database_falls", "", {"after": dice.randint(0, 60), "taps": dice.randint(0, 4)})
        how = {"nth": dice.randint(0, 1), "taps": dice.randint(0, 4), "after": dice.randint(0, 60)}
        yield Event("kill_process", "", {**how, "down": dice.choice((0, 100))})


def _agents(dice: random.Random, town: Town) -> Iterable[Event]:
    for _ in range(dice.randint(4, 7)):
        yield Event(
            "decide", "", {"nth": dice.randint(0, 9), "verdict": dice.choice(WAYS), "stale": dice.random() < 0.1}
        )
    for _ in range(dice.randint(2, 4)):
        square = dice.choice(squares_of(dice.choice(("owner", "stranger")), town))
        yield Event("override", "", {"square": square, "state": dice.choice(STATES)})
    for _ in range(dice.randint(2, 4)):
        days = [(activity, day) for activity, day in town.sessions if activity == "atelier" and str(day) in DAYS]
        session = town.sessions[dice.choice(days)]
        yield Event("capacity", "", {"session": session, "places": dice.choice((0, 1, 1, 2, 3, None))})
    if dice.random() < 0.3:
        yield Event("close_day", "", {"day": dice.choice(DAYS), "activity": dice.choice(("cantine", "atelier", ""))})
