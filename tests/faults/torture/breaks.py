"""Breakages on purpose, in a copy of the tree: a torture that lets these pass proves nothing."""

import shutil
from dataclasses import dataclass
from pathlib import Path

from tests.journeys.live import ROOT

FOLDERS = ("server", "service_worker", "pwa", "static")
JUDGING, TAPS = "server/bookings/commands/judging.py", "server/bookings/commands/taps.py"


@dataclass(frozen=True)
class Break:
    """A few lines said otherwise: in which file, before, after."""

    changes: tuple[tuple[str, str, str], ...]


BREAKS = {
    # The courier forgets a tap once it is on its way: a lost request is a lost tap.
    "courier": Break(
        (
            (
                "service_worker/courier.js",
                "const stopped = await carry(phone, batch);",
                "await phone.store.drop(phone.account, ({ sentId }) => batch.some(({ id }) => id === sentId));\n"
                "    const stopped = await carry(phone, batch);",
            ),
        ),
    ),
    # The server does not know a tap it has judged, nor that a later one came before it.
    "ids": Break(
        (
            (JUDGING, "if (known := ledger.taps.get(tap.id)) is not None:", "if (known := None) is not None:"),
            (JUDGING, "if tap.seq <= ledger.last_seq(request.want.author):", "if tap.seq < 0:"),
            (TAPS, "if request.tap.id not in ledger.taps:", "if True:"),
            (TAPS, 'values {values}\n"""\n\n\nWAITED', 'values {values} on conflict (id) do nothing\n"""\n\n\nWAITED'),
        ),
    ),
    # A verdict settles whatever the square holds now: the cancellation tapped meanwhile is taken for the booking.
    "settle": Break(
        (
            (
                "service_worker/reducer.js",
                "if (verdict.id === record.id) return conclude",
                "if (verdict.id) return conclude",
            ),
        ),
    ),
}


def broken_tree(name: str, folder: Path) -> Path:
    """A copy of the program with the breakage `name` in it. Raises ValueError when its lines are not there any more."""
    root = folder / f"broken-{name}"
    for part in FOLDERS:
        shutil.copytree(ROOT / part, root / part, ignore=shutil.ignore_patterns("__pycache__"))
    for file, before, after in BREAKS[name].changes:
        text = (root / file).read_text()
        if before not in text:
            raise ValueError(f"{file} has changed, the breakage {name} must be said again: {before!r}")
        (root / file).write_text(text.replace(before, after))
    return root
