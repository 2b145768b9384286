"""The words of a notice, and what a locked screen may not say."""

import json
from datetime import UTC, date, datetime, timedelta

import pytest

from server.notices.commands.booked import TITLES
from server.notices.commands.wording import words_for
from server.notices.commands.words import Words, days_listed
from tests.commands.notices.office import DAYS, booked

NOW = datetime(2026, 11, 16, 8, tzinfo=UTC)
TODAY = date(2026, 11, 16)


def said(kind: str, *payloads: dict[str, object]) -> Words:
    return words_for(kind, [json.dumps(payload) for payload in payloads], NOW, NOW)


def plain(text: str) -> str:
    return text.replace("\u00a0", " ")


@pytest.mark.parametrize("kind", TITLES)
@pytest.mark.parametrize("count", [1, 2, 12])
def test_a_locked_screen_names_no_child_and_no_reason(kind: str, count: int) -> None:
    reason = "Certificat médical (diabète) manquant"
    words = said(kind, *(booked(day, "Apolline", "refused", reason) for day in DAYS[:count]))
    for shown in (words.title, words.brief, words.url):
        assert "Apolline" not in shown
        assert "médical" not in shown
        assert "diabète" not in shown
    assert "Apolline" in words.body
    assert reason in words.body
    assert len(words.title) <= 160
    assert len(words.brief) <= 300


def test_one_and_many_are_said_in_french() -> None:
    assert said("bookings_validated", booked(DAYS[0])).title == "Réservation validée"
    many = said("bookings_validated", *(booked(day) for day in DAYS[:12]))
    assert plain(many.title) == "12 réservations validées"
    assert plain(many.brief) == (
        "Cantine : du lundi 23 novembre au vendredi 11 décembre. Ouvrez Marelle pour le détail."
    )


def test_the_story_says_each_child_once_with_its_days() -> None:
    words = said(
        "bookings_validated",
        booked(DAYS[1], "Tom"), booked(DAYS[0]), booked(DAYS[1]), booked(DAYS[2], state="to_pay"),
    )  # fmt: skip
    assert plain(words.body).splitlines() == [
        "Lina, Cantine : lun. 23 et mar. 24 novembre.",
        "Tom, Cantine : mar. 24 novembre.",
        "Lina, Cantine : jeu. 26 novembre, à payer.",
    ]


def test_a_refusal_gives_its_reason() -> None:
    words = said("bookings_refused", booked(DAYS[0], state="refused", reason="Plus de place ce jour-là."))
    assert plain(words.body) == "Lina, Cantine : lun. 23 novembre. Motif : Plus de place ce jour-là."


@pytest.mark.parametrize(
    ("states", "title"),
    [
        (["free"], "Annulation acceptée"),
        (["booked", "booked"], "2 annulations refusées"),
        (["free", "booked"], "2 réponses à vos demandes d’annulation"),
    ],
)
def test_answers_to_cancellations_may_differ(states: list[str], title: str) -> None:
    events = [booked(day, state=state) for day, state in zip(DAYS, states, strict=False)]
    assert plain(said("cancellations_decided", *events).title) == title


def test_a_closed_day_is_named() -> None:
    assert said("day_closed", booked(DAYS[0]), booked(DAYS[0], "Tom")).title == "Fermeture lundi 23 novembre"
    assert plain(said("day_closed", booked(DAYS[0]), booked(DAYS[1])).title) == "2 jours de fermeture"


def test_a_click_opens_the_first_day() -> None:
    assert said("bookings_refused", booked(DAYS[3]), booked(DAYS[1])).url == f"/planning/jour/{DAYS[1]}"


def test_months_and_far_years_are_said_once() -> None:
    days = [date(2026, 11, 30), date(2026, 12, 1), date(2026, 12, 3), date(2027, 6, 1)]
    assert plain(days_listed(days, TODAY)) == "lun. 30 novembre, mar. 1er, jeu. 3 décembre et mar. 1er juin 2027"


def test_ringing_ends_at_midnight_in_paris_after_the_last_day() -> None:
    assert said("bookings_validated", booked(DAYS[0])).expires_at == datetime(2026, 11, 23, 23, tzinfo=UTC)
    past = said("day_closed", booked(TODAY - timedelta(days=3)))
    assert past.expires_at == NOW + timedelta(hours=1)


def test_a_very_long_story_is_cut() -> None:
    words = said("booked_by_agent", *(booked(day, f"Enfant {n}") for n in range(60) for day in DAYS[:2]))
    assert len(words.body.splitlines()) == 41
    assert words.body.endswith("… et 20 autres lignes.")


def test_a_new_sign_in_says_which_device_and_when() -> None:
    words = said("new_sign_in", {"device": "Firefox sur Linux"})
    assert plain(words.body).startswith("Firefox sur Linux, lundi 16 novembre à 9 h")
    assert "déconnectez cet appareil et appelez la mairie" in words.brief  # a password is changed at the town hall
    assert words.url == "/compte"


def test_typed_words_stay_on_their_line() -> None:
    words = said("bookings_refused", booked(DAYS[0], "Li\nna", "refused", "Un\n\x00motif\u2028étrange"))
    assert plain(words.body) == "Li na, Cantine : lun. 23 novembre. Motif : Un motif étrange."
