"""Who holds parental authority over a child, as the file says it: they alone read and write its health file.

A household whose file says nothing of any of its adults with a child trusts its guardians: the file of an import names
responsible adults, not what they are to whom. Once it says it of one, or an agent has said who is what to the child, it
is asked of each: taking the last link away opens nothing.
"""

from server.database import Work, sql
from server.web.visitor import Visitor

HELD = """(exists (
  select 1 from child_link l join guardian a on a.id = l.guardian_id
  where l.child_id = {child} and a.family_id = {family} and a.account_id = {account} and l.authority
) or not exists (
  select 1 from child_link l join guardian a on a.id = l.guardian_id
  where l.child_id = {child} and a.family_id = {family}
) and not exists (
  select 1 from audit u where u.action = 'ties_changed' and u.child_id = {child} and u.family_id = {family}
))"""

CHILDREN = f"""
select h.child_id from household_child h
where h.family_id = $1 and {HELD.format(child="h.child_id", family="$1", account="$2")}
"""
CLOSED = (
    "Un dossier santé n’est ouvert qu’aux adultes qui ont l’autorité parentale sur l’enfant. Si vous l’avez, dites-le "
    "à la mairie : un agent le notera dans votre dossier."
)


def held(child: str, family: str, account: str) -> str:
    """The condition, in SQL, that this account of this family holds it; each is a column or a mark."""
    return HELD.format(child=child, family=family, account=account)


def in_care(child: str, family: str, account: str) -> str:
    """The same, of a child who still lives in this household: the ties end with the stay, and none would say no."""
    lives = f"exists (select 1 from household_child k where k.child_id = {child} and k.family_id = {family})"
    return f"({lives} and {held(child, family, account)})"


def children_in_care(visitor: Visitor) -> Work[frozenset[int]]:
    """The ids of the household's children over whom the visitor holds it."""
    rows = yield sql(CHILDREN, visitor.family_id or 0, visitor.account_id)
    return frozenset(row["child_id"] for row in rows)
