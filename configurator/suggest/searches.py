"""Three ways through the space: NSGA-II, swarms over several weights, and chance.

Each runs until the search says that it has ended. Only a process that searches imports this
module: pymoo is large.

Sources: Deb et al., A fast and elitist multiobjective genetic algorithm: NSGA-II, IEEE TEC 6(2),
2002; Kennedy and Eberhart, Particle swarm optimization, ICNN 1995, with one swarm a weight vector
of the simplex lattice of Das and Dennis, SIAM J. Optim. 8(3), 1998.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from random import Random
from typing import Any

import numpy as np
from pymoo.algorithms.moo.nsga2 import RankAndCrowdingSurvival
from pymoo.algorithms.soo.nonconvex.pso import PSO
from pymoo.core.evaluator import Evaluator
from pymoo.core.mixed import MixedVariableGA
from pymoo.core.population import Population
from pymoo.core.problem import Problem
from pymoo.core.termination import NoTermination
from pymoo.core.variable import Binary, Choice, Integer
from pymoo.problems.static import StaticProblem
from pymoo.util.ref_dirs import get_reference_directions

from configurator.geometry.mesh import Floats
from configurator.suggest.search import Ended, Search
from configurator.suggest.space import Axis, Genome, Space
from configurator.suggest.tried import Tried

POPULATION = 24
SWARM = 6
LATTICE = 3
"""Parts of the simplex lattice: 10 weight vectors over three objectives."""
UNBUILDABLE = 1e12
STALLED = 40
"""Rounds without a design that was not tried before: the space is as good as searched."""


def nsga2(search: Search, seed: int) -> None:
    """NSGA-II over whole numbers, choices and flags."""
    names = [axis.name for axis in search.space.axes]
    problem = Problem(
        vars={axis.name: _variable(axis) for axis in search.space.axes}, n_obj=3, n_ieq_constr=1
    )
    first = [dict(zip(names, genome, strict=True)) for genome in _first(search.space, seed)]
    algorithm = MixedVariableGA(
        pop_size=POPULATION,
        sampling=Population.new(X=first),
        survival=RankAndCrowdingSurvival(),
        output=None,
    )

    def genome(x: Any) -> Genome:
        return tuple(int(x[name]) for name in names)

    _run(algorithm, problem, search, seed, genome, lambda tried: tried.objectives)


def swarms(search: Search, seed: int) -> None:
    """A swarm for each of ten weighted sums; each begins around the customer's own design."""
    axes = search.space.axes
    own = search.evaluate(search.space.start)
    scale = np.array(own.objectives if own else (1.0, 1.0, 1.0))
    problem = Problem(n_var=len(axes), n_obj=1, n_ieq_constr=1, xl=0.0, xu=1.0)
    weights = get_reference_directions("das-dennis", 3, n_partitions=LATTICE)
    budget = min(search.limits.evaluations, search.space.count)
    for number, weight in enumerate(weights):
        until = round(budget * (number + 1) / len(weights))
        algorithm = PSO(pop_size=SWARM, output=None, sampling=_swarm(search.space, seed + number))
        _run(
            algorithm,
            problem,
            search,
            seed + number,
            lambda x: _from_unit(axes, x),
            _weighted(weight / scale),
            until,
        )


def chance(search: Search, seed: int) -> None:
    """Designs at random: what any search has to beat."""
    rng, idle = Random(seed), 0  # noqa: S311  (seeded on purpose)
    try:
        while idle < STALLED * POPULATION:
            before = len(search.done)
            search.evaluate(search.space.drawn(rng))
            idle = 0 if len(search.done) > before else idle + 1
    except Ended:
        return


def _weighted(weight: Floats) -> Callable[[Tried], Sequence[float]]:
    return lambda tried: (float(weight @ np.array(tried.objectives)),)


def _run(
    algorithm: Any,
    problem: Any,
    search: Search,
    seed: int,
    genome: Callable[[Any], Genome],
    values: Callable[[Tried], Sequence[float]],
    until: int | None = None,
) -> None:
    """Ask and tell, until the search has ended, nothing new comes, or ``until`` are tried."""
    algorithm.setup(problem, termination=NoTermination(), seed=seed)
    stop = search.limits.evaluations if until is None else until
    idle = 0
    try:
        while len(search.done) < stop and idle < STALLED:
            before = len(search.done)
            asked = algorithm.ask()
            if asked is None or not len(asked):  # every neighbour is known
                return
            tried = [search.evaluate(genome(one.X)) for one in asked]
            _tell(algorithm, problem, asked, tried, search, values)
            idle = 0 if len(search.done) > before else idle + 1
    except Ended:
        return


def _tell(
    algorithm: Any,
    problem: Any,
    asked: Any,
    tried: Sequence[Tried | None],
    search: Search,
    values: Callable[[Tried], Sequence[float]],
) -> None:
    worst = [UNBUILDABLE] * problem.n_obj
    found = np.array([list(values(one)) if one else worst for one in tried], dtype=float)
    broken = np.array([[search.excess(one)] for one in tried])
    Evaluator().eval(StaticProblem(problem, F=found, G=broken), asked)
    algorithm.tell(infills=asked)


def _variable(axis: Axis) -> Any:
    if axis.ordered:
        return Integer(bounds=(0, len(axis.values) - 1))
    if len(axis.values) == 2:
        return Binary()
    return Choice(options=list(range(len(axis.values))))


def _first(space: Space, seed: int) -> list[Genome]:
    """The customer's own design, some with one or two changes, and as many from anywhere."""
    rng = Random(seed)  # noqa: S311  (seeded on purpose)
    found = [space.start]
    for number in range(40 * POPULATION):
        if len(found) == POPULATION:
            break
        drawn = space.near(rng, 1 + number % 2) if len(found) % 2 else space.drawn(rng)
        if drawn not in found:
            found.append(drawn)
    return found


def _swarm(space: Space, seed: int) -> Any:
    rng = Random(seed)  # noqa: S311  (seeded on purpose)
    first = [space.start, *(space.near(rng, 2) for _ in range(SWARM - 1))]
    return np.array([_to_unit(space.axes, genome) for genome in first])


def _to_unit(axes: Sequence[Axis], genome: Genome) -> list[float]:
    """The middle of each value's share of [0, 1]."""
    return [(at + 0.5) / len(axis.values) for axis, at in zip(axes, genome, strict=True)]


def _from_unit(axes: Sequence[Axis], x: Floats) -> Genome:
    return tuple(
        min(len(axis.values) - 1, int(share * len(axis.values)))
        for axis, share in zip(axes, x, strict=True)
    )
