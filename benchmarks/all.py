"""Runs every benchmark, one after another, and writes docs/benchmarks.md (``make bench``).

    python benchmarks/all.py [--quick] [--only NAME …]

The page holds what the benchmarks printed, nothing else. One that fails is named with its last
lines; the others still run.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import time
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from benchmarks.report import ROOT, machine, revision

HERE = Path(__file__).parent
PAGE = ROOT / "docs" / "benchmarks.md"
NOT_ONE = {"__init__", "all", "peers", "report", "sliders", "town"}
HEAD = """# Benchmarks

Written by `make bench` on {day} on {machine}, git {revision}{mode}. Each part is what
`python benchmarks/NAME.py` printed: its first line names the ground, its last line is for
programs. CPU time where the machine is shared, wall time where waiting is the point. The peer
runs beside ours in the same run. Other work on the machine makes wall times longer: the load
before and after each run stands beside it.
"""


@dataclass(frozen=True)
class Ran:
    """One benchmark's run. ``load`` is the system's one-minute load before and after."""

    name: str
    code: int
    out: str
    seconds: float
    load: tuple[float, float]


def names() -> list[str]:
    return sorted(path.stem for path in HERE.glob("*.py") if path.stem not in NOT_ONE)


def run(name: str, quick: bool) -> Ran:
    command = [sys.executable, str(HERE / f"{name}.py"), *(["--quick"] if quick else [])]
    before, began = _load(), time.monotonic()
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
    out = done.stdout if done.returncode == 0 else done.stdout + done.stderr[-2000:]
    return Ran(name, done.returncode, out, time.monotonic() - began, (before, _load()))


def _load() -> float:
    return float(Path("/proc/loadavg").read_text().split()[0])


def page(rans: list[Ran], quick: bool) -> str:
    head = HEAD.format(
        day=f"{datetime.now(UTC):%Y-%m-%d}",
        machine=machine(),
        revision=revision(),
        mode=", in quick mode" if quick else "",
    )
    return head + "".join(_part(ran) for ran in rans)


def _part(ran: Ran) -> str:
    failed = f" It ended with {ran.code}." if ran.code else ""
    return (
        f"\n## {ran.name}\n\nTook {ran.seconds:.0f} s; load {ran.load[0]:g} before, "
        f"{ran.load[1]:g} after.{failed}\n\n```\n{ran.out.strip()}\n```\n"
    )


def main() -> int:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--quick", action="store_true", help="each ends within 50 s")
    arguments.add_argument("--only", nargs="+", choices=names(), default=names())
    given = arguments.parse_args()
    rans = []
    for name in given.only:
        print(f"--- {name}", flush=True)
        rans.append(run(name, given.quick))
        print(rans[-1].out, flush=True)
    if given.only == names():
        PAGE.write_text(page(rans, given.quick), "utf-8")
        print(f"written: {PAGE.relative_to(ROOT)}")
    return int(any(ran.code for ran in rans))


if __name__ == "__main__":
    sys.exit(main())
