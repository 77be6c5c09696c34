"""Many lines in one array: no loop over them where one step over all their points does."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

from configurator.geometry.kernel import Ring

Numbers = NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class Paths:
    """k lines one behind the other: ``points`` (n, 2), mm, and ``firsts`` (k + 1,), the number of
    each line's first point and, last, n."""

    points: Ring
    firsts: Numbers

    @classmethod
    def of(cls, lines: Sequence[Ring]) -> Paths:
        """The same lines, which may not be none."""
        return cls(np.concatenate(lines), ends([len(line) for line in lines]))

    @cached_property
    def counts(self) -> Numbers:
        """(k,): how many points each line has."""
        found: Numbers = np.diff(self.firsts)
        return found

    @cached_property
    def numbers(self) -> Numbers:
        """(n,): the line each point is of."""
        return np.repeat(np.arange(len(self.counts)), self.counts)

    def chosen(self, lines: Numbers) -> Paths:
        """Those lines alone, in that order."""
        counts = self.counts[lines]
        return Paths(self.points[ranges(self.firsts[lines], counts)], ends(counts))

    def each(self) -> list[Ring]:
        """(k): the lines as arrays of their own, which look into this one."""
        return [self.points[one:other] for one, other in pairwise(self.firsts.tolist())]


def ends(counts: Sequence[int] | Numbers) -> Numbers:
    """(k + 1,): where each of k stretches begins, and where the last one ends."""
    found = np.zeros(len(counts) + 1, dtype=np.int64)
    np.cumsum(counts, out=found[1:])
    return found


def in_a_row(*arrays: Any) -> NDArray[Any]:
    """Arrays and single values one behind the other: a sixth of what ``np.r_`` takes."""
    return np.concatenate([np.atleast_1d(one) for one in arrays])


def ranges(starts: Numbers, counts: Numbers) -> Numbers:
    """start, start + 1, … of each stretch, ``counts`` numbers long, one behind the other."""
    before = ends(counts)
    found: Numbers = np.repeat(starts - before[:-1], counts) + np.arange(before[-1])
    return found
