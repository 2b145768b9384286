"""Somebody signed in shows once more, with the password, that it is really them: before what would let a thief stay.

For every sensitive form: a field `NOW` (rules/care.py) in it, and `proven` before anything is done.
"""

from collections.abc import Mapping
from typing import Any

from server.accounts.commands.care import begin_proof, proof_given
from server.accounts.commands.signing_in import end_attempt
from server.accounts.passwords import check, place
from server.accounts.rules import buckets, wait_sentence
from server.accounts.rules.care import NOW
from server.database import Busy
from server.fields import Typed
from server.web import AnyRequest, address_of, visitor_of

BUSY = "Trop de demandes à la fois. Réessayez dans quelques instants."
WRONG = "Ce n’est pas votre mot de passe actuel."


async def proven(request: AnyRequest, typed: Typed) -> Typed:
    """The form, with what is wrong beside the password when it is not the account's."""
    if not typed.value(NOW.name):
        return typed if typed.error(NOW.name) else typed.but(**{NOW.name: "Ce champ est obligatoire."})
    told = await _wrong(request, typed.value(NOW.name))
    return typed.but(**{NOW.name: told}) if told else typed


async def _wrong(request: AnyRequest, password: str) -> str:
    state, account = request.app.state, visitor_of(request).account_id
    counted: Mapping[str, str] = buckets(f"compte {account}", address_of(request))
    try:
        with place():
            return await _tried(state, account, counted, password)
    except Busy:
        return BUSY


async def _tried(state: Any, account: int, counted: Mapping[str, str], password: str) -> str:
    stored, waiting = await state.db.write(begin_proof, account, counted, state.clock())
    if waiting:
        return wait_sentence(waiting)
    right = (await check(stored, password)).right
    if waiting := await state.db.write(end_attempt, right, counted, state.clock()):
        return wait_sentence(waiting)
    if right:
        await state.db.write(proof_given, counted)
    return "" if right else WRONG
