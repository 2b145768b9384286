"""What a town chooses about documents: which supporting documents are asked for, and their limits."""

from dataclasses import dataclass

from server.profiles.choice import choice


@dataclass(frozen=True)
class DocumentsChoices:
    """Room documents; product.md §7."""

    longest_mb: int = choice(10, "largest file a family may send, in megabytes")
