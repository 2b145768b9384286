"""`import FILE`: the official school calendar (CSV or ICS), all of it or nothing."""

import argparse
import asyncio
import sys
from pathlib import Path

from server.activities.commands import replace_periods
from server.activities.importer import Imported, read_calendar
from server.activities.queries import school_holidays
from server.activities.rules.days import SchoolPeriod
from server.activities.rules.zones import ZONES
from server.database import Database, DatabaseError, Work, open_database, sql
from server.families.commands.custody import follow_holidays
from server.settings import Settings, settings_from_environment
from server.zone import TIME_ZONE


def import_calendar(arguments: list[str]) -> int:
    """Read the file, say what is wrong line by line, write it when nothing is."""
    asked = _parser().parse_args(arguments)
    try:
        data = asked.file.read_bytes()
    except OSError as error:
        print(f"{asked.file} cannot be read: {error.strerror}.", file=sys.stderr)
        return 1
    found = read_calendar(data, asked.source or asked.file.name, asked.zone)
    for problem in found.problems:
        print(problem.message, file=sys.stderr)
    if found.refused:
        print("Nothing was imported.", file=sys.stderr)
        return 1
    return _write(found, settings_from_environment())


def _write(found: Imported, settings: Settings) -> int:
    try:
        asyncio.run(_keep(settings, found.periods))
    except DatabaseError as error:
        print(f"Nothing was imported ({error}): run `python -m server migrate` first.", file=sys.stderr)
        return 1
    years = sorted({period.school_year for period in found.periods})
    zones = sorted({period.zone for period in found.periods})
    print(f"{len(found.periods)} school holidays imported: {', '.join(years)}, zones {', '.join(zones)}.")
    return 0


async def _keep(settings: Settings, periods: tuple[SchoolPeriod, ...]) -> None:
    db: Database = open_database(settings.database_url)
    await db.start()
    try:
        await db.write(keep_periods, periods)
    finally:
        await db.stop()


def keep_periods(periods: tuple[SchoolPeriod, ...]) -> Work[None]:
    """Write the periods, into a database that may not have a town yet: its catalogue begins here."""
    yield sql(
        "insert into catalogue (id, version, zone, public_holiday_zone, time_zone) "
        "values (1, 1, 'C', 'Métropole', $1) on conflict (id) do nothing",
        TIME_ZONE,
    )
    yield from replace_periods(periods)
    yield from follow_holidays((yield from school_holidays()))


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m server import", description="Import the official school calendar.")
    parser.add_argument("file", type=Path, help="CSV or ICS of data.education.gouv.fr")
    parser.add_argument("--zone", choices=ZONES, help="the zone, for files that name none")
    parser.add_argument("--source", default="", help="who published it (the file's name)")
    return parser
