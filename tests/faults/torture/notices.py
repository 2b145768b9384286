"""Every notice once: what the push service and the mail server took, against what the town hall had to tell.

The guarantee: a delivery is sent exactly once, unless its worker (or the database it reports to) falls between the
service's yes and the record of it. Then, and only for a delivery under way at that instant, it may be sent again,
with the same Topic or Message-ID, so that the phone shows one.
"""

import email
import json
from collections import Counter
from typing import Any

from tests.faults.torture.judging import Fault, People
from tests.faults.torture.model import Replay, Row

OVER = ("sent", "skipped", "gone")  # gone: the phone had been signed out; mail takes over where it matters
BY_OTHERS = (  # the kinds that tell a family what somebody else made of its squares
    *("bookings_validated", "bookings_refused", "cancellations_decided"),
    *("waiting_list_promoted", "day_closed", "booked_by_agent"),
)
MOVES = ("promoted", "decision", "closed", "override")


def sent_wrongly(
    deliveries: list[Row], posts: list[tuple[str, str]], mails: list[Any], in_flight: set[int]
) -> list[Fault]:
    """Deliveries that did not leave, left twice without an excuse, or left without being asked."""
    faults = [Fault("wrong", f"delivery not settled: {row}") for row in deliveries if row["status"] not in OVER]
    letters, pushes = Counter(map(_delivery_of, mails)), Counter(topic for _, topic in posts)
    for row in deliveries:
        if row["channel"] == "mail":
            most = row["tries"] if row["id"] in in_flight else 1
            if not 1 <= letters.pop(row["id"], 0) <= most:
                faults.append(Fault("doubled", f"mail of {row}, at most {most} allowed"))
    for tag in {*pushes, *(row["tag"] for row in deliveries if row["channel"] == "push")}:
        mine = [row for row in deliveries if row["channel"] == "push" and row["tag"] == tag]
        least = sum(row["status"] == "sent" for row in mine)
        most = least + sum(row["tries"] - (row["status"] == "sent") for row in mine if row["id"] in in_flight)
        if not least <= pushes[tag] <= most:
            faults.append(Fault("doubled", f"{pushes[tag]} pushes of {tag}, {least} to {most} expected: {mine}"))
    return faults + [Fault("wrong", f"a mail of no delivery: {id_}") for id_ in letters]


def again(deliveries: list[Row], posts: list[tuple[str, str]], mails: list[Any]) -> int:
    """How many messages left a second time, with their excuse."""
    return len(posts) + len(mails) - sum(row["status"] == "sent" for row in deliveries)


def untold(outbox: list[Row], replay: Replay, people: People, names: dict[int, str]) -> list[Fault]:
    """Moves made by others than the family itself, and the events written for its adults in the same transaction."""
    faults = [Fault("lost", f"an event never told: {row}") for row in outbox if row["notice_id"] is None]
    payloads = [json.loads(row["payload"]) for row in outbox if row["kind"] in BY_OTHERS]
    told = Counter((payload["child"], payload["session"], payload["state"]) for payload in payloads)
    made = Counter(
        (square, step.state) for square, steps in replay.steps.items() for step in steps if step.action in MOVES
    )
    for (square, state), count in made.items():
        homes = [family for family, child in people.custody if child == square[0]]
        adults = sorted(sum(other == family for other in people.families.values()) for family in homes)
        least, most = count * adults[0], count * adults[-1]
        if not least <= told.pop((names[square[0]], square[1], state), 0) <= most:
            faults.append(Fault("wrong", f"{count} times {state} for {square}, told otherwise than {least} to {most}"))
    return faults + [Fault("wrong", f"told, but never happened: {key}") for key in told]


def _delivery_of(envelope: Any) -> int:
    """The delivery a mail stands for: its Message-ID is <avis-12-rTag@…>."""
    return int(email.message_from_bytes(envelope.content)["Message-ID"].split("-")[1])
