"""What a list would change, line by line: neither database nor clock, so that a thread may think it out."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import date

from server.families.commands.importing.known import Known
from server.families.commands.importing.plan import Adult, Child, Home, Plan
from server.families.rules import Custody, custody_to
from server.families.rules.columns import CUSTODY, NO
from server.families.rules.importing import Person
from server.families.rules.reports import Done, Line
from server.web.folding import fold

COLOURS = 8
TWO_HOMES = "Un autre dossier a déjà cet enfant\u00a0: dites sa garde (paires, impaires), ou rapprochez-les à la main."


def plan_of(people: Sequence[Person], known: Known, opens: bool = True) -> Plan:
    """What this list changes; `opens` says whether accounts may be opened."""
    thinking = _Thinking(people, known, opens)
    for person in people:
        thinking.family(person)
        thinking.plan.report.lines.append(thinking.child(person) if person.child else thinking.adult(person))
    return thinking.plan


class _Thinking:
    """The list so far: those of the portal and those it creates stand side by side."""

    def __init__(self, people: Sequence[Person], known: Known, opens: bool) -> None:
        self.plan, self.known, self.opens = Plan(), known, opens
        self.members: dict[str, list[Person]] = defaultdict(list)
        for person in people:
            self.members[person.file].append(person)
        self.created: set[str] = set()
        self.sizes: dict[int | str, int] = dict(known.homes.items())
        number = {id_: number for number, id_ in known.families.items()}
        self.adults: dict[tuple[str, str], Adult] = {}
        for row in known.adults:
            one = Adult(
                number[row["family_id"]], row["first_name"], row["last_name"], row["title"], row["email"],
                row["phone"], row["holder"], row["id"], row["account_id"] is not None,
            )  # fmt: skip
            self.adults.setdefault((one.number, _name(one)), one)
        self.children = _children(known)

    def family(self, person: Person) -> None:
        """The family of a line, created with the first of its people."""
        number = person.file
        self.plan.numbers.add(number)
        if number in self.known.families or number in self.created:
            return
        self.created.add(number)
        mine = self.members[number]
        said = {
            name: next((one.values[name] for one in mine if one.values[name]), "")
            for name in ("foyer", "adresse", "commune")
        }
        name = said["foyer"] or next((one.values["nom"] for one in mine if not one.child), person.values["nom"])
        resident = not said["commune"] or said["commune"].lower() not in NO
        self.plan.homes.append(Home(number, name, resident, said["adresse"]))
        self.plan.report.families += 1

    def adult(self, person: Person) -> Line:
        """One adult, and the account they are to have."""
        values, key = person.values, (person.file, fold(person.name))
        one = self.adults.get(key)
        done: Done = "created" if one is None else "same"
        if one is None:
            one = self.adults[key] = Adult(person.file, values["prenom"], values["nom"])
            self.plan.adults.append(one)
        if _changes_adult(one, person) and done == "same":
            done = "changed"
            if one.id and not one.changed:
                one.changed = True
                self.plan.adults.append(one)
        if not (self.opens and person.says_yes("compte")) or one.signs_in:
            return Line(person.line, person.name, done)
        if values["courriel"] in self.known.taken:
            return Line(person.line, person.name, "refused", "Cette adresse a déjà un compte.")
        self.plan.accounts.append(one)
        self.plan.report.accounts += 1
        return Line(person.line, person.name, done, "lien d’activation par courriel")

    def child(self, person: Person) -> Line:
        """One child: new, known here, or known in another home."""
        values, born = person.values, date.fromisoformat(person.values["naissance"])
        school = self.known.schools.get(fold(values["ecole"])) if values["ecole"] else None
        if values["ecole"] and school is None:
            return Line(person.line, person.name, "refused", f"Il n’y a pas d’école « {values['ecole']} ».")
        home = self.known.families.get(person.file, person.file)
        same = self.children[born, fold(person.name)]
        if here := next((child for child in same if home in child.homes), None):
            return self._known_child(person, here, school)
        if same and not values["garde"]:
            return Line(person.line, person.name, "refused", TWO_HOMES)
        if same:
            self._live(person, same[0], home)
            return Line(person.line, person.name, "linked", "enfant en deux foyers")
        colour = self.sizes.get(home, 0) % COLOURS
        one = Child(values["prenom"], values["nom"], born, school, values["niveau"], colour)
        same.append(one)
        self.plan.children.append(one)
        self._live(person, one, home)
        return Line(person.line, person.name, "created")

    def _known_child(self, person: Person, here: Child, school: int | None) -> Line:
        wanted = (school or here.site_id, person.values["niveau"] or here.grade)
        if wanted == (here.site_id, here.grade):
            return Line(person.line, person.name, "same")
        here.site_id, here.grade = wanted
        if here.id and not here.changed:
            here.changed = True
            self.plan.children.append(here)
        return Line(person.line, person.name, "changed")

    def _live(self, person: Person, child: Child, home: int | str) -> None:
        child.homes.add(home)
        self.sizes[home] = self.sizes.get(home, 0) + 1
        kind = CUSTODY[person.values["garde"].lower()]
        self.plan.lives.append((person.file, child, custody_to(Custody(kind))))  # type: ignore[arg-type]


def _changes_adult(one: Adult, person: Person) -> bool:
    """Empty cells change nothing: a list without telephones must not take them away."""
    values = person.values
    wanted = (
        values["civilite"] or one.title,
        values["courriel"] or one.email,
        values["telephone"] or one.phone,
        one.holder or person.says_yes("titulaire"),
    )
    if wanted == (one.title, one.email, one.phone, one.holder):
        return False
    one.title, one.email, one.phone, one.holder = wanted
    return True


def _children(known: Known) -> defaultdict[tuple[date, str], list[Child]]:
    """The portal's children by birth date and folded name, each with their homes."""
    found: dict[int, Child] = {}
    by_name: defaultdict[tuple[date, str], list[Child]] = defaultdict(list)
    for row in known.children:
        one = found.get(row["id"])
        if one is None:
            one = found[row["id"]] = Child(
                row["first_name"], row["last_name"], row["birth_date"], row["site_id"], row["grade"], id=row["id"]
            )
            by_name[one.birth_date, _name(one)].append(one)
        one.homes.add(row["family_id"])
    return by_name


def _name(one: Adult | Child) -> str:
    return fold(f"{one.first_name} {one.last_name}")
