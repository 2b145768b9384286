"""The guard of public forms: the trap and the time for everybody, a puzzle while the town is attacked."""

from collections.abc import Mapping
from dataclasses import dataclass

from server.accounts.commands.crowding import Effort, admit
from server.web import AnyRequest
from server.web.robots import BITS, PATIENCE, SAID, STAMP, is_solved, looks_like_a_robot

CROWDED = (
    "Beaucoup de formulaires arrivent en ce moment, peut-être d’un programme. Rien n’est perdu : votre appareil fait "
    "un petit calcul, puis envoyez de nouveau. S’il n’y arrive pas, envoyez après une minute."
)


@dataclass(frozen=True)
class Guarded:
    """What is said at the head of the form when it is not taken, and how hard its puzzle is then (0: none)."""

    said: str = ""
    puzzle: int = 0


async def guarded(request: AnyRequest, posted: Mapping[str, str]) -> Guarded:
    """Whether a public form is taken; when not, show it again with nothing typed lost."""
    state = request.app.state
    now = state.clock()
    if looks_like_a_robot(state.secret, posted, now):
        return Guarded(SAID)
    chosen = state.profile.accounts
    patient = not looks_like_a_robot(state.secret, posted, now, PATIENCE)
    effort: Effort = "solved" if is_solved(posted) else "waited" if patient else "none"
    taken: bool = await state.db.write(admit, chosen.puzzle, chosen.puzzle_above, posted.get(STAMP, ""), effort, now)
    return Guarded() if taken else Guarded(CROWDED, BITS)
