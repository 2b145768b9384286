"""The form of a custody: what may be chosen, what is wrong with it, and the custody it stands for. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from server.families.rules.custody import MOST_WEEKS, Custody, Half, Home, Kind, Stay, overlapping
from server.fields import Field, Typed, read
from server.french import WEEKDAYS

MOST_STAYS, SPARE = 12, 2  # rows of exceptions, and how many empty ones are shown
A_YEAR = timedelta(days=366)
RHYTHMS = (
    ("even", "Une semaine sur deux : les semaines paires"),
    ("odd", "Une semaine sur deux : les semaines impaires"),
    ("weekdays", "Des jours choisis"),
)
HALVES = (
    ("pattern", "Comme le reste de l’année"),
    ("first", "La première moitié, chaque année"),
    ("second", "La seconde moitié, chaque année"),
    ("first_even", "La première moitié les années paires, la seconde les années impaires"),
    ("second_even", "La seconde moitié les années paires, la première les années impaires"),
)
HOMES: tuple[tuple[Home, str], ...] = (("here", "Ici"), ("away", "Dans l’autre foyer"))
KIND = Field("rythme", "Quand l’enfant vit-il ici ?", "choice", True, options=RHYTHMS)
CHANGE = Field(
    "change", "Jour du changement", "choice", options=tuple((str(n), day) for n, day in enumerate(WEEKDAYS)),
    hint="Le jour où l’enfant arrive ici, ces semaines-là.",
)  # fmt: skip
MOMENT = Field(
    "moment", "Moment du changement", "choice", options=(("matin", "Le matin"), ("soir", "Le soir, après l’accueil")),
    hint="Les réservations vont par jour entier : le matin, ce jour est au foyer où l’enfant arrive ; le soir, à celui "
    "qu’il quitte.",
)  # fmt: skip
WEEKS = Field(
    "semaines", "Le cycle dure", "choice",
    options=tuple((str(n), f"{n} semaine{'s' if n > 1 else ''}") for n in range(1, MOST_WEEKS + 1)),
)  # fmt: skip
ANCHOR = Field("debut", "La semaine 1 du cycle est celle du", "date", longest=20)
HALF = Field("vacances", "Pendant les vacances scolaires, l’enfant vit ici", "choice", True, options=HALVES)
SINCE = Field("depuis", "À partir du", "date", True, 20)
SURE = Field("certain", "Oui, c’est bien ce que je demande", "tick")
PATTERN = (KIND, CHANGE, MOMENT, WEEKS, ANCHOR, HALF, SINCE, SURE)


@dataclass(frozen=True)
class Row:
    """The fields of one exception."""

    first: Field
    last: Field
    home: Field

    @property
    def fields(self) -> tuple[Field, ...]:
        """In the order of the form."""
        return (self.first, self.last, self.home)


def row_of(number: int) -> Row:
    """One exception; empty rows are left out."""
    return Row(
        Field(f"du_{number}", f"Exception {number} : du", "date", longest=20),
        Field(f"au_{number}", f"Exception {number} : au", "date", longest=20),
        Field(f"chez_{number}", f"Exception {number} : l’enfant est", "choice", options=HOMES),
    )


def tick_of(day: int) -> Field:
    """A day of the cycle."""
    return Field(f"j{day}", f"{WEEKDAYS[day % 7]} de la semaine {day // 7 + 1}", "tick")


TICKS = tuple(tick_of(day) for day in range(7 * MOST_WEEKS))
ROWS = tuple(row_of(number) for number in range(1, MOST_STAYS + 1))
FIELDS = (*PATTERN, *TICKS, *(one for row in ROWS for one in row.fields))


def shown_rows(typed: Typed) -> tuple[Row, ...]:
    """Those that hold something, and a few more."""
    used = [n for n, row in enumerate(ROWS, 1) if any(typed.value(one.name) for one in row.fields)]
    return ROWS[: min(MOST_STAYS, (used[-1] if used else 0) + SPARE)]


def typed_from(custody: Custody, today: date) -> Typed:
    """The form as it stands: exceptions that are over are left out."""
    monday = today - timedelta(days=today.weekday())
    values = {
        "rythme": custody.kind if custody.shared else "",
        "change": str(custody.change),
        "moment": "soir" if custody.evening else "matin",
        "semaines": str(custody.weeks),
        "debut": (custody.anchor or monday).isoformat(),
        "vacances": custody.half or "pattern",
        "depuis": max(today, custody.since or today).isoformat(),
        **{f"j{day}": "oui" for day in custody.weekdays},
    }
    for number, stay in enumerate((s for s in custody.stays if s.last >= today), 1):
        values |= {f"du_{number}": str(stay.first), f"au_{number}": str(stay.last), f"chez_{number}": stay.home}
    return Typed(values)


def read_custody(posted: Mapping[str, str], today: date) -> Typed:
    """What was posted, with what is wrong beside each field."""
    typed = read(FIELDS, posted, today)
    if typed.value("rythme") == "weekdays":
        typed = _judged_cycle(typed)
    elif typed.value("rythme") and not typed.value("change"):
        typed = typed.but(change="Choisissez le jour du changement.")
    typed = _judged_stays(typed)
    since = typed.day("depuis") if not typed.error("depuis") else None
    if since and not today <= since <= today + A_YEAR:
        typed = typed.but(depuis="Choisissez un jour entre aujourd’hui et dans un an : le passé ne change plus.")
    if typed.good and custody_of(typed).one_sided and not typed.ticked(SURE.name):
        return typed.but(certain="Un des deux foyers n’aurait aucun jour du cycle. Si c’est voulu, cochez cette case.")
    return typed


def _judged_cycle(typed: Typed) -> Typed:
    if not typed.value("semaines"):
        return typed.but(semaines="Choisissez la durée du cycle.")
    if typed.value("semaines") == "1" or typed.error("debut"):
        return typed
    if not typed.value("debut"):
        return typed.but(debut="Dites quelle semaine commence le cycle : sa date, par exemple celle d’un lundi.")
    return typed


def _judged_stays(typed: Typed) -> Typed:
    errors: dict[str, str] = {}
    for row in ROWS:
        first, last, home = (typed.value(one.name) for one in row.fields)
        if not (first or last or home):
            continue
        if not first:
            errors[row.first.name] = "Indiquez le premier jour de cette exception, ou videz la ligne."
        if not last:
            errors[row.last.name] = "Indiquez le dernier jour ; le même que le premier pour un seul jour."
        if not home:
            errors[row.home.name] = "Dites dans quel foyer."
        if first and last and not {row.first.name, row.last.name} & set(typed.errors) and last < first:
            errors[row.last.name] = "Cette exception finit avant de commencer."
    typed = typed.but(**errors)
    rows = _filled(typed) if not {one.name for row in ROWS for one in row.fields} & set(typed.errors) else ()
    both = overlapping([stay for _, stay in rows])
    if both:
        sooner = rows[both[0]][0].first.label.partition(" :")[0].lower()
        return typed.but(**{rows[both[1]][0].first.name: f"Ces jours sont déjà dans l’{sooner}."})
    return typed


def _filled(typed: Typed) -> tuple[tuple[Row, Stay], ...]:
    return tuple(
        (row, Stay(first, last, "here" if typed.value(row.home.name) == "here" else "away"))
        for row in ROWS
        if (first := typed.day(row.first.name)) and (last := typed.day(row.last.name))
    )


KINDS: Mapping[str, Kind] = {"even": "even", "odd": "odd", "weekdays": "weekdays"}
HALF_OF: Mapping[str, Half] = {
    "first": "first", "second": "second", "first_even": "first_even", "second_even": "second_even"
}  # fmt: skip


def custody_of(typed: Typed) -> Custody:
    """What a good form asks for; nothing yet of holidays and of what was before."""
    stays = tuple(sorted((stay for _, stay in _filled(typed)), key=lambda stay: stay.first))
    kind, half = KINDS[typed.value("rythme")], HALF_OF.get(typed.value("vacances"), "")
    if kind != "weekdays":
        evening = typed.value("moment") == "soir"
        return Custody(kind, stays=stays, change=int(typed.value("change")), evening=evening, half=half)
    weeks, begun = int(typed.value("semaines")), typed.day("debut")
    days = frozenset(day for day in range(7 * weeks) if typed.ticked(f"j{day}"))
    monday = begun - timedelta(days=begun.weekday()) if begun and weeks > 1 else None
    return Custody(kind, days, stays, weeks=weeks, anchor=monday, half=half)
