"""`demo`: the logins of the town, or why it stays away."""

import json

import pytest

from server.cli.demo import PASSWORD, demo
from server.database import Database
from server.demo.people import LOGINS
from tests.commands.demo_town import NOW, one_account


@pytest.fixture
def environment(monkeypatch: pytest.MonkeyPatch, database_url: str) -> pytest.MonkeyPatch:
    for name, value in {"DATABASE_URL": database_url, "MARELLE_ENV": "demo", "MARELLE_NOW": NOW.isoformat()}.items():
        monkeypatch.setenv(name, value)
    return monkeypatch


def test_the_command_prints_the_same_logins_each_time(
    environment: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert demo(["--json"]) == 0
    first = json.loads(capsys.readouterr().out)
    assert demo(["--json"]) == 0
    assert json.loads(capsys.readouterr().out) == first
    assert first["url"] == "http://127.0.0.1:8000"
    assert {login["email"]: login["password"] for login in first["logins"]} == {email: PASSWORD for _, email in LOGINS}
    assert demo([]) == 0
    assert "parent@demo.marelle" in capsys.readouterr().out


def test_the_command_refuses_outside_demo_mode(
    environment: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    environment.setenv("MARELLE_ENV", "production")
    environment.setenv("MARELLE_PUBLIC_URL", "https://famille.port-clairval.example")
    environment.delenv("MARELLE_NOW")
    assert demo([]) == 1
    said = capsys.readouterr()
    assert "MARELLE_ENV=demo" in said.err
    assert said.out == ""


async def test_the_command_says_why_it_stays_away_from_a_real_town(
    environment: pytest.MonkeyPatch, db: Database, capsys: pytest.CaptureFixture[str]
) -> None:
    import asyncio

    await db.write(one_account, False)
    assert await asyncio.to_thread(demo, []) == 1
    assert "real town" in capsys.readouterr().err
