"""What accepting a request of this room does, kind by kind."""

from collections.abc import Sequence

from server.families.commands.accepting import CHANGES
from server.families.commands.deciding import Handler, Handlers
from server.families.commands.founding import Then, founding


def family_handlers(then: Sequence[Then] = ()) -> Handlers:
    """The handlers; `then` is what happens once a declared family exists."""
    return {"family_declared": Handler(founding(then)), **CHANGES}
