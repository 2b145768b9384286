"""`make torture SEEDS=n [FIRST=1] [JOBS=2] [BREAK=courier|ids|settle]`: as many histories as asked, and the figures."""

import argparse
import json
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from functools import partial
from pathlib import Path

from tests.faults.torture.breaks import BREAKS, broken_tree
from tests.faults.torture.check import Findings
from tests.faults.torture.history import MakePhone, node_phone
from tests.faults.torture.house import Ground
from tests.faults.torture.plan import Plan, plan_of
from tests.faults.torture.run import ground, torment
from tests.faults.torture.shrink import shortest
from tests.journeys.live import ROOT

KINDS = ("lost", "doubled", "wrong")


def main() -> int:
    options = arguments()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # what has been started is ended
    if options.jobs > 1:
        return together(options)
    total, failed, begun = Counter[str](), [], time.monotonic()
    scratch = tempfile.TemporaryDirectory(prefix="marelle-broken-")
    root = broken_tree(options.break_, Path(scratch.name)) if options.break_ else ROOT
    with scratch, ground(root) as made:
        make = partial(node_phone, modules=root / "service_worker")
        for seed in range(options.first, options.first + options.seeds):
            plan = plan_of(seed, made.town, options.taps)
            found = torment(made, plan, make)
            tell(seed, found)
            total += found.figures + Counter({"seeds": 1, plan.engine: 1})
            if found.faults:
                failed.append(seed)
                explain(made, plan, found, make, options.shrink)
    if options.raw:
        print(json.dumps({"total": total, "failed": failed}), flush=True)
    else:
        summary(total, failed, time.monotonic() - begun)
    return bool(failed)


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.faults.torture", description=__doc__)
    parser.add_argument("--seeds", type=int, default=20)
    parser.add_argument("--first", type=int, default=1)
    parser.add_argument("--taps", type=int, default=160, help="thumbs planned a history; some fall on locked squares")
    parser.add_argument("--jobs", type=int, default=1, help="histories side by side, each with its own PostgreSQL")
    parser.add_argument("--shrink", type=int, default=20, help="histories spent on shortening a failing one")
    parser.add_argument("--break", dest="break_", choices=BREAKS, default="", help="break the program on purpose")
    parser.add_argument("--raw", action="store_true", help=argparse.SUPPRESS)
    return parser.parse_args()


def tell(seed: int, found: Findings) -> None:
    faults = ", ".join(f"{found.figures[kind]} {kind}" for kind in KINDS)
    print(f"seed {seed}: {found.figures['taps recorded']} taps, {faults}", flush=True)


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


def together(options: argparse.Namespace) -> int:
    """Several processes, each with every n-th seed; their lines as they come, the figures added up."""
    begun, share = time.monotonic(), -(-options.seeds // options.jobs)
    command = [
        sys.executable,
        "-u",
        "-m",
        "tests.faults.torture",
        "--raw",
        f"--seeds={share}",
        f"--taps={options.taps}",
    ]
    command += [f"--shrink={options.shrink}"]
    command += [f"--break={options.break_}"] if options.break_ else []
    workers = [
        subprocess.Popen(
            [*command, f"--first={options.first + n * share}"], cwd=ROOT, stdout=subprocess.PIPE, text=True
        )
        for n in range(options.jobs)
    ]
    total, failed = Counter[str](), []
    for worker in workers:
        assert worker.stdout
        for line in worker.stdout:
            if line.startswith("{"):
                part = json.loads(line)
                total += Counter(part["total"])
                failed += part["failed"]
            else:
                print(line, end="", flush=True)
    fell = [worker.returncode for worker in workers if worker.wait() not in (0, 1)]
    summary(total, failed, time.monotonic() - begun)
    return bool(failed or fell)


def summary(total: Counter[str], failed: list[int], seconds: float) -> None:
    """The table for docs/benchmarks.md."""
    rows = {**{kind: total.pop(kind, 0) for kind in KINDS}, "minutes": round(seconds / 60, 1)}
    print("\n| what | how many |\n| --- | ---: |")
    for name in ("seeds", "taps recorded", "taps judged"):
        print(f"| {name} | {total.pop(name, 0):,} |")
    for name, count in [*sorted(total.items()), *rows.items()]:
        print(f"| {name} | {count:,} |")
    if failed:
        print(f"\nfailing seeds: {' '.join(map(str, sorted(failed)))}")


if __name__ == "__main__":
    sys.exit(main())
