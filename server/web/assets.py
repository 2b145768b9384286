"""Everything inert, read once at start: joined, compressed, addressed by the hash of the whole build.

A page asks for one style sheet and one script: modules and style sheets are written small and joined here,
so that the first load stays within its few requests. Import and export lines go; a minifier shortens local names.
"""

import hashlib
import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import brotli

try:
    from minify import string as minified
except ImportError:  # Apple's processors: pyproject.toml says why
    from rjsmin import jsmin

    def minified(_: str, source: str) -> str:
        """Comments and white space taken out, names left as they are."""
        short: str = jsmin(source)
        return short


ROOT = Path(__file__).resolve().parent.parent.parent
TYPES = {
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".svg": "image/svg+xml",
    ".png": "image/png",
    ".webp": "image/webp",
    ".ico": "image/x-icon",
}
FAMILY_STYLES_LEAVE = ("desk",)  # the agents' sheets stay out of the families' one
DESK_STYLES = ("00-", "10-", "20-", "desk", "accounts", "notices")  # agents, too, have an account and a bell


@dataclass(frozen=True)
class Asset:
    """One file as it is sent: its bytes, the same in brotli (None when that gains nothing), its type."""

    body: bytes
    brotli: bytes | None
    type: str


@dataclass(frozen=True)
class Assets:
    """All assets of a build, by name, and the build's id (16 hex digits)."""

    build: str
    files: dict[str, Asset]
    worker: str  # the service worker's source, without its build header
    kill_switch: str  # what is served in its place to withdraw it

    def url(self, name: str) -> str:
        """The immutable address of an asset. Raises KeyError for a name that does not exist."""
        self.files[name]
        return f"/a/{self.build}/{name}"


@lru_cache(maxsize=2)
def load_assets(theme: str = "", root: Path = ROOT) -> Assets:
    """Read static/, pwa/client/ and service_worker/ and join them; `theme` is CSS put before both style sheets."""
    sources: dict[str, bytes] = {
        "app.css": theme.encode()
        + _styles(root / "static" / "css", lambda name: not name.startswith(FAMILY_STYLES_LEAVE)),
        "desk.css": theme.encode() + _styles(root / "static" / "css", lambda name: name.startswith(DESK_STYLES)),
        "app.js": joined(root / "pwa" / "client" / "app.js").encode(),
        "desk.js": joined(root / "pwa" / "client" / "desk.js").encode(),
        "upload.js": joined(root / "pwa" / "client" / "upload.js").encode(),
        "puzzle.js": joined(root / "pwa" / "client" / "puzzle.js").encode(),
    }
    for path in sorted((root / "static").rglob("*")):
        if path.suffix in TYPES and path.parent.name != "css":
            sources[path.relative_to(root / "static").as_posix()] = path.read_bytes()
    for path in (root / "static").glob("htmx-*.min.js"):
        sources["htmx.js"] = path.read_bytes()
    worker = joined(root / "service_worker" / "main.js")
    build = _build_id([*sources.values(), worker.encode()])
    files = {name: _asset(name, body) for name, body in sources.items()}
    return Assets(build, files, worker, (root / "service_worker" / "kill.js").read_text())


def joined(entry: Path) -> str:
    """`entry` and all it imports as one script in a scope of its own, dependencies first, minified."""
    seen: list[Path] = []
    _visit(entry.resolve(), seen)
    modules = "".join(_inlined(path.read_text()) for path in seen)
    script: str = minified("text/javascript", f"(()=>{{{modules}}})()")
    return script + "\n"


@lru_cache(maxsize=16)
def packed(text: str) -> bytes:
    """`text` in brotli, as small as it gets: for what is made once and sent often."""
    body: bytes = brotli.compress(text.encode(), quality=11)
    return body


def _visit(path: Path, seen: list[Path]) -> None:
    if path in seen or not path.exists():
        return
    for target in re.findall(r"""^import\s+(?:[^'"]*?from\s+)?["'](\.[^"']+)["'];?""", path.read_text(), re.M):
        _visit((path.parent / target).resolve(), seen)
    seen.append(path)


def _inlined(source: str) -> str:
    source = re.sub(r"""^import\s[^;]*?["']\.[^"']+["'];?\n""", "", source, flags=re.M)
    source = re.sub(r"^export\s+\{[^}]*\};?\n", "", source, flags=re.M)
    return re.sub(r"^export\s+", "", source, flags=re.M)


def _styles(folder: Path, wanted: Callable[[str], bool]) -> bytes:
    chosen = [path for path in sorted(folder.glob("*.css")) if wanted(path.name)]
    text = "".join(path.read_text() for path in chosen)
    text = re.sub(r"/\*.*?\*/", "", text, flags=re.S)
    return re.sub(r"\s*\n\s*", "\n", text).encode()


def _build_id(bodies: list[bytes]) -> str:
    digest = hashlib.sha256()
    for body in bodies:
        digest.update(hashlib.sha256(body).digest())
    return digest.hexdigest()[:16]


def _asset(name: str, body: bytes) -> Asset:
    packed = brotli.compress(body, quality=11) if Path(name).suffix in (".css", ".js", ".svg") else None
    return Asset(body, packed if packed and len(packed) < len(body) else None, TYPES[Path(name).suffix])
