"""All waiting jobs against all machines at once: a generalised assignment with a proven bound.

Every task takes one of its options or is deferred at a price; options use up resources
(machine minutes, grams on a shelf) of which there is only so much. Prices on the resources
(the Lagrangian multipliers) say what a minute of each machine is worth; they give a lower bound
that no plan can beat, and they lead a greedy assignment by regret, which local shifts improve.

Source: Fisher (1981), "The Lagrangian relaxation method for solving integer programming
problems"; Cattrysse & Van Wassenhove (1992), a survey of generalised assignment.
Worked numbers: docs/algorithms/matching.md.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

GREEDY_EVERY = 10
"""Rounds between two greedy plans: each costs as much as several rounds."""
EJECT_FROM = 24
"""Tasks that are tried to make room on one machine: more win little and cost much."""


@dataclass(frozen=True)
class Option:
    """One way to do a task: what it costs (cents) and what it uses of which resource."""

    name: str
    cost_cents: float
    uses: tuple[tuple[str, float], ...]


@dataclass(frozen=True)
class Task:
    """Something to be done by one of its options, or put off at ``defer_cents``."""

    id: str
    options: tuple[Option, ...]
    defer_cents: float


@dataclass(frozen=True)
class Plan:
    """The option chosen for each task (None: deferred), its cost and the proven lower bound."""

    chosen: dict[str, Option | None]
    cost_cents: float
    bound_cents: float
    prices: dict[str, float]

    @property
    def gap(self) -> float:
        """How far the plan may be from the best one: 0.01 is one per cent, at the most."""
        if self.cost_cents <= 0:
            return 0.0
        return max(0.0, (self.cost_cents - self.bound_cents) / self.cost_cents)


@dataclass(frozen=True)
class _Problem:
    """The same as arrays. k options (one a task is its deferral), r resources.

    Attributes:
        task: (k,) int, the task of each option; options of one task stand together.
        cost: (k,) float.
        entry_option, entry_resource, entry_amount: the non-zero uses, as triplets.
        capacity: (r,) float.
        first: (t,) int, where each task's options begin.
        starts: (k + 1,) int, where each option's entries begin.
    """

    task: Ints
    cost: Floats
    entry_option: Ints
    entry_resource: Ints
    entry_amount: Floats
    capacity: Floats
    first: Ints
    starts: Ints

    def uses(self, option: int) -> slice:
        """Where an option's entries stand among the triplets."""
        return slice(int(self.starts[option]), int(self.starts[option + 1]))

    def users(self, chosen: Ints, resource: int) -> Ints:
        """The tasks whose chosen option uses a resource."""
        taken = np.zeros(len(self.cost), dtype=bool)
        taken[chosen] = True
        mine = (self.entry_resource == resource) & taken[self.entry_option]
        users: Ints = self.task[self.entry_option[mine]]
        return users

    def options_of(self, task: int) -> range:
        after = self.first[task + 1] if task + 1 < len(self.first) else len(self.task)
        return range(int(self.first[task]), int(after))


def match(
    tasks: Sequence[Task],
    capacity: Mapping[str, float],
    *,
    rounds: int = 80,
    prices: Mapping[str, float] | None = None,
) -> Plan:
    """Assign every task to one option or defer it, within the capacities.

    Args:
        tasks: each with any number of options; ids must differ.
        capacity: what there is of each resource; an option's unknown resource has none.
        rounds: subgradient steps; more give a tighter bound.
        prices: multipliers of an earlier run, to start from.
    """
    if not tasks:
        return Plan({}, 0.0, 0.0, dict(prices or {}))
    names = sorted(capacity.keys() | {n for t in tasks for o in t.options for n, _ in o.uses})
    problem = _arrays(tasks, capacity, names)
    start = np.array([(prices or {}).get(name, 0.0) for name in names])
    bound, best_prices, plan = _lagrangian(problem, start, rounds)
    chosen: dict[str, Option | None] = {}
    for task, option in zip(tasks, plan, strict=True):
        place = int(option) - int(problem.first[len(chosen)])
        chosen[task.id] = task.options[place] if place < len(task.options) else None
    cost = float(problem.cost[plan].sum())
    return Plan(chosen, cost, min(bound, cost), dict(zip(names, best_prices.tolist(), strict=True)))


def _arrays(tasks: Sequence[Task], capacity: Mapping[str, float], names: list[str]) -> _Problem:
    index = {name: i for i, name in enumerate(names)}
    task: list[int] = []
    cost: list[float] = []
    first: list[int] = []
    entries: list[tuple[int, int, float]] = []
    for number, item in enumerate(tasks):
        first.append(len(task))
        for option in item.options:
            entries += [(len(task), index[name], amount) for name, amount in option.uses]
            task.append(number)
            cost.append(option.cost_cents)
        task.append(number)
        cost.append(item.defer_cents)
    option_ids, resources, amounts = zip(*entries, strict=True) if entries else ((), (), ())
    return _Problem(
        np.array(task),
        np.array(cost, dtype=float),
        np.array(option_ids, dtype=np.int64),
        np.array(resources, dtype=np.int64),
        np.array(amounts, dtype=float),
        np.array([float(capacity.get(name, 0.0)) for name in names]),
        np.array(first),
        np.searchsorted(np.array(option_ids), np.arange(len(task) + 1)),
    )


def _lagrangian(problem: _Problem, start: Floats, rounds: int) -> tuple[float, Floats, Ints]:
    """Subgradient ascent with Polyak's step. Returns (bound, its prices, the best plan met).

    Every few rounds the prices of the moment lead a greedy plan: the best of them is the target
    that the step is measured by, and the result.
    """
    plan = _improved(problem, _greedy(problem, start))
    prices, bound, best_prices = start.copy(), -np.inf, start.copy()
    step, since = 1.0, 0
    for number in range(rounds):
        chosen = _cheapest(problem, _reduced(problem, prices))
        slope = _used(problem, chosen) - problem.capacity
        value = float(problem.cost[chosen].sum() + prices @ slope)
        since = 0 if value > bound + 1e-9 else since + 1
        if value > bound:
            bound, best_prices = value, prices.copy()
        if number % GREEDY_EVERY == GREEDY_EVERY - 1:
            plan = _better(problem, plan, _greedy(problem, prices))
        slope[(prices <= 0) & (slope < 0)] = 0.0
        norm, target = float(slope @ slope), float(problem.cost[plan].sum())
        if norm < 1e-12 or target - bound < 1e-9:
            break
        if since >= 6:
            step, since = step / 2, 0
        prices = np.maximum(0.0, prices + step * (target - value) / norm * slope)
    plan = _better(problem, plan, _greedy(problem, best_prices))
    return bound, best_prices, _improved(problem, plan)


def _better(problem: _Problem, old: Ints, new: Ints) -> Ints:
    """The cheaper of two plans."""
    return new if problem.cost[new].sum() < problem.cost[old].sum() else old


def _reduced(problem: _Problem, prices: Floats) -> Floats:
    """(k,) each option's cost with what its resources are worth."""
    weight = problem.entry_amount * prices[problem.entry_resource]
    return problem.cost + np.bincount(problem.entry_option, weight, len(problem.cost))


def _cheapest(problem: _Problem, reduced: Floats) -> Ints:
    """(t,) the option of least reduced cost for each task."""
    order = np.lexsort((reduced, problem.task))
    return order[problem.first]


def _used(problem: _Problem, chosen: Ints) -> Floats:
    """(r,) what the chosen options use of each resource."""
    mask = np.zeros(len(problem.cost), dtype=bool)
    mask[chosen] = True
    taken = mask[problem.entry_option]
    return np.bincount(
        problem.entry_resource[taken], problem.entry_amount[taken], len(problem.capacity)
    ).astype(float)


def _greedy(problem: _Problem, prices: Floats) -> Ints:
    """Tasks with the most to lose choose first; each takes its best option that still fits."""
    reduced = _reduced(problem, prices)
    order = np.lexsort((reduced, problem.task))
    second = np.minimum(problem.first + 1, len(reduced) - 1)
    alone = np.diff(np.append(problem.first, len(reduced))) == 1
    regret = np.where(alone, np.inf, reduced[order[second]] - reduced[order[problem.first]])
    free, chosen = problem.capacity.copy(), np.zeros(len(problem.first), dtype=np.int64)
    for task in np.argsort(-regret, kind="stable"):
        options = problem.options_of(int(task))
        for option in order[options.start : options.stop]:
            if _fits(problem, free, int(option)):
                _take(problem, free, int(option), 1)
                chosen[task] = option
                break
    return chosen


def _improved(problem: _Problem, chosen: Ints, passes: int = 3) -> Ints:
    """Local search: shift single tasks, else make room by moving one other task away."""
    chosen = chosen.copy()
    free = problem.capacity - _used(problem, chosen)
    for _ in range(passes):
        moved = [_improve(problem, chosen, free, task) for task in range(len(chosen))]
        if not any(moved):
            break
    return chosen


def _improve(problem: _Problem, chosen: Ints, free: Floats, task: int) -> bool:
    """Give a task a cheaper option if it fits, or if one other can leave for less than it wins."""
    options, old = problem.options_of(task), int(chosen[task])
    costs = problem.cost[options.start : options.stop]
    for place in np.argsort(costs, kind="stable"):
        option, won = options.start + int(place), float(problem.cost[old] - costs[place])
        if won <= 1e-9:
            return False
        _take(problem, free, old, -1)
        if _fits(problem, free, option) or _make_room(problem, chosen, free, task, option, won):
            _take(problem, free, option, 1)
            chosen[task] = option
            return True
        _take(problem, free, old, 1)
    return False


def _make_room(
    problem: _Problem, chosen: Ints, free: Floats, task: int, option: int, won: float
) -> bool:
    """Move one other task off what ``option`` lacks, if that costs less than ``won``."""
    entry = problem.uses(option)
    where, amount = problem.entry_resource[entry], problem.entry_amount[entry]
    lacking = where[free[where] < amount - 1e-9]
    for other in problem.users(chosen, int(lacking[0]))[:EJECT_FROM]:
        if other == task:
            continue
        current = int(chosen[other])
        _take(problem, free, current, -1)
        if _fits(problem, free, option):
            _take(problem, free, option, 1)
            ways = problem.options_of(int(other))
            extra = problem.cost[ways.start : ways.stop] - problem.cost[current]
            for place in np.argsort(extra, kind="stable"):
                way = ways.start + int(place)
                if extra[place] >= won - 1e-9:
                    break
                if way != current and _fits(problem, free, way):
                    _take(problem, free, way, 1)
                    _take(problem, free, option, -1)
                    chosen[other] = way
                    return True
            _take(problem, free, option, -1)
        _take(problem, free, current, 1)
    return False


def _fits(problem: _Problem, free: Floats, option: int) -> bool:
    entry = problem.uses(option)
    return bool((free[problem.entry_resource[entry]] >= problem.entry_amount[entry] - 1e-9).all())


def _take(problem: _Problem, free: Floats, option: int, sign: int) -> None:
    """Use up (sign 1) or give back (−1) what an option uses."""
    entry = problem.uses(option)
    free[problem.entry_resource[entry]] -= sign * problem.entry_amount[entry]
