"""An instant as one says it on the day or the eve."""

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from server.french import soon

PARIS = ZoneInfo("Europe/Paris")
NOW = datetime(2026, 11, 16, 9, tzinfo=PARIS)


@pytest.mark.parametrize(
    ("moment", "said"),
    [
        (datetime(2026, 11, 16, 10, tzinfo=PARIS), "aujourd’hui à 10 h"),
        (datetime(2026, 11, 16, 18, 30, tzinfo=PARIS), "ce soir à 18 h 30"),
        (datetime(2026, 11, 17, 0, 0, tzinfo=PARIS), "ce soir à minuit"),
        (datetime(2026, 11, 17, 9, tzinfo=PARIS), "demain à 9 h"),
        (datetime(2026, 11, 17, 20, tzinfo=PARIS), "demain soir à 20 h"),
        (datetime(2026, 11, 18, 0, 0, tzinfo=PARIS), "demain soir à minuit"),
        (datetime(2026, 11, 18, 10, tzinfo=PARIS), "mercredi 18 novembre à 10 h"),
        (datetime(2026, 11, 15, 10, tzinfo=PARIS), "dimanche 15 novembre à 10 h"),
    ],
)
def test_a_near_instant_is_said_simply(moment: datetime, said: str) -> None:
    assert soon(moment, NOW).replace("\u00a0", " ") == said


def test_the_night_the_clocks_change_keeps_the_wall_s_hours() -> None:
    eve = datetime(2026, 10, 24, 22, tzinfo=PARIS)
    assert soon(datetime(2026, 10, 25, 9, tzinfo=PARIS), eve).replace("\u00a0", " ") == "demain à 9 h"
