"""`demo`: load the fictional town into an empty database and print its logins; `--json`, `--families 20000`.

`--profile G3` does everything: migrates, loads the town, and serves it the way that town's guide shows.
"""

import argparse
import asyncio
import json
import os
import sys

from server.accounts.passwords import hash_now
from server.adapters.clock import clock_from
from server.adapters.safe import safe_of
from server.adapters.vault import vault_in
from server.cli.migrate import run_migrations
from server.cli.serve import run
from server.database import DatabaseError, open_database
from server.demo.documents import write_documents
from server.demo.loader import Found, load_demo
from server.demo.people import LOGINS
from server.profiles import profile_of
from server.settings import Settings, settings_from_environment

PASSWORD = "marelle-demo-2026"  # noqa: S105  (printed on purpose: demo accounts exist in demo mode only)
FAMILIES = 60
REFUSALS: dict[Found, str] = {
    "real": "This database holds a real town: the demo town is never loaded over it.",
    "other": "This database is not empty and is not the demo town: load the demo into a new MARELLE_DATA folder.",
}


def demo(arguments: list[str]) -> int:
    """Load the town when the database is empty; print the address and the logins."""
    wanted = _parser().parse_args(arguments)
    if wanted.profile:
        return _serve_as(wanted.profile, wanted.families)
    settings = settings_from_environment()
    if settings.env != "demo":
        return _refused("The demo town is loaded with MARELLE_ENV=demo only.")
    try:
        found = asyncio.run(load_town(settings, wanted.families))
    except DatabaseError as error:
        return _refused(f"The demo town was not loaded ({error}): run `python -m server migrate` first.")
    if found in REFUSALS:
        return _refused(REFUSALS[found])
    print(_as_json(settings) if wanted.json else _as_text(settings))
    return 0


def _serve_as(profile: str, families: int) -> int:
    """The town with that profile, from nothing to pages."""
    os.environ |= {"MARELLE_ENV": os.environ.get("MARELLE_ENV", "demo"), "MARELLE_PROFILE": profile}
    settings = settings_from_environment()
    profile_of(settings)  # a profile nobody can run with stops here, with its sentence
    if settings.env != "demo":
        return _refused("The demo town is loaded with MARELLE_ENV=demo only.")
    if status := run_migrations(settings):
        return status
    found = asyncio.run(load_town(settings, families))
    return _refused(REFUSALS[found]) if found in REFUSALS else run([])


async def load_town(settings: Settings, families: int = FAMILIES) -> Found:
    """Load the town into the database of `settings` unless something is there; what was there."""
    db, now = open_database(settings.database_url), clock_from(settings.now)().replace(microsecond=0)
    await db.start()
    try:
        found = await db.write(load_demo, now, families, hash_now(PASSWORD), vault_in(settings.data))
        if found == "empty":
            await write_documents(db, safe_of(settings), now)
        return found
    finally:
        await db.stop()


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m server demo", description="Load the fictional town.")
    parser.add_argument("--json", action="store_true", help="print the address and the logins as JSON")
    parser.add_argument("--families", type=_families, default=FAMILIES, help="how many families (60)")
    parser.add_argument("--profile", default="", help="G0 … G4 or a TOML file: load the town and serve it that way")
    return parser


def _families(raw: str) -> int:
    if not raw.isdigit() or int(raw) < 8:
        raise argparse.ArgumentTypeError("at least 8 families")
    return int(raw)


def _as_text(settings: Settings) -> str:
    lines = [f"{settings.town}: {settings.url}", f"Mot de passe de tous : {PASSWORD}"]
    if not settings.smtp_url:
        lines.append(f"Courriels : {settings.url}/boite")
    lines.append("")
    width = max(len(email) for _, email in LOGINS)
    return "\n".join([*lines, *(f"  {email:<{width}}  {who}" for who, email in LOGINS)])


def _as_json(settings: Settings) -> str:
    logins = [{"who": who, "email": email, "password": PASSWORD} for who, email in LOGINS]
    return json.dumps({"url": settings.url, "logins": logins}, ensure_ascii=False)


def _refused(sentence: str) -> int:
    print(sentence, file=sys.stderr)
    return 1
