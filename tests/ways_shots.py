"""The pictures of docs/ways-in.md: each screen of a guide's way in, as its journey leaves it, taken by `make shots`.

The journeys of tests/journeys/test_ways_in.py are walked as they are; a camera stands before every touch.
"""

import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from unittest.mock import patch

from playwright.sync_api import Page, Playwright

from tests.journeys import test_ways_in as journeys
from tests.journeys.conftest import Phone
from tests.journeys.ways_in import Town, press, town_of

Keep = Callable[[bytes, str], None]


@dataclass(frozen=True)
class Way:
    """A profile's journey and how many screens it shows; pictures are named g3-1, g3-2 …"""

    profile: str
    walk: Callable[..., None]
    screens: int
    with_phone: bool = False

    @property
    def names(self) -> tuple[str, ...]:
        """Of its pictures."""
        return tuple(f"{self.profile.lower()}-{n}" for n in range(1, self.screens + 1))


WAYS = (
    Way("G0", journeys.test_g0_the_parent_knows_the_file_number_and_has_24_hours, 8),
    Way("G3", journeys.test_g3_privacy_is_a_step_of_its_own_and_the_link_lives_72_hours, 9),
    Way("G2", journeys.test_g2_a_new_family_creates_its_space_in_six_steps, 10),
    Way("G1", journeys.test_g1_one_asks_the_structure_validates_one_finishes, 8, True),
    Way("G4", journeys.test_g1_g4_the_town_opens_the_account_and_mails_a_number, 3, True),
)


def walk(playwright: Playwright, town_folder: Path, way: Way, keep: Keep) -> None:
    """One way in, photographed."""
    with tempfile.TemporaryDirectory() as made, town_of(way.profile, town_folder, Path(made) / "data") as town:
        phone = Phone(playwright, Path(made) / "phone", town.live.url)
        page, names = phone.open("/"), iter(way.names)

        def before(act: Callable[..., Any], button: bool = True) -> Callable[..., Any]:
            def photographed(page: Page, *arguments: Any) -> Any:
                if button:  # the page before may still be leaving
                    page.locator("main").get_by_text(arguments[0], exact=True).first.wait_for()
                page.wait_for_load_state("networkidle")
                page.evaluate("() => scrollTo(0, 0)")
                if "/connexion" in page.url:  # the way in begins under the form
                    page.locator("main").get_by_text(arguments[0], exact=True).first.scroll_into_view_if_needed()
                page.wait_for_timeout(300)  # ms: drawn at the phone's width
                keep(page.screenshot(scale="css"), next(names))
                return act(page, *arguments)

            return photographed

        confirmed = before(journeys.activate, button=False)  # the page that says that a mail is on its way
        with patch.object(journeys, "press", before(press)), patch.object(journeys, "activate", confirmed):
            walked: tuple[Phone | Page | Town, ...] = (phone, page, town) if way.with_phone else (page, town)
            way.walk(*walked)
        phone.close()
        left = list(names)
        assert not left, f"{way.profile} shows fewer screens than it has pictures: {left}"
