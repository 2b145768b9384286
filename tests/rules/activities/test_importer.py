"""The official school calendar as it really comes: its traps, its encodings, and its mistakes told line by line."""

from datetime import date
from pathlib import Path

import pytest

from server.activities.importer import Imported, read_calendar
from server.activities.importer.stamps import day_of

SAMPLES = Path(__file__).parent / "samples"
CSV = (SAMPLES / "official.csv").read_bytes()
ICS = (SAMPLES / "official.ics").read_bytes()
HEADER = "description;population;start_date;end_date;location;zones;annee_scolaire\n"


def rows(imported: Imported) -> list[tuple[str, str, str, date, date]]:
    return [(p.zone, p.school_year, p.kind, p.first_day, p.last_day) for p in imported.periods]


def lines(*rows: str) -> bytes:
    return (HEADER + "\n".join(rows)).encode()


def test_utc_stamps_of_paris_midnights_become_paris_days_and_the_return_is_left_out() -> None:
    assert rows(read_calendar(CSV, "officiel")) == [
        ("A", "2025-2026", "Vacances de la Toussaint", date(2025, 10, 18), date(2025, 11, 2)),
        ("C", "2025-2026", "Vacances de la Toussaint", date(2025, 10, 18), date(2025, 11, 2)),
        ("C", "2025-2026", "Vacances de Noël", date(2025, 12, 20), date(2026, 1, 4)),
        ("C", "2025-2026", "Vacances d'hiver", date(2026, 2, 21), date(2026, 3, 8)),
        ("C", "2025-2026", "Vacances de printemps", date(2026, 4, 18), date(2026, 5, 3)),
        ("C", "2025-2026", "Pont de l'Ascension", date(2026, 5, 14), date(2026, 5, 17)),
        ("C", "2025-2026", "Vacances d'été", date(2026, 7, 4), date(2026, 8, 31)),
        ("C", "2026-2027", "Vacances de la Toussaint", date(2026, 10, 17), date(2026, 11, 1)),
        ("C", "2026-2027", "Pont de l'Ascension", date(2027, 5, 7), date(2027, 5, 7)),
        ("C", "2026-2027", "Vacances d'été", date(2027, 7, 3), date(2027, 8, 31)),
        ("Réunion", "2026-2027", "Vacances de la Toussaint", date(2026, 10, 10), date(2026, 10, 25)),
    ]


def test_a_summer_whose_end_is_not_published_is_told_and_marked() -> None:
    imported = read_calendar(CSV, "officiel")
    assert [(problem.line, problem.severity) for problem in imported.problems] == [(13, "note"), (15, "note")]
    assert imported.problems[0].message == (
        "Ligne 13\u00a0: zone C, la fin des vacances du samedi 3 juillet 2027 n’est pas publiée\u00a0; "
        "31 août retenu en attendant."
    )
    assert "à saisir" in imported.problems[1].message
    assert {p.source for p in imported.periods} == {"officiel", "officiel\u00a0; fin provisoire"}
    assert not imported.refused


def test_an_ics_names_its_zones_in_its_title_or_by_its_academies() -> None:
    assert rows(read_calendar(ICS, "officiel")) == [
        ("A", "2025-2026", "Vacances de la Toussaint", date(2025, 10, 18), date(2025, 11, 2)),
        ("B", "2025-2026", "Vacances de la Toussaint", date(2025, 10, 18), date(2025, 11, 2)),
        ("B", "2025-2026", "Vacances d'hiver", date(2026, 2, 14), date(2026, 3, 1)),
        ("B", "2025-2026", "Vacances d'été", date(2026, 7, 4), date(2026, 8, 31)),
        ("C", "2025-2026", "Vacances de la Toussaint", date(2025, 10, 18), date(2025, 11, 2)),
    ]


def test_an_ics_that_names_no_zone_takes_the_one_the_agent_chose() -> None:
    event = "BEGIN:VEVENT\nDTSTART;VALUE=DATE:20261219\nDTEND;VALUE=DATE:20270104\nSUMMARY:Vacances de Noël\nEND:VEVENT"
    ics = f"BEGIN:VCALENDAR\n{event}\nEND:VCALENDAR\n".encode()
    assert rows(read_calendar(ics, "x", zone="Corse")) == [
        ("Corse", "2026-2027", "Vacances de Noël", date(2026, 12, 19), date(2027, 1, 3))
    ]
    assert read_calendar(ics, "x").refused


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16"])
@pytest.mark.parametrize("newline", ["\n", "\r\n"])
def test_every_encoding_a_spreadsheet_leaves_reads_the_same(encoding: str, newline: str) -> None:
    again = CSV.decode().replace("\n", newline).encode(encoding)
    assert rows(read_calendar(again, "x")) == rows(read_calendar(CSV, "x"))


def test_commas_french_labels_and_french_dates_are_understood() -> None:
    table = (
        "Description,Population,Date de début,Date de fin,Académies,Zones,Année scolaire\n"
        '"Vacances d’Hiver",Élèves,13/02/2027,01/03/2027,Lyon,Zone A,2026-2027\n'
    ).encode()
    assert rows(read_calendar(table, "x")) == [
        ("A", "2026-2027", "Vacances d'hiver", date(2027, 2, 13), date(2027, 2, 28))
    ]


def test_one_bad_line_stops_everything_and_each_is_told_in_french() -> None:
    imported = read_calendar(
        lines(
            "Vacances de Noël;-;2026-12-18T23:00:00Z;2027-01-03T23:00:00Z;Lyon;Zone A;2026-2027",
            "Vacances d'Hiver;-;bientôt;2027-02-28T23:00:00Z;Lyon;Zone A;2026-2027",
            "Vacances d'Hiver;-;2027-02-28;2027-02-13;Lyon;Zone A;2026-2027",
            "Vacances d'Hiver;-;2027-02-13;2027-02-28;Bruxelles;Zone D;2026-2027",
            "Vacances d'Hiver;-;2027-02-13;2027-06-28;Lyon;Zone A;2026-2027",
            "Vacances d'Hiver;-;2027-02-13;2027-02-28;Lyon;Zone A;2026/27",
            ";-;2027-02-13;2027-02-28;Lyon;Zone A;2026-2027",
        ),
        "x",
    )
    assert imported.periods == ()
    assert [problem.message for problem in imported.problems] == [
        "Ligne 3\u00a0: la date de début est illisible.",
        "Ligne 4\u00a0: la fin (samedi 13 février) vient avant le début (dimanche 28 février).",
        "Ligne 5\u00a0: zone inconnue «\u00a0Zone D\u00a0».",
        "Ligne 6\u00a0: plus de 80 jours de vacances.",
        "Ligne 7\u00a0: année scolaire illisible «\u00a02026/27\u00a0».",
        "Ligne 8\u00a0: le nom des vacances manque.",
    ]


def test_academies_of_one_zone_that_disagree_are_refused() -> None:
    imported = read_calendar(
        lines(
            "Vacances d'Hiver;-;2027-02-13;2027-03-01;Lyon;Zone A;2026-2027",
            "Vacances d'Hiver;-;2027-02-20;2027-03-08;Dijon;Zone A;2026-2027",
        ),
        "x",
    )
    assert imported.periods == ()
    assert [p.message for p in imported.problems] == [
        "Ligne 3\u00a0: zone A, vacances d'hiver, dates différentes de celles de la ligne 2."
    ]


@pytest.mark.parametrize(
    ("data", "told"),
    [
        (b"", "il manque description, start_date et end_date"),
        (b"Pain;2\nLait;1", "il manque description, start_date et end_date"),
        (HEADER.encode(), "aucune période"),
        (b"BEGIN:VCALENDAR\nBEGIN:VEVENT\nSUMMARY:Vacances", "tronqué"),
        (b"\x00\xff\xfe\x80", "il manque"),
    ],
)
def test_a_file_that_is_no_calendar_is_refused_in_one_sentence(data: bytes, told: str) -> None:
    imported = read_calendar(data, "x")
    assert imported.refused
    assert told in imported.problems[0].message


@pytest.mark.parametrize(
    ("stamp", "day"),
    [
        ("2025-10-17T22:00:00+00:00", date(2025, 10, 18)),  # Paris, summer
        ("2025-11-02T23:00:00+00:00", date(2025, 11, 3)),  # Paris, winter
        ("2026-10-17T00:00:00+02:00", date(2026, 10, 17)),  # the same day written with its offset
        ("2026-10-09T20:00:00Z", date(2026, 10, 10)),  # La Réunion
        ("2026-04-03T13:00:00Z", date(2026, 4, 4)),  # Nouméa
        ("2026-10-10T12:00:00Z", date(2026, 10, 11)),  # Wallis
        ("2026-10-10T04:00:00Z", date(2026, 10, 10)),  # Pointe-à-Pitre
        ("2026-10-10T10:00:00Z", date(2026, 10, 10)),  # Tahiti
        ("20261017", date(2026, 10, 17)),
        ("2026-10-17", date(2026, 10, 17)),
        ("31/02/2026", None),
        ("demain", None),
    ],
)
def test_a_stamp_means_the_day_of_its_own_midnight(stamp: str, day: date | None) -> None:
    assert day_of(stamp) == day
