"""What a step's answers are worth beyond their shape: user names, passwords, the file, and robots."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from server.accounts.commands import count_try
from server.accounts.commands.drafts import Draft
from server.accounts.passwords import hash_of
from server.accounts.routes.new_password import password_judged
from server.accounts.routes.robots import guarded
from server.accounts.routes.wizard.browser import Browser
from server.accounts.rules import Limit, network, sign_in_name
from server.accounts.rules.files import References, Verdict
from server.accounts.rules.ways import WITHOUT, user_name_fault
from server.accounts.rules.wizard import Step, asked, without_secrets
from server.fields import Typed, read
from server.web import AnyRequest, address_of
from server.zone import town_day

BEGUN = Limit(200, timedelta(days=1))  # drafts from one address: a school's families may all begin on one day
TOO_MANY = "Trop d’inscriptions ont été commencées d’ici aujourd’hui. Réessayez demain, ou depuis une autre connexion."
DIFFER = (
    "Ces informations ne correspondent à aucun dossier. Vérifiez les trois\u00a0: le numéro et le nom sont sur vos "
    "factures, l’adresse est celle que le service enfance connaît."
)
WAIT = (
    "Trop d’essais pour aujourd’hui. Rien n’est perdu\u00a0: votre inscription est gardée sept jours. Le service "
    "enfance peut vous donner les bonnes informations."
)


@dataclass(frozen=True)
class Judged:
    """A step as it was judged: what is said at the head of the page when it is not good, the password's stored form."""

    typed: Typed
    status: int = 200
    said: str = ""
    password_hash: str = ""
    puzzle: int = 0

    @property
    def good(self) -> bool:
        """Whether one may go on."""
        return self.typed.good and not self.said


async def judge_step(
    request: AnyRequest, step: Step, draft: Draft, browser: Browser, posted: Mapping[str, str]
) -> Judged:
    """Fields first; what costs a hash or a look at files only when these are good."""
    state = request.app.state
    now: datetime = state.clock()
    fields = without_secrets(asked(step, posted.get(WITHOUT) == "oui"), bool(draft.password_hash))
    typed = _named(step, read(fields, posted, town_day(now)))
    if posted.get("aller") == "precedent":
        return Judged(typed)
    if not typed.good:
        return Judged(typed, 422)
    proven = draft.begun or bool(draft.subject)  # somebody who has filled a page in before, or holds a link of ours
    if not proven and (robot := await guarded(request, posted)).said:
        return Judged(typed, 422, robot.said, puzzle=robot.puzzle)
    if not proven and not await state.db.write(count_try, {f"drafts:{network(address_of(request))}": BEGUN}, now):
        return Judged(typed, 429, TOO_MANY)
    if typed.value("numero"):
        return await _file(request, typed, browser, now)
    if typed.value("mot_de_passe"):
        return await _password(request, typed, draft)
    return Judged(typed)


async def _password(request: AnyRequest, typed: Typed, draft: Draft) -> Judged:
    """The town's policy, with what was said of oneself here or before; then its stored form."""
    said = {**draft.answers, **typed.values}
    judged = password_judged(
        request, typed, [said.get(name, "") for name in ("nom", "prenoms", "email", "identifiant")]
    )
    if not judged.good:
        return Judged(judged, 422)
    return Judged(typed, password_hash=await hash_of(typed.value("mot_de_passe")))


def _named(step: Step, typed: Typed) -> Typed:
    """User names as the table keeps them, judged."""
    if not any(field.name == "identifiant" for field in step.fields) or typed.error("identifiant"):
        return typed
    name = sign_in_name(typed.value("identifiant"))
    fault = user_name_fault(name)
    named = Typed({**typed.values, "identifiant": name}, typed.errors)
    return named.but(identifiant=fault) if fault else named


async def _file(request: AnyRequest, typed: Typed, browser: Browser, now: datetime) -> Judged:
    """The number, the name and the address agree, or one is not told which does not."""
    state = request.app.state
    said = References(typed.value("numero"), typed.value("nom_dossier"), typed.value("email_dossier"))
    verdict: Verdict = await state.db.write(state.files.check, said, f"draft:{browser.hash}", address_of(request), now)
    if verdict == "wait":
        return Judged(typed, 429, WAIT)
    return Judged(typed, 422, DIFFER) if verdict == "differ" else Judged(typed)
