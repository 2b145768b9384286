"""The end of a history: the database is read from outside and held, with the phones and the letters, to the model."""

from collections import Counter
from dataclasses import dataclass, field

from tests.cast import HOME
from tests.faults.torture import notices, pockets
from tests.faults.torture.events import HOLDERS, Played
from tests.faults.torture.house import House
from tests.faults.torture.judging import Fault, Judge, People
from tests.faults.torture.model import Replay, Row, compare, sessions_from

SESSIONS = (
    "select s.id, a.ref as activity, s.day, s.capacity, s.taken, s.closed_reason from session s "
    "join activity a on a.id = s.activity_id order by s.id"
)
DELIVERIES = (
    "select d.id, d.channel, d.status, d.tries, d.outcome, n.tag, n.kind from delivery d "
    "join notice n on n.id = d.notice_id order by d.id"
)


@dataclass
class Findings:
    """What a history amounted to, and what was wrong with it."""

    figures: Counter[str] = field(default_factory=Counter)
    faults: list[Fault] = field(default_factory=list)


def examine(house: House, played: Played, before: list[Row]) -> Findings:
    """Everything the history must satisfy; `before` are the sessions as it found them."""
    rows = {name: house.rows(f"select * from {name}") for name in ("tap", "audit", "booking", "outbox")}
    sessions, taps = house.rows(SESSIONS), {row["id"]: row for row in rows["tap"]}
    people = people_of(house)
    replay = Replay(sessions_from(before)).run(rows["audit"])
    faults = [Fault("wrong", text) for text in replay.faults + compare(replay, rows["booking"], sessions)]
    tried = [line["tried"] for journal in played.journals.values() for line in journal if "tried" in line]
    closed = {row["id"] for row in sessions if row["closed_reason"]}
    faults += Judge(replay, people, closed, {tap["id"]: tap["want"] for tap in tried}).run(rows["tap"])
    faults += _phones(house, played, taps, replay, people, rows["booking"])
    faults += _letters(house, rows["outbox"], replay, people)
    return Findings(_figures(house, played, rows, faults), faults)


def people_of(house: House) -> People:
    town = house.ground.town
    custody = {(r["family_id"], r["child_id"]): r["custody"] for r in house.rows("select * from household_child")}
    return People(
        {town.refs[name]: id_ for name, id_ in town.children.items()},
        {town.accounts[name]: town.families[home] for name, home in HOME.items()},
        custody,
    )


def _phones(
    house: House, played: Played, taps: dict[str, Row], replay: Replay, people: People, bookings: list[Row]
) -> list[Fault]:
    town, faults = house.ground.town, pockets.unheard_of(played.journals, taps, played.deaf)
    for who, journal in played.journals.items():
        faults += pockets.told_otherwise(who, journal, taps)
        family = town.families[HOME[HOLDERS[who]]]
        faults += pockets.misled(who, family, played.screens[who], bookings, people, replay)
    for (who, name), records in played.queues.items():
        deaf = played.deaf if played.devices[who] == played.deaf else ""
        faults += pockets.lost_by(who, town.refs[name], played.journals[who], records, taps, deaf)
        faults += pockets.quiet_lies(who, records, taps, replay, people)
    return faults


def _letters(house: House, outbox: list[Row], replay: Replay, people: People) -> list[Fault]:
    names = {row["id"]: row["first_name"] for row in house.rows("select id, first_name from child")}
    deliveries = house.rows(DELIVERIES)
    return [
        *notices.sent_wrongly(deliveries, house.push.posts, house.letters.taken, house.in_flight),
        *notices.untold(outbox, replay, people, names),
    ]


def _figures(house: House, played: Played, rows: dict[str, list[Row]], faults: list[Fault]) -> Counter[str]:
    recorded = {
        line["recorded"]["id"] for journal in played.journals.values() for line in journal if "recorded" in line
    }
    known = {row["id"] for row in rows["tap"]}
    deliveries = house.rows(DELIVERIES)
    return Counter(
        {
            **played.counts,
            "taps recorded": len(recorded),
            "taps judged": len(known),
            "given up for a later wish": len(recorded - known),
            **{f"verdict: {k}": n for k, n in Counter(row["outcome"] for row in rows["tap"]).items()},
            "effects in the trail": sum(row["child_id"] is not None for row in rows["audit"]),
            "messages sent": len(house.push.posts) + len(house.letters.taken),
            "messages sent again after a kill": notices.again(deliveries, house.push.posts, house.letters.taken),
            **Counter(fault.kind for fault in faults),
        }
    )
