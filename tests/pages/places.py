"""Every screen of the portal in every state worth looking at, and how to get there."""

import re
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from html import unescape

from playwright.sync_api import Page, expect

from server.accounts.rules.tokens import Purpose, new_ref, path_of
from server.adapters.keys import portal_secret
from tests.families import CHILD, HOLDER
from tests.journeys.conftest import NOW, PASSWORD, worker_runs
from tests.journeys.proxy import Proxy
from tests.journeys.squares import NEXT_WEEK, free_ids, square, tap, waits
from tests.pages import joining
from tests.pages.house import House, close_days, family_address, with_waiting_taps
from tests.papers import photo

Arrive = Callable[[House], Page]
Address = str | Callable[[House], str]


@dataclass(frozen=True)
class Place:
    """A screen in one state. `route` is the door of the route table it shows; `arrive` walks there when an address is not enough."""

    name: str
    route: str
    who: str = "parent"
    address: Address = ""
    arrive: Arrive | None = None
    status: int = 200
    pardon: str = ""  # what the console may say here: the failure is the point of the place

    @property
    def is_desk(self) -> bool:
        return self.who == "agent"

    def path(self, house: House) -> str:
        """Its address."""
        return self.address(house) if callable(self.address) else self.address or self.route

    def open(self, house: House, tab: Page) -> Page:
        """The page in its state: `tab` gone there, or a page of its own."""
        if self.arrive:
            return self.arrive(house)
        answer = tab.goto(self.path(house))
        assert answer
        assert answer.status == self.status, f"{self.name}: {answer.status}"
        return tab


def own_tab(house: House, who: str = "parent", url: str = "") -> Page:
    """A tab in a browser of its own: what is left in it disturbs nobody."""
    context = house.enter(who, url or house.live.url)
    return house.heard(context.new_page())


def request_of(title: str, after: str = "") -> Callable[[House], str]:
    """The page of the parent's request of that title."""

    def address(house: House) -> str:
        found = re.search(
            rf'href="([^"]+)"><span class="grow"><b>{title}', house.ask("parent", "/dossier/demarches").text()
        )
        assert found, f"no request is called {title}"
        return found[1] + after

    return address


def declaring(path: str = "") -> Callable[[House], str]:
    """A page of the newcomer's declaration, whose own form is filled in and whose child's is not finished."""

    def address(house: House) -> str:
        if "p1" not in house.ask("newcomer", "/dossier/declarer").text():
            house.post("newcomer", "/dossier/declarer/titulaire/nouveau", **HOLDER)
            house.post("newcomer", "/dossier/declarer/enfants/nouveau", **{**CHILD, "naissance": "30/02/2020"})
        return f"/dossier/declarer{path}"

    return address


def faulty_child(house: House) -> Page:
    page = own_tab(house, "newcomer")
    page.goto(declaring("/enfants/p2")(house))
    page.get_by_role("button", name="Enregistrer").last.click()
    expect(page.get_by_role("alert")).to_be_visible()
    return page


def addresses_found(house: House) -> Page:
    page = own_tab(house, "newcomer")
    page.goto(declaring("/titulaire/p1")(house))
    page.get_by_label("Adresse (pour remplir").fill("14 rue du")
    page.get_by_role("button", name="Chercher").click()
    expect(page.get_by_role("button", name="Choisir 14 rue du Phare")).to_be_visible()
    return page


def declared_recap(house: House) -> Page:
    """The recap of a whole family; the child's form is left unfinished again for the other places."""
    page = own_tab(house, "newcomer")
    child = declaring("/enfants/p2")(house)

    def save(birth: str) -> None:
        version = re.search(r'name="version" value="(\d+)"', house.ask("newcomer", child).text())
        assert version
        house.post("newcomer", child, **{**CHILD, "naissance": birth}, version=version[1])

    save("01/05/2020")
    page.goto("/dossier/declarer/recapitulatif")
    expect(page.get_by_role("button", name="Valider")).to_be_visible()
    save("30/02/2020")
    return page


def member_of(section: str) -> Callable[[House], str]:
    """The form of the first adult or child of the parent's household."""

    def address(house: House) -> str:
        found = re.search(rf'href="(/dossier/famille/{section}/[^"]+)"', house.ask("parent", "/dossier").text())
        assert found, section
        return found[1]

    return address


def custody(house: House, who: str = "parent") -> str:
    """The custody page of the child who lives in two homes."""
    found = re.search(r'href="(/dossier/garde/[^"]+)"', house.ask(who, "/dossier").text())
    assert found, who
    return found[1]


ODD_FROM_FRIDAY = {"rythme": "odd", "change": "4", "moment": "soir", "vacances": "first_even", "depuis": "2026-11-23"}


def custody_seen(house: House) -> Page:
    """What a change would do, before it is asked for."""
    page = own_tab(house, "other")
    page.goto(custody(house, "other"))
    page.locator("[name=rythme][value=odd]").check()
    page.locator("[name=change]").select_option("4")
    page.locator("[name=moment][value=soir]").check()
    page.get_by_role("button", name="Voir ce que cela change").click()
    expect(page.get_by_role("heading", name="Ce que cela changerait")).to_be_visible()
    return page


def custody_faulty(house: House) -> Page:
    """A cycle with no day for one home, and an exception that ends before it starts."""
    page = own_tab(house, "other")
    page.goto(custody(house, "other"))
    page.locator("[name=rythme][value=weekdays]").check()
    page.locator("[name=semaines]").select_option("2")
    page.locator("[name=du_1]").fill("2026-12-24")
    page.locator("[name=au_1]").fill("2026-12-20")
    page.get_by_role("button", name="Envoyer la demande").click()
    expect(page.get_by_role("alert")).to_be_visible()
    return page


def custody_wish(house: House) -> str:
    """The parent has asked for other days; the page that says so."""
    path = custody(house)
    if seen := re.search(r'name="vu" value="(\w+)"', house.ask("parent", path).text()):
        house.post("parent", path, **ODD_FROM_FRIDAY, vu=seen[1], bouton="envoyer")
    return path


def custody_wish_of_other(house: House) -> str:
    """The same child's page in the other home."""
    custody_wish(house)
    return custody(house, "other")


def custody_at_desk(house: House) -> str:
    """The agents' page of that request."""
    custody_wish(house)
    return desk_request("Garde de Zoé")(house)


def shared_at_desk(suffix: str = "") -> Callable[[House], str]:
    """The agents' page of the family's children of two homes, or of one of them."""

    def address(house: House) -> str:
        found = re.search(r'href="(/agent/familles/[^"?]+)', house.ask("agent", "/agent/familles?q=100001").text())
        assert found
        kid = custody(house).split("/")[-1]
        return f"{found[1]}/garde{f'/{kid}' if suffix else ''}"

    return address


def desk_request(title: str, query: str = "") -> Callable[[House], str]:
    """The agents' page of the request of that title."""

    def address(house: House) -> str:
        listed = house.ask("agent", "/agent/demarches" + query).text()
        found = re.search(rf'href="(/agent/demarches/[^"?]+)"><bdi>{title}', listed)
        assert found, f"no request is called {title}"
        return found[1]

    return address


def refused_without_words(house: House) -> Page:
    page = own_tab(house, "agent")
    page.goto(desk_request("Changement")(house))
    page.get_by_role("button", name="Refuser").click()
    expect(page.locator("#motif-error")).to_be_visible()
    return page


def refused_sign_in(house: House) -> Page:
    page = own_tab(house, "nobody")
    page.goto("/connexion")
    page.get_by_label("Adresse e-mail", exact=False).fill("parent@demo.marelle")
    page.get_by_label("Mot de passe", exact=True).fill("pas le bon")
    page.get_by_role("button", name="Me connecter").click()
    expect(page.get_by_role("alert")).to_be_visible()
    return page


def own_photo(house: House) -> Page:
    """One's own photo, one chosen."""
    page = own_tab(house, "parent")
    page.goto("/compte/photo")
    page.get_by_label("hoto").set_input_files({"name": "moi.jpg", "mimeType": "image/jpeg", "buffer": photo()})
    page.get_by_role("button", name="Enregistrer").click()
    page.wait_for_url("**/compte?dit=photo")
    page.goto("/compte/photo")
    return page


def with_link(purpose: Purpose) -> Callable[[House], Page]:
    """The page behind a link of the parent's, as the mail brings one there."""

    def arrive(house: House) -> Page:
        ref, now = new_ref(secrets.token_bytes(8)), datetime.fromisoformat(NOW).astimezone(UTC)
        (account,) = house.live.rows("select id, ref from account where email = 'parent@demo.marelle'")
        house.live.change(
            "insert into link (ref, purpose, subject, account_id, payload, hours, created_at, expires_at) "
            "values (?, ?, ?, ?, ?, 24, ?, ?)",
            ref, purpose, account["ref"], account["id"], '{"address": "nouvelle@exemple.fr"}',
            str(now), str(now + timedelta(days=2)),
        )  # fmt: skip
        page = own_tab(house, "nobody")
        page.goto(path_of(portal_secret(str(house.live.folder)), purpose, ref))
        expect(page.locator("main form button")).to_be_visible()
        return page

    return arrive


def halfway(house: House, stage: str, path: str, who: str = "agent") -> Page:
    """A session that waits at this stage."""
    page = own_tab(house, who)
    (session,) = house.live.rows("select id, account_id from sign_in order by id desc limit 1")
    house.live.change("update sign_in set stage = ? where id = ?", stage, session["id"])
    if stage == "texts":
        house.live.change("delete from consent where account_id = ?", session["account_id"])
    if stage == "enrol":
        house.live.change("delete from second_factor where account_id = ?", session["account_id"])
        house.live.change(
            "insert into second_factor (account_id, nonce, created_at) values (?, 'demo', ?)",
            session["account_id"], str(datetime.fromisoformat(NOW).astimezone(UTC)),
        )  # fmt: skip
    page.goto(path)
    expect(page.locator("main form button").first).to_be_visible()
    if stage == "texts":  # others of this house sign in with the same account
        house.live.change(
            "insert into consent (account_id, kind, version, digest, how, at) select ?, kind, version, digest, how, at "
            "from consent where account_id = (select min(account_id) from consent)",
            session["account_id"],
        )
    return page


def terms_to_accept(house: House) -> Page:
    return halfway(house, "texts", "/connexion/conditions", "other")


def code_asked(house: House) -> Page:
    return halfway(house, "code", "/connexion/code")


def key_to_scan(house: House) -> Page:
    """An agent sets the second factor up, and leaves it there."""
    page = own_tab(house, "agent")
    page.goto("/compte/double")
    if page.get_by_role("button", name="Commencer").count():
        page.get_by_label("Mot de passe actuel").fill(PASSWORD)
        page.get_by_role("button", name="Commencer").click()
    expect(page.locator("img.qr")).to_be_visible()
    return page


def faulty_password(house: House) -> Page:
    page = own_tab(house)
    page.goto("/compte/mot-de-passe")
    page.get_by_label("Mot de passe actuel").fill(PASSWORD)
    page.get_by_label("Mot de passe", exact=True).fill("motdepasse123")
    page.get_by_label("Confirmation du mot de passe").fill("autre chose")
    page.get_by_role("button", name="Enregistrer").click()
    expect(page.get_by_role("alert")).to_be_visible()
    return page


def day_sheet(house: House) -> Page:
    page = own_tab(house)
    page.goto(NEXT_WEEK)
    page.locator("a[data-day='2026-11-24']").first.click()
    expect(page.locator("#sheet .day-title")).to_be_visible()
    return page


def change_said(house: House) -> Page:
    """A square was tapped, and the town hall has said yes: in words, with the way back."""
    page = own_tab(house)
    page.goto(NEXT_WEEK)
    (first,) = free_ids(page, 1, "cantine")
    tap(page, first)
    expect(page.locator("#said p")).to_contain_text("Réservé")
    return page


def reason_sheet(house: House) -> Page:
    """A closed square was tapped: the sheet says why."""
    page = own_tab(house)
    page.goto("/planning?vue=semaine&jour=2026-11-16")
    page.locator("button.sq[data-s=closed]").first.tap(force=True)  # aria-disabled, and yet it answers
    expect(page.locator("#sheet h2")).to_be_visible()
    return page


def open_tray(page: Page) -> None:
    """The tray, unfolded if it is not yet."""
    expect(page.locator("#tray")).to_be_visible()
    if page.locator("#tray details:not([open])").count():
        page.locator("#tray summary").click()
    expect(page.locator("#tray [data-list=waiting] > *").first).to_be_visible()


def waiting_taps(house: House) -> Page:
    page = own_tab(house)
    with_waiting_taps(page)
    page.goto("/en-attente")
    open_tray(page)
    return page


def signing_out_with_taps(house: House) -> Page:
    page = own_tab(house)
    with_waiting_taps(page)
    page.goto("/compte")
    page.locator("form[data-signout] button").first.click()
    expect(page.locator("#signout")).to_be_visible()
    return page


def session_lost_with_taps(house: House) -> Page:
    page = own_tab(house)
    page.goto(NEXT_WEEK)
    (first,) = free_ids(page, 1)
    page.context.clear_cookies()
    tap(page, first)
    expect(page.locator("#signin-again")).to_be_visible()
    return page


def offline_calendar(house: House, day: str = "2026-11-27", spoken: str = "vendredi 27") -> Page:
    """No network, from the shelf: a tap refused because the day was closed meanwhile, and others waiting."""
    proxy = Proxy(house.live.port)
    page = own_tab(house, url=proxy.url)
    page.goto(NEXT_WEEK)
    worker_runs(page)
    page.reload()
    page.wait_for_load_state("networkidle")
    proxy.set("refuse")
    (refused,) = free_ids(page, 1, f"cantine, {spoken}")
    tap(page, refused)
    waits(page, refused)
    close_days(house, "cantine", day, day)
    proxy.set("pass")
    page.evaluate("dispatchEvent(new Event('online'))")
    expect(square(page, refused)).to_have_attribute("data-q", "rejected")
    proxy.set("refuse")
    page.reload()
    expect(square(page, refused)).to_have_attribute("data-q", "rejected")
    for id_ in free_ids(page, 2):
        tap(page, id_)
        waits(page, id_)
    expect(page.locator("#status")).to_contain_text("Hors ligne")
    open_tray(page)
    return page


def verdict_sheet(house: House) -> Page:
    """The same phone: the refused square was tapped, the sheet says why."""
    page = offline_calendar(house, "2026-11-26", "jeudi 26")
    page.locator("#tray summary").click()
    page.locator("button.sq[data-q=rejected]").first.tap(force=True)
    expect(page.locator("#sheet")).to_be_visible()
    return page


def verdict_by_form(house: House) -> str:
    """Where a tap by plain form leads: the calendar, with the verdict in words."""
    found = re.search(r'value="([^"~]+~booked~0)"', house.ask("parent", NEXT_WEEK).text())
    assert found
    answer = house.post("parent", "/planning/taps", tap=unescape(found[1]))
    assert answer.status == 303, answer.text()[-2000:]
    assert "Réservé" in house.ask("parent", answer.headers["location"]).text()
    return answer.headers["location"]


def case_of(house: House) -> str:
    """The address of the first square of the Lefèvre family's week."""
    address = family_address(house, "Lefèvre")
    found = re.search(r'class="case"[^>]* href="([^"]+)"', house.ask("agent", address).text())
    assert found
    return unescape(found[1]).partition("#")[0]


def refused_case(house: House) -> Page:
    """An agent forgot the reason."""
    page = own_tab(house, "agent")
    page.goto(case_of(house))
    page.locator("#case form").evaluate("(form) => { form.noValidate = true; }")
    page.locator("#case form button").first.click()
    expect(page.locator("#case")).to_be_visible()
    return page


def refused_row(house: House) -> Page:
    """An agent refuses without saying why: the row asks."""
    page = own_tab(house, "agent")
    page.goto("/agent/demandes")
    page.locator(".inbox details summary").first.click()
    page.locator(".inbox details[open] button").first.click()
    expect(page.locator(".inbox .error").first).to_be_visible()
    return page


def keep_draft(house: House, ref: str = "cantine", **fields: str) -> None:
    """A draft of the canteen's rules: three days before at noon."""
    form = house.ask("agent", f"/agent/regles/{ref}").text()
    seen = {name: found[1] for name in ("vu", "base") if (found := re.search(rf'name="{name}" value="(\d+)"', form))}
    rule = {
        "book.kind": "days", "book.n": "3", "book.count": "school", "book.at": "12:00", "cancel.kind": "same",
        "opening.kind": "weeks_ahead", "opening.n": "8", "opening.at": "08:00", "validation": "at_once",
        "cancel_validation": "at_once", "late_cancel": "refused", "waiting_list": "oui",
    }  # fmt: skip
    answer = house.post("agent", f"/agent/regles/{ref}", **{**seen, "acte": "enregistrer", **rule, **fields})
    assert answer.status == 303, answer.text()[-3000:]


def rules_with_a_draft(house: House) -> str:
    """The list of rules, one of them with a draft, as others before may have left it."""
    keep_draft(house)
    return "/agent/regles"


def drafted(view: str = "") -> Callable[[House], str]:
    """The address of the year of a draft."""

    def address(house: House) -> str:
        keep_draft(house)
        return f"/agent/regles/cantine/simulation{view}"

    return address


def faulty_rule(house: House) -> Page:
    """A form sent with two fields wrong."""
    page = own_tab(house, "agent")
    page.goto("/agent/regles/mercredi")
    page.get_by_label("Combien").first.fill("beaucoup")
    page.get_by_label("Heure").first.fill("midi")
    page.get_by_role("button", name="Enregistrer et voir").click()
    expect(page.locator(".error").first).to_be_visible()
    return page


def table_of_rules(house: House) -> Page:
    """A model with lines, chosen in the form."""
    page = own_tab(house, "agent")
    page.goto("/agent/regles/etude")
    page.locator("details.models summary").click()
    page.get_by_label("Règle", exact=True).select_option("selon-le-jour")
    page.get_by_role("button", name="Remplir avec cette règle").click()
    expect(page.locator("fieldset.line").first).to_be_visible()
    return page


def unpublished(house: House) -> Page:
    """A publication without its reason."""
    keep_draft(house)
    page = own_tab(house, "agent")
    page.goto("/agent/regles/cantine/simulation")
    page.locator("form.publish").evaluate("(form) => { form.noValidate = true; }")
    page.get_by_role("button", name="Publier la règle").click()
    expect(page.locator(".error").first).to_be_visible()
    return page


def journal_with_lines(house: House) -> str:
    """The trail, once somebody has done something."""
    case_of(house)
    return "/agent/journal"


def last_mail(house: House) -> str:
    return f"/boite/{house.live.rows('select max(id) as id from dev_mail')[0]['id']}"


def absence_asked(house: House) -> str:
    """Where « Tom malade aujourd'hui » leads from home."""
    found = re.search(r'href="(/absence[^"]+)"', unescape(house.ask("parent", "/").text()))
    assert found
    return found[1]


def absence_declared(house: House) -> str:
    """The page that tells what became of each booking of a sick child."""
    asked = unescape(house.ask("parent", f"{absence_asked(house)}&au=2026-11-19").text())
    fields = dict(
        re.findall(r'name="(\w+)" value="([^"]*)"', asked.partition('<form method="post" action="/absence">')[2])
    )
    answer = house.post("parent", "/absence", **fields)
    assert answer.status == 303, answer.text()[-2000:]
    return answer.headers["location"]


def health_of(name: str, suffix: str = "") -> Callable[[House], str]:
    """A page of the health file of a child of the parent's."""

    def address(house: House) -> str:
        found = re.search(
            rf'href="(/sante/[^"]+)"[^>]*>(?:(?!</a>).)*{name}', house.ask("parent", "/sante").text(), re.S
        )
        assert found
        return found[1] + suffix

    return address


def health_at_desk(name: str, list_: str = "incomplets") -> Callable[[House], str]:
    """The agents' page of a child's health file."""

    def address(house: House) -> str:
        text = house.ask("agent", f"/agent/sante?etat={list_}&q={name}").text()
        found = re.search(r'href="(/agent/sante/enfants/[^"]+)"', text)
        assert found
        return found[1]

    return address


def care_of_a_child(house: House) -> str:
    """Whom to call for the first child of the day's list."""
    found = re.search(r'href="(/agent/sante/jour/[^"]+)"', house.ask("agent", "/agent/jour").text())
    assert found
    return unescape(found[1])


def refused_sheet(house: House) -> Page:
    """A sheet sent without its answers, and with what is no telephone."""
    page = own_tab(house)
    page.goto(health_of("Tom", "/fiche")(house))
    page.get_by_label("Téléphone du médecin traitant", exact=False).fill("demain")
    page.locator("form.health").evaluate("(form) => { form.noValidate = true; }")
    page.get_by_role("button", name="Enregistrer").click()
    expect(page.locator(".banner.no")).to_be_visible()
    return page


def document_of(house: House) -> str:
    """What a family sent and an agent has to judge."""
    found = re.search(
        r'href="(/agent/documents/(?!pour-toutes)[\w-]+)"', unescape(house.ask("agent", "/agent/documents").text())
    )
    assert found
    return found[1]


def refused_file(house: House) -> Page:
    """A file that is no document, sent without the script."""
    page = own_tab(house, "parent")
    page.goto("/documents/envoyer?type=home_proof")
    page.locator("input[type=file]").last.set_input_files(
        {"name": "plan.svg", "mimeType": "image/svg+xml", "buffer": b"<svg/>"}
    )
    page.locator("form[data-upload]").evaluate("(form) => HTMLFormElement.prototype.submit.call(form)")
    expect(page.locator("#f-fichier-error")).to_contain_text("ni une photo ni un PDF")
    return page


def refused_document(house: House) -> Page:
    """A refusal without its reason."""
    page = own_tab(house, "agent")
    page.goto(document_of(house))
    page.locator("form:has(#f-motif)").evaluate("(form) => { form.noValidate = true; }")
    page.get_by_role("button", name="Refuser").click()
    expect(page.locator("#f-motif-error")).to_be_visible()
    return page


def tried_list(text: str) -> Arrive:
    """A list of families just tried out."""

    def arrive(house: House) -> Page:
        page = own_tab(house, "agent", house.live.url + "/agent/imports")
        page.goto("/agent/imports")
        file = {"name": "familles.csv", "mimeType": "text/csv", "buffer": text.encode()}
        page.set_input_files("[name=liste]", files=[file])  # type: ignore[list-item]
        page.get_by_role("button", name="Essayer").click()
        return page

    return arrive


def mailing(then: str = "", **criteria: str) -> Arrive:
    """A message to many families, kept as a draft; `then` is the button pressed next."""

    def arrive(house: House) -> Page:
        page = own_tab(house, "agent", house.live.url + "/agent/envois")
        page.goto("/agent/envois")
        page.get_by_role("button", name="Écrire à plusieurs familles").click()
        page.get_by_label("Objet").fill("Réunion de rentrée")
        page.get_by_label("Message").fill("Bonjour,\n\nLa réunion a lieu mardi à 18 h.")
        for name, value in criteria.items():
            page.locator(f"[name={name}]").fill(value)
        page.get_by_role("button", name="Garder et voir les familles").click()
        if then:
            page.get_by_label("Oui, envoyer à").check()
            page.get_by_role("button", name=re.compile(then)).click()
            expect(page.get_by_text("L’envoi est en route.")).to_be_visible()
        return page

    return arrive


LISTED = """dossier;role;nom;prenom;naissance;ecole
7001;adulte;Garnier;Inès;;
7001;enfant;Garnier;Malo;04/05/2019;
"""
CLOSING = "/agent/fermetures?apercu=1&activite=cantine&du=2026-12-03&au=2026-12-04&motif=Travaux"
OFFLINE_NOISE = "ERR_"


def ref_of_tom(house: House) -> str:
    """Camille's second child."""
    return str(house.live.rows("select ref from child where first_name = 'Tom' and last_name = 'Lefèvre'")[0]["ref"])


def twice(house: House) -> str:
    """The two files of the demo town's child who was entered twice, side by side."""
    listed = house.ask("agent", "/agent/doublons").text()
    return re.findall(r'href="(/agent/doublons/[^"]+)"', listed)[0]


PLACES = [
    Place("connexion", "/connexion", "nobody"),
    Place("connexion-refusee", "/connexion", "nobody", arrive=refused_sign_in, pardon="422"),
    Place("connexion-quittee", "/connexion", "nobody", "/connexion?sortie=1"),
    Place("inscription", "/inscription", "nobody"),
    Place("inscription-informations", "/inscription/{way:str}/{slug:str}", "nobody", "/inscription/dossier/informations"),
    Place("inscription-fautive", "", arrive=joining.wizard("dossier", 0, wrong=True), pardon="422"),
    Place("inscription-references", "", arrive=joining.wizard("dossier", 1)),
    Place("inscription-conditions", "", arrive=joining.wizard("dossier", 2)),
    Place("inscription-recapitulatif", "", arrive=joining.wizard("dossier", 3)),
    Place("inscription-envoyee", "", arrive=joining.wizard("dossier", 4)),
    Place("espace-bienvenue", "", "nobody", "/inscription/espace/bienvenue"),
    Place("espace-conditions", "", arrive=joining.wizard("espace", 1)),
    Place("espace-identite", "", arrive=joining.wizard("espace", 2)),
    Place("espace-identite-photo", "", arrive=joining.with_photo(photo())),
    Place("espace-identite-sans-photo", "", arrive=joining.with_photo(b"none"), pardon="422"),
    Place("espace-authentification", "", arrive=joining.wizard("espace", 5)),
    Place("activation", "/activation", "nobody", arrive=joining.activation),
    Place("activee", "", arrive=joining.activated),
    Place("activation-ailleurs", "/activation", "nobody", arrive=joining.elsewhere),
    Place("activation-autre", "/activation/autre-mot-de-passe", "nobody", arrive=joining.other_password),
    Place("activation-effacee", "/activation/effacee", "nobody"),
    Place("activation-morte", "/activation", "nobody", status=410, pardon="410"),
    Place("activation-renvoi", "/activation/renvoi", "nobody"),
    Place("compte-rattache", "/dossier/rattachements/{ref:str}", address=joining.linked("/dossier/rattachements", False)),
    Place("agent-comptes", "/agent/comptes", "agent"),
    Place("agent-compte-demande", "/agent/comptes/{ref:str}", "agent", joining.asked),
    Place(
        "agent-comptes-famille", "/agent/familles/{ref:str}/comptes", "agent",
        lambda house: family_address(house, "100003") + "/comptes",
    ),
    Place(
        "agent-liens", "/agent/familles/{ref:str}/liens", "agent", lambda house: family_address(house, "Lefèvre") + "/liens"
    ),
    Place(
        "agent-membres", "/agent/familles/{ref:str}/membres", "agent",
        lambda house: family_address(house, "Lefèvre") + "/membres",
    ),
    Place(
        "agent-membre", "/agent/familles/{ref:str}/membres/{section:str}/{member:str}", "agent",
        lambda house: f"{family_address(house, 'Lefèvre')}/membres/enfants/{ref_of_tom(house)}",
    ),
    Place(
        "retrait", "/dossier/famille/{section:str}/{ref:str}/retrait",
        address=lambda house: f"/dossier/famille/enfants/{ref_of_tom(house)}/retrait",
    ),
    Place("agent-doublons", "/agent/doublons", "agent"),
    Place("agent-doublon", "/agent/doublons/{ref:str}/{other:str}", "agent", twice),
    Place("agent-comptes-signales", "/agent/rattachements", "agent"),
    Place(
        "agent-compte-signale", "/agent/rattachements/{ref:str}", "agent", joining.linked("/agent/rattachements", True)
    ),
    Place("aide", "/aide", "nobody"),
    Place("accessibilite", "/accessibilite", "nobody"),
    Place("confidentialite", "/confidentialite", "nobody"),
    Place("mentions-legales", "/mentions-legales", "nobody"),
    Place("plan-du-site", "/plan-du-site", "nobody"),
    Place("actualites", "/actualites", "nobody"),
    Place("actualite", "/actualites/{ref:str}", "nobody", "/actualites/demo-news-0"),
    Place("infos", "/infos", "nobody"),
    Place("info", "/infos/{ref:str}", "nobody", "/infos/demo-info-1"),
    Place("menus", "/menus", "nobody"),
    Place("menus-vides", "/menus", "nobody", "/menus?semaine=2026-07-13"),
    Place("mot-de-passe-oublie", "/mot-de-passe", "nobody"),
    Place("mot-de-passe-demande", "/mot-de-passe", "nobody", "/mot-de-passe?envoye"),
    Place("mot-de-passe-nouveau", "/mot-de-passe/nouveau", "nobody", arrive=with_link("reset")),
    Place("lien-sans-valeur", "/mot-de-passe/nouveau", "nobody", status=410, pardon="410"),
    Place("adresse-a-confirmer", "/compte/adresse/confirmer", "nobody", arrive=with_link("address")),
    Place("conditions", "/conditions", "nobody"),
    Place("conditions-a-accepter", "/connexion/conditions", "nobody", arrive=terms_to_accept),
    Place("code-de-connexion", "/connexion/code", "nobody", arrive=code_asked),
    Place("double-exigee", "/connexion/double", "nobody", arrive=lambda house: halfway(house, "enrol", "/connexion/double")),
    Place("compte-nom", "/compte/nom"),
    Place("compte-photo", "/compte/photo", arrive=own_photo),
    Place("compte-adresse", "/compte/adresse"),
    Place("compte-mot-de-passe", "/compte/mot-de-passe"),
    Place("compte-mot-de-passe-fautif", "/compte/mot-de-passe", arrive=faulty_password, pardon="422"),
    Place("mes-donnees", "/compte/donnees"),
    Place("compte-fermeture", "/compte/fermeture"),
    Place("messages", "/messages"),
    Place("aucun-message", "/messages", "other"),
    Place("message-nouveau", "/messages/nouveau"),
    Place("message-fil", "/messages/{ref:str}", address="/messages/demo-thread-1"),
    Place("hors-ligne", "/hors-ligne", "nobody"),
    Place("hors-ligne-envoi", "/hors-ligne/envoi", "nobody"),
    Place("introuvable", "", "nobody", "/nulle-part", status=404, pardon="404"),
    Place("boite", "/boite", "nobody"),
    Place("courriel", "/boite/{mail:int}", "nobody", last_mail),
    Place("accueil", "/"),
    Place("accueil-autre-foyer", "/", "other"),
    Place("semaine", "/planning", address=NEXT_WEEK),
    Place("cette-semaine", "/planning", address="/planning?vue=semaine&jour=2026-11-16"),
    Place("changement-dit", "", arrive=change_said),
    Place("quinzaine", "/planning", address="/planning?vue=quinzaine"),
    Place("mois", "/planning", address="/planning?vue=mois"),
    Place("mois-autre-foyer", "/planning", "other", "/planning?vue=mois"),
    Place("vacances", "/planning", address="/planning?vue=semaine&jour=2026-12-21"),
    Place("semaine-vide", "/planning", address="/planning?vue=semaine&jour=2031-03-03"),
    Place("verdict-par-formulaire", "/planning", address=verdict_by_form),
    Place("jour", "/planning/jour/{day:str}", address="/planning/jour/2026-11-24"),
    Place("jour-autre-foyer", "/planning/jour/{day:str}", "other", "/planning/jour/2026-11-18"),
    Place("jour-vide", "/planning/jour/{day:str}", address="/planning/jour/2026-11-22"),
    Place("feuille-du-jour", "", arrive=day_sheet),
    Place("feuille-de-la-raison", "", arrive=reason_sheet),
    Place("rien-en-attente", "/en-attente"),
    Place("en-attente", "/en-attente", arrive=waiting_taps, pardon=OFFLINE_NOISE),
    Place("partir-avec-des-changements", "", arrive=signing_out_with_taps, pardon=OFFLINE_NOISE),
    Place("session-perdue", "", arrive=session_lost_with_taps, pardon="401"),
    Place("planning-hors-ligne", "", arrive=offline_calendar, pardon=OFFLINE_NOISE),
    Place("feuille-du-refus", "", arrive=verdict_sheet, pardon=OFFLINE_NOISE),
    Place("mes-regles", "/mes-regles"),
    Place("mes-reponses", "/mes-reponses"),
    Place("aucune-reponse", "/mes-reponses", "other"),
    Place("mes-regles-autre-foyer", "/mes-regles", "other"),
    Place("absence", "/absence", address=absence_asked),
    Place("absence-de-qui", "/absence"),
    Place("absence-signalee", "/absence/{ref:str}", address=absence_declared),
    Place("avis", "/avis"),
    Place("avis-lus", "/avis", address="/avis?dit=lus"),
    Place("aucun-avis", "/avis", "other"),
    Place("reglages", "/avis/reglages"),
    Place("reglages-essai", "/avis/reglages", address="/avis/reglages?dit=essai"),
    Place("dossier", "/dossier"),
    Place("dossier-autre-foyer", "/dossier", "other"),
    Place("documents", "/documents"),
    Place("documents-autre-foyer", "/documents", "other"),
    Place("documents-envoyer", "/documents/envoyer", address="/documents/envoyer?type=home_proof"),
    Place("documents-envoyer-autre", "/documents/envoyer"),
    Place(
        "documents-joindre",
        "/documents/envoyer",
        address=lambda house: (
            "/documents/envoyer?demande=" + request_of("Fiche de Sacha Lefèvre")(house).rsplit("/", 1)[1]
        ),
    ),
    Place("documents-refuse", "/documents/envoyer", arrive=refused_file, pardon="422"),
    Place("mes-envois", "/documents/envois", address="/documents/envois?dit=recu"),
    Place("aucun-envoi", "/documents/envois", "other"),
    Place("dossier-sans-famille", "/dossier", "newcomer"),
    Place("declarer", "/dossier/declarer", "newcomer", declaring()),
    Place("declarer-incomplet", "/dossier/declarer", "newcomer", declaring("?manque")),
    Place("declarer-titulaire", "/dossier/declarer/{section:str}/{key:str}", "newcomer", declaring("/titulaire/p1")),
    Place("declarer-enfant", "/dossier/declarer/{section:str}/{key:str}", "newcomer", declaring("/enfants/nouveau")),
    Place("declarer-fautif", "", "newcomer", arrive=faulty_child, pardon="422"),
    Place("declarer-adresses", "", "newcomer", arrive=addresses_found),
    Place("declarer-recapitulatif", "/dossier/declarer/recapitulatif", "newcomer", arrive=declared_recap),
    Place("famille-adulte", "/dossier/famille/{section:str}/{ref:str}", address=member_of("adultes")),
    Place("famille-enfant", "/dossier/famille/{section:str}/{ref:str}", address=member_of("enfants")),
    Place("garde-vue", "", "other", arrive=custody_seen),
    Place("garde-fautive", "", "other", arrive=custody_faulty, pardon="422"),
    Place("garde", "/dossier/garde/{ref:str}", address=custody),
    Place("garde-demandee", "/dossier/garde/{ref:str}", address=custody_wish),
    Place("garde-autre-foyer", "/dossier/garde/{ref:str}", "other", custody_wish_of_other),
    Place("famille-adresse", "/dossier/famille/adresse"),
    Place("famille-ajouter", "/dossier/famille/ajouter"),
    Place("famille-ajouter-enfant", "/dossier/famille/ajouter", address="/dossier/famille/ajouter?qui=enfant"),
    Place("demarches", "/dossier/demarches"),
    Place("demarche", "/dossier/demarches/{ref:str}", address=request_of("École de Tom")),
    Place("demarche-a-completer", "/dossier/demarches/{ref:str}", address=request_of("Fiche de Sacha")),
    Place("accuse", "/dossier/demarches/{ref:str}/accuse", address=request_of("École de Tom", "/accuse")),
    Place("sante", "/sante"),
    Place("sante-enfant", "/sante/{ref:str}", address=health_of("Lina")),
    Place("sante-enfant-vide", "/sante/{ref:str}", address=health_of("Zoé", "?dit=pai")),
    Place("sante-fiche", "/sante/{ref:str}/fiche", address=health_of("Lina", "/fiche")),
    Place("sante-fiche-fautive", "", arrive=refused_sheet, pardon="422"),
    Place("sante-vaccinations", "/sante/{ref:str}/vaccinations", address=health_of("Zoé", "/vaccinations")),
    Place("sante-autorisations", "/sante/{ref:str}/autorisations", address=health_of("Tom", "/autorisations")),
    Place("sante-personnes", "/sante/{ref:str}/personnes", address=health_of("Tom", "/personnes")),
    Place("sante-pai", "/sante/{ref:str}/pai", address=health_of("Lina", "/pai")),
    Place("sante-consultations", "/sante/{ref:str}/consultations", address=health_of("Lina", "/consultations")),
    Place("compte", "/compte"),
    Place("introuvable-parent", "", address="/planning/jour/jamais", status=404, pardon="404"),
    Place("interdit", "", address="/agent/jour", status=403, pardon="403"),
    Place("agent", "/agent", "agent"),
    Place("agent-demandes", "/agent/demandes", "agent"),
    Place("agent-demandes-filtrees", "/agent/demandes", "agent", "/agent/demandes?q=personne"),
    Place("agent-demande-sans-motif", "/agent/demandes", "agent", arrive=refused_row),
    Place("agent-demarches", "/agent/demarches", "agent"),
    Place("agent-demarches-aucune", "/agent/demarches", "agent", "/agent/demarches?q=personne"),
    Place("agent-demarches-closes", "/agent/demarches", "agent", "/agent/demarches?vue=closes"),
    Place("agent-demarche", "/agent/demarches/{ref:str}", "agent", desk_request("Changement")),
    Place("agent-demarche-garde", "/agent/demarches/{ref:str}", "agent", custody_at_desk),
    Place("agent-gardes", "/agent/familles/{family:str}/garde", "agent", shared_at_desk()),
    Place("agent-garde", "/agent/familles/{family:str}/garde/{ref:str}", "agent", shared_at_desk("enfant")),
    Place("agent-demarche-close", "/agent/demarches/{ref:str}", "agent", desk_request("École de Tom", "?vue=closes")),
    Place("agent-demarche-sans-motif", "", "agent", arrive=refused_without_words, pardon="422"),
    Place("agent-sante", "/agent/sante", "agent"),
    Place("agent-sante-pai", "/agent/sante", "agent", "/agent/sante?etat=pai"),
    Place("agent-sante-rien", "/agent/sante", "agent", "/agent/sante?q=zzzz"),
    Place("agent-sante-enfant", "/agent/sante/enfants/{ref:str}", "agent", health_at_desk("", "pai")),
    Place("agent-sante-enfant-vide", "/agent/sante/enfants/{ref:str}", "agent", health_at_desk("Zoé")),
    Place("agent-consignes", "/agent/sante/jour", "agent"),
    Place("agent-consignes-vides", "/agent/sante/jour", "agent", "/agent/sante/jour?date=2026-11-22"),
    Place("agent-consignes-enfant", "/agent/sante/jour/{ref:str}", "agent", care_of_a_child),
    Place("agent-jour", "/agent/jour", "agent"),
    Place("agent-jour-vide", "/agent/jour", "agent", "/agent/jour?date=2026-11-22"),
    Place("agent-remplissage", "/agent/remplissage", "agent"),
    Place("agent-remplissage-ecoles", "/agent/remplissage", "agent", "/agent/remplissage?mois=2026-12&site=ecoles"),
    Place("agent-remplissage-vide", "/agent/remplissage", "agent", "/agent/remplissage?mois=2031-03"),
    Place("agent-familles", "/agent/familles", "agent"),
    Place("agent-familles-trouvees", "/agent/familles", "agent", "/agent/familles?q=le"),
    Place("agent-familles-aucune", "/agent/familles", "agent", "/agent/familles?q=zzzz"),
    Place("agent-famille", "/agent/familles/{ref:str}", "agent", lambda house: family_address(house, "Lefèvre")),
    Place("agent-case", "/agent/familles/{ref:str}", "agent", case_of),
    Place("agent-case-sans-motif", "", "agent", arrive=refused_case, pardon="422"),
    Place("agent-envois", "/agent/envois", "agent"),
    Place("agent-envoi-brouillon", "/agent/envois/{ref:str}", "agent", arrive=mailing()),
    Place("agent-envoi-parti", "/agent/envois/{ref:str}", "agent", arrive=mailing("^Envoyer à")),
    Place("agent-imports", "/agent/imports", "agent"),
    Place("agent-import", "/agent/imports/{ref:str}", "agent", arrive=tried_list(LISTED)),
    Place("agent-import-refuse", "", "agent", arrive=tried_list(LISTED + "7001;cousin;Garnier;Léo;;\n")),
    Place("agent-import-fautif", "", "agent", arrive=tried_list("nom;prenom\n"), pardon="422"),
    Place("agent-fermetures", "/agent/fermetures", "agent"),
    Place("agent-fermeture-apercu", "/agent/fermetures", "agent", CLOSING),
    Place(
        "agent-fermeture-fautive", "/agent/fermetures", "agent", "/agent/fermetures?apercu=1&du=2020-01-01", status=422, pardon="422",
    ),
    Place("agent-regles", "/agent/regles", "agent", rules_with_a_draft),
    Place("agent-regle", "/agent/regles/{ref:str}", "agent", "/agent/regles/centre"),
    Place("agent-regle-fautive", "/agent/regles/{ref:str}", "agent", arrive=faulty_rule, pardon="422"),
    Place("agent-regle-en-tableau", "/agent/regles/{ref:str}", "agent", arrive=table_of_rules),
    Place("agent-annee", "/agent/regles/{ref:str}/simulation", "agent", "/agent/regles/accueil-matin/simulation"),
    Place("agent-annee-brouillon", "/agent/regles/{ref:str}/simulation", "agent", drafted()),
    Place("agent-annee-inhabituelle", "/agent/regles/{ref:str}/simulation", "agent", drafted("?inhabituelles=1")),
    Place("agent-annee-mois", "/agent/regles/{ref:str}/simulation", "agent", drafted("?vue=mois")),
    Place("agent-publication-sans-motif", "", "agent", arrive=unpublished, pardon="422"),
    Place("agent-capacites", "/agent/capacites", "agent"),
    Place(
        "agent-capacites-apercu",
        "/agent/capacites",
        "agent",
        "/agent/capacites?apercu=1&activite=mercredi&du=2026-11-18&au=2026-12-18&jours=2&places=6",
    ),
    Place(
        "agent-capacites-fautives",
        "/agent/capacites",
        "agent",
        "/agent/capacites?apercu=1&activite=mercredi&du=2026-11-10&places=beaucoup",
        status=422,
        pardon="422",
    ),
    Place("agent-documents", "/agent/documents", "agent"),
    Place("agent-documents-acceptes", "/agent/documents", "agent", "/agent/documents?liste=acceptees&type=home_proof"),
    Place("agent-documents-aucun", "/agent/documents", "agent", "/agent/documents?liste=en-controle"),
    Place("agent-document", "/agent/documents/{ref:str}", "agent", document_of),
    Place("agent-document-sans-motif", "", "agent", arrive=refused_document, pardon="422"),
    Place("agent-documents-pour-toutes", "/agent/documents/pour-toutes", "agent"),
    Place(
        "agent-documents-famille",
        "/agent/familles/{ref:str}/documents",
        "agent",
        lambda house: family_address(house, "Lefèvre") + "/documents",
    ),
    Place("agent-journal", "/agent/journal", "agent", journal_with_lines),
    Place("agent-journal-vide", "/agent/journal", "agent", "/agent/journal?du=2020-01-01&au=2020-01-02"),
    Place(
        "agent-journal-famille",
        "/agent/familles/{ref:str}/journal",
        "agent",
        lambda house: family_address(house, "Lefèvre") + "/journal",
    ),
    Place("agent-agents", "/agent/comptes-agents", "agent"),
    Place("agent-agent-nouveau", "/agent/comptes-agents/nouveau", "agent"),
    Place("agent-agent", "/agent/comptes-agents/{ref:str}", "agent", "/agent/comptes-agents/demo-agent"),
    Place("agent-messages", "/agent/messages", "agent", "/agent/messages?etat=repondus"),
    Place("agent-message", "/agent/messages/{ref:str}", "agent", "/agent/messages/demo-thread-1"),
    Place("agent-message-nouveau", "/agent/familles/{ref:str}/message", "agent", lambda house: family_address(house, "Lefèvre") + "/message"),
    Place("agent-actualites", "/agent/actualites", "agent"),
    Place("agent-actualite-nouvelle", "/agent/actualites/nouvelle", "agent"),
    Place("agent-actualite", "/agent/actualites/{ref:str}", "agent", "/agent/actualites/demo-news-0"),
    Place("agent-infos", "/agent/infos", "agent"),
    Place("agent-info-nouvelle", "/agent/infos/nouvelle", "agent"),
    Place("agent-info", "/agent/infos/{ref:str}", "agent", "/agent/infos/demo-info-0"),
    Place("agent-menus", "/agent/menus", "agent"),
    Place("agent-avis", "/avis", "agent"),
    Place("agent-reglages", "/avis/reglages", "agent"),
    Place("agent-compte", "/compte", "agent"),
    Place("agent-double", "/compte/double", "agent"),
    Place("agent-double-carre", "/compte/double", "agent", arrive=key_to_scan),
]  # fmt: skip

# Doors of the route table that show no page: why.
NO_PAGE = {
    "/healthz": "for monitors",
    "/inscription/{way:str}": "leads to the step where it was left",
    "/documents/{ref:str}/{position:int}": "a file to download",
    "/agent/documents/{ref:str}/{position:int}": "a file to download",
    "/agent/documents/{ref:str}/{position:int}/image": "an image",
    "/agent/messages/{ref:str}/pieces/{document:str}/{position:int}": "a file to download",
    "/agent/documents/pour-toutes/{ref:str}/{position:int}": "a file to download",
    "/lien/{word:str}/{token:str}": "leads to the page with the button",
    "/agent/journal.csv": "a file",
    "/agent/imports/modele.csv": "a file",
    "/agent/imports/{ref:str}/rapport.csv": "a file",
    "/inscription/{way:str}/{slug:str}/photo": "an image",
    "/compte/photo/image": "an image",
    "/agent/photos/{ref:str}": "an image",
    "/sw.js": "the worker",
    "/manifest.webmanifest": "for the browser",
    "/planning/jour": "leads to today",
    "/dossier/relier": "for an account without a file; the demo town has none",
    "/agent/remplissage.csv": "a table to download",
    "/agent/regles/{ref:str}/simulation.csv": "a table to download",
    "/avis/{ref:str}": "leads to what the notice is about",
}
# Pieces of page: held inside a page above, and valid by themselves.
FRAGMENTS: dict[str, tuple[str, Address]] = {
    "/f/planning": ("parent", "/f/planning?vue=mois"),
    "/f/planning/jour/{day:str}": ("parent", "/f/planning/jour/2026-11-24"),
    "/f/agent/familles": ("agent", "/f/agent/familles?q=le"),
    "/f/agent/trouver": ("agent", "/f/agent/trouver?q=le"),
    "/f/agent/demandes": ("agent", "/f/agent/demandes"),
    "/f/agent/familles/{ref:str}/cases/{key:str}": (
        "agent",
        lambda house: re.sub(r"\?.*case=([^&]+).*", r"/cases/\1", "/f" + case_of(house)),
    ),
}
