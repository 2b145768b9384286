"""Agents' accounts: which rights there are, the form, and what nobody may do to the last who holds the keys; pure."""

from collections.abc import Collection

from server.fields import Field

RIGHTS: tuple[tuple[str, str, str], ...] = (
    ("dossiers", "Dossiers", "Lire et changer les dossiers, décider des démarches"),
    ("bookings", "Réservations", "Valider, réserver pour une famille, fermer un jour, capacités"),
    ("attendance", "Journée", "Lire la liste du jour"),
    ("billing", "Facturation", "Répondre aux questions de facturation"),
    ("content", "Contenus", "Écrire actualités, infos pratiques et menus"),
    ("settings", "Réglages", "Règles, fermetures, journal, comptes des agents"),
)
NAMES = frozenset(name for name, _, _ in RIGHTS)
INVITED_HOURS = 72  # lifetime of the link by which a new agent chooses a password

NEW = (
    Field("prenom", "Prénom", "name", required=True),
    Field("nom", "Nom", "name", required=True),
    Field("email", "Adresse e-mail professionnelle", "email", required=True, longest=254),
)

OWN_KEYS = "Vous ne pouvez pas vous retirer ce droit ni fermer votre propre compte\u00a0: demandez-le à un autre agent."
LAST_KEYS = "Il ne resterait personne pour gérer les comptes\u00a0: donnez d’abord ce droit à quelqu’un d’autre."


def fault_of(self_change: bool, before: Collection[str], after: Collection[str], disabled: bool, others: int) -> str:
    """Why a change of rights is refused; empty when it may be done.

    `others` is how many other agents who can come in hold the right to settings: the keys must never be lost.
    """
    loses = "settings" in before and (disabled or "settings" not in after)
    if self_change and (loses or disabled):
        return OWN_KEYS
    return LAST_KEYS if loses and not others else ""


def rights_of(ticked: Collection[str]) -> tuple[str, ...]:
    """The rights of a form in their order; names that are none are left out."""
    return tuple(name for name, _, _ in RIGHTS if name in ticked)
