"""What belongs to no room: health, worker, manifest, offline page."""

import asyncio
from collections.abc import AsyncIterator
from datetime import date, timedelta
from typing import Any

import msgspec
from litestar import Response, get
from litestar.response import Stream

from server import VERSION
from server.bookings.queries.squares import Span, span_of
from server.bookings.screens import monday_of, worth_keeping
from server.bookings.screens.verdict import told_on
from server.database import DatabaseError, Work, sql
from server.documents.queries.family import to_send_of
from server.documents.rules.asking import Asked
from server.health.queries.gate import Watch
from server.home.agenda import home_of
from server.home.dossier import dossier
from server.home.mydata import ROUTES as MY_DATA
from server.web import AnyRequest, Visitor, page, redirect, signed_in, visitor_of
from server.web.assets import Assets, packed
from server.web.render import html_of
from server.zone import PARIS


@get("/", guards=[signed_in])
async def home(request: AnyRequest) -> Response[Any]:
    """What must I do, what happens this week."""
    visitor, now = visitor_of(request), request.app.state.clock()
    if visitor.is_agent:
        return redirect("/agent")
    today = now.astimezone(PARIS).date()
    monday = monday_of(today)
    asked = request.app.state.archive.asked
    watch = request.app.state.gate.on(today)
    span, papers = await request.app.state.db.glance(_shown, visitor, monday, today, asked, watch)
    told = await told_on(request)
    values = home_of(span, visitor.first_name, visitor.ref, papers, now)
    return page(request, "home/home.html", shelf=not told, home=values, told=told, warm=worth_keeping(today))


def _shown(visitor: Visitor, monday: date, today: date, asked: Asked, watch: Watch | None) -> Work[tuple[Span, int]]:
    """This week and the two that follow, and how many documents are to be sent."""
    last = monday + timedelta(days=20)
    family, version, reader = visitor.family_id or 0, visitor.catalogue_version, visitor.account_id
    span = yield from span_of(family, monday, last, version, watch=watch, reader=reader)
    return span, (yield from to_send_of(visitor, asked, today))


PATIENCE = 3.0  # seconds a monitor waits for the database


def backlog() -> Work[dict[str, int]]:
    """How many events and deliveries still wait to be told, and how many events nobody can tell."""
    rows = yield sql(
        "select (select count(*) from outbox where notice_id is null and trouble = '') + "
        "(select count(*) from delivery where status = 'waiting') + "
        "(select count(*) from letter where status = 'waiting') as waiting, "
        "(select count(*) from outbox where notice_id is null and trouble <> '') as aside"
    )
    return {"backlog": int(rows[0]["waiting"]), "set_aside": int(rows[0]["aside"])}


@get("/healthz", without_visitor=True)
async def healthz(request: AnyRequest) -> Response[bytes]:
    """For monitors: status, version, database, outbox backlog. 503 when the database does not answer in time."""
    state = request.app.state
    body = {"status": "ok", "version": VERSION, "build": state.assets.build, "database": state.db.engine}
    status, headers = 200, {"Cache-Control": "no-store"}
    try:
        async with asyncio.timeout(PATIENCE):
            body |= await state.db.read(backlog)
    except (DatabaseError, TimeoutError) as error:
        status, headers["Retry-After"] = 503, "5"
        body["status"] = f"the database does not answer: {type(error).__name__}"
    return Response(msgspec.json.encode(body), status_code=status, media_type="application/json", headers=headers)


@get("/sw.js", without_visitor=True)
async def service_worker(request: AnyRequest) -> Response[bytes] | Stream:
    """The worker, with its build and the shell it must keep in front."""
    assets: Assets = request.app.state.assets
    if request.app.state.settings.worker == "off":
        return _script(request, assets.kill_switch)
    shell = [assets.url(name) for name in SHELL if name in assets.files]
    words = {
        **WORDS,
        "title": request.app.state.settings.town,
        "look": {"icon": assets.url(ICON), "badge": assets.url(BADGE)},
    }
    header = f"const BUILD = {json(assets.build)};\nconst SHELL = {json([*OFFLINE, *shell])};\n"
    # In one block: a half that arrives is a mistake of grammar and not a worker that does nothing.
    return _script(request, f"{{{header}self.WORDS = {json(words)};\n{assets.worker}}}")


def _script(request: AnyRequest, source: str) -> Response[bytes] | Stream:
    """The script; packed, in chunks and without its length.

    Firefox takes a packed answer of a known length that was cut on its way for a complete one, and would install an
    empty worker. Of one in chunks it misses the end, as the others do.
    """
    headers = {"Cache-Control": "no-cache", "Service-Worker-Allowed": "/", "Vary": "Accept-Encoding"}
    script = "text/javascript; charset=utf-8"
    if "br" not in request.headers.get("accept-encoding", ""):
        return Response(source.encode(), media_type=script, headers=headers)
    return Stream(_whole(packed(source)), media_type=script, headers={**headers, "Content-Encoding": "br"})


async def _whole(body: bytes) -> AsyncIterator[bytes]:
    yield body


OFFLINE = ("/hors-ligne", "/hors-ligne/envoi")
ICON, BADGE = "icons/icon-192.png", "icons/badge-96.png"
SHELL = ("app.css", "htmx.js", "app.js", ICON, BADGE)
WORDS = {"refused": "Un changement n’a pas pu être pris en compte"}  # what a notification says when no page is open


@get("/manifest.webmanifest", without_visitor=True)
async def manifest(request: AnyRequest) -> Response[str]:
    """What makes the portal installable."""
    body = html_of(request, "../manifest.webmanifest", {})
    return Response(body, media_type="application/manifest+json", headers={"Cache-Control": "no-cache"})


@get("/hors-ligne", without_visitor=True)
async def offline(request: AnyRequest) -> Response[str]:
    """The page the worker shows when it has nothing else."""
    return page(request, "offline.html")


@get("/hors-ligne/envoi", without_visitor=True)
async def unsent(request: AnyRequest) -> Response[str]:
    """The page the worker shows when a form could not be sent."""
    return page(request, "unsent.html")


@get("/aide", for_everybody=True)
async def help_page(request: AnyRequest) -> Response[str]:
    """How it works, in plain words."""
    return page(request, "home/help.html")


@get("/accessibilite", for_everybody=True)
async def accessibility(request: AnyRequest) -> Response[str]:
    """The accessibility statement French law asks for (article 47 of law 2005-102)."""
    return page(request, "home/accessibility.html")


@get("/confidentialite", for_everybody=True)
async def privacy(request: AnyRequest) -> Response[str]:
    """What is kept, where, for how long."""
    return page(request, "home/privacy.html")


@get("/mentions-legales", for_everybody=True)
async def legal(request: AnyRequest) -> Response[str]:
    """Who publishes the portal and who answers for it (law 2004-575, article 6)."""
    return page(request, "home/legal.html")


@get("/plan-du-site", for_everybody=True)
async def site_map(request: AnyRequest) -> Response[str]:
    """Every page, for those who look for one (RGAA 12.1)."""
    return page(request, "home/site_map.html", profile=request.app.state.profile)


def json(value: Any) -> str:
    """`value` as a JavaScript literal."""
    return msgspec.json.encode(value).decode()


ROUTES = [
    home,
    dossier,
    healthz,
    service_worker,
    manifest,
    offline,
    unsent,
    help_page,
    accessibility,
    privacy,
    legal,
    site_map,
    *MY_DATA,
]
