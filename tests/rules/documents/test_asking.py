"""Where each document asked of a family stands, and until when it counts."""

from datetime import date

import pytest

from server.documents.rules.asking import Asked, Item, Paper, Wanted, counts_until, items_of
from server.documents.rules.kinds import ANYTHING, KINDS, TABLE, kind_of
from server.documents.rules.saying import WHYS, line_of
from server.documents.rules.states import DECISIONS, STATES, may_check, may_decide, may_withdraw
from server.profiles.documents import DocumentsChoices, Supporting

TODAY = date(2026, 11, 16)
ASKED = Asked(
    ("home_proof", "vaccination"), ("tax_notice",), months={"home_proof": 12}, school_year=("liability_insurance",)
)


def paper(
    decision: str = "", until: date | None = None, kind: str = "home_proof", child: int | None = None, bad: bool = False
) -> Paper:
    return Paper(kind, child, decision, "Floue." if decision == "refused" else "", until, "ref", bad)


def standing(*papers: Paper, wanted: tuple[Wanted, ...] = ()) -> Item:
    return items_of(ASKED, (), papers, wanted, TODAY)[0]


def test_the_towns_choice_names_the_same_kinds_as_the_rules() -> None:
    assert set(Supporting.__args__) == set(KINDS)
    assert len(KINDS) == len(TABLE)
    assert kind_of("?") is ANYTHING


def test_what_is_asked_of_each_child_is_asked_once_a_child() -> None:
    items = items_of(ASKED, (7, 4), (), (), TODAY)
    assert [(item.kind, item.child_id, item.required) for item in items] == [
        ("home_proof", None, True),
        ("tax_notice", None, False),
        ("vaccination", 7, True),
        ("vaccination", 4, True),
    ]
    assert [item.to_send for item in items] == [True, False, True, True]


@pytest.mark.parametrize(
    ("papers", "found"),
    [
        ((), "missing"),
        ((paper(),), "checking"),
        ((paper("refused"),), "refused"),
        ((paper(), paper("refused")), "checking"),
        ((paper("accepted"),), "valid"),
        ((paper("accepted", date(2027, 6, 1)),), "valid"),
        ((paper("accepted", date(2026, 12, 16)),), "ends_soon"),
        ((paper("accepted", date(2026, 12, 17)),), "valid"),
        ((paper("accepted", TODAY),), "ends_soon"),
        ((paper("accepted", date(2026, 11, 15)),), "over"),
        ((paper("refused"), paper("accepted", date(2027, 6, 1))), "valid"),  # the older one still counts
        ((paper("refused"), paper("accepted", date(2026, 11, 1))), "refused"),
        ((paper(), paper("accepted", date(2026, 11, 1))), "checking"),
        ((paper(bad=True),), "refused"),
        ((paper(bad=True), paper("accepted")), "valid"),
    ],
)  # fmt: skip
def test_a_document_stands_where_the_best_of_what_was_sent_puts_it(papers: tuple[Paper, ...], found: str) -> None:
    assert standing(*papers).standing == found


def test_another_childs_document_does_not_count() -> None:
    items = items_of(ASKED, (7, 4), (paper("accepted", kind="vaccination", child=4),), (), TODAY)
    assert [(item.child_id, item.standing) for item in items if item.kind == "vaccination"] == [
        (7, "missing"),
        (4, "valid"),
    ]


def test_what_an_agent_asks_for_is_to_send_even_when_an_older_one_is_valid() -> None:
    call = Wanted("r", "home_proof", None, "Le recto aussi.")
    found = standing(paper("accepted"), wanted=(call,))
    assert (found.standing, found.to_send, found.note) == ("missing", True, "Le recto aussi.")
    assert standing(paper("refused"), wanted=(call,)).reason == "Floue."
    assert standing(paper(), wanted=(call,)).standing == "checking"


def test_what_nobody_asks_of_everybody_appears_once_an_agent_asks_for_it() -> None:
    items = items_of(ASKED, (7,), (), (Wanted("r", "judgment", None, ""), Wanted("s", "other", None, "Un RIB.")), TODAY)
    assert [item.kind for item in items if item.to_send] == ["home_proof", "judgment", "vaccination", "other"]
    assert items[-1].note == "Un RIB."


@pytest.mark.parametrize(
    ("kind", "today", "until"),
    [
        ("home_proof", date(2026, 11, 16), date(2027, 11, 16)),
        ("home_proof", date(2028, 2, 29), date(2029, 2, 28)),
        ("liability_insurance", date(2026, 9, 1), date(2027, 8, 31)),
        ("liability_insurance", date(2027, 6, 30), date(2027, 8, 31)),
        ("liability_insurance", date(2027, 7, 1), date(2028, 8, 31)),
        ("family_book", date(2026, 11, 16), None),
    ],
)
def test_a_document_counts_as_long_as_the_town_chose(kind: str, today: date, until: date | None) -> None:
    asked = Asked(months={"home_proof": 12}, school_year=("liability_insurance",))
    assert counts_until(asked, kind, today) == until


def test_each_move_between_states_is_allowed_or_not() -> None:
    allowed = {(a, b) for a in STATES for b in STATES if may_check(a, b)}
    assert allowed == {("received", "clean"), ("received", "refused")}
    judged = {(s, a, b) for s in STATES for a in DECISIONS for b in DECISIONS if may_decide(s, a, b)}
    assert judged == {
        ("clean", "", "accepted"),
        ("clean", "", "refused"),
        ("clean", "accepted", "refused"),
        ("clean", "refused", "accepted"),
    }
    assert [may_withdraw("sent", each) for each in DECISIONS] == [True, False, False]
    assert not may_withdraw("family", "")


def test_a_notice_says_which_document_and_why() -> None:
    assert line_of("home_proof", "", "", "refused", "La photo est floue") == (
        "Justificatif de domicile\u00a0: refusé, à renvoyer. Motif\u00a0: La photo est floue."
    )
    assert line_of("vaccination", "", "Lina", "over") == "Carnet de vaccination, Lina\u00a0: expiré."
    assert line_of("other", "RIB", "", "asked", "Merci !").startswith(
        "RIB\u00a0: demandé par la mairie. Message\u00a0:"
    )
    assert all(line_of("identity", "", "", why) for why in WHYS)


@pytest.mark.parametrize(
    ("values", "word"),
    [
        ({"longest_mb": 0}, "longest_mb"),
        ({"most_files": 50}, "most_files"),
        ({"valid_months": ("home_proof",)}, "valid_months"),
        ({"valid_months": ("house=3",)}, "valid_months"),
        ({"required": ("home_proof",)}, "home_proof"),
    ],
)
def test_choices_nobody_can_work_with_stop_the_start(values: dict[str, object], word: str) -> None:
    from server.settings import BadSetting

    with pytest.raises(BadSetting, match=word):
        DocumentsChoices(**values)  # type: ignore[arg-type]
