"""Reads for « Mes données »: everything the portal holds about one account and its household, section by section.

Of a child with two homes only this household's own part: its days, its words, its custody text.
"""

import json
from dataclasses import dataclass
from datetime import date
from typing import Any

from server.adapters.vault import Vault
from server.database import Work, sql
from server.documents.queries.family import mine
from server.families.queries.authority import in_care
from server.health.queries.records import children_held, consents_of, record_of
from server.web.visitor import Visitor


@dataclass(frozen=True)
class Section:
    """One file of the export: its name, and the statement that fills it. $1 is the account, $2 its family (or 0)."""

    name: str
    text: str


# The household's requests; of a child's health, those of the children in this account's care.
REQUESTS = f"""(r.family_id = $2 or (r.family_id is null and r.account_id = $1))
and (r.kind <> 'health_file' or {in_care("r.child_id", "$2", "$1")})"""
SECTIONS = (
    Section(
        "compte",
        "select first_name as prenom, last_name as nom, email, user_name as nom_utilisateur, number as numero, "
        "created_at as ouvert_le, last_sign_in_at as derniere_connexion from account where id = $1",
    ),
    Section("inscription", "select answers as reponses from account_identity where account_id = $1"),
    Section(
        "appareils",
        "select device_label as appareil, shared_device as partage, created_at as connecte_le, last_seen_at as vu_le, "
        "address as reseau from sign_in where account_id = $1 order by id",
    ),
    Section(
        "avis",
        "select kind as sorte, title as titre, body as texte, created_at as le, read_at as lu_le from notice "
        "where account_id = $1 order by id",
    ),
    Section(
        "reglages-avis",
        "select kind as sorte, channel as canal, wanted as voulu from notice_preference where account_id = $1 "
        "order by id",
    ),
    Section(
        "foyer",
        "select number as numero, name as nom, resident as habitant, address as adresse, created_at as cree_le "
        "from family where id = $2",
    ),
    Section(
        "adultes",
        "select title as civilite, first_name as prenom, last_name as nom, email, phone as telephone, "
        "holder as titulaire from guardian where family_id = $2 order by id",
    ),
    Section(
        "enfants",
        "select c.first_name as prenom, c.last_name as nom, c.birth_date as naissance, c.grade as niveau, "
        "s.name as ecole, h.custody as garde from household_child h join child c on c.id = h.child_id "
        "left join site s on s.id = c.site_id where h.family_id = $2 order by c.id",
    ),
    Section(
        "personnes-autorisees",
        "select c.first_name as enfant, p.name as nom, p.link as lien, p.phone as telephone, p.emergency as urgence "
        "from pickup_person p join child c on c.id = p.child_id where p.family_id = $2 order by c.id, p.position",
    ),
    Section(
        "inscriptions-activites",
        "select c.first_name as enfant, a.name as activite, e.first_day as du, e.last_day as au, e.unit as menu, "
        "e.status as etat from enrolment e join child c on c.id = e.child_id join activity a on a.id = e.activity_id "
        "where e.family_id = $2 order by e.id",
    ),
    Section(
        "reservations",
        "select c.first_name as enfant, a.name as activite, s.day as jour, b.state as etat, b.unit as menu, "
        "b.reason as motif, b.changed_at as change_le from booking b join child c on c.id = b.child_id "
        "join session s on s.id = b.session_id join activity a on a.id = s.activity_id "
        "where b.family_id = $2 order by s.day, b.id",
    ),
    Section(
        "absences",
        "select c.first_name as enfant, a.first_day as du, a.last_day as au, a.declared_at as signalee_le, "
        "a.undone_at as retiree_le from absence a join child c on c.id = a.child_id where a.family_id = $2 "
        "order by a.id",
    ),
    Section(
        "reponses-aux-envois",
        "select square as case_touchee, want as voulu, outcome as issue, verdict as reponse, received_at as recu_le "
        "from tap where account_id = $1 order by received_at, id",
    ),
    Section(
        "demarches",
        "select number as numero, title as objet, status as etat, content as contenu, filed_at as deposee_le, "
        f"changed_at as change_le from request r where {REQUESTS} order by id",
    ),
    Section(
        "demarches-echanges",
        "select r.number as numero, m.at as le, m.by_agent as mairie, m.body as texte from request_message m "
        "join request r on r.id = m.request_id "
        f"where {REQUESTS} order by m.id",
    ),
    Section(
        "messages",
        "select t.subject as objet, t.department as service, m.author as auteur, m.side as cote, m.sent_at as le, "
        "m.body as texte from thread_message m join thread t on t.id = m.thread_id "
        "where t.family_id = $2 or (t.family_id is null and t.account_id = $1) order by m.id",
    ),
    Section(
        "textes-acceptes",
        "select kind as texte, version, how as maniere, at as le from consent where account_id = $1 order by id",
    ),
    Section(
        "documents",
        "select d.kind as sorte, d.title as titre, d.shelf as rayon, d.decision, d.reason as motif, "
        "d.valid_until as valable_jusque, d.created_at as le, f.name as fichier, f.media as type, f.size as octets, "
        "t.subject as joint_au_message from document d join document_file f on f.document_id = d.id "
        "left join thread_message m on m.ref = d.message_ref left join thread t on t.id = m.thread_id "
        f"where d.state = 'clean' and {mine('$2', '$1')} order by d.id, f.position",
    ),
    Section(
        "journal",
        "select u.at as le, u.action, c.first_name as enfant from audit u "
        "left join child c on c.id = u.child_id where u.actor_id = $1 or (u.family_id = $2 and $2 > 0) order by u.id",
    ),
)


def all_about(visitor: Visitor, vault: Vault) -> Work[dict[str, Any]]:
    """Every section by name, then the children's health files, opened. Raises Sealed when the key is not there."""
    account, family = visitor.account_id, visitor.family_id or 0
    found: dict[str, Any] = {}
    for section in SECTIONS:
        # Both values are bound whatever the section asks for: an unused mark would have no type on PostgreSQL.
        rows = yield sql(f"select x.* from ({section.text}) x where {BOUND}", account, family)
        found[section.name] = [dict(row) for row in rows]
    for request in found["demarches"]:  # what was written for people; what rooms work with may name another home
        content = json.loads(request["contenu"])
        request["contenu"] = {name: content.get(name) for name in ("lines", "reason")}
    found["sante"] = yield from _health(visitor, vault)
    return found


@dataclass(frozen=True)
class Ahead:
    """What a household still has booked, and whether another adult of it can sign in."""

    bookings: int
    others: bool


def bookings_ahead(family: int, account: int, today: date) -> Work[Ahead]:
    """What closing the account leaves behind."""
    held = yield sql(
        "select count(*) as n from booking b join session s on s.id = b.session_id where b.family_id = $1 "
        "and s.day >= $2 and b.state in ('requested', 'to_pay', 'booked', 'waiting', 'cancel_requested')",
        family,
        today,
    )
    others = yield sql(
        "select count(*) as n from guardian where family_id = $1 and account_id is not null and account_id <> $2",
        family,
        account,
    )
    return Ahead(int(held[0]["n"]), others[0]["n"] > 0)


BOUND = "cast($1 as int) is not null and cast($2 as int) is not null"


def _health(visitor: Visitor, vault: Vault) -> Work[list[dict[str, Any]]]:
    files = []
    for child in (yield from children_held(visitor)):
        record = yield from record_of(vault, child.id)
        consents = yield from consents_of(child.id)
        reads = yield sql(
            "select reader as lu_par, agent, screen as ecran, at as le from health_read where child_id = $1 "
            "order by id",
            child.id,
        )
        parts = {name: getattr(record, name) for name in ("sheet", "vaccines", "plans", "admission")}
        files.append(
            {
                "enfant": child.first_name,
                "dossier": parts,
                "autorisations": consents,
                "lectures": [dict(row) for row in reads],
            }
        )
    return files
