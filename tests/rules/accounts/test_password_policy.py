"""A new password: long, uncommon, not one's own name; a town's older rules can be said too."""

import pytest

from server.accounts.common import common_passwords
from server.accounts.rules.passwords import Policy, fields_of, hint_of, missing
from server.profiles import READY, profile_of
from server.settings import Settings
from tests.cast import PASSWORD

OURS = Policy()
ABOUT = ("Zoé", "Pinceau", "zoe.pinceau@exemple.fr", "z-pinceau", "Port-Clairval")


def judged(password: str, policy: Policy = OURS) -> str:
    return missing(password, policy, common_passwords(), ABOUT).replace("\u00a0", " ")


@pytest.mark.parametrize(
    "good",
    [
        PASSWORD,
        "trois pommes vertes",
        "kqmzvbnrtplw",
        "éléphant rose et bleu",
        "Zoé aime les brocolis",
        "x" * 10 + "long et facile" * 12,
        "日本語のパスワードです長い",
        "le 14 juillet on danse",
    ],
)
def test_a_long_password_of_any_kind_will_do(good: str) -> None:
    assert judged(good) == ""


def test_what_is_missing_is_said_in_words() -> None:
    assert judged("deux mots") == "Il manque 3 caractères de plus."
    assert judged("onze lettre") == "Il manque 1 caractère de plus."
    assert judged("") == "Il manque 12 caractères de plus."


@pytest.mark.parametrize(
    "common",
    [
        "motdepasse123",
        "MotDePasse2026!",
        "m0td3passe!!!!",
        "azertyuiop12",
        "123456789012",
        "aaaaaaaaaaaaaa",
        "abababababab",
        "abcdefghijkl",
        "azertyuiopqsdf",
        "marseille2024",
        "bonjourbonjour",
        "soleil-soleil-soleil",
        "doudou doudou",
        "0102030405060708"[:0] + "password1234",
        "  princesse 2015  ",
        "éééééééééééé",
    ],
)
def test_what_everybody_thinks_of_will_not(common: str) -> None:
    assert len(common) >= 12
    assert "en premier" in judged(common)


@pytest.mark.parametrize(
    "own", ["zoepinceau2026", "Pinceau-Pinceau", "port-clairval06", "z-pinceau!!1985", "PortClairval Zoé"]
)
def test_neither_will_ones_own_name_or_town(own: str) -> None:
    assert "ressemble trop" in judged(own)


def test_the_guides_own_rules_can_be_said() -> None:
    g2, g3, g0 = Policy(8, ("lower", "upper", "digit", "special")), Policy(6, ("upper", "special")), Policy(6)
    assert judged("abcdefgh", g2).startswith("Il manque une majuscule, un chiffre et un caractère spécial")
    assert judged("Kz7!wqpd", g2) == ""
    assert judged("kzwq", g3).startswith("Il manque 2 caractères de plus, une majuscule et un caractère spécial")
    assert judged("Kzwqp!", g3) == ""
    assert judged("kzwqpd", g0) == ""
    assert judged("kzwqp", g0) == "Il manque 1 caractère de plus."
    assert "une majuscule et un caractère spécial" in hint_of(g3).replace("\u00a0", " ")


def test_a_town_may_do_without_the_list() -> None:
    assert judged("123456", Policy(6, refuses_common=False)) == ""
    assert judged("123456", Policy(6)) != ""


def test_each_ready_profile_says_its_guides_rule() -> None:
    said = {}
    for name in READY:
        choices = profile_of(Settings(profile=name)).accounts
        said[name] = (choices.password_shortest, len(choices.password_needs))
    assert said == {"G0": (6, 0), "G1": (12, 0), "G2": (8, 4), "G3": (6, 2), "G4": (6, 0)}


def test_the_list_is_there_with_its_french_half_and_its_licence() -> None:
    common = common_passwords()
    assert len(common) > 20_000
    assert {"123456", "azerty", "motdepasse", "doudou"} <= common


def test_long_ones_may_be_pasted_whole() -> None:
    first, again = fields_of(OURS)
    assert first.longest >= 64
    assert (first.autocomplete, again.like) == ("new-password", first.name)
