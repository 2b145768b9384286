"""What a town chooses about messages: which pages and threads are open."""

from dataclasses import dataclass

from server.profiles.choice import choice


@dataclass(frozen=True)
class MessagesChoices:
    """Room messages; product.md §7."""

    news: bool = choice(True, "the page Actualités is open (G3)")
