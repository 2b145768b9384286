"""Reading a town's list of families: one line a person, each judged by itself, then by its family. Pure.

The columns are documented in docs/import.md; an order of their own and further columns do no harm.
"""

import csv
import io
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date

from server.families.rules.columns import COLUMNS, CUSTODY, NO, REQUIRED, ROLES, YES
from server.fields import judge

MOST_LINES = 100_000
NO_TEXT = (
    "Ce fichier n’est pas un texte CSV\u00a0: dans votre tableur, choisissez «\u00a0Enregistrer sous\u00a0», puis CSV."
)
OLDEST_CHILD = 18  # years; older ones are adults by mistake


@dataclass(frozen=True)
class Problem:
    """What is wrong with a line (0: with the file), in a sentence."""

    line: int
    text: str


@dataclass(frozen=True)
class Person:
    """A good line."""

    line: int
    file: str
    child: bool
    values: dict[str, str]

    @property
    def name(self) -> str:
        """First and last name."""
        return f"{self.values['prenom']} {self.values['nom']}"

    def says_yes(self, column: str) -> bool:
        """Whether a yes-or-no column says yes."""
        return self.values[column].lower() in YES


@dataclass(frozen=True)
class Listing:
    """A whole file read: its people in order, and what is wrong."""

    people: tuple[Person, ...] = ()
    problems: tuple[Problem, ...] = ()
    unknown: tuple[str, ...] = field(default=())  # columns nobody reads


def read_listing(data: bytes, today: date) -> Listing:
    """A CSV in UTF-8 or as Excel writes it (Windows-1252), its separator guessed among ; , and tabs."""
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = data.decode("cp1252", "replace")
    if "\x00" in text:
        return Listing(problems=(Problem(0, NO_TEXT),))
    first = text.partition("\n")[0]
    separator = max(";,\t", key=first.count)
    rows = csv.reader(io.StringIO(text, newline=""), delimiter=separator)
    try:
        return _read(rows, today)
    except csv.Error as broken:
        return Listing(problems=(Problem(rows.line_num, f"Ligne illisible ({broken})."),))


def _read(rows: Iterator[list[str]], today: date) -> Listing:
    head = [_plain(name) for name in next(rows, [])]
    if missing := [name for name in REQUIRED if name not in head]:
        return Listing(problems=(Problem(0, f"Il manque la colonne « {missing[0]} » en tête du fichier."),))
    if doubled := sorted({name for name in head if name in COLUMNS and head.count(name) > 1}):
        return Listing(problems=(Problem(0, f"La colonne « {doubled[0]} » y est deux fois."),))
    people: list[Person] = []
    problems: list[Problem] = []
    for line, row in enumerate(rows, 2):
        if line > MOST_LINES:
            problems.append(Problem(line, f"Plus de {MOST_LINES} lignes\u00a0: coupez le fichier."))
            break
        if any(cell.strip() for cell in row):
            person, wrong = _person(line, dict(zip(head, row, strict=False)), today)
            people.append(person)
            problems += [Problem(line, text) for text in wrong]
    problems += _together(people)
    unknown = tuple(name for name in head if name and name not in COLUMNS)
    return Listing(tuple(people), tuple(sorted(problems, key=lambda one: one.line)), unknown)


def _person(line: int, cells: dict[str, str], today: date) -> tuple[Person, list[str]]:
    values, wrong = {}, []
    for name, one in COLUMNS.items():
        values[name], error = judge(one, cells.get(name, ""), today)
        if error:
            wrong.append(f"{one.label}\u00a0: {error}")
    role = ROLES.get(values["role"].lower(), "")
    if values["role"] and not role:
        wrong.append("Rôle\u00a0: écrivez adulte ou enfant.")
    for name in ("commune", "titulaire", "compte"):
        if values[name].lower() not in YES | NO:
            wrong.append(f"{COLUMNS[name].label}\u00a0: écrivez oui ou non.")
    wrong += _of_role(values, role, today)
    return Person(line, values["dossier"], role == "child", values), wrong


def _of_role(values: dict[str, str], role: str, today: date) -> list[str]:
    """What only a child, or only an adult, can have wrong."""
    if values["garde"].lower() not in CUSTODY:
        return ["Garde\u00a0: écrivez paires, impaires, ou rien."]
    if role == "adult":
        lost = values["compte"].lower() in YES and not values["courriel"]
        return ["Ouvrir un compte\u00a0: il faut un courriel."] if lost else []
    if role != "child":
        return []
    if not values["naissance"]:
        return ["Date de naissance\u00a0: obligatoire pour un enfant."]
    try:
        born = date.fromisoformat(values["naissance"])
    except ValueError:
        return []  # said already
    return ["Date de naissance\u00a0: cet enfant serait adulte."] if today.year - born.year > OLDEST_CHILD else []


def _together(people: Sequence[Person]) -> list[Problem]:
    """What is wrong with a family as a whole: nobody grown up, the same person twice."""
    problems = []
    families: dict[str, list[Person]] = {}
    for person in people:
        if person.file:
            families.setdefault(person.file, []).append(person)
    for file, members in families.items():
        seen: dict[tuple[str, str], int] = {}
        for person in members:
            key = (person.name.casefold(), person.values["naissance"])
            if key in seen:
                problems.append(Problem(person.line, f"{person.name} est déjà à la ligne {seen[key]} de ce dossier."))
            seen.setdefault(key, person.line)
        titles = {person.values["foyer"] for person in members if person.values["foyer"]}
        if len(titles) > 1:
            problems.append(
                Problem(members[0].line, f"Dossier {file}\u00a0: le nom du foyer n’est pas toujours le même.")
            )
    return problems


def _plain(name: str) -> str:
    """A column's name as people type it: « Prénom », « PRENOM », « E-mail »."""
    folded = name.strip().lower().translate(str.maketrans("éèêàçôî", "eeeacoi"))
    folded = re.sub(r"[^a-z]", "", folded)
    return {"email": "courriel", "mail": "courriel", "numero": "dossier", "numerodedossier": "dossier"}.get(
        folded, folded
    )
