"""Phones that slept through releases, against today's server: their own verdicts, or « later »; never a loss."""

import json
import shutil
import subprocess
import uuid
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from server.database import Database
from tests.cast import Town
from tests.conftest import ROOT, FrozenClock
from tests.faults.bad_days.house import DAYS, rows, server_on, settle_town
from tests.web.doors import enter

RELEASES = sorted(path.name for path in (ROOT / "tests" / "worker" / "releases").iterdir() if path.is_dir())


@pytest.mark.parametrize("release", RELEASES)
def test_an_old_courier_gets_its_verdicts_from_todays_server(database_url: str, tmp_path: Path, release: str) -> None:
    node = shutil.which("node")
    assert node, "node is needed for the phones' own code"
    town, tokens = settle_town(database_url)
    server = server_on(database_url, tmp_path / "data")
    server.start()
    squares = [town.square("tom", "cantine", day) for day in DAYS[:3]]
    late = town.square("tom", "cantine", date(2026, 11, 16))  # today's cutoff has passed
    try:
        script = ROOT / "tests" / "worker" / "releases" / "send.mjs"
        command = [node, script, release, server.url, f"marelle={tokens['owner']}", town.refs["owner"], *squares, late]
        done = subprocess.run(command, capture_output=True, text=True, check=True, timeout=60)
    finally:
        server.stop()
    told = json.loads(done.stdout)
    assert told["end"] == "empty"
    states = {record["square"]: record["state"] for record in told["records"]}
    assert states == {**dict.fromkeys(squares, "applied"), late: "rejected"}
    reasons = [record["reason"] for record in told["records"] if record["square"] == late]
    assert reasons != [""]
    assert len(rows(database_url, "select id from booking where state = 'booked'")) == 3


def tap(town: Town) -> dict[str, Any]:
    square = town.square("tom", "cantine", date(2026, 11, 26))
    return {"id": str(uuid.uuid4()), "square": square, "want": "booked", "seq": 1, "seen": 0}


async def test_the_smallest_batch_ever_sent_is_enough(app: Any, town: Town, db: Database, clock: FrozenClock) -> None:
    alice = await enter(app, town, db, "owner", clock())
    body = {"account": town.refs["owner"], "device": str(uuid.uuid4()), "taps": [tap(town)]}
    assert (await alice.post("/taps", json=body)).json()["verdicts"][0]["outcome"] == "applied"


async def test_what_a_newer_phone_adds_is_ignored(app: Any, town: Town, db: Database, clock: FrozenClock) -> None:
    alice = await enter(app, town, db, "owner", clock())
    body = {
        "account": town.refs["owner"],
        "device": str(uuid.uuid4()),
        "v": 1,
        "more": [1],
        "taps": [{**tap(town), "mood": 3}],
    }
    assert (await alice.post("/taps", json=body)).json()["verdicts"][0]["outcome"] == "applied"


async def test_a_batch_of_a_newer_release_is_asked_to_come_later(
    app: Any, town: Town, db: Database, clock: FrozenClock
) -> None:
    """The server was put back to an older version: a 400 would bury the taps, a 503 keeps them on the phone."""
    alice = await enter(app, town, db, "owner", clock())
    newer = {"v": 2, "account": town.refs["owner"], "device": str(uuid.uuid4()), "wishes": "of another shape"}
    answer = await alice.post("/taps", json=newer)
    assert (answer.status_code, answer.json()["error"]) == (503, "newer")
    assert int(answer.headers["retry-after"]) == 300
