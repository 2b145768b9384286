"""What the agents' templates read: words, letters and addresses made from what queries and commands found."""

from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from server.bookings.commands.decisions import MOST_DECISIONS
from server.bookings.desk.asking import Sent, url_of
from server.bookings.desk_queries.asked import KINDS, Asked
from server.bookings.desk_queries.inbox import Counts, Inbox, Request
from server.bookings.rules.decisions import PENDING, REASONS
from server.bookings.rules.states import LABELS
from server.french import MONTHS, clock, day_long, day_short, instant, plural
from server.web.pagination import SIZES
from server.zone import PARIS

Values = dict[str, Any]
LETTERS = {
    "booked": "R",
    "requested": "DR",
    "to_pay": "DR",
    "cancel_requested": "R",
    "waiting": "n°",
    "refused": "✕",
    "absent_excused": "A",
    "absent_billed": "A",
}
COLUMNS = (("enfant", "Enfant et dossier"), ("jour", "Jour"), ("activite", "Activité"), ("recue", "Reçue"))
PANEL, ROW = "/f/agent/demandes", "/f/agent/demandes/ligne"
MANY_DAYS = 48  # hours from which an age is told in days


def state_of(state: str, position: int = 0) -> Values:
    """A square's state as every agents' screen shows it: letter and word."""
    label = f"{LABELS[state]} n° {position}" if position else LABELS[state]
    return {"state": state, "letter": str(position) if position else LETTERS.get(state, ""), "word": label}


def age_of(moment: datetime, now: datetime) -> str:
    """« 3 jours », « 5 h », « 12 min »."""
    hours, minutes = divmod(int((now - moment) / timedelta(minutes=1)), 60)
    if hours >= MANY_DAYS:
        return plural(hours // 24, "jour", "jours")
    return f"{hours} h" if hours else f"{max(0, minutes)} min"


def inbox_values(inbox: Inbox, asked: Asked, sent: Sent, now: datetime) -> Values:
    """The whole inbox, as desk_inbox_panel.html wants it."""
    zone = inbox.catalogue.zone
    return {
        "rows": [row_values(row, sent, now, zone) for row in inbox.rows],
        "leaf": leaf_values(inbox, asked),
        "kinds": [_kind(key, inbox.counts, asked) for key in KINDS],
        "columns": [_column(key, label, asked) for key, label in COLUMNS],
        **_filters(inbox, asked),
        "url": url_of(asked),
        "frag": url_of(asked, PANEL),
        "row_frag": url_of(asked, ROW),
        "undo_url": url_of(asked, "/agent/demandes/reprise"),
        "undo_frag": url_of(asked, "/f/agent/demandes/reprise"),
        "seen_at": now.isoformat(),
        "whole": sent.verdict == "filter" or (sent.seen_at is not None and bool(sent.error)),
        "most": MOST_DECISIONS,
        "reason": "" if sent.alone else sent.reason,
        "error": "" if sent.alone else sent.error,
        "reasons": REASONS["refuse"],
        "all_ticked": sent.verdict == "all",
    }


def _filters(inbox: Inbox, asked: Asked) -> Values:
    """What the list may be narrowed to, and what it is narrowed to."""
    activities = inbox.catalogue.activities.values()
    return {
        "activities": [{"ref": a.ref, "name": a.name, "current": a.ref == asked.activity} for a in activities],
        "schools": [{"id": id_, "name": name, "current": id_ == asked.school} for id_, name in inbox.schools.items()],
        "grades": [{"name": grade, "current": grade == asked.grade} for grade in inbox.grades],
        "first": asked.first.isoformat() if asked.first else "",
        "last": asked.last.isoformat() if asked.last else "",
        "text": asked.text,
        "asked": asked,
        "filtered": asked.filtered,
        "clear_url": url_of(Asked(kind=asked.kind, size=asked.size)),
    }


def row_values(row: Request, sent: Sent, now: datetime, zone: str, told: Values | None = None) -> Values:
    """One request with all that helps to decide; once decided, what came of it."""
    mine = sent.alone and row.id in sent.ticked
    return {
        "id": row.id,
        "pick": f"{row.id}~{row.version}",
        "ticked": sent.verdict in ("all", "filter")
        or (sent.verdict != "none" and not sent.alone and row.id in sent.ticked),
        "kind": "Réservation" if row.state == "requested" else "Annulation",
        "cancels": row.state == "cancel_requested",
        "open": row.state in PENDING,
        "now": state_of(row.state),
        **_who(row),
        "activity": row.activity.name,
        "unit": row.unit,
        "day": day_long(row.day),
        "day_short": f"{day_short(row.day)} {MONTHS[row.day.month - 1]}",
        "day_url": f"/agent/jour?date={row.day}&activite={row.activity.ref}",
        "past": row.started_at <= now,
        "age": age_of(row.asked_at, now),
        "asked_at": instant(row.asked_at, zone),
        "asked_short": _short(row.asked_at, zone),
        **_room(row),
        "others": [{"activity": other.activity, **state_of(other.state)} for other in row.others],
        "reason": sent.reason if mine else "",
        "error": sent.error if mine else "",
        "told": told,
    }


def _who(row: Request) -> Values:
    """The child and its family's file."""
    return {
        "child": row.child,
        "grade": row.grade,
        "family": row.family,
        "number": row.number,
        "resident": row.resident,
        "family_url": f"/agent/familles/{row.family_ref}?semaine={row.day}",
    }


def _room(row: Request) -> Values:
    """How many places there are, and how many want one."""
    return {
        "places": "sans limite" if row.capacity is None else f"{row.taken} / {row.capacity}",
        "full": row.capacity is not None and row.taken >= row.capacity,
        "rivals": row.rivals,
        "waiting": row.waiting,
    }


def _short(moment: datetime, zone: str) -> str:
    """« jeu. 19, 6 h 24 »: the age beside it says which one."""
    wall = moment.astimezone(ZoneInfo(zone))
    return f"{day_short(wall.date())}, {clock(wall.hour * 60 + wall.minute)}"


def leaf_values(inbox: Inbox, asked: Asked) -> Values:
    """Which page it is, and the way to the others."""
    leaf = inbox.leaf
    return {
        "sentence": leaf.sentence,
        "number": leaf.number,
        "last": leaf.last,
        "total": leaf.total,
        "prev": _leads(asked, leaf.number - 1) if leaf.number > 1 else None,
        "next": _leads(asked, leaf.number + 1) if leaf.number < leaf.last else None,
        "sizes": [{"size": n, "url": url_of(asked, page=1, size=n), "current": n == asked.size} for n in SIZES],
    }


def _leads(asked: Asked, number: int) -> Values:
    return {"url": url_of(asked, page=number), "frag": url_of(asked, PANEL, page=number)}


def _kind(key: str, counts: Counts, asked: Asked) -> Values:
    url = url_of(asked, kind=key, page=1)
    return {
        "key": key or "toutes",
        "label": KINDS[key],
        "count": counts.of_kind(key),
        "url": url,
        "current": asked.kind == key,
    }


def _column(key: str, label: str, asked: Asked) -> Values:
    current = asked.sort == key
    down = current and not asked.down
    order = ("descending" if asked.down else "ascending") if current else ""
    return {"key": key, "label": label, "order": order, "url": url_of(asked, sort=key, down=down, page=1)}


def stamp_of(now: datetime, zone: ZoneInfo = PARIS) -> str:
    """« 14 h 02 »."""
    return now.astimezone(zone).strftime("%-H h %M")
