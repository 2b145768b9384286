"""Every kind of trouble, and the one sentence the doctor has for it; the exit code says whether it must be repaired."""

import asyncio
import os
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.smtp import SMTP, AuthResult

from server.adapters.keys import push_key_file
from server.cli.doctor import look_at_database, look_at_mail_server, look_at_settings
from server.database import Database
from server.settings import Settings
from tests.cast import Town
from tests.commands.notices.office import AUTH, P256DH, select
from tests.conftest import ROOT, FrozenClock
from tests.ports import free_port

Prepare = Callable[[Path], dict[str, Any]]


def key_that_is_none(folder: Path) -> dict[str, Any]:
    (folder / "vapid.pem").write_text("no key")
    (folder / "vapid.pem").chmod(0o600)
    return {}


def key_for_everybody(folder: Path) -> dict[str, Any]:
    push_key_file(str(folder)).chmod(0o644)
    return {}


def old_backup(folder: Path) -> dict[str, Any]:
    (folder / "backups").mkdir()
    (folder / "backups" / "monday").write_text("x")
    os.utime(folder / "backups" / "monday", (time.time() - 50 * 3600,) * 2)
    return {"backups": str(folder / "backups")}


def fresh_backup(folder: Path) -> dict[str, Any]:
    (folder / "backups").mkdir()
    (folder / "backups" / "today").write_text("x")
    return {"backups": str(folder / "backups")}


def nothing(**values: Any) -> Prepare:
    return lambda _: values


SURROUNDINGS: list[tuple[str, Prepare, str]] = [
    ("demo mode", nothing(env="demo"), "note Demo mode"),
    ("no data folder", lambda folder: {"data": str(folder / "none")}, "note The data folder"),
    ("no backups folder", nothing(), "note MARELLE_BACKUPS names no folder"),
    ("an empty backups folder", lambda folder: {"backups": str(folder / "none")}, "fault There is no backup in"),
    ("backups that stopped", old_backup, "fault The newest backup in"),
    ("backups that go on", fresh_backup, "ok The newest backup is 0 hours old."),
    ("a key for everybody", key_for_everybody, "fault Others can read the push key"),
    ("a key that is none", key_that_is_none, "fault The push key"),
    ("the kill switch", nothing(worker="off"), "note The kill switch is on"),
    ("a proxy by name", nothing(trusted_proxies="nginx"), "fault MARELLE_TRUSTED_PROXIES names 'nginx'"),
    ("everybody a proxy", nothing(trusted_proxies="0.0.0.0/0"), "fault MARELLE_TRUSTED_PROXIES believes 0.0.0.0/0"),
    ("an address of one's own", nothing(public_url="https://localhost"), "fault MARELLE_PUBLIC_URL is https://localhost"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("prepare", "sentence"), [row[1:] for row in SURROUNDINGS], ids=[row[0] for row in SURROUNDINGS]
)
def test_surroundings(prepare: Prepare, sentence: str, tmp_path: Path) -> None:
    settings = Settings(**{"data": str(tmp_path), "public_url": "https://familles.ville.fr", **prepare(tmp_path)})
    assert_said(look_at_settings(settings), sentence)


def test_private_networks_of_proxies_are_nothing_odd(tmp_path: Path) -> None:
    settings = Settings(data=str(tmp_path), public_url="https://v.fr", trusted_proxies="127.0.0.1, 10.0.0.0/8, ::1")
    assert not [found for found in look_at_settings(settings) if found.kind == "fault"]


def test_a_full_and_a_closed_data_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    settings = Settings(data=str(tmp_path), public_url="https://v.fr")
    monkeypatch.setattr(sys.modules["server.cli.doctor.surroundings"], "LEAST_FREE", 2**60)  # no disk has that much
    assert_said(look_at_settings(settings), "fault Only ")
    monkeypatch.setattr(
        "os.access", lambda *_: False
    )  # what the kernel says of a read-only disk, and to non-root users
    assert_said(look_at_settings(settings), "fault The data folder")


def assert_said(findings: Any, sentence: str) -> None:
    told = [f"{finding.kind} {finding.sentence}" for finding in findings]
    assert [said for said in told if said.startswith(sentence)], told
    assert all(said.count("\n") == 0 and said.endswith((".", "?")) for said in told)


DATABASE: list[tuple[str, str, str]] = [
    ("migrations pending", "delete from migration where name like '2026-11-21T07:05%' returning id", "fault The database lacks 1 migrations"),
    ("places that do not add up", "update session set taken = 1 where id = 1 returning id", "fault 1 sessions count other places"),
    ("no session ahead", "delete from session returning id", "fault There is no session in the next two months"),
    ("no holidays", "delete from school_period returning id", "fault No school holiday is known ahead"),
    ("holidays of next year", "update catalogue set zone = 'X' where id = 1 returning id", "fault No school holiday is known ahead for zone X"),
    ("nobody to validate", "update account set disabled_at = created_at where kind = 'agent' returning id", "note No agent can sign in"),
    ("a key that is gone", "insert into push_device (account_id, endpoint, p256dh, auth, label, created_at) select id, 'https://x/' || ref, 'p', 'a', '', created_at from account where kind = 'agent' returning id", "fault The push key is missing and 2 phones"),
    ("no worker", "insert into outbox (account_id, kind, bundle, payload, created_at, due_at) select id, 'test', '', '{}', created_at, created_at from account where kind = 'agent' returning id", "note 2 notices have waited"),
    ("a poisoned event", "insert into outbox (account_id, kind, bundle, payload, created_at, due_at, trouble) select id, 'odd', '', '{}', created_at, created_at, 'why' from account where kind = 'agent' returning id", "fault 2 notices cannot be written, the last of kind odd: why."),
]  # fmt: skip


@pytest.mark.parametrize(("change", "sentence"), [row[1:] for row in DATABASE], ids=[row[0] for row in DATABASE])
async def test_database(settings: Settings, db: Database, town: Town, change: str, sentence: str) -> None:
    (Path(settings.data) / "vapid.pem").unlink(missing_ok=True)
    await db.write(select, change)
    assert_said(await look_at_database(replace(settings, now="2026-11-16T10:00:00+01:00")), sentence)


async def test_phones_of_another_key(settings: Settings, db: Database, town: Town) -> None:
    push_key_file(settings.data)
    await db.write(
        select,
        "insert into push_device (account_id, endpoint, p256dh, auth, label, created_at, key) "
        "select id, 'https://x/', $1, $2, '', created_at, 'an older key' from account where user_name = 'owner' returning id",
        P256DH, AUTH,
    )  # fmt: skip
    assert_said(await look_at_database(settings), "fault 1 phones ring for another push key")


async def test_demo_accounts_in_production(settings: Settings, db: Database, town: Town) -> None:
    assert_said(await look_at_database(replace(settings, env="production")), "note 6 demo accounts")


async def test_a_clock_that_was_set_back(settings: Settings, db: Database, town: Town, clock: FrozenClock) -> None:
    await db.write(
        select,
        "insert into tap (id, account_id, device, square, seq, digest, outcome, verdict, received_at) "
        "values ('x', 1, 'd', 's', 1, '', 'applied', '', $1) returning id",
        clock() + timedelta(days=3000),
    )
    assert_said(await look_at_database(settings), "fault The last tap was received")


async def test_a_database_that_is_not_there(settings: Settings, tmp_path: Path) -> None:
    for url in (f"sqlite:///{tmp_path}/none.db", "postgresql://nobody@127.0.0.1:1/none"):
        assert_said(await look_at_database(replace(settings, database_url=url)), "fault The" + " " if url[0] == "p" else "fault There is no")  # fmt: skip


@asynccontextmanager
async def smtp(**options: Any) -> AsyncIterator[int]:
    port = free_port()
    server = await asyncio.get_running_loop().create_server(
        lambda: SMTP(object(), hostname="t", **options), "127.0.0.1", port
    )
    yield port
    server.close()


def nobody(*_: Any) -> AuthResult:
    return AuthResult(success=False, handled=False)


async def test_mail_servers(settings: Settings, tmp_path: Path) -> None:
    async with smtp() as well, smtp(authenticator=nobody, auth_require_tls=False) as strict, silent() as hung:
        cases = [
            ("", "note No SMTP server is set"),
            (f"smtp://127.0.0.1:{well}", "ok The mail server 127.0.0.1:"),
            (f"smtp://127.0.0.1:{free_port()}", "fault The mail server 127.0.0.1:"),
            (f"smtp://a:b@127.0.0.1:{strict}", "refuses the user or the password"),
            (f"smtps://127.0.0.1:{well}", "TLS fails"),
            (f"smtp://127.0.0.1:{hung}", "does not answer within"),
        ]
        for url, sentence in cases:
            found = await look_at_mail_server(replace(settings, smtp_url=url), seconds=1)
            told = " ".join(f"{one.kind} {one.sentence}" for one in found)
            assert sentence in told, (url, told)
    assert_said(await look_at_mail_server(replace(settings, env="production")), "fault No SMTP server is set")


@asynccontextmanager
async def silent() -> AsyncIterator[int]:
    """Accepts, and never says a word."""
    port = free_port()
    server = await asyncio.get_running_loop().create_server(asyncio.Protocol, "127.0.0.1", port)
    yield port
    server.close()


def test_the_command_fails_only_when_something_must_be_repaired(database_url: str, tmp_path: Path) -> None:
    variables = {"MARELLE_ENV": "demo", "DATABASE_URL": database_url, "MARELLE_DATA": str(tmp_path)}

    def doctor(**more: str) -> "subprocess.CompletedProcess[str]":
        command = [sys.executable, "-m", "server", "doctor"]
        return subprocess.run(
            command, cwd=ROOT, env={**os.environ, **variables, **more}, capture_output=True, text=True
        )

    assert doctor().returncode == 0  # an empty town: notes, no fault
    odd = doctor(MARELLE_TRUSTED_PROXIES="nginx")
    assert odd.returncode == 1
    assert "FAULT MARELLE_TRUSTED_PROXIES" in odd.stdout
    bad = doctor(MARELLE_MAIL_FROM="mairie")
    assert (bad.returncode, bad.stdout.count("\n"), bad.stderr) == (1, 1, "")
