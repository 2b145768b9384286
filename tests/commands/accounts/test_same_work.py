"""Doors that must not tell whether somebody is known do the same statements, one by one, for a known and an unknown name."""

from collections.abc import Generator
from typing import Any

import pytest

from server.accounts.commands.care import ask_address
from server.accounts.commands.deciding import ForAdult, open_for_adult
from server.accounts.commands.drafts import keep_step
from server.accounts.commands.registering import Sending, register
from server.accounts.commands.resending import ask_again
from server.accounts.commands.resets import ask_reset
from server.accounts.commands.signing_in import begin_attempt, end_attempt
from server.accounts.queries import my_account
from server.accounts.rules import buckets
from server.accounts.rules.files import References
from server.accounts.rules.ways import Manner, ask, known_file
from server.accounts.rules.wizard import Flow, done_mark, seen_mark
from server.database import Database, Work, sql
from server.families.commands.joining import Door, issue_key, join_by_key
from server.families.commands.linking import check_references
from tests.cast import Town
from tests.conftest import FrozenClock

KNOWN, UNKNOWN = "denis@exemple.fr", "personne@exemple.fr"  # the first is the stranger's
Conversation = Generator[Any, Any, Any]


def overheard(work: Conversation, said: list[str]) -> Work[Any]:
    """The same conversation, its statements written down."""
    rows: Any = None
    try:
        while True:
            statement = work.send(rows)
            said.append(statement.text)
            rows = yield statement
    except StopIteration as end:
        return end.value


class Doors:
    """Each door with one name; `town` and `now` as the tests have them."""

    def __init__(self, town: Town, clock: FrozenClock) -> None:
        self.town, self.now = town, clock()

    def sign_in(self, name: str) -> Conversation:
        counted = buckets(name, "192.0.2.1")
        yield from begin_attempt(name, counted, self.now, True)
        return (yield from end_attempt(False, counted, self.now))

    def forgotten(self, name: str) -> Conversation:
        return ask_reset(name, "192.0.2.1", self.now)

    def lost_link(self, name: str) -> Conversation:
        return ask_again(name, "192.0.2.1", 72, self.now)

    def other_address(self, name: str) -> Conversation:
        return ask_address(self.town.accounts["owner"], name, self.now)

    def invitation(self, name: str) -> Conversation:
        adult = ForAdult(1 if name == KNOWN else 2, self.town.families["dupont"], "Ève", "Dupont", name)
        return open_for_adult(adult, self.town.accounts["owner"], 72, self.now, "Alice Dupont")

    def registration(self, name: str) -> Conversation:
        return self._register(known_file(Manner(without_file=True)), name)

    def request(self, name: str) -> Conversation:
        return self._register(ask(), name)

    def _register(self, flow: Flow, name: str) -> Conversation:
        answers = {"email": name, "identifiant": "eve"} | {done_mark(step): "oui" for step in flow.steps[:-1]}
        yield from keep_step(name, flow.slug, answers, "$argon2id$", self.now)
        sending = Sending(name, flow, {"email": name}, "", seen_mark(answers), 72, "192.0.2.1")
        assert (yield from register(sending, self.now)) == "sent"


@pytest.mark.parametrize(
    "door", ["sign_in", "forgotten", "lost_link", "other_address", "invitation", "registration", "request"]
)
async def test_the_same_statements_whether_the_address_has_an_account_or_not(
    db: Database, town: Town, clock: FrozenClock, door: str
) -> None:
    doors, heard = Doors(town, clock), {}
    for name in (KNOWN, UNKNOWN):
        heard[name] = []
        answer = await db.write(lambda name=name: overheard(getattr(doors, door)(name), heard[name]))
        heard[name].append(str(answer))
    assert len(heard[KNOWN]) > 2
    assert heard[KNOWN] == heard[UNKNOWN]


async def test_the_same_statements_whether_a_registration_waits_or_not(
    db: Database, town: Town, clock: FrozenClock
) -> None:
    doors, heard = Doors(town, clock), {}
    await db.write(lambda: doors.registration("zoe@exemple.fr"))
    for name in ("zoe@exemple.fr", UNKNOWN):
        heard[name] = []
        await db.write(lambda name=name: overheard(doors.lost_link(name), heard[name]))
    assert heard["zoe@exemple.fr"] == heard[UNKNOWN]


@pytest.mark.parametrize("wrong", ["number", "name", "email", "all"])
async def test_the_same_statements_whatever_is_wrong_with_a_file(
    db: Database, town: Town, clock: FrozenClock, wrong: str
) -> None:
    right = {"number": "F0003", "name": "Bernard", "email": "denis@exemple.fr"}
    said = References(**{**right, **{name: "x" for name in right if wrong in (name, "all")}})
    heard: list[str] = []
    assert await db.write(lambda: overheard(check_references(said, "who", "192.0.2.1", clock()), heard)) == "differ"
    nobody: list[str] = []
    await db.write(lambda: overheard(check_references(References("F9", "y", "z"), "o", "192.0.2.2", clock()), nobody))
    assert heard == nobody


ADULT = "insert into guardian (family_id, first_name, last_name, email) values ($1, 'Ève', 'Dupont', '') returning id"


def flat_rows(text: str, *args: Any) -> Work[Any]:
    return (yield sql(text, *args))


async def test_the_same_statements_for_a_key_that_was_replaced_and_one_made_up(
    db: Database, town: Town, clock: FrozenClock
) -> None:
    visitor, heard, door = town.visitor("agent"), [], Door(b"secret", "192.0.2.1")  # an account without a file
    (eve,) = await db.write(lambda: flat_rows(ADULT, town.families["dupont"]))
    replaced, _ = [
        await db.write(issue_key, visitor, town.families["dupont"], eve["id"], door.secret, clock()) for _ in range(2)
    ]
    for typed in (replaced, "K" * len(replaced)):
        said: list[str] = []
        await db.write(lambda typed=typed, said=said: overheard(join_by_key(visitor, typed, door, clock()), said))
        heard.append(said)
    assert heard[0] == heard[1]


async def test_a_waiting_change_of_address_is_shown_whether_the_address_has_an_account_or_not(
    db: Database, town: Town, clock: FrozenClock
) -> None:
    shown = []
    for name in (KNOWN, UNKNOWN):
        await db.write(ask_address, town.accounts["owner"], name, clock())
        me = await db.read(my_account, town.visitor("owner"), clock())
        shown.append(me.awaited.replace(name, "…"))
    assert shown == ["…", "…"]
