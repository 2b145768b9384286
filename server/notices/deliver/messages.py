"""What leaves: a claim as the push a phone gets, or as the mail a mailbox gets."""

from collections.abc import Mapping
from typing import Any

import msgspec

from server.accounts.rules.letters.words import words_of
from server.adapters.mail import Mail
from server.adapters.push import Push
from server.notices.commands.claiming import Claim
from server.notices.deliver.office import Office
from server.notices.rules.kinds import KINDS
from server.notices.rules.sending import lifetime


def push_of(claimed: Claim, office: Office) -> Push:
    """The message for a phone: Declarative Web Push, which Safari shows by itself and our worker reads as it is."""
    notice, device = claimed.notice, claimed.device or {}
    payload = {
        "web_push": 8030,
        "notification": {
            "title": notice["title"],
            "body": notice["brief"],
            "navigate": office.url + notice["url"],
            "lang": "fr",
            "dir": "ltr",
            "tag": notice["tag"],
        },
    }
    return Push(
        endpoint=device["endpoint"],
        p256dh=device["p256dh"],
        auth=device["auth"],
        payload=msgspec.json.encode(payload),
        ttl=lifetime(notice["expires_at"], office.clock()),
        urgency=KINDS[notice["kind"]].urgency,
        topic=notice["tag"],
    )


def mail_of(claimed: Claim, office: Office) -> Mail:
    """The message for a mailbox: the whole story, for it is behind the recipient's own sign-in."""
    if claimed.letter is not None:
        return _letter_of(claimed, claimed.letter, office)
    return Mail(
        id=f"avis-{claimed.id}-{claimed.notice['tag']}",
        recipient=claimed.address or "",
        subject=claimed.notice["title"],
        text=office.letter("notices/mail.txt", claimed),
        html=office.letter("notices/mail.html", claimed),
    )


def _letter_of(claimed: Claim, letter: Mapping[str, Any], office: Office) -> Mail:
    return Mail(
        id=f"lettre-{claimed.id}-{claimed.made_at:%Y%m%d%H%M%S}",
        recipient=claimed.address or "",
        subject=words_of(letter["kind"], letter["payload"], letter["hours"]).subject,
        text=office.letter("notices/letter.txt", claimed),
        html=office.letter("notices/letter.html", claimed),
        by_choice=False,
    )
