"""From what a search found to the few designs that are shown, each checked at full resolution."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal

from configurator.engine import Evaluation
from configurator.suggest.fronts import front, spread
from configurator.suggest.search import Cancelled, Ended, Search
from configurator.suggest.space import Genome
from configurator.suggest.tried import Tried

Goal = Literal["front", "price", "weight", "stiffness"]
GOALS: tuple[Goal, ...] = ("front", "price", "weight", "stiffness")

SHOWN = 7
"""With the customer's own beside them they fill two rows of four."""
WORTH = 0.02
"""A design that betters nothing by this share is not worth a look."""
SLACK = 0.01
"""A change that costs no objective more than this share is taken back: it earns nothing."""


SEEN = 0.005
"""Less of a difference is *the same* in whole per cent."""
SEEN_G = 0.1
"""Weights are shown to tenths: less of a difference is the same figure."""


@dataclass(frozen=True)
class Shown:
    """A design of the gallery with its evaluation of record."""

    tried: Tried
    evaluation: Evaluation
    chips: tuple[str, ...] = ()


def gallery(search: Search, own: Tried, goal: Goal) -> tuple[Shown, ...]:
    """At most ``SHOWN`` designs that none of the others beats, in the order of the goal.

    Each has passed all checks and is no graver in level than the search allows. When time is
    over, what has been checked so far is shown.
    """
    pool = [one for one in front(search.valid()) if worthwhile(one, own, goal)]
    genomes = {one.key: genome for genome, one in search.done.items() if one is not None}
    taken: list[Shown] = []
    try:
        while pool and len(taken) < SHOWN:
            best = spread(pool, [shown.tried for shown in taken] or [own])
            pool = [one for one in pool if one.key != best.key]
            best = plainer(search, genomes, best)
            search.check()
            tried, evaluation = search.maker.full(best)
            fresh = all(tried.key != shown.tried.key for shown in taken)
            if fresh and search.excess(tried) <= 0 and worthwhile(tried, own, goal):
                taken.append(Shown(tried, evaluation))
    except Ended:
        pass
    return _chipped(_unbeaten(taken), own, goal)


def worthwhile(one: Tried, own: Tried, goal: Goal) -> bool:
    """Whether it betters the customer's own design in what matters, by enough to see."""
    gains = [before / now - 1 for now, before in zip(one.objectives, own.objectives, strict=True)]
    if goal == "front":
        return max(gains) >= WORTH
    return gains[GOALS.index(goal) - 1] >= WORTH


def plainer(search: Search, genomes: dict[str, Genome], one: Tried) -> Tried:
    """The same design without the changes that bring nothing: each that is left earns its place.

    Raises Cancelled; when time is over it is left as it is.
    """
    genome = genomes.get(one.key)
    if genome is None:
        return one
    for axis in search.space.differing(genome):
        back = (*genome[:axis], search.space.start[axis], *genome[axis + 1 :])
        if len(search.space.differing(back)) == 0:
            break
        known = search.done.get(back)
        if back not in search.done:
            try:
                search.check()
            except Ended:
                break
            known = search.done[back] = search.maker.draft(search.space.params(back))
        if known is not None and search.excess(known) <= 0 and _as_good(known, one):
            genome, one = back, known
    return one


def _as_good(plain: Tried, one: Tried) -> bool:
    pairs = zip(plain.objectives, one.objectives, strict=True)
    return all(now <= before * (1 + SLACK) for now, before in pairs)


def _unbeaten(taken: list[Shown]) -> list[Shown]:
    kept = {one.key for one in front([shown.tried for shown in taken])}
    return [shown for shown in taken if shown.tried.key in kept]


_BY: dict[str, Callable[[Tried], float]] = {
    "price": lambda one: one.cents,
    "weight": lambda one: one.grams,
    "stiffness": lambda one: -one.stiffness_mm,
}
CHIPS = {"price": "cheapest", "weight": "lightest", "stiffness": "stiffest"}


def _chipped(taken: list[Shown], own: Tried, goal: Goal) -> tuple[Shown, ...]:
    """Sorted by the goal (the front by price); the best of each kind and what betters all named."""
    by = _BY["price" if goal == "front" else goal]
    every = [own, *(shown.tried for shown in taken)]
    best = {CHIPS[name]: key for name in _BY if (key := _leader(name, every))}
    return tuple(
        Shown(shown.tried, shown.evaluation, _chips(shown.tried, own, best))
        for shown in sorted(taken, key=lambda shown: by(shown.tried))
    )


def _leader(name: str, every: list[Tried]) -> str:
    """The key of the one that leads all others by a difference that can be read, or ""."""
    by = _BY[name]
    first, *others = sorted(every, key=by)
    if not others:
        return ""
    best, second = by(first), by(others[0])
    seen = max(SEEN * abs(best), SEEN_G if name == "weight" else 0.0)
    return first.key if second - best > seen else ""


def _chips(one: Tried, own: Tried, best: dict[str, str]) -> tuple[str, ...]:
    chips = [name for name, key in best.items() if key == one.key]
    pairs: list[tuple[Any, Any]] = list(zip(one.objectives, own.objectives, strict=True))
    if all(now < before * (1 - SEEN) for now, before in pairs):
        chips.append("better in all three")
    return tuple(chips)


__all__ = ["CHIPS", "GOALS", "SHOWN", "Cancelled", "Goal", "Shown", "gallery"]
