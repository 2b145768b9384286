"""What an address asks for, read into values; anything odd means the usual, or is not found."""

from server.errors import NotFound
from server.web.render import AnyRequest

LONGEST_REF = 60


def number_of(text: str | None, usual: int = 0) -> int:
    """A small whole number, or the usual one."""
    return int(text) if text and text.isascii() and text.isdigit() and len(text) < 10 else usual


def ref_of(request: AnyRequest, name: str = "ref") -> str:
    """The opaque name in the address. Raises NotFound for what cannot be one (PostgreSQL refuses NUL)."""
    ref = str(request.path_params[name])
    if not ref.isprintable() or len(ref) > LONGEST_REF:
        raise NotFound
    return ref
