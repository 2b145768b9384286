"""Who may leave a household's file: never its last adult, never the last one with parental authority. Pure."""

from collections.abc import Mapping, Sequence

from server.families.rules.relations import Ties


def adult_fault(adult: int, adults: Sequence[int], ties: Ties, children: Mapping[int, str]) -> str:
    """Why this adult cannot leave; empty when nothing stands in the way. `children`: first names by id."""
    if len(adults) < 2:
        return "C’est le dernier adulte du dossier\u00a0: un dossier a toujours un responsable."
    for child, name in children.items():
        holding = {of for (to, of), tie in ties.items() if to == child and tie.authority}
        if holding == {adult}:
            return f"C’est le seul adulte avec l’autorité parentale pour {name}\u00a0: corrigez d’abord les liens."
    return ""
