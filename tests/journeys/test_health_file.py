"""A parent completes a child's health file on the phone (G4), then books; nothing of it stays on the phone."""

from datetime import date, timedelta

from playwright.sync_api import Page, expect

from server.health.rules.vaccines import fields_of
from tests.journeys.conftest import Phone
from tests.journeys.live import LiveServer
from tests.journeys.proxy import Proxy
from tests.journeys.squares import NEXT_WEEK, booked, free_ids, tap

WORDS = ("Tamaris-Roche", "Glycémie", "Marraine", "2021-05-0")
KEPT = """async () => {
  const texts = [];
  for (const name of await caches.keys()) {
    const cache = await caches.open(name);
    for (const request of await cache.keys()) texts.push(request.url, await (await cache.match(request)).text());
  }
  for (const { name } of await indexedDB.databases()) {
    const db = await new Promise((done) => { const asked = indexedDB.open(name); asked.onsuccess = () => done(asked.result); });
    for (const store of db.objectStoreNames) {
      const all = db.transaction(store).objectStore(store).getAll();
      texts.push(JSON.stringify(await new Promise((done) => { all.onsuccess = () => done(all.result); })));
    }
    db.close();
  }
  return texts.join("\\n") + JSON.stringify({ ...localStorage }) + JSON.stringify({ ...sessionStorage });
}"""


def save(page: Page) -> None:
    page.get_by_role("button", name="Enregistrer").tap()
    expect(page.locator(".banner.ok")).to_be_visible()


def missing(page: Page, part: str) -> None:
    """Follow the link of a part that is missing."""
    page.locator(".banner.wait").get_by_role("link", name=part).tap()


def fill_vaccines(page: Page) -> None:
    born = date(2022, 6, 1)
    for n, one in enumerate(fields_of(born)):
        page.get_by_label(one.label, exact=False).first.fill((date(2021, 5, 1) + timedelta(days=n)).isoformat())


def test_a_missing_file_is_found_from_the_closed_square_and_completed(
    phone: Phone, proxy: Proxy, live: LiveServer
) -> None:
    live.change("update child set birth_date = '2020-06-01' where first_name = 'Zoé'")
    live.restart(MARELLE_PROFILE="G4")
    page = phone.sign_in()
    phone.ready()
    page.goto(phone.url + NEXT_WEEK)
    expect(page.get_by_text("Dossier de Zoé à compléter")).to_be_visible()
    expect(page.get_by_text("Dossier de Lina à compléter")).to_have_count(0)
    page.locator("button.sq[data-s=closed]").filter(has_text="Zoé, cantine").first.tap(force=True)
    expect(page.locator("#sheet")).to_contain_text("Dossier de l’enfant à compléter.")
    page.locator("#sheet").get_by_role("link", name="Voir ce jour").tap()
    page.locator("#sheet").get_by_role("link", name="Compléter le dossier").first.tap()
    expect(page.get_by_role("heading", name="Dossier santé de Zoé")).to_be_visible()

    missing(page, "Fiche sanitaire")
    page.get_by_label("Médecin traitant", exact=False).first.fill("Dr Tamaris-Roche")
    page.get_by_label("Recommandations des parents", exact=False).fill("Glycémie à surveiller le midi")
    page.get_by_label("Varicelle").check()
    save(page)
    missing(page, "Vaccinations")
    fill_vaccines(page)
    save(page)
    missing(page, "Personnes autorisées")
    page.get_by_label("Nom et prénom", exact=False).first.fill("Marraine Bruyère")
    page.get_by_label("Téléphone", exact=False).first.fill("0639985577")
    save(page)
    missing(page, "Autorisations")
    page.get_by_label("Je n’autorise pas").check()
    save(page)
    expect(page.get_by_text("À compléter avant de réserver")).to_have_count(0)
    expect(page.get_by_text("manquante")).to_have_count(0)

    page.goto(phone.url + NEXT_WEEK)
    expect(page.get_by_text("Dossier de Zoé à compléter")).to_have_count(0)
    (first,) = free_ids(page, 1, "Zoé, cantine")
    tap(page, first)
    booked(page, first)

    kept = page.evaluate(KEPT)
    assert "/planning" in kept, "the shelf is not empty"
    assert "/sante/" not in "".join(line for line in kept.splitlines() if line.startswith("http"))
    for word in WORDS:
        assert word not in kept
    dump = live.database.read_bytes() + b"".join(f.read_bytes() for f in live.folder.glob("marelle.db-*"))
    for word in ("Tamaris-Roche", "Glycémie"):
        assert word.encode() not in dump
    assert "Tamaris-Roche" not in (live.folder / "serve.log").read_text()
    proxy.set("refuse")
    page.goto(phone.url + "/sante")
    expect(page.get_by_text("Dossier santé de")).to_have_count(0)
    assert phone.complaints == []


def test_the_filed_manner_walks_through_its_two_steps(phone: Phone, live: LiveServer) -> None:
    live.restart(MARELLE_PROFILE="G2")
    page = phone.sign_in()
    page.goto(phone.url + "/dossier")
    page.get_by_role("link", name="Dossier santé : Tom").tap()
    page.get_by_role("link", name="Mettre à jour").tap()
    expect(page.locator(".steps [aria-current]")).to_have_text("Ma demande")
    page.get_by_label("Médecin traitant", exact=False).first.fill("Dr Tamaris-Roche")
    page.get_by_role("radio", name="Oui").check()
    page.get_by_label("Arachide").check()
    page.get_by_label("Je souhaite que mon enfant bénéficie d’un PAI").check()
    page.get_by_label("Objet du PAI", exact=False).fill("Glycémie et arachide")
    page.get_by_role("button", name="Aller à l’étape 2").tap()
    expect(page.locator(".steps [aria-current]")).to_have_text("Le récapitulatif")
    expect(page.get_by_text("Arachide").first).to_be_visible()
    page.get_by_role("button", name="Valider").tap()
    expect(page.get_by_text("Nous avons bien enregistré votre demande")).to_be_visible()
    assert "Glycémie" not in page.content()
    page.goto(phone.url + NEXT_WEEK)
    expect(page.get_by_text("Dossier de Tom à compléter")).to_be_visible()
    page.locator("button.sq[data-s=closed]").filter(has_text="Tom, cantine").first.tap(force=True)
    expect(page.locator("#sheet")).to_contain_text("Dossier de l’enfant à compléter.")
