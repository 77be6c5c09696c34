"""What all benchmarks share: a first line that names the ground, timing, a table, a last line."""

from __future__ import annotations

import json
import platform
import resource
import statistics
import subprocess
import time
from collections.abc import Callable, Sequence
from importlib import metadata
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[1]


def headline(name: str, packages: Sequence[str], *, quick: bool) -> None:
    """Prints benchmark, machine, versions and git revision on one line."""
    versions = ", ".join(f"{package} {metadata.version(package)}" for package in packages)
    python = platform.python_version()
    mode = "quick, " if quick else ""
    print(f"{name} ({mode}{machine()}, Python {python}, {versions}, git {revision()})", flush=True)


def machine() -> str:
    """Processor, cores, system."""
    model = platform.processor() or platform.machine()
    info = Path("/proc/cpuinfo")
    if info.exists():
        names = [line for line in info.read_text().splitlines() if line.startswith("model name")]
        model = names[0].split(":")[1].strip() if names else model
        return f"{len(names) or 1} × {model}, {platform.system()} {platform.release()}"
    return f"{model}, {platform.system()}"


def revision() -> str:
    """Short hash of the commit, with + where the tree has changes."""
    git = ["git", "-C", str(ROOT)]
    done = subprocess.run([*git, "rev-parse", "--short", "HEAD"], capture_output=True, text=True)
    if done.returncode:
        return "unknown"
    changed = subprocess.run(
        [*git, "status", "--porcelain", "-uno"], capture_output=True, text=True
    ).stdout
    return done.stdout.strip() + ("+" if changed.strip() else "")


def cpu_ms(work: Callable[[], object]) -> float:
    """CPU milliseconds of one call, those of child processes that ended in it included."""
    before = _cpu_s()
    work()
    return (_cpu_s() - before) * 1000


def _cpu_s() -> float:
    children = resource.getrusage(resource.RUSAGE_CHILDREN)
    return time.process_time() + children.ru_utime + children.ru_stime


def wall_ms(work: Callable[[], object]) -> float:
    """Wall-clock milliseconds of one call."""
    before = time.perf_counter()
    work()
    return (time.perf_counter() - before) * 1000


def median(values: Sequence[float]) -> float:
    """The middle value, rounded to what a reader wants."""
    return rounded(statistics.median(values))


def p95(values: Sequence[float]) -> float:
    """The value that 95 % stay below."""
    return rounded(statistics.quantiles(values, n=20, method="inclusive")[-1])


def rounded(value: float) -> float:
    """Three figures that matter."""
    return float(f"{value:.3g}") if abs(value) < 100 else float(round(value))


def table(rows: Sequence[Sequence[object]]) -> None:
    """Prints rows in columns, the first row as a head; None reads as a dash."""
    cells = [["–" if cell is None else str(cell) for cell in row] for row in rows]
    widths = [max(len(row[column]) for row in cells) for column in range(len(cells[0]))]
    for number, row in enumerate(cells):
        print(
            "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()
        )
        if number == 0:
            print("  ".join("─" * width for width in widths))


def last_line(result: dict[str, Any]) -> None:
    """The result as JSON on the last line."""
    print(json.dumps(result), flush=True)
