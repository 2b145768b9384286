"""The French of the rules: « jusqu'à 2 jours ouvrés avant à 10 h, mercredi non compté », and why that day."""

from collections.abc import Iterable
from typing import Literal, assert_never

from server.activities.rules.days import DayKind
from server.bookings.rules.forms import (
    BeforePeriod,
    ClearDays,
    Cutoff,
    DayOfPreviousMonth,
    DaysBefore,
    Earliest,
    HoursBefore,
    KitchenOrders,
    NoCutoff,
    Order,
    PerWeekday,
    PreviousWeekday,
    WeekdayOfWeek,
)
from server.bookings.rules.moments import END_OF_DAY
from server.bookings.rules.skips import tail
from server.french import NBSP, WEEKDAYS, clock, listed, ordinal, plural

ACTS = {"book": "Réservation", "cancel": "Annulation"}
LATE = {"book": "la réservation", "cancel": "l’annulation"}
COUNTED = {DayKind.CALENDAR: "", DayKind.WORKING: " ouvrés", DayKind.SCHOOL: " d’école"}
DAY_BEFORE = {
    DayKind.CALENDAR: "la veille",
    DayKind.WORKING: "le jour ouvré précédent",
    DayKind.SCHOOL: "le jour d’école précédent",
}
WEEKS = {0: "de la même semaine", 1: "de la semaine précédente", 2: "deux semaines avant"}


def until(verb: Literal["book", "cancel"], moment: str, why: str) -> tuple[str, str, str]:
    """Sentence, why, and the words for someone who comes after."""
    return (
        f"{ACTS[verb]} possible jusqu’au {moment}",
        why,
        f"Trop tard{NBSP}: {LATE[verb]} était possible jusqu’au {moment}",
    )


def until_the_start(verb: Literal["book", "cancel"], start: str, why: str) -> tuple[str, str, str]:
    return (
        f"{ACTS[verb]} possible jusqu’au début, {start}",
        why,
        f"Trop tard{NBSP}: {LATE[verb]} était possible jusqu’au début, {start}",
    )


def describe(rule: Cutoff) -> str:
    """The rule in general: « jusqu'à la veille à 18 h »."""
    match rule:
        case PerWeekday():
            return f"{NBSP}; ".join(f"{days}{NBSP}: {describe(each)}" for days, each in _by_rule(rule))
        case Earliest():
            return f"au plus tôt de{NBSP}: " + f"{NBSP}; ".join(map(describe, rule.rules))
        case KitchenOrders():
            return f"selon les commandes de la cuisine, {_at(rule.at)}{NBSP}: {_orders(rule)}{tail(rule)}"
        case NoCutoff() | HoursBefore():
            return f"{_until(_body(rule))}{tail(rule)}"
        case _:
            return f"{_until(_body(rule))} {_at(rule.at)}{tail(rule)}"


def reason(rule: Cutoff, notes: Iterable[str] = ()) -> str:
    """Why this day: the rule without its hour, then what was met on the way."""
    body = "sans date limite" if isinstance(rule, NoCutoff) else _body(rule)
    return ", ".join([f"{body}{tail(rule)}", *notes])


def _body(rule: Cutoff) -> str:
    match rule:
        case NoCutoff():
            return "le début de l’activité"
        case DaysBefore():
            return _days_before(rule)
        case HoursBefore():
            return f"{plural(rule.n, 'heure', 'heures')} avant le début"
        case ClearDays():
            return f"{plural(rule.n, 'jour franc', 'jours francs')}{COUNTED[rule.count]} avant"
        case WeekdayOfWeek():
            return _weekday_of(rule)
        case PreviousWeekday():
            return f"le {WEEKDAYS[rule.weekday]} précédent"
        case DayOfPreviousMonth():
            return f"le {'dernier jour' if rule.nth >= 31 else ordinal(rule.nth)} du mois précédent"
        case BeforePeriod():
            return f"{span(rule.n)} avant le début de la période"
        case KitchenOrders():
            return "selon les commandes de la cuisine"
        case PerWeekday():
            return "selon le jour"
        case Earliest():
            return "au plus tôt de plusieurs dates"
        case _:
            assert_never(rule)


def _days_before(rule: DaysBefore) -> str:
    if rule.n == 0:
        return "le jour même"
    if rule.n == 1:
        return DAY_BEFORE[rule.count]
    if rule.count is DayKind.CALENDAR and not rule.skip:
        return f"{span(rule.n)} avant"
    return f"{rule.n} jours{COUNTED[rule.count]} avant"


def span(days: int) -> str:
    """« 7 jours », « 3 semaines »."""
    if days >= 14 and days % 7 == 0:
        return f"{days // 7} semaines"
    return plural(days, "jour", "jours")


def _weekday_of(rule: WeekdayOfWeek | Order) -> str:
    weeks = WEEKS.get(rule.weeks, f"{rule.weeks} semaines avant")
    return f"le {WEEKDAYS[rule.weekday]} {weeks}"


def _orders(rule: KitchenOrders) -> str:
    *firsts, last = rule.orders
    shares = [f"les {order.serves} premiers jours servis" for order in firsts[:1]]
    shares += [f"les {order.serves} suivants" for order in firsts[1:]]
    shares.append("les suivants" if firsts else "toute la semaine")
    return ", ".join(f"{share} {_weekday_of(order)}" for share, order in zip(shares, [*firsts, last], strict=True))


def _by_rule(rule: PerWeekday) -> list[tuple[str, Cutoff]]:
    together: dict[Cutoff, list[str]] = {}
    for weekday, each in rule.table:
        together.setdefault(each, []).append(WEEKDAYS[weekday])
    return [(listed(days), each) for each, days in together.items()]


def _until(body: str) -> str:
    return f"jusqu’au {body[3:]}" if body.startswith("le ") else f"jusqu’à {body}"


def _at(minutes: int) -> str:
    if minutes == END_OF_DAY:
        return "à minuit, en fin de journée"
    return f"à {clock(minutes)}" if minutes else f"à 0{NBSP}h, en début de journée"
