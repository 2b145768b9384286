"""Runs the phone's own tests (queue, courier, shelf, push) under node, as part of the one test command."""

import shutil
import subprocess
from pathlib import Path

HERE = Path(__file__).parent


def test_the_phone_s_own_tests_pass_under_node() -> None:
    node, npm = shutil.which("node"), shutil.which("npm")
    assert node and npm, "node and npm are needed for tests/worker (apt install nodejs npm)"
    if not (HERE / "node_modules" / "fake-indexeddb").exists():
        _run(npm, "ci", "--no-audit", "--no-fund")
    _run(node, "--test", "--test-timeout=60000", *sorted(path.name for path in HERE.glob("*.test.mjs")))


def _run(*command: str) -> None:
    done = subprocess.run(command, cwd=HERE, capture_output=True, text=True, timeout=300)
    assert done.returncode == 0, f"{' '.join(command[:2])} failed\n{done.stdout[-6000:]}{done.stderr[-2000:]}"
