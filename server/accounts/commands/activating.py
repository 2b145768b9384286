"""From a registration to an account, once its link was used: everything in one transaction, or nothing."""

import secrets
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

import msgspec

from server.accounts.commands.consents import Shown, keep_consents
from server.accounts.commands.drafts import mark_sent, take_draft
from server.accounts.commands.links import revoke_links, spend
from server.accounts.commands.pending import Pending, obstacle, pending_called, pending_of
from server.accounts.commands.photos import hand_to_account
from server.accounts.commands.registering import AGREED, Sending, unready
from server.accounts.rules.files import Files, Newcomer, References
from server.accounts.rules.ways import KEY_DIGEST
from server.accounts.rules.wizard import Answers
from server.database import Rows, Work, sql

NO_PASSWORD = ""  # one enters by the link, then chooses one
OF_IDENTITY = (
    *("civilite", "nom_naissance", "naissance", "pays_naissance", "departement_naissance", "commune_naissance"),
    *("voie", "complement", "code_postal", "ville", "pays", "telephone", "mobile", "contact_par"),
)


@dataclass(frozen=True)
class Activated:
    """The account that was made. `linked`: to its file; None when no file was named."""

    account_id: int
    sign_in_name: str
    linked: bool | None


@dataclass(frozen=True)
class House:
    """What activating needs of the application: its secret, the doors to files, whether this is a demo town."""

    secret: bytes
    files: Files
    demo: bool
    texts: tuple[Shown, ...] = ()  # in their present version


Refusal = Literal["dead", "name", "known"]


def activate(house: House, token: str, user_name: str, password_hash: str, now: datetime) -> Work[Activated | Refusal]:
    """The button behind the link was pressed. Nothing is used up by a refusal: "name" asks for another one.

    `password_hash` is what the account opens with from now on: the registration's own once whoever pressed has shown
    to know it, or one chosen just now. Never taken from the registration here: it may be somebody else's.
    """
    pending = yield from pending_of(house.secret, token, now)
    if pending is None:
        return "dead"
    answers = {**pending.answers, **({"identifiant": user_name} if user_name else {})}
    if pending.way == "by_town":  # the page of the link itself showed them
        answers[AGREED] = " ".join(text.name for text in house.texts if text.kind == "terms" or text.how == "told")
    if refusal := (yield from obstacle(pending, answers)):
        return refusal
    if (yield from spend(house.secret, token, "activation", now)) is None:
        return "dead"
    return (yield from _open(house, pending, answers, password_hash, now))


def finish(house: House, sending: Sending, now: datetime) -> Work[Activated | str]:
    """The second half of a registration the town said yes to (G1): from its draft to the account."""
    draft = yield from take_draft(sending.token_hash, sending.flow.slug, now)
    pending = yield from pending_called(draft.subject, now)
    if draft.sent or pending is None:
        return "dead"
    if unready_because := unready(sending, draft):
        return unready_because
    answers = {**pending.answers, **draft.answers, **sending.said, AGREED: sending.texts}
    if refusal := (yield from obstacle(pending, answers)):
        return refusal
    yield from mark_sent(sending.token_hash, sending.flow.slug, {"email": pending.email}, now)
    return (yield from _open(house, pending, answers, sending.password_hash or draft.password_hash, now))


def _open(house: House, pending: Pending, answers: Answers, password_hash: str, now: datetime) -> Work[Activated]:
    """The account, what it said of itself, its file; every other registration of this address is over."""
    account = yield from _write(house, pending, answers, password_hash, now)
    yield from hand_to_account(pending.ref, account)
    said = {name: answers[name] for name in OF_IDENTITY if answers.get(name)}
    if said:
        yield sql(
            "insert into account_identity (account_id, answers) values ($1, $2)",
            account,
            msgspec.json.encode(said).decode(),
        )
    agreed = answers.get(AGREED, "").split()
    yield from keep_consents(account, [text for text in house.texts if text.name in agreed], now)
    linked = yield from _link(house, account, pending, answers, now)
    yield from _forget_others(pending.email, now)
    return Activated(account, answers.get("identifiant") or pending.number or pending.email, linked)


def _write(house: House, pending: Pending, answers: Answers, password_hash: str, now: datetime) -> Work[int]:
    rows: Rows = yield sql(
        "insert into account (ref, kind, user_name, email, number, first_name, last_name, password_hash, demo, "
        "created_at) values ($1, 'parent', $2, $3, $4, $5, $6, $7, $8, $9) returning id",
        secrets.token_urlsafe(16),
        answers.get("identifiant") or None,
        pending.email,
        pending.number or None,
        answers.get("prenoms", ""),
        answers.get("nom", ""),
        password_hash or NO_PASSWORD,
        house.demo,
        now,
    )
    return int(rows[0]["id"])


def _link(house: House, account: int, pending: Pending, answers: Answers, now: datetime) -> Work[bool | None]:
    """To the file it named, if all still agrees; names that were left out are the file's."""
    if pending.guardian_id is not None:
        linked = yield from house.files.seat(account, pending.guardian_id, now)
    elif answers.get("numero"):
        who = Newcomer(account, answers.get("prenoms", ""), answers.get("nom", ""), pending.email)
        said = References(answers["numero"], answers.get("nom_dossier", ""), answers.get("email_dossier", ""))
        linked = yield from house.files.link(who, said, now)
    elif answers.get(KEY_DIGEST):
        linked = yield from house.files.key(account, answers[KEY_DIGEST], now)
    else:
        return None
    yield sql(
        "update account set first_name = g.first_name, last_name = g.last_name from guardian g "
        "where g.account_id = account.id and account.id = $1 and account.first_name = '' and account.last_name = ''",
        account,
    )
    return linked


def _forget_others(email: str, now: datetime) -> Work[None]:
    gone: Rows = yield sql("delete from registration where email = $1 returning ref", email)
    for row in gone:
        yield from revoke_links("activation", row["ref"], now)
