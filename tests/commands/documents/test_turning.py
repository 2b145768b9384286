"""The key of the documents turns: while files come and go, killed in the middle, on several machines, from a first release."""

import fcntl
import hashlib
import hmac
import os
import shutil
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from server.adapters.ring import draw_once, ring_from
from server.adapters.safe import Damaged, Safe, instant_of_files
from server.adapters.safe_keys import FILE, keys_of
from server.adapters.sealing import PIECE, seal_pieces
from server.cli.doctor import look_at_settings
from server.cli.readiness import obstacle
from server.cli.rotation import lost_documents_key, rotate_documents
from server.settings import Settings, settings_from_environment
from tests.commands.documents.test_safe import age, kept
from tests.conftest import ROOT

SIZES = (0, 10, PIECE, PIECE + 1, 3 * PIECE)


@pytest.fixture
def house(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    monkeypatch.setenv("MARELLE_ENV", "demo")
    monkeypatch.setenv("MARELLE_DATA", str(tmp_path))
    monkeypatch.setenv("DATABASE_URL", "")
    monkeypatch.delenv("MARELLE_DOCUMENTS", raising=False)
    monkeypatch.setattr("server.cli.rotation.turning.SETTLING", 0)
    return settings_from_environment()


@pytest.fixture
def safe(house: Settings, tmp_path: Path) -> Safe:
    return Safe(tmp_path / "documents", keys_of(draw_once(tmp_path / FILE)))


def filled(safe: Safe, times: int = 1) -> dict[str, bytes]:
    bodies = [os.urandom(size) for size in SIZES] * times
    return {kept(safe, body): body for body in bodies}


def read(safe: Safe, name: str) -> bytes:
    return b"".join(safe.read(name))


def keys_in(safe: Safe) -> set[str]:
    return {safe.key_of(path) for path in safe.everything()}


def command() -> subprocess.Popen[bytes]:
    return subprocess.Popen([sys.executable, "-m", "server", "rotate-documents-key"], cwd=ROOT, env={**os.environ})


def test_the_key_turns_while_files_come_and_are_read(safe: Safe, tmp_path: Path) -> None:
    before, old = filled(safe), safe.keys.ring.current
    process = command()
    after: dict[str, bytes] = {}
    while process.poll() is None:  # kept, read and thrown away all through it
        after |= filled(safe)
        safe.throw_away(next(iter(after)))
        after.pop(next(iter(after)))
        for name, body in before.items():
            assert read(safe, name) == body
    assert process.returncode == 0
    assert len(safe.keys.ring.keys) == 1
    assert keys_in(safe) == {safe.keys.ring.current} != {old}
    for name, body in (before | after).items():
        assert read(safe, name) == body
    (kept_ring,) = tmp_path.glob(f"{FILE}.before-*")
    assert ring_from(kept_ring.read_text()).current == old, "old backups stay readable"
    assert kept_ring.stat().st_mode & 0o077 == 0


def test_killed_in_the_middle_it_goes_on_where_it_was(safe: Safe) -> None:
    bodies, old = filled(safe, 20), safe.keys.ring.current
    process = command()
    while keys_in(safe) <= {old}:
        assert process.poll() is None
    process.send_signal(signal.SIGKILL)
    assert process.wait() == -signal.SIGKILL
    turning = safe.keys.ring
    assert (len(turning.keys), turning.keys[1][0]) == (2, old), "both open until the turn is finished"
    for name, body in bodies.items():
        assert read(safe, name) == body
    assert rotate_documents([]) == 0
    assert keys_in(safe) == {turning.current}, "no third key"
    assert safe.keys.ring == turning.alone()
    for name, body in bodies.items():
        assert read(safe, name) == body
    safe.sweep(bodies, instant_of_files() + 4_000)
    assert not list(safe.incoming.iterdir()), "half a file left by the kill is swept"
    assert set(safe.names()) == set(bodies)


def first_release(safe: Safe, body: bytes) -> str:
    """A file as the first release sealed it, byte by byte."""
    name, key, salt = hashlib.sha256(body).hexdigest()[:32], safe.keys.file.read_bytes(), os.urandom(16)
    cipher = AESGCM(hmac.digest(key, b"MRL1" + salt, "sha256"))
    pieces = [body[at : at + PIECE] for at in range(0, len(body), PIECE)] or [b""]
    sealed = [
        cipher.encrypt(n.to_bytes(11, "big") + bytes([n == len(pieces) - 1]), p, None) for n, p in enumerate(pieces)
    ]
    safe.place(name).parent.mkdir(0o700, parents=True)
    safe.place(name).write_bytes(b"MRL1" + salt + b"".join(sealed))
    return name


def test_the_bare_key_of_the_first_release_works_on_until_it_is_turned(safe: Safe, house: Settings) -> None:
    safe.keys.file.write_bytes(os.urandom(32))
    bodies = {first_release(safe, body): body for body in (b"", b"a", os.urandom(2 * PIECE + 1))}
    new = kept(safe, b"new")
    assert safe.place(new).read_bytes()[:4] == b"MRL1", "yesterday's processes, still running, read it"
    bare = safe.keys.file.read_bytes()
    assert obstacle(house).startswith("There is no database"), "the key is none"
    assert rotate_documents([]) == 0
    for name, body in (bodies | {new: b"new"}).items():
        assert read(safe, name) == body
        assert safe.place(name).read_bytes()[:4] == b"MRL2"
    (kept_ring,) = safe.keys.file.parent.glob(f"{FILE}.before-*")
    assert dict(ring_from(kept_ring.read_text()).keys) == {"00000000": bare}


def test_several_machines_learn_the_key_before_any_seals_with_it(safe: Safe, tmp_path: Path) -> None:
    bodies = filled(safe)
    assert rotate_documents(["--prepare"]) == 0
    shutil.copy(safe.keys.file, tmp_path / "elsewhere.key")
    other = Safe(safe.folder, keys_of(tmp_path / "elsewhere.key"))
    assert rotate_documents(["--keep"]) == 0
    bodies |= filled(other)
    assert len(keys_in(safe)) == 2
    for name, body in bodies.items():
        assert read(safe, name) == read(other, name) == body
    shutil.copy(safe.keys.file, tmp_path / "elsewhere.key")
    assert rotate_documents([]) == 0
    shutil.copy(safe.keys.file, tmp_path / "elsewhere.key")
    assert keys_in(safe) == {safe.keys.ring.current}
    for name, body in bodies.items():
        assert read(safe, name) == read(other, name) == body


def test_a_file_keeps_its_date_and_what_was_thrown_away_turns_too(safe: Safe) -> None:
    named, gone = kept(safe, b"named"), kept(safe, b"gone")
    safe.throw_away(gone)
    age(safe.place(named), 90_000)
    date = safe.place(named).stat().st_mtime_ns
    assert rotate_documents([]) == 0
    assert safe.place(named).stat().st_mtime_ns == date
    assert keys_in(safe) == {safe.keys.ring.current}
    thrown = safe.copy_of(gone)
    assert thrown
    assert thrown.name != gone
    with pytest.raises(Damaged):
        read(safe, gone)


def test_what_no_key_opens_is_left_and_told_and_does_not_keep_the_old_key(safe: Safe, capsys: Any) -> None:
    name, other = kept(safe, b"x" * 100), kept(safe, b"y")
    place = safe.place(name)
    place.write_bytes(place.read_bytes()[:-1])
    damaged = place.read_bytes()
    assert rotate_documents([]) == 0
    assert "1 files open with no key" in capsys.readouterr().err
    assert place.read_bytes() == damaged
    assert read(safe, other) == b"y"
    assert len(safe.keys.ring.keys) == 1


def test_a_file_sealed_while_the_key_was_turned_is_sealed_with_the_new_one(
    safe: Safe, monkeypatch: pytest.MonkeyPatch
) -> None:
    seal, times = seal_pieces, []

    def turned_meanwhile(*arguments: Any) -> Any:
        times.append(1)
        done = seal(*arguments)
        if len(times) == 1:
            assert rotate_documents([]) == 0
        return done

    monkeypatch.setattr("server.adapters.safe.seal_pieces", turned_meanwhile)
    name = kept(safe, b"slow disk")
    assert len(times) == 2
    assert read(safe, name) == b"slow disk"


def test_without_its_key_the_portal_does_not_start_and_the_doctor_says_why(safe: Safe, house: Settings) -> None:
    filled(safe)
    assert lost_documents_key(house) == ""
    old = safe.keys.file.read_bytes()
    for other in (None, b"", b"half", os.urandom(32)):
        safe.keys.file.unlink(missing_ok=True)
        if other is not None:
            safe.keys.file.write_bytes(other)
        assert "put it back from your copy" in obstacle(house)
    safe.keys.file.unlink()
    draw_once(safe.keys.file)
    assert "put it back from your copy" in obstacle(house), "somebody drew another key"
    safe.keys.file.write_bytes(old)
    assert "put it back" not in obstacle(house)


def test_another_bare_key_than_the_first_release_s_is_told(safe: Safe, house: Settings) -> None:
    safe.keys.file.write_bytes(os.urandom(32))
    first_release(safe, b"x")
    assert lost_documents_key(house) == ""
    safe.keys.file.write_bytes(os.urandom(32))
    assert "00000000" in lost_documents_key(house)


def test_the_doctor_tells_of_a_turn_begun_and_of_a_key_others_read(safe: Safe, house: Settings) -> None:
    assert rotate_documents(["--prepare"]) == 0
    safe.keys.file.chmod(0o644)
    told = [finding.sentence for finding in look_at_settings(house)]
    assert any("key of the documents is being turned" in each for each in told)
    assert any("Others can read the keys of the documents" in each for each in told)


def test_two_commands_at_once_do_not_draw_two_keys(safe: Safe, capsys: Any) -> None:
    handle = os.open(safe.keys.file.parent, os.O_RDONLY)
    fcntl.flock(handle, fcntl.LOCK_EX)
    try:
        ring = safe.keys.ring
        assert rotate_documents([]) == 1
        assert "another command is turning" in capsys.readouterr().err
        assert safe.keys.ring == ring
    finally:
        os.close(handle)
    assert rotate_documents(["--now"]) == 2
