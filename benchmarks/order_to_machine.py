"""Seconds from a payment to the proven program running at an idle machine, against the slicer.

    python benchmarks/order_to_machine.py [--quick] [--process fdm]

A town of its own: web, worker, sweep, the stand-in for Stripe and an edge agent with one virtual
machine, each a process, over real HTTP. A buyer orders a design that nobody ordered before and
pays; the clock runs from pressing "pay" until the line "start" in the machine's own log. In
between: webhook, settling, routing, the offer (the workshop says yes by itself, without the time
to undo), geometry, slicing, every move checked by the hub, signing, the node's poll and download,
and the node's own check of every move, twice.

The peer, right after each order and with the town at rest: PrusaSlicer alone, as a process, on
the same solids with the same settings. ``ratio_p50`` is the median of order by order ratios.
``--quick`` orders name tags only: the shortest programs, where our own share is the largest.
"""

from __future__ import annotations

import argparse
import json
import random
import shutil
import statistics
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

sys.path.insert(0, str(Path(__file__).parents[1]))

from benchmarks.report import headline, last_line, median, p95, rounded, table
from benchmarks.town import Buyer, Town, set_environment, wait_for

SEED = 2026
PROFILE = {"fdm": "prusa-mk4"}
ORDERS, QUICK_ORDERS, QUICK_S = 40, 8, 44.0
STEPS = ("paid", "offered", "accepted", "planned", "leased")


def wishes(quick: bool) -> Iterator[dict[str, Any]]:
    """Name tags, vases and enclosures in turn, each with measures of its own; quick: tags."""
    chance = random.Random(SEED)
    letters = "ABCDEFGHIJKLMNOPRSTUVZ"
    while True:
        name = "".join(chance.sample(letters, 5)).capitalize()
        yield {"family": "name-tag", "name": name, "width_mm": round(chance.uniform(60, 90), 1)}
        if quick:
            continue
        height, width = round(chance.uniform(60, 110), 1), round(chance.uniform(44, 70), 1)
        twist = round(chance.uniform(0, 120), 1)  # the sizes alone have few steps: it must be new
        vase = {"family": "twisted-vase", "height_mm": height, "width_mm": width}
        yield {**vase, "twist_deg": twist}
        width, depth = round(chance.uniform(50, 90), 1), round(chance.uniform(40, 60), 1)
        corner = round(chance.uniform(2, 12), 1)
        yield {"family": "enclosure", "width_mm": width, "depth_mm": depth, "corner_mm": corner}


def starts(log: Path) -> list[dict[str, Any]]:
    """The starts in a virtual machine's log, oldest first."""
    if not log.exists():
        return []
    lines = [json.loads(line) for line in log.read_text().splitlines() if line]
    return [line for line in lines if line["event"] == "start"]


def one_order(town: Town, buyer: Buyer, wish: dict[str, Any]) -> dict[str, float]:
    """Buy it, wait for its start; seconds to each step, and the slicer's time for the same."""
    pay_page = buyer.to_the_pay_page(urlencode(wish))
    wait_for(town.is_idle, 60, "idle machine")
    before = len(starts(town.made_log))
    pressed = time.time()
    buyer.pay(pay_page)
    wait_for(lambda: len(starts(town.made_log)) > before, 180, "start")
    start = starts(town.made_log)[-1]
    wait_for(town.is_idle, 60, "idle machine")
    return {**steps(start["job"], pressed), "all": start["at"] - pressed, **alone(start["job"])}


def steps(uid: str, pressed: float) -> dict[str, float]:
    """Seconds from the payment to each transition of the job."""
    from core.models import Transition
    from manufacturing.models import Job

    job = Job.objects.get(uid=uid)
    rows = Transition.objects.filter(object_type="manufacturing.job", object_id=str(job.pk))
    same = Job.objects.filter(design=job.design).count()
    assert same == 1, "a design that was ordered before would find its program made"
    names = {"waiting": "paid"}
    return {names.get(row.new, row.new): row.at.timestamp() - pressed for row in rows}


def alone(uid: str) -> dict[str, float]:
    """The slicer alone on the same plate: its process, and our ``slice_plate`` around it."""
    from manufacturing import programs
    from manufacturing.models import Job
    from manufacturing.planning import slicing

    job = Job.objects.select_related("design", "machine").get(uid=uid)
    process_s, run = [], slicing.run_slicer

    def timed(*args: Any) -> Any:
        began = time.perf_counter()
        try:
            return run(*args)
        finally:
            process_s.append(time.perf_counter() - began)

    slicing.run_slicer = timed
    try:
        began = time.perf_counter()
        programs.slice_job(job)
        whole_s = time.perf_counter() - began
    finally:
        slicing.run_slicer = run
    return {"tool": process_s[0], "slice_job": whole_s}


def measure(quick: bool, process: str) -> list[dict[str, float]]:
    began = time.monotonic()
    rows: list[dict[str, float]] = []
    with Town(PROFILE[process]) as town:
        buyer, wanted = Buyer(town.url), wishes(quick)
        one_order(town, buyer, next(wanted))  # the first meets cold processes
        longest_s, count = 0.0, QUICK_ORDERS if quick else ORDERS
        while len(rows) < count and not (
            quick and rows and time.monotonic() - began + longest_s > QUICK_S
        ):
            before = time.monotonic()
            rows.append(one_order(town, buyer, next(wanted)))
            longest_s = max(longest_s, time.monotonic() - before)
    return rows


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--quick", action="store_true", help="end within 50 s")
    arguments.add_argument("--process", choices=sorted(PROFILE), default="fdm")
    given = arguments.parse_args()
    headline("order_to_machine", ["django", "celery", "granian"], quick=given.quick)
    if shutil.which("prusa-slicer") is None:
        print("prusa-slicer is absent: apt-get install prusa-slicer")
        last_line({given.process: None})
        return
    with tempfile.TemporaryDirectory(prefix="bench-") as folder:
        set_environment(Path(folder))
        import django

        django.setup()
        rows = measure(given.quick, given.process)
    show(rows)
    last_line({given.process: summary(rows)})


def summary(rows: list[dict[str, float]]) -> dict[str, float | int | None]:
    return {
        "p50_s": median([row["all"] for row in rows]),
        "p95_s": p95([row["all"] for row in rows]) if len(rows) >= ORDERS else None,
        "tool_alone_p50_s": median([row["tool"] for row in rows]),
        "ratio_p50": median([row["all"] / row["tool"] for row in rows]),
        "orders": len(rows),
    }


def show(rows: list[dict[str, float]]) -> None:
    def middle(name: str) -> float:
        return rounded(statistics.median(row[name] for row in rows))

    print(f"{len(rows)} orders; medians in seconds since the button 'pay'")
    named = [(name, middle(name)) for name in STEPS]
    table([["step", "s"], *named, ("started on the machine", middle("all"))])
    print(f"our slicing (geometry, slicer, checks) alone: {middle('slice_job')} s")
    print(f"the slicer alone: {middle('tool')} s")
    if len(rows) < ORDERS:
        print(f"fewer than {ORDERS} orders: no p95")


if __name__ == "__main__":
    main()
