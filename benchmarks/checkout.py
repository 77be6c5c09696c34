"""Checkouts a second and their tail, with 8 buyers at once, on SQLite and on PostgreSQL.

    python benchmarks/checkout.py [--quick] [--db sqlite|postgres]

A checkout is what the database must do for one order: ``place_order`` (hold minutes and grams,
draft → placed) and the transaction that takes its payment (ledger, placed → paid, job opened).
Stripe's answer is given, not fetched: its time is Stripe's. Both are the shop's own functions on
the real tables, with a network of 6 workshops and 12 machines. Eight writers run as the web
process runs them: threads with connections of their own on SQLite (one process, as deployed),
eight processes on PostgreSQL. First all writers go as fast as they can, which gives the peak;
then orders arrive at 80 % of it on a steady beat, and the tail is measured from the moment an
order was due, waiting included.

PostgreSQL is reached by DATABASE_URL or on localhost; a database is made and dropped. Where none
answers it is reported as absent. The peer is the same work by one writer alone.
"""

from __future__ import annotations

import argparse
import json
import multiprocessing
import os
import queue
import statistics
import subprocess
import sys
import tempfile
import threading
import time
import uuid
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit, urlunsplit

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT))

from benchmarks.report import headline, last_line, rounded, table  # noqa: E402  (path set above)

WRITERS = 8
CITIES = {
    "Lyon": 2996944,
    "Berlin": 2950159,
    "Vienna": 2761369,
    "Barcelona": 3128760,
    "Turin": 3165524,
    "Shenzhen": 1795565,
}
"""Six cities with their GeoNames numbers."""
POSTGRES = os.environ.get("DATABASE_URL", "postgres://postgres@127.0.0.1:5432/postgres")


# --- in a worker process: Django is set up against the benchmark's own database -----------------
def prepare() -> None:
    """Tables, six workshops with two machines each, and full shelves."""
    from django.core.management import call_command
    from django.utils import timezone

    from configurator.models import Design
    from configurator.products import family
    from manufacturing.capacity import ensure_days
    from manufacturing.models import Factory, Machine, MachineDay, Stock
    from routing import places

    call_command("migrate", verbosity=0)
    version = family("twisted-vase").version
    Design.objects.create(key="0" * 32, family="twisted-vase", version=version, params={})
    for city, number in CITIES.items():
        at = places.place(number)
        factory = Factory.objects.create(
            name=f"Workshop {city}", city=at.name, country=at.country, lat=at.lat, lon=at.lon
        )
        for name in ("M1", "M2"):
            Machine.objects.create(factory=factory, name=name, profile="prusa-mk4", status="idle")
        Stock.objects.create(factory=factory, material="petg", colour="kiln", grams=2_000_000_000)
    ensure_days(timezone.now())
    MachineDay.objects.update(capacity_min=2_000_000_000)  # enough: speed is asked, not capacity
    check_out(drafts(1)[0])  # loads and compiles what the first one would


def drafts(count: int) -> list[str]:
    """Baskets of one vase each, delivered to the six cities in turn."""
    from django.utils import timezone

    from manufacturing.needs import JobNeed
    from orders.baskets import columns_of, shares_of
    from orders.models import LineShare, Order, OrderItem
    from orders.pricing import Destination, Piece, price
    from orders.quotes import Portion, Quote
    from routing import places, services

    need = JobNeed("0" * 32, "twisted-vase", "fdm", "petg", "kiln", 1, (98, 98, 140), 210, 90, 0.4)
    now, quotes = timezone.now(), []
    for number in CITIES.values():
        place = places.place(number)
        promise = services.promise_for(need, place, now)
        amount = price(
            Piece("fdm", 89_000, 12_600, 2800), 1, Destination(place.country, promise.distance_km)
        )
        work = (Portion(need, promise),)
        held = now.replace(year=now.year + 1, day=1)
        quotes.append(Quote("Vase", "kiln", place.id, work, amount, 450, True, "", held))
    made = Order.objects.bulk_create(
        Order(status="draft", browser=uuid.uuid4().hex, place_id=quotes[n % len(CITIES)].place_id)
        for n in range(count)
    )
    items = OrderItem.objects.bulk_create(
        OrderItem(order=order, design_id="0" * 32, **columns_of(quotes[n % len(CITIES)]))
        for n, order in enumerate(made)
    )
    LineShare.objects.bulk_create(
        share for n, item in enumerate(items) for share in shares_of(item, quotes[n % len(CITIES)])
    )
    return [order.ref for order in made]


def check_out(ref: str) -> None:
    """One checkout: placed with its hold, its pay page kept, then paid with its job."""
    from django.db import transaction
    from django.utils import timezone

    from orders import payments
    from orders.checkout import Details, place_order
    from orders.models import Payment
    from orders.stripe_gateway import Session

    buyer = Details("ada@example.org", "Ada Byron", "12 rue de la Ré", "69002", "Lyon")
    order = place_order(ref, buyer, now=timezone.now())
    payment = order.payments.get()
    with transaction.atomic():  # as the shop keeps the id of a pay page
        Payment.objects.filter(pk=payment.pk).update(status="open", session_id=f"cs_{ref}")
    payment.refresh_from_db()
    paid = Session(
        f"cs_{ref}", "", "complete", True, f"pi_{ref}", order.total_cents, "eur", order.ref
    )
    assert payments.take(payment, paid)


def work(refs: Sequence[str], start_at: float, beat_s: float, offset: int) -> dict[str, Any]:
    """Check out all; with a beat each is due at its own moment and waits count from there."""
    from django.db import connection

    latencies, errors = [], []
    connection.ensure_connection()  # persistent in a web process, so not part of a checkout
    time_left(start_at)
    for number, ref in enumerate(refs):
        due = start_at + (number * WRITERS + offset) * beat_s if beat_s else time.time()
        time_left(due)
        try:
            check_out(ref)
        except Exception as error:
            errors.append(f"{type(error).__name__}: {error}"[:200])
        latencies.append((time.time() - due) * 1000)
    return {"ms": latencies, "errors": errors, "end": time.time()}


def time_left(moment: float) -> None:
    if (seconds := moment - time.time()) > 0:
        time.sleep(seconds)


def at_once(refs: list[str], writers: int, beat_s: float, how: str) -> list[dict[str, Any]]:
    """All writers at once: threads of this process, or processes forked from it."""
    from django.db import connections

    connections.close_all()  # a forked process must not share ours
    fork = multiprocessing.get_context("fork")
    found: Any = queue.Queue() if how == "threads" else fork.SimpleQueue()
    start = time.time() + 0.5

    def run(number: int) -> None:
        found.put(work(refs[number::writers], start, beat_s, number))

    kind: Any = threading.Thread if how == "threads" else fork.Process
    hands = [kind(target=run, args=(number,)) for number in range(writers)]
    for hand in hands:
        hand.start()
    rows = [found.get() for _ in hands]
    for hand in hands:
        hand.join()
    return [row | {"start": start} for row in rows]


# --- the process that asks ----------------------------------------------------------------------
class Child:
    """A process with Django set up on the benchmark's database; it does what it is told by line."""

    def __init__(self, url: str, folder: Path) -> None:
        self.process = subprocess.Popen(
            [sys.executable, __file__, "--child"],
            env={
                **os.environ,
                "DATABASE_URL": url,
                "NEARMADE_VAR": str(folder),
                "DJANGO_SETTINGS_MODULE": "nearmade.settings",
                "CELERY_BROKER_URL": "memory://",
                "LOG_LEVEL": "ERROR",
            },
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def tell(self, do: str, *arguments: object) -> None:
        assert self.process.stdin is not None
        self.process.stdin.write(json.dumps([do, *arguments]) + "\n")
        self.process.stdin.flush()

    def hear(self) -> Any:
        assert self.process.stdout is not None
        line = self.process.stdout.readline()
        if not line:
            raise SystemExit("a worker process ended early")
        return json.loads(line)

    def ask(self, do: str, *arguments: object) -> Any:
        self.tell(do, *arguments)
        return self.hear()

    def close(self) -> None:
        assert self.process.stdin is not None
        self.process.stdin.close()
        self.process.wait()


class Ground:
    """A database of its own, and the process that works on it."""

    def __init__(self, kind: str, url: str, folder: Path) -> None:
        self.kind = kind
        self.how = "threads" if kind == "sqlite" else "processes"
        self.child = Child(url, folder)
        self.child.ask("prepare")

    def round(self, count: int, writers: int, beat_s: float = 0.0) -> dict[str, float]:
        """``count`` checkouts by so many writers; rate and latencies over all of them."""
        refs = self.child.ask("drafts", count)
        rows = self.child.ask("at_once", refs, writers, beat_s, self.how)
        ms = [value for row in rows for value in row["ms"]]
        for text in {text for row in rows for text in row["errors"]}:
            print(f"    {self.kind}: {text}", file=sys.stderr)
        return {
            "per_s": len(ms) / (max(row["end"] for row in rows) - rows[0]["start"]),
            "p50_ms": statistics.median(ms),
            "p99_ms": statistics.quantiles(ms, n=100, method="inclusive")[98],
            "errors": sum(len(row["errors"]) for row in rows),
        }


def measure(ground: Ground, count: int) -> dict[str, float]:
    """Peak of eight writers, then the tail at 80 % of it, and one writer alone beside them."""
    alone = ground.round(count // 4, 1)
    peak = ground.round(count, WRITERS)
    steady = ground.round(count, WRITERS, beat_s=1 / (0.8 * peak["per_s"]))
    ground.child.close()
    return {
        "per_s": rounded(peak["per_s"]),
        "p50_ms": rounded(steady["p50_ms"]),
        "p99_ms": rounded(steady["p99_ms"]),
        "writers": WRITERS,
        "errors": int(alone["errors"] + peak["errors"] + steady["errors"]),
        "peak_p99_ms": rounded(peak["p99_ms"]),
        "one_writer_per_s": rounded(alone["per_s"]),
    }


def on_postgres(count: int, folder: Path) -> dict[str, float] | None:
    """The same on a database that is made for it and dropped; None where no server answers."""
    import psycopg

    name = f"nearmade_bench_{uuid.uuid4().hex[:8]}"
    try:
        server = psycopg.connect(POSTGRES, autocommit=True, connect_timeout=3)
    except psycopg.OperationalError:
        return None
    with server:
        server.execute(f"CREATE DATABASE {name}")
        try:
            url = urlunsplit(urlsplit(POSTGRES)._replace(path=f"/{name}"))
            return measure(Ground("postgres", url, folder), count)
        finally:
            server.execute(f"DROP DATABASE {name} WITH (FORCE)")


def as_child() -> None:
    """Do what each line of standard input says; one line of output answers it."""
    import django

    django.setup()
    acts: dict[str, Callable[..., Any]] = {"prepare": prepare, "drafts": drafts, "at_once": at_once}
    for line in sys.stdin:
        do, *arguments = json.loads(line)
        print(json.dumps(acts[do](*arguments)), flush=True)


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--quick", action="store_true", help="end within 50 s")
    arguments.add_argument("--db", choices=["sqlite", "postgres"], help="only this one")
    given = arguments.parse_args()
    headline("checkout", ["django", "psycopg"], quick=given.quick)
    count = 80 if given.quick else 1600
    results: dict[str, dict[str, float] | None] = {}
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        if given.db != "postgres":
            url = f"sqlite:///{folder / 'bench.sqlite3'}"
            results["sqlite"] = measure(Ground("sqlite", url, folder), count)
        if given.db != "sqlite":
            results["postgres"] = on_postgres(count, folder)
    keys = ("per_s", "p50_ms", "p99_ms", "errors", "peak_p99_ms", "one_writer_per_s")
    rows = [[db, *((row[k] for k in keys) if row else ["absent"])] for db, row in results.items()]
    table([["database", *keys], *[row + [None] * (7 - len(row)) for row in rows]])
    print("p50 and p99 at 80 % of the peak rate, from the moment an order was due")
    last_line(results)


if __name__ == "__main__":
    if sys.argv[1:2] == ["--child"]:
        as_child()
    else:
        main()
