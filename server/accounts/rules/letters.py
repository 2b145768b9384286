"""What letters say: one function a kind, from what the event knew to subject, sentences, facts and the link's name."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

NBSP = "\u00a0"
DAY = 24  # hours
IGNORE = "Si vous n’avez rien demandé, ne faites rien\u00a0: personne n’entre sans ce lien."

Payload = Mapping[str, str]


@dataclass(frozen=True)
class Words:
    """A letter before it is drawn: text before the facts, facts as (name, value), the link's name, text after."""

    subject: str
    before: tuple[str, ...]
    button: str = ""  # empty: the letter carries no link
    facts: tuple[tuple[str, str], ...] = ()
    after: tuple[str, ...] = ()


@dataclass(frozen=True)
class Kind:
    """A kind of letter. `words` gets the payload and how long the link lives, in words (empty without a link)."""

    name: str
    words: Callable[[Payload, str], Words]


def lasting(hours: int) -> str:
    """« 60 minutes », « 24 heures », « 7 jours »: as one says it."""
    if hours == 1:
        return f"60{NBSP}minutes"
    if hours > 3 * DAY and hours % DAY == 0:
        return f"{hours // DAY}{NBSP}jours"
    return f"{hours}{NBSP}heures"


def _facts(payload: Payload, *named: tuple[str, str]) -> tuple[tuple[str, str], ...]:
    """The facts the payload has; one of several lines becomes several."""
    return tuple((label, line) for key, label in named for line in payload.get(key, "").splitlines() if line)


def _activation(payload: Payload, life: str) -> Words:
    """Keys: user_name, services (a line each, with its state), both optional."""
    return Words(
        subject="Activez votre compte famille",
        before=(
            "Votre inscription au portail famille est presque terminée. Il reste à confirmer votre adresse e-mail.",
        ),
        button="Activer mon compte",
        facts=_facts(payload, ("user_name", "Nom d’utilisateur"), ("services", "Service")),
        after=(
            f"Ce lien sert une seule fois, pendant {life}. Passé ce délai, l’inscription est effacée et il faut la "
            "recommencer.",
            IGNORE,
        ),
    )


def _opened(payload: Payload, life: str) -> Words:
    """The town opened the account. Keys: login, services."""
    return Words(
        subject="Votre compte famille est ouvert",
        before=("La mairie a ouvert pour vous un compte sur le portail famille. Il reste à l’activer.",),
        button="Activer mon compte",
        facts=_facts(payload, ("login", "Identifiant"), ("services", "Service")),
        after=(f"Ce lien sert une seule fois, pendant {life}. Passé ce délai, demandez-en un autre à la mairie.",),
    )


def _invited(payload: Payload, life: str) -> Words:
    """An adult of the same file invites. Keys: inviter, login, services."""
    return Words(
        subject="Votre compte famille vous attend",
        before=(
            f"{payload.get('inviter', 'Un adulte de votre dossier')} vous invite à suivre votre dossier famille avec "
            "votre propre compte.",
        ),
        button="Activer mon compte",
        facts=_facts(payload, ("login", "Identifiant"), ("services", "Service")),
        after=(
            f"Ce lien sert une seule fois, pendant {life}. Si vous ne connaissez pas cette personne, ne faites rien.",
        ),
    )


def _known(payload: Payload, life: str) -> Words:
    """Somebody registered with the address of an account that exists. Keys: none."""
    return Words(
        subject="Vous avez déjà un compte famille",
        before=(
            "Une inscription vient d’être demandée avec votre adresse e-mail, mais vous avez déjà un compte.",
            "Pour entrer, connectez-vous avec cette adresse. Mot de passe oublié\u00a0? Demandez-en un autre depuis la "
            "page de connexion.",
            "Si ce n’était pas vous, ne faites rien\u00a0: votre compte n’a pas changé.",
        ),
    )


def _asked(payload: Payload, life: str) -> Words:
    """A registration was asked for and waits for the town's answer. Keys: name."""
    return Words(
        subject="Votre demande d’inscription est transmise",
        before=(
            "Vous avez demandé un compte sur le portail famille. Votre demande est entre les mains du service enfance.",
            "Vous recevrez sa réponse à cette adresse, avec un lien pour terminer votre inscription.",
        ),
        facts=_facts(payload, ("name", "Demande de")),
        after=("Si vous n’avez rien demandé, ne faites rien\u00a0: personne n’entre sans ce lien.",),
    )


def _accepted(payload: Payload, life: str) -> Words:
    """The town said yes to a registration. Keys: name."""
    return Words(
        subject="Votre demande d’inscription est acceptée",
        before=("Le service enfance a accepté votre demande. Il reste à terminer votre inscription.",),
        button="Terminer mon inscription",
        facts=_facts(payload, ("name", "Demande de")),
        after=(
            f"Ce lien sert pendant {life}. Passé ce délai, l’inscription est effacée et il faut la recommencer.",
            IGNORE,
        ),
    )


def _refused(payload: Payload, life: str) -> Words:
    """The town said no. Keys: name, reason."""
    return Words(
        subject="Votre demande d’inscription n’a pas été acceptée",
        before=(
            "Le service enfance n’a pas pu accepter votre demande d’inscription au portail famille.",
            f"Motif{NBSP}: {payload.get('reason', '')}",
            "Pour toute question, appelez le service enfance ou présentez-vous à l’accueil.",
        ),
        facts=_facts(payload, ("name", "Demande de")),
    )


def _file_linked(payload: Payload, life: str) -> Words:
    """To an address a file knows and that has no account: somebody was linked to the file. Keys: name."""
    return Words(
        subject="Un compte vient d’être rattaché à votre dossier famille",
        before=(
            f"Le compte de {payload.get('name', 'quelqu’un')} est maintenant rattaché au dossier famille qui porte "
            "votre adresse.",
            "Si ce n’est pas normal, appelez le service enfance sans attendre.",
        ),
    )


def _reset(payload: Payload, life: str) -> Words:
    """Keys: user_name, optional."""
    return Words(
        subject="Choisir un nouveau mot de passe",
        before=("Un nouveau mot de passe a été demandé pour votre compte famille.",),
        button="Choisir un nouveau mot de passe",
        facts=_facts(payload, ("user_name", "Nom d’utilisateur")),
        after=(
            f"Ce lien sert une seule fois, pendant {life}. Votre mot de passe actuel reste valable tant que vous n’en "
            "avez pas choisi d’autre.",
            IGNORE,
        ),
    )


def _address(payload: Payload, life: str) -> Words:
    """To the new address. Keys: none."""
    return Words(
        subject="Confirmez votre nouvelle adresse e-mail",
        before=("Vous avez demandé que cette adresse devienne celle de votre compte famille.",),
        button="Confirmer cette adresse",
        after=(f"Ce lien sert une seule fois, pendant {life}.", IGNORE),
    )


def _address_asked(payload: Payload, life: str) -> Words:
    """To the old address: a change was asked for. Keys: masked."""
    return Words(
        subject="Changement d’adresse e-mail demandé",
        before=(
            f"Il a été demandé que l’adresse de votre compte famille devienne {payload.get('masked', 'une autre')}.",
            "Le changement aura lieu quand cette nouvelle adresse aura été confirmée.",
            "Si ce n’est pas vous, changez tout de suite votre mot de passe et appelez la mairie.",
        ),
    )


def _address_changed(payload: Payload, life: str) -> Words:
    """To the old address: the change was made. Keys: masked."""
    return Words(
        subject="L’adresse de votre compte famille a changé",
        before=(
            f"L’adresse de votre compte est maintenant {payload.get('masked', 'une autre')}. Ce message est le dernier "
            "que vous recevez ici.",
            "Si ce n’est pas vous, appelez la mairie sans attendre.",
        ),
    )


def _address_taken(payload: Payload, life: str) -> Words:
    """To an address that is already another account's. Keys: none."""
    return Words(
        subject="Cette adresse a déjà un compte famille",
        before=(
            "Il a été demandé que cette adresse devienne celle d’un autre compte, mais elle est déjà celle du vôtre.",
            "Rien n’a changé. Si c’est vous qui avez deux comptes, la mairie peut vous aider à n’en garder qu’un.",
        ),
    )


def _file_key(payload: Payload, life: str) -> Words:
    """To an adult a validated file names. Keys: family, until (a day in words), known ("oui": has an account), key."""
    how = (
        "Connectez-vous, ouvrez Mon dossier, puis «\u00a0Relier mon compte\u00a0» et tapez cette clé."
        if payload.get("known")
        else "Créez votre espace sur le portail famille et tapez cette clé à l’étape «\u00a0Authentification\u00a0»."
    )
    family = payload.get("family", "")
    return Words(
        subject="Votre clé enfance",
        before=(f"La mairie a validé le dossier de la famille {family}, où vous êtes nommé responsable.", how),
        facts=_facts(payload, ("key", "Clé enfance"), ("until", "Valable une fois, jusqu’au")),
        after=(
            "Elle ouvre ce dossier\u00a0: ne la donnez à personne. Si rien de cela ne vous dit quelque chose, "
            "ne faites rien et appelez la mairie.",
        ),
    )


def _agent_opened(payload: Payload, life: str) -> Words:
    """An agent's account was opened. Keys: login."""
    return Words(
        subject="Votre compte d’agent",
        before=("Un compte d’agent vous attend sur le portail famille. Il reste à choisir votre mot de passe.",),
        button="Choisir mon mot de passe",
        facts=_facts(payload, ("login", "Identifiant")),
        after=(f"Ce lien sert une seule fois, pendant {life}. Passé ce délai, demandez-en un autre à votre collègue.",),
    )


def _closed(payload: Payload, life: str) -> Words:
    """The account was closed by its owner. Keys: none."""
    return Words(
        subject="Votre compte famille est fermé",
        before=(
            "Vous avez fermé votre compte sur le portail famille. Ce message est le dernier que vous recevez.",
            "Si ce n’est pas vous, appelez la mairie sans attendre.",
        ),
    )


def _unused(payload: Payload, life: str) -> Words:
    """Nobody has used the account for long. Keys: until (a day in words)."""
    return Words(
        subject="Votre compte famille va être fermé",
        before=(
            "Vous n’avez pas ouvert le portail famille depuis longtemps. Pour ne pas garder vos données sans raison, "
            f"votre compte sera fermé le {payload.get('until', 'mois prochain')}.",
            "Pour le garder, il suffit de vous connecter avant. Sinon, ne faites rien.",
        ),
    )


TABLE = (
    Kind("activation", _activation),
    Kind("account_opened", _opened),
    Kind("invited", _invited),
    Kind("account_known", _known),
    Kind("registration_asked", _asked),
    Kind("registration_accepted", _accepted),
    Kind("registration_refused", _refused),
    Kind("file_linked", _file_linked),
    Kind("reset", _reset),
    Kind("address", _address),
    Kind("address_taken", _address_taken),
    Kind("address_asked", _address_asked),
    Kind("address_changed", _address_changed),
    Kind("file_key", _file_key),
    Kind("agent_opened", _agent_opened),
    Kind("account_closed", _closed),
    Kind("account_unused", _unused),
)
KINDS: Mapping[str, Kind] = {kind.name: kind for kind in TABLE}


def words_of(kind: str, payload: Payload, hours: int | None) -> Words:
    """The words of one letter. Raises KeyError for a kind that does not exist."""
    return KINDS[kind].words(payload, lasting(hours) if hours else "")
