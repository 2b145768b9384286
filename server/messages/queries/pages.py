"""Reads of news, practical pages and menus: what families see today, and all of it for agents."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from server.database import Row, Work, sql
from server.messages.rules.menus import DayMenu, dishes_from, school_days
from server.messages.rules.pages import is_shown
from server.messages.rules.writing import Block, blocks


@dataclass(frozen=True)
class News:
    """A piece of news."""

    ref: str
    title: str
    body: str
    first_day: date
    last_day: date | None
    pinned: bool
    tell: bool
    told_at: datetime | None
    version: int

    @property
    def blocks(self) -> tuple[Block, ...]:
        """The text laid out."""
        return blocks(self.body)

    def shown_on(self, today: date) -> bool:
        """Whether families see it."""
        return is_shown(self.first_day, self.last_day, today)


@dataclass(frozen=True)
class InfoPage:
    """A practical page."""

    ref: str
    title: str
    body: str
    position: int
    shown: bool
    version: int
    changed_at: datetime

    @property
    def blocks(self) -> tuple[Block, ...]:
        """The text laid out."""
        return blocks(self.body)


NEWS = "select ref, title, body, first_day, last_day, pinned, tell, told_at, version from news"
INFOS = "select ref, title, body, position, shown, version, changed_at from info_page"


def news_shown(today: date) -> Work[tuple[News, ...]]:
    """What families see today, pinned first, then the latest."""
    rows = yield sql(
        f"{NEWS} where first_day <= $1 and (last_day is null or last_day >= $1) "
        "order by pinned desc, first_day desc, id desc",
        today,
    )
    return tuple(_news(row) for row in rows)


def all_news() -> Work[tuple[News, ...]]:
    """Every piece, the latest first."""
    return tuple(_news(row) for row in (yield sql(f"{NEWS} order by first_day desc, id desc")))


def one_news(ref: str) -> Work[News | None]:
    """A piece of news by its ref."""
    rows = yield sql(f"{NEWS} where ref = $1", ref)
    return _news(rows[0]) if rows else None


def infos(shown_only: bool) -> Work[tuple[InfoPage, ...]]:
    """The practical pages in their order."""
    where = " where shown" if shown_only else ""
    rows = yield sql(f"{INFOS}{where} order by position, title")
    return tuple(_info(row) for row in rows)


def one_info(ref: str) -> Work[InfoPage | None]:
    """A practical page by its ref."""
    rows = yield sql(f"{INFOS} where ref = $1", ref)
    return _info(rows[0]) if rows else None


def menus_of(monday: date) -> Work[tuple[DayMenu, ...]]:
    """The five menus of a week; days nobody has written are empty."""
    rows = yield sql(
        "select day, dishes, note, version from menu where day >= $1 and day < $2", monday, monday + timedelta(days=5)
    )
    known = {row["day"]: DayMenu(row["day"], dishes_from(row["dishes"]), row["note"], row["version"]) for row in rows}
    return tuple(known.get(day, DayMenu(day, {})) for day in school_days(monday))


def _news(row: Row) -> News:
    return News(**dict(row))


def _info(row: Row) -> InfoPage:
    return InfoPage(**dict(row))
