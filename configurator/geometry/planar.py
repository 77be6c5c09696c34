"""A plane divided by lines that meet only at their ends: its faces, and what lies beyond each side.

Each arc is two half edges that run against one another: 2i along arc i, 2i + 1 back. A face is
what lies to the left of a cycle of half edges; at each node the next one is the first clockwise
from where the last came in. Source: M. de Berg and others, Computational Geometry, ch. 2
(doubly connected edge lists).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry import Polygon

from configurator.geometry.flat import Polygons
from configurator.geometry.kernel import Ring

Numbers = NDArray[np.int64]
OUTSIDE = -1
"""The label of what is no face."""


@dataclass(frozen=True, eq=False)
class Planar:
    """``arcs``, each (k, 2) from node ``starts[i]`` to ``ends[i]``, mm. The first ``edges`` of them
    are the outline, with the shape to their left; all others lie within it."""

    arcs: tuple[Ring, ...]
    starts: Numbers
    ends: Numbers
    edges: int

    @cached_property
    def cycles(self) -> tuple[list[int], ...]:
        """The half edges of each cycle within the shape, in order; those outside are left out."""
        onward = self._onward().tolist()
        seen = [False] * len(onward)
        # On the right of an outline is the outside.
        for half in range(1, 2 * self.edges, 2):
            seen[half] = True
        found: list[list[int]] = []
        for first in range(len(onward)):
            if not seen[first]:
                found.append([])
                half = first
                while not seen[half]:
                    seen[half] = True
                    found[-1].append(half)
                    half = onward[half]
        return tuple(found)

    def _onward(self) -> Numbers:
        """(2n,): the half edge that goes on along the same face."""
        origins = np.column_stack([self.starts, self.ends]).ravel()
        ways = np.array([way for arc in self.arcs for way in (arc[1] - arc[0], arc[-2] - arc[-1])])
        order = np.lexsort([np.arctan2(ways[:, 1], ways[:, 0]), origins])
        place = np.empty(len(order), dtype=np.int64)
        place[order] = np.arange(len(order))
        grouped = origins[order]
        firsts = np.flatnonzero(np.r_[True, grouped[1:] != grouped[:-1]])
        before = np.arange(-1, len(order) - 1)
        before[firsts] = np.r_[firsts[1:], len(order)] - 1
        back = np.arange(len(order)) ^ 1
        onward: Numbers = order[before[place[back]]]
        return onward

    def ring(self, cycle: Sequence[int]) -> Ring:
        """(k, 2): the points along a cycle, the first not repeated."""
        return np.concatenate([_along(self.arcs[half >> 1], half)[:-1] for half in cycle])

    @cached_property
    def _sums(self) -> NDArray[np.float64]:
        """(n, 2): the length of each arc, and the area between it and the origin, mm and mm²."""
        points = np.concatenate(self.arcs)
        lasts = np.cumsum([len(arc) for arc in self.arcs])
        steps = np.zeros((len(points), 2))
        ahead = points[1:] - points[:-1]
        steps[:-1, 0] = np.sqrt((ahead**2).sum(axis=1))
        steps[:-1, 1] = (points[:-1, 0] * points[1:, 1] - points[:-1, 1] * points[1:, 0]) / 2
        steps[lasts - 1] = 0.0  # from the last point of an arc to the next one's first
        return np.add.reduceat(steps, np.r_[0, lasts[:-1]])

    @cached_property
    def _outer(self) -> tuple[list[int], dict[int, list[int]], NDArray[np.float64]]:
        """The cycle around each face, the cycles of its holes by face, and the faces' areas.

        A cycle that runs clockwise is a hole in the smallest face around it.
        """
        signed = np.column_stack([self._sums[:, 1], -self._sums[:, 1]]).ravel()
        of_cycle = [float(signed[cycle].sum()) for cycle in self.cycles]
        outer = [at for at, area in enumerate(of_cycle) if area > 0]
        areas = np.array([of_cycle[at] for at in outer])
        within = areas.copy()
        holes: dict[int, list[int]] = {}
        for at in (at for at, area in enumerate(of_cycle) if area <= 0):
            around = shapely.contains_xy(self._bare(outer), *self.ring(self.cycles[at])[0])
            face = int(np.argmin(np.where(around, areas, np.inf)))
            holes.setdefault(face, []).append(at)
            within[face] += of_cycle[at]
        return outer, holes, within

    def _bare(self, cycles: Sequence[int]) -> Polygons:
        """The polygons within some cycles, without holes."""
        edges = [self.ring(self.cycles[at]) for at in cycles]
        which = np.repeat(np.arange(len(edges)), [len(edge) for edge in edges])
        found: Polygons = shapely.polygons(
            shapely.linearrings(np.concatenate(edges), indices=which)
        )
        return found

    @property
    def areas_mm2(self) -> NDArray[np.float64]:
        """(k,): the area of each face."""
        return self._outer[2]

    @cached_property
    def owners(self) -> Numbers:
        """(2n,): the face to the left of each half edge, or OUTSIDE."""
        outer, holes, _ = self._outer
        owners = np.full(2 * len(self.arcs), OUTSIDE)
        for face, at in enumerate(outer):
            for cycle in (at, *holes.get(face, ())):
                owners[self.cycles[cycle]] = face
        return owners

    def faces(self, chosen: Sequence[int] | None = None) -> Polygons:
        """All faces, or those of the chosen numbers, with their holes."""
        outer, holes, _ = self._outer
        numbers = range(len(outer)) if chosen is None else chosen
        found = self._bare([outer[face] for face in numbers])
        for at, face in enumerate(numbers):
            if face in holes:
                inner = [self.ring(self.cycles[cycle]) for cycle in holes[face]]
                found[at] = Polygon(found[at].exterior, inner)
        return found

    def nearest(self, faces: Numbers, points: Ring) -> list[tuple[int, float]]:
        """The place on the edge of any of some faces that is nearest to each of (n, 2) points:
        the arc, and how many of its sides lie before."""
        numbers = np.unique(np.flatnonzero(np.isin(self.owners, faces)) >> 1).tolist()
        lines = [self.arcs[number] for number in numbers]
        starts = np.concatenate([line[:-1] for line in lines])
        ways = np.concatenate([line[1:] for line in lines]) - starts
        off_x, off_y = (points[:, None] - starts).transpose(2, 0, 1)
        along = (off_x * ways[:, 0] + off_y * ways[:, 1]) / (ways**2).sum(axis=1)
        along = np.clip(along, 0.0, 1.0)
        side = ((along * ways[:, 0] - off_x) ** 2 + (along * ways[:, 1] - off_y) ** 2).argmin(
            axis=1
        )
        before = np.cumsum([0, *(len(line) - 1 for line in lines)])
        which = np.searchsorted(before, side, side="right") - 1
        at = side - before[which] + along[np.arange(len(side)), side]
        return [(numbers[line], place) for line, place in zip(which, at.tolist(), strict=True)]

    def shared_mm(self) -> NDArray[np.float64]:
        """(k, k): how long an edge each two faces have in common."""
        left, right = self.owners[::2], self.owners[1::2]
        inner = (left >= 0) & (right >= 0) & (left != right)
        shared = np.zeros((len(self.areas_mm2),) * 2)
        np.add.at(shared, (left[inner], right[inner]), self._sums[inner, 0])
        return shared + shared.T

    def joined(self, labels: Numbers) -> Planar:
        """The same without the arcs between faces (k,) of one label."""
        named = np.r_[labels, OUTSIDE]
        kept = named[self.owners[::2]] != named[self.owners[1::2]]
        return Planar(
            tuple(arc for arc, keep in zip(self.arcs, kept, strict=True) if keep),
            self.starts[kept],
            self.ends[kept],
            int(kept[: self.edges].sum()),
        )

    def seams(self) -> tuple[Ring, ...]:
        """The lines between two faces, each once; what goes on along the same two is one."""
        found: list[Ring] = []
        for cycle in self.cycles:
            own = int(self.owners[cycle[0]])
            across = [int(self.owners[half ^ 1]) for half in cycle]
            for start, stop in runs(across):
                if across[start % len(cycle)] > own:
                    halves = [cycle[at % len(cycle)] for at in range(start, stop)]
                    last = halves[-1]
                    end = _along(self.arcs[last >> 1], last)[-1:]
                    found.append(np.concatenate([self.ring(halves), end]))
        return tuple(found)


def _along(arc: Ring, half: int) -> Ring:
    return arc[::-1] if half & 1 else arc


def runs(values: Sequence[int]) -> list[tuple[int, int]]:
    """(start, stop) of each stretch of one value around a ring; a stop may lie past its end."""
    count = len(values)
    starts = [at for at in range(count) if values[at] != values[at - 1]]
    if not starts:
        return [(0, count)]
    return list(zip(starts, [*starts[1:], starts[0] + count], strict=True))
