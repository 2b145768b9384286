"""The doors of notices: the bell, what is told and where, the devices that ring, the development mailbox."""

import re
from typing import Any, TypeVar

import msgspec
from litestar import Response, get, post

from server.accounts.rules import device_label
from server.errors import BadInput, NotFound
from server.notices.commands.choosing import (
    Subscription,
    choose,
    forget_endpoint,
    keep_quiet,
    mark_all_read,
    mark_read,
    remove_device,
    renew,
    subscribe,
    try_out,
)
from server.notices.commands.wording import one_line
from server.notices.queries import bell, destination_of, devices_of, kept_mail, mailbox
from server.notices.rules.endpoints import are_keys, is_push_service
from server.notices.rules.kinds import CHANNELS, KINDS, OFFERED, Choices, wants
from server.notices.rules.quiet import Quiet, quiet_from
from server.web import AnyRequest, form_of, page, redirect, signed_in, visitor_of

T = TypeVar("T")
SETTINGS = "/avis/reglages"
SAID = {  # after a form: how it looks, what it says
    "lus": ("ok", "Tous vos avis sont marqués comme lus."),
    "choix": ("ok", "Vos choix sont enregistrés."),
    "calme": ("ok", "Vos heures calmes sont enregistrées."),
    "heures": ("wait", "Indiquez deux heures différentes, comme 21:00 et 07:00. Rien n’a été changé."),
    "essai": ("ok", "Un avis d’essai est en route."),
    "trop": ("wait", "Plusieurs avis d’essai viennent de partir. Patientez quelques minutes avant le prochain."),
    "retire": ("ok", "Cet appareil ne recevra plus d’avis."),
    "inconnu": ("wait", "Cet appareil n’est plus dans votre liste."),
}
NOT_HERE = "Appareil partagé : les avis n’y sont pas envoyés. Rien n’a été enregistré."
NOT_A_SERVICE = "Ce service de notification n’est pas accepté par le portail. Rien n’a été enregistré."
REMOVED = "Cet appareil a été retiré de vos avis."
NOT_KEYS = "Les clés de cet appareil sont incomplètes. Rien n’a été enregistré. Essayez de nouveau."


@get("/avis", guards=[signed_in])
async def bell_page(request: AnyRequest) -> Response[str]:
    """The bell: every notice, newest first."""
    shown = await request.app.state.db.read(bell, visitor_of(request).account_id, _page_number(request))
    if shown.page > 1 and not shown.notices:
        raise NotFound
    return page(request, "notices/bell.html", bell=shown, said=_said(request))


@post("/avis/lus", guards=[signed_in], status_code=303)
async def read_all(request: AnyRequest) -> Response[None]:
    """Everything is read."""
    state = request.app.state
    await state.db.write(mark_all_read, visitor_of(request).account_id, state.clock())
    return redirect("/avis?dit=lus")


@get("/avis/{ref:str}", guards=[signed_in])
async def open_notice(request: AnyRequest) -> Response[None]:
    """One notice: it is read, and what it is about opens."""
    state, ref = request.app.state, str(request.path_params["ref"])
    known = ref.isprintable()  # PostgreSQL would stumble over a NUL
    url = await state.db.write(mark_read, visitor_of(request).account_id, ref, state.clock()) if known else None
    if url is None:
        raise NotFound
    return redirect(url)


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
        said=_said(request),
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


class Keys(msgspec.Struct, frozen=True):
    """The two halves of a browser's secret."""

    p256dh: str
    auth: str


class NewDevice(msgspec.Struct, frozen=True):
    """A subscription as browsers write it, with a name for the list."""

    endpoint: str
    keys: Keys
    label: str = ""
    start: bool = False  # said by a page at its start, not by a gesture


class OldDevice(msgspec.Struct, frozen=True):
    """A subscription that ends."""

    endpoint: str


@post("/avis/appareils", guards=[signed_in], status_code=200)
async def add_device(request: AnyRequest) -> Response[bytes]:
    """This browser agrees to ring; said again at each start of a page. 410 when it was removed from the list."""
    state, visitor, new = request.app.state, visitor_of(request), await _json(request, NewDevice)
    if visitor.shared_device:
        return _answer(422, {"error": "shared_device", "text": NOT_HERE})
    if not is_push_service(new.endpoint, state.settings.push_hosts):
        return _answer(422, {"error": "push_service", "text": NOT_A_SERVICE})
    if not are_keys(new.keys.p256dh, new.keys.auth):
        return _answer(422, {"error": "keys", "text": NOT_KEYS})
    label = _label(request, new.label)
    subscription = Subscription(new.endpoint, new.keys.p256dh, new.keys.auth, label, state.push_key)
    work = renew if new.start else subscribe
    if await state.db.write(work, visitor.account_id, visitor.sign_in_id, subscription, state.clock()) is False:
        return _answer(410, {"error": "removed", "text": REMOVED})
    return _answer(200, {"ok": True})


@post("/avis/appareils/oublier", guards=[signed_in], status_code=200)
async def forget_device(request: AnyRequest) -> Response[bytes]:
    """This browser no longer rings; said again, it is still true."""
    state, old = request.app.state, await _json(request, OldDevice)
    if not old.endpoint.isprintable():
        raise BadInput
    await state.db.write(forget_endpoint, visitor_of(request).account_id, old.endpoint, state.clock())
    return _answer(200, {"ok": True})


@post("/avis/appareils/retirer", guards=[signed_in], status_code=303)
async def drop_device(request: AnyRequest) -> Response[None]:
    """« Retirer » on the list of devices."""
    state, chosen = request.app.state, (await form_of(request)).get("appareil", "")
    if not re.fullmatch(r"[0-9]{1,9}", chosen):
        raise BadInput
    gone = await state.db.write(remove_device, visitor_of(request).account_id, int(chosen), state.clock())
    return redirect(f"{SETTINGS}?dit={'retire' if gone else 'inconnu'}")


@get("/boite")
async def mailbox_page(request: AnyRequest) -> Response[str]:
    """The development mailbox: what would have been mailed. Demo mode only."""
    _demo_only(request)
    number = _page_number(request)
    mails, further = await request.app.state.db.read(mailbox, number)
    return page(request, "notices/mailbox.html", mails=mails, number=number, further=further)


@get("/boite/{mail:int}")
async def mail_page(request: AnyRequest) -> Response[str]:
    """One mail of the development mailbox."""
    _demo_only(request)
    mail = await request.app.state.db.read(kept_mail, min(int(request.path_params["mail"]), 2_000_000_000))
    if mail is None:
        raise NotFound
    lines = [(line, line.startswith(("http://", "https://"))) for line in mail.body.splitlines()]
    return page(request, "notices/kept_mail.html", mail=mail, lines=lines)


def _demo_only(request: AnyRequest) -> None:
    if request.app.state.settings.env != "demo":
        raise NotFound


def _hours(quiet: Quiet) -> dict[str, Any]:
    """The quiet hours as the form has them: « 21:00 »."""
    starts, ends = (f"{each // 60:02}:{each % 60:02}" for each in (quiet.starts, quiet.ends))
    return {"wanted": quiet.wanted, "starts": starts, "ends": ends}


def _said(request: AnyRequest) -> tuple[str, str] | None:
    return SAID.get(request.query_params.get("dit", ""))


def _page_number(request: AnyRequest) -> int:
    raw = request.query_params.get("page", "1")
    if not re.fullmatch(r"[1-9][0-9]{0,3}", raw):
        raise NotFound
    return int(raw)


def _label(request: AnyRequest, said: str) -> str:
    """The name in the list of devices, the same as in the list of sessions; else what the page says of itself."""
    known = device_label(request.headers.get("user-agent", ""))
    return known if " sur " in known else one_line(said)[:80] or known


async def _json(request: AnyRequest, type_: type[T]) -> T:
    try:
        return msgspec.json.decode(await request.body(), type=type_)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise BadInput from error


def _answer(status: int, body: dict[str, Any]) -> Response[bytes]:
    return Response(
        msgspec.json.encode(body),
        status_code=status,
        media_type="application/json",
        headers={"Cache-Control": "no-store"},
    )


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


ROUTES = [
    bell_page,
    read_all,
    open_notice,
    settings_page,
    save_settings,
    save_quiet,
    send_test,
    add_device,
    forget_device,
    drop_device,
    mailbox_page,
    mail_page,
]
