"""axe-core and html-validate, installed by npm the first time they are needed."""

import json
import shutil
import subprocess
from functools import cache
from pathlib import Path
from typing import Any

from playwright.sync_api import Page

HERE = Path(__file__).parent
AXE = HERE / "node_modules" / "axe-core" / "axe.min.js"
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]


def install() -> None:
    """`npm ci` beside this file, unless it is done."""
    npm = shutil.which("npm")
    assert npm and shutil.which("node"), "node and npm are needed for tests/pages (apt install nodejs npm)"
    if not (AXE.exists() and (HERE / "node_modules" / "html-validate").exists()):
        done = subprocess.run(
            [npm, "ci", "--no-audit", "--no-fund"], cwd=HERE, capture_output=True, text=True, timeout=300
        )
        assert done.returncode == 0, done.stdout[-2000:] + done.stderr[-2000:]


@cache
def axe_source() -> str:
    install()
    return AXE.read_text()


def axe_faults(page: Page) -> list[str]:
    """What axe finds on the page as it is now, one readable line for each element at fault."""
    if not page.evaluate("() => typeof axe === 'object'"):
        page.evaluate(axe_source())
    found: list[dict[str, Any]] = page.evaluate(
        "async (values) => (await axe.run(document, {runOnly: {type: 'tag', values}, resultTypes: ['violations']})).violations",
        TAGS,
    )
    return [_line(rule, node) for rule in found for node in rule["nodes"]]


def _line(rule: dict[str, Any], node: dict[str, Any]) -> str:
    why = "; ".join(check["message"] for kind in ("any", "all", "none") for check in node[kind])
    return f"{rule['id']} {node['target']}: {why}\n      {node['html'][:300]}"


def html_faults(folder: Path) -> dict[str, list[str]]:
    """What html-validate says of the .html files in `folder`, by name."""
    install()
    done = subprocess.run(
        ["node", "validate.mjs", str(folder)], cwd=HERE, capture_output=True, text=True, timeout=120, check=False
    )
    assert done.returncode == 0, done.stderr[-3000:]
    faults: dict[str, list[str]] = json.loads(done.stdout)
    return faults
