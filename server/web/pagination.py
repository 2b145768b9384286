"""Pages of a long list: which one is shown, how many there are, and the sentence that says so."""

from dataclasses import dataclass

SIZES = (50, 100, 200)


@dataclass(frozen=True)
class Leaf:
    """One page of a list of `total` rows; the number asked for is brought back into the list."""

    asked: int
    size: int
    total: int

    @property
    def last(self) -> int:
        """The number of the last page, at least 1."""
        return max(1, -(-self.total // self.size))

    @property
    def number(self) -> int:
        """The page shown, from 1."""
        return min(max(1, self.asked), self.last)

    @property
    def offset(self) -> int:
        """How many rows lie before it."""
        return (self.number - 1) * self.size

    @property
    def sentence(self) -> str:
        """« 51 à 100 sur 312 »."""
        if not self.total:
            return "0 sur 0"
        return f"{self.offset + 1} à {min(self.total, self.offset + self.size)} sur {self.total}"
