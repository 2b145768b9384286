"""Folders and files that only their owner reads, and that the disk really has."""

import os
from pathlib import Path


def private_folder(folder: Path, *inside: str) -> Path:
    """A folder only its owner enters, and those around it up to the safe's own."""
    folder.mkdir(0o700, parents=True, exist_ok=True)
    for name in inside:
        folder = folder / name
        folder.mkdir(0o700, exist_ok=True)
    return folder


def open_draft(path: Path) -> int:
    """A draft of our own, empty, for its owner only."""
    return os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)


def flush(path: Path) -> None:
    """Wait until the disk has it: a file, or a folder's list of names."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
