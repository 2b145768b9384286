"""What is asked of an adult, a child and a contact of the family: the fields and required marks of guide G2. Pure."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from server.accounts.rules.wizard import shown
from server.families.rules.requests import Line
from server.fields import Field, Typed

TITLES = (("Mme", "Madame"), ("M.", "Monsieur"))
SEXES = (("F", "Féminin"), ("M", "Masculin"))
REACHED_BY = (("standard", "Standard"), ("courriel", "Courriel"), ("telephone", "Téléphone"), ("courrier", "Courrier"))
GRADES = tuple((g, g) for g in ("TPS", "PS", "MS", "GS", "CP", "CE1", "CE2", "CM1", "CM2", "6e", "5e", "4e", "3e"))
QUALITIES = (
    ("mere", "Mère"), ("pere", "Père"), ("tuteur", "Tuteur légal"), ("beau_parent", "Beau-parent"),
    ("grand_parent", "Grand-parent"), ("autre", "Autre"),
)  # fmt: skip
ADULT_AT, PARENT_AT = 18, 15  # years: no child any more; old enough to answer for one

IDENTITY = (
    Field("civilite", "Civilité", "choice", True, options=TITLES),
    Field("nom", "Nom d’usage", "name", True, autocomplete="family-name"),
    Field("nom_naissance", "Nom de famille", "name", hint="Celui de la naissance, s’il est différent."),
    Field("prenoms", "Prénom", "name", True, autocomplete="given-name"),
    Field("naissance", "Date de naissance", "past", longest=20, autocomplete="bday"),
    Field("commune_naissance", "Commune de naissance"),
    Field("departement_naissance", "Département de naissance", longest=60),
    Field("pays_naissance", "Pays de naissance", "name", longest=60),
)
ADDRESS = (
    Field("numero", "Numéro", longest=10, hint="Avec bis, ter… s’il y en a."),
    Field("voie", "Nom de la voie", required=True, longest=120),
    Field("batiment", "Bâtiment", longest=40),
    Field("appartement", "Appartement", longest=40),
    Field("complement", "Complément", longest=80),
    Field("code_postal", "Code postal", "postcode", True, 10, autocomplete="postal-code"),
    Field("ville", "Ville", required=True, autocomplete="address-level2"),
    Field("pays", "Pays", "name", True, 60, autocomplete="country-name"),
)
REACH = (
    Field("telephone", "Téléphone domicile", "phone", longest=30),
    Field("mobile", "Téléphone portable", "phone", longest=30, autocomplete="tel"),
    Field("telephone_pro", "Téléphone professionnel", "phone", longest=30),
    Field("courriel", "Courriel", "email", longest=254, autocomplete="email"),
)
WORK = (Field("profession", "Profession"), Field("employeur", "Employeur"))
PREFERRED = (Field("contact_par", "Modalité de contact", "choice", options=REACHED_BY),)
ADULT = (*IDENTITY, *ADDRESS, *REACH, *WORK, *PREFERRED)
CONTACT = (
    Field("nom", "Nom et prénom", "name", True, 120),
    Field("lien", "Lien de parenté", longest=60, hint="Grand-mère, voisin, nounou…"),
    Field("telephone", "Téléphone", "phone", True, 30),
    Field("urgence", "À contacter en cas d’urgence", "tick"),
)
HOME = ("numero", "voie", "batiment", "appartement", "complement", "code_postal", "ville", "pays")


@dataclass(frozen=True)
class Known:
    """What a child's form must know of its surroundings: schools (id, name) and adults of the file (key, name)."""

    schools: tuple[tuple[str, str], ...] = ()
    adults: tuple[tuple[str, str], ...] = ()


def child_fields(known: Known) -> tuple[Field, ...]:
    """A child's own fields, then one link to each adult of the file."""
    return (*CHILD, *schooling_fields(known), *link_fields(known))


CHILD = (
    Field("prenoms", "Prénom", "name", True),
    Field("nom", "Nom de famille", "name", True),
    Field("sexe", "Sexe", "choice", True, options=SEXES),
    Field("naissance", "Date de naissance", "past", True, 20),
)


def schooling_fields(known: Known) -> tuple[Field, ...]:
    """The school and the class; none for a child who is not at school yet, or elsewhere."""
    return (
        Field("ecole", "École", "choice", hint="Laissez vide si elle n’est pas dans la liste.", options=known.schools),
        Field("niveau", "Niveau", "choice", options=GRADES),
    )


def link_fields(known: Known) -> tuple[Field, ...]:
    """What each adult is to the child, and whether they hold parental authority."""
    fields: list[Field] = []
    for key, name in known.adults:
        fields.append(Field(f"lien_{key}", f"{name} est", "choice", options=QUALITIES))
        fields.append(Field(f"autorite_{key}", f"{name} a l’autorité parentale", "tick"))
    return tuple(fields)


def years_at(born: date, day: date) -> int:
    """The age in whole years."""
    return day.year - born.year - ((day.month, day.day) < (born.month, born.day))


def judged_child(typed: Typed, known: Known, today: date) -> Typed:
    """A child is under age and somebody's: the messages say so beside the field."""
    born = typed.day("naissance") if not typed.error("naissance") else None
    if born and years_at(born, today) >= ADULT_AT:
        typed = typed.but(naissance="Cette personne est majeure : ajoutez-la comme co-représentant, si elle l’est.")
    if known.adults and not any(typed.value(f"lien_{key}") for key, _ in known.adults):
        typed = typed.but(**{f"lien_{known.adults[0][0]}": "Dites au moins ce qu’un des adultes est pour cet enfant."})
    for key, _ in known.adults:
        if typed.ticked(f"autorite_{key}") and not typed.value(f"lien_{key}"):
            typed = typed.but(**{f"lien_{key}": "Dites ce que cet adulte est pour l’enfant, ou décochez l’autorité."})
    return typed


def judged_adult(typed: Typed, today: date) -> Typed:
    """An adult is old enough to answer for a child."""
    born = typed.day("naissance") if not typed.error("naissance") else None
    if born and years_at(born, today) < PARENT_AT:
        return typed.but(naissance="Cette personne est trop jeune pour représenter un enfant.")
    return typed


def lines_of(fields: Sequence[Field], values: Mapping[str, str], section: str) -> tuple[Line, ...]:
    """The form as lines of a request: what was left empty is left out."""
    return tuple(
        Line(field.label, shown_value(field, values[field.name]), section=section)
        for field in fields
        if values.get(field.name)
    )


def changes_of(
    fields: Iterable[Field], before: Mapping[str, str], after: Mapping[str, str], section: str = ""
) -> tuple[Line, ...]:
    """Only what differs, with the old value and the new one."""
    changed = (field for field in fields if after.get(field.name, "") != before.get(field.name, ""))
    said = ((field, after.get(field.name, ""), before.get(field.name, "")) for field in changed)
    return tuple(Line(one.label, shown_value(one, new), shown_value(one, old), section) for one, new, old in said)


def shown_value(field: Field, value: str) -> str:
    """A value for the eye: a choice by its label, a day as one writes it, a tick as yes or no."""
    if field.kind == "tick":
        return "Oui" if value == "oui" else "Non"
    return shown(field, value)


def address_line(values: Mapping[str, str]) -> str:
    """« 65 route de Saint-Pierre, bât. B, 64990 Villefranque »; the country when it is not France."""
    street = " ".join(values.get(name, "") for name in ("numero", "voie")).strip()
    batiment, flat = values.get("batiment", ""), values.get("appartement", "")
    country = values.get("pays", "")
    parts = (
        street,
        f"bât. {batiment}" if batiment else "",
        f"appt {flat}" if flat else "",
        values.get("complement", ""),
        " ".join(values.get(name, "") for name in ("code_postal", "ville")).strip(),
        "" if country.upper() in ("FRANCE", "") else country,
    )
    return ", ".join(part for part in parts if part)[:300]
