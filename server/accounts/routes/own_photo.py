"""One's own photo in « Mon compte », where the town asks for one: shown, changed, removed."""

from typing import Any

from litestar import Response, get, post

from server.accounts.commands.photos import drop_from_account, keep_with_account
from server.accounts.queries.photos import photo_of_account
from server.accounts.routes.photos import PHOTO, photo_posted
from server.errors import NotFound
from server.fields import Typed
from server.web import AnyRequest, page, parent, redirect, visitor_of
from server.web.downloads import photo_answer
from server.web.params import now_of

NOTHING = "Choisissez une photo."


@get("/compte/photo", guards=[parent])
async def own_photo(request: AnyRequest) -> Response[str]:
    """The photo, and how to change or remove it."""
    return await _page(request, Typed())


@get("/compte/photo/image", guards=[parent])
async def own_image(request: AnyRequest) -> Response[Any]:
    """The image itself, to its owner alone."""
    return photo_answer(await request.app.state.db.read(photo_of_account, visitor_of(request).account_id))


@post("/compte/photo/fichiers", guards=[parent], status_code=303, request_max_body_size=None)
async def change_photo(request: AnyRequest) -> Response[Any]:
    """Another photo instead."""
    state, account = request.app.state, visitor_of(request).account_id
    if not state.profile.accounts.photo:
        raise NotFound
    posted = await photo_posted(request, account)
    if not posted.image:
        return await _page(request, Typed().but(photo=posted.error or NOTHING), posted.status)
    await state.db.write(keep_with_account, account, posted.image, now_of(request))
    return redirect("/compte?dit=photo")


@post("/compte/photo/retrait", guards=[parent], status_code=303)
async def remove_photo(request: AnyRequest) -> Response[Any]:
    """No photo any more."""
    await request.app.state.db.write(drop_from_account, visitor_of(request).account_id)
    return redirect("/compte?dit=photo-retiree")


ROUTES = [own_photo, own_image, change_photo, remove_photo]


async def _page(request: AnyRequest, typed: Typed, status: int = 200) -> Response[str]:
    """A photo given before the town stopped asking may still be seen and removed."""
    state = request.app.state
    there = await state.db.read(photo_of_account, visitor_of(request).account_id) is not None
    asked = state.profile.accounts.photo
    if not (asked or there):
        raise NotFound
    return page(request, "accounts/photo.html", status, there=there, asked=asked, fields=(PHOTO,), typed=typed)
