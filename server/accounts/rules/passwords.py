"""Whether a new password will do, and what is missing, in words. Pure: the list of common ones is handed in."""

import re
import unicodedata
from collections.abc import Container, Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

from server.fields import Field

Sign = Literal["lower", "upper", "digit", "special"]
LONGEST = 256  # more than anybody types; a limit so that hashing a megabyte is nobody's idea
SHORTEST_WORD = 4  # of a name or a town, to be looked for in a password

SIGNS: dict[Sign, tuple[str, re.Pattern[str]]] = {
    "lower": ("une minuscule", re.compile(r"[a-zà-öø-ÿ]")),
    "upper": ("une majuscule", re.compile(r"[A-ZÀ-ÖØ-Þ]")),
    "digit": ("un chiffre", re.compile(r"\d")),
    "special": ("un caractère spécial (@, ?, !, espace…)", re.compile(r"[^\w]|_")),
}
ROWS = ("azertyuiop", "qsdfghjklm", "wxcvbn", "qwertyuiop", "asdfghjkl", "zxcvbnm", "abcdefghijklmnopqrstuvwxyz")
FIGURES = ("01234567890123456789", "09876543210987654321")
RUNS = (*ROWS, *(row[::-1] for row in ROWS), *FIGURES)
# What people write for a letter; only looked at inside a word: « m0td3passe ».
LEET = str.maketrans({"0": "o", "1": "i", "3": "e", "4": "a", "5": "s", "7": "t", "@": "a", "$": "s", "€": "e"})


@dataclass(frozen=True)
class Policy:
    """What the town asks of a password. The portal's own: long, not common, nothing else (CNIL, ASVS)."""

    shortest: int = 12
    needs: tuple[Sign, ...] = ()
    refuses_common: bool = True


def hint_of(policy: Policy) -> str:
    """What stands under the field before anything is typed."""
    if policy.needs:
        return f"{policy.shortest} caractères au moins, dont {_listed([SIGNS[sign][0] for sign in policy.needs])}."
    return f"{policy.shortest} caractères au moins, de toute sorte : quelques mots sans rapport font l’affaire."


def fields_of(policy: Policy, name: str = "mot_de_passe") -> tuple[Field, Field]:
    """A new password and its repetition, for any form."""
    return (
        Field(name, "Mot de passe", "secret", True, LONGEST, hint_of(policy), "new-password"),
        Field(f"{name}_2", "Confirmation du mot de passe", "secret", True, LONGEST, "", "new-password", like=name),
    )


def missing(password: str, policy: Policy, common: Container[str], about: Iterable[str] = ()) -> str:
    """What is wrong with a new password, as one sentence; empty when it will do.

    `about` is what anybody knows of its owner: names, e-mail, user name, town.
    """
    text = unicodedata.normalize("NFC", password)
    wants = [words for words, sign in (SIGNS[sign] for sign in policy.needs) if not sign.search(text)]
    if (short := policy.shortest - len(text)) > 0:
        wants.insert(0, f"{short} caractère{'s' if short > 1 else ''} de plus")
    if wants:
        return f"Il manque {_listed(wants)}."
    return _too_easy(text, common, about) if policy.refuses_common else ""


def _too_easy(text: str, common: Container[str], about: Iterable[str]) -> str:
    plain = _plain(text)
    if _is_run(plain):
        return "Ce mot de passe est une suite ou une répétition : les programmes l’essaient en premier."
    if any(core in common for core in _cores(plain)):
        return "Ce mot de passe est trop courant : les programmes l’essaient en premier. Ajoutez d’autres mots."
    words = sorted({word for one in about for word in _words(one)}, key=len, reverse=True)
    rest = plain
    for word in words:
        rest = rest.replace(word, "")
    if rest != plain and len(re.sub(r"[\W\d_]", "", rest)) < SHORTEST_WORD:
        return "Ce mot de passe ressemble trop à votre nom, votre adresse ou votre ville. Ajoutez d’autres mots."
    return ""


def _cores(plain: str) -> set[str]:
    """The password itself, and the word in it when figures and signs only stand around it, or when it is repeated."""
    found = {plain, re.sub(r"[\W_]", "", plain)}
    found |= {re.sub(r"^[\W\d_]+|[\W\d_]+$", "", one) for one in (plain, plain.translate(LEET))}
    found |= {one.translate(LEET) for one in found}
    for one in tuple(found):
        found |= {one[:size] for size in range(3, len(one) // 2 + 1) if one == (one[:size] * len(one))[: len(one)]}
    return {one for one in found if len(one) > 2}


def _is_run(plain: str) -> bool:
    """« 123456789012 », « aaaaaaaaaaaa », « abcabcabcabc », « azertyuiopqsdf »."""
    if len(set(plain)) <= 3:
        return True
    if any(plain == (plain[:size] * len(plain))[: len(plain)] for size in (1, 2, 3, 4)):
        return True
    rest = plain
    while rest:
        size = max((n for n in range(3, len(rest) + 1) if any(rest[:n] in run for run in RUNS)), default=0)
        if not size:
            return len(rest) <= 2 and rest != plain
        rest = rest[size:]
    return True


def _words(text: str) -> list[str]:
    """« Port-Clairval » gives portclairval, port and clairval."""
    plain = _plain(text)
    parts = [part for part in re.split(r"[\W\d_]+", plain) if len(part) >= SHORTEST_WORD]
    whole = re.sub(r"[\W\d_]", "", plain)
    return [*parts, *([whole] if len(whole) >= SHORTEST_WORD else [])]


def _plain(text: str) -> str:
    """Lower case, without accents."""
    return "".join(c for c in unicodedata.normalize("NFKD", text.lower()) if not unicodedata.combining(c))


def _listed(items: Sequence[str]) -> str:
    return " et ".join([", ".join(items[:-1]), items[-1]]) if len(items) > 1 else items[0]
