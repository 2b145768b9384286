"""The letters of those who have an account: its password, its address, its end."""

from collections.abc import Mapping

from server.accounts.rules.letters.text import IGNORE, Text

KEEPING: Mapping[str, Text] = {
    "reset": Text(
        subject="Choisir un nouveau mot de passe",
        before=("Un nouveau mot de passe a été demandé pour votre compte famille.",),
        button="Choisir un nouveau mot de passe",
        facts=("user_name",),
        after=(
            "Ce lien sert une seule fois, pendant {life}. Votre mot de passe actuel reste valable tant que vous n’en "
            "avez pas choisi d’autre.",
            IGNORE,
        ),
    ),
    # To the new address.
    "address": Text(
        subject="Confirmez votre nouvelle adresse e-mail",
        before=("Vous avez demandé que cette adresse devienne celle de votre compte famille.",),
        button="Confirmer cette adresse",
        after=(
            "Ce lien sert une seule fois, pendant {life}.",
            IGNORE,
        ),
    ),
    # To an address that is already another account's.
    "address_taken": Text(
        subject="Cette adresse a déjà un compte famille",
        before=(
            "Il a été demandé que cette adresse devienne celle d’un autre compte, mais elle est déjà celle du vôtre.",
            "Rien n’a changé. Si c’est vous qui avez deux comptes, la mairie peut vous aider à n’en garder qu’un.",
        ),
    ),
    # To the old address: a change was asked for.
    "address_asked": Text(
        subject="Changement d’adresse e-mail demandé",
        before=(
            "Il a été demandé que l’adresse de votre compte famille devienne {masked}.",
            "Le changement aura lieu quand cette nouvelle adresse aura été confirmée.",
            "Si ce n’est pas vous, changez tout de suite votre mot de passe et appelez la mairie.",
        ),
        unknown={"masked": "une autre"},
    ),
    # To the old address: the change was made.
    "address_changed": Text(
        subject="L’adresse de votre compte famille a changé",
        before=(
            "L’adresse de votre compte est maintenant {masked}. Ce message est le dernier que vous recevez ici.",
            "Si ce n’est pas vous, appelez la mairie sans attendre.",
        ),
        unknown={"masked": "une autre"},
    ),
    # The account was closed by its owner.
    "account_closed": Text(
        subject="Votre compte famille est fermé",
        before=(
            "Vous avez fermé votre compte sur le portail famille. Ce message est le dernier que vous recevez.",
            "Si ce n’est pas vous, appelez la mairie sans attendre.",
        ),
    ),
    # The town writes to a family none of whose adults has an account.
    "from_town": Text(
        subject="{subject}",
        before=("{body}",),
        after=("{department}",),
        unknown={"subject": "Un message de la mairie", "body": "La mairie vous a écrit.", "department": ""},
    ),
    # Nobody has used the account for long.
    "account_unused": Text(
        subject="Votre compte famille va être fermé",
        before=(
            "Vous n’avez pas ouvert le portail famille depuis longtemps. Pour ne pas garder vos données sans raison, "
            "votre compte sera fermé le {until}.",
            "Pour le garder, il suffit de vous connecter avant. Sinon, ne faites rien.",
        ),
        unknown={"until": "mois prochain"},
    ),
}
