"""The guides show what the pictures' target makes, and nothing else."""

import re

from tests.journeys.live import ROOT
from tests.pages.places import PLACES
from tests.shots import AGENTS, FAMILIES, GUIDES
from tests.ways_shots import WAYS

DOCS = [*(ROOT / "docs").glob("*.md"), ROOT / "README.md"]
SHOWN = {name for doc in DOCS for name in re.findall(r"pictures/([\w-]+)\.png", doc.read_text())}


def test_every_picture_of_the_guides_is_made_by_make_shots() -> None:
    made = {shot.name for shot in (*FAMILIES, *AGENTS)} | {name for way in WAYS for name in way.names}
    assert SHOWN == made == {path.stem for path in GUIDES.glob("*.png")}


def test_the_pictures_stay_light() -> None:
    assert sum(path.stat().st_size for path in GUIDES.glob("*.png")) < 2_500_000


def test_every_picture_shows_a_place_that_is_also_tested() -> None:
    assert {shot.place for shot in (*FAMILIES, *AGENTS)} <= {place.name for place in PLACES}


def test_every_picture_is_described_for_those_who_do_not_see_it() -> None:
    for doc in DOCS:
        for image in re.findall(r"<img [^>]+>", doc.read_text()):
            assert re.search(r'alt="[^"]{10,}"', image), f"{doc.name}: {image}"
