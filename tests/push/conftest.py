"""The independent push service of npm's web-push-testing, started for these tests."""

import os
import shutil
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path
from typing import NoReturn

import httpx
import pytest

from tests.ports import free_port

HERE = Path(__file__).parent


@pytest.fixture(scope="session")
def push_service() -> Iterator[str]:
    """Its address; `npm ci` is run the first time."""
    node, npm = shutil.which("node"), shutil.which("npm")
    if node is None or npm is None:
        _give_up("node and npm are not installed")
    if not (HERE / "node_modules" / "web-push-testing").is_dir():
        done = subprocess.run([npm, "ci", "--no-audit", "--no-fund"], cwd=HERE, capture_output=True, text=True)
        if done.returncode:
            _give_up(f"npm ci failed in tests/push: {done.stderr[-300:]}")
    port = free_port()
    service = subprocess.Popen([node, "service.cjs", str(port)], cwd=HERE, stdout=subprocess.DEVNULL)
    try:
        _wait_for(f"http://localhost:{port}")
        yield f"http://localhost:{port}"
    finally:
        service.terminate()
        service.wait(10)


def _wait_for(url: str) -> None:
    for _ in range(200):
        try:
            httpx.post(f"{url}/status", timeout=5)
            return
        except httpx.TransportError:
            time.sleep(0.05)
    _give_up("the push service did not start")


def _give_up(reason: str) -> NoReturn:
    told = f"{reason}: the encryption and the signature of pushes are NOT checked"
    pytest.fail(told) if os.environ.get("CI") else pytest.skip(told)
