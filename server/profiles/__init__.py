"""The town's choices: one frozen value read at start from a ready profile (G0 … G4) or a town's own TOML file.

Settings say how the portal runs; a profile says what the town wants of its families: ways in, delays, fields, texts.
"""

import tomllib
from dataclasses import MISSING, Field, dataclass, field, fields
from pathlib import Path
from typing import Any, get_args, get_origin, get_type_hints

from server.profiles.accounts import AccountsChoices
from server.profiles.documents import DocumentsChoices
from server.profiles.families import FamiliesChoices
from server.profiles.health import HealthChoices
from server.profiles.messages import MessagesChoices
from server.profiles.retention import RetentionChoices
from server.settings import BadSetting, Settings

FOLDER = Path(__file__).parent
READY = ("G0", "G1", "G2", "G3", "G4")


@dataclass(frozen=True)
class Profile:
    """Every choice, room by room; docs/profiles.md says the same and a test compares."""

    accounts: AccountsChoices = field(default_factory=AccountsChoices)
    families: FamiliesChoices = field(default_factory=FamiliesChoices)
    health: HealthChoices = field(default_factory=HealthChoices)
    documents: DocumentsChoices = field(default_factory=DocumentsChoices)
    messages: MessagesChoices = field(default_factory=MessagesChoices)
    retention: RetentionChoices = field(default_factory=RetentionChoices)


def profile_of(settings: Settings) -> Profile:
    """The profile MARELLE_PROFILE names. Raises BadSetting with one sentence a person can act on."""
    if not settings.profile:
        return Profile()
    path = FOLDER / f"{settings.profile}.toml" if settings.profile in READY else Path(settings.profile)
    try:
        raw = tomllib.loads(path.read_text())
    except FileNotFoundError as missing:
        raise BadSetting(f"MARELLE_PROFILE must be one of {', '.join(READY)} or a TOML file that exists.") from missing
    except (OSError, ValueError) as bad:
        raise BadSetting(f"MARELLE_PROFILE: {path} cannot be read ({bad}).") from bad
    return profile_from(raw)


def profile_from(raw: dict[str, Any]) -> Profile:
    """The profile of a TOML document: a table a room, a key a choice; what is left out keeps its default."""
    rooms = {one.name: one for one in fields(Profile)}
    if unknown := sorted(set(raw) - set(rooms)):
        raise BadSetting(f"MARELLE_PROFILE: there is no room called {unknown[0]}; rooms are {', '.join(rooms)}.")
    return Profile(**{name: _choices(name, rooms[name], table) for name, table in raw.items()})


def _choices(room: str, one: Field[Any], table: Any) -> Any:
    if not isinstance(table, dict) or one.default_factory is MISSING:
        raise BadSetting(f"MARELLE_PROFILE: {room} must be a table.")
    kind: Any = type(one.default_factory())
    types = get_type_hints(kind)
    if unknown := sorted(set(table) - set(types)):
        raise BadSetting(f"MARELLE_PROFILE: {room} has no choice called {unknown[0]}.")
    return kind(**{name: _value(f"{room}.{name}", types[name], value) for name, value in table.items()})


def _value(name: str, kind: Any, value: Any) -> Any:
    """`value` as the choice's type wants it: str, int, bool, Literal, or a tuple of these."""
    if get_origin(kind) is tuple:
        if not isinstance(value, list):
            raise BadSetting(f"MARELLE_PROFILE: {name} must be a list.")
        return tuple(_value(name, get_args(kind)[0], item) for item in value)
    allowed = get_args(kind)
    if allowed and value not in allowed:
        raise BadSetting(f"MARELLE_PROFILE: {name} must be one of {', '.join(map(str, allowed))}, not {value!r}.")
    if not allowed and type(value) is not kind:
        raise BadSetting(f"MARELLE_PROFILE: {name} must be of type {kind.__name__}, not {value!r}.")
    return value
