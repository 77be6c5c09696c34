"""Lines drawn across a flat shape divide it: where they cross its outline, and chords that cut
off what is left over."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry import Polygon
from shapely.geometry.polygon import orient

from configurator.geometry.kernel import Ring
from configurator.geometry.planar import Numbers, Planar

SAME_MM = 1e-6
"""Points nearer than that are one."""
NODE_MM = 0.02
"""A chord that ends so near to a node ends there."""


class Touching(ArithmeticError):
    """A line only touches the outline, or runs along it: nobody can tell on which side it is."""


@dataclass(frozen=True, eq=False)
class Chord:
    """A straight cut between two places, each an arc and how many of its sides lie before."""

    one: tuple[int, float]
    other: tuple[int, float]


class _Stop(NamedTuple):
    """Where a line is cut: how many sides lie before it, the point, and the node it becomes."""

    at: float
    point: Ring
    node: int


def _place(stop: _Stop) -> float:
    return stop.at


def divided(shape: Polygon, lines: Sequence[Ring], corners: Numbers) -> Planar:
    """The shape, divided by what of the lines lies within it.

    ``lines`` (k, 2) meet one another only at their ends; ``corners`` (n, 2) number those, so that
    equal numbers are equal points. Raises Touching where a line meets the outline without
    crossing it.
    """
    facing = orient(shape)
    rings = [shapely.get_coordinates(ring)[:-1] for ring in (facing.exterior, *facing.interiors)]
    nodes = int(corners.max()) + 1
    on_rings, on_lines = _crossings(rings, lines, nodes)
    nodes += sum(len(stops) for stops in on_rings)
    arcs: list[tuple[Ring, int, int]] = []
    for ring, stops in zip(rings, on_rings, strict=True):
        arcs += _around(ring, stops, nodes)
        nodes += 1
    edges = len(arcs)
    shapely.prepare(shape)
    firsts, lasts = (np.array([line[at] for line in lines]) for at in (0, -1))
    starts_in, ends_in = (shapely.contains_xy(shape, points) for points in (firsts, lasts))
    for at, line in enumerate(lines):
        stops = on_lines[at]
        if (len(stops) % 2 == 1) != (starts_in[at] != ends_in[at]):
            raise Touching(f"line {at} crosses {len(stops)} times")
        if stops or starts_in[at]:
            one, other = corners[at].tolist()
            ends = [_Stop(0, line[0], one), *stops, _Stop(len(line) - 1, line[-1], other)]
            # Inside and outside take turns.
            first = 0 if starts_in[at] else 1
            arcs += [_between(line, *ends[n : n + 2]) for n in range(first, len(ends) - 1, 2)]
    return _planar(arcs, edges)


def _planar(arcs: Sequence[tuple[Ring, int, int]], edges: int) -> Planar:
    lines, starts, ends = zip(*arcs, strict=True)
    return Planar(tuple(lines), np.array(starts), np.array(ends), edges)


def _crossings(
    rings: Sequence[Ring], lines: Sequence[Ring], node: int
) -> tuple[list[list[_Stop]], list[list[_Stop]]]:
    """Where rings and lines cross, by ring and by line, in their order.

    A point that lies on a line counts as on its left: as it does so for both of its sides, a
    line through a corner crosses there once or not at all.
    """
    a, b, ring_of, ring_at = _sides([np.concatenate([ring, ring[:1]]) for ring in rings])
    boundary = shapely.multilinestrings([np.concatenate([ring, ring[:1]]) for ring in rings])
    shapely.prepare(boundary)
    count = [len(line) for line in lines]
    drawn = shapely.linestrings(np.concatenate(lines), indices=np.repeat(range(len(lines)), count))
    near = np.flatnonzero(shapely.intersects(boundary, drawn)).tolist()
    on_rings: list[list[_Stop]] = [[] for _ in rings]
    on_lines: list[list[_Stop]] = [[] for _ in lines]
    if not near:
        return on_rings, on_lines
    p, q, line_of, line_at = _sides([lines[at] for at in near])
    tree = shapely.STRtree(shapely.linestrings(np.stack([a, b], axis=1)))
    ours, theirs = tree.query(shapely.linestrings(np.stack([p, q], axis=1)))
    p, q, a, b = p[ours], q[ours], a[theirs], b[theirs]
    of_a, of_b = _cross(q - p, a - p), _cross(q - p, b - p)
    of_p, of_q = _cross(b - a, p - a), _cross(b - a, q - a)
    hit = np.flatnonzero(((of_a >= 0) != (of_b >= 0)) & ((of_p >= 0) != (of_q >= 0)))
    along = of_p[hit] / (of_p[hit] - of_q[hit])
    around = of_a[hit] / (of_a[hit] - of_b[hit])
    points = p[hit] + along[:, None] * (q[hit] - p[hit])
    ours, theirs = ours[hit], theirs[hit]
    for n, point in enumerate(points):
        line, ring = near[line_of[ours[n]]], ring_of[theirs[n]]
        on_lines[line].append(_Stop(line_at[ours[n]] + along[n], point, node + n))
        on_rings[ring].append(_Stop(ring_at[theirs[n]] + around[n], point, node + n))
    for stops in (*on_rings, *on_lines):
        stops.sort(key=_place)
    return on_rings, on_lines


def _sides(lines: Sequence[Ring]) -> tuple[Ring, Ring, Numbers, Numbers]:
    """Both ends of each side, the line it is of, and how many sides of that lie before it."""
    counts = [len(line) - 1 for line in lines]
    return (
        np.concatenate([line[:-1] for line in lines]),
        np.concatenate([line[1:] for line in lines]),
        np.repeat(np.arange(len(lines)), counts),
        np.concatenate([np.arange(count) for count in counts]),
    )


def _cross(one: Ring, other: Ring) -> NDArray[np.float64]:
    found: NDArray[np.float64] = one[:, 0] * other[:, 1] - one[:, 1] * other[:, 0]
    return found


def _around(ring: Ring, stops: Sequence[_Stop], node: int) -> list[tuple[Ring, int, int]]:
    """The stretches of a ring between its stops; without any, all of it from ``node`` to itself."""
    closed = np.concatenate([ring, ring[:1]])
    if not stops:
        return [(closed, node, node)]
    twice = np.concatenate([ring, closed])
    over = stops[0]._replace(at=stops[0].at + len(ring))
    return [
        _between(twice, one, other)
        for one, other in zip(stops, [*stops[1:], over], strict=True)
    ]  # fmt: skip


def _between(line: Ring, one: _Stop, other: _Stop) -> tuple[Ring, int, int]:
    """(points, node, node) of a line from one stop to another. Raises Touching without length."""
    inner = line[int(one.at) + 1 : math.ceil(other.at)]
    # A stop may lie on a point of the line; it is the stop that stays, as others end there too.
    if len(inner) and _same(one.point, inner[0]):
        inner = inner[1:]
    if len(inner) and _same(other.point, inner[-1]):
        inner = inner[:-1]
    if not len(inner) and _same(one.point, other.point):
        raise Touching(f"an arc without length at {one.point}")
    return np.concatenate([[one.point], inner, [other.point]]), one.node, other.node


def _same(one: Ring, other: Ring) -> bool:
    return bool(abs(one[0] - other[0]) + abs(one[1] - other[1]) <= SAME_MM)


def chorded(cells: Planar, chords: Sequence[Chord]) -> Planar:
    """The same with straight cuts through its faces."""
    stops: dict[int, list[_Stop]] = {}
    node = int(max(cells.starts.max(), cells.ends.max())) + 1
    new: list[tuple[Ring, int, int]] = []
    for chord in chords:
        ends = []
        for arc, at in (chord.one, chord.other):
            stop, is_new = _on_arc(cells, arc, at, node)
            ends.append(stop)
            if is_new:
                stops.setdefault(arc, []).append(stop)
                node += 1
        one, other = ends
        if one.node != other.node:
            new.append((np.vstack([one.point, other.point]), one.node, other.node))
    split = [
        _split(cells, arc, sorted(stops.get(arc, ()), key=_place)) for arc in range(len(cells.arcs))
    ]
    edges = sum(len(parts) for parts in split[: cells.edges])
    return _planar([arc for parts in split for arc in parts] + new, edges)


def _on_arc(cells: Planar, arc: int, at: float, node: int) -> tuple[_Stop, bool]:
    """The stop at a place along an arc, and whether it is new: near an end it is that node."""
    line = cells.arcs[arc]
    side = min(int(at), len(line) - 2)
    point = line[side] + (at - side) * (line[side + 1] - line[side])
    for end, name in ((0, cells.starts[arc]), (-1, cells.ends[arc])):
        if np.hypot(*(point - line[end])) < NODE_MM:
            return _Stop(0 if end == 0 else len(line) - 1, line[end], int(name)), False
    return _Stop(at, point, node), True


def _split(cells: Planar, arc: int, stops: Sequence[_Stop]) -> list[tuple[Ring, int, int]]:
    line, start, end = cells.arcs[arc], int(cells.starts[arc]), int(cells.ends[arc])
    if not stops:
        return [(line, start, end)]
    ends = [_Stop(0, line[0], start), *stops, _Stop(len(line) - 1, line[-1], end)]
    return [_between(line, *ends[n : n + 2]) for n in range(len(ends) - 1)]
