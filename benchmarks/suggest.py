"""How much of the price–weight–stiffness front a search finds: NSGA-II, swarms, and chance.

    python benchmarks/suggest.py [--quick] [--family F] [--evaluations N] [--seeds K]

All three try the same number of different designs of the same space (the family's default with
the pins that the page sets at first), seeded. The figure is the hypervolume that the valid
designs cover, in the box between the best and the worst of all fronts found for that family, in
logarithms, with the worst moved out by a tenth; 1 would be a design that is best in everything.
Peers: ``swarms`` is pymoo's PSO over ten weighted sums, ``chance`` draws at random.
"""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parents[1]))

import numpy as np
from pymoo.indicators.hv import HV

from benchmarks.report import headline, last_line, median, rounded, table
from configurator.products import families, family
from configurator.suggest.fronts import front
from configurator.suggest.pins import pins_at_first
from configurator.suggest.search import Limits, Search
from configurator.suggest.searches import chance, nsga2, swarms
from configurator.suggest.space import Space, space
from configurator.suggest.suggest import BEST_LEVEL, EVALUATIONS
from configurator.suggest.tried import Maker, Price, Tried

WAYS = {"nsga2": nsga2, "pso": swarms, "random": chance}
SHOWN = ("twisted-vase", "name-tag", "knob", "cable-comb", "bracket", "cookie-cutter")
QUICK = ("twisted-vase", "cable-comb")
QUICK_EVALUATIONS, QUICK_SEEDS, SEEDS = 120, 2, 5
OUT = 0.1


def piece_cost() -> Price:
    """The shop's own price of making a piece; its settings need a folder."""
    os.environ.setdefault("NEARMADE_VAR", tempfile.mkdtemp())
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "nearmade.settings")
    import django

    django.setup()
    from configurator.prices import piece_cost

    return piece_cost()


def searched(maker: Maker, room: Space, way: str, evaluations: int, seed: int) -> dict[str, Any]:
    """The front that one way found, its CPU seconds and how many designs it tried."""
    start = maker.draft(room.params(room.start))
    assert start is not None
    limits = Limits(evaluations, float("inf"), time.monotonic)
    search = Search(maker, room, min(start.level, BEST_LEVEL), limits)
    search.done[room.start] = start
    before = time.process_time()
    WAYS[way](search, seed)
    seconds = time.process_time() - before
    return {"front": front(search.valid()), "cpu_s": seconds, "tried": len(search.done)}


def one_family(slug: str, price: Price, evaluations: int, seeds: int) -> dict[str, Any]:
    """Median hypervolume, CPU and tried designs of each way."""
    kind = family(slug)
    params = kind.Params()
    room = space(kind, params, pins_at_first(kind, params), 0.35)
    maker = Maker(slug, kind.materials[0], price)
    runs = {
        way: [searched(maker, room, way, evaluations, 100 + n) for n in range(seeds)]
        for way in WAYS
    }
    every = [one for found in runs.values() for run in found for one in run["front"]]
    volume = hypervolume(every)
    return {
        "designs": room.count,
        **{
            way: {
                "hypervolume": median([volume(run["front"]) for run in found]),
                "front": median([len(run["front"]) for run in found]),
                "cpu_s": median([run["cpu_s"] for run in found]),
                "tried": median([run["tried"] for run in found]),
            }
            for way, found in runs.items()
        },
    }


def hypervolume(every: list[Tried]) -> Any:
    """A function from a front to the share of the box that it covers."""
    values = np.log([one.objectives for one in every])
    low = values.min(axis=0)
    span = np.maximum(values.max(axis=0) - low, 1e-9)
    measure = HV(ref_point=np.full(3, 1 + OUT))

    def of(found: list[Tried]) -> float:
        scaled = (np.log([one.objectives for one in found]) - low) / span
        return float(measure(scaled)) / (1 + OUT) ** 3

    return of


def shown(slug: str, found: dict[str, Any]) -> list[object]:
    return [
        slug,
        found["designs"],
        *(found[way]["hypervolume"] for way in WAYS),
        *(found[way]["front"] for way in WAYS),
        *(found[way]["cpu_s"] for way in WAYS),
    ]


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--quick", action="store_true", help="ends within 50 s")
    arguments.add_argument("--family", choices=list(families()))
    arguments.add_argument("--evaluations", type=int)
    arguments.add_argument("--seeds", type=int)
    given = arguments.parse_args()
    evaluations = given.evaluations or (QUICK_EVALUATIONS if given.quick else EVALUATIONS)
    seeds = given.seeds or (QUICK_SEEDS if given.quick else SEEDS)
    slugs = (given.family,) if given.family else QUICK if given.quick else SHOWN
    headline("suggest", ("pymoo", "numpy", "manifold3d"), quick=given.quick)
    print(f"{evaluations} designs tried by each way; medians of {seeds} seeds")
    price = piece_cost()
    results = {slug: one_family(slug, price, evaluations, seeds) for slug in slugs}
    heads = ["family", "designs"]
    for what in ("volume", "front", "CPU s"):
        heads += [f"{way} {what}" for way in WAYS]
    table([heads, *(shown(slug, found) for slug, found in results.items())])
    last_line(
        {
            "evaluations": evaluations,
            "seeds": seeds,
            "families": results,
            "nsga2_over_random": _ratio(results, "random"),
            "nsga2_over_pso": _ratio(results, "pso"),
        }
    )


def _ratio(results: dict[str, Any], peer: str) -> float:
    """The mean over the families of NSGA-II's hypervolume over the peer's."""
    each = [one["nsga2"]["hypervolume"] / one[peer]["hypervolume"] for one in results.values()]
    return rounded(float(np.mean(each)))


if __name__ == "__main__":
    main()
