"""A private PostgreSQL cluster for the tests: made in a temporary folder, stopped at the end."""

import glob
import os
import shutil
import subprocess
import tempfile
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.ports import free_port


@dataclass
class Cluster:
    """A running cluster; `url(name)` is the address of one of its databases."""

    folder: Path
    port: int
    bin: Path

    def url(self, name: str) -> str:
        return f"postgresql://postgres@127.0.0.1:{self.port}/{name}"

    def sql(self, text: str, name: str = "postgres") -> str:
        done = subprocess.run(
            [self.bin / "psql", "-XAtq", "-v", "ON_ERROR_STOP=1", "-d", self.url(name), "-c", text],
            capture_output=True,
            text=True,
            check=True,
        )
        return done.stdout.strip()

    def start(self) -> None:
        _as_owner(
            [str(self.bin / "pg_ctl"), "-D", str(self.folder / "data"), "-w", "-l", str(self.folder / "log"), "start"]
        )

    def runs(self) -> bool:
        """Whether its first process is there."""
        return _as_owner([str(self.bin / "pg_ctl"), "-D", str(self.folder / "data"), "status"], check=False) == 0

    def log(self) -> str:
        return (self.folder / "log").read_text(errors="replace")

    def stop(self, mode: str = "immediate", check: bool = True) -> None:
        """With `check` false, one that is about to fall by itself is no error."""
        _as_owner([str(self.bin / "pg_ctl"), "-D", str(self.folder / "data"), "-m", mode, "-w", "stop"], check)


def find_binaries() -> Path | None:
    """The folder of initdb and pg_ctl, newest version first; None when PostgreSQL is not installed."""
    found = shutil.which("initdb")
    folders = sorted(
        glob.glob("/usr/lib/postgresql/*/bin") + glob.glob("/opt/homebrew/opt/postgresql@*/bin"), reverse=True
    )
    return Path(folders[0]) if folders else Path(found).resolve().parent if found else None


def binaries_needed() -> Path:
    """The same; without them the test is skipped, saying why, and fails where everything must run."""
    found = find_binaries()
    if found is None:
        reason = "PostgreSQL is not installed: the tests of the production database cannot run"
        if os.environ.get("CI"):
            pytest.fail(reason)
        pytest.skip(reason)
    return found


def new_cluster(
    binaries: Path,
    fsync: bool = False,
    folder: Path | None = None,
    journal: Path | None = None,
    small_journal: bool = False,
) -> Cluster:
    """Make and start a cluster on a free loopback port, in `folder` or a new one; its journal in `journal` or there.

    `small_journal`: of a few megabytes, so that a small disk holds it.
    """
    folder = _owned(folder or Path(tempfile.mkdtemp(prefix="marelle-pg-")))
    port = free_port()
    _as_owner(
        [
            str(binaries / "initdb"),
            "-D",
            str(folder / "data"),
            "-A",
            "trust",
            "-U",
            "postgres",
            "-E",
            "UTF8",
            "--no-sync",
            *([f"--waldir={_owned(journal) / 'wal'}"] if journal else []),
            *(["--wal-segsize=1"] if small_journal else []),
        ]
    )
    settings = [
        f"port={port}",
        "listen_addresses='127.0.0.1'",
        f"unix_socket_directories='{folder}'",
        "max_connections=60",
    ]
    settings += ["min_wal_size=2MB", "max_wal_size=2MB"] if small_journal else []
    settings += [] if fsync else ["fsync=off", "synchronous_commit=off", "full_page_writes=off"]
    conf = folder / "data" / "postgresql.auto.conf"
    conf.write_text("\n".join(settings) + "\n")
    cluster = Cluster(folder, port, binaries)
    cluster.start()
    return cluster


def _owned(folder: Path) -> Path:
    """The folder, made and given to whom PostgreSQL runs as."""
    folder.mkdir(exist_ok=True)
    if os.geteuid() == 0:
        shutil.chown(folder, "postgres", "postgres")
    return folder


def _as_owner(command: list[str], check: bool = True) -> int:
    """PostgreSQL refuses to run as root; everybody else runs it as themselves. The exit status."""
    prefix = ["runuser", "-u", "postgres", "--"] if os.geteuid() == 0 else []
    done = subprocess.run(
        [*prefix, *command], check=check, stdout=subprocess.DEVNULL, stderr=subprocess.STDOUT, cwd="/"
    )
    return done.returncode
