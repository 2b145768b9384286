"""What the doctor says."""

from dataclasses import dataclass

MARKS = {"ok": "ok  ", "note": "note", "fault": "FAULT"}


@dataclass(frozen=True)
class Finding:
    """One sentence; a fault makes the command fail, a note does not."""

    kind: str  # ok | note | fault
    sentence: str


def ok(sentence: str) -> Finding:
    """Looked at and well."""
    return Finding("ok", sentence)


def note(sentence: str) -> Finding:
    """Worth knowing."""
    return Finding("note", sentence)


def fault(sentence: str) -> Finding:
    """Must be repaired."""
    return Finding("fault", sentence)
