"""The settings: one frozen value, read from the environment once; a bad value stops the start with one sentence."""

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from datetime import datetime
from typing import Any, Literal


class BadSetting(ValueError):
    """A setting has a value the portal cannot run with; the message is for the person starting it."""


def _setting(variable: str, default: Any, meaning: str) -> Any:
    return field(default=default, metadata={"variable": variable, "meaning": meaning})


@dataclass(frozen=True)
class Settings:
    """Every setting, its variable and its meaning; docs/settings.md says the same and a test compares."""

    env: Literal["production", "demo"] = _setting(
        "MARELLE_ENV", "production", "demo loads a fictional town and allows its logins"
    )
    data: str = _setting("MARELLE_DATA", "var", "folder of the embedded database, the keys and the logs")
    database_url: str = _setting(
        "DATABASE_URL", "", "sqlite:///path or postgresql://…; empty: SQLite in the data folder"
    )
    host: str = _setting("MARELLE_HOST", "127.0.0.1", "address the server listens on")
    port: int = _setting("MARELLE_PORT", 8000, "port the server listens on")
    workers: int = _setting("MARELLE_WORKERS", 1, "application processes; more than one needs PostgreSQL")
    public_url: str = _setting("MARELLE_PUBLIC_URL", "", "address families use, https://…; empty: http://host:port")
    trusted_proxies: str = _setting(
        "MARELLE_TRUSTED_PROXIES", "127.0.0.1", "addresses whose X-Forwarded-For is believed"
    )
    now: str = _setting("MARELLE_NOW", "", "start the clock at this instant (ISO with offset); refused in production")
    profile: str = _setting(
        "MARELLE_PROFILE",
        "",
        "the town's choices: G0, G1, G2, G3, G4 or a TOML file, docs/profiles.md; empty: the defaults",
    )
    town: str = _setting("MARELLE_TOWN", "Port-Clairval", "name of the town")
    town_phone: str = _setting(
        "MARELLE_TOWN_PHONE", "", "telephone of the department for children, shown where parents need help"
    )
    town_address: str = _setting(
        "MARELLE_TOWN_ADDRESS", "", "its postal address, named on every acknowledgement of receipt"
    )
    town_email: str = _setting("MARELLE_TOWN_EMAIL", "", "its e-mail address, shown beside the telephone")
    texts: str = _setting(
        "MARELLE_TEXTS",
        "",
        "folder with the town's conditions.txt and confidentialite.txt, docs/operating.md; empty: the texts shipped",
    )
    agents_codes: Literal["", "required", "offered"] = _setting(
        "MARELLE_AGENTS_CODES",
        "",
        "one-time codes of agents: required or offered; empty: required in production, offered in demo",
    )
    town_colour: str = _setting("MARELLE_TOWN_COLOUR", "#1f5fae", "main colour of the town, #rrggbb")
    address_url: str = _setting(
        "MARELLE_ADDRESS_URL",
        "",
        "address base asked by the search box, https://… answering /search in the national base's JSON; empty: none",
    )
    streets: str = _setting(
        "MARELLE_STREETS",
        "",
        "file of streets for the same box without network, postcode;town;street a line; empty: the demo town's in demo",
    )
    tap_grace_minutes: int = _setting(
        "MARELLE_TAP_GRACE_MINUTES", 0, "a tap made before and received this long after the cutoff is accepted"
    )
    taps_per_minute: int = _setting(
        "MARELLE_TAPS_PER_MINUTE",
        600,
        "changes an account or a phone may send steadily; five minutes' worth at once",
    )
    sign_in_days: int = _setting("MARELLE_SIGN_IN_DAYS", 30, "days a remembered device stays signed in")
    smtp_url: str = _setting(
        "MARELLE_SMTP_URL", "", "smtp://user:password@host:port or smtps://…; empty: development mailbox"
    )
    mail_from: str = _setting("MARELLE_MAIL_FROM", "ne-pas-repondre@port-clairval.example", "sender of the mails")
    push_contact: str = _setting(
        "MARELLE_PUSH_CONTACT", "mailto:dsi@port-clairval.example", "VAPID contact, mailto: or https:"
    )
    push_hosts: str = _setting("MARELLE_PUSH_HOSTS", "", "further push services allowed, host:port separated by commas")
    worker: Literal["on", "off"] = _setting(
        "MARELLE_WORKER", "on", "off withdraws the service worker from every phone: the kill switch"
    )
    documents: str = _setting(
        "MARELLE_DOCUMENTS", "", "folder of the files families send, encrypted; empty: documents in the data folder"
    )
    clamd: str = _setting("MARELLE_CLAMD", "", "antivirus, unix:/run/clamav/clamd.ctl or tcp://host:3310; empty: none")
    backups: str = _setting("MARELLE_BACKUPS", "", "folder the nightly backups go to; doctor warns when they stop")
    notice_delay: int = _setting("MARELLE_NOTICE_DELAY", 10, "seconds an event waits for others to be told with it")

    @property
    def url(self) -> str:
        """Where families find the portal, without a trailing slash."""
        return (self.public_url or f"http://{self.host}:{self.port}").rstrip("/")

    @property
    def agents_need_codes(self) -> bool:
        """Whether agents sign in with a one-time code too, or set it up first."""
        return (self.agents_codes or ("required" if self.env == "production" else "offered")) == "required"

    @property
    def secure(self) -> bool:
        """Whether cookies must be Secure: the portal is reached by https."""
        return self.url.startswith("https://")


def settings_from_environment(environment: Mapping[str, str] = os.environ) -> Settings:
    """The settings of this process. Raises BadSetting with one sentence a person can act on."""
    values: dict[str, Any] = {}
    for item in fields(Settings):
        raw = environment.get(item.metadata["variable"], "")
        if raw:
            values[item.name] = _number(item.metadata["variable"], raw) if item.type is int else raw
    settings = Settings(**values)
    if not settings.database_url:
        settings = Settings(**{**values, "database_url": f"sqlite:///{settings.data}/marelle.db"})
    _check(settings)
    return settings


def _number(variable: str, raw: str) -> int:
    if not raw.isdecimal():
        raise BadSetting(f"{variable} must be a whole number, not {raw!r}.")
    return int(raw)


# What must look like something, and the sentence for one that does not.
SHAPES = {
    "town_phone": (r"(\+?[0-9][0-9 .]{2,24})?", "MARELLE_TOWN_PHONE must look like 01 23 45 67 89, not {!r}."),
    "town_email": (r"([^@\s<>]+@[^@\s<>]+)?", "MARELLE_TOWN_EMAIL must look like enfance@ville.fr, not {!r}."),
    "town_colour": (r"#[0-9a-fA-F]{6}", "MARELLE_TOWN_COLOUR must look like #1f5fae, not {!r}."),
    "clamd": (
        r"(unix:/.+|tcp://[^/\s]+)?",
        "MARELLE_CLAMD must look like unix:/run/clamav/clamd.ctl or tcp://host:3310, not {!r}.",
    ),
    "env": ("production|demo", "MARELLE_ENV must be production or demo, not {!r}."),
    "worker": ("on|off", "MARELLE_WORKER must be on or off, not {!r}."),
    "agents_codes": ("|required|offered", "MARELLE_AGENTS_CODES must be required or offered, not {!r}."),
}


def _check(settings: Settings) -> None:
    """What would only fail later: an odd value, then values that do not go together."""
    for name, (shape, sentence) in SHAPES.items():
        if not re.fullmatch(shape, value := getattr(settings, name)):
            raise BadSetting(sentence.format(value))
    if not settings.database_url.startswith(("sqlite:///", "postgresql://", "postgres://")):
        raise BadSetting("DATABASE_URL must start with sqlite:/// or postgresql://.")
    if settings.sign_in_days < 1:
        raise BadSetting("MARELLE_SIGN_IN_DAYS must be at least 1.")
    if settings.taps_per_minute < 100:
        raise BadSetting("MARELLE_TAPS_PER_MINUTE must be at least 100: a phone sends up to 100 changes at a time.")
    if settings.address_url and not settings.address_url.startswith(("https://", "http://")):
        raise BadSetting("MARELLE_ADDRESS_URL must start with https:// (or http:// on one's own network).")
    if not settings.push_contact.startswith(("mailto:", "https:")):
        raise BadSetting("MARELLE_PUSH_CONTACT must start with mailto: or https:.")
    if settings.workers > 1 and settings.database_url.startswith("sqlite"):
        raise BadSetting("MARELLE_WORKERS above 1 needs PostgreSQL: SQLite has one writer.")
    if settings.now:
        _instant(settings.now)
    if settings.env == "production":
        _check_production(settings)


def _check_production(settings: Settings) -> None:
    """What a demo may do and a real town may not."""
    if settings.now:
        raise BadSetting("MARELLE_NOW moves the clock and is refused in production.")
    if "*" in settings.trusted_proxies:
        raise BadSetting("MARELLE_TRUSTED_PROXIES must name your proxies: with * anybody chooses the address counted.")
    if not settings.url.startswith("https://"):
        raise BadSetting("MARELLE_PUBLIC_URL must be the https:// address of the portal in production.")


def _instant(raw: str) -> datetime:
    try:
        instant = datetime.fromisoformat(raw)
    except ValueError as error:
        raise BadSetting(
            f"MARELLE_NOW must be an ISO instant such as 2026-11-16T09:00:00+01:00, not {raw!r}."
        ) from error
    if instant.tzinfo is None:
        raise BadSetting("MARELLE_NOW needs an offset, such as +01:00.")
    return instant
