"""`make bench`, the phone's half: Lighthouse, tap to paint on a slow processor, the month without a network.

A real server with the demo town, Chromium at phone size. --write puts the tables into docs/benchmarks.md.
"""

import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from socket import socket
from typing import Any

from playwright.sync_api import BrowserContext, CDPSession, Locator, Page, Playwright, sync_playwright

from tests.benchmarks.report import Table, put
from tests.journeys.conftest import FLAGS, NOW, PASSWORD, chromium_path, worker_runs
from tests.journeys.live import LiveServer
from tests.journeys.proxy import Proxy
from tests.journeys.squares import FREE, NEXT_WEEK
from tests.pages.house import EMAILS, PHONE

LIGHTHOUSE = Path(__file__).parent / "lighthouse"
RUNS = 3  # of Lighthouse on a page; its score is their median
TAPS, STARTS = 20, 9
NO_STORE = ["bf-cache"]  # pages of a family say no-store; the shelf answers Back instead
MONTH = "/planning?vue=mois&jour=2026-11-16"
SIGN_IN = "/connexion"
PAGES = {"sign-in": SIGN_IN, "home": "/", "week": NEXT_WEEK, "month": MONTH, "day": "/planning/jour/2026-11-24"}
# From the finger's event to the end of the frame that shows its effect, by the browser's own account (8 ms steps), and
# by our own: the square dressed, then kept on the disk (« noted »), then the server's verdict painted.
WATCH = """() => {
  window.seen = { frames: [] };
  new PerformanceObserver((list) => seen.frames.push(...list.getEntries().map(({ name, duration }) => [name, duration])))
    .observe({ type: "event", durationThreshold: 16 });
  addEventListener("click", (event) => {
    const button = event.target.closest("button.sq");
    if (!button) return;
    const began = event.timeStamp;
    const marks = seen.last = {};
    const look = () => {
      const { q, s } = button.dataset;
      const now = performance.now() - began;
      if (q) marks.paint ??= now;
      if (q === "pending" || q === "sending") marks.noted ??= now;
      if (!q && s !== "free") marks.verdict ??= now;
    };
    new MutationObserver(look).observe(button, { attributes: true });
  }, { capture: true });
}"""

COME = """async (key) => {
  const until = performance.now() + 20_000;
  while (!seen.last?.[key] && performance.now() < until) await new Promise((done) => setTimeout(done, 20));
  return seen.last;
}"""
PAINTED = """async () => {
  const first = () => performance.getEntriesByName("first-contentful-paint")[0];
  while (!first()) await new Promise((done) => setTimeout(done, 20));
  return first().startTime;
}"""


class Phones:
    """Browsers at phone size on one server, each with a profile of its own."""

    def __init__(self, playwright: Playwright, live: LiveServer, folder: Path) -> None:
        self.playwright, self.live, self.folder = playwright, live, folder

    @contextmanager
    def phone(self, name: str, url: str, *flags: str) -> Iterator[BrowserContext]:
        """A browser signed in at `url`."""
        context = self.playwright.chromium.launch_persistent_context(
            str(self.folder / name), executable_path=chromium_path(), args=[*FLAGS, *flags], base_url=url,
            locale="fr-FR", timezone_id="Europe/Paris", viewport=PHONE, has_touch=True, is_mobile=True,
        )  # fmt: skip
        context.set_default_timeout(30_000)
        form = {"identifiant": EMAILS["parent"], "mot_de_passe": PASSWORD}
        assert context.request.post(SIGN_IN, form=form, max_redirects=0).status == 303
        yield context
        context.close()


def main() -> int:
    """Measure; BENCH_ONLY keeps lighthouse, taps or starts."""
    tables = []
    with tempfile.TemporaryDirectory() as made, sync_playwright() as playwright, served(Path(made)) as live:
        phones = Phones(playwright, live, Path(made))
        wanted = [name for name in os.environ.get("BENCH_ONLY", "").split(",") if name]
        for measure in (lighthouse, taps, starts):
            if not wanted or measure.__name__ in wanted:
                tables.append(measure(phones))
    text = "\n".join(table.as_markdown() for table in tables if table.lines)
    print(f"\n{text}")
    if "--write" in sys.argv:
        put("phone", text)
    return 0


@contextmanager
def served(folder: Path) -> Iterator[LiveServer]:
    (folder / "data").mkdir()
    live = LiveServer(folder / "data", {"MARELLE_NOW": NOW})
    live.run("migrate")
    live.run("demo")
    live.start()
    yield live
    live.stop()


def lighthouse(phones: Phones) -> Table:
    """The scores of five pages, a cold cache each time."""
    heads = (
        "page",
        "performance",
        "accessibility",
        "practices",
        "FCP ms",
        "LCP ms",
        "TBT ms",
        "CLS",
        "bytes",
        "requests",
    )
    table = Table("Lighthouse, mobile, slow 4G", heads)
    if not shutil.which("node") or not shutil.which("npm"):
        print("Lighthouse left out: no node")
        return table
    if not (LIGHTHOUSE / "node_modules").is_dir():
        subprocess.run(["npm", "ci", "--silent", "--no-audit", "--no-fund"], cwd=LIGHTHOUSE, check=True)
    port = _free_port()
    with phones.phone("lighthouse", phones.live.url, f"--remote-debugging-port={port}") as context:
        for name, path in PAGES.items():
            cookies = context.cookies()
            if path == SIGN_IN:
                context.clear_cookies()
            runs = [_audited(port, phones.live.url + path) for _ in range(RUNS)]
            context.add_cookies(cookies)  # type: ignore[arg-type]
            table.add(name, *(_median(runs, key) for key in ("performance", "accessibility", "practices")),
                      *(float(_median(runs, key)) for key in ("fcp", "lcp", "tbt", "cls")),
                      *(int(_median(runs, key)) for key in ("bytes", "requests")))  # fmt: skip
    return table


def _audited(port: int, url: str) -> dict[str, Any]:
    done = subprocess.run(
        ["node", "run.mjs", str(port), url], cwd=LIGHTHOUSE, capture_output=True, text=True, check=True
    )
    found: dict[str, Any] = json.loads(done.stdout.strip().splitlines()[-1])
    if found["error"] or found["wrong"] not in ([], NO_STORE):
        print("    ", url, found["wrong"], found["error"])
    return found


def _median(runs: list[dict[str, Any]], key: str) -> Any:
    return statistics.median(run[key] for run in runs)


def taps(phones: Phones) -> Table:
    """Free squares tapped one after the other, at several speeds of processor and network."""
    heads = (
        "processor / network",
        "to paint p50 ms",
        "worst frame ms",
        "noted p50 ms",
        "noted worst ms",
        "verdict p50 ms",
    )
    table = Table("A tap, from the finger to the verdict", heads)
    for name, slowdown, network, monday in (
        ("full speed / loopback", 1, 0.0, "2026-11-23"), ("4× slower / loopback", 4, 0.0, "2026-11-30"),
        ("6× slower / loopback", 6, 0.0, "2026-12-07"), ("full speed / 150 ms a round trip", 1, 0.15, "2026-12-14"),
        ("6× slower / none", 6, -1.0, "2027-01-04"),
    ):  # fmt: skip
        proxy = Proxy(phones.live.port)
        with phones.phone(f"taps-{slowdown}-{network}", proxy.url) as context:
            page = _calendar(context, f"/planning?vue=semaine&jour={monday}")
            _slow(page, slowdown)
            proxy.set("refuse" if network < 0 else "slow" if network else "pass", max(network, 0.0))
            marks, frames = _tapped(page, network >= 0)
            verdicts = [mark["verdict"] for mark in marks if "verdict" in mark]
            noted = [mark["noted"] for mark in marks]
            table.add(name, statistics.median(mark["paint"] for mark in marks), max(frames, default=16.0),
                      statistics.median(noted), max(noted), statistics.median(verdicts) if verdicts else "–")  # fmt: skip
        proxy.stop()
    return table


def _tapped(page: Page, online: bool) -> tuple[list[dict[str, float]], list[float]]:
    """What became of each tap, and how long the frames of the clicks took."""
    page.evaluate(WATCH)
    marks = []
    for _ in range(TAPS if page.locator(FREE).count() >= TAPS else page.locator(FREE).count()):
        _thumb(page, page.locator(f"{FREE}:not([data-q])").first)
        marks.append(page.evaluate(COME, "verdict" if online else "noted"))
    page.wait_for_timeout(300)
    return marks, [duration for name, duration in page.evaluate("seen.frames") if name in ("click", "pointerup")]


def _thumb(page: Page, square: Locator) -> None:
    """A bare touch: Playwright's own tap first asks the page what lies under the finger, on the page's slow clock."""
    square.scroll_into_view_if_needed()
    box = square.bounding_box()
    assert box
    page.touchscreen.tap(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)


def starts(phones: Phones) -> Table:
    """The icon is touched in the underground: from the navigation to the first paint of the month, from the shelf."""
    table = Table("Second visit, without a network", ("page / processor", "first paint p50 ms", "worst ms", "squares"))
    proxy = Proxy(phones.live.port)
    with phones.phone("starts", proxy.url) as context:
        _calendar(context, NEXT_WEEK)
        page = _calendar(context, MONTH)
        page.goto("/")
        page.wait_for_load_state("networkidle")
        proxy.set("refuse")
        for name, path in (("home", "/"), ("week", NEXT_WEEK), ("month", MONTH)):
            for slowdown in (1, 4):
                painted = [_first_paint(context, path, slowdown) for _ in range(STARTS)]
                times = [time for time, _ in painted]
                table.add(f"{name} / {slowdown}× slower" if slowdown > 1 else f"{name} / full speed",
                          statistics.median(times), max(times), painted[0][1])  # fmt: skip
    proxy.stop()
    return table


def _first_paint(context: BrowserContext, path: str, slowdown: int) -> tuple[float, int]:
    """ms from the navigation's start to the first contentful paint in a new tab, and the squares shown then."""
    page = context.new_page()
    with closing(page):
        _slow(page, slowdown)
        page.goto(path)
        return float(page.evaluate(PAINTED)), page.locator(".sq[data-s]").count()


def _calendar(context: BrowserContext, path: str) -> Page:
    """The calendar, its worker in charge and its shelf filled."""
    page = context.pages[0]
    page.goto(path)
    worker_runs(page)
    page.reload()
    page.wait_for_load_state("networkidle")
    return page


def _slow(page: Page, rate: int) -> None:
    session: CDPSession = page.context.new_cdp_session(page)
    session.send("Emulation.setCPUThrottlingRate", {"rate": rate})


def _free_port() -> int:
    with socket() as each:
        each.bind(("127.0.0.1", 0))
        port: int = each.getsockname()[1]
        return port


if __name__ == "__main__":
    sys.exit(main())
