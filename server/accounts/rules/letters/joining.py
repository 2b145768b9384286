"""The letters of those who come in: registered, opened for them, invited, linked to a file."""

from collections.abc import Mapping

from server.accounts.rules.letters.text import IGNORE, Text

KEY_READY = "La mairie a validé le dossier de la famille {family}, où vous êtes nommé responsable."
KEY_ADVICE = (
    "Elle ouvre ce dossier\u00a0: ne la donnez à personne. Si rien de cela ne vous dit quelque chose, "
    "ne faites rien et appelez la mairie."
)

JOINING: Mapping[str, Text] = {
    "activation": Text(
        subject="Activez votre compte famille",
        before=(
            "Votre inscription au portail famille est presque terminée. Il reste à confirmer votre adresse e-mail.",
        ),
        button="Activer mon compte",
        facts=("user_name", "services"),
        after=(
            "Sur un autre appareil, ou plus d’une heure après, le mot de passe choisi à l’inscription est demandé.",
            "Ce lien sert une seule fois, pendant {life}. Passé ce délai, l’inscription est effacée et il faut la "
            "recommencer.",
            IGNORE,
        ),
    ),
    # The town opened the account.
    "account_opened": Text(
        subject="Votre compte famille est ouvert",
        before=("La mairie a ouvert pour vous un compte sur le portail famille. Il reste à l’activer.",),
        button="Activer mon compte",
        facts=("login", "services"),
        after=("Ce lien sert une seule fois, pendant {life}. Passé ce délai, demandez-en un autre à la mairie.",),
    ),
    # An adult of the same file invites.
    "invited": Text(
        subject="Votre compte famille vous attend",
        before=("{inviter} vous invite à suivre votre dossier famille avec votre propre compte.",),
        button="Activer mon compte",
        facts=("login", "services"),
        after=(
            "Ce lien sert une seule fois, pendant {life}. Si vous ne connaissez pas cette personne, ne faites rien.",
        ),
        unknown={"inviter": "Un adulte de votre dossier"},
    ),
    # Somebody registered with the address of an account that exists.
    "account_known": Text(
        subject="Vous avez déjà un compte famille",
        before=(
            "Une inscription vient d’être demandée avec votre adresse e-mail, mais vous avez déjà un compte.",
            "Pour entrer, connectez-vous avec cette adresse. Mot de passe oublié\u00a0? Demandez-en un autre depuis "
            "la page de connexion.",
            "Si ce n’était pas vous, ne faites rien\u00a0: votre compte n’a pas changé.",
        ),
    ),
    # A registration was asked for and waits for the town's answer.
    "registration_asked": Text(
        subject="Votre demande d’inscription est transmise",
        before=(
            "Vous avez demandé un compte sur le portail famille. Votre demande est entre les mains du service enfance.",
            "Vous recevrez sa réponse à cette adresse, avec un lien pour terminer votre inscription.",
        ),
        facts=("name",),
        after=(IGNORE,),
    ),
    # The town said yes to a registration.
    "registration_accepted": Text(
        subject="Votre demande d’inscription est acceptée",
        before=("Le service enfance a accepté votre demande. Il reste à terminer votre inscription.",),
        button="Terminer mon inscription",
        facts=("name",),
        after=(
            "Ce lien sert pendant {life}. Passé ce délai, l’inscription est effacée et il faut la recommencer.",
            IGNORE,
        ),
    ),
    # The town said no.
    "registration_refused": Text(
        subject="Votre demande d’inscription n’a pas été acceptée",
        before=(
            "Le service enfance n’a pas pu accepter votre demande d’inscription au portail famille.",
            "Motif\u00a0: {reason}",
            "Pour toute question, appelez le service enfance ou présentez-vous à l’accueil.",
        ),
        facts=("name",),
        unknown={"reason": ""},
    ),
    # To an address a file knows and that has no account: somebody was linked to the file.
    "file_linked": Text(
        subject="Un compte vient d’être rattaché à votre dossier famille",
        before=(
            "Le compte de {name} est maintenant rattaché au dossier famille qui porte votre adresse.",
            "Si ce n’est pas normal, appelez le service enfance sans attendre.",
        ),
        unknown={"name": "quelqu’un"},
    ),
    # To an adult who was taken out of a file.
    "file_left": Text(
        subject="Vous ne suivez plus ce dossier famille",
        before=(
            "Votre compte n’ouvre plus le dossier de la famille {family}. Votre compte personnel reste ouvert.",
            "Si ce n’est pas normal, appelez le service enfance.",
        ),
        unknown={"family": ""},
    ),
    # To an adult a validated file names, without an account, and with one.
    "file_key": Text(
        subject="Votre clé enfance",
        before=(
            KEY_READY,
            "Créez votre espace sur le portail famille et tapez cette clé à l’étape «\u00a0Authentification\u00a0».",
        ),
        facts=("key", "until"),
        after=(KEY_ADVICE,),
        unknown={"family": ""},
    ),
    "file_key_known": Text(
        subject="Votre clé enfance",
        before=(
            KEY_READY,
            "Connectez-vous, ouvrez Mon dossier, puis «\u00a0Relier mon compte\u00a0» et tapez cette clé.",
        ),
        facts=("key", "until"),
        after=(KEY_ADVICE,),
        unknown={"family": ""},
    ),
    # An agent's account was opened.
    "agent_opened": Text(
        subject="Votre compte d’agent",
        before=("Un compte d’agent vous attend sur le portail famille. Il reste à choisir votre mot de passe.",),
        button="Choisir mon mot de passe",
        facts=("login",),
        after=("Ce lien sert une seule fois, pendant {life}. Passé ce délai, demandez-en un autre à votre collègue.",),
    ),
}
