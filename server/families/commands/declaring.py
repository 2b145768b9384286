"""« Déclarer ma famille »: people saved one at a time into the draft, then the whole filed as one request."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import date, datetime

from server.database import Work, sql
from server.errors import NotFound
from server.families.commands.drafts import drop_draft, keep_draft, lock_draft
from server.families.commands.requests import Filed, NewRequest, file_request
from server.families.queries.drafts import draft_of, schools
from server.families.rules.declaration import ADULTS, SECTIONS, Draft, Person, declared_lines, gaps_of, judged
from server.families.rules.requests import OPEN, Line, Service
from server.fields import Typed
from server.web.folding import fold
from server.web.visitor import Visitor

KIND = "family_declared"
NEW = "nouveau"  # the key of somebody who is not in the draft yet


@dataclass(frozen=True)
class Standing:
    """Where an account stands: its draft, or the request it has already filed."""

    draft: Draft
    waiting: str = ""  # the ref of the request that waits for a decision
    number: int = 0


WAITING = f"""
select ref, number from request where account_id = $1 and kind = '{KIND}' and family_id is null
and status in ({", ".join(f"'{status}'" for status in OPEN)}) order by id desc limit 1
"""


def standing_of(account_id: int) -> Work[Standing]:
    """The draft of this account, and the declaration that waits if there is one."""
    rows = yield sql(WAITING, account_id)
    draft = (yield from draft_of(account_id, KIND, Draft)) or Draft()
    return Standing(draft, *((rows[0]["ref"], rows[0]["number"]) if rows else ()))


@dataclass(frozen=True)
class Saved:
    """What became of one person's form: good, kept with faults, or not kept because it changed elsewhere."""

    typed: Typed
    key: str
    elsewhere: Person | None = None  # what another browser made of it meanwhile
    full: bool = False


def save_person(
    visitor: Visitor, section: str, key: str, posted: Mapping[str, str], seen: int, today: date, now: datetime
) -> Work[Saved]:
    """Keep what was typed of one person, faults included: nothing is lost when the tab closes.

    Raises NotFound for somebody who is not in the draft (any more).
    """
    draft = (yield from lock_draft(visitor.account_id, KIND, Draft)) or Draft()
    towns = yield from schools()
    typed = judged(section, key, posted, draft, towns, today)
    known = draft.person(section, key)
    if known is None and key != NEW:
        raise NotFound
    if known is None and draft.full(section):
        return Saved(typed, key, full=True)
    if known and known.version != seen and dict(known.values) != dict(typed.values):
        return Saved(typed, key, elsewhere=known)
    draft, key = draft.keeping(section, key, typed.values)
    yield from keep_draft(visitor.account_id, KIND, draft, now)
    return Saved(typed, key)


def remove_person(visitor: Visitor, section: str, key: str, now: datetime) -> Work[None]:
    """Take somebody out of the draft; the holder stays. Somebody who is gone already is no fault."""
    draft = yield from lock_draft(visitor.account_id, KIND, Draft)
    if draft is None or section == "titulaire":
        raise NotFound
    yield from keep_draft(visitor.account_id, KIND, draft.without(section, key), now)


def give_up(visitor: Visitor) -> Work[None]:
    """« Annuler la démarche »: the draft is forgotten."""
    yield from drop_draft(visitor.account_id, KIND)


def declare_family(visitor: Visitor, town: str, service: Service, today: date, now: datetime) -> Work[Filed | None]:
    """File the draft as it stands; None while something is missing, or when there is nothing (sent already)."""
    draft = yield from lock_draft(visitor.account_id, KIND, Draft)
    towns = yield from schools()
    waiting = yield sql(WAITING, visitor.account_id)
    if draft is None or waiting or visitor.family_id or gaps_of(draft, towns, today, ""):
        return None
    holder = draft.of("titulaire")[0]
    resident = fold(holder.values.get("ville", "")) == fold(town)
    lines = (*declared_lines(draft, towns), Line("Habite la commune", "Oui" if resident else "Non", section="Foyer"))
    data = {
        "adults": [asdict(one) for section in ADULTS for one in draft.of(section)],
        "children": [_child(one) for one in draft.of("enfants")],
        "contacts": [dict(one.values) for one in draft.of("contacts")],
        "resident": resident,
    }
    names = " ".join(one.name for section in SECTIONS for one in draft.of(section))
    new = NewRequest(KIND, f"Déclaration de la famille {holder.values['nom']}", lines, data=data, words=names)
    filed = yield from file_request(visitor, new, service, now)
    yield from drop_draft(visitor.account_id, KIND)
    return filed


def _child(one: Person) -> dict[str, object]:
    """The child with the names the matching of the agents' screen looks for."""
    values = one.values
    known = {"birth_date": values["naissance"], "first_name": values["prenoms"], "last_name": values["nom"]}
    return {**asdict(one), **known}
