"""The people of the town, as values: the same families for the same seed, the ones with a printed login first."""

import random
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date

from server.demo.names import ADULTS, FIRST_NAMES, LAST_NAMES, NEIGHBOURS, NOTABLE, STREETS, TOWN

SEED = 2026
GRADES = ("PS", "MS", "GS", "CP", "CE1", "CE2", "CM1", "CM2")  # at 3, 4, … years in the year of the return to school
SCHOOLS = ("École Jules-Verne", "École des Dunes")
ALL_RIGHTS = ("dossiers", "bookings", "attendance", "billing", "content", "settings")
CHILDREN_OF = (2, 1, 2, 1, 3, 2, 1, 2, 1, 2)  # of one family after the other
ALWAYS, EVEN, ODD = ('{"kind":"always"}', '{"kind":"even"}', '{"kind":"odd"}')


@dataclass(frozen=True)
class Agent:
    """Somebody of the town hall."""

    who: str
    email: str
    first_name: str
    last_name: str
    rights: tuple[str, ...]


@dataclass(frozen=True)
class Adult:
    """A guardian; with an account when `user_name` is given."""

    first_name: str
    last_name: str
    email: str
    phone: str
    title: str = ""
    holder: bool = False
    user_name: str = ""
    number: str = ""


@dataclass(frozen=True)
class Kid:
    """A child and what they are enrolled in."""

    ref: str
    first_name: str
    last_name: str
    birth_date: date
    grade: str
    colour: int
    school: int
    menu: str
    activities: tuple[str, ...]
    custody: str = ALWAYS


@dataclass(frozen=True)
class Household:
    """A family: its adults, and the children who live there, always or by turns."""

    ref: str
    number: str
    name: str
    resident: bool
    address: str
    adults: tuple[Adult, ...]
    kids: tuple[Kid, ...]


AGENTS = (
    Agent("Agent de la mairie, tous les droits", "agent@demo.marelle", "Dominique", "Rivoire", ALL_RIGHTS),
    Agent("Animateur, pointage seulement", "pointage@demo.marelle", "Maxence", "Tilleul", ("attendance",)),
    Agent("Rédactrice, contenus seulement", "contenu@demo.marelle", "Solveig", "Aubrac", ("content",)),
)


LOGINS = (
    ("Camille Lefèvre, parent de Lina, Tom et Zoé", "parent@demo.marelle"),
    ("Sacha Lefèvre, du même foyer", "conjoint@demo.marelle"),
    ("Alex Moreau, l’autre foyer de Zoé", "autre@demo.marelle"),
    ("Noa Marchand, qui n’a pas encore déclaré sa famille", "nouveau@demo.marelle"),
    *((agent.who, agent.email) for agent in AGENTS),
)
NEWCOMER = Adult("Noa", "Marchand", "nouveau@demo.marelle", "06 39 98 10 04", "Mme", True, "noa.marchand", "20260000")


def households(count: int, year: int) -> Iterator[Household]:
    """`count` families whose children are in class in the school year that begins in `year`."""
    chance = random.Random(SEED)  # noqa: S311  (the same town every time is the point)
    lefevre, moreau = _printed(chance, year)
    yield lefevre
    yield moreau
    for n in range(1, count - 1):
        yield _household(chance, n, year)


def _printed(chance: random.Random, year: int) -> tuple[Household, Household]:
    """Camille and Sacha's household, and Alex's: Zoé lives with Camille in even weeks, with Alex in odd ones."""
    lina, tom, zoe = (
        _kid(chance, first, "Lefèvre", year, grade, colour, school=0, everything=True)
        for colour, (first, grade) in enumerate((("Lina", 6), ("Tom", 4), ("Zoé", 1)))
    )
    zoe = replace(zoe, last_name="Moreau-Lefèvre", menu="classique")
    camille = Adult(
        "Camille", "Lefèvre", "parent@demo.marelle", "06 39 98 10 01", "Mme", True, "camille.lefevre", "20260001"
    )
    sacha = Adult(
        "Sacha", "Lefèvre", "conjoint@demo.marelle", "06 39 98 10 02", "M.", False, "sacha.lefevre", "20260002"
    )
    alex = Adult("Alex", "Moreau", "autre@demo.marelle", "06 39 98 10 03", "M.", True, "alex.moreau", "20260003")
    kids = (replace(lina, menu="classique"), replace(tom, menu="végétarien"), replace(zoe, custody=EVEN))
    at_sea = f"14 rue du Phare, {TOWN}"
    upstream = f"3 quai de la Criée, {TOWN}"
    return (
        Household(_ref(chance), "100001", "Lefèvre", True, at_sea, (camille, sacha), kids),
        Household(_ref(chance), "100002", "Moreau", True, upstream, (alex,), (replace(zoe, custody=ODD),)),
    )


def _household(chance: random.Random, n: int, year: int) -> Household:
    """The n-th family with no printed login: notable ones first, then chance."""
    name, adults, first_names = NOTABLE[n - 1] if n <= len(NOTABLE) else _drawn(chance, n)
    school, resident = n % len(SCHOOLS), n % 12 != 0
    grades = sorted(chance.sample(range(len(GRADES)), len(first_names)), reverse=True)
    kids = tuple(
        _kid(chance, first, name, year, grade, colour, school)
        for colour, (first, grade) in enumerate(zip(first_names, grades, strict=True))
    )
    place = TOWN if resident else chance.choice(NEIGHBOURS)
    address = f"{chance.randint(1, 98)} {chance.choice(STREETS)}, {place}"
    return Household(_ref(chance), str(100002 + n), name, resident, address, _adults(chance, n, name, adults), kids)


def _drawn(chance: random.Random, n: int) -> tuple[str, tuple[str, ...], tuple[str, ...]]:
    name = chance.choice(LAST_NAMES)
    if n % 9 == 0:
        name = f"{name}-{chance.choice([other for other in LAST_NAMES if ' ' not in other and other != name])}"
    adults = tuple(chance.sample(ADULTS, 1 if n % 4 == 0 else 2))
    return name, adults, tuple(chance.sample(FIRST_NAMES, CHILDREN_OF[n % len(CHILDREN_OF)]))


def _adults(chance: random.Random, n: int, name: str, first_names: tuple[str, ...]) -> tuple[Adult, ...]:
    """The holder signs in as famille01, famille02, …; the other adult has no account yet."""
    login = f"famille{n:02}"
    holder = Adult(
        first_names[0], name, f"{login}@demo.marelle", _phone(chance), "", True, login, f"2026{n + 3:04}"
    )  # fmt: skip
    others = (Adult(first, name, f"{login}.bis@port-clairval.example", _phone(chance)) for first in first_names[1:])
    return (holder, *others)


def _kid(
    chance: random.Random, first_name: str, name: str, year: int, grade: int, colour: int, school: int,
    everything: bool = False,
) -> Kid:  # fmt: skip
    birth_date = date(year - 3 - grade, chance.randint(1, 12), chance.randint(1, 28))
    menu = chance.choice(("classique", "classique", "classique", "végétarien"))
    care = everything or chance.random() < 0.8
    return Kid(
        _ref(chance), first_name, name, birth_date, GRADES[grade], colour, school, menu, _enrolled(grade, care)
    )  # fmt: skip


def _enrolled(grade: int, care: bool) -> tuple[str, ...]:
    """What a child of this class may come to: the study room from CE1 on, whole days if they asked."""
    study = ("etude",) if grade >= GRADES.index("CE1") else ()
    return ("accueil-matin", "cantine", *study, "accueil-soir", *(("mercredi", "centre") if care else ()))


def _ref(chance: random.Random) -> str:
    return f"{chance.getrandbits(64):016x}"


def _phone(chance: random.Random) -> str:
    """A number of the range kept for fiction."""
    return f"06 39 98 {chance.randint(11, 99)} {chance.randint(0, 99):02}"
