"""The supporting documents French towns ask for: what each is called, whom it is about, what to photograph."""

from collections.abc import Mapping
from dataclasses import dataclass

OTHER = "other"


@dataclass(frozen=True)
class Kind:
    """One type of supporting document."""

    name: str
    label: str
    hint: str
    per_child: bool = False  # one for each child, not one for the home
    health: bool = False  # for those who may read the child's health file


TABLE = (
    Kind(
        "home_proof",
        "Justificatif de domicile",
        "Facture d’eau, d’énergie ou d’internet, quittance\u00a0: moins de 3 mois.",
    ),
    Kind("family_book", "Livret de famille", "Les pages des parents et celles des enfants\u00a0: une photo par page."),
    Kind("identity", "Pièce d’identité", "Carte d’identité (les deux faces) ou passeport d’un responsable."),
    Kind("tax_notice", "Avis d’imposition ou de non-imposition", "Le dernier avis, toutes les pages."),
    Kind("caf_certificate", "Attestation CAF avec le quotient familial", "À télécharger sur caf.fr, de ce mois-ci."),
    Kind("judgment", "Jugement de divorce ou attestation de séparation", "Les pages qui disent la garde des enfants."),
    Kind("custody_calendar", "Calendrier de garde alternée", "Signé des deux parents, pour l’année scolaire."),
    Kind("birth_certificate", "Acte de naissance", "Copie intégrale ou extrait avec filiation.", per_child=True),
    Kind(
        "liability_insurance",
        "Assurance scolaire ou responsabilité civile",
        "L’attestation de l’année scolaire, au nom de l’enfant.",
        per_child=True,
    ),
    Kind("vaccination", "Carnet de vaccination", "Les pages des vaccins, avec le nom de l’enfant.", True, health=True),
)
KINDS: Mapping[str, Kind] = {kind.name: kind for kind in TABLE}
HEALTH = tuple(kind.name for kind in TABLE if kind.health)
ANYTHING = Kind(OTHER, "Autre document", "Dites en quelques mots ce que c’est.")


def kind_of(name: str) -> Kind:
    """The kind of that name; what nobody asked for is any other document."""
    return KINDS.get(name, ANYTHING)
