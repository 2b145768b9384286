"""Writes of news, practical pages and menus: never over somebody's change that was not seen."""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from server.database import Row, Work, sql
from server.errors import NotFound
from server.messages.rules.menus import DayMenu, dishes_to
from server.notices.commands import Event, tell_all
from server.web.visitor import Visitor

NOTE = "insert into audit (at, actor_id, action, detail) values ($1, $2, $3, '{}')"


@dataclass(frozen=True)
class Piece:
    """News as an agent wants it; `seen` is the version that was on screen, 0 for a new one."""

    title: str
    body: str
    first_day: date
    last_day: date | None
    pinned: bool
    tell: bool
    seen: int = 0


@dataclass(frozen=True)
class Page:
    """A practical page as an agent wants it."""

    title: str
    body: str
    position: int
    shown: bool
    seen: int = 0


def keep_news(agent: Visitor, ref: str, piece: Piece, today: date, now: datetime) -> Work[bool]:
    """Write a piece of news (a new one without `ref`) and tell families once. False when somebody changed it since."""
    if not ref:
        ref = secrets.token_urlsafe(12)
        yield sql(
            "insert into news (ref, title, body, first_day, last_day, pinned, tell, changed_by, changed_at) "
            "values ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
            ref, piece.title, piece.body, piece.first_day, piece.last_day, piece.pinned, piece.tell,
            agent.account_id, now,
        )  # fmt: skip
    elif not (yield from _unchanged("news", ref, piece.seen)):
        return False
    else:
        yield sql(
            "update news set title = $2, body = $3, first_day = $4, last_day = $5, pinned = $6, tell = $7, "
            "version = version + 1, changed_by = $8, changed_at = $9 where ref = $1",
            ref, piece.title, piece.body, piece.first_day, piece.last_day, piece.pinned, piece.tell,
            agent.account_id, now,
        )  # fmt: skip
    yield sql(NOTE, now, agent.account_id, "news")
    yield from announce_news(today, now)
    return True


def _unchanged(table: str, ref: str, seen: int) -> Work[bool]:
    """Whether the page, held from here on, is still as it was seen. Raises NotFound when it is gone."""
    rows = yield sql(f"select version from {table} where ref = $1 for update", ref)
    if not rows:
        raise NotFound
    return bool(rows[0]["version"] == seen)


def announce_news(today: date, now: datetime) -> Work[int]:
    """Tell every parent's account of what has become visible and is to be told, each piece once. How many pieces."""
    fresh = yield sql(
        "update news set told_at = $2 where tell and told_at is null and first_day <= $1 "
        "and (last_day is null or last_day >= $1) returning id, ref, title",
        today,
        now,
    )
    if not fresh:
        return 0
    accounts = yield sql("select id from account where kind = 'parent' and disabled_at is null")
    events = [
        Event(row["id"], "news", f"news-{piece['id']}", {"text": piece["title"], "url": f"/actualites/{piece['ref']}"})
        for piece in fresh
        for row in accounts
    ]
    yield from tell_all(events, now)
    return len(fresh)


def drop_news(agent: Visitor, ref: str, now: datetime) -> Work[None]:
    """Take a piece of news away. Raises NotFound when it is gone already."""
    if not (yield sql("delete from news where ref = $1 returning id", ref)):
        raise NotFound
    yield sql(NOTE, now, agent.account_id, "news_dropped")


def keep_info(agent: Visitor, ref: str, wanted: Page, now: datetime) -> Work[bool]:
    """Write a practical page (a new one without `ref`). False when somebody changed it since."""
    if not ref:
        yield sql(
            "insert into info_page (ref, title, body, position, shown, changed_by, changed_at) "
            "values ($1, $2, $3, $4, $5, $6, $7)",
            secrets.token_urlsafe(12), wanted.title, wanted.body, wanted.position, wanted.shown, agent.account_id, now,
        )  # fmt: skip
    elif not (yield from _unchanged("info_page", ref, wanted.seen)):
        return False
    else:
        yield sql(
            "update info_page set title = $2, body = $3, position = $4, shown = $5, version = version + 1, "
            "changed_by = $6, changed_at = $7 where ref = $1",
            ref, wanted.title, wanted.body, wanted.position, wanted.shown, agent.account_id, now,
        )  # fmt: skip
    yield sql(NOTE, now, agent.account_id, "info")
    return True


def drop_info(agent: Visitor, ref: str, now: datetime) -> Work[None]:
    """Take a practical page away. Raises NotFound when it is gone already."""
    if not (yield sql("delete from info_page where ref = $1 returning id", ref)):
        raise NotFound
    yield sql(NOTE, now, agent.account_id, "info_dropped")


def keep_menus(agent: Visitor, wanted: Sequence[DayMenu], now: datetime) -> Work[tuple[date, ...]]:
    """Write a week's menus: all of them, or none when some were changed since; those days are returned."""
    # Locked together in the order of days: two agents saving the same week meet here, not half-way.
    days = {menu.day: menu for menu in wanted}
    rows = yield sql(
        "select day, version, dishes, note from menu where day >= $1 and day <= $2 order by day for update",
        min(days),
        max(days),
    )
    known = {row["day"]: row for row in rows}
    late = tuple(day for day, menu in days.items() if menu.version != (known[day]["version"] if day in known else 0))
    if late:
        return late
    for day, menu in days.items():
        yield from _keep_menu(agent, menu, known.get(day), now)
    yield sql(NOTE, now, agent.account_id, "menus")
    return ()


def _keep_menu(agent: Visitor, menu: DayMenu, before: Row | None, now: datetime) -> Work[None]:
    text = dishes_to(menu.dishes)
    if before and (before["dishes"], before["note"]) != (text, menu.note):
        yield sql(
            "update menu set dishes = $2, note = $3, version = version + 1, changed_by = $4, changed_at = $5 "
            "where day = $1",
            menu.day, text, menu.note, agent.account_id, now,
        )  # fmt: skip
    elif not before and (menu.dishes or menu.note):
        yield sql(
            "insert into menu (day, dishes, note, changed_by, changed_at) values ($1, $2, $3, $4, $5)",
            menu.day, text, menu.note, agent.account_id, now,
        )  # fmt: skip
