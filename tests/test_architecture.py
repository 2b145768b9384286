"""The plan of the house, held: who may import whom, how long a file may be, and what a template may not contain."""

import ast
import re
import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest
from piccolo.table import Table

from server.piccolo_app import APP_CONFIG

ROOT = Path(__file__).parent.parent
SERVER = ROOT / "server"
ROOMS = (
    *("accounts", "notices", "families", "health", "activities", "enrolments", "pricing", "bookings", "attendance"),
    *("billing", "payments", "documents", "messages", "desk"),
)
SCREENS = ("home", "desk")
BESIDE = (
    "database",
    "web",
    "adapters",
    "settings",
    "errors",
    "profiles",
)  # importable from queries, commands and doors
EVERYWHERE = ("zone", "fields", "french")  # constants and pure values: importable from rules too
KINDS = ("rules", "tables", "queries", "commands", "routes", "desk")

# What a file of each kind may import: libraries, and kinds of its own room and of rooms to its left.
LIBRARIES = {
    "rules": set(),
    "tables": {"piccolo"},
    "queries": {"msgspec", "piccolo"},
    "commands": {"msgspec", "piccolo"},
    "routes": {"litestar", "msgspec"},
    "desk": {"litestar", "msgspec"},
}
MAY_IMPORT = {
    "rules": {"rules"},
    "tables": {"tables"},
    "queries": {"tables", "rules", "queries"},
    "commands": {"tables", "rules", "queries", "commands"},
    "routes": {"rules", "queries", "commands"},
    "desk": {"rules", "queries", "commands"},
}
LONGEST = 200  # lines; then a file splits, into a folder of its name or with a sibling a reader would guess
LONGEST_FUNCTION = 36  # lines; more than 30 are rare
STANDARD = __import__("sys").stdlib_module_names


def sources(folder: Path = SERVER) -> list[Path]:
    return [path for path in sorted(folder.rglob("*.py")) if "__pycache__" not in path.parts]


def imports_of(path: Path) -> Iterator[str]:
    """Every module a file imports, wherever in the file."""
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: imports are written in full"
            yield node.module or ""


def place(module: str) -> tuple[str, str]:
    """(room, kind) of `server.bookings.rules.cutoff`; a room's other files are its own business, kind ""."""
    parts = module.split(".")
    room = parts[1] if len(parts) > 1 else ""
    name = parts[2] if len(parts) > 2 else ""
    kind = next((kind for kind in KINDS if name == kind or name == f"desk_{kind}" or name == f"{kind}_{room}"), "")
    return room, kind


def module_of(path: Path) -> str:
    return ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")


def room_files() -> list[Path]:
    return [path for path in sources() if path.relative_to(SERVER).parts[0] in {*ROOMS, *SCREENS}]


def id_of(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


@pytest.mark.parametrize("path", room_files(), ids=id_of)
def test_a_room_looks_only_to_its_left(path: Path) -> None:
    room, _ = place(module_of(path))
    for module in imports_of(path):
        if not module.startswith("server."):
            continue
        other, _ = place(module)
        if other in (*BESIDE, *EVERYWHERE, room):
            continue
        if room in SCREENS:
            assert other in ROOMS, f"{room} is a screen: it imports rooms, not {module}"
            continue
        if other == "cli" or other not in ROOMS:
            pytest.fail(f"{id_of(path)} imports {module}: rooms do not know it")
        assert ROOMS.index(other) < ROOMS.index(room), f"{id_of(path)} looks to its right: {module}"


BESIDES = [
    path for path in sources() if path.relative_to(SERVER).parts[0].removesuffix(".py") in {*BESIDE, *EVERYWHERE}
]


@pytest.mark.parametrize("path", BESIDES, ids=id_of)
def test_what_stands_beside_the_rooms_knows_none(path: Path) -> None:
    known = {place(module)[0] for module in imports_of(path) if module.startswith("server.")}
    assert not known & {*ROOMS, *SCREENS}


@pytest.mark.parametrize("path", [p for p in room_files() if place(module_of(p))[1]], ids=id_of)
def test_a_file_imports_what_its_kind_may(path: Path) -> None:
    room, kind = place(module_of(path))
    for module in imports_of(path):
        top = module.split(".")[0]
        if top != "server":
            assert top in STANDARD or top in LIBRARIES[kind], f"{kind} does not import {module}"
            continue
        other, other_kind = place(module)
        if other in EVERYWHERE:
            continue
        if other in BESIDE:
            assert kind not in ("rules", "tables"), f"{kind} is pure: it does not import {module}"
        elif other_kind == "desk" and room == "desk":
            continue  # the agents' screens share the words of the agents' doors
        elif other_kind and other != room:
            assert other_kind in MAY_IMPORT[kind], f"{kind} does not import {other_kind}: {module}"
        elif other_kind:
            assert other_kind == kind or other_kind in MAY_IMPORT[kind], (
                f"{kind} does not import {other_kind}: {module}"
            )


@pytest.mark.parametrize("path", [p for p in room_files() if place(module_of(p))[1] == "rules"], ids=id_of)
def test_rules_neither_wait_nor_look_at_the_clock(path: Path) -> None:
    for node in ast.walk(ast.parse(path.read_text())):
        assert not isinstance(node, (ast.Await, ast.AsyncFunctionDef)), f"line {node.lineno}: a rule does not wait"
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            assert node.func.attr not in ("now", "today", "utcnow"), f"line {node.lineno}: now is an argument"


@pytest.mark.parametrize("path", sources(), ids=id_of)
def test_a_file_is_short_and_begins_with_a_sentence(path: Path) -> None:
    text = path.read_text()
    assert len(text.splitlines()) <= LONGEST
    if "migrations" not in path.parts:
        doc = ast.get_docstring(ast.parse(text))
        assert doc, "one sentence at the top says what the file does"


@pytest.mark.parametrize("path", sources(), ids=id_of)
def test_functions_are_short(path: Path) -> None:
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
            length = (node.end_lineno or 0) - node.lineno + 1
            assert length <= LONGEST_FUNCTION, f"{node.name} has {length} lines"


def test_only_adapters_and_the_command_line_ask_the_machine_for_the_time() -> None:
    asking = re.compile(r"datetime\.(now|utcnow|today)\(|date\.today\(|\btime\.time\(")
    found = [id_of(path) for path in sources() if asking.search(path.read_text())]
    assert [path for path in found if not path.startswith(("server/adapters/", "server/cli/"))] == []


def test_one_file_names_the_time_zone() -> None:
    assert [id_of(path) for path in sources() if "Europe/Paris" in path.read_text()] == ["server/zone.py"]


TEMPLATES = sorted((ROOT / "pwa" / "templates").rglob("*.html"))


@pytest.mark.parametrize("path", TEMPLATES, ids=id_of)
def test_a_template_has_no_way_around_the_policy(path: Path) -> None:
    text = re.sub(r"\{#.*?#\}", "", path.read_text(), flags=re.S)
    assert not re.search(r"\|\s*safe\b|autoescape\s+false", text), "values are always escaped"
    assert not re.search(r"<script(?![^>]*\ssrc=)", text), "no inline script"
    assert not re.search(r"<style\b|\sstyle\s*=", text), "no inline style"
    assert not re.search(r"\son[a-z]+\s*=", text), "no inline handler"
    assert not re.search(r"javascript:|\bjs:|hx-on|\bhx-vals=.js", text), "no script in attributes"
    assert not re.search(r"\s(hx-\w+)=", text), "htmx is written data-hx-*"
    assert not re.search(r"""(?:src|href|action)=["'](?:https?:)?//""", text), "nothing from elsewhere"


def test_folders_elsewhere_are_named_after_rooms() -> None:
    known = {*ROOMS, *SCREENS}
    for folder, others in (
        (ROOT / "pwa" / "templates", {"parts", "errors"}),
        *((ROOT / "tests" / kind, {"samples"}) for kind in ("rules", "commands", "web")),
    ):
        names = {path.name for path in folder.iterdir() if path.is_dir() and path.name != "__pycache__"}
        assert names <= known | others, folder
    for sheet in (ROOT / "static" / "css").glob("*.css"):
        name = sheet.stem.removeprefix("desk-")
        assert name in known or re.match(r"\d\d-", name), sheet.name


def test_every_room_has_its_sentence() -> None:
    for room in (path for path in SERVER.iterdir() if path.is_dir() and path.name != "__pycache__"):
        assert (room / "__init__.py").exists(), room


TYPES = {
    "Serial": "integer", "Integer": "int", "BigInt": "bigint", "Boolean": "boolean", "Date": "date",
    "Timestamptz": "timestamptz", "Text": "text", "ForeignKey": "int",
}  # fmt: skip


MIRRORS = sorted(set(APP_CONFIG.table_classes), key=lambda table: str(table._meta.tablename))


@pytest.mark.parametrize("table", MIRRORS, ids=lambda table: table._meta.tablename)
def test_a_table_mirrors_the_migrated_database(table: type[Table], sqlite_template: Path) -> None:
    with sqlite3.connect(sqlite_template) as database:
        rows = database.execute(f"pragma table_info({table._meta.tablename})").fetchall()
    migrated = {name: (kind.lower(), bool(required) or bool(key)) for _, name, kind, required, _, key in rows}
    described = {column._meta.db_column_name: _described(column) for column in table._meta.columns}
    assert described == migrated


def _described(column: object) -> tuple[str, bool]:
    kind = type(column).__name__
    meta = column._meta  # type: ignore[attr-defined]
    words = f"varchar({column.length})" if kind == "Varchar" else TYPES[kind]  # type: ignore[attr-defined]
    return words, not meta.null or meta.primary_key


def test_every_table_of_the_database_has_its_mirror(sqlite_template: Path) -> None:
    with sqlite3.connect(sqlite_template) as database:
        rows = database.execute("select name from sqlite_master where type = 'table'").fetchall()
    bookkeeping = {"migration", "sqlite_sequence"}
    assert {name for (name,) in rows} - bookkeeping == {table._meta.tablename for table in MIRRORS}
