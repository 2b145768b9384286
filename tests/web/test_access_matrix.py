"""Every door that opens on one record × every member of the cast, with a record that exists: a stranger's is *not found*.

`tests/web/test_who_may_enter.py` says which accounts pass a door at all; this table says whose records they find behind
it. A new door with a parameter in its address, or that names a record in its form, gets its row here.
"""

import asyncio
import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import httpx

from server.accounts.commands.photos import keep_with_account
from server.adapters.safe import Safe
from server.database import Database, Work, sql
from server.families.commands import NewRequest, file_request
from server.families.rules.requests import Service
from tests.cast import Town
from tests.conftest import FrozenClock, client_of
from tests.papers import photo
from tests.web.doors import enter
from tests.web.test_who_may_enter import DOORS

CAST = ("nobody", "stranger", "other_home", "agent_without_right", "agent", "coguardian", "owner")
THURSDAY = date(2026, 11, 26)


@dataclass
class House:
    """Where records are made: the small town, its database and clock."""

    town: Town
    db: Database
    clock: FrozenClock
    safe: Safe

    def file(self) -> str:
        """A file in the safe; its name there."""
        draft = self.safe.draft()
        draft.write_bytes(b"a photo.")
        name = self.safe.keep(draft).name
        draft.unlink()
        return name

    async def row(self, text: str, *args: Any) -> int:
        """Run an insert that returns an id."""
        return int(await self.db.write(_row, text, args))


def _row(text: str, args: tuple[Any, ...]) -> Work[int]:
    rows = yield sql(text, *args)
    return int(rows[0]["id"])


Made = tuple[str, dict[str, str]]  # the address of a record of the owner's, and the form that is posted there


@dataclass(frozen=True)
class Record:
    """How a record of the owner's household is made, fresh for each knock, and what each of the cast is answered."""

    make: Callable[[House], Any]  # an async function to Made
    answers: Mapping[str, str]


def answered(**by_name: str) -> Mapping[str, str]:
    """in: it is done or shown · none: no such thing (404) · shut: not for this account (403) · out: sign in first."""
    return {"nobody": "out", "agent": "shut", "agent_without_right": "shut", **by_name}


def for_agents(**by_name: str) -> Mapping[str, str]:
    """A door of agents who hold the right."""
    parents = dict.fromkeys(("stranger", "other_home", "coguardian", "owner"), "shut")
    return {"nobody": "out", "agent_without_right": "shut", "agent": "in", **parents, **by_name}


NOBODY_ELSE = {"stranger": "none", "other_home": "none", "coguardian": "none"}
OWN_ACCOUNT = answered(**NOBODY_ELSE, owner="in", agent="none", agent_without_right="none")
HOUSEHOLD = answered(stranger="none", other_home="none", coguardian="in", owner="in")
# A draft is the account's own, and the cast has families: led home, or no such draft (tests/web/families/test_declare.py).
LED_HOME = answered(stranger="in", other_home="in", coguardian="in", owner="in")
NO_DRAFT = answered(stranger="none", other_home="none", coguardian="none", owner="none")
BOTH_HOMES = answered(stranger="none", other_home="in", coguardian="in", owner="in")  # of a child they share

# Doors whose parameter is no record: a day, a page of demo mode.
NO_RECORD = {
    "GET /planning/jour/{day:str}",
    "GET /f/planning/jour/{day:str}",
    "GET /boite/{mail:int}",
    "GET /lien/{word:str}/{token:str}",  # whoever holds the link; it only goes on to the page with the button
    "GET /inscription/{way:str}",  # drafts are the browser's own, by its cookie
    "GET /inscription/{way:str}/{slug:str}",
    "POST /inscription/{way:str}/{slug:str}",
    "POST /inscription/{way:str}/{slug:str}/fichiers",
    "GET /inscription/{way:str}/{slug:str}/photo",
}


async def device(house: House) -> Made:
    """Another phone of the owner's."""
    now = house.clock()
    id_ = await house.row(
        "insert into sign_in (account_id, token_hash, device_label, address, created_at, last_seen_at, expires_at) "
        "values ($1, $2, 'Autre', '127.0.0.1', $3, $3, $4) returning id",
        house.town.accounts["owner"], uuid.uuid4().hex, now, now + timedelta(days=30),
    )  # fmt: skip
    return f"/compte/appareils/{id_}/deconnexion", {}


async def portrait(house: House) -> Made:
    """The photo of the owner of the account."""
    await house.db.write(keep_with_account, house.town.accounts["owner"], photo(), house.clock())
    (row,) = await house.db.read(_portraits)
    return f"/agent/photos/{row['ref']}", {}


def _portraits() -> Work[Any]:
    return (yield sql("select ref from account_photo"))


async def notice(house: House) -> Made:
    ref = uuid.uuid4().hex[:22]
    await house.row(
        "insert into notice (ref, account_id, kind, title, body, brief, url, tag, expires_at, created_at) "
        "values ($1, $2, 'bookings_validated', 'T', 'B', 'b', '/planning', 't', $3, $3) returning id",
        ref, house.town.accounts["owner"], house.clock(),
    )  # fmt: skip
    return f"/avis/{ref}", {}


async def _absence(house: House, suffix: str) -> Made:
    ref = str(uuid.uuid4())
    await house.row(
        "insert into absence (ref, family_id, child_id, first_day, last_day, lines, declared_at) "
        "values ($1, $2, $3, $4, $4, $5, $6) returning id",
        ref, house.town.families["dupont"], house.town.children["tom"], THURSDAY, "[]", house.clock(),
    )  # fmt: skip
    return f"/absence/{ref}{suffix}", {}


async def absence(house: House) -> Made:
    return await _absence(house, "")


async def absence_back(house: House) -> Made:
    return await _absence(house, "/retour")


def asked(suffix: str = "", start: str = "/dossier", **form: str) -> Callable[[House], Any]:
    """A request the owner has filed."""

    async def make(house: House) -> Made:
        line = NewRequest("schooling", uuid.uuid4().hex)
        filed = await house.db.write(file_request, house.town.visitor("owner"), line, Service("Enfance"), house.clock())
        return f"{start}/demarches/{filed.ref}{suffix}", form

    return make


def member(section: str) -> Callable[[House], Any]:
    """The form of somebody of the owner's household."""

    async def make(house: House) -> Made:
        ref = await house.db.read(_adult_ref, house.town.accounts["owner"]) if section == "adultes" else "kidtom"
        return f"/dossier/famille/{section}/{ref}", {"version": "1"}

    return make


def shared_child(path: str = "/dossier/garde/kidlina") -> Callable[[House], Any]:
    """Whose days are whose, of the child who lives in the owner's household and in the other one; what would change."""

    async def make(_: House) -> Made:
        form = {"rythme": "odd", "change": "0", "moment": "matin", "vacances": "pattern", "depuis": "2026-11-17"}
        return path, {**form, "bouton": "voir"}

    return make


def _adult_ref(account: int) -> Work[str]:
    return str((yield sql("select ref from guardian where account_id = $1", account))[0]["ref"])


def draft(suffix: str = "", **form: str) -> Callable[[House], Any]:
    """Somebody of the declaration the owner's account prepares: with a family, everybody is led to their own file."""

    async def make(house: House) -> Made:
        return f"/dossier/declarer/enfants/p1{suffix}", form

    return make


def family(suffix: str = "", **form: str) -> Callable[[House], Any]:
    """A screen of the owner's family at the agents' desk."""

    async def make(house: House) -> Made:
        address = suffix.format(key=house.town.square("tom", "cantine", THURSDAY))
        return f"{'/f' if 'cases' in suffix and not form else ''}/agent/familles/fam-dupont{address}", form

    return make


def leaving(**form: str) -> Callable[[House], Any]:
    """Tom, whom the owner's household asks to take out of its file."""

    async def make(house: House) -> Made:
        return f"/dossier/famille/enfants/{house.town.refs['tom']}/retrait", form

    return make


def two_files(suffix: str, **form: str) -> Callable[[House], Any]:
    """Two children of the owner's whom an agent compares."""

    async def make(house: House) -> Made:
        return f"/agent/doublons/{house.town.refs['lina']}/{house.town.refs['tom']}{suffix}", form

    return make


async def session_places(house: House) -> Made:
    id_ = house.town.sessions["atelier", THURSDAY]
    return f"/agent/seances/{id_}/capacite", {"places": "12", "date": str(THURSDAY), "vu": "2"}


async def closure(house: House) -> Made:
    id_ = await house.row(
        "insert into closure (activity_id, first_day, last_day, reason, created_at) values ($1, $2, $2, 'Pont', $3) returning id",
        house.town.activities["cantine"], date(2026, 12, 18), house.clock(),
    )  # fmt: skip
    return f"/agent/fermetures/{id_}/reouverture", {}


def rule(prefix: str, suffix: str = "") -> Callable[[House], Any]:
    async def make(house: House) -> Made:
        return f"{prefix}/agent/regles/cantine{suffix}", {}

    return make


def colleague(suffix: str = "", **form: str) -> Callable[[House], Any]:
    """The account of an agent nobody of the cast is."""

    async def make(house: House) -> Made:
        ref = uuid.uuid4().hex[:22]
        await house.row(
            "insert into account (ref, kind, email, first_name, last_name, password_hash, demo, created_at) "
            "values ($1, 'agent', $2, 'Zacharie', 'Petit', 'x', $3, $4) returning id",
            ref, f"{ref}@ville.fr", True, house.clock(),
        )  # fmt: skip
        return f"/agent/comptes-agents/{ref}{suffix}", form

    return make


async def phone_of_colleague(house: House) -> Made:
    """The phone that gives that agent's one-time codes."""
    path, _ = await colleague()(house)
    await house.row(
        "insert into second_factor (account_id, nonce, confirmed_at, created_at) "
        "select id, 'x', $2, $2 from account where ref = $1 returning id",
        path.rpartition("/")[2], house.clock(),
    )  # fmt: skip
    return f"{path}/telephone", {}


async def _thread(house: House) -> str:
    """An exchange of the owner's household with the town."""
    ref = uuid.uuid4().hex[:22]
    await house.row(
        "insert into thread (ref, family_id, account_id, department, subject, opened_at, last_at, last_by) "
        "values ($1, $2, $3, 'Service enfance', 'Sortie', $4, $4, 'family') returning id",
        ref, house.town.families["dupont"], house.town.accounts["owner"], house.clock(),
    )  # fmt: skip
    return ref


def thread(address: str, **form: str) -> Callable[[House], Any]:
    async def make(house: House) -> Made:
        return address.format(ref=await _thread(house)), form

    return make


def health(suffix: str = "", child: str = "lina", **form: str) -> Callable[[House], Any]:
    """A page of a child's health file; Lina lives in both homes, Tom in one."""

    async def make(house: House) -> Made:
        return f"/sante/{house.town.refs[child]}{suffix}", form

    return make


def content(table: str, address: str, **form: str) -> Callable[[House], Any]:
    """A page of the town's own."""

    async def make(house: House) -> Made:
        ref = uuid.uuid4().hex[:22]
        first = ", first_day" if table == "news" else ""
        day = ", date '2026-11-01'" if table == "news" and house.db.engine == "postgres" else ", '2026-11-01'"
        await house.row(
            f"insert into {table} (ref, title, body, changed_at{first}) values ($1, 'T', 'B', $2{day if first else ''}) returning id",
            ref, house.clock(),
        )  # fmt: skip
        return address.format(ref=ref), form

    return make


def registration(suffix: str = "", **form: str) -> Callable[[House], Any]:
    """Somebody who asks for an account."""

    async def make(house: House) -> Made:
        ref = uuid.uuid4().hex[:22]
        await house.row(
            "insert into registration (ref, way, state, email, created_at) values ($1, 'ask', 'asked', 'x@exemple.fr', $2) "
            "returning id",
            ref, house.clock(),
        )  # fmt: skip
        return f"/agent/comptes/{ref}{suffix}", form

    return make


def linked(address: str, contested: bool = False, **form: str) -> Callable[[House], Any]:
    """An account that came to the owner's file."""

    async def make(house: House) -> Made:
        ref, said = uuid.uuid4().hex[:22], house.clock() if contested else None
        await house.row(
            "insert into file_link (ref, family_id, way, created_at, contested_at) values ($1, $2, 'key', $3, $4) returning id",
            ref, house.town.families["dupont"], house.clock(), said,
        )  # fmt: skip
        return address.format(ref=ref), form

    return make


async def their_account(house: House) -> Made:
    """An account for an adult of the owner's file who has none."""
    id_ = await house.row(
        "insert into guardian (family_id, first_name, last_name, email) values ($1, 'Ève', 'Dupont', 'eve@exemple.fr') "
        "returning id",
        house.town.families["dupont"],
    )  # fmt: skip
    return "/agent/familles/fam-dupont/comptes", {"adulte": str(id_)}


async def their_key(house: House) -> Made:
    """A clé enfance for such an adult."""
    path, form = await their_account(house)
    return f"{path}/cle", form


def for_editors() -> Mapping[str, str]:
    """A door of agents who write the town's pages: the cast's agent without the others' rights is one."""
    return for_agents(agent="shut", agent_without_right="in")


async def _document(house: House, shelf: str) -> str:
    """A document of the owner's household, or of the town's, with a file."""
    ref, now = uuid.uuid4().hex[:22], house.clock()
    family_id = None if shelf == "town" else house.town.families["dupont"]
    id_ = await house.row(
        "insert into document (ref, shelf, family_id, kind, title, state, shown_from, created_at, next_check_at) "
        "values ($1, $2, $3, 'other', 'T', 'clean', $4, $5, $5) returning id",
        ref, shelf, family_id, now.date(), now,
    )  # fmt: skip
    await house.row(
        "insert into document_file (document_id, position, name, media, size, digest) "
        "values ($1, 1, $2, 'image/jpeg', 8, '') returning id",
        id_, await asyncio.to_thread(house.file),
    )  # fmt: skip
    return ref


def document(shelf: str, address: str, **form: str) -> Callable[[House], Any]:
    async def make(house: House) -> Made:
        return address.format(ref=await _document(house, shelf)), form

    return make


async def document_asked(house: House) -> Made:
    ref = uuid.uuid4().hex[:22]
    await house.row(
        "insert into document_ask (ref, family_id, kind, asked_at) values ($1, $2, 'identity', $3) returning id",
        ref, house.town.families["dupont"], house.clock(),
    )  # fmt: skip
    return f"/agent/familles/fam-dupont/documents/demande/{ref}/abandon", {}


def tried_list(suffix: str = "") -> Callable[[House], Any]:
    """A list of families an agent has tried out; no family's own."""

    async def make(house: House) -> Made:
        ref, report = uuid.uuid4().hex[:22], '{"lines":[],"families":0,"accounts":0,"unknown":[]}'
        await house.row(
            "insert into family_import (ref, name, file, digest, checked, state, report, made_at) "
            "values ($1, 'familles.csv', $2, '', '', 'checked', $3, $4) returning id",
            ref, await asyncio.to_thread(house.file), report, house.clock(),
        )  # fmt: skip
        return f"/agent/imports/{ref}{suffix}", {}

    return make


def mailing(suffix: str = "", **form: str) -> Callable[[House], Any]:
    """A draft of a message to many families."""

    async def make(house: House) -> Made:
        ref = uuid.uuid4().hex[:22]
        await house.row("insert into mailing (ref, changed_at) values ($1, $2) returning id", ref, house.clock())
        return f"/agent/envois/{ref}{suffix}", form

    return make


async def piece(house: House) -> Made:
    """A photo the owner's household sent with a message, at the agents' desk."""
    ref, document, name = await _thread(house), await _document(house, "sent"), str(uuid.uuid4())
    await house.row(
        "insert into thread_message (ref, thread_id, author, side, body, sent_at) "
        "select $1, id, 'A', 'family', 'B', $3 from thread where ref = $2 returning id",
        name, ref, house.clock(),
    )  # fmt: skip
    await house.row("update document set message_ref = $1 where ref = $2 returning id", name, document)
    return f"/agent/messages/{ref}/pieces/{document}/1", {}


ALL_IN = dict.fromkeys(CAST, "in")
PIECE = {"titre": "T", "texte": "B", "du": "2026-11-16", "rang": "1", "version": "1"}


def health_at_desk(address: str, **form: str) -> Callable[[House], Any]:
    """The same child's file at the agents' desk."""

    async def make(house: House) -> Made:
        return f"/agent/sante{address.format(house.town.refs['lina'])}", form

    return make


HEALTH: dict[str, Record] = {
    "GET /sante/{ref:str}": Record(health(), BOTH_HOMES),
    "GET /sante/{ref:str}/consultations": Record(health("/consultations"), BOTH_HOMES),
    "GET /sante/{ref:str}/fiche": Record(health("/fiche", child="tom"), HOUSEHOLD),
    "POST /sante/{ref:str}/fiche": Record(health("/fiche", vu="0", allergies="non"), BOTH_HOMES),
    "GET /sante/{ref:str}/vaccinations": Record(health("/vaccinations", child="tom"), HOUSEHOLD),
    "POST /sante/{ref:str}/vaccinations": Record(health("/vaccinations", vu="0", dtp="2019-01-01"), BOTH_HOMES),
    "GET /sante/{ref:str}/autorisations": Record(health("/autorisations", child="tom"), HOUSEHOLD),
    "POST /sante/{ref:str}/autorisations": Record(health("/autorisations", image="oui"), BOTH_HOMES),
    "GET /sante/{ref:str}/personnes": Record(health("/personnes", child="tom"), HOUSEHOLD),
    "POST /sante/{ref:str}/personnes": Record(health("/personnes", vu="", personne="oui"), BOTH_HOMES),
    "GET /sante/{ref:str}/pai": Record(health("/pai", child="tom"), HOUSEHOLD),
    "POST /sante/{ref:str}/pai": Record(health("/pai", pai_objet="Asthme"), BOTH_HOMES),
    "POST /sante/{ref:str}/pai/retrait": Record(health("/pai/retrait"), BOTH_HOMES),
    "GET /agent/sante/enfants/{ref:str}": Record(health_at_desk("/enfants/{}"), for_agents()),
    "POST /agent/sante/enfants/{ref:str}/pai": Record(health_at_desk("/enfants/{}/pai", acte="etablir"), for_agents()),
    "POST /agent/sante/enfants/{ref:str}/admission": Record(
        health_at_desk("/enfants/{}/admission", jusque="2026-12-01", motif="Carnet attendu", vu="0"), for_agents()
    ),
    "GET /agent/sante/jour/{ref:str}": Record(health_at_desk("/jour/{}"), for_agents()),
}

RECORDS: dict[str, Record] = {
    **HEALTH,
    "GET /documents/{ref:str}/{position:int}": Record(document("sent", "/documents/{ref}/1"), HOUSEHOLD),
    "POST /documents/{ref:str}/retrait": Record(document("sent", "/documents/{ref}/retrait"), HOUSEHOLD),
    "GET /agent/familles/{ref:str}/liens": Record(family("/liens"), for_agents()),
    "POST /agent/familles/{ref:str}/liens": Record(family("/liens", motif="Jugement"), for_agents()),
    "GET /agent/familles/{ref:str}/membres": Record(family("/membres"), for_agents()),
    "GET /agent/familles/{ref:str}/membres/{section:str}/{member:str}": Record(
        family("/membres/enfants/kidtom"), for_agents()
    ),
    "POST /agent/familles/{ref:str}/membres/{section:str}/{member:str}": Record(
        family("/membres/enfants/kidtom", motif=" "), for_agents()
    ),
    "GET /dossier/famille/{section:str}/{ref:str}/retrait": Record(leaving(), HOUSEHOLD),
    "POST /dossier/famille/{section:str}/{ref:str}/retrait": Record(leaving(motif="Il a déménagé"), HOUSEHOLD),
    "GET /agent/doublons/{ref:str}/{other:str}": Record(two_files(""), for_agents()),
    "POST /agent/doublons/{ref:str}/{other:str}": Record(two_files("", motif="Livret de famille"), for_agents()),
    "POST /agent/doublons/{ref:str}/{other:str}/distincts": Record(two_files("/distincts"), for_agents()),
    "GET /agent/documents/{ref:str}": Record(document("sent", "/agent/documents/{ref}"), for_agents()),
    "POST /agent/documents/{ref:str}": Record(
        document("sent", "/agent/documents/{ref}", verdict="refused", type="other", motif="Flou", version="1"),
        for_agents(),
    ),
    "GET /agent/documents/{ref:str}/{position:int}": Record(document("sent", "/agent/documents/{ref}/1"), for_agents()),
    "GET /agent/documents/{ref:str}/{position:int}/image": Record(
        document("sent", "/agent/documents/{ref}/1/image"), for_agents()
    ),
    "POST /agent/documents/{ref:str}/retrait": Record(
        document("family", "/agent/documents/{ref}/retrait"), for_agents()
    ),
    "GET /agent/familles/{ref:str}/documents": Record(family("/documents"), for_agents()),
    "POST /agent/familles/{ref:str}/documents/fichiers": Record(family("/documents/fichiers", titre="T"), for_agents()),
    "POST /agent/familles/{ref:str}/documents/demande": Record(
        family("/documents/demande", piece="identity"), for_agents()
    ),
    "POST /agent/familles/{ref:str}/documents/demande/{ask_ref:str}/abandon": Record(document_asked, for_agents()),
    "GET /agent/documents/pour-toutes/{ref:str}/{position:int}": Record(
        document("town", "/agent/documents/pour-toutes/{ref}/1"), for_editors()
    ),
    "POST /agent/documents/pour-toutes/{ref:str}/retrait": Record(
        document("town", "/agent/documents/pour-toutes/{ref}/retrait"), for_editors()
    ),
    "POST /compte/appareils/{device:int}/deconnexion": Record(device, OWN_ACCOUNT),
    "GET /avis/{ref:str}": Record(notice, OWN_ACCOUNT),
    "GET /absence/{ref:str}": Record(absence, HOUSEHOLD),
    "POST /absence/{ref:str}/retour": Record(absence_back, HOUSEHOLD),
    "GET /dossier/garde/{ref:str}": Record(shared_child(), BOTH_HOMES),
    "POST /dossier/garde/{ref:str}": Record(shared_child(), BOTH_HOMES),
    "GET /agent/familles/{family:str}/garde": Record(shared_child("/agent/familles/fam-dupont/garde"), for_agents()),
    "GET /agent/familles/{family:str}/garde/{ref:str}": Record(
        shared_child("/agent/familles/fam-dupont/garde/kidlina"), for_agents()
    ),
    "POST /agent/familles/{family:str}/garde/{ref:str}": Record(
        shared_child("/agent/familles/fam-dupont/garde/kidlina"), for_agents()
    ),
    "GET /dossier/famille/{section:str}/{ref:str}": Record(member("adultes"), HOUSEHOLD),
    "POST /dossier/famille/{section:str}/{ref:str}": Record(member("enfants"), HOUSEHOLD),
    "GET /dossier/declarer/{section:str}/{key:str}": Record(draft(), LED_HOME),
    "POST /dossier/declarer/{section:str}/{key:str}": Record(draft(nom="x"), LED_HOME),
    "POST /dossier/declarer/{section:str}/{key:str}/retrait": Record(draft("/retrait"), NO_DRAFT),
    "GET /dossier/demarches/{ref:str}": Record(asked(), HOUSEHOLD),
    "GET /dossier/demarches/{ref:str}/accuse": Record(asked("/accuse"), HOUSEHOLD),
    "POST /dossier/demarches/{ref:str}/messages": Record(asked("/messages", message="Bonjour"), HOUSEHOLD),
    "POST /dossier/demarches/{ref:str}/annulation": Record(asked("/annulation"), HOUSEHOLD),
    "GET /agent/comptes-agents/{ref:str}": Record(colleague(), for_agents()),
    "POST /agent/comptes-agents/{ref:str}": Record(colleague(droit="content"), for_agents()),
    "POST /agent/comptes-agents/{ref:str}/telephone": Record(phone_of_colleague, for_agents()),
    "POST /agent/comptes-agents/{ref:str}/invitation": Record(colleague("/invitation"), for_agents()),
    "GET /dossier/rattachements/{ref:str}": Record(linked("/dossier/rattachements/{ref}"), HOUSEHOLD),
    "POST /dossier/rattachements/{ref:str}": Record(linked("/dossier/rattachements/{ref}"), HOUSEHOLD),
    "GET /agent/rattachements/{ref:str}": Record(linked("/agent/rattachements/{ref}", True), for_agents()),
    "POST /agent/rattachements/{ref:str}": Record(
        linked("/agent/rattachements/{ref}", True, motif="Vu", decision="maintenir"), for_agents()
    ),
    "GET /agent/comptes/{ref:str}": Record(registration(), for_agents()),
    "POST /agent/comptes/{ref:str}/acceptation": Record(registration("/acceptation"), for_agents()),
    "POST /agent/comptes/{ref:str}/refus": Record(registration("/refus", motif="Doublon"), for_agents()),
    "GET /agent/photos/{ref:str}": Record(portrait, for_agents()),
    "GET /agent/familles/{ref:str}/comptes": Record(family("/comptes"), for_agents()),
    "POST /agent/familles/{ref:str}/comptes": Record(their_account, for_agents()),
    "POST /agent/familles/{ref:str}/comptes/cle": Record(their_key, for_agents()),
    "GET /agent/envois/{ref:str}": Record(mailing(), for_agents()),
    "POST /agent/envois/{ref:str}": Record(mailing(objet="A", message="B", version="1"), for_agents()),
    "POST /agent/envois/{ref:str}/envoi": Record(mailing("/envoi", version="1", nombre="1"), for_agents()),
    "POST /agent/envois/{ref:str}/retrait": Record(mailing("/retrait"), for_agents()),
    "GET /agent/imports/{ref:str}": Record(tried_list(), for_agents()),
    "POST /agent/imports/{ref:str}": Record(tried_list(), for_agents()),
    "GET /agent/imports/{ref:str}/rapport.csv": Record(tried_list("/rapport.csv"), for_agents()),
    "POST /agent/imports/{ref:str}/abandon": Record(tried_list("/abandon"), for_agents()),
    "GET /messages/{ref:str}": Record(thread("/messages/{ref}"), HOUSEHOLD),
    "POST /messages/{ref:str}": Record(thread("/messages/{ref}", message="Merci"), HOUSEHOLD),
    "POST /messages/{ref:str}/fichiers": Record(thread("/messages/{ref}/fichiers", message="Merci"), HOUSEHOLD),
    "POST /agent/messages/{ref:str}/fichiers": Record(
        thread("/agent/messages/{ref}/fichiers", message="Oui"), for_agents()
    ),
    "GET /agent/messages/{ref:str}/pieces/{document:str}/{position:int}": Record(piece, for_agents()),
    "POST /agent/familles/{ref:str}/message/fichiers": Record(
        family("/message/fichiers", objet="A", message="B"), for_agents()
    ),
    "GET /agent/messages/{ref:str}": Record(thread("/agent/messages/{ref}"), for_agents()),
    "POST /agent/messages/{ref:str}": Record(thread("/agent/messages/{ref}", message="Oui"), for_agents()),
    "POST /agent/messages/{ref:str}/cloture": Record(thread("/agent/messages/{ref}/cloture"), for_agents()),
    "GET /agent/familles/{ref:str}/message": Record(family("/message"), for_agents()),
    "POST /agent/familles/{ref:str}/message": Record(family("/message", objet="A", message="B"), for_agents()),
    "GET /actualites/{ref:str}": Record(content("news", "/actualites/{ref}"), ALL_IN),
    "GET /infos/{ref:str}": Record(content("info_page", "/infos/{ref}"), ALL_IN),
    "GET /agent/actualites/{ref:str}": Record(content("news", "/agent/actualites/{ref}"), for_editors()),
    "POST /agent/actualites/{ref:str}": Record(content("news", "/agent/actualites/{ref}", **PIECE), for_editors()),
    "POST /agent/actualites/{ref:str}/retrait": Record(
        content("news", "/agent/actualites/{ref}/retrait"), for_editors()
    ),
    "GET /agent/infos/{ref:str}": Record(content("info_page", "/agent/infos/{ref}"), for_editors()),
    "POST /agent/infos/{ref:str}": Record(content("info_page", "/agent/infos/{ref}", **PIECE), for_editors()),
    "POST /agent/infos/{ref:str}/retrait": Record(content("info_page", "/agent/infos/{ref}/retrait"), for_editors()),
    "GET /agent/demarches/{ref:str}": Record(asked(start="/agent"), for_agents()),
    "POST /agent/demarches/{ref:str}": Record(asked(start="/agent", vers="in_progress", version="1"), for_agents()),
    "POST /agent/demarches/{ref:str}/messages": Record(asked("/messages", "/agent", message="Bonjour"), for_agents()),
    "GET /agent/familles/{ref:str}": Record(family(), for_agents()),
    "GET /agent/familles/{ref:str}/journal": Record(family("/journal"), for_agents()),
    "GET /f/agent/familles/{ref:str}/cases/{key:str}": Record(family("/cases/{key}"), for_agents()),
    "POST /agent/familles/{ref:str}/cases/{key:str}": Record(
        family("/cases/{key}", etat="booked", motif="Par téléphone.", version="0"), for_agents()
    ),
    "POST /agent/seances/{session_id:int}/capacite": Record(session_places, for_agents()),
    "POST /agent/fermetures/{closure_id:int}/reouverture": Record(closure, for_agents()),
    "GET /agent/regles/{ref:str}": Record(rule(""), for_agents()),
    "POST /agent/regles/{ref:str}": Record(rule(""), for_agents()),
    "POST /f/agent/regles/{ref:str}": Record(rule("/f"), for_agents()),
    "POST /f/agent/regles/{ref:str}/phrase": Record(rule("/f", "/phrase"), for_agents()),
    "GET /agent/regles/{ref:str}/simulation": Record(rule("", "/simulation"), for_agents()),
    "GET /agent/regles/{ref:str}/simulation.csv": Record(rule("", "/simulation.csv"), for_agents()),
    "POST /agent/regles/{ref:str}/publication": Record(rule("", "/publication"), for_agents()),
}


async def knock(browser: httpx.AsyncClient, method: str, made: Made) -> str:
    """The answer of a door to somebody, in one word."""
    path, form = made
    answer = await browser.request(method, path, data=form or None)
    if answer.status_code == 401 or answer.headers.get("location", "").startswith("/connexion?suite="):
        return "out"
    return {403: "shut", 404: "none"}.get(answer.status_code, "in" if answer.status_code < 500 else "broken")


def test_every_door_on_a_record_has_its_row() -> None:
    with_parameter = {door for door in DOORS if "{" in door}
    assert with_parameter - NO_RECORD <= set(RECORDS), "add a row to RECORDS, or the reason to NO_RECORD"
    assert set(RECORDS) | NO_RECORD <= set(DOORS)


async def test_each_finds_their_own_and_nobody_elses(app: Any, town: Town, db: Database, clock: FrozenClock) -> None:
    house = House(town, db, clock, app.app.state.archive.safe)
    browsers = {
        name: client_of(app) if name == "nobody" else await enter(app, town, db, name, clock()) for name in CAST
    }
    wrong: dict[tuple[str, str], tuple[str, str]] = {}
    for door, record in RECORDS.items():
        for name in CAST:
            got = await knock(browsers[name], door.split(" ", 1)[0], await record.make(house))
            if got != record.answers[name]:
                wrong[door, name] = (got, record.answers[name])
    assert wrong == {}, "(got, expected)"
    for browser in browsers.values():
        await browser.aclose()
