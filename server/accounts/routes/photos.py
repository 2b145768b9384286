"""A form with a photo of whoever sends it: read, drawn anew, or said why not."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta

from server.accounts.commands.limits import count_try
from server.accounts.rules import Limit
from server.adapters.portraits import Portraits
from server.adapters.scrubbing import Unfit
from server.errors import Full
from server.fields import Field
from server.web import AnyRequest
from server.web.params import now_of
from server.web.uploads import Limits, TooMuch, received

MEGABYTES = 10
LIMITS = Limits(MEGABYTES * 1024 * 1024, 1)
OFTEN = Limit(60, timedelta(hours=1))  # drawn for one account, or from one network
PHOTO = Field("photo", "Photo")  # for the list of mistakes; the file itself is no text
DROP = "retirer_photo"
HEAVY = f"Ce fichier dépasse {MEGABYTES}\u00a0Mo. Choisissez une photo plus légère."
TOO_OFTEN = "Trop de photos ont été envoyées d’ici. Continuez sans photo, ou réessayez dans une heure."
UNFIT: Mapping[str, str] = {
    "unknown": "Ce fichier n’est pas une photo. Choisissez une image JPEG, PNG ou HEIC.",
    "heic": "Cette photo est au format HEIC, que ce portail ne sait pas lire. Choisissez-la en JPEG.",
    "empty": "Ce fichier est vide. Choisissez-le à nouveau.",
    "too_many_pixels": "Cette image est trop grande. Choisissez-la dans une taille plus petite.",
}
BROKEN = "Cette photo est abîmée ou incomplète, elle ne s’ouvre pas. Choisissez-en une autre."


@dataclass(frozen=True)
class Posted:
    """What came: the fields, the portrait when there is one, or what stands beside the field."""

    fields: dict[str, str]
    image: bytes = b""
    error: str = ""
    status: int = 422


async def photo_posted(request: AnyRequest, sender: int | str) -> Posted:
    """The form; what was typed is there even when the photo is not taken. `sender`: an account, or a network."""
    portraits: Portraits = request.app.state.portraits
    if not await asyncio.to_thread(portraits.safe.has_room):
        raise Full(retry_after=600)
    fields: dict[str, str] = {}
    try:
        async with received(request, portraits.safe.draft, LIMITS, sender, early=False) as sent:
            fields = sent.fields
            if not sent.files:
                return Posted(fields)
            if not await request.app.state.db.write(count_try, {f"photos:{sender}": OFTEN}, now_of(request)):
                return Posted(fields, error=TOO_OFTEN, status=429)
            return Posted(fields, await portraits.drawn(sent.files[0].path))
    except TooMuch as heavy:
        return Posted(heavy.fields, error=HEAVY, status=413)
    except Unfit as unfit:
        return Posted(fields, error=UNFIT.get(unfit.reason, BROKEN))
