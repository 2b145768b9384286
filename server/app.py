"""The only file that knows every room: settings, clock and adapters in, the whole application out."""

import gc
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from typing import Any

from litestar import Litestar
from litestar.types import ASGIApp

from server.accounts.recognition import Recognition
from server.accounts.rules.files import Files
from server.accounts.texts import texts_of
from server.activities.queries import school_holidays
from server.adapters.addresses import NoSearch, address_search
from server.adapters.clock import Clock, clock_from
from server.adapters.keys import portal_secret, push_public_key
from server.adapters.portraits import Portraits
from server.adapters.vault import vault_in
from server.bookings.commands.custody import give_back_days, held_from
from server.bookings.commands.leaving import BOOKINGS_END
from server.bookings.commands.merging import BOOKINGS
from server.bookings.routes.gather import TapGatherer
from server.bookings.routes.pacing import TapPacing
from server.database import Database, open_database
from server.documents.archive import archive_of
from server.documents.commands.leaving import ASKS_END
from server.documents.commands.merging import DOCUMENTS
from server.documents.commands.putting import follow_to_family
from server.documents.queries.family import sent_with
from server.enrolments.commands import ENROLMENTS, ENROLMENTS_END
from server.families.commands.custody import accepting_custody
from server.families.commands.handlers import family_handlers
from server.families.commands.joining import key_digest, link_by_key
from server.families.commands.linking import check_references, link_by_references, seat_by_town
from server.families.commands.service import service_of
from server.families.commands.welcoming import Town, welcoming
from server.families.queries.custody import Around
from server.health.commands.leaving import PERSONS_END
from server.health.commands.merging import health_part
from server.health.queries.gate import Gate
from server.notices.commands import tell_account, tell_sign_in
from server.profiles import Profile, profile_of
from server.routes import ROUTES
from server.settings import Settings, settings_from_environment
from server.web.admission import Refusals
from server.web.assets import Assets, load_assets
from server.web.colour import theme_css
from server.web.faults import HANDLERS
from server.web.outer import Wall
from server.web.pieces import Pieces
from server.web.render import template_engine

# Families stand left of activities and bookings: custody is lent the town's holidays and what is booked.
AROUND, MOVED = Around(school_holidays, held_from), (give_back_days,)


def create_app(settings: Settings, clock: Clock, db: Database) -> ASGIApp:
    """The portal as an ASGI application. `db` is opened and closed with it."""
    assets = load_assets(theme_css(settings.town_colour))

    @asynccontextmanager
    async def open_house(app: Litestar) -> AsyncIterator[None]:
        await db.start()
        yield
        await db.stop()

    app = Litestar(
        route_handlers=ROUTES,
        lifespan=[open_house],
        middleware=[Recognition()],
        exception_handlers=HANDLERS,
        openapi_config=None,
        request_max_body_size=64 * 1024,
        logging_config=None,
    )
    shared = _shared(settings, clock, db, assets)
    app.state.update(shared)
    return Wall(app, assets, settings.url, Refusals.rendered(shared["templates"].render_template))


def _shared(settings: Settings, clock: Clock, db: Database, assets: Assets) -> dict[str, Any]:
    """What every door finds at `request.app.state`."""
    push_key, profile = push_public_key(settings.data), profile_of(settings)
    templates, texts = template_engine(settings, assets, push_key), texts_of(settings)
    templates.add_global("texts", texts)
    secret = portal_secret(settings.data)
    archive = archive_of(settings, profile.documents, db)
    gate = Gate(vault_in(settings.data), profile.health)  # what opens the health files, and what they close
    return {
        "settings": settings,
        "profile": profile,
        "texts": texts,  # what families accept or are told of
        "gate": gate,
        "service": service_of(settings, profile.families),  # in charge of requests, on every receipt
        "addresses": address_search(settings) if profile.families.address_search else NoSearch(),
        "clock": clock,
        "archive": archive,
        "portraits": Portraits(archive.safe, archive.scrubber),
        "uploading": {},  # how many forms with files each account is sending to this process
        "db": db,
        "assets": assets,
        "taps": TapGatherer(db, clock, timedelta(minutes=settings.tap_grace_minutes), gate),
        "push_key": push_key,
        "secret": secret,
        "pacing": TapPacing(settings.taps_per_minute),
        "templates": templates,
        "small_squares": Pieces(templates, "bookings/month_square.html"),
        **_lent(profile, secret, gate),
    }


def _lent(profile: Profile, secret: bytes, gate: Gate) -> dict[str, Any]:
    """What the rooms on the left are lent by rooms to their right, which they never import."""
    doors = profile.accounts
    welcome = welcoming(Town(secret, "open" in doors.ways_in, doors.activation_hours))
    endings = (BOOKINGS_END, ENROLMENTS_END, PERSONS_END, ASKS_END)
    return {
        "tell_account": tell_account,
        "tell_sign_in": tell_sign_in,
        "files": Files(check_references, link_by_references, seat_by_town, link_by_key, key_digest),
        "sent_with": sent_with,  # the documents that go with a request
        # What accepting a request does; a room adds its kinds here.
        "handlers": {
            **family_handlers(welcome, endings, [follow_to_family]),
            "custody_changed": accepting_custody(AROUND, MOVED),
        },
        "around_custody": AROUND,
        "after_custody": MOVED,
        # What each room does when two files of one child become one.
        "child_parts": (BOOKINGS, ENROLMENTS, health_part(gate.vault), DOCUMENTS),
        # What ends when a child leaves a household.
        "endings": endings,
    }


def app_from_environment() -> ASGIApp:
    """For uvicorn's worker processes."""
    settings = settings_from_environment()
    app = create_app(settings, clock_from(settings.now), open_database(settings.database_url))
    gc.collect()
    gc.set_threshold(20_000, 20, 20)  # a page makes thousands of values and no cycles: looking for some is mostly waste
    gc.freeze()  # code and routes live as long as the process: the collector need not walk through them at every turn
    return app
