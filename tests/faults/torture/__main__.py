"""`make torture SEEDS=n [FIRST=1] [JOBS=2] [BREAK=courier|ids|settle]`: as many histories as asked, and the figures."""

import argparse
import json
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from functools import partial
from pathlib import Path
from typing import IO, Any

from playwright.sync_api import Playwright, sync_playwright

from tests.faults.torture.breaks import BREAKS, broken_tree
from tests.faults.torture.browser import BrowserPhone
from tests.faults.torture.check import Findings
from tests.faults.torture.events import MakePhone
from tests.faults.torture.history import node_phone
from tests.faults.torture.house import Ground
from tests.faults.torture.plan import Plan, plan_of
from tests.faults.torture.run import ground, torment
from tests.faults.torture.shrink import shortest
from tests.journeys.live import ROOT
from tests.journeys.proxy import Proxy

KINDS = ("lost", "doubled", "wrong")


def main() -> int:
    options = arguments()
    signal.signal(
        signal.SIGTERM, lambda *_: sys.exit(143)
    )  # asked to stop: what was started is ended, what is known is said
    if options.worker:
        return work(options)
    tally, begun = Tally(), time.monotonic()
    try:
        together(options, tally)
    finally:
        tally.tell(time.monotonic() - begun)
    return bool(tally.failed)


def work(options: argparse.Namespace) -> int:
    """Every history of this process's share; one line of JSON for each, other lines are for people."""
    scratch = tempfile.TemporaryDirectory(prefix="marelle-broken-")
    root = broken_tree(options.break_, Path(scratch.name)) if options.break_ else ROOT
    drivers: list[Playwright] = []
    with scratch, ground(root) as made:
        node = partial(node_phone, modules=root / "service_worker")
        for seed in range(options.first, options.first + options.seeds):
            plan = plan_of(seed, made.town, options.taps, options.browser)
            make = browser_among(node, plan, drivers) if plan.browser else node
            found = torment(made, plan, make)
            figures = found.figures + Counter({"seeds": 1, plan.engine: 1})
            print(json.dumps({"seed": seed, "figures": figures, "failed": bool(found.faults)}), flush=True)
            if found.faults:
                explain(made, plan, found, make, options.shrink)
    return 0


def browser_among(node: MakePhone, plan: Plan, drivers: list[Playwright]) -> MakePhone:
    """Phones of this plan, one of them a real browser. Its driver starts once, after the towns were built."""
    drivers += [] if drivers else [sync_playwright().start()]

    def make(who: str, folder: Path, proxy: Proxy) -> Any:
        return BrowserPhone(drivers[0], folder, proxy) if who == plan.browser else node(who, folder, proxy)

    return make


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.faults.torture", description=__doc__)
    parser.add_argument("--seeds", type=int, default=20)
    parser.add_argument("--first", type=int, default=1)
    parser.add_argument("--taps", type=int, default=160, help="thumbs planned a history; some fall on locked squares")
    parser.add_argument("--jobs", type=int, default=1, help="histories side by side, each with its own PostgreSQL")
    parser.add_argument("--browser", type=int, default=10, help="every n-th history has a real Chromium; 0: none")
    parser.add_argument("--shrink", type=int, default=20, help="histories spent on shortening a failing one")
    parser.add_argument("--break", dest="break_", choices=BREAKS, default="", help="break the program on purpose")
    parser.add_argument("--worker", action="store_true", help=argparse.SUPPRESS)
    return parser.parse_args()


def explain(made: Ground, plan: Plan, found: Findings, make: MakePhone, tries: int) -> None:
    """What went wrong, the shortest history that still goes wrong, and how to see it again."""
    for fault in found.faults[:10]:
        print(f"  {fault}", flush=True)
    if tries:
        short = shortest(plan, lambda fewer: bool(torment(made, fewer, make).faults), tries)
        print(f"  seed {plan.seed}, {plan.engine}: {len(short.events)} of {len(plan.events)} events are enough:")
        for event in short.events:
            print(f"    {event}")
    print(f"  again: make torture SEEDS=1 FIRST={plan.seed}", flush=True)


def together(options: argparse.Namespace, tally: "Tally") -> None:
    """Processes side by side, each with its share of the seeds and a town of its own."""
    jobs = min(options.jobs, options.seeds)
    share, more = divmod(options.seeds, jobs)
    common = [
        f"--taps={options.taps}",
        f"--shrink={options.shrink}",
        f"--browser={options.browser}",
        *([f"--break={options.break_}"] * bool(options.break_)),
    ]
    first, workers = options.first, []
    for n in range(jobs):
        seeds = share + (n < more)
        command = [
            sys.executable,
            "-u",
            "-m",
            "tests.faults.torture",
            "--worker",
            f"--seeds={seeds}",
            f"--first={first}",
        ]
        workers.append(subprocess.Popen([*command, *common], cwd=ROOT, stdout=subprocess.PIPE, text=True))
        first += seeds
    readers = [threading.Thread(target=tally.read, args=(worker.stdout,)) for worker in workers]
    try:
        for reader in readers:
            reader.start()
        for reader in readers:
            reader.join()
    finally:
        for worker in workers:
            worker.terminate()
        for worker in workers:
            worker.wait()


class Tally:
    """The figures of all histories so far."""

    def __init__(self) -> None:
        self.total, self.failed = Counter[str](), list[int]()
        self._lock = threading.Lock()

    def read(self, lines: IO[str]) -> None:
        """What one process says, until it ends."""
        for line in lines:
            with self._lock:
                self._hear(line)

    def _hear(self, line: str) -> None:
        if not line.startswith("{"):
            print(line, end="", flush=True)
            return
        said = json.loads(line)
        figures = Counter(said["figures"])
        self.total += figures
        self.failed += [said["seed"]] * said["failed"]
        faults = ", ".join(f"{figures[kind]} {kind}" for kind in KINDS)
        print(f"seed {said['seed']}: {figures['taps recorded']} taps, {faults}", flush=True)

    def tell(self, seconds: float) -> None:
        """The table for docs/benchmarks.md."""
        total = Counter(self.total)
        rows = {**{kind: total.pop(kind, 0) for kind in KINDS}, "minutes": round(seconds / 60, 1)}
        print("\n| what | how many |\n| --- | ---: |")
        for name in ("seeds", "taps recorded", "taps judged"):
            print(f"| {name} | {total.pop(name, 0):,} |")
        for name, count in [*sorted(total.items()), *rows.items()]:
            print(f"| {name} | {count:,} |")
        if self.failed:
            print(f"\nfailing seeds: {' '.join(map(str, sorted(self.failed)))}")


if __name__ == "__main__":
    sys.exit(main())
