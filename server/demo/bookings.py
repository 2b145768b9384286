"""What is booked around today: one family told in detail, the habits of the others, a holiday centre that is full."""

import random
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from server.bookings.rules.cutoff import SessionTime, closes_at, rule_from
from server.bookings.rules.opening import opening_from, opens_at
from server.bookings.rules.presets import DEMO
from server.demo.people import SEED, Household, Kid
from server.demo.town import Row, Slot, Town, slots_of
from server.zone import TIME_ZONE

WEEKS_AHEAD = 3
REQUESTS, CANCELLATIONS = 11, 4  # waiting for a verdict, in a town of 60 families
CANTEEN_WEEKS = ((0, 3), (0, 1, 3, 4), (0, 1, 3, 4), (0, 1, 3), (3, 4), (1, 4), (1,))
CARE_WEEKS = ((0, 3), (1, 4), (0, 1, 3, 4), (3,))


def bookings(town: Town) -> Iterator[Row]:
    """Every booking of the town, one row a square."""
    chance = random.Random(SEED)  # noqa: S311  (the same town every time is the point)
    yield from _told(town)
    yield from _habits(town, chance)
    yield from _centre(town, chance)


# Lina and Tom, week by week (0 is this week): activity, weekdays, state. Next week's school days stay free, and so
# does everything of the third week, because visitors and tests tap there. Zoé has nothing booked at all.
USUAL = (("cantine", (0, 1, 3, 4)), ("accueil-soir", (0, 3)), ("accueil-matin", (1,)), ("mercredi", (2,)))
THIS_WEEK = {
    "Lina": (
        *(("cantine", (0, 1, 3)), ("accueil-matin", (0, 1)), ("etude", (1,))),
        *(("accueil-soir", (3,)), ("mercredi", (2,))),
    ),
    "Tom": (("cantine", (0, 3)), ("accueil-soir", (0, 1)), ("mercredi", (2,))),
}
IN_TWO_WEEKS = {"Lina": (("cantine", (0, 1)),), "Tom": (("cantine", (0, 1)), ("mercredi", (2,)))}
REFUSAL = "La sortie à la ferme est complète pour les 6-8 ans. Le mercredi suivant reste possible."
WEDNESDAYS = (("Lina", 1, "requested", ""), ("Tom", 1, "refused", REFUSAL), ("Lina", 2, "cancel_requested", ""))


def _told(town: Town) -> Iterator[Row]:
    """The bookings of Camille's household."""
    home = town.homes[0]
    for kid in home.kids[:2]:
        weeks = {-3: USUAL, -2: USUAL, -1: USUAL, 0: THIS_WEEK[kid.first_name], 2: IN_TWO_WEEKS[kid.first_name]}
        for week, plan in weeks.items():
            for activity, weekdays in plan:
                for slot in slots_of(town, activity, week, weekdays):
                    unit = kid.menu if activity == "cantine" else ""
                    yield town.row(home, kid, slot, town.asked(slot, timedelta(hours=18)), unit=unit)
    agent = town.accounts["agent@demo.marelle"]
    for name, week, state, reason in WEDNESDAYS:
        kid = next(kid for kid in home.kids if kid.first_name == name)
        for slot in slots_of(town, "mercredi", week, (2,)):
            by = agent if state == "refused" else None
            yield town.row(home, kid, slot, town.asked(slot, timedelta(hours=20)), state, reason=reason, by=by)


@dataclass
class _Wednesdays:
    """The Wednesdays of all families, as they come: who still waits for a verdict, and how many places are held."""

    town: Town
    requests: int
    cancellations: int
    held: Counter[int] = field(default_factory=Counter)
    seen: int = 0

    def state(self, slot: Slot) -> str | None:
        """The state of the next one who wants this day; None when there is no place left for them."""
        if slot.capacity is not None and self.held[slot.id] >= slot.capacity - 4:  # some places stay for the told ones
            return None
        self.held[slot.id] += 1
        self.seen += slot.day > self.town.today
        if slot.day <= self.town.today + timedelta(days=1):
            return "booked"
        if self.seen % 5 == 1 and self.requests:
            self.requests -= 1
            return "requested"
        if self.seen % 6 == 2 and self.cancellations and slot.day > self.town.today + timedelta(days=8):
            self.cancellations -= 1
            return "cancel_requested"
        return "booked"


def _habits(town: Town, chance: random.Random) -> Iterator[Row]:
    """Everybody else: the same days every week."""
    scale = max(1, len(town.homes) // 60)
    wednesdays = _Wednesdays(town, REQUESTS * scale, CANCELLATIONS * scale)
    weeks = range(-3 if scale == 1 else -1, WEEKS_AHEAD + 1)
    usual = {
        (activity, weekday): [slot for week in weeks for slot in slots_of(town, activity, week, (weekday,))]
        for activity in town.slots
        for weekday in range(5)
    }
    for home in town.homes[2:]:
        for kid in home.kids:
            early = timedelta(minutes=chance.randint(0, 6 * 24 * 60))
            for activity, weekdays in _habit(kid, chance):
                for slot in (slot for weekday in weekdays for slot in usual[activity, weekday]):
                    row = _usual(town, wednesdays, chance, (home, kid, slot), activity, early)
                    if row:
                        yield row


def _habit(kid: Kid, chance: random.Random) -> list[tuple[str, tuple[int, ...]]]:
    habit: list[tuple[str, tuple[int, ...]]] = [("cantine", chance.choice(CANTEEN_WEEKS))]
    for activity, share in (("accueil-matin", 0.3), ("accueil-soir", 0.4), ("etude", 0.25)):
        if activity in kid.activities and chance.random() < share:
            habit.append((activity, chance.choice(CARE_WEEKS)))
    if "mercredi" in kid.activities and chance.random() < 0.4:
        habit.append(("mercredi", (2,)))
    return habit


def _usual(
    town: Town, wednesdays: _Wednesdays, chance: random.Random, who: tuple[Household, Kid, Slot],
    activity: str, early: timedelta,
) -> Row | None:  # fmt: skip
    home, kid, slot = who
    if activity == "mercredi":
        state = wednesdays.state(slot)
        at = town.asked(slot, early) if state == "booked" else town.asked_lately(slot, early / 3)
        return town.row(home, kid, slot, at, state) if state else None
    unit = kid.menu if activity == "cantine" else ""
    if slot.day < town.today and chance.random() < 0.01:
        return town.row(home, kid, slot, slot.starts_at, "absent_excused", unit=unit, reason="Malade, certificat reçu.")
    return town.row(home, kid, slot, town.asked(slot, early), unit=unit)


def _centre(town: Town, chance: random.Random) -> Iterator[Row]:
    """The next holiday that is open for booking: one day full with three waiting, the others half full."""
    slots = _next_holiday(town)
    who = [(home, kid) for home in town.homes[2:] for kid in home.kids if "centre" in kid.activities]
    for n, slot in enumerate(slots):
        places = slot.capacity or 0
        full = n == min(1, len(slots) - 1) and len(who) >= places + 2
        chosen = chance.sample(who, min(len(who), places + 2 if full else chance.randint(places // 3, places * 3 // 4)))
        if full:
            chosen.insert(places + 1, (town.homes[0], town.homes[0].kids[1]))  # Tom is second on the waiting list
        moments = _moments(town, slot, len(chosen), chance)
        for order, ((home, kid), at) in enumerate(zip(chosen, moments, strict=True), 1):
            rank = order - places if order > places else None
            yield town.row(home, kid, slot, at, "waiting" if rank else "booked", rank=rank)


def _next_holiday(town: Town) -> list[Slot]:
    """The days still to come of the first holiday whose bookings have opened."""
    ahead = [slot for day, slot in sorted(town.slots["centre"].items()) if day > town.today]
    ahead = [slot for slot in ahead if _opened(town, slot)[0] < _opened(town, slot)[1]]
    period = town.calendar.holiday_period(ahead[0].day) if ahead else None
    return [slot for slot in ahead if town.calendar.holiday_period(slot.day) == period]


def _opened(town: Town, slot: Slot) -> tuple[datetime, datetime]:
    """From when to when this day of the centre could be booked, so far."""
    rules, time = DEMO["holiday_centre"], SessionTime(slot.day, slot.starts_at, "centre", TIME_ZONE)
    opened = opens_at(opening_from(rules["opening"]), time, town.calendar).opens_at
    closed = closes_at(rule_from(rules["book"]), time, town.calendar).closes_at
    return opened or town.now, min(town.now, closed)


def _moments(town: Town, slot: Slot, count: int, chance: random.Random) -> list[datetime]:
    """When each of them asked, first come first."""
    opened, last = _opened(town, slot)
    return sorted((opened + (last - opened) * chance.random()).replace(microsecond=0) for _ in range(count))
