"""What people type into fields, and what they are told beside them."""

from datetime import date

import pytest

from server.fields import Field, Kind, Typed, judge, read

TODAY = date(2026, 11, 16)


@pytest.mark.parametrize(
    ("kind", "typed", "value"),
    [
        ("name", "  Anne-Marie  d’Œuvre ", "Anne-Marie d’Œuvre"),
        ("name", "Nguyễn Văn Đức", "Nguyễn Văn Đức"),
        ("name", "O'Neill", "O'Neill"),
        ("name", "St. Clair", "St. Clair"),
        ("email", " Camille.Martin@Exemple.FR ", "camille.martin@exemple.fr"),
        ("email", "a+b@mairie.ville-sur-mer.fr", "a+b@mairie.ville-sur-mer.fr"),
        ("phone", "0612345678", "06 12 34 56 78"),
        ("phone", "+33 (0)6 12 34 56 78", "06 12 34 56 78"),
        ("phone", "0033612345678", "06 12 34 56 78"),
        ("phone", "+41 22 123 45 67", "+41221234567"),
        ("date", "12/03/2019", "2019-03-12"),
        ("past", "2019-03-12", "2019-03-12"),
        ("past", "16/11/2026", "2026-11-16"),
        ("postcode", "06 230", "06230"),
        ("number", "1 200", "1200"),
        ("lines", "un\r\ndeux\n\n\n\ntrois ", "un\ndeux\n\ntrois"),
        ("text", "a\u0000b\tc", "a b c"),
    ],
)
def test_what_is_right_is_cleaned(kind: Kind, typed: str, value: str) -> None:
    assert judge(Field("x", "X", kind, longest=200), typed, TODAY) == (value, "")


@pytest.mark.parametrize(
    ("kind", "typed", "word"),
    [
        ("name", "Анна", "latines"),
        ("name", "<b>Anne</b>", "lettres"),
        ("name", "Anne2", "lettres"),
        ("name", "---", "lettres"),
        ("email", "camille", "exemple.fr"),
        ("email", "a@b@c.fr", "exemple.fr"),
        ("email", "a b@c.fr", "exemple.fr"),
        ("email", "a..b@c.fr", "exemple.fr"),
        ("phone", "12", "06 12"),
        ("phone", "06 12 34 56", "06 12"),
        ("date", "30/02/2020", "n’existe pas"),
        ("date", "2020-02-30", "n’existe pas"),
        ("date", "hier", "n’existe pas"),
        ("past", "17/11/2026", "avenir"),
        ("past", "01/01/1850", "année"),
        ("postcode", "?", "code postal"),
        ("number", "²", "nombre"),
        ("number", "-3", "nombre"),
        ("text", "x" * 81, "80 caractères"),
    ],
)
def test_what_is_wrong_stays_as_typed_with_its_reason(kind: Kind, typed: str, word: str) -> None:
    value, error = judge(Field("x", "X", kind), typed, TODAY)
    assert word in error
    assert value == typed


def test_a_required_field_left_empty_says_so() -> None:
    for kind, word in (("text", "obligatoire"), ("choice", "Choisissez"), ("tick", "Cochez")):
        assert word in judge(Field("x", "X", kind, required=True), "  ", TODAY)[1]  # type: ignore[arg-type]
        assert judge(Field("x", "X", kind), "", TODAY) == ("", "")  # type: ignore[arg-type]


def test_a_choice_is_one_of_the_list() -> None:
    title = Field("civilite", "Civilité", "choice", options=(("mme", "Madame"), ("m", "Monsieur")))
    assert judge(title, "mme", TODAY) == ("mme", "")
    assert "liste" in judge(title, "dr", TODAY)[1]


def test_a_secret_is_taken_letter_by_letter() -> None:
    assert judge(Field("x", "X", "secret"), " a  b ", TODAY) == (" a  b ", "")


def test_a_form_is_read_whole_and_nobodys_fields_are_left_out() -> None:
    fields = [
        Field("email", "E-mail", "email", required=True),
        Field("email2", "Confirmation", "email", required=True, like="email"),
        Field("accord", "J’accepte", "tick", required=True),
    ]
    typed = read(fields, {"email": "a@b.fr", "email2": "a@c.fr", "droits": "tous"}, TODAY)
    assert set(typed.errors) == {"email2", "accord"}
    assert "identiques" in typed.errors["email2"]
    assert typed.values == {"email": "a@b.fr", "email2": "a@c.fr", "accord": ""}
    assert not typed.good
    assert read(fields, {"email": "A@b.fr", "email2": "a@B.fr", "accord": "oui"}, TODAY).good


def test_further_errors_do_not_hide_the_first() -> None:
    typed = Typed({"email": "x"}, {"email": "mal écrite"}).but(email="déjà prise", nom="trop court")
    assert typed.errors == {"email": "mal écrite", "nom": "trop court"}
