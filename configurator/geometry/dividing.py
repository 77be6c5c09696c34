"""Lines drawn across a flat shape divide it: where they cross its outline, and chords that cut
off what is left over."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry import Polygon
from shapely.geometry.polygon import orient

from configurator.geometry.kernel import Ring
from configurator.geometry.paths import Numbers, Paths, ends, ranges
from configurator.geometry.planar import Planar

Floats = NDArray[np.float64]
SAME_MM = 1e-6
"""Points nearer than that are one."""
NODE_MM = 0.02
"""A chord that ends so near to a node ends there."""
POINT = -1
"""The node of what is only a point on the way."""


class Touching(ArithmeticError):
    """A line only touches the outline, or runs along it: nobody can tell on which side it is."""


@dataclass(frozen=True, eq=False)
class Stretches:
    """What of n straight lines lies within a shape, k stretches in the lines' order: the line
    ``of`` each, and its ends ``low`` and ``high``, as shares of the line."""

    of: Numbers
    low: Floats
    high: Floats


@dataclass(frozen=True, eq=False)
class Crossings:
    """Where straight lines cross the rings of a shape.

    ``rings`` of the shape, the edge counter-clockwise, holes clockwise, none with its first point
    again; ``lines`` (n, 2, 2); ``starts_in`` (n,), whether a line begins within. Of the k
    crossings, by line and along it: ``line`` (k,), ``at`` (k,) as a share of the line, ``ring``
    (k,), ``around`` (k,) the sides of the ring that lie before, and ``points`` (k, 2).
    """

    rings: Paths
    lines: Ring
    starts_in: NDArray[np.bool_]
    line: Numbers
    at: Floats
    ring: Numbers
    around: Floats
    points: Ring

    @cached_property
    def within(self) -> Stretches:
        """What of the lines lies within: inside and outside take turns."""
        count = len(self.lines)
        numbers = np.arange(count)
        of = np.concatenate([numbers, self.line, numbers])
        at = np.concatenate([np.zeros(count), self.at, np.ones(count)])
        order = np.argsort(of, kind="stable")
        of, at = of[order], at[order]
        first = ends(np.bincount(self.line, minlength=count) + 2)[:-1]
        turn = np.arange(len(of)) - first[of] + self.starts_in[of]
        inside = np.flatnonzero((turn[:-1] % 2 == 1) & (of[1:] == of[:-1]))
        return Stretches(of[inside], at[inside], at[inside + 1])


def crossings(shape: Polygon, lines: Ring) -> Crossings:
    """Where straight lines (n, 2, 2) cross the outline of a shape.

    A point that lies on a line counts as on its left: as it does so for both of its sides, a
    line through a corner crosses there once or not at all. Raises Touching where a line meets the
    outline without crossing it.
    """
    facing = orient(shape)
    rings = Paths.of(
        [shapely.get_coordinates(ring)[:-1] for ring in (facing.exterior, *facing.interiors)]
    )
    after = np.arange(1, len(rings.points) + 1)
    after[rings.firsts[1:] - 1] = rings.firsts[:-1]
    p, way = lines[:, 0], lines[:, 1] - lines[:, 0]
    off = np.multiply.outer(way[:, 0], rings.points[:, 1])
    off -= np.multiply.outer(way[:, 1], rings.points[:, 0])
    off -= (way[:, 0] * p[:, 1] - way[:, 1] * p[:, 0])[:, None]
    left = off >= 0
    line, side = np.nonzero(left != left[:, after])
    a, b = rings.points[side], rings.points[after[side]]
    of_p, of_q = _cross(b - a, p[line] - a), _cross(b - a, lines[line, 1] - a)
    hit = (of_p >= 0) != (of_q >= 0)
    line, side, of_p, of_q = line[hit], side[hit], of_p[hit], of_q[hit]
    of_a, of_b = off[line, side], off[line, after[side]]
    at = of_p / (of_p - of_q)
    order = np.lexsort([at, line])
    around = (side + of_a / (of_a - of_b))[order]
    line, side, at = line[order], side[order], at[order]
    shapely.prepare(shape)
    starts_in, ends_in = shapely.contains_xy(shape, lines[..., 0], lines[..., 1]).T
    odd = np.bincount(line, minlength=len(lines)) % 2 == 1
    if (odd != (starts_in != ends_in)).any():
        raise Touching(f"lines {np.flatnonzero(odd != (starts_in != ends_in))} only touch")
    ring = rings.numbers[side]
    points = p[line] + at[:, None] * way[line]
    return Crossings(rings, lines, starts_in, line, at, ring, around - rings.firsts[ring], points)


def _cross(one: Ring, other: Ring) -> Floats:
    found: Floats = one[:, 0] * other[:, 1] - one[:, 1] * other[:, 0]
    return found


@dataclass(frozen=True, eq=False)
class Detours:
    """Ways that some straight lines take instead: the number ``of`` each line (c,), how much of it
    lies before, as a share (c,), and their points (c, k, 2). They keep off the shape's outline and
    off one another."""

    of: Numbers
    at: Floats
    points: Ring


@dataclass(frozen=True, eq=False)
class _Points:
    """Points of several curves in any order: the ``curve`` of each (n,), ``at`` what place along it
    (n,), ``points`` (n, 2), and the ``node`` it is (n,), or POINT. A curve begins and ends at a
    node; of points at one place, the order is theirs."""

    curve: Numbers
    at: Floats
    points: Ring
    node: Numbers


def _together(*several: _Points) -> _Points:
    return _Points(
        np.concatenate([each.curve for each in several]),
        np.concatenate([each.at for each in several]),
        np.concatenate([each.points for each in several]),
        np.concatenate([each.node for each in several]),
    )


def _on_one(curve: int, at: Floats, points: Ring, node: Numbers) -> _Points:
    return _Points(np.full(len(at), curve), at, points, node)


def _plain(count: int) -> Numbers:
    return np.full(count, POINT)


@dataclass(frozen=True, eq=False)
class _Arcs:
    """Curves, cut at their nodes: n ``paths``, from and to which node, and of which curve."""

    paths: Paths
    starts: Numbers
    ends: Numbers
    curve: Numbers

    def planar(self, edges: int) -> Planar:
        return Planar(self.paths, self.starts, self.ends, edges)


def _cut(found: _Points) -> _Arcs:
    """Raises Touching where two nodes of a curve lie on each other."""
    order = np.lexsort([found.at, found.curve])
    curve, points, node = found.curve[order], found.points[order], found.node[order]
    # A node may lie on a point of its curve; the node stays, as other curves end there, too.
    near = (np.abs(points[1:] - points[:-1]).sum(axis=1) <= SAME_MM) & (curve[1:] == curve[:-1])
    stop = node != POINT
    if (near & stop[1:] & stop[:-1]).any():
        raise Touching("an arc without length")
    kept = stop.copy()
    kept[1:] |= ~(near & stop[:-1])
    kept[:-1] &= stop[:-1] | ~(near & stop[1:])
    curve, points, node = curve[kept], points[kept], node[kept]
    stops = np.flatnonzero(node != POINT)
    firsts, lasts = stops[:-1], stops[1:]
    whole = curve[firsts] == curve[lasts]
    firsts, lasts = firsts[whole], lasts[whole]
    counts = lasts - firsts + 1
    paths = Paths(points[ranges(firsts, counts)], ends(counts))
    return _Arcs(paths, node[firsts], node[lasts], curve[firsts])


def divided(crossed: Crossings, corners: Numbers, detours: Detours) -> Planar:
    """The shape, divided by what of the lines lies within it.

    The lines meet one another only at their ends; ``corners`` (n, 2) number those, so that equal
    numbers are equal points. Raises Touching where two crossings are one.
    """
    nodes = int(corners.max()) + 1
    edge = _cut(_around(crossed, nodes))
    across = _cut(_across(crossed, corners, detours, nodes))
    # Inside and outside take turns.
    firsts = np.searchsorted(across.curve, across.curve)
    turn = np.arange(len(firsts)) - firsts + crossed.starts_in[across.curve]
    inside = np.flatnonzero(turn % 2 == 1)
    lines = across.paths.chosen(inside)
    arcs = Paths(
        np.concatenate([edge.paths.points, lines.points]),
        np.concatenate([edge.paths.firsts[:-1], lines.firsts + len(edge.paths.points)]),
    )
    starts = np.concatenate([edge.starts, across.starts[inside]])
    stops = np.concatenate([edge.ends, across.ends[inside]])
    return Planar(arcs, starts, stops, len(edge.starts))


def _around(crossed: Crossings, nodes: int) -> _Points:
    """The rings, each from its first crossing around to it again, or from its first point."""
    curves = []
    for number, ring in enumerate(crossed.rings.each()):
        of = np.flatnonzero(crossed.ring == number)
        at, points, node = crossed.around[of], crossed.points[of], nodes + of
        if not len(of):
            at, points, node = np.zeros(1), ring[:1], np.array([nodes + len(crossed.ring) + number])
        first, length = int(np.argmin(at)), float(len(ring))
        begin = float(at[first])
        on: Floats = np.mod(np.arange(length) - begin, length)
        curves += [
            _on_one(number, on, ring, _plain(len(ring))),
            _on_one(number, at - begin, points, node),
            _on_one(number, np.array([length]), points[[first]], node[[first]]),
        ]
    return _together(*curves)


def _across(crossed: Crossings, corners: Numbers, detours: Detours, nodes: int) -> _Points:
    """The lines, each from end to end."""
    count = len(crossed.lines)
    long = detours.points.shape[1]
    return _together(
        _Points(np.arange(count), np.zeros(count), crossed.lines[:, 0], corners[:, 0]),
        _Points(crossed.line, crossed.at, crossed.points, nodes + np.arange(len(crossed.line))),
        _Points(
            np.repeat(detours.of, long),
            np.repeat(detours.at, long),
            detours.points.reshape(-1, 2),
            _plain(len(detours.of) * long),
        ),
        _Points(np.arange(count), np.ones(count), crossed.lines[:, 1], corners[:, 1]),
    )


def chorded(cells: Planar, arcs: Numbers, at: Floats) -> Planar:
    """The same with straight cuts through its faces, each between two places: an arc (n, 2) and
    how many of its sides lie before (n, 2).

    Raises Touching where two cuts end in one place.
    """
    count = len(cells.starts)
    place, node, new = _ended(cells, arcs.ravel(), at.ravel())
    points = cells.arcs.points
    nodes = _plain(len(points))
    nodes[cells.arcs.firsts[:-1]], nodes[cells.arcs.firsts[1:] - 1] = cells.starts, cells.ends
    on = ranges(np.zeros_like(cells.arcs.counts), cells.arcs.counts).astype(np.float64)
    chord = node.reshape(-1, 2)
    kept = np.flatnonzero(chord[:, 0] != chord[:, 1])
    cut = _cut(
        _together(
            _Points(cells.arcs.numbers, on, points, nodes),
            _Points(arcs.ravel()[new], at.ravel()[new], place[new], node[new]),
            _Points(
                count + np.repeat(np.arange(len(kept)), 2),
                np.tile([0.0, 1.0], len(kept)),
                place.reshape(-1, 2, 2)[kept].reshape(-1, 2),
                chord[kept].ravel(),
            ),
        )
    )
    return cut.planar(int(np.searchsorted(cut.curve, cells.edges)))


def _ended(cells: Planar, arcs: Numbers, at: Floats) -> tuple[Ring, Numbers, NDArray[np.bool_]]:
    """The point (n, 2) at each place along an arc, its node (n,), and whether that is a new one:
    near an end of the arc it is that end."""
    points, firsts, lasts = cells.arcs.points, cells.arcs.firsts[arcs], cells.arcs.firsts[arcs + 1]
    side = np.minimum(at.astype(np.int64), lasts - firsts - 2)
    one, other = points[firsts + side], points[firsts + side + 1]
    place = one + (at - side)[:, None] * (other - one)
    node = int(max(cells.starts.max(), cells.ends.max())) + 1 + np.arange(len(arcs))
    new = np.ones(len(arcs), dtype=bool)
    for end, name in ((lasts - 1, cells.ends), (firsts, cells.starts)):
        near = np.hypot(*(place - points[end]).T) < NODE_MM
        place[near], node[near], new[near] = points[end[near]], name[arcs[near]], False
    return place, node, new
