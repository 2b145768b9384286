"""Every kind of letter, and the words of one."""

from collections.abc import Mapping

from server.accounts.rules.letters.joining import JOINING
from server.accounts.rules.letters.keeping import KEEPING
from server.accounts.rules.letters.text import Text, Words, filled

TEXTS: Mapping[str, Text] = {**JOINING, **KEEPING}


def words_of(kind: str, payload: Mapping[str, str], hours: int | None) -> Words:
    """The words of one letter. Raises KeyError for a kind that does not exist."""
    return filled(TEXTS[kind], payload, hours)
