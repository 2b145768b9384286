"""The pages of the ways in, each reached as a person reaches it."""

import re
import secrets
from collections.abc import Callable
from dataclasses import replace

from playwright.sync_api import Page, expect

from tests.pages.house import LATER, House

PASSWORD = "Galets roses, 7 marées !"
ME = {
    "nom": "Pinceau", "prenoms": "Zoé", "email": "zoe@exemple.fr", "email_bis": "zoe@exemple.fr",
    "identifiant": "z-pinceau", "mot_de_passe": PASSWORD, "mot_de_passe_2": PASSWORD,
}  # fmt: skip
FILE = {"numero": "100003", "nom_dossier": "d’Hérouville", "email_dossier": "famille01.bis@port-clairval.example"}
WHO = {"nom": "Etcheverry", "prenoms": "Peio"}


def wizard(way: str, steps: int, wrong: bool = False) -> Callable[[House], Page]:
    """A wizard after so many steps; `wrong`: its last page sent empty."""

    def arrive(house: House) -> Page:
        page = house.heard(house.enter("nobody", house.live.url).new_page())
        page.goto(f"/inscription/{way}")
        page.wait_for_function("() => performance.now() > 3200")  # a form that comes back at once is a robot's
        newcomer = nobody_before()
        for _ in range(steps):
            fill(page, newcomer)
            go(page)
        if wrong:
            page.locator("form.card").evaluate("(form) => { form.noValidate = true; }")
            go(page)
            expect(page.locator(".banner.no")).to_be_visible()
        return page

    return arrive


def with_photo(body: bytes) -> Callable[[House], Page]:
    """The identity step of a new family, a photo sent: kept and shown, or said why not."""

    def arrive(house: House) -> Page:
        page = wizard("espace", 2)(house)
        page.locator("#f-photo").set_input_files({"name": "moi.jpg", "mimeType": "image/jpeg", "buffer": body})
        fill(page, nobody_before())
        go(page)
        if page.locator("#f-photo-error").count() == 0:
            page.goto("/inscription/espace/identite")
            expect(page.get_by_role("img", name="Votre photo")).to_be_visible()
        return page

    return arrive


def nobody_before() -> dict[str, str]:
    """Zoé under an address and a name of her own: a page looked at twice must not meet the account it made first."""
    once = secrets.token_hex(3)
    address = f"zoe.{once}@exemple.fr"
    return {**ME, "email": address, "email_bis": address, "identifiant": f"z-pinceau-{once}"}


def fill(page: Page, me: dict[str, str]) -> None:
    """Whatever this step asks."""
    for box in page.locator("form.card input[type=checkbox]").all():
        box.check()
    for name, text in (
        {**me, **FILE, **WHO}.items() if page.locator("[name=civilite]").count() else {**me, **FILE}.items()
    ):
        if page.locator(f"form.card [name={name}]").count():
            page.locator(f"form.card [name={name}]").first.fill(text)
    if page.locator("[name=civilite]").count():
        page.locator("[name=civilite]").first.check()


def go(page: Page) -> None:
    """Its main button."""
    with page.expect_navigation():
        page.locator("form.card button.main").click()


def activation(house: House) -> Page:
    """The link of the mail an inscription sends, opened."""
    page = wizard("dossier", 4)(house)
    later = {**house.live.environment, "MARELLE_NOW": LATER}
    replace(house.live, environment=later).run("deliver", "--once")
    (mail,) = house.live.rows(
        "select body from dev_mail where body like '%/lien/activation/%' order by id desc limit 1"
    )
    found = re.search(r"/lien/activation/\S+", mail["body"])
    assert found
    page.goto(found[0])
    return page


def elsewhere(house: House) -> Page:
    """The same on another device, where the password is asked."""
    page = activation(house)
    page.context.clear_cookies(name="marelle-inscription")
    page.reload()
    expect(page.locator("[name=mot_de_passe]")).to_be_visible()
    return page


def other_password(house: House) -> Page:
    """Where one chooses another password, or throws the registration away."""
    page = activation(house)
    page.goto("/activation/autre-mot-de-passe")
    return page


def activated(house: House) -> Page:
    """Its button pressed."""
    page = activation(house)
    go(page)
    return page


def asked(house: House) -> str:
    """A parent of the demo town who asks for an account."""
    (row,) = house.live.rows("select ref from registration where state = 'asked' order by id limit 1")
    return f"/agent/comptes/{row['ref']}"


def linked(address: str, contested: bool) -> Callable[[House], str]:
    """An account that came to Camille's file, contested or not."""

    def path(house: House) -> str:
        ref = secrets.token_urlsafe(16)
        said = "'2026-11-16 08:30:00+00:00', 'Je ne la connais pas.'" if contested else "null, ''"
        house.live.change(
            "insert into file_link (ref, family_id, guardian_id, way, created_at, contested_at, contest, contested_by) "
            f"select ?, g.family_id, g.id, 'references', '2026-11-16 08:00:00+00:00', {said}, g.account_id from guardian g "
            "where g.email = 'parent@demo.marelle'",
            ref,
        )
        return f"{address}/{ref}"

    return path
