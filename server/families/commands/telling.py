"""What a household is told of its requests: the receipt, each step, each message of the service."""

from collections.abc import Sequence
from datetime import datetime

from server.database import Work, sql
from server.families.queries.authority import in_care
from server.families.rules.requests import STATUSES, Receipt, silence_sentences
from server.french import day_long, of_name, stamp
from server.notices.commands.telling import tell

# Everybody who signs in to the household; for a request that has no household yet, who filed it.
# Of a child's health, who may read the file.
TOLD = f"""
select r.ref, r.number, r.title,
       coalesce(g.account_id, case when r.family_id is null then r.account_id end) as account_id
from request r left join guardian g on g.family_id = r.family_id and g.account_id is not null
  and (r.kind <> 'health_file' or {in_care("r.child_id", "g.family_id", "g.account_id")})
where r.id = $1
"""


def tell_receipt(request_id: int, receipt: Receipt, now: datetime) -> Work[None]:
    """The acknowledgement of receipt, whole: the mail is the paper one keeps."""
    yield from _tell(
        request_id, "request_received", "bien reçue", ["Accusé de réception.", *receipt_lines(receipt)], now
    )


def tell_step(request_id: int, to: str, words: str, now: datetime) -> Work[None]:
    """A new status, with the words that go with it."""
    yield from _tell(request_id, "request_moved", STATUSES[to].lower(), _quoted(words), now)


OTHER_HOME = """
select c.ref, c.first_name, g.account_id from request r join child c on c.id = r.child_id
join household_child h on h.child_id = c.id and h.family_id <> r.family_id
join guardian g on g.family_id = h.family_id and g.account_id is not null
where r.id = $1 and r.kind = 'custody_changed'
"""
GIVEN_UP = {
    "refused": "La mairie n’a pas retenu le changement demandé par l’autre foyer {child} : les jours restent.",
    "cancelled": "L’autre foyer {child} a renoncé au changement demandé : les jours restent les mêmes.",
}


def tell_other_home(request_id: int, to: str, now: datetime) -> Work[None]:
    """The other home of a child, which was told that a change of its days was asked for: nothing comes of it."""
    if to in GIVEN_UP:
        for row in (yield sql(OTHER_HOME, request_id)):
            text = GIVEN_UP[to].format(child=of_name(row["first_name"]))
            told = {"text": text, "url": f"/dossier/garde/{row['ref']}"}
            yield from tell(row["account_id"], "custody", f"custody-{row['ref']}", told, now)


def tell_message(request_id: int, body: str, now: datetime) -> Work[None]:
    """The service has written."""
    yield from _tell(request_id, "request_message", "le service vous écrit", _quoted(body), now)


def _quoted(words: str) -> list[str]:
    return [f"« {' '.join(words.split())} »"] if words else []


def receipt_lines(receipt: Receipt) -> list[str]:
    """The receipt in sentences, as the page and the mail show it."""
    service, day = receipt.service, receipt.silent_until
    reach = [
        f"adresse : {service.address}" if service.address else "",
        f"téléphone : {service.phone}" if service.phone else "",
        f"courriel : {service.email}" if service.email else "",
    ]
    contact = ", ".join(way for way in reach if way)
    return [
        f"Reçue le {stamp(receipt.received_at)}.",
        f"Service en charge : {service.name}{f' ({contact})' if contact else ''}.",
        *silence_sentences(service.silence, f"{day_long(day)} {day.year}"),
    ]


def _tell(request_id: int, kind: str, what: str, lines: Sequence[str], now: datetime) -> Work[None]:
    for row in (yield sql(TOLD, request_id)):
        if row["account_id"] is not None:
            name = f"Demande n° {row['number']}"
            told = {
                "title": f"{name} : {what}",
                "text": f"{name}, {row['title']} : {what}.",
                "more": lines,
                "url": f"/dossier/demarches/{row['ref']}",
            }
            yield from tell(row["account_id"], kind, f"request-{row['number']}", told, now)
