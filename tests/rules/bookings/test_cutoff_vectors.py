"""Real towns' rules, as their own pages state them, and the deadlines they announce.

A vector reads « session day > last moment ». A bare day number is in November 2026, where the weeks of the 16th
and of the 23rd hold no public holiday. Every session starts at 8:30. Zone A, public holidays of the mainland.
"""

from datetime import UTC, date, datetime
from typing import Any

import pytest

from server.activities.holidays import shipped_calendar
from server.bookings.rules.cutoff import SessionTime, closes_at, rule_from
from server.bookings.rules.moments import wall

PARIS = "Europe/Paris"
CALENDAR = shipped_calendar("A", years=range(2021, 2029))
NAMES = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")

VECTORS: list[tuple[str, dict[str, Any], list[str]]] = [
    (
        "G1: J-7 at 00:00",
        {"kind": "days", "n": 7, "at": "00:00"},
        ["Fri 2021-09-10 > Fri 2021-09-03 00:00"],
    ),
    (
        "cruas.numerian.fr: J-2 skipping weekends, 12:00",
        {"kind": "days", "n": 2, "at": "12:00", "skip": ["weekends"]},
        ["Mon 23 > Thu 19 12:00", "Tue 24 > Fri 20 12:00", "Thu 26 > Tue 24 12:00", "Fri 27 > Wed 25 12:00"],
    ),
    (
        # « Evening » names no hour: read as the end of the day.
        "villes-soeurs.fr: 3 working days, evening",
        {"kind": "days", "n": 3, "at": "24:00", "count": "working"},
        [
            *("Mon 23 > Wed 18 24:00", "Tue 24 > Thu 19 24:00", "Wed 25 > Fri 20 24:00"),
            *("Thu 26 > Mon 23 24:00", "Fri 27 > Tue 24 24:00"),
        ],
    ),
    (
        "ville-vailhauques.fr: a table per weekday, 09:00",
        {
            "kind": "per_weekday",
            "table": {
                "monday": {"kind": "previous_weekday", "weekday": "friday", "at": "09:00"},
                "tuesday": {"kind": "previous_weekday", "weekday": "friday", "at": "09:00"},
                "thursday": {"kind": "previous_weekday", "weekday": "tuesday", "at": "09:00"},
                "friday": {"kind": "previous_weekday", "weekday": "tuesday", "at": "09:00"},
            },
        },
        ["Mon 23 > Fri 20 09:00", "Tue 24 > Fri 20 09:00", "Thu 26 > Tue 24 09:00", "Fri 27 > Tue 24 09:00"],
    ),
    (
        "rontalon.fr: the school day before, 11:00; after the holidays, the last school day before them",
        {"kind": "days", "n": 1, "at": "11:00", "count": "school"},
        [
            *("Mon 23 > Fri 20 11:00", "Tue 24 > Mon 23 11:00", "Thu 26 > Tue 24 11:00", "Fri 27 > Thu 26 11:00"),
            *("Mon 2026-11-02 > Fri 2026-10-16 11:00", "Mon 2027-01-04 > Fri 2026-12-18 11:00"),
        ],
    ),
    (
        # The page does not say which days: « 4 days » are read as calendar days, and their end, being no hour.
        "rovon.fr: book 4 days before",
        {"kind": "days", "n": 4, "at": "24:00"},
        ["Thu 26 > Sun 22 24:00"],
    ),
    (
        # Thursday's eve is Tuesday: Wednesday, without school, does not count.
        "rovon.fr: cancel the eve at noon",
        {"kind": "days", "n": 1, "at": "12:00", "skip": ["wednesday"]},
        ["Thu 26 > Tue 24 12:00", "Fri 27 > Thu 26 12:00"],
    ),
    (
        "centresocialvhb.fr: two kitchen orders, 15:00; a Monday public holiday moves the week's shares",
        {
            "kind": "kitchen",
            "at": "15:00",
            "skip": ["weekends", "public_holidays"],
            "orders": [
                {"weekday": "thursday", "weeks": 1, "serves": 2},
                {"weekday": "monday", "weeks": 0, "serves": 3},
            ],
        },
        [
            *("Mon 23 > Thu 19 15:00", "Tue 24 > Thu 19 15:00"),
            # The order is sent on Monday at 15:00, even for the children of Wednesday.
            *("Wed 25 > Mon 23 15:00", "Thu 26 > Mon 23 15:00", "Fri 27 > Mon 23 15:00"),
            # Easter Monday 2026: the kitchen is closed, families still order on the portal that day.
            *("Tue 2026-04-07 > Thu 2026-04-02 15:00", "Wed 2026-04-08 > Thu 2026-04-02 15:00"),
            *("Thu 2026-04-09 > Mon 2026-04-06 15:00", "Fri 2026-04-10 > Mon 2026-04-06 15:00"),
        ],
    ),
    (
        # « Sunday 25 August midnight » is read as everybody says it: the midnight that ends Sunday.
        "lecres.fr: 8 days before",
        {"kind": "days", "n": 8, "at": "24:00"},
        ["Mon 2024-09-02 > Sun 2024-08-25 24:00"],
    ),
    (
        # The same reading of « Monday midnight ».
        "espondeilhan.fr: Monday midnight of week -1",
        {"kind": "weekday", "weekday": "monday", "at": "24:00"},
        ["Mon 2022-09-19 > Mon 2022-09-12 24:00", "Fri 2022-09-23 > Mon 2022-09-12 24:00"],
    ),
    (
        "veyras.numerian.fr: canteen, Tuesday 23:59 of week -1",
        {"kind": "weekday", "weekday": "tuesday", "at": "23:59"},
        ["Mon 23 > Tue 17 23:59", "Fri 27 > Tue 17 23:59"],
    ),
    (
        "veyras.numerian.fr: childcare, eve 18:00",
        {"kind": "days", "n": 1, "at": "18:00"},
        ["Mon 23 > Sun 22 18:00", "Tue 24 > Mon 23 18:00"],
    ),
    (
        "veyras.numerian.fr: cancel a session, eve 17:00",
        {"kind": "days", "n": 1, "at": "17:00"},
        ["Tue 24 > Mon 23 17:00"],
    ),
    (
        "saintcyprien.fr: Tuesday 23:00 of week -1",
        {"kind": "weekday", "weekday": "tuesday", "at": "23:00"},
        ["Mon 23 > Tue 17 23:00", "Thu 26 > Tue 17 23:00"],
    ),
    (
        "montagnac: Wednesday midnight of week -1",
        {"kind": "weekday", "weekday": "wednesday", "at": "24:00"},
        ["Mon 23 > Wed 18 24:00", "Fri 27 > Wed 18 24:00"],
    ),
    (
        "boisemont: Thursday 09:00 of week -1",
        {"kind": "weekday", "weekday": "thursday", "at": "09:00"},
        ["Mon 23 > Thu 19 09:00", "Fri 27 > Thu 19 09:00"],
    ),
    (
        # No hour on the page: the whole Thursday is left to the families.
        "vigneux: Thursday of week -1",
        {"kind": "weekday", "weekday": "thursday", "at": "24:00"},
        ["Mon 23 > Thu 19 24:00", "Fri 27 > Thu 19 24:00"],
    ),
    (
        "andancette.numerian.fr: book until Friday 12:00 of week -1",
        {"kind": "weekday", "weekday": "friday", "at": "12:00"},
        ["Mon 23 > Fri 20 12:00", "Thu 26 > Fri 20 12:00"],
    ),
    (
        "andancette.numerian.fr: cancel until the eve 12:00",
        {"kind": "days", "n": 1, "at": "12:00"},
        ["Thu 26 > Wed 25 12:00"],
    ),
    (
        "eragny.fr: 72 h",
        {"kind": "hours", "n": 72},
        ["Mon 23 > Fri 20 08:30", "Fri 27 > Tue 24 08:30"],
    ),
    (
        # Fifteen whole days, from the 8th to the 22nd, lie between the act and the session.
        "eragny.fr: holidays, 15 clear days",
        {"kind": "clear_days", "n": 15},
        ["Mon 23 > Sat 7 24:00"],
    ),
    (
        "Espace Citoyens town: eve 09:00, Monday to Friday",
        {"kind": "days", "n": 1, "at": "09:00", "count": "working"},
        ["Mon 23 > Fri 20 09:00", "Tue 24 > Mon 23 09:00"],
    ),
    (
        "Espace Citoyens town: Wednesdays, cancel to J-7",
        {"kind": "days", "n": 7, "at": "24:00"},
        ["Wed 25 > Wed 18 24:00"],
    ),
    (
        # Zone A's winter holidays begin on Saturday 13 February 2027: all their days close together.
        "Espace Citoyens town: holidays close 3 weeks before",
        {"kind": "before_period", "n": 21, "at": "24:00"},
        ["Mon 2027-02-15 > Sat 2027-01-23 24:00", "Fri 2027-02-26 > Sat 2027-01-23 24:00"],
    ),
    (
        # No hour on the page. 11 November does not count.
        "Illkirch: book 15 working days before",
        {"kind": "days", "n": 15, "at": "24:00", "count": "working"},
        ["Mon 23 > Fri 2026-10-30 24:00"],
    ),
    (
        "Illkirch: cancel 16 working days before",
        {"kind": "days", "n": 16, "at": "24:00", "count": "working"},
        ["Mon 23 > Thu 2026-10-29 24:00"],
    ),
    # Forms of the editor no town of the list happens to use.
    (
        "nth of the previous month",
        {"kind": "previous_month", "nth": 20, "at": "12:00"},
        ["Mon 23 > Tue 2026-10-20 12:00", "Mon 2027-01-04 > Sun 2026-12-20 12:00"],
    ),
    (
        "nth of the previous month, moved back out of a weekend; a short month ends sooner",
        {"kind": "previous_month", "nth": 31, "at": "12:00", "skip": ["weekends"]},
        ["Mon 23 > Fri 2026-10-30 12:00", "Mon 2027-03-08 > Fri 2027-02-26 12:00"],
    ),
    (
        "a weekday of week -2",
        {"kind": "weekday", "weekday": "monday", "weeks": 2, "at": "10:00"},
        ["Mon 23 > Mon 9 10:00", "Fri 27 > Mon 9 10:00"],
    ),
    (
        "a weekday of week -1 that is a public holiday, moved back",
        {"kind": "weekday", "weekday": "wednesday", "at": "10:00", "skip": ["public_holidays"]},
        ["Mon 16 > Tue 10 10:00", "Mon 23 > Wed 18 10:00"],
    ),
    (
        "the earliest of several",
        {
            "kind": "earliest",
            "rules": [
                {"kind": "days", "n": 2, "at": "10:00"},
                {"kind": "weekday", "weekday": "thursday", "at": "09:00"},
            ],
        },
        ["Mon 23 > Thu 19 09:00", "Fri 27 > Thu 19 09:00"],
    ),
    (
        "48 hours, weekends not counted",
        {"kind": "hours", "n": 48, "skip": ["weekends"]},
        ["Mon 23 > Thu 19 08:30", "Tue 24 > Fri 20 08:30", "Fri 27 > Wed 25 08:30"],
    ),
    (
        "2 working days at 10:00, Wednesday not counted (our demo canteen)",
        {"kind": "days", "n": 2, "at": "10:00", "count": "working", "skip": ["wednesday"]},
        ["Fri 2026-03-13 > Tue 2026-03-10 10:00", "Thu 2026-03-12 > Mon 2026-03-09 10:00", "Thu 12 > Mon 9 10:00"],
    ),
    (
        "eve at 18:00, school holidays not counted",
        {"kind": "days", "n": 1, "at": "18:00", "skip": ["school_holidays"]},
        ["Mon 2027-01-04 > Fri 2026-12-18 18:00"],
    ),
    ("no cutoff: until the start", {"kind": "none"}, ["Mon 23 > Mon 23 08:30"]),
    (
        "the same day at noon, for a session of the morning",
        {"kind": "days", "n": 0, "at": "12:00"},
        ["Mon 23 > Mon 23 08:30"],
    ),
    ("the same day at 07:00", {"kind": "days", "n": 0, "at": "07:00"}, ["Mon 23 > Mon 23 07:00"]),
]


def read_day(words: str) -> date:
    name, _, text = words.partition(" ")
    day = date.fromisoformat(text) if "-" in text else date(2026, 11, int(text))
    assert NAMES[day.weekday()] == name, words
    return day


def read_moment(words: str) -> datetime:
    text, _, clock = words.rpartition(" ")
    return wall(read_day(text), int(clock[:2]) * 60 + int(clock[3:]), PARIS)


@pytest.mark.parametrize(
    ("rule", "vector"),
    [pytest.param(rule, vector, id=f"{source} | {vector}") for source, rule, vectors in VECTORS for vector in vectors],
)
def test_a_towns_rule_gives_the_deadline_it_announces(rule: dict[str, Any], vector: str) -> None:
    session_words, _, expected = vector.partition(" > ")
    day = read_day(session_words)
    session = SessionTime(day, wall(day, 8 * 60 + 30, PARIS), "canteen", PARIS)
    deadline = closes_at(rule_from(rule), session, CALENDAR)
    assert deadline.closes_at == read_moment(expected)
    assert deadline.closes_at.tzinfo is UTC
