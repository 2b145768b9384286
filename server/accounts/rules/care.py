"""The blocks of « Mon compte »: their fields, and how much of an address a letter may show."""

from server.accounts.rules.passwords import LONGEST, Policy, fields_of
from server.fields import Field

NOW = Field("mot_de_passe_actuel", "Mot de passe actuel", "secret", True, LONGEST, "", "current-password")
NAMES = (
    Field("nom", "Nom", "name", required=True, autocomplete="family-name"),
    Field("prenom", "Prénom(s)", "name", required=True, autocomplete="given-name"),
)
ADDRESS = (
    Field("adresse", "Nouvelle adresse e-mail", "email", True, 254, "Un lien de confirmation y sera envoyé.", "email"),
    Field("adresse_2", "Confirmation de l’adresse", "email", True, 254, "", "email", like="adresse"),
)
OTHERS = Field("autres", "Déconnecter mes autres appareils", "tick")


def password_fields(policy: Policy, has_one: bool) -> tuple[Field, ...]:
    """Old one first, when there is one: an account the town opened may have none yet."""
    new = fields_of(policy)
    return (NOW, *new, OTHERS) if has_one else (*new, OTHERS)


def address_fields(has_password: bool) -> tuple[Field, ...]:
    """A new address, with the password that proves who asks."""
    return (*ADDRESS, NOW) if has_password else ADDRESS


def masked(address: str) -> str:
    """« c…@exemple.fr »: enough to recognise one's own, not enough to write to somebody else's."""
    name, _, domain = address.rpartition("@")
    return f"{name[:1]}…@{domain}"
