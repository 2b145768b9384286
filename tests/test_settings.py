"""Every setting is documented, in the same words; a value nobody can run with stops the start with one sentence."""

import re
from dataclasses import fields
from pathlib import Path

import pytest

from server.settings import BadSetting, Settings, settings_from_environment

PAGE = Path(__file__).parent.parent / "docs" / "settings.md"
ROW = re.compile(r"^\| `(\w+)` \| (?:`(.*?)`|empty) \| (.*) \|$", re.M)


def test_the_page_lists_every_setting_with_its_default_and_meaning() -> None:
    documented = {name: (default, meaning) for name, default, meaning in ROW.findall(PAGE.read_text())}
    known = {item.metadata["variable"]: (str(item.default), item.metadata["meaning"]) for item in fields(Settings)}
    assert documented == known


@pytest.mark.parametrize(
    "environment",
    [
        {"MARELLE_ENV": "staging"},
        {"MARELLE_ENV": "production"},
        {"MARELLE_ENV": "production", "MARELLE_PUBLIC_URL": "https://a.fr", "MARELLE_NOW": "2026-11-16T09:00:00+01:00"},
        {"MARELLE_ENV": "demo", "MARELLE_NOW": "2026-11-16T09:00:00"},
        {"MARELLE_ENV": "demo", "MARELLE_NOW": "demain"},
        {"MARELLE_ENV": "demo", "MARELLE_PORT": "eighty"},
        {"MARELLE_ENV": "demo", "MARELLE_PORT": "²"},
        {"MARELLE_ENV": "demo", "MARELLE_SIGN_IN_DAYS": "0"},
        {"MARELLE_ENV": "production", "MARELLE_PUBLIC_URL": "https://a.fr", "MARELLE_TRUSTED_PROXIES": "10.0.0.1, *"},
        {"MARELLE_ENV": "demo", "MARELLE_WORKERS": "4"},
        {"MARELLE_ENV": "demo", "DATABASE_URL": "mysql://x"},
        {"MARELLE_ENV": "demo", "MARELLE_TOWN_COLOUR": "blue"},
        {"MARELLE_ENV": "demo", "MARELLE_PUSH_CONTACT": "dsi"},
    ],
)
def test_a_setting_nobody_can_run_with_is_one_sentence(environment: dict[str, str]) -> None:
    with pytest.raises(BadSetting) as refusal:
        settings_from_environment(environment)
    assert str(refusal.value).endswith(".")
    assert "\n" not in str(refusal.value)


@pytest.mark.parametrize(
    ("variable", "value"),
    [
        ("MARELLE_TOWN_PHONE", "appelez"),
        ("MARELLE_TOWN_PHONE", '01" onclick'),
        ("MARELLE_TOWN_EMAIL", "enfance"),
        ("MARELLE_TOWN_EMAIL", "a@b <script>"),
    ],
)
def test_a_way_to_reach_the_town_that_is_none_stops_the_start(variable: str, value: str) -> None:
    with pytest.raises(BadSetting, match=variable):
        settings_from_environment({"MARELLE_ENV": "demo", variable: value})


def test_a_telephone_and_an_address_are_taken_as_typed() -> None:
    known = settings_from_environment(
        {"MARELLE_ENV": "demo", "MARELLE_TOWN_PHONE": "+33 1 23 45 67 89", "MARELLE_TOWN_EMAIL": "enfance@ville.fr"}
    )
    assert (known.town_phone, known.town_email) == ("+33 1 23 45 67 89", "enfance@ville.fr")
