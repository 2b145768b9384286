"""What is told and where: the boxes, the quiet hours, a test notice."""

from typing import Any

from litestar import Response, get, post

from server.notices.commands.choosing import choose, keep_quiet, try_out
from server.notices.queries import destination_of, devices_of
from server.notices.routes.asked import SETTINGS, said_by
from server.notices.rules.kinds import CHANNELS, KINDS, OFFERED, Choices, wants
from server.notices.rules.quiet import Quiet, quiet_from
from server.web import AnyRequest, form_of, page, redirect, signed_in, visitor_of


@get(SETTINGS, guards=[signed_in])
async def settings_page(request: AnyRequest) -> Response[str]:
    """What is told and where, the devices that ring, a test."""
    visitor, db = visitor_of(request), request.app.state.db
    destination = await db.read(destination_of, visitor.account_id)
    devices = await db.read(devices_of, visitor.account_id, visitor.sign_in_id)
    return page(
        request,
        "notices/settings.html",
        themes=_themes(destination.choices),
        devices=devices,
        here=any(device.here for device in devices),
        email=destination.email,
        quiet=_hours(destination.quiet),
        said=said_by(request),
        tested=request.query_params.get("dit") == "essai",
    )


@post(SETTINGS, guards=[signed_in], status_code=303)
async def save_settings(request: AnyRequest) -> Response[None]:
    """Keep the boxes as they are ticked."""
    ticked = frozenset((kind, channel) for kind, _, channel in (name.partition(".") for name in await form_of(request)))
    await request.app.state.db.write(choose, visitor_of(request).account_id, ticked, request.app.state.clock())
    return redirect(f"{SETTINGS}?dit=choix")


@post("/avis/reglages/calme", guards=[signed_in], status_code=303)
async def save_quiet(request: AnyRequest) -> Response[None]:
    """Keep the quiet hours."""
    form = await form_of(request)
    quiet = quiet_from(form.get("calme") == "oui", form.get("de", ""), form.get("a", ""))
    if quiet is None:
        return redirect(f"{SETTINGS}?dit=heures#calme")
    await request.app.state.db.write(keep_quiet, visitor_of(request).account_id, quiet)
    return redirect(f"{SETTINGS}?dit=calme")


@post("/avis/essai", guards=[signed_in], status_code=303)
async def send_test(request: AnyRequest) -> Response[None]:
    """A test notice, through the real pipeline."""
    state = request.app.state
    sent = await state.db.write(try_out, visitor_of(request).account_id, state.clock())
    return redirect(f"{SETTINGS}?dit={'essai' if sent else 'trop'}")


def _hours(quiet: Quiet) -> dict[str, Any]:
    """The quiet hours as the form has them: « 21:00 »."""
    starts, ends = (f"{each // 60:02}:{each % 60:02}" for each in (quiet.starts, quiet.ends))
    return {"wanted": quiet.wanted, "starts": starts, "ends": ends}


def _themes(choices: Choices) -> list[dict[str, Any]]:
    """The preferences form: headings, and under each its kinds with three boxes."""
    return [
        {
            "name": theme,
            "kinds": [
                {
                    "name": kind.name,
                    "label": kind.label,
                    "important": kind.important,
                    "boxes": [
                        {"channel": channel, "wanted": wants(KINDS[kind.name], channel, choices)}
                        for channel in CHANNELS
                    ],
                }
                for kind in OFFERED
                if kind.theme == theme
            ],
        }
        for theme in dict.fromkeys(kind.theme for kind in OFFERED)
    ]


ROUTES = [settings_page, save_settings, save_quiet, send_test]
