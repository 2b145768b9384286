"""The devices that ring: a browser agrees, forgets, or is taken off the list."""

import re
from typing import Any, TypeVar

import msgspec
from litestar import Response, post

from server.accounts.rules import device_label
from server.errors import BadInput
from server.notices.commands.choosing import Subscription, forget_endpoint, remove_device, renew, subscribe
from server.notices.commands.words import one_line
from server.notices.routes.asked import SETTINGS
from server.notices.rules.endpoints import are_keys, is_push_service
from server.web import AnyRequest, form_of, redirect, signed_in, visitor_of

T = TypeVar("T")
NOT_HERE = "Appareil partagé : les avis n’y sont pas envoyés. Rien n’a été enregistré."
NOT_A_SERVICE = "Ce service de notification n’est pas accepté par le portail. Rien n’a été enregistré."
REMOVED = "Cet appareil a été retiré de vos avis."
NOT_KEYS = "Les clés de cet appareil sont incomplètes. Rien n’a été enregistré. Essayez de nouveau."


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


ROUTES = [add_device, forget_device, drop_device]
