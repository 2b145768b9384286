"""A rule to the fields of a form and back; what was typed wrong is told beside its field."""

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from server.bookings.rules.codec import opening_from, opening_to, rule_from, rule_to
from server.bookings.rules.editing.reading import Reading, read_cutoff, read_opening
from server.bookings.rules.editing.saying import fields_of_cutoff, fields_of_opening
from server.bookings.rules.forms import AlwaysOpen, Cutoff, FromInstant, Opening, PerPeriod, ResidentsFirst, WeeksAhead
from server.bookings.rules.presets import DEMO
from tests.rules.bookings.test_cutoff_properties import days, minutes, rules
from tests.rules.bookings.test_cutoff_vectors import VECTORS

FEW = settings(max_examples=80, deadline=None)
inner = st.one_of(
    st.just(AlwaysOpen()),
    st.builds(FromInstant, days, minutes),
    st.builds(WeeksAhead, st.integers(0, 52), minutes),
    st.builds(PerPeriod, st.integers(0, 90), minutes),
)
openings: st.SearchStrategy[Opening] = inner | st.builds(ResidentsFirst, st.integers(1, 60), inner)


@FEW
@given(rules)
def test_every_rule_the_engine_can_express_survives_the_form(rule: Cutoff) -> None:
    reading = Reading(fields_of_cutoff(rule_to(rule), "book"))
    read = read_cutoff(reading, "book")
    assert reading.faults == {}
    assert rule_from(read) == rule


@FEW
@given(openings)
def test_every_opening_survives_the_form(opening: Opening) -> None:
    reading = Reading(fields_of_opening(opening_to(opening), "opening"))
    assert opening_from(read_opening(reading, "opening")) == opening
    assert reading.faults == {}


@pytest.mark.parametrize(("name", "rule"), [(name, rule) for name, rule, _ in VECTORS])
def test_the_rules_of_real_towns_survive_the_form(name: str, rule: dict[str, Any]) -> None:
    reading = Reading(fields_of_cutoff(rule, "b"))
    assert rule_from(read_cutoff(reading, "b")) == rule_from(rule), name
    assert reading.faults == {}


def test_a_rule_within_a_rule_within_a_rule_survives_the_form() -> None:
    table = {"kind": "per_weekday", "table": {"monday": DEMO["canteen"]["book"], "friday": {"kind": "none"}}}
    rule = {"kind": "earliest", "rules": [table, DEMO["canteen"]["cancel"]]}
    assert rule_from(read_cutoff(Reading(fields_of_cutoff(rule, "b")), "b")) == rule_from(rule)


USUAL = {"b.kind": ["days"], "b.n": ["2"], "b.at": ["10:00"]}


@pytest.mark.parametrize(
    ("typed", "field"),
    [
        ({"b.kind": ["nope"]}, "b.kind"),
        ({"b.kind": []}, "b.kind"),
        ({"b.n": ["deux"]}, "b.n"),
        ({"b.n": [""]}, "b.n"),
        ({"b.n": ["²"]}, "b.n"),
        ({"b.n": ["-1"]}, "b.n"),
        ({"b.n": ["1001"]}, "b.n"),
        ({"b.n": ["9" * 40]}, "b.n"),
        ({"b.n": ["366"]}, "b.n"),
        ({"b.count": ["school"], "b.skip": ["monday", "tuesday", "thursday", "friday"]}, "b.skip"),
        ({"b.at": [""]}, "b.at"),
        ({"b.at": ["24:01"]}, "b.at"),
        ({"b.at": ["10:60"]}, "b.at"),
        ({"b.at": ["midi"]}, "b.at"),
        ({"b.count": ["lunar"]}, "b.kind"),
        ({"b.skip": ["easter"]}, "b.kind"),
        ({"b.skip": ["monday", "tuesday", "wednesday", "thursday", "friday", "weekends"]}, "b.kind"),
        ({"b.kind": ["per_weekday"]}, "b.kind"),
        ({"b.kind": ["earliest"]}, "b.kind"),
        ({"b.kind": ["kitchen"]}, "b.kind"),
        ({"b.kind": ["per_weekday"], "b.lines.0.kind": ["none"]}, "b.lines.0.days"),
        ({"b.kind": ["earliest"], "b.lines.0.kind": ["days"], "b.lines.0.at": ["10h"]}, "b.lines.0.n"),
        ({"b.kind": ["kitchen"], "b.orders.0.weekday": ["monday"], "b.orders.0.serves": ["0"]}, "b.orders.0.serves"),
        ({"b.kind": ["weekday"], "b.weekday": [""]}, "b.weekday"),
        ({"b.kind": ["previous_month"], "b.nth": ["32"]}, "b.nth"),
    ],
)
def test_a_fault_is_told_beside_its_field(typed: dict[str, list[str]], field: str) -> None:
    reading = Reading({**USUAL, **typed})
    read_cutoff(reading, "b")
    assert list(reading.faults) == [field]


def test_one_weekday_on_two_lines_is_told_on_the_second() -> None:
    fields = {"b.kind": ["per_weekday"]}
    for n in (0, 1):
        fields |= {f"b.lines.{n}.kind": ["none"], f"b.lines.{n}.days": ["monday", "tuesday"]}
    reading = Reading(fields)
    read_cutoff(reading, "b")
    assert list(reading.faults) == ["b.lines.1.days"]


def test_lines_without_end_are_refused_where_they_go_too_deep() -> None:
    fields, prefix = {}, "b"
    for _ in range(6):
        fields[f"{prefix}.kind"] = ["earliest"]
        prefix += ".lines.0"
    reading = Reading({**fields, f"{prefix}.kind": ["none"]})
    read_cutoff(reading, "b")
    assert list(reading.faults) == ["b.lines.0.lines.0.kind"]


@pytest.mark.parametrize(
    ("typed", "said"),
    [("9", "09:00"), ("9h", "09:00"), ("9 h 30", "09:30"), ("09:05", "09:05"), ("10H15", "10:15"), ("24:00", "24:00")],
)
def test_hours_are_understood_as_people_write_them(typed: str, said: str) -> None:
    reading = Reading({**USUAL, "b.at": [typed]})
    assert rule_from(read_cutoff(reading, "b")) == rule_from({"kind": "days", "n": 2, "at": said})
    assert not reading.faults


@pytest.mark.parametrize("later", ["x", "-2", "1000"])
def test_a_bad_delay_for_other_towns_is_told(later: str) -> None:
    reading = Reading({"o.kind": ["always"], "o.later": [later]})
    read_opening(reading, "o")
    assert list(reading.faults) == ["o.later"]


def test_a_rule_that_would_be_long_to_work_out_is_refused() -> None:
    """Each session of each child would pay for each of its lines."""
    lines = {f"book.lines.{a}.lines.{b}.kind": ["none"] for a in range(5) for b in range(5)}
    inner = {f"book.lines.{a}.kind": ["earliest"] for a in range(5)}
    long = Reading({"book.kind": ["earliest"], **inner, **lines})
    read_cutoff(long, "book")
    assert long.faults == {"book.kind": "Cette règle a trop de lignes, 24 au plus."}
    days = {
        f"book.lines.{n}.days": [day] for n, day in enumerate(("monday", "tuesday", "thursday", "friday", "sunday"))
    }
    one_a_day = Reading({"book.kind": ["per_weekday"], **days, **inner, **lines})
    read_cutoff(one_a_day, "book")
    assert one_a_day.faults == {}
