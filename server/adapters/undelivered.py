"""Why something did not leave, in the few words that decide what happens next."""


class Undelivered(Exception):
    """It did not leave this time; the message is for the operator. `retry_after`: seconds the other side asked for."""

    def __init__(self, message: str, retry_after: int | None = None) -> None:
        super().__init__(message)
        self.retry_after = retry_after


class Refused(Undelivered):
    """Trying again cannot help: the address, the message or the key is not accepted."""


class Gone(Undelivered):
    """The place does not exist any more and must be forgotten."""


class Down(Undelivered):
    """The service itself does not answer or does not work: nothing else for it is worth trying yet."""
