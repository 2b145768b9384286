"""A town's list of families: read leniently, judged line by line, written wholly or not at all."""

from datetime import date
from typing import Any

import pytest

from server.cli.families import import_families
from server.database import Database
from server.families.commands.importing import Undone, import_people
from server.families.queries import household_of
from server.families.rules import custody_from
from server.families.rules.importing import read_listing
from tests.cast import Town
from tests.conftest import FrozenClock
from tests.desk import rows_of

TODAY = date(2026, 11, 16)
HEAD = "Dossier;Rôle;Nom;Prénom;Naissance;E-mail;Téléphone;Titulaire;École;Niveau;Garde;Compte;Adresse\n"
LEROY = (
    "900;adulte;Leroy;Anne;;Anne@Exemple.fr;0612345678;oui;;;;oui;1 rue des Lilas\n"
    "900;enfant;Leroy;Zoé;12/03/2019;;;;;CP;;;\n"
)


def problems(text: str) -> list[tuple[int, str]]:
    return [(one.line, one.text) for one in read_listing(text.encode(), TODAY).problems]


@pytest.mark.parametrize(
    "data",
    [
        (HEAD + LEROY).encode(),
        (HEAD + LEROY).encode("cp1252"),
        b"\xef\xbb\xbf" + (HEAD + LEROY).replace(";", ",").replace("\n", "\r\n").encode(),
    ],
)
def test_files_of_any_spreadsheet_are_read(data: bytes) -> None:
    listing = read_listing(data, TODAY)
    assert listing.problems == ()
    anne, zoe = listing.people
    assert (anne.name, anne.values["courriel"], anne.values["telephone"]) == (
        "Anne Leroy",
        "anne@exemple.fr",
        "06 12 34 56 78",
    )
    assert (zoe.child, zoe.values["naissance"], zoe.line) == (True, "2019-03-12", 3)


@pytest.mark.parametrize(
    ("text", "line", "word"),
    [
        ("", 0, "dossier"),
        ("Dossier;Nom;Prénom\n", 0, "role"),
        ("Dossier;Nom;Prénom;Rôle;nom\n", 0, "deux fois"),
        (HEAD + "900;cousin;Leroy;Anne\n", 2, "adulte ou enfant"),
        (HEAD + ";adulte;Leroy;Anne\n", 2, "obligatoire"),
        (HEAD + "900;adulte;Leroy;<b>\n", 2, "lettres"),
        (HEAD + "900;enfant;Leroy;Zoé\n", 2, "obligatoire pour un enfant"),
        (HEAD + "900;enfant;Leroy;Zoé;30/02/2019\n", 2, "n’existe pas"),
        (HEAD + "900;enfant;Leroy;Zoé;12/03/1980\n", 2, "adulte"),
        (HEAD + "900;enfant;Leroy;Zoé;12/03/2027\n", 2, "avenir"),
        (HEAD + "900;adulte;Leroy;Anne;;anne\n", 2, "exemple.fr"),
        (HEAD + "900;adulte;Leroy;Anne;;;;;;;;oui\n", 2, "courriel"),
        (HEAD + "900;adulte;Leroy;Anne;;;;peut-être\n", 2, "oui ou non"),
        (HEAD + LEROY + "900;adulte;LEROY;anne\n", 4, "déjà à la ligne 2"),
        (HEAD + "900;enfant;Leroy;Zoé;12/03/2019;;;;;;lundi\n", 2, "paires"),
        ("a\x00b", 0, "CSV"),
        (HEAD + '900;adulte;"Leroy;Anne\n', 0, ""),
    ],
)
def test_what_is_wrong_is_said_with_its_line(text: str, line: int, word: str) -> None:
    found = problems(text)
    assert any((at == line or not word) and word in said for at, said in found), found


def test_a_column_nobody_reads_is_said() -> None:
    assert read_listing((HEAD.strip() + ";Couleur\n" + LEROY).encode(), TODAY).unknown == ("couleur",)


async def imported(db: Database, text: str, clock: FrozenClock, dry: bool = False) -> list[tuple[str, str]]:
    listing = read_listing((HEAD + text).encode(), TODAY)
    assert listing.problems == ()
    try:
        report = await db.write(import_people, listing.people, dry, None, clock())
    except Undone as undone:
        report = undone.report
    return [(line.done, line.text) for line in report.lines]


async def test_a_family_is_written_with_its_people(db: Database, town: Town, clock: FrozenClock) -> None:
    assert [done for done, _ in await imported(db, LEROY, clock)] == ["created", "created"]
    (family,) = await db.read(rows_of, "select id from family where number = '900'")
    home = await db.read(household_of, family["id"])
    assert home
    assert (home.name, home.address, home.resident) == ("Leroy", "1 rue des Lilas", True)
    assert [(adult.first_name, adult.holder, adult.phone) for adult in home.adults] == [
        ("Anne", True, "06 12 34 56 78")
    ]
    assert [(child.first_name, child.grade) for child in home.children] == [("Zoé", "CP")]
    words = await db.read(rows_of, "select word from family_word where family_id = $1", family["id"])
    assert "leroy" in {row["word"] for row in words}


async def test_the_same_list_twice_changes_nothing_and_a_later_one_what_it_says(
    db: Database, town: Town, clock: FrozenClock
) -> None:
    await imported(db, LEROY, clock)
    assert [done for done, _ in await imported(db, LEROY, clock)] == ["same", "same"]
    later = "900;adulte;LEROY;Anne;;;0799999999\n900;enfant;leroy;zoe;2019-03-12;;;;;CE1\n"
    assert [done for done, _ in await imported(db, later, clock)] == ["changed", "changed"]
    (row,) = await db.read(rows_of, "select email, phone from guardian where last_name = 'Leroy'")
    assert (row["email"], row["phone"]) == ("anne@exemple.fr", "07 99 99 99 99")


async def test_tried_out_it_reports_the_same_and_writes_nothing(db: Database, town: Town, clock: FrozenClock) -> None:
    assert [done for done, _ in await imported(db, LEROY, clock, dry=True)] == ["created", "created"]
    assert await db.read(rows_of, "select id from family where number = '900'") == []


async def test_one_refused_line_means_nothing_is_written(db: Database, town: Town, clock: FrozenClock) -> None:
    done = await imported(db, LEROY + "901;enfant;Petit;Léo;01/01/2018;;;;École imaginaire\n", clock)
    assert [kind for kind, _ in done] == ["created", "created", "refused"]
    assert "École imaginaire" in done[2][1]
    assert await db.read(rows_of, "select id from family where number in ('900', '901')") == []


async def test_a_child_of_another_file_gets_a_second_home_only_when_its_weeks_are_said(
    db: Database, town: Town, clock: FrozenClock
) -> None:
    zoe = "950;enfant;Dupont;Zoe;2018-03-03;;;;;;{}\n"
    assert (await imported(db, zoe.format(""), clock))[0][0] == "refused"
    assert (await imported(db, zoe.format("paires"), clock))[0][0] == "linked"
    rows = await db.read(
        rows_of, "select custody from household_child where child_id = $1 order by id", town.children["zoe"]
    )
    assert [custody_from(row["custody"]).kind for row in rows] == ["odd", "even"]  # no week is both homes'
    told = await db.read(rows_of, "select account_id from outbox where kind = 'child_shared'")
    assert [row["account_id"] for row in told] == [town.accounts["stranger"]]
    assert len(await db.read(rows_of, "select id from child where first_name = 'Zoe'")) == 1


def test_the_command_opens_accounts_by_letters_and_says_so(
    database_url: str, tmp_path: Any, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "familles.csv"
    file.write_text(HEAD + LEROY)
    for name, value in {"MARELLE_ENV": "demo", "DATABASE_URL": database_url, "MARELLE_DATA": str(tmp_path)}.items():
        monkeypatch.setenv(name, value)
    assert import_families([str(file), "--dry-run"]) == 0
    assert "rien n’a été écrit" in capsys.readouterr().out
    assert import_families([str(file)]) == 0
    said = capsys.readouterr().out
    assert "ligne 2\tcréé\tAnne Leroy: lien d’activation par courriel" in said
    assert "1 comptes ouverts" in said
    assert import_families([str(file)]) == 0
    assert "inchangé" in capsys.readouterr().out
    file.write_text(HEAD + "900;cousin;Leroy;Anne\n")
    assert import_families([str(file)]) == 1
    assert "Rien n’a été importé" in capsys.readouterr().err
    assert import_families([str(tmp_path / "absent.csv")]) == 1
