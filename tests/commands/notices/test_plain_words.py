"""Notices of one sentence: titles count, stories keep their words, locked screens say nothing of them."""

from datetime import UTC, datetime

import msgspec
import pytest

from server.notices.commands.plainly import SAYINGS
from server.notices.commands.wording import words_for
from server.notices.rules.kinds import KINDS

NOW = datetime(2026, 11, 16, 8, 0, tzinfo=UTC)


def event(text: str, url: str = "/messages/a") -> str:
    return msgspec.json.encode({"text": text, "url": url}).decode()


def test_one_message_leads_to_itself_and_a_locked_screen_does_not_say_it() -> None:
    words = words_for("message", [event("Allergie de\nLina")], NOW, NOW)
    assert (words.title, words.body, words.url) == ("Nouveau message de la mairie", "Allergie de Lina", "/messages/a")
    assert "Lina" not in words.brief


def test_several_are_one_notice_that_leads_to_the_list() -> None:
    words = words_for("message", [event("Un"), event("Deux", "/messages/b"), event("Un")], NOW, NOW)
    assert (words.title, words.body, words.url) == ("3 nouveaux messages de la mairie", "Un\nDeux", "/messages")


def test_a_payload_nobody_can_read_is_told_to_the_worker() -> None:
    with pytest.raises(msgspec.MsgspecError):
        words_for("message", ["{}"], NOW, NOW)


@pytest.mark.parametrize("kind", SAYINGS)
def test_every_saying_has_its_kind(kind: str) -> None:
    assert kind in KINDS
    assert words_for(kind, [event("x"), event("y")], NOW, NOW).title.startswith("2 ")
