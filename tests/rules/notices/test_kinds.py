"""The table of kinds, and what is remembered of a parent's choices."""

import pytest

from server.notices.commands.booked import STATES, TITLES
from server.notices.commands.plainly import SAYINGS
from server.notices.rules.kinds import CHANNELS, KINDS, OFFERED, TABLE, departures, wants

DEFAULTS = frozenset((kind.name, channel) for kind in OFFERED for channel in kind.channels)


def test_every_kind_has_a_name_a_label_and_a_title() -> None:
    assert len(KINDS) == len(TABLE)
    assert {name for name in KINDS if name not in {**TITLES, **SAYINGS}} == {"test", "new_sign_in", "account_changed"}
    assert all(kind.label and kind.theme and kind.urgency for kind in TABLE)


def test_bad_news_never_replaces_other_news() -> None:
    replaced = {kind.name for kind in TABLE if kind.replaces}
    assert replaced == {"bookings_validated", "bookings_requested", "test"}


def test_only_departures_from_the_defaults_are_remembered() -> None:
    assert departures(DEFAULTS) == {}
    assert departures(DEFAULTS - {("day_closed", "mail")}) == {("day_closed", "mail"): False}
    assert departures(DEFAULTS | {("booked_by_agent", "mail")}) == {("booked_by_agent", "mail"): True}


def test_boxes_that_do_not_exist_are_ignored() -> None:
    assert departures(DEFAULTS | {("surprise", "push"), ("test", "mail"), ("day_closed", "fax")}) == {}


@pytest.mark.parametrize("channel", CHANNELS)
def test_a_choice_beats_the_default(channel: str) -> None:
    kind = KINDS["day_closed"]
    assert wants(kind, channel, {})  # type: ignore[arg-type]
    assert not wants(kind, channel, {("day_closed", channel): False})  # type: ignore[arg-type]
    assert wants(kind, channel, {("bookings_refused", channel): False})  # type: ignore[arg-type]


def test_every_state_of_a_square_has_a_word() -> None:
    assert set(STATES) == {
        "requested", "to_pay", "booked", "cancel_requested", "waiting", "free", "refused",
        "absent_excused", "absent_billed",
    }  # fmt: skip
