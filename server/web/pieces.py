"""Small pieces of page that are the same for many visitors but for one name: rendered once, joined at each request.

A file of its own beside render: a month is hundreds of squares, and carrying each one's words into the template engine
cost more than the rest of its page.
"""

from collections.abc import Hashable, Iterable

from minijinja import Environment, escape, safe

MOST_KEPT = 20_000  # some 200 bytes each
OWNER = "\0"  # stands for the owner's name in what is kept: no text of ours can hold it


class Pieces:
    """One template, rendered once for each `item` asked for.

    It may say the item, the `owner` (of whom it can ask nothing) and what holds for the whole portal; of the visitor
    and of the hour it is told nothing, so that what is kept is never too old.
    """

    def __init__(self, engine: Environment, template: str, most: int = MOST_KEPT) -> None:
        self._engine, self._template, self._most = engine, template, most
        self._kept: dict[Hashable, str] = {}

    def __len__(self) -> int:
        return len(self._kept)

    def of(self, item: Hashable) -> str:
        """The piece, its owner not yet named."""
        return self._kept.get(item) or self._rendered(item)

    def _rendered(self, item: Hashable) -> str:
        if len(self._kept) >= self._most:
            self._kept.clear()
        piece = self._kept[item] = self._engine.render_template(self._template, item=item, owner=OWNER)
        return piece


def joined(pieces: Iterable[str], owner: str) -> str:
    """The pieces one after the other, all of the same owner (named as `in_html` gives it): HTML, escaped already."""
    return safe("".join(pieces).replace(OWNER, owner))


def in_html(owner: str) -> str:
    """An owner's name as it stands in HTML."""
    return str(escape(owner))
