"""Every choice of a town is documented, in the same words; a profile nobody can run with stops the start with a sentence."""

import re
from dataclasses import fields
from pathlib import Path
from typing import Any

import pytest

from server.profiles import READY, Profile, profile_from, profile_of
from server.settings import BadSetting, settings_from_environment

PAGE = Path(__file__).parent.parent / "docs" / "profiles.md"
ROW = re.compile(r"^\| `(\w+)` \| (?:`(.*?)`|empty) \| (.*) \|$", re.M)


def shown(value: Any) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    return ", ".join(map(str, value)) if isinstance(value, tuple) else str(value)


@pytest.mark.parametrize("room", [one.name for one in fields(Profile)])
def test_the_page_lists_every_choice_with_its_default_and_meaning(room: str) -> None:
    part = PAGE.read_text().split(f"\n## {room}\n")[1].split("\n## ")[0]
    documented = {name: (default, meaning) for name, default, meaning in ROW.findall(part)}
    choices = getattr(Profile(), room)
    known = {one.name: (shown(getattr(choices, one.name)), one.metadata["meaning"]) for one in fields(choices)}
    assert documented == known


@pytest.mark.parametrize("name", READY)
def test_each_ready_profile_is_read(name: str) -> None:
    assert profile_of(settings_from_environment({"MARELLE_ENV": "demo", "MARELLE_PROFILE": name})) != Profile()


def test_a_towns_own_file_is_read_and_the_rest_keeps_its_defaults(tmp_path: Path) -> None:
    file = tmp_path / "ville.toml"
    file.write_text('[accounts]\nactivation_hours = 48\nways_in = ["by_town"]\n')
    profile = profile_of(settings_from_environment({"MARELLE_ENV": "demo", "MARELLE_PROFILE": str(file)}))
    assert (profile.accounts.activation_hours, profile.accounts.ways_in) == (48, ("by_town",))
    assert profile.health == Profile().health


@pytest.mark.parametrize(
    ("raw", "word"),
    [
        ({"kitchen": {}}, "kitchen"),
        ({"accounts": {"colour": 1}}, "colour"),
        ({"accounts": {"activation_hours": "24"}}, "activation_hours"),
        ({"accounts": {"ways_in": "open"}}, "list"),
        ({"accounts": {"ways_in": ["window"]}}, "window"),
        ({"health": {"gates_booking": 1}}, "gates_booking"),
        ({"accounts": 3}, "table"),
    ],
)
def test_a_choice_that_is_none_stops_the_start_with_one_sentence(raw: dict[str, Any], word: str) -> None:
    with pytest.raises(BadSetting, match=word) as refusal:
        profile_from(raw)
    assert str(refusal.value).endswith(".")


def test_a_profile_that_does_not_exist_is_said(tmp_path: Path) -> None:
    for name in ("G9", str(tmp_path / "absent.toml")):
        with pytest.raises(BadSetting, match="MARELLE_PROFILE"):
            profile_of(settings_from_environment({"MARELLE_ENV": "demo", "MARELLE_PROFILE": name}))
