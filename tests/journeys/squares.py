"""What the journeys do with squares: find some, tap them, wait for a verdict, and read the database from outside."""

import time
from typing import Any

from playwright.sync_api import Locator, Page, expect

from tests.journeys.live import LiveServer

NEXT_WEEK = "/planning?vue=semaine&jour=2026-11-23"
# Whether the worker has kept the page on screen.
ON_THE_SHELF = """(async () => {
  const shelves = (await caches.keys()).filter((key) => /^u-/.test(key));
  const found = shelves.map(async (key) => (await caches.open(key)).match(location.pathname + location.search));
  return (await Promise.all(found)).some(Boolean);
})()"""
CALM = "[data-q=noting], [data-q=pending], [data-q=sending], [data-q=auth]"  # what has no verdict yet
FREE = "button.sq[data-s=free]:not([aria-disabled=true])"


def becomes(page: Page, script: str, arg: Any = None) -> None:
    """Wait, a minute at most, until the script's value is true; a promise is awaited, as wait_for_function does not."""
    end = time.monotonic() + 60
    while not page.evaluate(script, arg):
        assert time.monotonic() < end, f"never true: {script} {arg}"
        page.wait_for_timeout(50)


def free_ids(page: Page, count: int, having: str = "") -> list[str]:
    """The ids of the first free squares on the page, of those whose spoken name contains `having`."""
    found = page.locator(FREE).filter(has_text=having) if having else page.locator(FREE)
    expect(found.nth(count - 1)).to_be_attached()
    return [str(found.nth(n).get_attribute("id")) for n in range(count)]


def square(page: Page, id_: str) -> Locator:
    return page.locator(f"#{id_}")


def tap(page: Page, id_: str) -> None:
    """The thumb: real, on the middle of the square."""
    square(page, id_).scroll_into_view_if_needed()
    square(page, id_).tap()


def waits(page: Page, id_: str) -> None:
    expect(square(page, id_)).to_have_attribute("data-q", "pending")


def booked(page: Page, id_: str, state: str = "booked") -> None:
    """The server's verdict is painted, and nothing waits on this square any more."""
    settled = page.locator(f"#{id_}[data-s={state}]:not({CALM})")
    expect(settled).to_be_attached()


def held(live: LiveServer, id_: str) -> list[dict[str, Any]]:
    """The booking of a square, read outside the server."""
    child, session = id_.removeprefix("q-").rsplit("-", 1)
    return live.rows(
        "select b.* from booking b join child c on c.id = b.child_id where c.ref = ? and b.session_id = ?",
        child,
        int(session),
    )


def taps_of(live: LiveServer, id_: str) -> list[dict[str, Any]]:
    """Every tap the server ever judged on a square."""
    child, session = id_.removeprefix("q-").rsplit("-", 1)
    return live.rows("select * from tap where square = ? order by seq", f"{child}.{session}")


def arrived(live: LiveServer, id_: str) -> None:
    """Wait until the server has judged one tap on the square, whatever its browser hears of it."""
    end = time.monotonic() + 60
    while not taps_of(live, id_) and time.monotonic() < end:
        time.sleep(0.05)
    assert len(taps_of(live, id_)) == 1, "the request must have arrived, its answer being lost"


def audit_of(live: LiveServer, id_: str) -> list[dict[str, Any]]:
    child, session = id_.removeprefix("q-").rsplit("-", 1)
    return live.rows(
        "select a.* from audit a join child c on c.id = a.child_id where a.action = 'tap' and c.ref = ? and a.session_id = ?",
        child, int(session),
    )  # fmt: skip


def queue_of(page: Page) -> list[dict[str, Any]]:
    """The phone's own queue, read in its IndexedDB."""
    return page.evaluate(
        """() => new Promise((resolve, reject) => {
          const asked = indexedDB.open("marelle");
          asked.onerror = () => reject(asked.error);
          asked.onsuccess = () => {
            const db = asked.result;
            const store = db.transaction("taps").objectStore("taps");
            const all = store.getAll();
            all.onsuccess = () => { db.close(); resolve(all.result); };
          };
        })"""
    )
