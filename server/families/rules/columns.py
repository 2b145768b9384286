"""The columns of a list of families: what each may hold, which must be there, and a family to overwrite."""

from server.fields import Field

YES, NO = {"oui", "o", "1", "x", "vrai"}, {"", "non", "n", "0", "faux"}
CUSTODY = {"": "always", "paires": "even", "impaires": "odd"}
ROLES = {"adulte": "adult", "enfant": "child"}

COLUMNS: dict[str, Field] = {
    "dossier": Field("dossier", "Numéro de dossier", required=True, longest=20),
    "role": Field("role", "Rôle", required=True, longest=10),
    "nom": Field("nom", "Nom", "name", required=True),
    "prenom": Field("prenom", "Prénom", "name", required=True),
    "foyer": Field("foyer", "Nom du foyer", longest=120),
    "adresse": Field("adresse", "Adresse", longest=300),
    "commune": Field("commune", "Habite la commune", longest=5),
    "civilite": Field("civilite", "Civilité", longest=10),
    "naissance": Field("naissance", "Date de naissance", "past", longest=10),
    "courriel": Field("courriel", "Courriel", "email", longest=254),
    "telephone": Field("telephone", "Téléphone", "phone", longest=30),
    "titulaire": Field("titulaire", "Titulaire", longest=5),
    "ecole": Field("ecole", "École", longest=120),
    "niveau": Field("niveau", "Niveau", longest=20),
    "garde": Field("garde", "Garde", longest=10),
    "compte": Field("compte", "Ouvrir un compte", longest=5),
}
REQUIRED = ("dossier", "role", "nom", "prenom")
MEANINGS = {
    "dossier": "le numéro du dossier\u00a0; les lignes d’un même numéro font une famille",
    "role": "adulte ou enfant",
    "nom": "comme à l’état civil",
    "prenom": "comme à l’état civil",
    "foyer": "le nom du foyer\u00a0; sinon celui du premier adulte",
    "adresse": "l’adresse du foyer",
    "commune": "oui (ou vide) pour une famille de la commune, non sinon",
    "civilite": "adultes\u00a0: Mme ou M.",
    "naissance": "enfants, obligatoire\u00a0: 12/03/2019 ou 2019-03-12",
    "courriel": "adultes",
    "telephone": "adultes",
    "titulaire": "adultes\u00a0: oui pour le titulaire du compte",
    "ecole": "enfants\u00a0: une école du portail, par son nom",
    "niveau": "enfants\u00a0: CP, CE1…",
    "garde": "enfants en deux foyers\u00a0: paires ou impaires",
    "compte": "adultes\u00a0: oui pour ouvrir un compte\u00a0; un lien d’activation part par courriel",
}
# A family to overwrite, in the file agents start from.
EXAMPLES = (
    {
        "dossier": "2026-001", "role": "adulte", "nom": "Martin", "prenom": "Claude", "adresse": "1 place de la Mairie",
        "commune": "oui", "civilite": "Mme", "courriel": "claude.martin@exemple.fr", "telephone": "06 12 34 56 78",
        "titulaire": "oui", "compte": "non",
    },
    {
        "dossier": "2026-001", "role": "enfant", "nom": "Martin", "prenom": "Alex", "naissance": "12/03/2019",
        "niveau": "CP",
    },
)  # fmt: skip
