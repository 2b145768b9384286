"""Plain text laid out, menus read, days compared."""

from datetime import date

import pytest

from server.fields import read
from server.messages.rules.menus import DayMenu, dishes_from, dishes_to, monday_of, read_week
from server.messages.rules.pages import NEWS, checked, is_shown
from server.messages.rules.writing import Block, blocks, writing

TODAY = date(2026, 11, 16)


def test_an_empty_line_ends_a_paragraph_and_a_dash_begins_an_item() -> None:
    text = "Bonjour,\nça va ?\n\n# À prévoir\n- une gourde\n• un bonnet\nMerci"
    assert blocks(text) == (
        Block("p", ("Bonjour,", "ça va ?")),
        Block("h", ("À prévoir",)),
        Block("ul", ("une gourde", "un bonnet")),
        Block("p", ("Merci",)),
    )
    assert blocks("- a\n\n- b") == (Block("ul", ("a",)), Block("ul", ("b",)))
    assert blocks(" \n\n ") == ()


def test_two_headings_stay_two() -> None:
    assert blocks("# a\n# b") == (Block("h", ("a",)), Block("h", ("b",)))


def test_a_message_goes_to_one_of_the_towns_departments() -> None:
    fields = writing(("Service enfance", "Régie"))
    form = {"service": "Police", "objet": "x", "message": "y" * 4001}
    assert set(read(fields, form, TODAY).errors) == {"service", "message"}
    assert read(fields, {"service": "Régie", "objet": "x", "message": "y"}, TODAY).good


def test_a_weeks_menus_are_read_day_by_day() -> None:
    form = {
        "plat-2026-11-16": " Poulet  rôti ",
        "note-2026-11-17": "Pique-nique",
        "version-2026-11-16": "3",
        "plat-2026-11-21": "x",
    }
    menus, typed = read_week(form, TODAY)
    assert typed.good
    assert menus[0] == DayMenu(TODAY, {"plat": "Poulet rôti"}, "", 3)
    assert menus[1] == DayMenu(date(2026, 11, 17), {}, "Pique-nique", 0)
    assert [menu.day.weekday() for menu in menus] == [0, 1, 2, 3, 4]
    assert menus[0].courses == (("Plat", "Poulet rôti"),)


def test_a_dish_too_long_is_said_beside_it_and_kept() -> None:
    menus, typed = read_week({"plat-2026-11-16": "x" * 121, "version-2026-11-16": "²"}, TODAY)
    assert set(typed.errors) == {"plat-2026-11-16"}
    assert typed.value("plat-2026-11-16") == "x" * 121
    assert menus[0].version == 0


def test_dishes_survive_their_json() -> None:
    assert dishes_from(dishes_to({"plat": "Pâtes", "vege": "", "autre": "x"})) == {"plat": "Pâtes"}


@pytest.mark.parametrize(
    ("first", "last", "shown"),
    [(16, None, True), (17, None, False), (1, 16, True), (1, 15, False)],
)
def test_news_is_shown_from_its_first_day_to_its_last(first: int, last: int | None, shown: bool) -> None:
    assert is_shown(date(2026, 11, first), last and date(2026, 11, last), TODAY) is shown  # type: ignore[arg-type]


def test_a_last_day_before_the_first_is_said() -> None:
    form = {"titre": "t", "texte": "x", "du": "2026-11-16", "au": "2026-11-15"}
    assert "avant" in checked(read(NEWS, form, TODAY)).errors["au"]
    assert checked(read(NEWS, {**form, "au": "2026-11-16"}, TODAY)).good
    assert set(checked(read(NEWS, {**form, "du": "hier"}, TODAY)).errors) == {"du"}


def test_weeks_begin_on_monday() -> None:
    assert monday_of(date(2026, 11, 22)) == TODAY
