"""Flat areas between rings as triangles of their own points: no point added, none left out.

Earcut is nine times as fast as manifold3d, but may leave out points on straight sides, after which
walls no longer meet the face, and it may go wrong where rings touch. So what it gives is counted:
a polygon of n points with h holes has n + 2 h − 2 triangles, and if all of them turn the same way
they cover it exactly once. Where that fails, manifold3d is asked.
Source: M. Held, FIST: Fast Industrial-Strength Triangulation of Polygons, Algorithmica 30 (2001),
which Earcut follows.
"""

from __future__ import annotations

from collections.abc import Sequence

import manifold3d as m3
import mapbox_earcut
import numpy as np
import numpy.typing as npt
import shapely

from configurator.geometry.mesh import Floats, Ints, settled
from configurator.geometry.paths import ranges

Ring = npt.NDArray[np.float64]


def filled(rings: Sequence[Ring]) -> Ints:
    """(m, 3): the area between rings as triangles of their points, numbered through.

    Outer rings run counter-clockwise, those within clockwise.
    """
    points = settled(np.concatenate(rings))
    ends = np.cumsum([len(ring) for ring in rings])
    found = _cut(points, ends)
    if found is None:
        found = np.asarray(m3.triangulate(np.split(points, ends[:-1]), 1e-9), np.int32)
    return found


def _cut(points: Floats, ends: npt.NDArray[np.int64]) -> Ints | None:
    """What Earcut makes of it; None unless all points are used and all is covered once."""
    starts = np.concatenate([[0], ends[:-1]])
    groups = _grouped(points, starts, ends)
    if groups is None:
        return None
    order = [ring for group in groups for ring in group]
    if order == list(range(len(ends))):  # as they came: nothing has to be put in another order
        faces = _each(points, groups, ends)
    else:
        lengths = (ends - starts)[order]
        numbers = ranges(starts[order], lengths)
        faces = numbers[_each(points[numbers], groups, np.cumsum(lengths))].astype(np.int32)
    holes = len(ends) - len(groups)
    if len(faces) != len(points) + 2 * (holes - len(groups)):
        return None
    doubled = _doubled_mm2(points, faces)
    if (doubled > 0).all():
        return faces
    return faces[:, ::-1] if (doubled < 0).all() else None


def _each(points: Floats, groups: list[list[int]], stops: npt.NDArray[np.int64]) -> Ints:
    """(m, 3): the triangles of polygons whose rings stand one behind the other."""
    found, done, first = [], 0, 0
    for group in groups:
        ring_stops = stops[done : done + len(group)]
        last = int(ring_stops[-1])
        cut = mapbox_earcut.triangulate_float64(
            points[first:last], (ring_stops - first).astype(np.uint32)
        )
        found.append(cut.astype(np.int32) + np.int32(first))
        done, first = done + len(group), last
    return np.concatenate(found).reshape(-1, 3)


def _grouped(
    points: Floats, starts: npt.NDArray[np.int64], ends: npt.NDArray[np.int64]
) -> list[list[int]] | None:
    """The rings by polygon, each outer one first; a hole is of the smallest polygon around it.

    None where a hole touches what it lies in.
    """
    areas = _areas(points, starts, ends)
    outer = np.flatnonzero(areas > 0)
    inner = np.flatnonzero(areas <= 0)
    if len(outer) == 1:
        return [[int(outer[0]), *inner.tolist()]]
    groups = {number: [number] for number in outer.tolist()}
    if len(inner):
        lengths = (ends - starts)[outer]
        edges = points[ranges(starts[outer], lengths)]
        of = np.repeat(np.arange(len(outer)), lengths)
        around = shapely.polygons(shapely.linearrings(edges, indices=of))
        hole, polygon = shapely.STRtree(around).query(
            shapely.points(points[starts[inner]]), predicate="within"
        )
        for at, ring in enumerate(inner.tolist()):
            near = outer[polygon[hole == at]]
            if not len(near):
                return None
            groups[int(near[np.argmin(areas[near])])].append(ring)
    return list(groups.values())


def _areas(points: Floats, starts: npt.NDArray[np.int64], ends: npt.NDArray[np.int64]) -> Floats:
    """(k,): twice the area of each ring, below 0 if it runs clockwise."""
    x, y = points.T
    sides = np.empty(len(points))
    sides[:-1] = x[:-1] * y[1:] - x[1:] * y[:-1]
    last = ends - 1
    sides[last] = x[last] * y[starts] - x[starts] * y[last]
    found: Floats = np.add.reduceat(sides, starts)
    return found


def _doubled_mm2(points: Floats, faces: Ints) -> Floats:
    """(m,): twice the area of each triangle, above 0 if it runs counter-clockwise."""
    x, y = points.T
    a, b, c = faces.T
    found: Floats = (x[b] - x[a]) * (y[c] - y[a]) - (x[c] - x[a]) * (y[b] - y[a])
    return found
