"""Fields as they are drawn: what was typed is shown again, and each message is tied to its field."""

from datetime import date
from pathlib import Path

import pytest

from server.fields import Field, Typed, read
from server.settings import settings_from_environment
from server.web.assets import load_assets
from server.web.render import template_engine

TODAY = date(2026, 11, 16)
FIELDS = [
    Field("nom", "Nom", "name", required=True),
    Field("email", "Adresse e-mail", "email", required=True, hint="pour le lien"),
    Field("naissance", "Date de naissance", "past"),
    Field("civilite", "Civilité", "choice", options=(("mme", "Madame"), ("m", "Monsieur"))),
    Field("pays", "Pays", "choice", options=tuple((name, name) for name in ("France", "Espagne", "Italie", "Suisse"))),
    Field("note", "Commentaire", "lines", longest=500),
    Field("secret", "Mot de passe", "secret", required=True),
    Field("cgu", "J’accepte", "tick", required=True),
    Field("qf", "Quotient", "number"),
]
PAGE = """{% from "parts/forms.html" import of_field, mistakes %}{{ mistakes(fields, typed) }}
{% for one in fields %}{{ of_field(one, typed) }}{% endfor %}"""


@pytest.fixture
def drawn(tmp_path: Path):  # type: ignore[no-untyped-def]
    engine = template_engine(settings_from_environment({"MARELLE_ENV": "demo"}), load_assets(), "")
    engine.add_template("page.html", PAGE)
    return lambda typed: engine.render_template("page.html", fields=FIELDS, typed=typed)


def test_an_empty_form_has_no_mistake(drawn) -> None:  # type: ignore[no-untyped-def]
    html = drawn(Typed())
    assert "aria-invalid" not in html
    assert 'type="date"' in html
    assert html.count("(facultatif)") == 5
    assert 'aria-describedby="f-email-hint"' in html


def test_an_optional_choice_once_made_can_be_let_go_of(drawn) -> None:  # type: ignore[no-untyped-def]
    blank = '<input type="radio" name="civilite" value=""'
    assert f"{blank} checked>" in drawn(Typed())
    chosen = drawn(Typed({"civilite": "m"}))
    assert 'name="civilite" value="m" checked' in chosen
    assert f"{blank}><span>Sans précision</span>" in chosen
    assert read(FIELDS, {"civilite": ""}, TODAY).error("civilite") == ""


def test_what_was_typed_comes_back_with_its_reason(drawn) -> None:  # type: ignore[no-untyped-def]
    posted = {
        "nom": "<b>",
        "email": "camille",
        "naissance": "30/02/2020",
        "pays": "Italie",
        "note": "a<b",
        "secret": "x",
    }
    html = drawn(read(FIELDS, posted, TODAY))
    assert "4 champs sont à corriger" in html
    assert 'value="&lt;b&gt;"' in html
    assert 'value="30&#x2f;02&#x2f;2020"' in html
    assert '<option value="Italie" selected>' in html
    assert "a&lt;b</textarea>" in html
    assert 'value="x"' not in html
    assert html.count("aria-invalid") == 4
    assert 'href="#f-email"' in html
    assert 'aria-describedby="f-email-hint f-email-error"' in html
