"""The vault: health values sealed with keys that lie in the data folder, never in the database.

AES-256-GCM (`cryptography`); what is sealed is bound to a label (table, column, child), so that a value moved to
another row or column opens no more.
"""

import base64
import os
from pathlib import Path

from cryptography.exceptions import InvalidTag

from server.adapters.ring import Keys, Unreadable, draw_once

FILE = "health.keys"
NONCE = 12  # bytes
BLOCK = 256  # sealed values are filled up to a multiple of this: their length tells nothing


class Vault(Keys):
    """Seals and opens; one per process."""

    def seal(self, label: str, plain: bytes) -> str:
        """`plain` under the current key, bound to `label`, as text for a column."""
        id_ = self.ring.current
        nonce = os.urandom(NONCE)
        filled = plain + b" " * (-len(plain) % BLOCK)  # JSON does not mind the spaces
        body = self.cipher(id_).encrypt(nonce, filled, label.encode())
        return f"{id_}.{base64.urlsafe_b64encode(nonce + body).decode()}"

    def open(self, label: str, sealed: str) -> bytes:
        """What was sealed under `label`. Raises Unreadable."""
        id_, _, text = sealed.partition(".")
        try:
            raw = base64.urlsafe_b64decode(text)
            return self.cipher(id_).decrypt(raw[:NONCE], raw[NONCE:], label.encode())
        except (InvalidTag, ValueError) as error:
            raise Unreadable(f"{label} does not open under key {id_}") from error


def vault_in(data: str) -> Vault:
    """The vault of a data folder, its first key drawn when there is none."""
    return Vault(draw_once(Path(data) / FILE))
