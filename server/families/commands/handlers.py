"""What accepting a request of this room does, kind by kind."""

from collections.abc import Sequence

from server.families.commands.accepting import CHANGES, accepting_member
from server.families.commands.deciding import Handler, Handlers
from server.families.commands.founding import Then, founding
from server.families.commands.welcoming import Welcome


def family_handlers(welcome: Welcome, then: Sequence[Then] = ()) -> Handlers:
    """The handlers; `welcome` tells the adults who are new to a file, `then` is what else a declared family brings."""
    return {
        "family_declared": Handler(founding(welcome, then)),
        "member_added": Handler(accepting_member(welcome)),
        **CHANGES,
    }
