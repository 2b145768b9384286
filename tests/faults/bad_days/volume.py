"""A small disk of our own that can be filled, broken to read-only under open files, and mended. Needs root on Linux."""

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest


@dataclass
class Volume:
    """An ext4 image of `megabytes`, mounted on `place`."""

    image: Path
    place: Path

    def fill(self) -> None:
        """Leave not one byte."""
        with (self.place / "filler").open("ab", buffering=0) as filler:
            for size in (2**20, 4096, 1):
                try:
                    while filler.write(b"x" * size) == size:
                        pass
                except OSError:
                    continue
            os.fsync(filler.fileno())

    def empty(self) -> None:
        """Give the space back."""
        (self.place / "filler").unlink()

    def break_off(self) -> None:
        """What the kernel does when a disk dies under a running system: read-only from now on, open files included."""
        _run("mount", "-o", "remount,abort", str(self.place))

    def mend(self, options: str = "loop") -> None:
        """Unmount, check, mount again."""
        _run("umount", str(self.place))
        subprocess.run(["e2fsck", "-fy", str(self.image)], check=False, capture_output=True)  # 1: repaired
        _run("mount", "-o", options, str(self.image), str(self.place))


@contextmanager
def volume(megabytes: int) -> Iterator[Volume]:
    """A fresh volume; skips, saying why, where this machine cannot mount one."""
    tools = ("mkfs.ext4", "e2fsck", "mount", "umount")
    missing = [name for name in tools if not shutil.which(name)]
    if os.geteuid() or missing:
        pytest.skip(f"a disk cannot be filled or broken here: needs root and mount (missing: {missing or 'root'})")
    folder = Path(tempfile.mkdtemp(prefix="marelle-disk-"))
    folder.chmod(0o755)  # PostgreSQL runs as somebody else
    made = Volume(folder / "disk.img", folder / "disk")
    made.place.mkdir()
    with made.image.open("wb") as image:
        image.truncate(megabytes * 2**20)
    _run("mkfs.ext4", "-q", "-m", "0", str(made.image))
    mounted = subprocess.run(
        ["mount", "-o", "loop", str(made.image), str(made.place)], check=False, capture_output=True, text=True
    )
    if mounted.returncode:
        shutil.rmtree(folder)
        pytest.skip(f"a disk cannot be filled or broken here: {mounted.stderr.strip()}")
    try:
        yield made
    finally:
        subprocess.run(["umount", "--lazy", str(made.place)], check=True)
        shutil.rmtree(folder)


def _run(*command: str) -> None:
    subprocess.run(command, check=True, capture_output=True)
