"""What must hold for every rule, every day and every clock: hypothesis looks for the counter-example."""

import json
import os
import re
import time
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from server.activities.holidays import shipped_calendar
from server.activities.rules.days import WEEKEND, DayKind, Skip
from server.bookings.rules import cutoff
from server.bookings.rules.cutoff import Cutoff, SessionTime, Verb, closes_at, describe, rule_from, rule_to
from server.bookings.rules.forms import (
    BeforePeriod,
    ClearDays,
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
from server.bookings.rules.moments import wall
from server.bookings.rules.presets import DEMO
from server.french import MONTHS, NBSP, WEEKDAYS

A = shipped_calendar("A", years=range(2024, 2038))
PARIS = "Europe/Paris"
ZONES = (PARIS, "Indian/Reunion", "America/Guadeloupe", "Pacific/Noumea", "Pacific/Tahiti")
FEW = settings(max_examples=40, deadline=None)
MICROSECOND = timedelta(microseconds=1)

minutes = st.integers(0, 1440)
weekdays = st.integers(0, 6)
skips = st.builds(
    Skip,
    st.sets(weekdays, max_size=3).map(frozenset) | st.just(WEEKEND),
    st.booleans(),
    st.booleans(),
    st.booleans(),
)
counts = st.sampled_from(DayKind)
orders = st.builds(Order, weekdays, st.integers(0, 2), st.integers(1, 5))
# Later sessions never close earlier under these; the other forms may jump between weekdays.
steady_forms = st.one_of(
    st.just(NoCutoff()),
    st.builds(DaysBefore, st.integers(0, 40), minutes, counts, skips),
    st.builds(HoursBefore, st.integers(0, 200), skips),
    st.builds(ClearDays, st.integers(0, 30), minutes, counts, skips),
    st.builds(WeekdayOfWeek, weekdays, minutes, st.integers(0, 3), skips),
    st.builds(PreviousWeekday, weekdays, minutes, skips),
    st.builds(DayOfPreviousMonth, st.integers(1, 31), minutes, skips),
)
forms = st.one_of(
    steady_forms,
    st.builds(BeforePeriod, st.integers(0, 60), minutes, skips),
    st.builds(KitchenOrders, st.lists(orders, min_size=1, max_size=3).map(tuple), minutes, skips),
)
rules: st.SearchStrategy[Cutoff] = st.one_of(
    forms,
    st.builds(
        PerWeekday, st.dictionaries(weekdays, forms, min_size=1, max_size=5).map(lambda t: tuple(sorted(t.items())))
    ),
    st.builds(Earliest, st.lists(forms, min_size=1, max_size=3).map(tuple)),
)
days = st.dates(date(2024, 1, 8), date(2037, 12, 31))
verbs = st.sampled_from(["book", "cancel"])


def session_on(day: date, at: int = 510, zone: str = PARIS) -> SessionTime:
    return SessionTime(day, wall(day, at, zone), 1, zone)


sessions = st.builds(session_on, days, st.sampled_from([450, 510, 690, 990]), st.sampled_from(ZONES))


@FEW
@given(rules, sessions, verbs)
def test_a_deadline_never_comes_after_the_start_and_its_instant_is_already_closed(
    rule: Cutoff, session: SessionTime, verb: Verb
) -> None:
    deadline = closes_at(rule, session, A, verb)
    assert deadline.closes_at <= session.starts_at
    assert not deadline.is_open(deadline.closes_at)
    assert deadline.is_open(deadline.closes_at - MICROSECOND)


@FEW
@given(steady_forms, days, st.integers(1, 10))
def test_a_later_session_never_closes_earlier(rule: Cutoff, day: date, later: int) -> None:
    first, second = session_on(day), session_on(day + timedelta(days=later))
    assert closes_at(rule, first, A).closes_at <= closes_at(rule, second, A).closes_at


@FEW
@given(rules, sessions, verbs)
def test_the_sentence_says_the_very_instant(rule: Cutoff, session: SessionTime, verb: Verb) -> None:
    deadline = closes_at(rule, session, A, verb)
    assert parsed(deadline.sentence, session) == deadline.closes_at.replace(second=0, microsecond=0)
    assert parsed(deadline.too_late, session) == parsed(deadline.sentence, session)


@FEW
@given(rules)
def test_a_rule_goes_to_json_and_back(rule: Cutoff) -> None:
    assert rule_from(json.loads(json.dumps(rule_to(rule)))) == rule


@FEW
@given(rules, sessions)
def test_french_spaces_do_not_break(rule: Cutoff, session: SessionTime) -> None:
    deadline = closes_at(rule, session, A)
    for words in (describe(rule), deadline.sentence, deadline.why, deadline.too_late):
        assert words == words.strip()
        assert "  " not in words
        assert not re.search(r"[^\u00a0][:;!?»]|«[^\u00a0]|\d h\b|à le |de le ", words), words


@pytest.mark.parametrize("year", range(2024, 2038))
def test_both_changes_of_hour_leave_the_wall_clock_alone(year: int) -> None:
    eve_18h, hours, clear = DaysBefore(1, 18 * 60), HoursBefore(24), ClearDays(2)
    for change in (last_sunday(year, 3), last_sunday(year, 10)):
        for shift in range(-2, 4):
            day = change + timedelta(days=shift)
            session = session_on(day)
            eve = closes_at(eve_18h, session, A).closes_at.astimezone(ZoneInfo(PARIS))
            assert (eve.date(), eve.hour, eve.minute) == (day - timedelta(days=1), 18, 0)
            assert session.starts_at - closes_at(hours, session, A).closes_at == timedelta(hours=24)
            midnight = closes_at(clear, session, A).closes_at.astimezone(ZoneInfo(PARIS))
            assert (midnight.date(), midnight.hour) == (day - timedelta(days=2), 0)


@pytest.mark.parametrize("year", range(2024, 2038))
def test_an_hour_that_does_not_exist_or_comes_twice_is_decided(year: int) -> None:
    at_half_past_two = DaysBefore(1, 150)
    spring = closes_at(at_half_past_two, session_on(last_sunday(year, 3) + timedelta(days=1)), A)
    autumn = closes_at(at_half_past_two, session_on(last_sunday(year, 10) + timedelta(days=1)), A)
    assert spring.closes_at.strftime("%H:%M") == "01:30"
    assert spring.sentence.endswith(f"mars à 3{NBSP}h{NBSP}30")
    assert autumn.closes_at.strftime("%H:%M") == "00:30"
    assert autumn.sentence.endswith(f"octobre à 2{NBSP}h{NBSP}30, heure d’été")


@pytest.mark.parametrize("zone", ZONES)
def test_every_french_clock_is_its_own(zone: str) -> None:
    deadline = closes_at(DaysBefore(1, 18 * 60), session_on(date(2026, 11, 24), zone=zone), A)
    assert deadline.closes_at.astimezone(ZoneInfo(zone)).strftime("%d %H:%M") == "23 18:00"
    assert deadline.sentence == f"Réservation possible jusqu’au lundi 23 novembre à 18{NBSP}h"


@pytest.fixture(params=["UTC", "Pacific/Auckland", "America/Los_Angeles"])
def server_zone(request: pytest.FixtureRequest) -> Iterator[str]:
    before = os.environ.get("TZ")
    os.environ["TZ"] = request.param
    time.tzset()
    cutoff._remembered.cache_clear()
    yield request.param
    if before is None:
        del os.environ["TZ"]
    else:
        os.environ["TZ"] = before
    time.tzset()


def demo_year() -> list[str]:
    """Every demo deadline of a school year, as text."""
    return [
        f"{closes_at(rule, session_on(day), A, verb)}"
        for rule, verb in demo_rules()
        for day in (date(2026, 9, 1) + timedelta(days=3 * n) for n in range(100))
    ]


def test_the_servers_own_time_zone_changes_nothing(server_zone: str) -> None:
    assert demo_year() == REFERENCE


@pytest.mark.parametrize("preset", DEMO)
def test_words_and_verdict_agree_over_a_whole_year_of_the_demo_town(preset: str) -> None:
    for rule, verb in demo_rules(preset):
        for n in range(366):
            session = session_on(date(2026, 9, 1) + timedelta(days=n))
            deadline = closes_at(rule, session, A, verb)
            told = parsed(deadline.sentence, session)
            assert told == deadline.closes_at
            assert deadline.is_open(told - MICROSECOND)
            assert not deadline.is_open(told)


def demo_rules(*presets: str) -> list[tuple[Cutoff, Verb]]:
    verbs: tuple[Verb, Verb] = ("book", "cancel")
    return [(rule_from(DEMO[name][verb]), verb) for name in presets or DEMO for verb in verbs]


REFERENCE = demo_year()

SAID = re.compile(
    rf"(?P<weekday>{'|'.join(WEEKDAYS)}) (?P<day>1er|\d+) (?P<month>{'|'.join(MONTHS)})(?: (?P<year>\d{{4}}))?"
    rf" à (?:(?P<hour>\d+){NBSP}h(?:{NBSP}(?P<minute>\d\d))?(?:, heure d'(?P<half>été|hiver))?|(?P<midnight>minuit),"
    rf" dans la nuit du (?P<eve>\w+) au (?P<next>\w+))$"
)


def parsed(sentence: str, session: SessionTime) -> datetime:
    """The instant a parent understands from the sentence, knowing only the session's day."""
    found = SAID.search(sentence)
    assert found, sentence
    said: dict[str, Any] = found.groupdict()
    number, month = int(said["day"].removesuffix("er")), MONTHS.index(said["month"]) + 1
    years = [int(said["year"])] if said["year"] else [session.day.year + n for n in (-1, 0, 1)]
    named = [date(year, month, number) for year in years if (month, number) != (2, 29) or year % 4 == 0]
    day = min(named, key=lambda each: abs(each - session.day))
    assert WEEKDAYS[day.weekday()] == said["weekday"], sentence
    if said["midnight"]:
        following = day + timedelta(days=1)
        assert (said["eve"], said["next"]) == (WEEKDAYS[day.weekday()], WEEKDAYS[following.weekday()])
        return wall(day, 1440, session.zone)
    clock = datetime(day.year, day.month, day.day, int(said["hour"]), int(said["minute"] or 0))
    return clock.replace(tzinfo=ZoneInfo(session.zone), fold=int(said["half"] == "hiver")).astimezone(UTC)


def last_sunday(year: int, month: int) -> date:
    last = date(year, month, 31)
    return last - timedelta(days=(last.weekday() + 1) % 7)
