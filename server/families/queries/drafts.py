"""Reads of what an account prepares: its drafts, what it said when registering, the schools one may choose."""

from collections.abc import Mapping
from typing import TypeVar

import msgspec

from server.database import Work, sql

T = TypeVar("T")


def draft_of(account_id: int, kind: str, type_: type[T]) -> Work[T | None]:
    """The account's draft of that kind, or None."""
    rows = yield sql("select content from request_draft where account_id = $1 and kind = $2", account_id, kind)
    return msgspec.json.decode(rows[0]["content"], type=type_) if rows else None


ABOUT = """
select a.first_name, a.last_name, a.email, i.answers from account a
left join account_identity i on i.account_id = a.id where a.id = $1
"""
SAME = ("civilite", "nom", "nom_naissance", "prenoms", "naissance", "pays_naissance", "departement_naissance",
        "commune_naissance", "telephone", "mobile", "voie", "complement", "code_postal", "ville", "pays")  # fmt: skip


def said_of_oneself(account_id: int) -> Work[dict[str, str]]:
    """What the holder's form begins with: nothing is asked twice."""
    row = (yield sql(ABOUT, account_id))[0]
    said: Mapping[str, str] = msgspec.json.decode(row["answers"] or "{}", type=dict[str, str])
    known = {"prenoms": row["first_name"], "nom": row["last_name"], "courriel": row["email"] or "", "pays": "France"}
    return known | {name: said[name] for name in SAME if said.get(name)}


def schools() -> Work[tuple[tuple[str, str], ...]]:
    """The town's schools as (id, name)."""
    rows = yield sql("select id, name from site where kind = 'school' order by name")
    return tuple((str(row["id"]), row["name"]) for row in rows)
