"""`make shots`: the manifest's two pictures of the planning and those of the guides in docs/, from the demo town.

What a picture shows is a place of tests/pages/places.py, where it is also held to accessibility and style.
"""

import io
import os
import tempfile
from dataclasses import dataclass
from pathlib import Path

from PIL import Image
from playwright.sync_api import Page, sync_playwright

from tests.journeys.conftest import NOW
from tests.journeys.live import ROOT, LiveServer
from tests.pages.house import DESK, PHONE, House, open_house
from tests.pages.places import PLACES
from tests.ways_shots import WAYS, walk

MANIFEST, GUIDES = ROOT / "static" / "shots", ROOT / "docs" / "pictures"
PLANNING = "/planning?vue=semaine&jour=2026-11-16"  # this week: the habits of a family, every state of a square
COLOURS = 128


@dataclass(frozen=True)
class Shot:
    """A picture of a guide: the place it shows, how far the page is scrolled, in what light, the tray open or not."""

    name: str
    place: str
    top: int = 0  # CSS pixels
    dark: bool = False
    folded: bool = False


FAMILIES = (
    Shot("connexion", "connexion"),
    Shot("accueil", "accueil"),
    Shot("semaine", "cette-semaine"),
    Shot("mois", "mois"),
    Shot("un-jour", "feuille-du-jour"),
    Shot("touche", "changement-dit"),
    Shot("pourquoi", "feuille-de-la-raison"),
    Shot("hors-ligne", "planning-hors-ligne", dark=True, folded=True),
    Shot("en-attente", "en-attente"),
    Shot("malade", "absence"),
    Shot("malade-dit", "absence-signalee"),
    Shot("mes-regles", "mes-regles"),
    Shot("avis", "avis"),
    Shot("choisir-ses-avis", "reglages"),
    Shot("dossier", "dossier"),
    Shot("ma-famille", "famille-enfant"),
    Shot("declarer", "declarer"),
    Shot("declarer-recapitulatif", "declarer-recapitulatif"),
    Shot("demarche", "demarche"),
    Shot("sante", "sante-enfant"),
    Shot("autorisations", "sante-autorisations"),
    Shot("documents", "documents"),
    Shot("document-envoyer", "documents-envoyer"),
    Shot("messages", "message-fil"),
    Shot("mes-donnees", "mes-donnees"),
)
AGENTS = (
    Shot("agent-accueil", "agent"),
    Shot("agent-demandes", "agent-demandes"),
    Shot("agent-demarches", "agent-demarches"),
    Shot("agent-demarche", "agent-demarche"),
    Shot("agent-famille", "agent-famille"),
    Shot("agent-document", "agent-document"),
    Shot("agent-jour", "agent-jour"),
    Shot("agent-remplissage", "agent-remplissage"),
    Shot("agent-regle", "agent-regle"),
    Shot("agent-annee", "agent-annee-inhabituelle"),
    Shot("agent-annee-mois", "agent-annee-mois"),
)


def main() -> None:
    wanted = [word for word in os.environ.get("SHOTS", "").split(",") if word]
    with tempfile.TemporaryDirectory() as made, sync_playwright() as playwright:
        town = Path(made) / "town"
        town.mkdir()
        empty = LiveServer(town, {"MARELLE_NOW": NOW})
        empty.run("migrate")
        empty.run("demo")
        for way in WAYS:
            if not wanted or set(way.names) & set(wanted):
                walk(playwright, town, way, lambda shot, name: keep(shot, GUIDES / f"{name}.png"))
        with open_house(playwright, town, Path(made) / "house") as house:
            if not wanted:
                planning(house)
            for shot in (*FAMILIES, *AGENTS):
                if not wanted or shot.name in wanted:
                    picture(house, shot)


def planning(house: House) -> None:
    """What the browser shows when it offers to install the portal."""
    for name, window, density in (("planning-390.png", PHONE, 2), ("planning-1280.png", DESK, 1)):
        state = house.context_of("parent").storage_state()
        context = house.browser.new_context(
            base_url=house.live.url, storage_state=state, viewport=window, device_scale_factor=density,
            locale="fr-FR", timezone_id="Europe/Paris", reduced_motion="reduce", service_workers="block",
        )  # fmt: skip
        context.clock.set_fixed_time(NOW)
        page = context.new_page()
        page.goto(PLANNING)
        page.wait_for_load_state("networkidle")
        without_hint(page)
        keep(page.screenshot(), MANIFEST / name)


def picture(house: House, shot: Shot) -> None:
    """One picture of a guide."""
    place = next(place for place in PLACES if place.name == shot.place)
    page = place.open(house, house.page_of(place.who))
    page.emulate_media(color_scheme="dark" if shot.dark else "light", reduced_motion="reduce")
    page.set_viewport_size(DESK if place.is_desk else PHONE)
    if shot.place != "changement-dit":
        without_hint(page)
    if shot.folded:
        page.locator("#tray details[open] summary").click()
    page.evaluate("(top) => scrollTo(0, top)", shot.top)
    page.wait_for_timeout(300)  # ms: the sheet has slid in
    keep(page.screenshot(), GUIDES / f"{shot.name}.png")
    page.close()


def without_hint(page: Page) -> None:
    """The hints of the first visit, understood."""
    while page.locator("#said:not([hidden]) button").count():
        page.locator("#said button").dispatch_event("click")  # an open sheet may lie over it
        page.wait_for_timeout(100)


def keep(shot: bytes, path: Path) -> None:
    """A picture in few colours."""
    path.parent.mkdir(exist_ok=True)
    full = Image.open(io.BytesIO(shot)).convert("RGB")
    small = full.quantize(COLOURS, method=Image.Quantize.MEDIANCUT, dither=Image.Dither.NONE)
    small.save(path, optimize=True)
    print(f"{path.relative_to(ROOT)}: {full.width} × {full.height}, {path.stat().st_size} bytes")


if __name__ == "__main__":
    main()
