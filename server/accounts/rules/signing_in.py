"""Decisions about accounts: what a token is, when a session is over, who must wait, where one lands."""

import hashlib
import ipaddress
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from urllib.parse import urlsplit

from server.french import NBSP

MINUTE = timedelta(minutes=1)


def token_hash(token: str) -> str:
    """What is stored of a session token: 256 random bits need no salt."""
    return hashlib.sha256(token.encode()).hexdigest()


def sign_in_name(typed: str) -> str:
    """An e-mail, user name or number as the table keeps it; people type capitals and spaces."""
    text = "".join(char for char in unicodedata.normalize("NFC", typed) if char.isprintable())
    return text.strip().lower()[:254]


# How long a session lives ---------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Lifetime:
    """Over after `idle` without a visit, and after `longest` whatever happens; visits are written every `step`."""

    idle: timedelta
    longest: timedelta
    step: timedelta


SHORT = Lifetime(timedelta(minutes=30), timedelta(hours=2), MINUTE)
AGENTS = Lifetime(timedelta(minutes=30), timedelta(hours=8), MINUTE)
REMEMBERED_AT_MOST = 3  # times the days of the setting: a phone in daily use signs in four times a year


def lifetime(kind: str, shared_device: bool, days: int) -> Lifetime:
    """The lifetime of a session of a parent or an agent; `days` is the town's setting for remembered devices."""
    if shared_device:
        return SHORT
    if kind == "agent":
        return AGENTS
    return Lifetime(timedelta(days=days), timedelta(days=days * REMEMBERED_AT_MOST), timedelta(hours=1))


def ends_at(life: Lifetime, created_at: datetime, now: datetime) -> datetime:
    """When a session seen at `now` is over if it is not seen again."""
    return min(now + life.idle, created_at + life.longest)


def to_be_noted(life: Lifetime, last_seen_at: datetime, now: datetime) -> bool:
    """Whether this visit is worth a write: the phone of a family in the calendar must not cost one a page."""
    return now - last_seen_at >= life.step


# Who must wait --------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Limit:
    """At most `most` failures within `window`."""

    most: int
    window: timedelta


# A name tried from one address; a name tried from everywhere; an address, which may be a whole school's.
# Refused attempts are not counted and every failure leaves its window: nobody can lock a family out for ever.
LIMITS = {
    "pair": Limit(5, timedelta(minutes=15)),
    "name": Limit(20, timedelta(hours=1)),
    "address": Limit(100, timedelta(minutes=15)),
}
LONGEST_WINDOW = max(limit.window for limit in LIMITS.values())


def buckets(name: str, address: str) -> dict[str, str]:
    """Where attempts are counted. Hashed: people type their password in the wrong field."""
    place = network(address)
    return {
        "pair": "pair:" + _digest(f"{name}\n{place}"),
        "name": "name:" + _digest(name),
        "address": "address:" + place,
    }


def network(address: str) -> str:
    """An IPv4 address, or the /64 a household has in IPv6."""
    try:
        known = ipaddress.ip_address(address)
    except ValueError:
        return "unknown"
    if isinstance(known, ipaddress.IPv6Address) and known.ipv4_mapped is None:
        return str(ipaddress.ip_network((int(known) >> 64 << 64, 64)))
    return str(getattr(known, "ipv4_mapped", None) or known)


def wait(limit: Limit, failures: Sequence[datetime], now: datetime) -> timedelta:
    """How long until one more attempt is allowed; zero when it is now."""
    recent = sorted(at for at in failures if at > now - limit.window)
    return max(recent[-limit.most] + limit.window - now, timedelta(0)) if len(recent) >= limit.most else timedelta(0)


def wait_sentence(waiting: timedelta) -> str:
    """« Trop d'essais. Réessayez dans 12 minutes. »"""
    minutes = -(-waiting // MINUTE)
    when = f"{minutes}{NBSP}minute{'s' if minutes > 1 else ''}"
    return f"Trop d’essais. Réessayez dans {when}{NBSP}: votre compte n’est pas bloqué, rien n’a été perdu."


# Where one lands ------------------------------------------------------------------------------------------------------

NEVER_NEXT = ("/connexion", "/deconnexion", "/f/", "/taps", "/a/", "/lien", "/mot-de-passe", "/activation")


def landing(wanted: str, kind: str) -> str:
    """The page after signing in: the one that was asked for when it is ours and this account's, else the first."""
    home = "/agent" if kind == "agent" else "/"
    mine = ("/agent", "/compte", "/avis") if kind == "agent" else ("/",)
    foreign = kind != "agent" and wanted.startswith("/agent")
    return wanted if is_local(wanted) and wanted.startswith(mine) and not foreign else home


def is_local(path: str) -> bool:
    """Whether `path` is an address of this portal and nothing a browser could read as another site's."""
    if not path.startswith("/") or path.startswith(NEVER_NEXT) or len(path) > 300:
        return False
    if "\\" in path or not path.isascii() or not path.isprintable() or " " in path:
        return False
    try:
        parts = urlsplit(path)
    except ValueError:
        return False
    return not parts.scheme and not parts.netloc and not path.startswith("//")


# What devices are called ----------------------------------------------------------------------------------------------

BROWSERS = {
    "SamsungBrowser": "Samsung Internet",
    "Edg": "Edge",
    "Firefox": "Firefox",
    "FxiOS": "Firefox",
    "CriOS": "Chrome",
    "Chrome": "Chrome",
    "Safari": "Safari",
}
SYSTEMS = {
    "iPhone": "iPhone",
    "iPad": "iPad",
    "Android": "Android",
    "Windows": "Windows",
    "Macintosh": "Mac",
    "CrOS": "Chromebook",
    "Linux": "Linux",
}


def device_label(user_agent: str) -> str:
    """« Chrome sur Android »: enough for a parent to recognise a device, nothing more is kept of it."""
    browser = next((name for word, name in BROWSERS.items() if word in user_agent), "Navigateur")
    system = next((name for word, name in SYSTEMS.items() if word in user_agent), "")
    return f"{browser} sur {system}" if system else browser


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def place_digest(account_id: int, device: str, address: str) -> str:
    """Equal for the same kind of device on the same network: all that is kept of where an account signs in from."""
    return hashlib.sha256(f"{account_id}|{device}|{address}".encode()).hexdigest()
