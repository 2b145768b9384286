"""The figures as tables: on the screen, and in docs/benchmarks.md with --write."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

Line = tuple[str, ...]
DOC = Path(__file__).parent.parent.parent / "docs" / "benchmarks.md"


def put(name: str, text: str) -> None:
    """Replace what stands between the marks of `name` in docs/benchmarks.md."""
    begin, end = f"<!-- {name}: written by make bench -->\n", f"<!-- end of {name} -->\n"
    before, _, rest = DOC.read_text().partition(begin)
    DOC.write_text(f"{before}{begin}\n{text}\n{end}{rest.partition(end)[2]}")


@dataclass
class Table:
    """A title, heads and lines, all text."""

    title: str
    heads: Line
    lines: list[Line] = field(default_factory=list)

    def add(self, *cells: object) -> None:
        """One more line; numbers are written as people read them."""
        self.lines.append(tuple(_written(cell) for cell in cells))
        print("   ", " · ".join(self.lines[-1]), flush=True)

    def as_markdown(self) -> str:
        """The table for docs and screens: first column left, the others right."""
        widths = [max(len(line[n]) for line in [self.heads, *self.lines]) for n in range(len(self.heads))]
        rule = ["-" * widths[0], *("-" * (width - 1) + ":" for width in widths[1:])]
        return "\n".join(
            [f"**{self.title}**", "", *(_line(cells, widths) for cells in (self.heads, rule, *self.lines)), ""]
        )


def _line(cells: Sequence[str], widths: Sequence[int]) -> str:
    first, *others = zip(cells, widths, strict=True)
    return f"| {first[0].ljust(first[1])} | " + " | ".join(cell.rjust(width) for cell, width in others) + " |"


def _written(cell: object) -> str:
    if isinstance(cell, float):
        return f"{cell:,.0f}" if abs(cell) >= 100 else f"{cell:.1f}" if abs(cell) >= 10 else f"{cell:.2f}"
    return f"{cell:,}" if isinstance(cell, int) else str(cell)
