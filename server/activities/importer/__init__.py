"""Reads the official school calendar, CSV or ICS, into values: a folder of its own, being neither rule nor query.

Nothing is half imported: one error and no period comes back. Problems are sentences for the agent, line by line.
"""

from server.activities.importer.csv_file import rows_of_csv
from server.activities.importer.ics_file import rows_of_ics
from server.activities.importer.periods import periods_of
from server.activities.importer.values import Imported, Problem, Unreadable

__all__ = ["Imported", "Problem", "read_calendar"]


def read_calendar(data: bytes, source: str, zone: str | None = None) -> Imported:
    """The school holidays of an official file. `zone` is for files that name none; `source` is kept with each row."""
    text = decode(data)
    try:
        rows = rows_of_ics(text) if "BEGIN:VCALENDAR" in text[:2000].upper() else rows_of_csv(text)
    except Unreadable as unreadable:
        return Imported((), (Problem(unreadable.line, str(unreadable)),))
    return periods_of(rows, source, zone)


def decode(data: bytes) -> str:
    """Official files come in UTF-8 with or without a mark; those saved again by a spreadsheet, in anything."""
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return data.decode("utf-16", errors="replace")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return data.decode("cp1252", errors="replace")
