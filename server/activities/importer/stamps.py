"""Dates as the official files write them."""

import re
from datetime import UTC, date, datetime, timedelta

HALF_A_DAY = timedelta(hours=12)


def day_of(text: str) -> date | None:
    """The day a stamp means, or nothing when it means none.

    Official stamps are midnights written in UTC (2025-10-17T22:00Z is 18 October in Paris). From Wallis (+12)
    to Tahiti (-10), a French midnight is always nearest to the UTC midnight of its own day.
    """
    text = text.strip()
    try:
        if re.fullmatch(r"\d{8}", text):
            return datetime.strptime(text, "%Y%m%d").replace(tzinfo=UTC).date()
        if re.fullmatch(r"\d{1,2}/\d{1,2}/\d{4}", text):
            return datetime.strptime(text, "%d/%m/%Y").replace(tzinfo=UTC).date()
        if not re.match(r"\d{4}-?\d{2}-?\d{2}", text):
            return None
        stamp = datetime.fromisoformat(text)
    except ValueError:
        return None
    return stamp.date() if stamp.tzinfo is None else (stamp.astimezone(UTC) + HALF_A_DAY).date()
