"""Passwords and words that everybody thinks of: shipped with the portal, for a town without internet has them too.

Sources and licences: LICENCES.txt. A folder of its own in the room because it is data, neither rule nor query.
"""

import gzip
from functools import lru_cache
from pathlib import Path

FOLDER = Path(__file__).parent


@lru_cache(maxsize=1)
def common_passwords() -> frozenset[str]:
    """About 21 000, in lower case without accents; read once, at the first new password."""
    leaked = gzip.decompress((FOLDER / "passwords.txt.gz").read_bytes()).decode().split()
    return frozenset((*leaked, *(FOLDER / "french.txt").read_text().split()))
