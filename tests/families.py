"""Forms of people as parents fill them in, for the tests of the family's file."""

from typing import Any

import httpx

HOLDER = {
    "civilite": "Mme", "nom": "Moreau", "nom_naissance": "Petit", "prenoms": "Chloé", "naissance": "02/03/1988",
    "commune_naissance": "Bayonne", "departement_naissance": "64", "pays_naissance": "France",
    "numero": "65", "voie": "route de Saint-Pierre", "code_postal": "64990", "ville": "Villefranque", "pays": "France",
    "mobile": "06 39 98 10 44", "courriel": "chloe.moreau@exemple.fr", "profession": "Infirmière",
    "contact_par": "standard",
}  # fmt: skip
OTHER = {**HOLDER, "civilite": "M.", "prenoms": "Éric", "nom_naissance": "", "courriel": "", "mobile": "0639981045"}
CHILD = {
    "prenoms": "Henri", "nom": "Moreau", "sexe": "M", "naissance": "01/05/2020", "niveau": "GS", "lien_p1": "mere",
    "autorite_p1": "oui",
}  # fmt: skip
CONTACT = {"nom": "Mireille Petit", "lien": "Grand-mère", "telephone": "05 59 00 11 22", "urgence": "oui"}


async def alone(app: Any, town: Any, db: Any, clock: Any, who: str = "stranger") -> httpx.AsyncClient:
    """The browser of an account that has no family."""
    from tests.desk import run
    from tests.web.doors import enter

    await run(db, "delete from guardian where account_id = $1", town.accounts[who])
    return await enter(app, town, db, who, clock())


async def add(browser: httpx.AsyncClient, section: str, form: dict[str, str]) -> httpx.Response:
    """One more person of the declaration."""
    return await browser.post(f"/dossier/declarer/{section}/nouveau", data={**form, "version": "0"})


async def whole(browser: httpx.AsyncClient) -> None:
    """A whole family in the draft: two adults, a child, a contact."""
    for section, form in (("titulaire", HOLDER), ("representants", OTHER), ("enfants", CHILD), ("contacts", CONTACT)):
        answer = await add(browser, section, form)
        assert answer.status_code == 303, (section, answer.text)


async def declared(browser: Any) -> str:
    """The whole family sent; the request's ref."""
    await whole(browser)
    answer = await browser.post("/dossier/declarer/recapitulatif")
    return str(answer.headers["location"].split("/")[-1].split("?")[0])
