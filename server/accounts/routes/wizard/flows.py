"""Which wizards this town has open, in the town's manner."""

from typing import Any

from server.accounts.routes.new_password import policy_in
from server.accounts.rules import ways
from server.accounts.rules.wizard import Flow
from server.profiles import Profile

OFFERS = {
    "dossier": ("Vous avez déjà un dossier", "Avec une facture ou un courrier de la mairie sous la main."),
    "espace": ("Vous êtes une nouvelle famille", "Créez votre espace, puis déclarez votre famille."),
    "demande": ("Vous n’êtes pas encore inscrit", "Quelques renseignements ; la mairie vous répond par courriel."),
}


def manner_of(profile: Profile) -> ways.Manner:
    """The town's choices about wizards, in plain values."""
    chosen = profile.accounts
    return ways.Manner(chosen.without_file, chosen.privacy, chosen.photo, policy_in(chosen))


def open_flows(state: Any) -> dict[str, Flow]:
    """The wizards a stranger may begin, by slug, in the order of the profile."""
    manner = manner_of(state.profile)
    made = {
        "known_file": lambda: ways.known_file(manner),
        "open": lambda: ways.open_registration(manner),
        "ask": ways.ask,
    }
    flows = [made[way]() for way in state.profile.accounts.ways_in if way in made]
    return {flow.slug: flow for flow in flows}


def flow_called(state: Any, slug: str) -> Flow | None:
    """The wizard of this name; the one that finishes a registration is open while asking is."""
    if slug == "suite" and "ask" in state.profile.accounts.ways_in:
        return ways.finish(manner_of(state.profile))
    return open_flows(state).get(slug)
