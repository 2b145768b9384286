"""`import-families FILE`: a town's list of families, CSV; a report line by line, all of it or nothing; `--dry-run`."""

import argparse
import asyncio
import sys
from collections import Counter
from pathlib import Path

from server.accounts.commands.deciding import ForAdult, open_for_adult
from server.adapters.clock import clock_from
from server.database import DatabaseError, Work, open_database
from server.families.commands.importing import Report, Undone, import_people
from server.families.rules.importing import Listing, read_listing
from server.profiles import profile_of
from server.settings import Settings, settings_from_environment
from server.zone import PARIS

WORDS = {"created": "créé", "changed": "modifié", "same": "inchangé", "linked": "relié", "refused": "REFUSÉ"}


def import_families(arguments: list[str]) -> int:
    """Read, report, write when nothing is wrong and it is not only tried out."""
    asked = _parser().parse_args(arguments)
    settings = settings_from_environment()
    try:
        data = asked.file.read_bytes()
    except OSError as error:
        print(f"{asked.file} cannot be read: {error.strerror}.", file=sys.stderr)
        return 1
    listing = read_listing(data, clock_from(settings.now)().astimezone(PARIS).date())
    for name in listing.unknown:
        print(f"La colonne « {name} » n’est pas lue.")
    if listing.problems:
        for problem in listing.problems:
            print(f"ligne {problem.line}\t{problem.text}" if problem.line else problem.text, file=sys.stderr)
        print("Rien n’a été importé.", file=sys.stderr)
        return 1
    try:
        return _told(*asyncio.run(_import(settings, listing, asked.dry_run)), asked.dry_run)
    except DatabaseError as error:
        print(f"Nothing was imported ({error}): run `python -m server migrate` first.", file=sys.stderr)
        return 1


async def _import(settings: Settings, listing: Listing, dry: bool) -> tuple[Report, bool]:
    """The report, and whether it was written."""
    db, now = open_database(settings.database_url), clock_from(settings.now)()
    hours = profile_of(settings).accounts.activation_hours

    def open_account(guardian: int, family: int, first: str, last: str, email: str) -> Work[str]:
        done = yield from open_for_adult(ForAdult(guardian, family, first, last, email), None, hours, now)
        return "" if done in ("sent", "again") else done

    await db.start()
    try:
        return await db.write(import_people, listing.people, dry, open_account, now), True
    except Undone as undone:
        return undone.report, False
    finally:
        await db.stop()


def _told(report: Report, written: bool, dry: bool) -> int:
    for line in report.lines:
        print(f"ligne {line.line}\t{WORDS[line.done]}\t{line.who}{': ' + line.text if line.text else ''}")
    counts = Counter(str(line.done) for line in report.lines)
    said = ", ".join(f"{counts[done]} {word}" for done, word in WORDS.items() if counts[done])
    print(f"{report.families} dossiers créés; personnes: {said or 'aucune'}; {report.accounts} comptes ouverts.")
    if not written:
        print("Essai: rien n’a été écrit." if dry and not report.refused else "Rien n’a été importé.")
    return 0 if written or (dry and not report.refused) else 1


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m server import-families", description="Import a town's families.")
    parser.add_argument("file", type=Path, help="CSV, one line a person; docs/import.md")
    parser.add_argument("--dry-run", action="store_true", help="report only, write nothing")
    return parser
