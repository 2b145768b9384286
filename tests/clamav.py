"""A real clamd for the tests, with one signature, EICAR's; tests/tools unpacks it where no package has installed it."""

import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.conftest import ROOT
from tests.papers import EICAR
from tests.ports import free_port

UNPACKED = ROOT / "build" / "clamd"
CONFIGURATION = """
DatabaseDirectory {folder}/signatures
PidFile {folder}/pid
Foreground yes
{listen}
StreamMaxLength {limit}
ReadTimeout 2
"""


def program() -> tuple[str, dict[str, str]]:
    """clamd and the environment it starts in; without one the test is skipped, saying what is not checked."""
    found = shutil.which("clamd", path=f"{os.environ.get('PATH', '')}:/usr/sbin")
    if found:
        return found, {**os.environ}
    libraries = ":".join(str(path.parent) for path in UNPACKED.glob("usr/lib/*/libclamav.so.*"))
    own, environment = UNPACKED / "usr/sbin/clamd", {**os.environ, "LD_LIBRARY_PATH": libraries}
    known = own.exists() and subprocess.run([own, "--help"], env=environment, capture_output=True, check=False)
    if not known or known.returncode:
        pytest.skip("clamd is not here (tests/tools unpacks it): NOT CHECKED against a real antivirus")
    return str(own), environment


@contextmanager
def real_clamd(folder: Path, limit: str = "10M", port: bool = False) -> Iterator[str]:
    """A clamd with its own database; its address as MARELLE_CLAMD takes it."""
    clamd, environment = program()
    (folder / "signatures").mkdir()
    (folder / "signatures" / "test.ndb").write_text(f"Eicar-Test-Signature:0:*:{EICAR.hex()}\n")
    number, socket = free_port(), folder / "clamd.ctl"
    listen = f"TCPSocket {number}\nTCPAddr 127.0.0.1" if port else f"LocalSocket {socket}"
    (folder / "clamd.conf").write_text(CONFIGURATION.format(folder=folder, listen=listen, limit=limit))
    command = [clamd, "--config-file", str(folder / "clamd.conf")]
    process = subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    try:
        _until_it_listens(process)
        yield f"tcp://127.0.0.1:{number}" if port else f"unix:{socket}"
    finally:
        process.kill()
        process.wait()
        assert process.stdout
        process.stdout.close()


def _until_it_listens(process: "subprocess.Popen[str]") -> None:
    assert process.stdout
    told = []
    for line in process.stdout:
        told.append(line)
        if "Self checking" in line:  # the last thing it says before it serves
            return
    raise AssertionError(f"clamd ended: {''.join(told)}")
