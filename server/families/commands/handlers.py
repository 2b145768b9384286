"""What accepting a request of this room does, kind by kind."""

from collections.abc import Sequence

from server.families.commands.accepting import CHANGES, accepting_member
from server.families.commands.deciding import Handler, Handlers
from server.families.commands.founding import Then, founding
from server.families.commands.leaving import Endings
from server.families.commands.removing import letting_go
from server.families.commands.welcoming import Welcome


def family_handlers(welcome: Welcome, endings: Endings = (), then: Sequence[Then] = ()) -> Handlers:
    """The handlers; `welcome` tells the adults who are new to a file, `then` is what else a declared family brings.

    `endings`: what rooms end when a child leaves a household.
    """
    return {
        "family_declared": Handler(founding(welcome, then)),
        "member_added": Handler(accepting_member(welcome)),
        "member_removed": letting_go(endings),
        **CHANGES,
    }
