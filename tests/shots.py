"""`make shots`: the manifest's pictures of the planning, taken from the demo town: static/shots/planning-{390,1280}.png."""

import io
import tempfile
from pathlib import Path

from PIL import Image
from playwright.sync_api import Page, sync_playwright

from tests.journeys.conftest import NOW
from tests.journeys.live import ROOT, LiveServer
from tests.pages.house import DESK, PHONE, open_house

FOLDER = ROOT / "static" / "shots"
SHOTS = (("planning-390.png", PHONE, 2), ("planning-1280.png", DESK, 1))  # file, window, pixels per point
ADDRESS = "/planning?vue=semaine&jour=2026-11-16"  # this week: the habits of a family, every state of a square
COLOURS = 128


def main() -> None:
    with tempfile.TemporaryDirectory() as made, sync_playwright() as playwright:
        town = Path(made) / "town"
        town.mkdir()
        empty = LiveServer(town, {"MARELLE_NOW": NOW})
        empty.run("migrate")
        empty.run("demo")
        with open_house(playwright, town, Path(made) / "house") as house:
            for name, window, density in SHOTS:
                state = house.context_of("parent").storage_state()
                context = house.browser.new_context(
                    base_url=house.live.url, storage_state=state, viewport=window, device_scale_factor=density,
                    locale="fr-FR", timezone_id="Europe/Paris", reduced_motion="reduce", service_workers="block",
                )  # fmt: skip
                context.clock.set_fixed_time(NOW)
                take(context.new_page(), FOLDER / name)


def take(page: Page, path: Path) -> None:
    """One picture, in few colours."""
    page.goto(ADDRESS)
    page.wait_for_load_state("networkidle")
    picture = Image.open(io.BytesIO(page.screenshot())).convert("RGB")
    small = picture.quantize(COLOURS, method=Image.Quantize.MEDIANCUT, dither=Image.Dither.NONE)
    small.save(path, optimize=True)
    print(f"{path.relative_to(ROOT)}: {picture.width} × {picture.height}, {path.stat().st_size} bytes")


if __name__ == "__main__":
    main()
