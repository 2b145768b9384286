"""An agent accepts a declaration: the family, its adults, children, links and contacts, found by the search at once."""

import json
import secrets
from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime
from typing import Any

from server.database import Work, alone, marks, sql
from server.families.commands.deciding import CannotAccept
from server.families.commands.sharing import second_home
from server.families.commands.welcoming import Welcome
from server.families.finding import index_families
from server.families.queries.requests import RequestFile
from server.families.rules.people import HOME, address_line
from server.web.visitor import Visitor

# What else happens once a family exists, in the same transaction.
Then = Callable[[int, datetime], Work[None]]
Values = Mapping[str, str]

FAMILY = f"""
insert into family (ref, number, name, resident, address, home, created_at) values ({marks(7)}) returning id
"""
ADULT = f"""
insert into guardian (family_id, account_id, ref, holder, title, first_name, last_name, email, phone, birth_name,
  birth_date, birth_place, birth_department, birth_country, home_phone, work_phone, profession, employer, reached_by,
  home)
values ({marks(20)}) returning id
"""
CHILD = f"""
insert into child (ref, first_name, last_name, birth_date, sex, colour, site_id, grade) values ({marks(8)}) returning id
"""
LINK = "insert into child_link (guardian_id, child_id, quality, authority) values ($1, $2, $3, $4)"
CONTACT = f"""
insert into pickup_person (family_id, child_id, position, name, link, phone, emergency) values ({marks(7)})
"""


def founding(welcome: Welcome, then: Sequence[Then] = ()) -> Callable[[RequestFile, Visitor, datetime], Work[None]]:
    """What accepting a declaration does; `welcome` tells the other adults, `then` is what other rooms add."""

    def found_family(asked: RequestFile, agent: Visitor, now: datetime) -> Work[None]:
        yield from _may_be_founded(asked)
        data = asked.content.data
        family = yield from _write_family(data, now)
        adults = yield from _write_adults(family, data["adults"], asked.account_id)
        for place, child in enumerate(data["children"]):
            yield from _write_declared(family, child, place, adults, data["contacts"], now)
        yield sql("update request set family_id = $1 where id = $2", family, asked.id)
        yield from index_families([family])
        for more in then:
            yield from more(family, now)
        yield from welcome(list(adults.values()), agent, now)

    return found_family


def _may_be_founded(asked: RequestFile) -> Work[None]:
    """The account must still be there, and without a family: it may have been linked to a file meanwhile."""
    if asked.account_id is None:
        raise CannotAccept("Le compte qui a déclaré cette famille n’existe plus.")
    open_ = yield sql("select id from account where id = $1 and disabled_at is null for update", asked.account_id)
    if not open_:
        raise CannotAccept("Le compte qui a déclaré cette famille a été fermé depuis.")
    text = "select f.name, f.number from guardian g join family f on f.id = g.family_id where g.account_id = $1"
    linked = yield sql(text, asked.account_id)
    if linked:
        home = f"{linked[0]['name']}, {linked[0]['number']}"
        raise CannotAccept(f"Ce compte est déjà relié au dossier {home}. Refusez la demande en le disant à la famille.")


def _write_family(data: Mapping[str, Any], now: datetime) -> Work[int]:
    values: Values = data["adults"][0]["values"]
    yield alone("family number")
    number = yield from _next_number()
    ref, home = secrets.token_urlsafe(16), home_of(values)
    rows = yield sql(FAMILY, ref, number, values["nom"], data["resident"], address_line(values), home, now)
    return int(rows[0]["id"])


def _next_number() -> Work[str]:
    """The number after the last family's, or after that while it is taken."""
    number = 100_000 + (yield sql("select coalesce(max(id), 0) + 1 as n from family"))[0]["n"]
    while (yield sql("select id from family where number = $1", str(number))):
        number += 1
    return str(number)


def _write_adults(family: int, adults: Sequence[Mapping[str, Any]], account: int | None) -> Work[dict[str, int]]:
    """The adults' ids by their key in the declaration; only the holder signs in so far."""
    ids: dict[str, int] = {}
    household = home_of(adults[0]["values"])
    for place, adult in enumerate(adults):
        said: Values = adult["values"]
        home = home_of(said)
        own = "" if home == household else home
        ids[adult["key"]] = yield from write_adult(family, None if place else account, place == 0, said, own)
    return ids


def write_adult(family: int, account: int | None, holder: bool, said: Values, home: str) -> Work[int]:
    """One adult of a form; `home` is empty when it is the household's."""
    rows = yield sql(ADULT, family, account, secrets.token_urlsafe(16), holder, *adult_columns(said), home)
    return int(rows[0]["id"])


def adult_columns(said: Values) -> tuple[object, ...]:
    """An adult's form as the columns of the table, from title to reached_by."""
    texts = ("pays_naissance", "telephone", "telephone_pro", "profession", "employeur", "contact_par")
    return (
        said["civilite"], said["prenoms"], said["nom"], said.get("courriel", ""), said.get("mobile", ""),
        said.get("nom_naissance", ""), day_of(said.get("naissance", "")), said.get("commune_naissance", ""),
        said.get("departement_naissance", ""), *(said.get(name, "") for name in texts),
    )  # fmt: skip


def _write_declared(
    family: int,
    declared: Mapping[str, Any],
    place: int,
    adults: Mapping[str, int],
    contacts: Sequence[Values],
    now: datetime,
) -> Work[None]:
    """One declared child: a new one, or one the agent knew again, who then lives in two homes."""
    said: Values = declared["values"]
    if not declared.get("same"):
        yield from write_child(family, said, place, adults, contacts)
        return
    child = yield from second_home(family, declared["same"], day_of(said["naissance"]), now)
    yield from _attach(family, child, said, adults, contacts)


def write_child(
    family: int, said: Values, place: int, adults: Mapping[str, int], contacts: Sequence[Values]
) -> Work[None]:
    """One child of a form, with its links to adults (by their key there) and who may collect it."""
    school = int(said["ecole"]) if said.get("ecole") else None
    rows = yield sql(
        CHILD, secrets.token_urlsafe(16), said["prenoms"], said["nom"], day_of(said["naissance"]), said["sexe"],
        place % 8, school, said.get("niveau", ""),
    )  # fmt: skip
    child = int(rows[0]["id"])
    yield sql("insert into household_child (family_id, child_id) values ($1, $2)", family, child)
    yield from _attach(family, child, said, adults, contacts)


def _attach(family: int, child: int, said: Values, adults: Mapping[str, int], contacts: Sequence[Values]) -> Work[None]:
    for key, adult in adults.items():
        if said.get(f"lien_{key}"):
            yield sql(LINK, adult, child, said[f"lien_{key}"], said.get(f"autorite_{key}") == "oui")
    for number, who in enumerate(contacts, 1):
        emergency = who.get("urgence") == "oui"
        yield sql(CONTACT, family, child, number, who["nom"], who.get("lien", ""), who["telephone"], emergency)


def home_of(said: Values) -> str:
    """The address of a form as it is kept."""
    return json.dumps({name: said.get(name, "") for name in HOME}, ensure_ascii=False)


def day_of(text: str) -> date | None:
    """A day of a judged form."""
    return date.fromisoformat(text) if text else None
