"""Links in mails: nobody makes one without the secret, and a clumsy copy still opens."""

import pytest

from server.accounts.rules.letters.text import lasting
from server.accounts.rules.letters.words import TEXTS, words_of
from server.accounts.rules.tokens import DOORS, NOTHING, REF, SIGNATURE, new_ref, path_of, read_token, token_of

SECRET, OTHER = b"s" * 32, b"t" * 32
REFERENCE = new_ref(bytes(range(8)))
TOKEN = token_of(SECRET, "reset", REFERENCE)


def test_a_token_is_short_enough_for_a_line_and_carries_128_bits() -> None:
    assert SIGNATURE * 5 >= 128
    assert len(TOKEN) == REF + SIGNATURE
    assert TOKEN.isalnum()
    assert TOKEN.lower() == TOKEN
    assert path_of(SECRET, "reset", REFERENCE) == f"/lien/mot-de-passe/{TOKEN}"


def test_our_own_token_is_known() -> None:
    read = read_token(SECRET, "reset", TOKEN)
    assert (read.ref, read.signed) == (REFERENCE, True)


@pytest.mark.parametrize(
    "around",
    ["{}.", "{},", "{}>", "<{}>", " {} ", "{}\u00a0", "{})", "{}»", '{}"', "{};", "{}!", "{}%3E", "{}\r\n", "\u200b{}"],
)
def test_what_stands_around_it_after_a_copy_by_hand_does_not_matter(around: str) -> None:
    assert read_token(SECRET, "reset", around.format(TOKEN)).signed


def test_a_copy_in_capitals_or_broken_over_two_lines_is_known() -> None:
    assert read_token(SECRET, "reset", TOKEN.upper()).signed
    assert read_token(SECRET, "reset", f"{TOKEN[:20]}=\r\n{TOKEN[20:]}").signed


@pytest.mark.parametrize("wrong", ["", "a", TOKEN[:-1], "é" * 500, TOKEN[1:], "a" * 38, "\x00", TOKEN[::-1]])
def test_anything_else_is_not(wrong: str) -> None:
    assert not read_token(SECRET, "reset", wrong).signed


def test_one_letter_changed_anywhere_is_enough() -> None:
    for place in range(len(TOKEN)):
        changed = "b" if TOKEN[place] == "a" else "a"
        read = read_token(SECRET, "reset", TOKEN[:place] + changed + TOKEN[place + 1 :])
        assert (read.ref, read.signed) == (NOTHING[0], False)  # whether its reference exists is not looked for


def test_another_purpose_or_another_portals_secret_is_not_ours() -> None:
    for purpose in DOORS:
        assert read_token(SECRET, purpose, TOKEN).signed == (purpose == "reset")
    assert not read_token(OTHER, "reset", TOKEN).signed


def test_references_do_not_repeat() -> None:
    assert len({new_ref(n.to_bytes(8, "big")) for n in range(0, 2**20, 64)}) == 2**14


@pytest.mark.parametrize(
    ("hours", "said"), [(1, "60 minutes"), (24, "24 heures"), (72, "72 heures"), (168, "7 jours"), (48, "48 heures")]
)
def test_a_lifetime_is_said_as_one_says_it(hours: int, said: str) -> None:
    assert lasting(hours).replace("\u00a0", " ") == said


def test_every_letter_has_a_subject_and_says_how_long_its_link_lives() -> None:
    for kind in TEXTS:
        words = words_of(kind, {}, 72)
        assert words.subject
        assert words.before
        if words.button:
            assert any("72\u00a0heures" in line for line in words.after), kind


def test_a_letter_names_the_services_one_a_line() -> None:
    words = words_of(
        "activation", {"user_name": "camille", "services": "Service enfance : lié\nRestauration : lié"}, 24
    )
    assert words.facts[0] == ("Nom d’utilisateur", "camille")
    assert [name for name, _ in words.facts].count("Service") == 2
