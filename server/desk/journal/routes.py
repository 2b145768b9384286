"""The doors of the audit trail: the whole one for those who answer for the portal, a family's beside its file."""

from datetime import date, datetime
from typing import Any
from urllib.parse import urlencode

from litestar import Response, get

from server.activities.queries import catalogue_of
from server.bookings.desk.asking import day_or_none, moment_or_none
from server.desk.journal.queries import KINDS, MOST_EXPORTED, Journal, Line, Sought, journal_of, note_export
from server.desk.journal.words import reason_of, what_of, who_of
from server.families.commands.readings import open_family
from server.french import instant
from server.web import AnyRequest, agent, page, visitor_of
from server.web.params import number_of, ref_of
from server.web.sheets import csv_answer
from server.zone import town_day

Values = dict[str, Any]
WHOLE = agent("settings")
FILES = agent("dossiers", "bookings")
HEADS = ("Quand", "Qui", "Côté", "Action", "Motif", "Enfant", "Dossier", "Numéro", "Activité", "Jour")


@get("/agent/journal", guards=[WHOLE])
async def journal(request: AnyRequest) -> Response[str]:
    """Who did what."""
    sought = _sought(request)
    found = await _read(request, sought)
    return page(request, "desk/journal.html", journal=await _values(request, found, sought, "/agent/journal"))


@get("/agent/familles/{ref:str}/journal", guards=[FILES])
async def family_journal(request: AnyRequest) -> Response[str]:
    """What happened in one family's file; who opened it is told to those who answer for the portal."""
    ref, visitor, state = ref_of(request), visitor_of(request), request.app.state
    await state.db.write(open_family, visitor, ref, state.clock())
    sought = _sought(request, ref, readings="settings" in visitor.rights)
    found = await _read(request, sought)
    values = await _values(request, found, sought, f"/agent/familles/{ref}/journal")
    return page(request, "desk/journal.html", journal={**values, "family": found.family, "family_ref": ref})


@get("/agent/journal.csv", guards=[WHOLE])
async def journal_csv(request: AnyRequest) -> Response[bytes]:
    """The same lines for a spreadsheet, at most 10,000; the export leaves a line of its own."""
    found = await _read(request, _sought(request), MOST_EXPORTED)
    state = request.app.state
    await state.db.write(note_export, visitor_of(request).account_id, len(found.lines), state.clock())
    return csv_answer(f"journal-{town_day(state.clock())}", HEADS, (_cells(line) for line in found.lines))


async def _read(request: AnyRequest, sought: Sought, most: int = 50) -> Journal:
    found: Journal = await request.app.state.db.read(journal_of, sought, visitor_of(request).catalogue_version, most)
    return found


def _sought(request: AnyRequest, family: str = "", readings: bool = True) -> Sought:
    """?quoi=decisions&agent=3&dossier=…&activite=cantine&jour=2026-11-23&du=…&au=…&avant=instant~number."""
    params = request.query_params
    kind = params.get("quoi", "")
    return Sought(
        kind=kind if kind in KINDS and (readings or kind != "lectures") else "",
        agent=number_of(params.get("agent")),
        family=family or _printable(params.get("dossier", "")),
        activity=_printable(params.get("activite", "")),
        day=day_or_none(params.get("jour")),
        first=day_or_none(params.get("du")),
        last=day_or_none(params.get("au")),
        before=_before(params.get("avant", "")),
        readings=readings,
    )


def _printable(text: str) -> str:
    return text[:40] if text.isprintable() else "?"


def _before(text: str) -> tuple[datetime, int] | None:
    moment, _, number = text.partition("~")
    at = moment_or_none(moment)
    return (at, number_of(number)) if at else None


async def _values(request: AnyRequest, found: Journal, sought: Sought, url: str) -> Values:
    catalogue = await request.app.state.db.read(catalogue_of, visitor_of(request).catalogue_version)
    said = {key: value for key, value in _said(sought, url).items() if value}
    older = ""
    if found.more:
        last = found.lines[-1]
        older = f"{url}?{urlencode({**said, 'avant': f'{last.at.isoformat()}~{last.id}'})}"
    return {
        "url": url,
        "lines": [_shown(line) for line in found.lines],
        "older": older,
        "newest": f"{url}?{urlencode(said)}" if sought.before else "",
        "export": f"/agent/journal.csv?{urlencode({**said, 'dossier': sought.family})}",
        "may_export": "settings" in visitor_of(request).rights,
        "kinds": [
            {"key": key, "label": label, "current": key == sought.kind}
            for key, (label, _) in KINDS.items()
            if sought.readings or key != "lectures"
        ],
        "agents": [{"id": id_, "name": name, "current": id_ == sought.agent} for id_, name in found.agents.items()],
        "activities": [
            {"ref": a.ref, "name": a.name, "current": a.ref == sought.activity} for a in catalogue.activities.values()
        ],
        "said": _said(sought, url),
        "filtered": bool(said),
        "family": "",
    }


def _said(sought: Sought, url: str) -> dict[str, str]:
    return {
        "quoi": sought.kind,
        "agent": str(sought.agent or ""),
        "dossier": sought.family if url == "/agent/journal" else "",
        "activite": sought.activity,
        "jour": _iso(sought.day),
        "du": _iso(sought.first),
        "au": _iso(sought.last),
    }


def _iso(day: date | None) -> str:
    return day.isoformat() if day else ""


def _shown(line: Line) -> Values:
    return {
        "at": instant(line.at),
        "iso": line.at.isoformat(),
        "who": who_of(line),
        "agent": line.by_agent,
        "what": what_of(line),
        "reason": reason_of(line),
        "family": line.family,
        "number": line.number,
        "family_url": f"/agent/familles/{line.family_ref}" if line.family_ref else "",
        "day_url": f"/agent/jour?date={line.day}&activite={line.activity_ref}" if line.day else "",
    }


def _cells(line: Line) -> tuple[object, ...]:
    side = "mairie" if line.by_agent else "famille" if line.by else "portail"
    what, at = what_of(line), instant(line.at)
    day = line.day.isoformat() if line.day else ""
    return at, who_of(line), side, what, reason_of(line), line.child, line.family, line.number, line.activity, day


ROUTES = [journal, family_journal, journal_csv]
