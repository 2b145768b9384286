"""The mails of the deliver worker, drawn from templates with absolute addresses."""

from collections.abc import Callable, Mapping
from typing import Any

from server.accounts.rules.letters.words import words_of
from server.accounts.rules.tokens import path_of
from server.adapters.keys import portal_secret
from server.families.rules.keys import key_of
from server.notices.commands.claiming import Claim
from server.settings import Settings
from server.web.assets import Assets
from server.web.render import template_engine


def letters_of(settings: Settings) -> Callable[[str, Claim], str]:
    """Renders the mail of a claim, with absolute addresses."""
    engine = template_engine(settings, Assets("", {}, "", ""), "")
    secret = portal_secret(settings.data)

    def letter(template: str, claimed: Claim) -> str:
        if claimed.letter is not None:
            return str(engine.render_template(template, **_drawn(claimed.letter, secret, settings.url)))
        text: str = engine.render_template(
            template,
            title=claimed.notice["title"],
            lines=claimed.notice["body"].splitlines(),
            url=settings.url + claimed.notice["url"],
            settings_url=f"{settings.url}/avis/reglages",
        )
        return text

    return letter


def _drawn(letter: Mapping[str, Any], secret: bytes, url: str) -> dict[str, Any]:
    """What the template of letters is given. Token and key are made here, on their way out, and kept nowhere."""
    payload = letter["payload"]
    if "seed" in payload:
        payload = {**payload, "key": key_of(secret, payload["seed"])}
    words = words_of(letter["kind"], payload, letter["hours"])
    link = url + path_of(secret, letter["purpose"], letter["ref"]) if words.button and letter["ref"] else ""
    return {"words": words, "link": link, "url": url}
