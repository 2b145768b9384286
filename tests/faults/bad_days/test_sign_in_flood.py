"""A flood of sign-ins: everything else is served meanwhile, memory stays small, and afterwards a right password works."""

import asyncio
import os
import re
import subprocess
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from html import unescape
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest

from server.accounts.passwords import AT_ONCE, hash_now
from server.accounts.rules import LIMITS
from tests.cast import PASSWORD, Town
from tests.conftest import ROOT
from tests.faults.bad_days.house import DAYS, NOW, Parent, flips, many_files, must_hold, rows, settle_town
from tests.journeys.live import LiveServer

FLOOD = int(os.environ.get("BAD_DAYS_FLOOD", "300"))  # sign-ins at the same moment; by hand 1400
GATE = 60  # places before the narrowed door
HASH = 19 * 2**20  # bytes one hash works in
EACH = 256 * 2**10  # bytes one request under way may cost: its connection, its form, its page
FAMILIES = 40  # that sign in rightly in the midst of it; and as many tries of one name from everywhere
ONE, NAME = "chloe@exemple.fr", LIMITS["name"].most  # of which so many are told that they are wrong

# The same server; half a minute of hashing is too long for a test, so fewer may wait.
NARROW = f"""
import sys
from server.accounts import passwords
passwords.MOST_WAITING = {GATE}
from server.__main__ import main
sys.exit(main(sys.argv[1:]))
"""


class Narrowed(LiveServer):
    """A server before whose passwords fewer may wait."""

    def _launch(self, command: str) -> Any:
        with (self.folder / f"{command}.log").open("ab") as log:
            return subprocess.Popen(
                [sys.executable, "-c", NARROW, command], cwd=ROOT, env=self._env(), stdout=log, stderr=log,
                start_new_session=True,
            )  # fmt: skip


@pytest.fixture
def settled(database_url: str) -> tuple[Town, dict[str, str]]:
    """The cast, with forty more families; all their passwords cost what they cost in a town."""
    made, tokens = settle_town(database_url)
    hashed = hash_now(PASSWORD)
    rows(database_url, "update account set password_hash = $1 returning id", hashed)
    for n in range(FAMILIES):
        rows(
            database_url,
            "insert into account (ref, kind, email, first_name, last_name, password_hash, demo, created_at) "
            "values ($1, 'parent', $2, 'Une', 'Famille', $3, $4, $5) returning id",
            f"flood{n}", f"famille{n}@exemple.fr", hashed, True, NOW,
        )  # fmt: skip
    return made, tokens


@pytest.fixture
def server(request: pytest.FixtureRequest, settled: Any, database_url: str, tmp_path: Path) -> Iterator[LiveServer]:
    kind = getattr(request, "param", LiveServer)
    (tmp_path / "data").mkdir()
    made = kind(tmp_path / "data", {"DATABASE_URL": database_url, "MARELLE_NOW": NOW.isoformat()})
    with many_files():
        made.start()
        yield made
        made.stop()


@dataclass(frozen=True)
class Answer:
    """What one sign-in was told."""

    name: str
    status: int
    head: str
    page: str


async def sign_in(port: int, name: str, password: str, address: str) -> Answer:
    """One sign-in from that address; the proxy in front is on the loopback, and believed."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    body = urlencode({"identifiant": name, "mot_de_passe": password})
    writer.write(
        f"POST /connexion HTTP/1.1\r\nhost: 127.0.0.1\r\nconnection: close\r\nx-forwarded-for: {address}\r\n"
        f"content-type: application/x-www-form-urlencoded\r\ncontent-length: {len(body)}\r\n\r\n{body}".encode()
    )
    head, _, page = (await reader.read(-1)).decode().partition("\r\n\r\n")
    writer.close()
    return Answer(name, int(head.split(" ", 2)[1]), head.lower(), unescape(page))


def crowd(count: int) -> list[tuple[str, str, str]]:
    """Name, password, address: strangers of many names, one name tried from everywhere, and families with the right one."""
    strangers = [(f"inconnu{n}@exemple.fr", "motdepasse", f"10.3.{n // 250}.{n % 250}") for n in range(count)]
    one_name = [(ONE, f"essai {n}", f"10.2.0.{n}") for n in range(FAMILIES)]
    families = [(f"famille{n}@exemple.fr", PASSWORD, f"10.1.0.{n}") for n in range(FAMILIES)]
    return [*strangers[: count - 2 * FAMILIES], *one_name, *families]


async def asked(server: LiveServer, people: list[tuple[str, str, str]], meanwhile: Callable[[], None]) -> list[Answer]:
    """All of them at the same moment, and `meanwhile` again and again until the last is answered."""
    flood = asyncio.gather(*(sign_in(server.port, *one) for one in people))
    while not flood.done():
        await asyncio.to_thread(meanwhile)
    return await flood


def peak(server: LiveServer) -> int:
    """The most memory the server's process has had so far, in bytes."""
    status = Path(f"/proc/{server.process.pid}/status").read_text()
    found = re.search(r"VmHWM:\s+(\d+) kB", status)
    assert found
    return int(found[1]) * 1024


def test_everybody_else_is_served_and_memory_stays_small(server: LiveServer, settled: Any, database_url: str) -> None:
    made, tokens = settled
    alice = Parent(server.url, made.refs["owner"], tokens["owner"])
    flip = flips(alice, [made.square("tom", "cantine", day) for day in DAYS])
    served: Counter[tuple[str, int]] = Counter()

    def meanwhile() -> None:
        served["taps", flip().status_code] += 1
        for path in (
            "/planning?vue=mois",
            "/planning",
            "/sw.js",
            "/a/x/app.css",
            "/healthz",
        ):
            served[path, alice.get(path).status_code] += 1

    meanwhile()
    before = peak(server)
    served.clear()
    answers = asyncio.run(asked(server, crowd(FLOOD), meanwhile))
    grown = peak(server) - before
    counted = Counter(answer.status for answer in answers)
    print(f"{FLOOD} sign-ins: {dict(counted)}; meanwhile {dict(served)}; memory grew by {grown / 2**20:.0f} MB")
    assert {status for _, status in served} == {200}
    assert sum(served.values()) * 2 >= FLOOD, "a request in two sign-ins at least"
    assert grown <= AT_ONCE * HASH + FLOOD * EACH
    assert counted == {303: FAMILIES, 422: FLOOD - 2 * FAMILIES + NAME, 429: FAMILIES - NAME}
    for answer in answers:
        if answer.status == 429:
            tells_to_come_back(answer)
    alice.until_sent()
    must_hold(database_url, alice)
    assert asyncio.run(sign_in(server.port, "denis@exemple.fr", PASSWORD, "10.4.0.1")).status == 303


@pytest.mark.parametrize("server", [Narrowed], indirect=True)
def test_beyond_the_gate_the_page_keeps_the_name_and_no_attempt_is_counted(
    server: LiveServer, database_url: str
) -> None:
    people = [(name, PASSWORD, f"10.1.{round_}.{n}") for round_ in range(4) for n, name in enumerate(names())]
    answers = asyncio.run(asked(server, people, lambda: None))
    counted = Counter(answer.status for answer in answers)
    print(f"{len(people)} sign-ins before {GATE} places: {dict(counted)}")
    assert counted.keys() == {303, 503}
    assert counted[303] >= GATE
    assert counted[503] >= len(people) - 2 * GATE
    for answer in answers:
        if answer.status == 503:
            tells_to_come_back(answer)
    assert rows(database_url, "select bucket from attempt") == [], "who was sent away has used up an attempt"
    again = asyncio.run(asked(server, [(name, PASSWORD, "10.5.0.1") for name in names()], lambda: None))
    assert {answer.status for answer in again} == {303}


def names() -> list[str]:
    return [f"famille{n}@exemple.fr" for n in range(FAMILIES)]


def tells_to_come_back(answer: Answer) -> None:
    assert int(answer.head.split("\r\nretry-after: ", 1)[1].split("\r\n", 1)[0]) > 0
    assert 'lang="fr"' in answer.page
    assert "Réessayez" in answer.page or "Patientez" in answer.page
    assert f'value="{answer.name}"' in answer.page, "what was typed is lost"
    assert PASSWORD not in answer.page
