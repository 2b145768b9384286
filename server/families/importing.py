"""A list of families from an agent's screen: read, tried out, kept sealed, and imported exactly as it was read.

A file of its own, as the archive of documents: it works outside, between transactions. What takes long (reading
thousands of lines, thinking out what they change) is done in a thread; the one transaction only writes.
"""

import asyncio
import hashlib
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Literal

from server.accounts.commands.deciding import ForAdult, open_for_adult
from server.adapters.safe import Damaged, Safe
from server.database import Database, Duplicate, Work
from server.families.commands.importing import Known, Plan, Refused, known_of, plan_of
from server.families.commands.importing.checked import Arrived, Went, import_checked, keep_check, renew_check
from server.families.desk_queries.imports import Tried
from server.families.rules.importing import Listing, Person, Problem, read_listing
from server.web.folding import clean
from server.web.uploads import Limits, Upload
from server.web.visitor import Visitor

MOST_BYTES, MOST_LINES = 5 * 1024 * 1024, 10_000  # on a screen; beyond, the command does it
LIMITS = Limits(MOST_BYTES, 1)
AGAIN = 3  # times a portal that changes under us is asked anew
TOO_LONG = Problem(0, f"Plus de {MOST_LINES} lignes\u00a0: coupez le fichier, sans séparer les lignes d’un dossier.")
EMPTY = Problem(0, "Ce fichier n’a aucune ligne sous ses titres de colonnes.")
Outcome = Went | Literal["lost"]


class Unread(Exception):
    """The file as a whole cannot be read, and why."""

    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.why = why


@dataclass(frozen=True)
class Importer:
    """What the screen of imports works with."""

    db: Database
    safe: Safe
    hours: int  # an activation link lives

    async def check(self, agent: Visitor, upload: Upload, today: date, now: datetime) -> str:
        """Try a list out; the ref of what it would do. Raises Unread."""
        data = await asyncio.to_thread(upload.path.read_bytes)
        listing = await asyncio.to_thread(_read, data, today)
        plan, _ = await self._plan(listing)
        kept = await asyncio.to_thread(self.safe.keep, upload.path)
        arrived = Arrived(clean(upload.name, 120) or "liste.csv", kept.name, upload.digest)
        try:
            return await self.db.write(keep_check, agent, arrived, plan.report, now)
        except BaseException:
            await asyncio.to_thread(self.safe.throw_away, kept.name)
            raise

    async def run(self, agent: Visitor, found: Tried, today: date, now: datetime) -> Outcome:
        """Import a list that was tried out, when it still does what the agent has read."""
        if found.state != "checked" or not found.file:
            return "over"
        try:
            data = await asyncio.to_thread(lambda: b"".join(self.safe.read(str(found.file))))
        except Damaged:
            return "lost"
        if hashlib.sha256(data).hexdigest() != found.digest:
            return "lost"
        listing = await asyncio.to_thread(_read, data, today)
        for _ in range(AGAIN):
            plan, known = await self._plan(listing)
            if plan.report.digest != found.checked:
                await self.db.write(renew_check, found.ref, plan.report, now)
                return "changed"
            went = await self._write(agent, found.ref, listing, plan, known, now)
            if went != "changed":
                break
        if went == "done":
            await asyncio.to_thread(self.safe.throw_away, str(found.file))
        return went

    async def _plan(self, listing: Listing) -> tuple[Plan, Known]:
        wrong = {problem.line for problem in listing.problems}
        good = [person for person in listing.people if person.line not in wrong]
        known: Known = await self.db.read(known_of, good)
        for _ in range(AGAIN):  # PostgreSQL's reads each see their own moment: half of another import must not be told
            before, known = known, await self.db.read(known_of, good)
            if before == known:
                break
        plan = await asyncio.to_thread(plan_of, good, known)
        names = {person.line: person.name.strip() for person in listing.people}
        return replace(plan, report=plan.report.with_problems(listing.problems, names, listing.unknown)), known

    async def _write(self, agent: Visitor, ref: str, listing: Listing, plan: Plan, known: Known, now: datetime) -> Went:
        def open_account(guardian: int, family: int, first: str, last: str, email: str) -> Work[str]:
            wanted = ForAdult(guardian, family, first, last, email)
            done = yield from open_for_adult(wanted, agent.account_id, self.hours, now)
            return "" if done in ("sent", "again") else done

        people: tuple[Person, ...] = listing.people
        try:
            return await self.db.write(import_checked, agent, ref, people, plan, known, open_account, now)
        except (Duplicate, Refused):  # somebody wrote the same between our reading and our lock
            return "changed"


def _read(data: bytes, today: date) -> Listing:
    listing = read_listing(data, today)
    whole = [problem for problem in listing.problems if problem.line == 0]
    if not whole and len(listing.people) > MOST_LINES:
        whole = [TOO_LONG]
    if not whole and not listing.people:
        whole = [EMPTY] if not listing.problems else list(listing.problems)
    if whole:
        raise Unread(whole[0].text)
    return listing
