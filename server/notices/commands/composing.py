"""Events of one bundle become one notice and its deliveries, in one transaction, exactly once."""

import hashlib
from base64 import urlsafe_b64encode
from dataclasses import dataclass
from datetime import datetime, timedelta

from server.database import Row, Work, flat, marks, sql, values_marks
from server.notices.commands.wording import words_for
from server.notices.commands.words import Words
from server.notices.queries import Destination, destination_of
from server.notices.rules.kinds import AT_ONCE, KINDS, Kind, wants
from server.notices.rules.quiet import goes_at

MOST_EVENTS = 500  # in one notice; the rest become another
MOST_BUNDLES = 200  # in one round
SET_ASIDE = timedelta(hours=1)  # what nobody can word


@dataclass(frozen=True)
class Bundle:
    """Events to be told together."""

    account_id: int
    kind: str
    name: str


def bundles_due(now: datetime, delay_seconds: int) -> Work[list[Bundle]]:
    """The bundles whose first event has waited long enough for others to join it."""
    rows = yield sql(
        "select account_id, kind, bundle from outbox where notice_id is null "
        f"and (due_at <= $1 or (due_at <= $2 and kind in ({marks(len(AT_ONCE), 3)}))) "
        f"group by account_id, kind, bundle order by min(id) limit {MOST_BUNDLES}",
        now - timedelta(seconds=delay_seconds),
        now,
        *AT_ONCE,
    )
    return [Bundle(row["account_id"], row["kind"], row["bundle"]) for row in rows]


def compose(bundle: Bundle, ref: str, now: datetime) -> Work[int | None]:
    """The notice of a bundle, with its deliveries; its id, or None when another worker has told it."""
    events = yield sql(
        "select id, payload, created_at from outbox where account_id = $1 and kind = $2 and bundle = $3 "
        f"and notice_id is null and due_at <= $4 order by id limit {MOST_EVENTS} for update skip locked",
        bundle.account_id,
        bundle.kind,
        bundle.name,
        now,
    )
    if not events:
        return None
    words = words_for(bundle.kind, [row["payload"] for row in events], events[0]["created_at"], now)
    destination = yield from destination_of(bundle.account_id)
    notice_id = yield from _write_notice(bundle, words, destination, ref, now)
    yield sql(
        f"update outbox set notice_id = $1 where notice_id is null and id in ({marks(len(events), 2)})",
        notice_id,
        *(row["id"] for row in events),
    )
    yield from _write_deliveries(notice_id, KINDS[bundle.kind], words, destination, now)
    return notice_id


def set_aside(bundle: Bundle, reason: str, now: datetime) -> Work[int]:
    """Put away, with the reason, the events that cannot be told; how many. Those told well alone go on.

    They are tried again every hour: a newer worker may know what this one does not.
    """
    events = yield sql(
        "select id, payload, created_at from outbox where account_id = $1 and kind = $2 and bundle = $3 "
        "and notice_id is null and due_at <= $4 order by id for update",
        bundle.account_id,
        bundle.kind,
        bundle.name,
        now,
    )
    alone = {row["id"]: _trouble(bundle.kind, row, now) for row in events}
    guilty = {id_: told for id_, told in alone.items() if told} or dict.fromkeys(alone, reason)
    for id_, told in guilty.items():
        yield sql("update outbox set due_at = $1, trouble = $2 where id = $3", now + SET_ASIDE, told[:300], id_)
    return len(guilty)


def _trouble(kind: str, event: Row, now: datetime) -> str:
    """Why this event cannot be told even alone; empty when it can."""
    try:
        words_for(kind, [event["payload"]], event["created_at"], now)
    except Exception as error:  # whatever a poisoned payload does to the wording
        return f"{type(error).__name__}: {error}".splitlines()[0]
    return ""


def _write_notice(bundle: Bundle, words: Words, destination: Destination, ref: str, now: datetime) -> Work[int]:
    kind = KINDS[bundle.kind]
    quiet = not wants(kind, "bell", destination.choices)
    rows: list[Row] = yield sql(
        "insert into notice (ref, account_id, kind, title, body, brief, url, tag, expires_at, created_at, read_at) "
        f"values ({marks(11)}) returning id",
        ref,
        bundle.account_id,
        bundle.kind,
        words.title,
        words.body,
        words.brief,
        words.url,
        tag_of(kind, bundle, ref),
        words.expires_at,
        now,
        now if quiet else None,
    )
    return int(rows[0]["id"])


def _write_deliveries(notice_id: int, kind: Kind, words: Words, destination: Destination, now: datetime) -> Work[None]:
    """A row for each phone, and one for the mail when it is wanted or when there is no phone to ring."""
    pushing = wants(kind, "push", destination.choices)
    devices = destination.devices if pushing else ()
    takes_over = pushing and kind.important and not devices
    mailing = bool(destination.email) and (wants(kind, "mail", destination.choices) or takes_over)
    goes = goes_at(destination.quiet, kind, words.first_day, words.expires_at, now)
    rows: list[tuple[object, ...]] = [(notice_id, "push", device, None, goes, now) for device in devices]
    if mailing:
        rows.append((notice_id, "mail", None, destination.email, goes, now))
    if rows and not destination.disabled:
        yield sql(
            "insert into delivery (notice_id, channel, push_device_id, address, due_at, created_at) values "
            + values_marks(len(rows), 6),
            *flat(rows),
        )


def tag_of(kind: Kind, bundle: Bundle, ref: str) -> str:
    """What a repeat replaces, and good news also a newer notice of its bundle: opaque, at most 32 base64url."""
    subject = f"{bundle.account_id}/{bundle.kind}/{bundle.name}" if kind.replaces else ref
    return "r" + urlsafe_b64encode(hashlib.sha256(subject.encode()).digest()[:18]).decode()
