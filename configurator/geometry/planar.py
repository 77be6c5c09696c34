"""A plane divided by lines that meet only at their ends: its faces, and what lies beyond each side.

Each arc is two half edges that run against one another: 2i along arc i, 2i + 1 back. A face is
what lies to the left of a cycle of half edges; at each node the next one is the first clockwise
from where the last came in. Source: M. de Berg and others, Computational Geometry, ch. 2
(doubly connected edge lists).
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry import Polygon

from configurator.geometry.flat import Polygons
from configurator.geometry.kernel import Ring
from configurator.geometry.paths import Numbers, Paths, ends, in_a_row, ranges

OUTSIDE = -1
"""The label of what is no face."""


@dataclass(frozen=True, eq=False)
class Planar:
    """``arcs``, each from node ``starts[i]`` to ``ends[i]``, mm. The first ``edges`` of them are
    the outline, with the shape to their left; all others lie within it."""

    arcs: Paths
    starts: Numbers
    ends: Numbers
    edges: int

    @cached_property
    def _cycles(self) -> tuple[Numbers, Numbers]:
        """The half edges of each cycle within the shape, in order, one cycle behind the other, and
        (k + 1,) where each begins. Those outside are left out."""
        onward = self._onward().tolist()
        seen = [False] * len(onward)
        # On the right of an outline is the outside.
        seen[1 : 2 * self.edges : 2] = [True] * self.edges
        halves: list[int] = []
        firsts = [0]
        for half in range(len(onward)):
            if not seen[half]:
                while not seen[half]:
                    seen[half] = True
                    halves.append(half)
                    half = onward[half]
                firsts.append(len(halves))
        return np.array(halves), np.array(firsts)

    def _onward(self) -> Numbers:
        """(2n,): the half edge that goes on along the same face."""
        points, firsts, lasts = self.arcs.points, self.arcs.firsts[:-1], self.arcs.firsts[1:] - 1
        origins = np.stack([self.starts, self.ends], axis=1).ravel()
        ways = np.stack([points[firsts + 1] - points[firsts], points[lasts - 1] - points[lasts]], 1)
        order = np.lexsort([np.arctan2(ways[..., 1], ways[..., 0]).ravel(), origins])
        place = np.empty(len(order), dtype=np.int64)
        place[order] = np.arange(len(order))
        grouped = origins[order]
        first = np.flatnonzero(in_a_row(True, grouped[1:] != grouped[:-1]))
        before = np.arange(-1, len(order) - 1)
        before[first] = in_a_row(first[1:], len(order)) - 1
        back = np.arange(len(order)) ^ 1
        onward: Numbers = order[before[place[back]]]
        return onward

    def _along(self, halves: Numbers) -> tuple[Ring, Numbers]:
        """The points of half edges one behind the other, without the last of each, and how many
        there are of each."""
        counts = self.arcs.counts[halves >> 1] - 1
        on = ranges(np.zeros_like(counts), counts)
        way = np.repeat(1 - 2 * (halves & 1), counts)
        return self.arcs.points[np.repeat(self._begins(halves), counts) + way * on], counts

    def _begins(self, halves: Numbers) -> Numbers:
        """The number of the point each half edge begins at."""
        arcs, firsts = halves >> 1, self.arcs.firsts
        begins: Numbers = np.where(halves & 1, firsts[arcs + 1] - 1, firsts[arcs])
        return begins

    @cached_property
    def _rings(self) -> Paths:
        """The points along each cycle, the first not repeated."""
        halves, firsts = self._cycles
        points, counts = self._along(halves)
        return Paths(points, ends(counts)[firsts])

    @cached_property
    def _sums(self) -> NDArray[np.float64]:
        """(n, 2): the length of each arc, and the area between it and the origin, mm and mm²."""
        points = self.arcs.points
        steps = np.zeros((len(points), 2))
        ahead = points[1:] - points[:-1]
        steps[:-1, 0] = np.sqrt((ahead**2).sum(axis=1))
        steps[:-1, 1] = (points[:-1, 0] * points[1:, 1] - points[:-1, 1] * points[1:, 0]) / 2
        steps[self.arcs.firsts[1:] - 1] = 0.0  # from an arc's last point to the next one's first
        return np.add.reduceat(steps, self.arcs.firsts[:-1])

    @cached_property
    def _outer(self) -> tuple[Numbers, dict[int, list[int]], NDArray[np.float64]]:
        """The cycle around each face, the cycles of its holes by face, and the faces' areas.

        A cycle that runs clockwise is a hole in the smallest face around it.
        """
        halves, firsts = self._cycles
        signed = np.where(halves & 1, -1.0, 1.0) * self._sums[halves >> 1, 1]
        of_cycle = np.add.reduceat(signed, firsts[:-1])
        outer = np.flatnonzero(of_cycle > 0)
        areas = of_cycle[outer]
        within = areas.copy()
        holes: dict[int, list[int]] = {}
        for at in np.flatnonzero(of_cycle <= 0).tolist():
            point = self._rings.points[self._rings.firsts[at]]
            around = shapely.contains_xy(self._bare(outer), *point)
            face = int(np.argmin(np.where(around, areas, np.inf)))
            holes.setdefault(face, []).append(at)
            within[face] += of_cycle[at]
        return outer, holes, within

    def _bare(self, cycles: Numbers) -> Polygons:
        """The polygons within some cycles, without holes."""
        edges = self._rings.chosen(cycles)
        found: Polygons = shapely.polygons(shapely.linearrings(edges.points, indices=edges.numbers))
        return found

    @property
    def areas_mm2(self) -> NDArray[np.float64]:
        """(k,): the area of each face."""
        return self._outer[2]

    @cached_property
    def owners(self) -> Numbers:
        """(2n,): the face to the left of each half edge, or OUTSIDE."""
        outer, holes, _ = self._outer
        halves, firsts = self._cycles
        face = np.full(len(firsts) - 1, OUTSIDE)
        face[outer] = np.arange(len(outer))
        for number, cycles in holes.items():
            face[cycles] = number
        owners = np.full(2 * len(self.starts), OUTSIDE)
        owners[halves] = np.repeat(face, np.diff(firsts))
        return owners

    def faces(self, chosen: Numbers | None = None) -> Polygons:
        """All faces, or those of the chosen numbers, with their holes."""
        outer, holes, _ = self._outer
        numbers = np.arange(len(outer)) if chosen is None else chosen
        found = self._bare(outer[numbers])
        for at, face in enumerate(numbers.tolist()):
            if face in holes:
                inner = self._rings.chosen(np.array(holes[face])).each()
                found[at] = Polygon(found[at].exterior, inner)
        return found

    def boundaries(self) -> tuple[Paths, Numbers]:
        """The rings round all faces, the face to their left, and the face each is of; the edge of
        a face comes before its holes."""
        outer, holes, _ = self._outer
        if not holes and len(outer) == len(self._rings.counts):
            return self._rings, np.arange(len(outer))
        cycles = [[edge, *holes.get(face, ())] for face, edge in enumerate(outer.tolist())]
        of = np.repeat(np.arange(len(cycles)), [len(one) for one in cycles])
        return self._rings.chosen(np.concatenate([np.array(one) for one in cycles])), of

    def nearest(self, faces: Numbers, points: Ring) -> tuple[Numbers, NDArray[np.float64]]:
        """The place on the edge of any of some faces that is nearest to each of (n, 2) points:
        the arc (n,), and how many of its sides lie before (n,)."""
        theirs = np.zeros(len(self.areas_mm2) + 1, dtype=bool)  # the last is what is OUTSIDE
        theirs[faces] = True
        numbers = np.flatnonzero(theirs[self.owners].reshape(-1, 2).any(axis=1))
        counts = self.arcs.counts[numbers] - 1
        first = ranges(self.arcs.firsts[numbers], counts)
        x, y = self.arcs.points[first].T
        way_x, way_y = (self.arcs.points[first + 1] - self.arcs.points[first]).T
        off_x, off_y = points[:, :1] - x, points[:, 1:] - y
        along = np.clip((off_x * way_x + off_y * way_y) / (way_x**2 + way_y**2), 0.0, 1.0)
        off_x -= along * way_x
        off_y -= along * way_y
        side = (off_x**2 + off_y**2).argmin(axis=1)
        before = ends(counts)
        which = np.searchsorted(before, side, side="right") - 1
        at = side - before[which] + along[np.arange(len(side)), side]
        return numbers[which], at

    def shared_mm(self) -> NDArray[np.float64]:
        """(k, k): how long an edge each two faces have in common."""
        left, right = self.owners[::2], self.owners[1::2]
        inner = (left >= 0) & (right >= 0) & (left != right)
        shared = np.zeros((len(self.areas_mm2),) * 2)
        np.add.at(shared, (left[inner], right[inner]), self._sums[inner, 0])
        return shared + shared.T

    def joined(self, labels: Numbers) -> Planar:
        """The same without the arcs between faces (k,) of one label."""
        named = in_a_row(labels, OUTSIDE)
        kept = np.flatnonzero(named[self.owners[::2]] != named[self.owners[1::2]])
        edges = int(np.searchsorted(kept, self.edges))
        return Planar(self.arcs.chosen(kept), self.starts[kept], self.ends[kept], edges)

    def seams(self) -> tuple[Ring, ...]:
        """The lines between two faces, each once; what goes on along the same two is one."""
        halves, firsts = self._cycles
        across = self.owners[halves ^ 1]
        halves = _begun_anew(halves, firsts, across)
        own, across = self.owners[halves], self.owners[halves ^ 1]
        changes = across != np.roll(across, 1)
        changes[firsts[:-1]] = True
        runs = np.flatnonzero(changes)
        stops = in_a_row(runs[1:], len(halves))
        once = across[runs] > own[runs]
        runs, stops = runs[once], stops[once]
        points, counts = self._along(halves[ranges(runs, stops - runs)])
        firsts = ends(counts)[ends(stops - runs)]
        lasts = self.arcs.points[self._begins(halves[stops - 1] ^ 1)]
        points = np.insert(points, firsts[1:], lasts, axis=0)
        return tuple(Paths(points, firsts + np.arange(len(firsts))).each())


def _begun_anew(halves: Numbers, firsts: Numbers, values: Numbers) -> Numbers:
    """Each cycle turned until it begins where its value changes, if it does anywhere."""
    before = np.roll(values, 1)
    before[firsts[:-1]] = values[firsts[1:] - 1]
    counts = np.diff(firsts)
    # Where each cycle's value first changes; one that has a single value stays as it is.
    never = len(values)
    changes = np.where(values != before, ranges(np.zeros_like(counts), counts), never)
    turn = np.minimum.reduceat(changes, firsts[:-1])
    turn[turn == never] = 0
    on = ranges(turn, counts) % np.repeat(counts, counts)
    turned: Numbers = halves[np.repeat(firsts[:-1], counts) + on]
    return turned
