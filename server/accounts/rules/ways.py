"""The ways in, as wizards: the steps, fields, required marks and order of the guides G0 to G3. Pure."""

from dataclasses import dataclass, field

from server.accounts.rules.passwords import Policy, fields_of
from server.accounts.rules.wizard import Flow, Step
from server.fields import Field
from server.french import NBSP

TITLES = (("Mme", "Madame"), ("M.", "Monsieur"))
REACHED_BY = (("courriel", "Courriel"), ("mobile", "Téléphone mobile"), ("telephone", "Téléphone"))
WITHOUT = "sans_dossier"
KEY, KEY_DIGEST = "cle", "cle!"  # as it was typed, which is never kept; what is kept of it
TAKEN = "Ce nom d’utilisateur n’est pas libre\u00a0: choisissez-en un autre."
USER_NAME_HINT = (
    f"De 3 à 30 lettres ou chiffres, sans accent ni espace{NBSP}; point et tiret permis. Il servira à vous connecter."
)


@dataclass(frozen=True)
class Manner:
    """What the town chose about the wizards, in plain values."""

    without_file: bool = False  # « Je n'ai pas ces informations, continuer sans » (G0)
    privacy: str = "none"  # none, step (accepted: G3) or information (shown: G2)
    photo: bool = False  # G2 asks for one of the account's holder, who may leave it out
    policy: Policy = field(default_factory=Policy)


def _email(label: str, confirmation: bool = True) -> tuple[Field, ...]:
    first = Field("email", label, "email", True, 254, autocomplete="email")
    again = Field("email_bis", f"Confirmation d’{label[0].lower()}{label[1:]}", "email", True, 254, like="email")
    return (first, again) if confirmation else (first,)


def _access(label: str, manner: Manner) -> tuple[Field, ...]:
    """The user name and the password, twice."""
    return (
        Field("identifiant", label, required=True, longest=30, hint=USER_NAME_HINT, autocomplete="username"),
        *fields_of(manner.policy),
    )


def _terms() -> Step:
    tick = Field("cgu", "J’ai lu et j’accepte les conditions générales d’utilisation", "tick", True)
    return Step("conditions", "Conditions d’utilisation", (tick,), "terms.html", "Accepter")


def known_file(manner: Manner) -> Flow:
    """G0 and G3: the parent knows the number, the name and the e-mail of the file."""
    about_me = (
        Field("nom", "Nom", "name", autocomplete="family-name"),
        Field("prenoms", "Prénom(s)", "name", autocomplete="given-name"),
        *_email("Adresse e-mail"),
        *_access("Nom d’utilisateur", manner),
    )
    steps = [Step("informations", "Mes informations", about_me, "about_me.html"), _references(manner), _terms()]
    if manner.privacy == "step":
        steps.append(_privacy())
    last = Step("recapitulatif", "Récapitulatif", (), "recap.html", "Valider mon inscription", recap=True)
    return Flow("dossier", "Inscription", (*steps, last))


def _references(manner: Manner) -> Step:
    """What is written on an invoice; a tick does without where the town allows it (G0)."""
    file = (
        Field("numero", "Numéro de dossier", "text", True, 20, "Il figure sur vos factures et vos courriers."),
        Field("nom_dossier", "Nom de référence", "text", True, 120, "Le nom de famille écrit sur vos factures."),
        Field("email_dossier", "Adresse e-mail", "email", True, 254, "Celle que le service enfance connaît."),
    )
    tick = Field(WITHOUT, "Je n’ai pas ces informations, continuer sans", "tick")
    fields = (*file, tick) if manner.without_file else file
    without = WITHOUT if manner.without_file else ""
    return Step(
        "references", "Mes références dossier", fields, "references.html", heading="Mes souscriptions", without=without
    )


def _privacy() -> Step:
    label = "J’ai lu et j’accepte la politique de confidentialité de mes données personnelles"
    tick = Field("confidentialite", label, "tick", True)
    return Step("confidentialite", "Confidentialité", (tick,), "privacy.html", "Accepter")


def open_registration(manner: Manner) -> Flow:
    """G2: a new family creates its space."""
    who = (
        Field("civilite", "Civilité", "choice", True, options=TITLES),
        Field("nom", "Nom usuel", "name", True, autocomplete="family-name"),
        Field("nom_naissance", "Nom de naissance", "name"),
        Field("prenoms", "Prénom(s)", "name", True, autocomplete="given-name"),
        Field("naissance", "Date de naissance", "past", autocomplete="bday"),
        Field("pays_naissance", "Pays de naissance", "name", longest=60),
        Field("departement_naissance", "Département de naissance", longest=60),
        Field("commune_naissance", "Commune de naissance"),
    )
    later = f"Laissez vide si vous n’en avez pas{NBSP}: la mairie la crée quand elle valide votre famille."
    key = Field(KEY, "Clé enfance", longest=40, hint=later)
    access = (*_access("Identifiant d’utilisateur", manner), key)
    steps = (
        Step("bienvenue", "Bienvenue", (), "welcome.html", "Je crée mon espace"),
        Step("conditions", "CGU", (_terms().fields), "terms.html"),
        Step("identite", "Identité", who, "identity.html", photo=manner.photo),
        Step("adresse", "Adresse", ADDRESS),
        Step("contact", "Moyens de contact", _reach()),
        Step("authentification", "Authentification", access, "access.html", "Valider", recap=True),
    )
    return Flow("espace", "Création d’un espace personnel", steps)


ADDRESS = (
    Field("voie", "Numéro et nom de la voie", longest=120, autocomplete="address-line1"),
    Field("complement", "Bâtiment, appartement, complément", longest=120, autocomplete="address-line2"),
    Field("code_postal", "Code postal", "postcode", longest=10, autocomplete="postal-code"),
    Field("ville", "Ville", autocomplete="address-level2"),
    Field("pays", "Pays", "name", longest=60, autocomplete="country-name"),
)
PREFERRED = Field("contact_par", "Moyen de contact préféré", "choice", options=REACHED_BY)


def _reach() -> tuple[Field, ...]:
    return (
        Field("telephone", "Téléphone", "phone", longest=30, autocomplete="tel-national"),
        Field("mobile", "Mobile", "phone", longest=30, autocomplete="tel"),
        *_email("Courriel", confirmation=False),
        PREFERRED,
    )


def ask() -> Flow:
    """G1, first half: a short form, then the structure decides."""
    children = f"Prénoms, âges, école{NBSP}: la structure saura qui vous souhaitez inscrire."
    first = (
        Field("nom", "Nom", "name", True, autocomplete="family-name"),
        Field("prenoms", "Prénom(s)", "name", True, autocomplete="given-name"),
        *_email("Adresse e-mail"),
        Field("mobile", "Téléphone", "phone", longest=30, autocomplete="tel"),
        Field("enfants", "Vos enfants", "lines", longest=500, hint=children),
    )
    only = Step("renseignements", "Mes premiers renseignements", first, "ask.html", "Envoyer ma demande")
    return Flow("demande", "Demande d’inscription", (only,), "asked")


def finish(manner: Manner) -> Flow:
    """G1, second half: what is left to say once the structure has said yes."""
    steps = (
        Step("coordonnees", "Mes coordonnées", (*ADDRESS, PREFERRED)),
        Step("acces", "Mon accès", _access("Nom d’utilisateur", manner)),
        _terms(),
        Step("recapitulatif", "Récapitulatif", (), "recap.html", "Terminer mon inscription", recap=True),
    )
    return Flow("suite", "Fin de votre inscription", steps)


def user_name_fault(name: str) -> str:
    """What is wrong with a user name; empty when nothing is.

    Figures alone could be another account's number and an at sign its e-mail: neither could sign in any more.
    """
    if len(name) < 3:
        return "3 caractères au moins."
    if not all(char.isascii() and (char.isalnum() or char in "._-") for char in name):
        return "Seulement des lettres sans accent, des chiffres, points et tirets."
    if not any(char.isalpha() for char in name):
        return "Une lettre au moins."
    return ""
