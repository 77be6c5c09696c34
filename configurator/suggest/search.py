"""The state of a search: what was tried, what may be tried still, and when to stop.

The clock and the wish to stop come from outside; both are asked between two evaluations.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from configurator.suggest.space import Genome, Space
from configurator.suggest.tried import IMPOSSIBLE, Maker, Tried


class Ended(Exception):
    """No evaluation is left: the budget is used up, or time is."""


class Cancelled(Exception):
    """Whoever asked for the search wants it no more."""


@dataclass(frozen=True)
class Limits:
    """``clock`` gives seconds; ``go_on`` is asked before every evaluation.

    ``go_on`` gets the search as it stands (to tell of it) and says False to cancel.
    """

    evaluations: int
    deadline_s: float
    clock: Callable[[], float]
    go_on: Callable[[Search], bool] = lambda search: True


@dataclass
class Search:
    """Tries each design once, and remembers."""

    maker: Maker
    space: Space
    level: int
    """No design may have a graver finding than this."""
    limits: Limits
    done: dict[Genome, Tried | None] = field(default_factory=dict)

    def evaluate(self, genome: Genome) -> Tried | None:
        """The design, tried; None where nothing can be built.

        Raises Ended or Cancelled before a new one is tried.
        """
        if genome not in self.done:
            self.check()
            if len(self.done) >= min(self.limits.evaluations, self.space.count):
                raise Ended
            self.done[genome] = self.maker.draft(self.space.params(genome))
        return self.done[genome]

    def check(self) -> None:
        """Raises Ended when time is over, Cancelled when nobody waits any more."""
        if not self.limits.go_on(self):
            raise Cancelled
        if self.limits.clock() >= self.limits.deadline_s:
            raise Ended

    def excess(self, tried: Tried | None) -> float:
        """By how much a design breaks the rules; 0 or less where it keeps them."""
        return float((IMPOSSIBLE if tried is None else tried.level) - self.level)

    def valid(self) -> list[Tried]:
        """What was tried and keeps the rules, in the order it was tried."""
        return [t for t in self.done.values() if t is not None and self.excess(t) <= 0]
