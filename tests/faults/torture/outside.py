"""Reads either database from outside the server: sqlite3, or psql."""

import json
import sqlite3
import subprocess
from pathlib import Path
from typing import Any

from tests.postgres import find_binaries

Rows = list[dict[str, Any]]


def rows(url: str, text: str) -> Rows:
    """The rows of a statement; instants and days as ISO text."""
    return _sqlite(url.removeprefix("sqlite:///"), text) if url.startswith("sqlite") else _postgres(url, text)


def _sqlite(path: str, text: str) -> Rows:
    connection = sqlite3.connect(f"file:{path}?mode=ro", uri=True, timeout=10)
    connection.row_factory = sqlite3.Row
    try:
        return [dict(row) for row in connection.execute(text)]
    finally:
        connection.close()


def _postgres(url: str, text: str) -> Rows:
    wrapped = f"select coalesce(json_agg(row_to_json(t)), '[]') from ({text}) t"
    found: Rows = json.loads(_psql(url, wrapped))
    return found


def change(url: str, text: str) -> None:
    """A statement behind the server's back: a session that ends."""
    if url.startswith("sqlite"):
        with sqlite3.connect(url.removeprefix("sqlite:///"), timeout=10) as connection:
            connection.execute(text)
        connection.close()
    else:
        _psql(url, text)


def _psql(url: str, text: str) -> str:
    binaries = find_binaries()
    assert isinstance(binaries, Path)
    command = [binaries / "psql", "-XAtq", "-v", "ON_ERROR_STOP=1", "-d", url, "-c", text]
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout.strip()
