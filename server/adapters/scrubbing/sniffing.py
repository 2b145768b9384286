"""The type of a file by its first bytes; four are taken, and the decoder has the last word."""

from pathlib import Path

HEIC_BRANDS = (b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"mif1", b"msf1")


class NotTaken(Exception):
    """Why a file is refused, in a word of process.REASONS."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


def type_of(path: Path) -> str:
    """jpeg, png, heic or pdf. Raises NotTaken."""
    with path.open("rb") as file:
        head = file.read(16)
    if not head:
        raise NotTaken("empty")
    if head.startswith(b"\xff\xd8\xff"):
        return "jpeg"
    if head.startswith(b"\x89PNG\r\n\x1a\n"):
        return "png"
    if head.startswith(b"%PDF-"):
        return "pdf"
    if head[4:8] == b"ftyp" and head[8:12] in HEIC_BRANDS:
        return "heic"
    raise NotTaken("unknown")
