"""A new password in a form, wherever it is chosen: the town's policy, its fields, what is wrong with what was typed."""

from collections.abc import Iterable

from server.accounts.common import common_passwords
from server.accounts.rules.passwords import Policy, missing
from server.fields import Typed
from server.profiles.accounts import AccountsChoices
from server.web import AnyRequest


def policy_of(request: AnyRequest) -> Policy:
    """What this town asks of a password; `fields_of(policy)` are the two fields of a form."""
    return policy_in(request.app.state.profile.accounts)


def policy_in(choices: AccountsChoices) -> Policy:
    """The same, out of the town's choices."""
    return Policy(choices.password_shortest, choices.password_needs, choices.password_refuse_common)


def password_judged(request: AnyRequest, typed: Typed, about: Iterable[str], name: str = "mot_de_passe") -> Typed:
    """The form with what is missing beside its new password. `about`: names, e-mail, user name of its owner."""
    if typed.error(name):
        return typed
    town: str = request.app.state.settings.town
    told = missing(typed.value(name), policy_of(request), common_passwords(), (*about, town, "marelle"))
    return typed.but(**{name: told}) if told else typed
