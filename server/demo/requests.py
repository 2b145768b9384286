"""A few requests of the printed families, at different steps, so that both sides have something to look at."""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import msgspec

from server.database import Work, sql
from server.demo.people import Household, Kid
from server.demo.rows import insert, insert_named
from server.families.rules.people import HOME, address_line
from server.families.rules.requests import Content, Line, Receipt, Service
from server.web.folding import fold
from server.zone import months_after, town_day

SERVICE = Service(
    "Service enfance, mairie de Port-Clairval", "1 place du Marché, 99420 Port-Clairval", "01 99 00 12 34",
    "enfance@port-clairval.example",
)  # fmt: skip


@dataclass(frozen=True)
class Asked:
    """One request: whose household, what, how long ago, and its steps (days later, status, by the service, words)."""

    home: int
    kind: str
    title: str
    content: Content
    days: int
    steps: tuple[tuple[float, str, bool, str], ...] = ()

    @property
    def status(self) -> str:
        """Where it stands."""
        return self.steps[-1][1] if self.steps else "filed"


LATELY = {"numero": "3", "voie": "rue de la Digue", "code_postal": "99420", "ville": "Port-Clairval", "pays": "France"}
LIVRET = "Envoyez une copie du livret de famille, page des parents."


def _asked(homes: Sequence[Household], sacha: str) -> tuple[Asked, ...]:
    """What the printed families ask for; accepting one really changes their file. `sacha` is the adult's ref."""
    lefevre, moreau = homes[:2]
    _, tom, _ = lefevre.kids
    (zoe,) = moreau.kids
    moving = {
        "ref": lefevre.ref,
        "before": dict.fromkeys(HOME, ""),
        "after": dict.fromkeys(HOME, "") | LATELY,
        "resident": True,
    }
    where = (Line("Adresse", address_line(LATELY), lefevre.address),)
    renaming = {"ref": sacha, "before": {"nom": "Lefèvre"}, "after": {"nom": "Lefèvre-Martin"}}
    return (
        Asked(
            0, "schooling", "École de Tom", _level(tom, tom.grade, "CP"), 60,
            ((0.2, "in_progress", True, ""), (2, "accepted", True, "")),
        ),
        Asked(
            0, "adult_changed", "Fiche de Sacha Lefèvre",
            Content((Line("Nom d’usage", "Lefèvre-Martin", "Lefèvre"),), data=renaming), 20,
            ((1, "to_complete", True, LIVRET),),
        ),
        Asked(
            0, "address_changed", "Changement d’adresse",
            Content(where, "Nous déménageons en janvier.", moving), 3,
        ),
        Asked(1, "schooling", "École de Zoé", _level(zoe, "GS", zoe.grade), 1),
    )  # fmt: skip


def _level(kid: Kid, new: str, old: str) -> Content:
    return Content(
        (Line("Niveau", new, old),), data={"ref": kid.ref, "before": {"niveau": old}, "after": {"niveau": new}}
    )


SACHA = "select ref from guardian where email = $1"
COLUMNS = (
    "ref, number, kind, title, family_id, account_id, status, content, receipt, sought, version, filed_at, changed_at"
)


def write_requests(
    homes: Sequence[Household], ids: dict[str, int], accounts: dict[str, int], now: datetime
) -> Work[None]:
    """The requests with their history, numbered in the order they came."""
    agent = accounts["agent@demo.marelle"]
    if len(homes) < 2:
        return
    asked = _asked(homes, (yield sql(SACHA, homes[0].adults[1].email))[0]["ref"])
    rows = [_row(number, one, homes[one.home], ids, accounts, now) for number, one in enumerate(asked, 70)]
    known = yield from insert_named(
        "request",
        COLUMNS,
        rows,
        "number",
    )
    steps = []
    for number, one in enumerate(asked, 70):
        filed, parent = now - timedelta(days=one.days), accounts[homes[one.home].adults[0].email]
        steps.append((known[number], filed, parent, False, "filed", ""))
        steps += [
            (known[number], filed + timedelta(days=late), agent if ours else parent, ours, status, words)
            for late, status, ours, words in one.steps
        ]
    yield from insert("request_event", "request_id, at, actor_id, by_agent, status, words", steps)


def _row(
    number: int, one: Asked, home: Household, ids: dict[str, int], accounts: dict[str, int], now: datetime
) -> tuple[object, ...]:
    filed = now - timedelta(days=one.days)
    receipt = Receipt(SERVICE, filed, months_after(town_day(filed), SERVICE.months))
    late = one.steps[-1][0] if one.steps else 0
    sought = fold(f"{home.name} {home.number} {one.title} {number}")
    return (
        secrets.token_urlsafe(16), number, one.kind, one.title, ids[home.ref], accounts[home.adults[0].email],
        one.status,        msgspec.json.encode(one.content).decode(), msgspec.json.encode(receipt).decode(), sought,
        1 + len(one.steps), filed, filed + timedelta(days=late),
    )  # fmt: skip
