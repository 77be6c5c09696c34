"""People at sliders: draft solids over HTTP from a real web process with its geometry pool."""

from __future__ import annotations

import subprocess
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import count, cycle, islice
from pathlib import Path
from random import Random
from urllib.parse import urlencode, urlsplit

import requests

from benchmarks.report import p95
from benchmarks.town import ROOT, set_environment, wait_for

PEOPLE = 8
STARVED_S = 60.0


@dataclass(frozen=True)
class Sliding:
    """What was measured. ``memory_mb`` is (designs so far, MB of the process and its pool)."""

    concurrent8_p95_ms: float
    memory_mb: list[tuple[int, float]]

    @property
    def growth_mb(self) -> float | None:
        """From after the first designs to the last, the cache of results included."""
        if len(self.memory_mb) < 2:
            return None
        return round(self.memory_mb[-1][1] - self.memory_mb[0][1], 1)


def measure(folder: Path, *, moves: int, warm: int, designs: int, seconds: float) -> Sliding:
    """``moves`` of each of 8 sliders at once; then memory over ``designs`` new ones.

    The first ``warm`` of those are not counted. After ``seconds`` it stops, all included.
    """
    deadline = time.monotonic() + seconds
    with web(folder) as (url, pid):
        paths = random_drafts()
        for path in islice(paths, 12):  # cold workers and first imports
            requests.get(url + path, timeout=STARVED_S).raise_for_status()
        times = sliders(url, [list(islice(paths, moves)) for _ in range(PEOPLE)])
        return Sliding(p95(times), memory(url, pid, paths, warm, designs, deadline))


@contextmanager
def web(folder: Path) -> Iterator[tuple[str, int]]:
    """The web process as ``manage.py start`` starts it, alone, on a database of its own."""
    set_environment(folder)
    import django

    django.setup()
    from django.conf import settings
    from django.core.management import call_command

    from nearmade.run.services import web_command

    call_command("migrate", interactive=False, verbosity=0)
    host, port = urlsplit(settings.SITE_URL).netloc.split(":")
    with (folder / "web.log").open("wb") as log:
        process = subprocess.Popen(web_command(host, port), cwd=ROOT, stdout=log, stderr=log)
    try:
        wait_for(lambda: _answers(settings.SITE_URL), STARVED_S, "web process")
        yield settings.SITE_URL, process.pid
    finally:
        process.terminate()
        process.wait(30)


def _answers(url: str) -> bool:
    try:
        return requests.get(f"{url}/healthz/", timeout=5).ok
    except requests.RequestException:
        return False


def random_drafts() -> Iterator[str]:
    """Addresses of draft solids, each of a design not asked for before, families in turn."""
    from configurator.products import families
    from configurator.products.fields import to_query
    from configurator.products.samples import sample

    chance, seen = Random(2026), set()
    for kind in cycle(families().values()):
        query = urlencode(to_query(sample(kind, chance)))
        if (kind.slug, query) not in seen:
            seen.add((kind.slug, query))
            yield f"/design/{kind.slug}/draft.glb?{query}"


def sliders(url: str, each: list[list[str]]) -> list[float]:
    """Milliseconds of every request; each person asks again as soon as the part has come."""
    times: list[float] = []
    number = count()

    def slide(paths: list[str]) -> None:
        web, page = requests.Session(), next(number)
        for path in paths:
            before = time.perf_counter()
            answer = web.get(f"{url}{path}&client=page{page}", timeout=STARVED_S)
            times.append((time.perf_counter() - before) * 1000)
            assert answer.status_code == 200, (answer.status_code, path)

    _together([threading.Thread(target=slide, args=(paths,)) for paths in each])
    return times


def memory(
    url: str, pid: int, paths: Iterator[str], warm: int, designs: int, deadline: float
) -> list[tuple[int, float]]:
    """Memory at ten moments while new designs are asked for, two at a time."""
    found, done = [], 0
    for goal in [warm + designs * n // 10 for n in range(11)]:
        todo = list(islice(paths, goal - done))
        while todo and time.monotonic() < deadline:
            batch, todo = todo[:50], todo[50:]
            _together([_asker(url, batch[n::2]) for n in range(2)])
            done += len(batch)
        found.append((done, tree_mb(pid)))
        if time.monotonic() >= deadline:
            break
    return found


def _asker(url: str, paths: list[str]) -> threading.Thread:
    def ask() -> None:
        web = requests.Session()
        for path in paths:
            web.get(url + path, timeout=STARVED_S).raise_for_status()

    return threading.Thread(target=ask)


def _together(threads: list[threading.Thread]) -> None:
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def tree_mb(pid: int) -> float:
    """Resident memory of a process and all below it, MB."""
    total, todo = 0.0, [pid]
    while todo:
        one = todo.pop()
        status = Path(f"/proc/{one}/status").read_text()
        total += int(status.split("VmRSS:")[1].split()[0]) / 1024
        for task in Path(f"/proc/{one}/task").iterdir():
            todo += [int(child) for child in (task / "children").read_text().split()]
    return total
