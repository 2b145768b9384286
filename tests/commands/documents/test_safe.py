"""The safe: what is kept is unreadable without its key, whole or absent, and swept when nobody names it."""

import os
from pathlib import Path

import pytest

from server.adapters.ring import draw_once
from server.adapters.safe import Damaged, Safe, instant_of_files
from server.adapters.safe_keys import keys_of
from server.adapters.sealing import PIECE


@pytest.fixture
def safe(tmp_path: Path) -> Safe:
    return safe_with(tmp_path, "documents.key")


def safe_with(folder: Path, keys: str) -> Safe:
    return Safe(folder / "documents", keys_of(draw_once(folder / keys)))


def kept(safe: Safe, body: bytes) -> str:
    draft = safe.draft()
    draft.write_bytes(body)
    found = safe.keep(draft)
    draft.unlink()
    assert found.size == len(body)
    return found.name


@pytest.mark.parametrize("size", [0, 1, PIECE - 1, PIECE, PIECE + 1, 3 * PIECE])
def test_what_goes_in_comes_out(size: int, safe: Safe) -> None:
    body = os.urandom(size)
    assert b"".join(safe.read(kept(safe, body))) == body


def test_the_disk_holds_nothing_readable_under_a_name_that_says_nothing(safe: Safe) -> None:
    name = kept(safe, b"LIVRET DE FAMILLE" * 1_000)
    place = safe.place(name)
    assert place.relative_to(safe.folder).parts == (name[:2], name[2:4], name)
    assert b"LIVRET" not in place.read_bytes()
    assert place.stat().st_mode & 0o077 == 0
    assert safe.folder.stat().st_mode & 0o077 == 0
    with pytest.raises(Damaged):
        list(safe_with(safe.folder.parent, "another.key").read(name))


def test_a_file_changed_cut_or_gone_is_never_served_as_if_whole(safe: Safe) -> None:
    name = kept(safe, os.urandom(2 * PIECE))
    place = safe.place(name)
    whole = place.read_bytes()
    for other in (whole[:-1], whole[: 24 + PIECE + 16], whole[:40] + b"x" + whole[41:], b"", whole + b"x"):
        place.write_bytes(other)
        with pytest.raises(Damaged):
            list(safe.read(name))
    place.unlink()
    with pytest.raises(Damaged):
        list(safe.read(name))


def age(path: Path, seconds: float) -> None:
    then = instant_of_files() - seconds
    os.utime(path, (then, then))


def test_the_sweep_takes_what_a_kill_has_left_and_nothing_else(safe: Safe) -> None:
    named, orphan, young = (kept(safe, b"x") for _ in range(3))
    age(safe.place(named), 90_000)
    age(safe.place(orphan), 4_000)
    half = safe.draft()
    half.write_bytes(b"half an upload")
    age(half, 4_000)
    under_way = safe.draft()
    under_way.write_bytes(b"arriving")
    assert safe.sweep({named}, instant_of_files()) == 1  # the half upload
    assert not half.exists()
    assert under_way.exists()
    assert set(safe.names()) == {named, young}
    gone = safe.copy_of(orphan)
    assert gone is not None  # for a backup under way
    age(gone, 90_000)
    assert safe.sweep({named}, instant_of_files()) == 1
    assert safe.copy_of(orphan) is None


def test_what_is_thrown_away_is_not_served(safe: Safe) -> None:
    name = kept(safe, b"x")
    safe.throw_away(name)
    safe.throw_away(name)  # twice is once
    with pytest.raises(Damaged):
        list(safe.read(name))


def test_a_file_put_in_the_place_of_another_is_not_served(safe: Safe) -> None:
    one, other = kept(safe, b"one"), kept(safe, b"other")
    safe.place(one).write_bytes(safe.place(other).read_bytes())
    with pytest.raises(Damaged):
        list(safe.read(one))
