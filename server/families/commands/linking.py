"""Linking an account to a file that exists: number, reference name and e-mail must agree, and guessing must not pay.

Takes plain values, so that a wizard of somebody not signed in and a page of somebody who is may both ask.
"""

import hashlib
import secrets
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Literal

from server.accounts.commands import count_try, send_letter
from server.accounts.rules import Limit, network
from server.accounts.rules.files import Newcomer, References, Verdict
from server.database import Row, Rows, Work, marks, sql
from server.families.finding import index_families
from server.notices.commands import tell
from server.web.folding import fold
from server.web.visitor import Visitor

Way = Literal["references", "key", "town", "invitation"]

# A draft or an account, an address that may be a school's, a file somebody aims at, and all of them together: beyond
# the last one nobody links until tomorrow, and an agent is asked.
OF_ONE, OF_ADDRESS, OF_FILE, OF_TOWN = (
    Limit(5, timedelta(hours=1)),
    Limit(20, timedelta(days=1)),
    Limit(10, timedelta(days=1)),
    Limit(1_000, timedelta(days=1)),
)


def check_references(said: References, who: str, address: str, now: datetime) -> Work[Verdict]:
    """Whether all three agree with one file; never which does not. Only what differs is counted.

    `who` names the draft or the account that asks. The try is written before the file is looked for, so that a burst
    cannot slip through, and taken back when all agree: thirty families may register from one school.
    """
    limits = _limits(said, who, address)
    if not (yield from count_try(limits, now)):
        return "wait"
    if (yield from _family_of(said)) is None:
        return "differ"
    yield sql(f"delete from attempt where at = ${len(limits) + 1} and bucket in ({marks(len(limits))})", *limits, now)
    return "agree"


def link_by_references(who: Newcomer, said: References, now: datetime) -> Work[bool]:
    """Link the account when the three still agree; the adults already linked are told. False when they do not."""
    family = yield from _family_of(said)
    if family is None or (yield sql("select 1 from guardian where account_id = $1", who.account_id)):
        return False
    adults: Rows = yield sql("select * from guardian where family_id = $1 order by id for update", family["id"])
    if (yield sql(SHUT_OUT, family["id"], who.account_id)) and not _expected(adults, who):
        return False
    guardian = _seat(adults, who, said.email)
    if guardian is None:
        guardian = yield from _new_seat(family["id"], who)
    yield from seat_adult(who.account_id, guardian, "references", now)
    return True


# Whoever was taken out of a file still knows its three references.
SHUT_OUT = "select 1 from file_link where family_id = $1 and account_id = $2 and outcome = 'removed'"


def _expected(adults: Sequence[Row], who: Newcomer) -> bool:
    """Whether the town has written this very adult into the file again."""
    return any(row["account_id"] is None and str(row["email"]).strip().lower() == who.email for row in adults)


def shut_out(account_id: int, family_id: int, agent: Visitor, now: datetime) -> Work[None]:
    """An agent took this account out of that file: references do not open it to them again."""
    rows = yield sql(
        "update file_link set outcome = 'removed', settled_at = $3, settled_by = $4 "
        "where family_id = $1 and account_id = $2 returning id",
        family_id, account_id, now, agent.account_id,
    )  # fmt: skip
    if not rows:
        yield sql(
            "insert into file_link (ref, family_id, account_id, way, created_at, settled_at, settled_by, outcome) "
            "values ($1, $2, $3, 'town', $4, $4, $5, 'removed')",
            secrets.token_urlsafe(16), family_id, account_id, now, agent.account_id,
        )  # fmt: skip


def seat_by_town(account_id: int, guardian_id: int, now: datetime) -> Work[bool]:
    """The town opened this account for that adult."""
    return (yield from seat_adult(account_id, guardian_id, "town", now))


def seat_adult(account_id: int, guardian_id: int, way: Way, now: datetime) -> Work[bool]:
    """This account is that adult's from now on; the file's other adults are told. False when the seat is taken."""
    rows = yield sql(
        "update guardian set account_id = $1 where id = $2 and account_id is null returning family_id",
        account_id,
        guardian_id,
    )
    if not rows:
        return False
    family = rows[0]["family_id"]
    ref = secrets.token_urlsafe(16)
    yield sql(
        "insert into file_link (ref, family_id, guardian_id, account_id, way, created_at) "
        "values ($1, $2, $3, $4, $5, $6)",
        ref,
        family,
        guardian_id,
        account_id,
        way,
        now,
    )
    yield from _tell_the_others(family, guardian_id, account_id, ref, now)
    return True


def _limits(said: References, who: str, address: str) -> dict[str, Limit]:
    """Where a try is counted; hashed, and the same whether the file exists or not."""
    return {
        f"link:who:{_digest(who)}": OF_ONE,
        f"link:from:{network(address)}": OF_ADDRESS,
        f"link:file:{_digest(_number(said.number))}": OF_FILE,
        "link:town": OF_TOWN,
    }


def _family_of(said: References) -> Work[Row | None]:
    """The file all three agree with. One statement whatever is wrong, and no row for a number alone that is right."""
    email = said.email.strip().lower()
    rows: Rows = yield sql(
        "select f.id, f.name, g.email from family f join guardian g on g.family_id = f.id "
        "where f.number in ($1, $2) and (lower(trim(g.email)) = $3 or g.email = $4)",
        said.number.strip(),
        _number(said.number),
        email,
        said.email,
    )
    named = [row for row in rows if _same_name(row["name"], said.name)]
    return next((row for row in named if email and (row["email"] or "").strip().lower() == email), None)


def _seat(adults: Sequence[Row], who: Newcomer, email: str) -> int | None:
    """The adult this account is: one without an account yet, by own e-mail, by name, by the file's e-mail."""
    free = [row for row in adults if row["account_id"] is None]
    name = fold(f"{who.first_name} {who.last_name}")

    def mail(row: Row) -> str:
        return str(row["email"]).strip().lower()

    mine = [row for row in free if mail(row) == who.email]
    named = [row for row in free if name and fold(f"{row['first_name']} {row['last_name']}") == name]
    files = [row for row in free if mail(row) == email.strip().lower()]
    theirs = files if not name else [row for row in files if fold(row["first_name"]) == fold(who.first_name)]
    return next((int(row["id"]) for row in [*mine, *named, *theirs]), None)


def _new_seat(family_id: int, who: Newcomer) -> Work[int]:
    """An adult the file did not know yet; the others are told, and may contest."""
    rows = yield sql(
        "insert into guardian (family_id, first_name, last_name, email) values ($1, $2, $3, $4) returning id",
        family_id,
        who.first_name,
        who.last_name,
        who.email,
    )
    yield from index_families([family_id])
    return int(rows[0]["id"])


def _tell_the_others(family_id: int, guardian_id: int, account_id: int, ref: str, now: datetime) -> Work[None]:
    """The adults who have an account by a notice, those the file knows an address of by a letter."""
    me = (yield sql("select first_name, last_name, email from account where id = $1", account_id))[0]
    name = f"{me['first_name']} {me['last_name']}".strip() or "Un nouveau compte"
    others = yield sql(
        "select account_id, email from guardian where family_id = $1 and id <> $2 order by id", family_id, guardian_id
    )
    accounts = [row["account_id"] for row in others if row["account_id"] is not None]
    text = f"{name} suit maintenant votre dossier avec son propre compte. Si ce n’est pas normal, dites-le à la mairie."
    yield from tell(accounts, "file_linked", ref, {"text": text, "url": f"/dossier/rattachements/{ref}"}, now)
    mine = {(me["email"] or "").lower(), ""}
    for email in sorted({row["email"].strip().lower() for row in others if row["account_id"] is None} - mine):
        yield from send_letter(email, "file_linked", {"name": name}, now)


def _number(typed: str) -> str:
    return "".join(typed.split()).upper()


def _same_name(one: str, other: str) -> bool:
    return fold(one).replace(" ", "") == fold(other).replace(" ", "")


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
