"""Pieces of page kept and joined: what a template would have written each time, and each under its own owner."""

from minijinja import Environment

from server.web.pieces import Pieces, in_html, joined


def drawn(engine: Environment, most: int = 100) -> Pieces:
    engine.add_template("square.html", '{% set n, word = item -%}<b value="{{ owner }}.{{ n }}">{{ word }}</b>')
    return Pieces(engine, "square.html", most)


def test_a_piece_is_rendered_once_and_said_of_each_owner() -> None:
    squares = drawn(Environment())
    kept = [squares.of((1, "libre")), squares.of((2, "réservé"))]
    assert squares.of((1, "libre")) is kept[0]
    assert joined(kept, "tom") == '<b value="tom.1">libre</b><b value="tom.2">réservé</b>'
    assert joined(kept, "zoe") == '<b value="zoe.1">libre</b><b value="zoe.2">réservé</b>'
    assert joined([], "zoe") == ""


def test_words_and_owners_stay_text() -> None:
    piece = drawn(Environment()).of((1, "<i>"))
    assert joined([piece], in_html('"><script>')) == '<b value="&#34;&gt;&lt;script&gt;.1">&lt;i&gt;</b>'


def test_more_pieces_than_are_kept_are_rendered_again() -> None:
    squares = drawn(Environment(), most=3)
    for n in [*range(10), *range(10)]:
        assert joined([squares.of((n, "libre"))], "tom") == f'<b value="tom.{n}">libre</b>'
        assert len(squares) <= 3
