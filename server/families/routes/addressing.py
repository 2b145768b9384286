"""The address box of a form: « chercher » lists what may be meant, « choisir » fills the parts in. By plain form."""

from collections.abc import Mapping
from dataclasses import dataclass

from server.adapters.addresses import AddressSearch, Found, Unreachable

SILENT = "La recherche d’adresse ne répond pas : remplissez les champs ci-dessous."
NOTHING = "Aucune adresse trouvée : vérifiez l’orthographe, ou remplissez les champs ci-dessous."


@dataclass(frozen=True)
class Choice:
    """The form with the addresses found, or with the chosen one written in."""

    values: Mapping[str, str]
    text: str
    found: tuple[Found, ...] = ()
    told: str = ""
    filled: bool = False


async def chosen(search: AddressSearch, form: Mapping[str, str]) -> Choice | None:
    """What the form's button asked of the address box; None when it was another button."""
    text, pressed = form.get("adresse", "").strip()[:200], form.get("bouton", "")
    entered = pressed == "entree" and text not in ("", form.get("adresse_vue", ""))  # the Enter key, in the box
    if pressed == "chercher" or entered:
        found, told = await _found(search, text)
        return Choice(form, text, found, told)
    number, _, rest = pressed.partition("~")
    if number == "choisir":
        parts = (rest.split("~") + [""] * 4)[:4]
        filled = dict(zip(("numero", "voie", "code_postal", "ville"), parts, strict=True))
        return Choice({**form, **filled, "pays": form.get("pays") or "France"}, text, filled=True)
    return None


async def _found(search: AddressSearch, text: str) -> tuple[tuple[Found, ...], str]:
    if not text:
        return (), "Écrivez le début de l’adresse."
    try:
        found = await search.find(text)
    except Unreachable:
        return (), SILENT
    return found, "" if found else NOTHING
