"""What those who hold the day's list must know of consents; no health secret, so no reading to be noted."""

from collections.abc import Mapping, Sequence

from server.database import Work, marks, sql
from server.profiles.health import HealthChoices

HELD = """
select p.child_id, p.kind, p.granted from permission p where p.child_id in ({marks})
and p.kind in ('alone', 'image', 'filming')
and not exists (select 1 from permission q where q.child_id = p.child_id and q.kind = p.kind and q.id > p.id)
"""
PICTURES = ("image", "filming")  # G4 asks the one, G2 the other


def roster_notes(choices: HealthChoices, children: Sequence[int]) -> Work[Mapping[int, tuple[str, ...]]]:
    """By child: may leave alone, may not be photographed (silence is no consent); of what the town asks only."""
    asked = set(choices.permissions) if choices.sheet != "none" else set()
    pictures = [kind for kind in PICTURES if kind in asked]
    if not children or not (pictures or "alone" in asked):
        return {}
    rows = yield sql(HELD.format(marks=marks(len(children))), *children)
    granted = {(row["child_id"], row["kind"]) for row in rows if row["granted"]}
    notes: dict[int, tuple[str, ...]] = {}
    for child in children:
        alone = ("sort seul",) if "alone" in asked and (child, "alone") in granted else ()
        hidden = ("pas de photo",) if any((child, kind) not in granted for kind in pictures) else ()
        notes[child] = (*alone, *hidden)
    return notes
