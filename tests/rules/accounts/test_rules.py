"""Decisions about accounts, cell by cell."""

from datetime import UTC, datetime, timedelta

import pytest

from server.accounts.rules import (
    Limit,
    buckets,
    device_label,
    ends_at,
    is_local,
    landing,
    lifetime,
    network,
    sign_in_name,
    wait,
    wait_sentence,
)

NOON = datetime(2026, 11, 16, 12, tzinfo=UTC)
THREE_AN_HOUR = Limit(3, timedelta(hours=1))


def minutes_ago(*ago: int) -> list[datetime]:
    return [NOON - timedelta(minutes=n) for n in ago]


def test_below_the_limit_nobody_waits() -> None:
    assert wait(THREE_AN_HOUR, minutes_ago(1, 2), NOON) == timedelta(0)


def test_at_the_limit_one_waits_until_the_oldest_failure_leaves_the_window() -> None:
    assert wait(THREE_AN_HOUR, minutes_ago(1, 2, 50), NOON) == timedelta(minutes=10)


def test_failures_outside_the_window_are_forgotten() -> None:
    assert wait(THREE_AN_HOUR, minutes_ago(1, 2, 60), NOON) == timedelta(0)


def test_the_wait_is_told_in_minutes_rounded_up() -> None:
    assert "dans 1\u00a0minute\u00a0:" in wait_sentence(timedelta(seconds=3))
    assert "dans 15\u00a0minutes" in wait_sentence(timedelta(minutes=14, seconds=1))


def test_what_is_counted_does_not_hold_what_was_typed() -> None:
    counted = buckets("hunter2", "203.0.113.9")
    assert "hunter2" not in "".join(counted.values())
    assert all(len(bucket) <= 90 for bucket in counted.values())
    assert counted["pair"] != buckets("hunter2", "203.0.113.10")["pair"]
    assert counted["name"] == buckets("hunter2", "203.0.113.10")["name"]


@pytest.mark.parametrize(
    ("address", "counted"),
    [
        ("203.0.113.9", "203.0.113.9"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("::ffff:203.0.113.9", "203.0.113.9"),
        ("", "unknown"),
        ("testclient", "unknown"),
    ],
)
def test_a_household_in_ipv6_is_one_address(address: str, counted: str) -> None:
    assert network(address) == counted


def test_names_are_folded_as_the_table_keeps_them() -> None:
    assert sign_in_name("  Alice@Exemple.FR\n") == "alice@exemple.fr"
    assert sign_in_name("E\u0301lodie") == "\u00e9lodie"
    assert sign_in_name("x\x00y") == "xy"


def test_a_session_ends_after_its_idle_time_and_never_after_its_longest() -> None:
    life = lifetime("agent", False, 30)
    assert ends_at(life, NOON, NOON) == NOON + timedelta(minutes=30)
    assert ends_at(life, NOON, NOON + timedelta(hours=7, minutes=50)) == NOON + timedelta(hours=8)


@pytest.mark.parametrize(
    "path",
    ["", "planning", "//evil.example", "/\\evil.example", "https://evil.example", "/a\tb", "/a b", "/f/planning", "/connexion", "/deconnexion", "/taps", "/" + "a" * 300, "/\u202egpj"],
)  # fmt: skip
def test_these_are_not_places_to_go_after_signing_in(path: str) -> None:
    assert not is_local(path)


@pytest.mark.parametrize(
    "path", ["/", "/planning", "/planning?vue=mois&jour=2026-11-26", "/compte", "/dossier#enfants"]
)
def test_these_are(path: str) -> None:
    assert is_local(path)


def test_everybody_lands_on_their_own_side() -> None:
    assert landing("/planning", "parent") == "/planning"
    assert landing("/agent", "parent") == "/"
    assert landing("/planning", "agent") == "/agent"
    assert landing("/agent/demandes?page=2", "agent") == "/agent/demandes?page=2"
    assert landing("", "agent") == "/agent"


@pytest.mark.parametrize(
    ("agent", "label"),
    [
        ("Mozilla/5.0 (Linux; Android 15; Pixel 8) AppleWebKit/537.36 Chrome/142.0.0.0 Mobile Safari/537.36", "Chrome sur Android"),
        ("Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) Version/18.0 Mobile/15E148 Safari/604.1", "Safari sur iPhone"),
        ("Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:140.0) Gecko/20100101 Firefox/140.0", "Firefox sur Windows"),
        ("curl/8", "Navigateur"),
        ("", "Navigateur"),
    ],
)  # fmt: skip
def test_a_device_has_a_name_a_parent_recognises(agent: str, label: str) -> None:
    assert device_label(agent) == label
