"""The French of what happened to squares: one title, one story and one sentence for locked screens.

A locked screen shows how many, which activities and which days; never a child's name nor anybody's reason.
"""

from collections import defaultdict
from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime, time, timedelta

import msgspec

from server.french import NBSP, day_long, instant, plural
from server.notices.commands.words import Words, counted, days_listed, one_line
from server.zone import PARIS, town_day

MOST_LINES = 40  # of a story
BRIEF_DAYS, BRIEF_ACTIVITIES = 3, 2  # more are counted, not named


class Booked(msgspec.Struct, frozen=True):
    """The payload of what happened to one square."""

    day: date
    activity: str
    child: str = ""
    session: int = 0
    state: str = ""
    reason: str = ""
    until: datetime | None = None  # the date to book, where that is what is told


def read_booked(raw: str) -> Booked:
    """A payload with its typed words on one line each: they come from agents' forms."""
    event = msgspec.json.decode(raw, type=Booked)
    return msgspec.structs.replace(
        event, activity=one_line(event.activity), child=one_line(event.child), reason=one_line(event.reason)
    )


def words_of_booked(kind: str, events: Sequence[Booked], now: datetime) -> Words:
    """One notice of these events, all of one kind."""
    today = town_day(now)
    days = sorted({event.day for event in events})
    midnight = datetime.combine(days[-1] + timedelta(days=1), time(), PARIS).astimezone(UTC)
    over = max((event.until for event in events if event.until), default=midnight)
    return Words(
        title=TITLES[kind](events)[:160],
        body=_story(kind, events, today),
        brief=_brief(events, days, today)[:300],
        url=f"/planning/jour/{days[0]}",
        expires_at=max(over, now + timedelta(hours=1)),
        first_day=days[0],
    )


def _simply(one: str, many: str) -> Callable[[Sequence[Booked]], str]:
    return lambda events: counted(len(events), one, many)


def _closing(events: Sequence[Booked]) -> str:
    days = {event.day for event in events}
    return f"Fermeture {day_long(min(days))}" if len(days) == 1 else f"{len(days)}{NBSP}jours de fermeture"


def _cancelling(events: Sequence[Booked]) -> str:
    granted = [event.state == "free" for event in events]
    if all(granted):
        return counted(len(events), "Annulation acceptée", "annulations acceptées")
    if not any(granted):
        return counted(len(events), "Annulation refusée", "annulations refusées")
    return f"{len(events)}{NBSP}réponses à vos demandes d’annulation"


TITLES: dict[str, Callable[[Sequence[Booked]], str]] = {
    "bookings_validated": _simply("Réservation validée", "réservations validées"),
    "bookings_refused": _simply("Réservation refusée", "réservations refusées"),
    "bookings_requested": _simply("Demande transmise à la mairie", "demandes transmises à la mairie"),
    "cancellations_decided": _cancelling,
    "waiting_list_promoted": _simply("Une place s’est libérée pour vous", "places se sont libérées pour vous"),
    "taps_refused_at_sync": _simply("Un changement n’a pas pu être fait", "changements n’ont pas pu être faits"),
    "cutoff_tomorrow": _simply("Date limite proche, rien de réservé", "dates limites proches, rien de réservé"),
    "day_closed": _closing,
    "booked_by_agent": _simply("La mairie a changé votre planning", "changements faits par la mairie"),
}

# What became of the square, where the title does not say it already.
STATES = {
    "requested": "demande à l’étude",
    "to_pay": "à payer",
    "booked": "réservé",
    "cancel_requested": "annulation demandée",
    "waiting": "sur liste d’attente",
    "free": "annulé",
    "refused": "refusé",
    "absent_excused": "absence excusée",
    "absent_billed": "absence facturée",
}
SAID_BY_TITLE = {
    "bookings_validated": {"booked"},
    "bookings_refused": {"refused"},
    "bookings_requested": {"requested"},
    "waiting_list_promoted": {"booked"},
    "day_closed": {"free"},
}
CANCELLING = {"free": "annulation acceptée", "booked": "annulation refusée, la réservation reste"}


def _state(kind: str, event: Booked, today: date) -> str:
    state = event.state
    if event.until:
        return f"à réserver avant {instant(event.until, near=today)}"
    if kind == "taps_refused_at_sync" or state in SAID_BY_TITLE.get(kind, ()):
        return ""
    if kind == "cancellations_decided" and state in CANCELLING:
        return CANCELLING[state]
    return STATES.get(state, "")


def _story(kind: str, events: Sequence[Booked], today: date) -> str:
    """One line for each child, activity, outcome and reason, with its days."""
    days: dict[tuple[str, str, str, str], list[date]] = defaultdict(list)
    for event in sorted(events, key=lambda event: (event.day, event.child, event.activity)):
        days[event.child, event.activity, _state(kind, event, today), event.reason].append(event.day)
    lines = [_line(*key, days_listed(found, today)) for key, found in days.items()]
    if len(lines) > MOST_LINES:
        lines = [*lines[:MOST_LINES], f"… et {plural(len(lines) - MOST_LINES, 'autre ligne', 'autres lignes')}."]
    return "\n".join(lines)


def _line(child: str, activity: str, state: str, reason: str, days: str) -> str:
    """« Lina, Cantine : lun. 23 et mar. 24 novembre, à payer. Motif : … »."""
    whom = f"{child}, {activity}" if child else activity
    end = f", {state}." if state else "."
    because = f" Motif{NBSP}: {reason}{'' if reason.endswith(('.', '!', '?')) else '.'}" if reason else ""
    return f"{whom}{NBSP}: {days}{end}{because}"


def _brief(events: Sequence[Booked], days: Sequence[date], today: date) -> str:
    activities = list(dict.fromkeys(event.activity for event in events))
    named = " et ".join(activities) if len(activities) <= BRIEF_ACTIVITIES else f"{len(activities)}{NBSP}activités"
    if len(days) <= BRIEF_DAYS:
        when = days_listed(days, today)
    else:
        when = f"du {day_long(days[0], today)} au {day_long(days[-1], today)}"
    return f"{named}{NBSP}: {when}. Ouvrez Marelle pour le détail."
