"""Registrations: sent by a wizard, sent again, decided by an agent, opened by the town. None is an account yet."""

import hashlib
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

import msgspec

from server.accounts.commands.drafts import Draft, keep_step, mark_sent, take_draft
from server.accounts.commands.letters import send_letter
from server.accounts.commands.limits import count_try
from server.accounts.commands.links import issue_link
from server.accounts.commands.pending import REGISTRATION
from server.accounts.commands.photos import hand_to_registration
from server.accounts.rules import Limit, network
from server.accounts.rules.wizard import Answers, Flow, first_missing, seen_mark
from server.database import Work, sql

Way = Literal["known_file", "open", "ask"]
Outcome = Literal["sent", "already", "missing", "changed", "wait"]

DAY = timedelta(days=1)
AGREED = "textes!"  # among the answers: which texts were agreed to, in which version
TO_ONE_ADDRESS, FROM_ONE_PLACE = Limit(5, DAY), Limit(60, timedelta(hours=1))
WAYS: Mapping[str, Way] = {"dossier": "known_file", "espace": "open", "demande": "ask"}
INSERT = (
    "insert into registration (ref, way, state, email, number, password_hash, answers, guardian_id, created_at) "
    "values ($1, $2, $3, $4, $5, $6, $7, $8, $9)"
)


@dataclass(frozen=True)
class Sending:
    """A wizard at its last button: whose, which, what its last page said and had shown, how long the link will live."""

    token_hash: str
    flow: Flow
    said: Answers
    password_hash: str
    seen: str
    hours: int
    address: str
    texts: str = ""  # names of the texts the wizard has shown: « terms=2026-11 »


def register(sending: Sending, now: datetime) -> Work[Outcome]:
    """Turn a draft into a registration and a letter; the same statements whether the address has an account or not."""
    draft = yield from take_draft(sending.token_hash, sending.flow.slug, now)
    if draft.sent:
        return "already"
    if refusal := unready(sending, draft):
        return refusal
    answers = {**draft.answers, **sending.said, AGREED: sending.texts}
    email = answers["email"]
    if not (yield from count_try(letters_to(email, sending.address), now)):
        return "wait"
    if not draft.begun:  # a wizard of one page
        yield from keep_step(sending.token_hash, sending.flow.slug, answers, "", now)
    password = sending.password_hash or draft.password_hash
    ref = yield from _write(WAYS[sending.flow.slug], email, password, answers, sending.hours, now)
    yield from hand_to_registration(sending.token_hash, sending.flow.slug, ref)
    yield from mark_sent(sending.token_hash, sending.flow.slug, {"email": email, REGISTRATION: ref}, now)
    return "sent"


def unready(sending: Sending, draft: Draft) -> Literal["missing", "changed", ""]:
    """Why it may not be sent as it is."""
    if first_missing(sending.flow, draft.answers) != sending.flow.steps[-1]:
        return "missing"
    return "changed" if seen_mark(draft.answers) != sending.seen else ""


def letters_to(email: str, address: str) -> dict[str, Limit]:
    """Where a letter somebody asks for is counted: nobody's mailbox is flooded, nobody tries a whole list."""
    return {
        f"mailto:{hashlib.sha256(email.encode()).hexdigest()}": TO_ONE_ADDRESS,
        f"mail-from:{network(address)}": FROM_ONE_PLACE,
    }


LETTERS = {
    "known_file": "activation",
    "open": "activation",
    "ask": "registration_accepted",
    "by_town": "account_opened",
}


def letter_of(way: str, answers: Answers, number: str | None = None) -> dict[str, str]:
    """What the letter of a registration knows: names to sign in with, services and their state; never a password."""
    if way == "by_town":
        return {"login": number or "", "services": f"Service enfance : {VALID}"}
    if way == "ask":
        return {"name": answers.get("prenoms", "")}
    services = {"known_file": f"Service enfance : {VALID if answers.get('numero') else WITHOUT_FILE}"}
    return {"user_name": answers.get("identifiant", ""), "services": services.get(way, "")}


VALID, WITHOUT_FILE = "valide", "sans dossier pour l’instant"


def _write(way: Way, email: str, password_hash: str, answers: Answers, hours: int, now: datetime) -> Work[str]:
    """The registration and its letter; its ref."""
    ref = secrets.token_urlsafe(16)
    state = "asked" if way == "ask" else "sent"
    kept = msgspec.json.encode(answers).decode()
    yield sql(INSERT, ref, way, state, email, None, password_hash, kept, None, now)
    known = yield sql("select 1 from account where email = $1", email)
    link = None if way == "ask" else (yield from issue_link("activation", ref, hours, now))
    kind = "account_known" if known else "registration_asked" if way == "ask" else "activation"
    yield from send_letter(email, kind, {} if known else letter_of(way, answers), now, link)
    return ref
