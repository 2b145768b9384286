"""What can go wrong with a database, in words both engines share."""


class DatabaseError(Exception):
    """The database refused or failed; the transaction was rolled back whole."""


class Busy(DatabaseError):
    """The database is locked, full of waiting work or not there: try again in `retry_after` seconds."""

    def __init__(self, message: str, retry_after: int = 5) -> None:
        super().__init__(message)
        self.retry_after = retry_after


class Duplicate(DatabaseError):
    """A unique or check constraint held: the row exists already, or must not exist."""
