"""The official ICS, one file per zone or for all: folded lines, whole days, `DTEND` the day of return."""

from server.activities.importer.stamps import day_of
from server.activities.importer.values import Row, Unreadable
from server.french import NBSP


def rows_of_ics(text: str) -> list[Row]:
    """The events of a calendar, each with the line it begins on."""
    rows: list[Row] = []
    event: dict[str, str] | None = None
    begins = 0
    for line, content in _unfolded(text):
        if content.upper() == "BEGIN:VEVENT":
            event, begins = {}, line
        elif content.upper() == "END:VEVENT" and event is not None:
            rows.append(_row(begins, event))
            event = None
        elif event is not None:
            name, _, value = content.partition(":")
            event[name.partition(";")[0].upper()] = _unescaped(value)
    if event is not None:
        raise Unreadable(f"Fichier tronqué{NBSP}: l’événement de la ligne {begins} n’est pas terminé.", begins)
    return rows


def _unfolded(text: str) -> list[tuple[int, str]]:
    lines: list[tuple[int, str]] = []
    for number, line in enumerate(text.splitlines(), 1):
        if line[:1] in (" ", "\t") and lines:
            begins, content = lines[-1]
            lines[-1] = (begins, content + line[1:])
        elif line.strip():
            lines.append((number, line.strip()))
    return lines


def _row(line: int, event: dict[str, str]) -> Row:
    summary = event.get("SUMMARY", "")
    description, _, zones = summary.partition(" - ")
    location = event.get("LOCATION", "")
    start = day_of(event.get("DTSTART", ""))
    return Row(line, description, start, day_of(event.get("DTEND", "")) or start, zones, location)


def _unescaped(value: str) -> str:
    return value.replace("\\,", ",").replace("\\;", ";").replace("\\n", " ").replace("\\N", " ").replace("\\\\", "\\")
