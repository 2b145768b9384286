"""Finding a family while its name is being typed: folded words in an index, kept up to date by whoever writes names.

A word is found by its beginning, so three keystrokes are a range of the index on both engines, however large the town.
Whoever writes a family, a guardian or a child calls `index_families` in the same transaction; `index_missing` is for
what was there before, or was written by other means.
"""

import secrets
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from server.database import Row, Work, flat, marks, sql, typed_values_marks, values_marks
from server.web.folding import digits, fold

NUMBER, LAST_NAME, FIRST_NAME, CONTACT = range(4)  # the weights: what was meant more often comes first
MOST_ROWS = 3_000  # of one statement
MOST_FAMILIES = 300
LAST_LETTER = "\U0010ffff"  # after every other: the end of a range of words
SHORTEST_WITH_A_SLIP = 4
MOST_TERMS = 5

NAMES = "select id, number, name from family where id in ({marks})"
ADULTS = "select id, ref, family_id, first_name, last_name, email, phone from guardian where family_id in ({marks})"
CHILDREN = """
select h.family_id, c.id, c.first_name, c.last_name from household_child h join child c on c.id = h.child_id
where h.family_id in ({marks})
"""
SORT_FAMILIES = """
with folded (id, name) as (values {values})
update family set sort_name = folded.name from folded where family.id = folded.id
"""
SORT_CHILDREN = SORT_FAMILIES.replace("family", "child")
NAME_ADULTS = """
with named (id, ref) as (values {values})
update guardian set ref = named.ref from named where guardian.id = named.id
"""
MISSING = """
select f.id from family f where not exists (select 1 from family_word w where w.family_id = f.id) order by f.id limit $1
"""
KEEP = "insert into family_word (family_id, word, weight) values {values}"

Words = dict[tuple[int, str], int]  # (family, word): its best weight


def index_families(ids: Sequence[int]) -> Work[None]:
    """Make these families findable by what their file says now: seven statements for each 300 of them."""
    for start in range(0, len(ids), MOST_FAMILIES):
        yield from _index(sorted(set(ids[start : start + MOST_FAMILIES])))


def index_missing(most: int = MOST_FAMILIES) -> Work[int]:
    """Index at most that many families nobody has indexed; how many there were."""
    ids = [row["id"] for row in (yield sql(MISSING, most))]
    yield from index_families(ids)
    return len(ids)


def _index(ids: list[int]) -> Work[None]:
    here = marks(len(ids))
    families = yield sql(NAMES.format(marks=here), *ids)
    adults = yield sql(ADULTS.format(marks=here), *ids)
    children = yield sql(CHILDREN.format(marks=here), *ids)
    yield from _name_adults([row["id"] for row in adults if not row["ref"]])
    yield from _sort(SORT_FAMILIES, {row["id"]: fold(row["name"])[:130] for row in families})
    names = {row["id"]: fold(f"{row['last_name']} {row['first_name']}")[:170] for row in children}
    yield from _sort(SORT_CHILDREN, names)
    yield sql(f"delete from family_word where family_id in ({here})", *ids)
    rows = [(family, word, weight) for (family, word), weight in _words(families, adults, children).items()]
    for start in range(0, len(rows), MOST_ROWS):
        some = rows[start : start + MOST_ROWS]
        yield sql(KEEP.format(values=values_marks(len(some), 3)), *flat(some))


def _name_adults(ids: Sequence[int]) -> Work[None]:
    """Adults just written get the opaque name their pages are found by."""
    if ids:
        named = [(id_, secrets.token_urlsafe(16)) for id_ in ids]
        yield sql(NAME_ADULTS.format(values=typed_values_marks(len(named), ("int", "text"))), *flat(named))


def _sort(text: str, names: dict[int, str]) -> Work[None]:
    if names:
        yield sql(text.format(values=typed_values_marks(len(names), ("int", "text"))), *flat(names.items()))


def _words(families: Sequence[Row], adults: Sequence[Row], children: Sequence[Row]) -> Words:
    words: Words = {}

    def note(family: int, weight: int, found: Iterable[str]) -> None:
        for word in found:
            if word:
                key = family, word[:254]
                words[key] = min(weight, words.get(key, weight))

    for row in families:
        note(row["id"], NUMBER, [fold(row["number"]), *fold(row["number"]).split()])
        note(row["id"], LAST_NAME, _of_name(row["name"]))
    for row in [*adults, *children]:
        note(row["family_id"], LAST_NAME, _of_name(row["last_name"]))
        note(row["family_id"], FIRST_NAME, _of_name(row["first_name"]))
    for row in adults:
        note(row["family_id"], CONTACT, [*_of_phone(row["phone"]), row["email"].strip().lower()])
        note(row["family_id"], CONTACT, fold(row["email"].partition("@")[0]).split())
    return words


def _of_name(name: str) -> Iterator[str]:
    """« Le Guen-Tanguy » is found by le, guen, tanguy and leguentanguy."""
    parts = fold(name).split()
    yield from parts
    yield "".join(parts)


def _of_phone(phone: str) -> tuple[str, ...]:
    bare = digits(phone)
    return (bare, f"0{bare}") if bare else ()


@dataclass(frozen=True)
class Term:
    """One word typed: the range of indexed words that begin with it."""

    word: str

    @property
    def end(self) -> str:
        """The first word after all those that begin with it."""
        return self.word + LAST_LETTER


def terms_of(text: str) -> tuple[Term, ...]:
    """What was typed, as words of the index; figures typed in pairs are one, an e-mail stays whole."""
    if (bare := "".join(text.split()).replace(".", "")).lstrip("+").isdigit():
        international = bare.startswith(("+", "00"))
        return (Term(digits(bare) if international else bare),) if digits(bare) else ()
    found: list[str] = []
    for piece in text.split():
        found += [piece.lower()] if "@" in piece else fold(piece).split()
    return tuple(Term(word) for word in dict.fromkeys(found))[:MOST_TERMS]


# A family bears all words when each is in one of its ranges; the first word found in the best place comes first.
MATCHING = """
select f.id, f.sort_name, min(w.weight) as weight
from family_word w join family f on f.id = w.family_id
where w.word >= $1 and w.word < $2{others}
group by f.id, f.sort_name order by min(w.weight), f.sort_name, f.id limit {most}
"""
TOO = " and w.family_id in (select family_id from family_word where word >= ${low} and word < ${high})"
NEAR = "select distinct word from family_word where word >= $1 and word < $2 and weight in (1, 2)"  # names only


def find_families(text: str, most: int) -> Work[list[int]]:
    """The ids of the best families: one statement; with a slip of the fingers, one more for each word."""
    terms = terms_of(text)
    if not terms or max(len(term.word) for term in terms) < 2:
        return []
    found = yield from _bearing(terms, most)
    if found:
        return found
    meant: list[Term] = []
    for term in terms:
        meant.append((yield from _nearest(term)))
    return (yield from _bearing(meant, most)) if tuple(meant) != terms else []


def _bearing(terms: Sequence[Term], most: int) -> Work[list[int]]:
    longest_first = sorted(terms, key=lambda term: -len(term.word))  # the rarest word opens the index
    others = "".join(TOO.format(low=2 * n + 1, high=2 * n + 2) for n in range(1, len(terms)))
    values = flat((term.word, term.end) for term in longest_first)
    rows = yield sql(MATCHING.format(others=others, most=most), *values)
    return [row["id"] for row in rows]


def _nearest(term: Term) -> Work[Term]:
    """The word itself when something begins with it; else the first indexed word one slip away, first letters alike."""
    word = term.word
    if len(word) < SHORTEST_WITH_A_SLIP or word.isdigit() or "@" in word:
        return term
    rows = yield sql(NEAR, word[0], Term(word[0]).end)
    known = sorted(row["word"] for row in rows)
    if any(each.startswith(word) for each in known):
        return term
    near = next((each for each in known if one_slip_away(word, each)), None)
    return Term(near) if near else term


def one_slip_away(typed: str, word: str) -> bool:
    """Whether `word` begins with what was typed but for one letter missing, too many, wrong, or changed places."""
    n = next((n for n, (a, b) in enumerate(zip(typed, word, strict=False)) if a != b), min(len(typed), len(word)))
    rest, other = typed[n:], word[n:]
    return (
        other.startswith(rest[1:])  # one too many
        or other[1:].startswith(rest)  # one missing
        or (bool(other) and other[1:].startswith(rest[1:]))  # a wrong one
        or (rest[:2][::-1] == other[:2] and other[2:].startswith(rest[2:]))  # two changed places
    )
