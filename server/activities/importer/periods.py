"""From raw rows to school periods: teachers and returns left out, repeated rows merged, contradictions refused."""

import re
from datetime import date, timedelta
from itertools import pairwise

from server.activities.importer.values import Imported, Problem, Row
from server.activities.rules.days import SchoolPeriod
from server.activities.rules.zones import (
    SUMMER_ENDS_WITH_AUGUST,
    YEAR_IS_CALENDAR_YEAR,
    plain,
    zone_of_academie,
    zones_named,
)
from server.french import NBSP, day_long

ONE_DAY = timedelta(days=1)
LONGEST = timedelta(days=80)
PROVISIONAL = f"{NBSP}; fin provisoire"
# The official file writes seasons with a capital; French does not.
SEASONS = re.compile(r"\b(Hiver|Printemps|Été|Automne)\b")
# Two places of the académie of Guadeloupe with days of their own, which the zone's other towns do not have.
NORTHERN_ISLANDS = frozenset({"saint martin", "saint barthelemy"})


def periods_of(rows: list[Row], source: str, zone: str | None) -> Imported:
    """All the periods of the rows, or none and the reasons."""
    found: dict[SchoolPeriod, int] = {}
    problems: list[Problem] = []
    for row in rows:
        if _is_for_pupils(row):
            periods, trouble = _read(row, source, zone)
            problems += trouble
            for period in periods:
                found.setdefault(period, row.line)
    kept = _without_provisional_doubles(list(found))
    problems += _contradictions({period: found[period] for period in kept})
    if not kept and not problems:
        problems.append(Problem(1, "Ce fichier ne contient aucune période de vacances."))
    problems.sort(key=lambda problem: problem.line)
    if any(problem.severity == "error" for problem in problems):
        return Imported((), tuple(problems))
    return Imported(tuple(sorted(kept, key=lambda p: (p.zone, p.first_day))), tuple(problems))


def _is_for_pupils(row: Row) -> bool:
    """Teachers' rows, and days of return, are no holidays; the northern islands are not the zone."""
    teachers = "enseignant" in plain(row.population) or "enseignant" in plain(row.description)
    comes_back = plain(row.description).startswith(("rentree", "prerentree", "pre rentree"))
    return not teachers and not comes_back and plain(row.location) not in NORTHERN_ISLANDS


def _read(row: Row, source: str, zone: str | None) -> tuple[list[SchoolPeriod], list[Problem]]:
    zones = _zones(row, zone)
    if trouble := _trouble(row, zones):
        return [], [Problem(row.line, f"Ligne {row.line}{NBSP}: {trouble}")]
    if row.start is None or row.end is None:
        return [], []
    if plain(row.description).startswith("debut des"):
        return _open_ended(row, row.start, source, zones)
    last = max(row.start, row.end - ONE_DAY)
    return [_period(row, each, row.start, last, source) for each in zones], []


def _zones(row: Row, zone: str | None) -> tuple[str, ...]:
    """The zones a row names, or those of its académies, or the one the agent chose for a file that names none."""
    academies = {zone_of_academie(name) for name in row.location.split(",")} - {None}
    chosen = (zone,) if zone and not row.zones else ()
    return zones_named(row.zones) or tuple(sorted(filter(None, academies))) or zones_named(row.location) or chosen


def _trouble(row: Row, zones: tuple[str, ...]) -> str:
    """What is wrong with the row, in words; nothing when it can be read."""
    if not row.description:
        return "le nom des vacances manque."
    if row.start is None:
        return "la date de début est illisible."
    if row.end is None:
        return "la date de fin est illisible."
    if row.end < row.start:
        return f"la fin ({day_long(row.end)}) vient avant le début ({day_long(row.start)})."
    if row.end - row.start > LONGEST:
        return f"plus de {LONGEST.days} jours de vacances."
    if not zones:
        return f"zone inconnue «{NBSP}{row.zones or row.location}{NBSP}»."
    if row.school_year and not re.fullmatch(r"\d{4}(-\d{4})?", row.school_year):
        return f"année scolaire illisible «{NBSP}{row.school_year}{NBSP}»."
    return ""


def _open_ended(row: Row, start: date, source: str, zones: tuple[str, ...]) -> tuple[list[SchoolPeriod], list[Problem]]:
    """« Début des vacances d'été »: the return is not published yet."""
    periods, notes = [], []
    for zone in zones:
        when = f"la fin des vacances du {day_long(start)} {start.year} n’est pas publiée"
        begins = f"Ligne {row.line}{NBSP}: zone {zone}, {when}"
        if zone in SUMMER_ENDS_WITH_AUGUST:
            periods.append(_period(row, zone, start, date(start.year, 8, 31), source + PROVISIONAL))
            notes.append(Problem(row.line, f"{begins}{NBSP}; 31 août retenu en attendant.", "note"))
        else:
            notes.append(Problem(row.line, f"{begins}{NBSP}; période laissée de côté, à saisir.", "note"))
    return periods, notes


def _period(row: Row, zone: str, first: date, last: date, source: str) -> SchoolPeriod:
    kind = SEASONS.sub(lambda season: season[0].lower(), row.description.removeprefix("Début des ").replace("’", "'"))
    return SchoolPeriod(
        zone, row.school_year or _school_year(zone, first), kind[:1].upper() + kind[1:], first, last, source
    )


def _school_year(zone: str, first: date) -> str:
    if zone in YEAR_IS_CALENDAR_YEAR:
        return str(first.year)
    begins = first.year if first.month >= 8 else first.year - 1
    return f"{begins}-{begins + 1}"


def _without_provisional_doubles(periods: list[SchoolPeriod]) -> list[SchoolPeriod]:
    known = {(p.zone, p.kind, p.first_day) for p in periods if not p.source.endswith(PROVISIONAL)}
    return [p for p in periods if not p.source.endswith(PROVISIONAL) or (p.zone, p.kind, p.first_day) not in known]


def _contradictions(lines: dict[SchoolPeriod, int]) -> list[Problem]:
    """Two different periods of one zone that overlap: the académies of a zone must agree."""
    ordered = sorted(lines, key=lambda p: (p.zone, p.first_day))
    problems = []
    for before, after in pairwise(ordered):
        if before.zone == after.zone and after.first_day <= before.last_day:
            first, second = sorted((lines[before], lines[after]))
            what = f"zone {after.zone}, {after.kind.lower()}, dates différentes de celles de la ligne {first}."
            problems.append(Problem(second, f"Ligne {second}{NBSP}: {what}"))
    return problems
