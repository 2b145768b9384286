"""Vaccinations: which are compulsory for whom, as data by birth date with its legal source, and what is missing."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from server.fields import Field, Typed, read
from server.zone import months_after

PROVISIONAL_MONTHS = 3  # Code de la santé publique, R3111-8: admitted meanwhile, kept if done within three months

BEFORE_2018 = "Code de la santé publique, L3111-2 et L3111-3, rédaction d’avant 2018"
SINCE_2018 = "Code de la santé publique, L3111-2 (loi 2017-1836, art. 49) et décret 2018-42"
SINCE_2025 = "Code de la santé publique, R3111-2, décret 2024-694"
ADVISED = "Calendrier des vaccinations ; l’obligation est suspendue par le décret 2007-1111"


@dataclass(frozen=True)
class Duty:
    """Compulsory for children born from `first` to `last`, both included."""

    source: str
    first: date = date.min
    last: date = date.max


@dataclass(frozen=True)
class Vaccine:
    """One line of the form. `due_months`: the age from which a first dose can be asked for."""

    key: str
    name: str
    duties: tuple[Duty, ...] = ()
    due_months: int = 2
    or_else: tuple[str, ...] = ()  # a dose of one of these does as well
    note: str = ""


NEW_2018, NEW_2025, EVE_2018, EVE_2025 = date(2018, 1, 1), date(2025, 1, 1), date(2017, 12, 31), date(2024, 12, 31)

# The order is that of G4's form; the eleven of 2018 are DTP (3), Hib, pneumocoque, ROR (3), coqueluche, hépatite B, C.
VACCINES = (
    Vaccine(
        "dtp", "Diphtérie, tétanos, poliomyélite (DTP)", (Duty(BEFORE_2018, last=EVE_2018), Duty(SINCE_2018, NEW_2018))
    ),
    Vaccine("hib", "Haemophilus influenzae de type b", (Duty(SINCE_2018, NEW_2018),)),
    Vaccine("pneumocoque", "Infections à pneumocoque", (Duty(SINCE_2018, NEW_2018),)),
    Vaccine("ror", "Rougeole, oreillons, rubéole (ROR)", (Duty(SINCE_2018, NEW_2018),), 12),
    Vaccine("coqueluche", "Coqueluche", (Duty(SINCE_2018, NEW_2018),)),
    Vaccine("hepatite_b", "Hépatite B", (Duty(SINCE_2018, NEW_2018),)),
    Vaccine(
        "meningo_c", "Méningocoque C", (Duty(SINCE_2018, NEW_2018, EVE_2025),), 5, ("meningo_acwy",),
        "Une dose contre les méningocoques ACWY convient aussi.",
    ),
    Vaccine("meningo_acwy", "Méningocoques ACWY", (Duty(SINCE_2025, NEW_2025),), 6),
    Vaccine("meningo_b", "Méningocoque B", (Duty(SINCE_2025, NEW_2025),), 3),
    Vaccine("bcg", "BCG", note="Recommandé, pas obligatoire."),
)  # fmt: skip
BY_KEY = {one.key: one for one in VACCINES}


@dataclass(frozen=True)
class Vaccinations:
    """The dates parents gave, and the day the child was first admitted with some missing."""

    dates: Mapping[str, date]
    provisional_from: date | None = None

    @property
    def provisional_until(self) -> date | None:
        """The last day of the provisional admission, when it runs."""
        return months_after(self.provisional_from, PROVISIONAL_MONTHS) if self.provisional_from else None


def duty_of(vaccine: Vaccine, born: date) -> Duty | None:
    """Why the vaccine is compulsory for a child born that day; None when it is not."""
    return next((duty for duty in vaccine.duties if duty.first <= born <= duty.last), None)


def missing(given: Mapping[str, date], born: date, today: date) -> tuple[Vaccine, ...]:
    """The compulsory ones without a date, among those the child is old enough for."""
    return tuple(
        one
        for one in VACCINES
        if duty_of(one, born)
        and months_after(born, one.due_months) <= today
        and not any(key in given for key in (one.key, *one.or_else))
    )


def offered(born: date) -> tuple[Vaccine, ...]:
    """The lines of the form: what is compulsory for this child, and the rest as advised; none before it existed."""
    return tuple(one for one in VACCINES if duty_of(one, born) or one.key in ("bcg", "meningo_acwy") or born < NEW_2018)


def fields_of(born: date) -> tuple[Field, ...]:
    """A date for each; the last injection."""
    return tuple(Field(one.key, one.name, "past", hint=one.note) for one in offered(born))


def read_dates(born: date, posted: Mapping[str, str], today: date) -> Typed:
    """What was posted; no injection before birth."""
    typed = read(fields_of(born), posted, today)
    early = {
        one.key: "Cette date précède la naissance de l’enfant."
        for one in offered(born)
        if not typed.error(one.key) and (day := typed.day(one.key)) and day < born
    }
    return typed.but(**early)


def noted(typed: Typed, before: Vaccinations | None, born: date, today: date) -> Vaccinations:
    """The vaccinations of a good form; the provisional admission begins the first time something is missing."""
    dates = {one.key: day for one in offered(born) if (day := typed.day(one.key))}
    if not missing(dates, born, today):
        return Vaccinations(dates)
    return Vaccinations(dates, before.provisional_from if before and before.provisional_from else today)
