"""What a town chooses about accounts: ways in, lifetimes, passwords, texts to accept."""

from dataclasses import dataclass
from typing import Literal

from server.profiles.choice import choice

Sign = Literal["lower", "upper", "digit", "special"]
Way = Literal["known_file", "open", "ask", "by_town"]


@dataclass(frozen=True)
class AccountsChoices:
    """Room accounts; product.md §1."""

    ways_in: tuple[Way, ...] = choice(
        ("known_file", "open", "by_town"),
        "ways in that are open: known_file (G0, G3), open (G2), ask (G1: ask, wait, finish), by_town (G1, G4)",
    )
    password_shortest: int = choice(
        12,
        "fewest characters of a password; below 12 the CNIL's advice is not met (G0, G3, G4: 6; G2: 8)",
    )
    password_needs: tuple[Sign, ...] = choice(
        (), "signs a password must have: lower, upper, digit, special (G2: all four; G3: upper, special)"
    )
    password_refuse_common: bool = choice(
        True, "refuse common passwords, keyboard rows, repetitions, and the person's own name, address or town"
    )
    activation_hours: int = choice(24, "lifetime of an activation link asked for by the parent, in hours")
    without_file: bool = choice(False, "known_file: « Je n’ai pas ces informations, continuer sans » is offered (G0)")
    puzzle: Literal["never", "attacked", "always"] = choice(
        "attacked",
        "a calculation the phone makes before a public form is taken: never, attacked (while the town is), always",
    )
    puzzle_above: int = choice(600, "public forms an hour, from the whole town, above which it is taken for attacked")
    photo: bool = choice(
        False, "an optional photo of the account's holder: in « Créer mon espace » and in « Mon compte » (G2)"
    )
    privacy: Literal["none", "information", "step"] = choice(
        "information",
        "privacy policy while registering: none (G0), information shown beside the CGU (G2), a step to accept (G3)",
    )
