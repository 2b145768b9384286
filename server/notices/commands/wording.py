"""The French of a notice: events of one bundle in, the words of one notice out."""

from collections.abc import Sequence
from datetime import datetime

import msgspec

from server.french import NBSP, instant
from server.notices.commands.booked import read_booked, words_of_booked
from server.notices.commands.plainly import SAYINGS, said
from server.notices.commands.words import Words, counted, one_line
from server.notices.rules.kinds import KINDS

MOST_PAYLOAD = 20_000  # characters; ours have a few hundred


class Changed(msgspec.Struct, frozen=True):
    """The payload of a change to what guards an account."""

    what: str


class SignedIn(msgspec.Struct, frozen=True):
    """The payload of a new sign-in."""

    device: str = ""
    at: datetime | None = None


def words_for(kind: str, payloads: Sequence[str], created_at: datetime, now: datetime) -> Words:
    """One notice for these payloads (JSON), oldest first. Raises when one of them cannot be read."""
    if kind not in KINDS:
        raise ValueError(f"no kind of notice is called {kind!r}")
    if (longest := max(map(len, payloads), default=0)) > MOST_PAYLOAD:
        raise ValueError(f"a payload of {longest} characters, {MOST_PAYLOAD} at most")
    if kind == "test":
        return _test(now)
    if kind == "account_changed":
        return _changed([msgspec.json.decode(raw, type=Changed) for raw in payloads], created_at, now)
    if kind == "new_sign_in":
        return _signed_in([msgspec.json.decode(raw, type=SignedIn) for raw in payloads], created_at, now)
    if kind in SAYINGS:
        return said(kind, payloads, now)
    return words_of_booked(kind, [read_booked(raw) for raw in payloads], now)


def _test(now: datetime) -> Words:
    told = f"Tout fonctionne{NBSP}: les avis de Marelle arrivent jusqu’à vous."
    return Words("Avis d’essai", told, told, "/avis/reglages", now + KINDS["test"].lifetime)


def _signed_in(events: Sequence[SignedIn], created_at: datetime, now: datetime) -> Words:
    lines = [f"{one_line(event.device) or 'Appareil inconnu'}, {instant(event.at or created_at)}" for event in events]
    advice = "Si ce n’est pas vous, déconnectez cet appareil et appelez la mairie."
    title = counted(len(events), "Nouvelle connexion à votre compte", "nouvelles connexions à votre compte")
    return Words(title, "\n".join([*lines, advice]), advice, "/compte", now + KINDS["new_sign_in"].lifetime)


CHANGED = {
    "password": "Votre mot de passe a été changé",
    "email": "L’adresse e-mail de votre compte a été changée",
    "totp_on": "La double vérification est activée sur votre compte",
    "totp_off": "La double vérification est retirée de votre compte",
    "code_used": "Un code de secours a servi à vous connecter",
}


def _changed(events: Sequence[Changed], created_at: datetime, now: datetime) -> Words:
    title = CHANGED[events[-1].what]
    advice = "Si ce n’est pas vous, choisissez tout de suite un autre mot de passe et appelez la mairie."
    when = f"{title}, {instant(created_at)}."
    return Words(title, f"{when}\n{advice}", advice, "/compte", now + KINDS["account_changed"].lifetime)
