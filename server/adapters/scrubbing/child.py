"""The process that reads what a stranger made: `python -m server.adapters.scrubbing.child SOURCE TARGET [portrait]`."""

import contextlib
import json
import resource
import sys
from pathlib import Path

MEMORY = 1_500 * 1024 * 1024  # bytes of address space; a photo of 48 Mpx needs about 400 MB
PROCESSOR = 30  # seconds
LARGEST = 64 * 1024 * 1024  # bytes written


def main(source: Path, target: Path, portrait: bool = False) -> dict[str, object]:
    """What became of the file, as the other side reads it."""
    _be_modest()
    from server.adapters.scrubbing.sniffing import NotTaken, type_of

    try:
        kind = type_of(source)
        if kind == "pdf" and portrait:
            raise NotTaken("unknown")
        if kind == "pdf":
            from server.adapters.scrubbing.pdfs import rewritten

            return {"media": "application/pdf", "pages": rewritten(source, target)}
        from server.adapters.scrubbing.images import redrawn

        redrawn(source, target, kind, portrait)
        return {"media": "image/jpeg", "pages": 1}
    except NotTaken as refusal:
        return {"unfit": refusal.reason}
    except MemoryError:
        return {"unfit": "too_many_pixels"}


def _be_modest() -> None:
    """Limits are set from inside: the server starts no code between fork and exec."""
    limits = ((resource.RLIMIT_AS, MEMORY), (resource.RLIMIT_CPU, PROCESSOR), (resource.RLIMIT_FSIZE, LARGEST),
              (resource.RLIMIT_CORE, 0), (resource.RLIMIT_NOFILE, 64))  # fmt: skip
    for what, most in limits:
        with contextlib.suppress(ValueError, OSError):  # a system that knows no such limit
            resource.setrlimit(what, (most, most))


if __name__ == "__main__":
    print(json.dumps(main(Path(sys.argv[1]), Path(sys.argv[2]), "portrait" in sys.argv[3:])))
