"""Texts an account accepts or is told of: each version once, with its date and its very words."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from server.database import Work, sql


@dataclass(frozen=True)
class Shown:
    """A text as it is put before somebody, and whether it must be accepted or is only told."""

    kind: str
    version: str
    digest: str
    body: str
    how: Literal["accepted", "told"]

    @property
    def name(self) -> str:
        """Kind and version in a word."""
        return f"{self.kind}={self.version}"


def keep_consents(account_id: int, texts: Iterable[Shown], now: datetime) -> Work[None]:
    """The account has accepted, or been told of, these texts. Said again, it is still true since the first time."""
    for text in texts:
        yield sql(
            "insert into legal_text (kind, version, digest, body, first_at) values ($1, $2, $3, $4, $5) "
            "on conflict (kind, digest) do nothing",
            text.kind,
            text.version,
            text.digest,
            text.body,
            now,
        )
        yield sql(
            "insert into consent (account_id, kind, version, digest, how, at) values ($1, $2, $3, $4, $5, $6) "
            "on conflict (account_id, kind, version) do nothing",
            account_id,
            text.kind,
            text.version,
            text.digest,
            text.how,
            now,
        )
