"""Taps over HTTP: every family of the town at once, on days with room or on the few places everybody wants."""

import itertools
import random
import uuid
from collections.abc import Iterator
from dataclasses import dataclass

import brotli
import msgspec

from tests.benchmarks.houses import House
from tests.benchmarks.load import Load, loaded
from tests.benchmarks.town import Town, oversold, token

CONNECTIONS = 64
RUSH = 600  # children who want the same session, before the next one opens
BATCH = 20
AT_EIGHT, ALONE = 20, 104  # sessions of few places for each kind of rush of single taps; the others are for batches

Wish = tuple[int, list[tuple[str, int]]]  # a family and its squares


@dataclass(frozen=True)
class Rush:
    """A way to tap."""

    name: str
    size: int  # taps in a request
    few: bool  # whether everybody wants the same places
    connections: int = CONNECTIONS


EIGHT = 8  # as many at a time as the marks were measured with: their rate × their time for one
RUSHES = (
    Rush("one tap of 8 at a time on days with room", 1, False, EIGHT),
    Rush("one tap of 8 at a time on a hot session", 1, True, EIGHT),
    Rush("one tap on days with room", 1, False),
    Rush("one tap on a hot session of 20 places", 1, True),
    Rush("20 taps on days with room", BATCH, False),
    Rush("20 taps on 20 hot sessions", BATCH, True),
)


async def run(house: House, rush: Rush, seconds: float) -> Load:
    """Tap for so long; every answer must carry as many applied verdicts as it had taps."""

    def right(body: bytes) -> bool:
        plain = body if body.startswith(b"{") else brotli.decompress(body)
        return plain.count(b'"outcome":"applied"') == rush.size

    return await loaded(house.server.port, requests(house, rush), seconds, rush.connections, right)


async def sold(house: House) -> tuple[int, int, int]:
    """Of the sessions of few places: tapped, oversold, counted wrongly."""
    return await house.db.read(oversold, house.town.few)


def requests(house: House, rush: Rush) -> Iterator[bytes]:
    """Requests of that kind, no square twice, as bytes ready to send."""
    wishes = hot(house.town, rush) if rush.few else spread(house, rush.size)
    for n, (family, squares) in enumerate(wishes):
        yield post(family, squares, n)


def spread(house: House, size: int) -> Iterator[Wish]:
    """Each child in turn, each on other sessions than its neighbours, never the same square again."""
    sessions = house.town.wide
    for first in range(house.fresh, len(sessions) - size, size):
        house.fresh = first + size
        families = len(house.town.children)
        for k in range(families * len(house.town.children[0])):
            family, child = k % families, house.town.children[k % families][k // families]
            yield family, [(child[1], sessions[(k * 31 + first + n) % len(sessions)]) for n in range(size)]


def hot(town: Town, rush: Rush) -> Iterator[Wish]:
    """Everybody on the same session, or the same `size` of them, then everybody on the next."""
    dice = random.Random(20)
    single = town.few[:AT_EIGHT] if rush.connections == EIGHT else town.few[AT_EIGHT:ALONE]
    size, sessions = rush.size, single if rush.size == 1 else town.few[ALONE:]
    crowd = [(n, ref) for n, children in enumerate(town.children) for _, ref in children]
    for first in range(0, len(sessions) - size + 1, size):
        wanted = sessions[first : first + size]
        for family, ref in dice.sample(crowd, RUSH):
            yield family, [(ref, session) for session in wanted]


_numbers = itertools.count(1)


def post(family: int, squares: list[tuple[str, int]], device: int) -> bytes:
    """POST /taps as the courier sends it."""
    taps = [
        {
            "id": str(uuid.UUID(int=(random.getrandbits(96) << 32) | next(_numbers))),
            "square": f"{child}.{session}",
            "want": "booked",
            "unit": None,
            "seq": 1,
            "seen": 0,
            "at": 1_794_816_000_000,
        }
        for child, session in squares
    ]
    body = msgspec.json.encode({"account": f"account{family + 1}", "device": str(uuid.UUID(int=device)), "taps": taps})
    head = (
        f"POST /taps HTTP/1.1\r\nhost: 127.0.0.1\r\ncookie: marelle={token(family + 1)}\r\nsec-fetch-site: same-origin\r\n"
        f"content-type: application/json\r\naccept-encoding: br\r\ncontent-length: {len(body)}\r\n\r\n"
    )
    return head.encode() + body
