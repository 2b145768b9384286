"""What a town chooses about messages: which pages and threads are open, and to whom families write."""

from dataclasses import dataclass

from server.profiles.choice import choice


@dataclass(frozen=True)
class MessagesChoices:
    """Room messages; product.md §7."""

    threads: bool = choice(True, "families write to departments and read their answers (G3, G4)")
    departments: tuple[str, ...] = choice(("Service enfance", "Régie et facturation"), "whom families may write to")
    news: bool = choice(True, "the page Actualités is open (G3)")
    infos: bool = choice(True, "the page Infos pratiques is open (G2)")
    menus: bool = choice(True, "the canteen's menus are shown")
