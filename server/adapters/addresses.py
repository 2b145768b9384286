"""Address search: the contract, the national address base (its /search JSON), and a file of streets without network."""

import asyncio
import json
import re
import urllib.request
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol
from urllib.parse import urlencode

from server.settings import BadSetting, Settings
from server.web.folding import fold

SECONDS = 2.0  # a parent waits for it, and can always type the address
MOST = 6
LONGEST_ANSWER = 200_000  # bytes
DEMO_STREETS = Path(__file__).parent / "streets.csv"
NUMBERED = re.compile(r"\s*(\d{1,5}\s?(?:bis|ter|quater|[A-Da-d])?)(?:,|\s)\s*(.*)")


@dataclass(frozen=True)
class Found:
    """One address that may be meant, in the parts a form has."""

    numero: str
    voie: str
    code_postal: str
    ville: str

    @property
    def line(self) -> str:
        """« 14 rue du Phare, 99420 Port-Clairval »."""
        return f"{self.numero} {self.voie}, {self.code_postal} {self.ville}".strip()


class AddressSearch(Protocol):
    """What the forms know of it."""

    async def find(self, text: str) -> tuple[Found, ...]:
        """The best few addresses, or none. Raises Unreachable when nobody answers in time."""
        ...


class Unreachable(Exception):
    """The search does not answer; the address can still be typed."""


class NoSearch:
    """A town without: the box is not shown."""

    async def find(self, text: str) -> tuple[Found, ...]:
        """Nothing."""
        return ()


class NationalBase:
    """An address base that speaks the national one's /search JSON (GeoJSON features)."""

    def __init__(self, url: str, seconds: float = SECONDS) -> None:
        self.url, self.seconds = url.rstrip("/"), seconds

    async def find(self, text: str) -> tuple[Found, ...]:
        """One request, within the time limit, in a thread of its own."""
        query = urlencode({"q": text[:200], "limit": MOST, "autocomplete": 1})
        try:
            async with asyncio.timeout(self.seconds):
                body = await asyncio.to_thread(self._ask, f"{self.url}/search/?{query}")
            return tuple(_features(json.loads(body)))[:MOST]
        except (OSError, ValueError, TypeError, KeyError, AttributeError, TimeoutError) as fault:
            raise Unreachable from fault

    def _ask(self, url: str) -> bytes:
        with urllib.request.urlopen(url, timeout=self.seconds) as answer:  # noqa: S310  (http or https: checked at start)
            body: bytes = answer.read(LONGEST_ANSWER)
        return body


def _features(answer: dict[str, Any]) -> Iterable[Found]:
    """Streets and houses; a whole town is no address."""
    for feature in answer["features"]:
        said = feature["properties"]
        street = said.get("street") or (said.get("name", "") if said.get("type") in ("street", "locality") else "")
        if street:
            parts = (said.get("housenumber") or "", street, said.get("postcode") or "", said.get("city") or "")
            yield Found(*(str(part)[:120] for part in parts))


@dataclass(frozen=True)
class Street:
    """A street of the file, with the words it is found by."""

    name: str
    postcode: str
    town: str
    words: tuple[str, ...]


class StreetFile:
    """The streets of a file: « postcode;town;street » a line. Asks nobody."""

    def __init__(self, path: Path) -> None:
        self.streets = tuple(_streets(path.read_text(encoding="utf-8").splitlines()))

    async def find(self, text: str) -> tuple[Found, ...]:
        """The streets that bear every word typed, each by its beginning; the number is kept as it was typed."""
        numbered = NUMBERED.match(text)
        number, rest = (numbered[1].strip(), numbered[2]) if numbered else ("", text)
        wanted = fold(rest).split()
        if not any(len(word) > 1 for word in wanted):
            return ()
        found = [street for street in self.streets if _bears(street, wanted)]
        return tuple(Found(number, street.name, street.postcode, street.town) for street in found[:MOST])


def _bears(street: Street, wanted: Sequence[str]) -> bool:
    return all(any(word.startswith(typed) for word in street.words) for typed in wanted)


def _streets(lines: Iterable[str]) -> Iterable[Street]:
    for line in lines:
        if line.strip() and not line.startswith("#"):
            postcode, town, name = (part.strip() for part in line.split(";"))
            yield Street(name, postcode, town, tuple(fold(f"{name} {postcode} {town}").split()))


def address_search(settings: Settings) -> AddressSearch:
    """The one the settings name. Raises BadSetting for a file nobody can read."""
    if settings.address_url:
        return NationalBase(settings.address_url)
    path = Path(settings.streets) if settings.streets else DEMO_STREETS if settings.env == "demo" else None
    if path is None:
        return NoSearch()
    try:
        return StreetFile(path)
    except (OSError, ValueError) as bad:
        raise BadSetting(f"MARELLE_STREETS: {path} is not a file of postcode;town;street lines ({bad}).") from bad
