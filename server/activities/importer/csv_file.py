"""The official CSV: one row per académie, semicolons or commas, column names or their French labels."""

import csv
import io

from server.activities.importer.stamps import day_of
from server.activities.importer.values import Row, Unreadable
from server.activities.rules.zones import plain
from server.french import NBSP, listed

COLUMNS = {
    "description": "description",
    "population": "population",
    "start_date": "start",
    "date de debut": "start",
    "end_date": "end",
    "date de fin": "end",
    "location": "location",
    "academies": "location",
    "academie": "location",
    "zones": "zones",
    "zone": "zones",
    "annee_scolaire": "school_year",
    "annee scolaire": "school_year",
}
NEEDED = {"description": "description", "start": "start_date", "end": "end_date"}


def rows_of_csv(text: str) -> list[Row]:
    """The rows of a CSV file, or one sentence saying why it is not the official one."""
    first_line = text.partition("\n")[0]
    delimiter = max(";,\t", key=first_line.count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    names = [COLUMNS.get(plain(cell), "") for cell in next(reader, [])]
    if missing := [column for name, column in NEEDED.items() if name not in names]:
        raise Unreadable(f"Ce fichier n’est pas le calendrier officiel{NBSP}: il manque {listed(missing)}.")
    try:
        return [_row(reader.line_num, names, cells) for cells in reader if any(cell.strip() for cell in cells)]
    except csv.Error:
        raise Unreadable(f"Ligne {reader.line_num}{NBSP}: illisible.", reader.line_num) from None


def _row(line: int, names: list[str], cells: list[str]) -> Row:
    found = {name: cell.strip() for name, cell in zip(names, cells, strict=False) if name}
    start, end = day_of(found.pop("start", "")), day_of(found.pop("end", ""))
    return Row(line, found.pop("description", ""), start, end, **found)
