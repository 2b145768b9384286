"""Squares, absences, taps and the trail when two files of one child become one: no place is counted twice."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from server.activities.queries import catalogue_of
from server.bookings.commands.telling import tell_families
from server.bookings.ledger import Want, load_ledger
from server.bookings.rules.merging import RULE, WHY, Held, first_stays
from server.bookings.rules.states import GIVEN_UP, LABELS
from server.database import Work, marks, sql
from server.families.commands.merging import Part
from server.families.commands.own_part import THEIRS
from server.families.rules.merging import Finding, Pair
from server.french import day_long
from server.web.visitor import Visitor

PART, MOST_SHOWN = "Réservations", 12
# Every session a tap of either of the two may be about: none is judged while they become one.
SESSIONS = """
select id from session where id in (select session_id from booking where child_id in ($1, $2))
or (ends_at > $3 and activity_id in (select activity_id from enrolment where child_id in ($1, $2))) order by id
"""
CLASHES = """
select k.session_id, s.day, a.name as activity, k.state as kept_state, k.version as kept_version,
  k.changed_at as kept_at, d.state as gone_state, d.version as gone_version, d.changed_at as gone_at
from booking k join booking d on d.session_id = k.session_id and d.child_id = $2
join session s on s.id = k.session_id join activity a on a.id = s.activity_id
where k.child_id = $1 order by s.day, k.session_id
"""
COUNTS = """
select count(*) as n, sum(case when s.ends_at > $2 and b.state not in ('free', 'refused') then 1 else 0 end) as coming
from booking b join session s on s.id = b.session_id where b.child_id = $1
"""
HOME = "select min(family_id) as id from household_child where child_id = $1"


@dataclass(frozen=True)
class Clash:
    """One session both files have a square of."""

    session_id: int
    day: date
    activity: str
    kept: Held
    gone: Held

    @property
    def first_stays(self) -> bool:
        """Whether the kept file's square stays."""
        return first_stays(self.kept, self.gone)

    @property
    def loser(self) -> Held:
        """The square that does not."""
        return self.gone if self.first_stays else self.kept


def _clashes(pair: Pair) -> Work[list[Clash]]:
    return [
        Clash(
            row["session_id"], row["day"], row["activity"],
            Held(row["kept_state"], row["kept_version"], row["kept_at"]),
            Held(row["gone_state"], row["gone_version"], row["gone_at"]),
        )
        for row in (yield sql(CLASHES, pair.kept, pair.gone))
    ]  # fmt: skip


def _lock(pair: Pair, now: datetime) -> Work[None]:
    ids = [row["id"] for row in (yield sql(SESSIONS, pair.kept, pair.gone, now))]
    yield from load_ledger([], also_lock=ids)


def _find(pair: Pair, now: datetime) -> Work[Sequence[Finding]]:
    found = []
    counts = (yield sql(COUNTS, pair.gone, now))[0]
    if counts["n"]:
        found.append(
            Finding(PART, f"{counts['n']} cases du planning changent de fiche, dont {counts['coming']} à venir.")
        )
    clashes = yield from _clashes(pair)
    twice = [one for one in clashes if one.loser.state not in GIVEN_UP]
    if twice:
        found.append(Finding(PART, RULE, "differs"))
    found += [Finding(PART, _words(one), "differs") for one in twice[:MOST_SHOWN]]
    if len(twice) > MOST_SHOWN:
        found.append(Finding(PART, f"Et {len(twice) - MOST_SHOWN} autres séances de même.", "differs"))
    for child, name in ((pair.kept, "gardée"), (pair.gone, "réunie")):
        lost = any(one.first_stays == (child == pair.gone) for one in twice)
        if lost and (yield sql(HOME, child))[0]["id"] is None:
            text = f"La fiche {name} n’a plus de foyer\u00a0: annulez d’abord ce qui est réservé deux fois."
            found.append(Finding(PART, text, "stops"))
    return found


def _words(one: Clash) -> str:
    stays, goes = (one.kept, one.gone) if one.first_stays else (one.gone, one.kept)
    what = f"{day_long(one.day).capitalize()} {one.day.year}, {one.activity}"
    there, gone = LABELS[stays.state], LABELS[goes.state]
    return f"{what}\u00a0: «\u00a0{there}\u00a0» reste, l’autre («\u00a0{gone}\u00a0») est annulée."


def _move(pair: Pair, agent: Visitor, now: datetime) -> Work[None]:
    clashes = yield from _clashes(pair)
    yield from _give_up(pair, [one for one in clashes if one.loser.state not in GIVEN_UP], agent, now)
    for child, stays in ((pair.gone, True), (pair.kept, False)):  # the square that does not stay is nobody's any more
        sessions = [one.session_id for one in clashes if one.first_stays == stays]
        if sessions:
            here = marks(len(sessions), 2)
            yield sql(f"delete from booking where child_id = $1 and session_id in ({here})", child, *sessions)
    for one in clashes:  # phones that know the square of the file that stays see that it changed
        version = max(one.kept.version, one.gone.version) + 2
        text = "update booking set version = $3 where child_id in ($1, $2) and session_id = $4"
        yield sql(text, pair.kept, pair.gone, version, one.session_id)
    for text in MOVED:
        yield sql(text, pair.kept, pair.gone)
    yield sql(
        f"update tap set square = replace(square, $1, $2) where square like $3 and account_id in ({THEIRS})",
        f"{pair.gone_ref}.", f"{pair.kept_ref}.", f"{pair.gone_ref}.%", pair.gone,
    )  # fmt: skip


MOVED = (
    "delete from cutoff_reminder where child_id = $2 and exists (select 1 from cutoff_reminder k where k.child_id = $1 "
    "and k.family_id = cutoff_reminder.family_id and k.week = cutoff_reminder.week)",
    "update cutoff_reminder set child_id = $1 where child_id = $2",
    "update booking set child_id = $1 where child_id = $2",
    "update absence set child_id = $1 where child_id = $2",
    "update audit set child_id = $1 where child_id = $2",
)


def _give_up(pair: Pair, twice: Sequence[Clash], agent: Visitor, now: datetime) -> Work[None]:
    """Cancel what was asked for twice, through the ledger: places, waiting lists and notices are right."""
    if not twice:
        return
    catalogue = yield from catalogue_of(agent.catalogue_version)
    kept, gone = (yield sql(HOME, pair.kept))[0]["id"], (yield sql(HOME, pair.gone))[0]["id"]
    wants = [
        Want(gone, pair.gone_ref, one.session_id) if one.first_stays else Want(kept, pair.kept_ref, one.session_id)
        for one in twice
    ]
    ledger = yield from load_ledger(wants)
    for want in wants:
        place = ledger.place(want.family_id, want.key)
        if place is not None:
            ledger.move(place, "free", by=agent.account_id, action="override", reason=WHY)
    yield from ledger.promote_all({want.session_id for want in wants}, catalogue, now)
    yield from ledger.save(now)
    yield from tell_families(ledger.moves, catalogue, now)


BOOKINGS = Part(frozenset({"booking", "absence", "cutoff_reminder", "audit", "tap"}), _find, _move, _lock)
