"""A file was validated: each adult it names who does not sign in yet is told how to come to it, by letter.

The declarer is linked at once. Where families register by themselves (G2) the others get a clé enfance; elsewhere the
town opens an account for them, as it does everywhere it opens accounts.
"""

import secrets
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from server.accounts.commands import send_letter
from server.accounts.commands.deciding import ForAdult, open_for_adult
from server.database import Row, Work, sql
from server.families.commands.joining import NOTE, keep_key, key_digest
from server.families.rules.keys import key_of
from server.french import day_long
from server.web.visitor import Visitor
from server.zone import town_day

# What the adults who are new to a file are told: their ids, who validated it, when.
Welcome = Callable[[Sequence[int], Visitor, datetime], Work[None]]

ADULT = """
select g.id, g.family_id, g.first_name, g.last_name, g.email, f.name as family, h.first_name as holder_first,
  h.last_name as holder_last
from guardian g join family f on f.id = g.family_id
left join guardian h on h.family_id = f.id and h.holder and h.id <> g.id
where g.id = $1 and g.account_id is null and g.email <> ''
"""
ACCOUNT = """
select a.kind, a.disabled_at, g.id as guardian_id
from account a left join guardian g on g.account_id = a.id where a.email = $1
"""


@dataclass(frozen=True)
class Town:
    """What the town chose, and its secret."""

    secret: bytes
    keys: bool  # families register by themselves and type their key there
    hours: int  # lifetime of an activation link


def welcoming(town: Town) -> Welcome:
    """Tell adults by letter. Who has no address, or somebody else's, is left to the agents, on the page of accounts."""

    def welcome(adults: Sequence[int], agent: Visitor, now: datetime) -> Work[None]:
        for id_ in adults:
            for adult in (yield sql(ADULT, id_)):
                yield from _welcome(town, adult, agent, now)

    return welcome


def _welcome(town: Town, adult: Row, agent: Visitor, now: datetime) -> Work[None]:
    email = adult["email"].strip().lower()
    known = yield sql(ACCOUNT, email)
    if known and (known[0]["kind"] != "parent" or known[0]["disabled_at"] or known[0]["guardian_id"]):
        return  # the declarer's own address, or of somebody who has a file: a key would be of no use to them
    if known or town.keys:
        yield from _send_key(town.secret, adult, email, bool(known), agent, now)
        return
    inviter = f"{adult['holder_first'] or ''} {adult['holder_last'] or ''}".strip()
    wanted = ForAdult(adult["id"], adult["family_id"], adult["first_name"], adult["last_name"], email)
    yield from open_for_adult(wanted, agent.account_id, town.hours, now, inviter)


def _send_key(secret: bytes, adult: Row, email: str, known: bool, agent: Visitor, now: datetime) -> Work[None]:
    """The letter keeps a seed, the database a digest: neither opens the file without the portal's secret."""
    seed = secrets.token_urlsafe(16)
    until = yield from keep_key(adult["id"], key_digest(secret, key_of(secret, seed)), agent, now)
    day = town_day(until)
    payload = {"family": adult["family"], "seed": seed, "until": f"{day_long(day)} {day.year}"}
    yield from send_letter(email, "file_key_known" if known else "file_key", payload, now)
    yield sql(NOTE, now, agent.account_id, "key_issued", adult["family_id"])
