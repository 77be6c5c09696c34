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
    starts = np.r_[0, ends[:-1]]
    groups = _grouped(points, starts, ends)
    if groups is None:
        return None
    order = np.array([ring for group in groups for ring in group])
    numbers = ranges(starts[order], ends[order] - starts[order])
    ordered = points[numbers]
    stops = np.cumsum(ends[order] - starts[order])
    found, done, first = [], 0, 0
    for group in groups:
        ring_stops = stops[done : done + len(group)]
        last = int(ring_stops[-1])
        cut = mapbox_earcut.triangulate_float64(
            ordered[first:last], (ring_stops - first).astype(np.uint32)
        )
        found.append(cut.astype(np.int64) + first)
        done, first = done + len(group), last
    faces = numbers[np.concatenate(found)].reshape(-1, 3).astype(np.int32)
    holes = len(ends) - len(groups)
    if len(faces) != len(points) + 2 * (holes - len(groups)):
        return None
    doubled = _doubled_mm2(points, faces)
    if (doubled > 0).all():
        return faces
    return faces[:, ::-1] if (doubled < 0).all() else None


def _grouped(
    points: Floats, starts: npt.NDArray[np.int64], ends: npt.NDArray[np.int64]
) -> list[list[int]] | None:
    """The rings by polygon, each outer one first; a hole is of the smallest polygon around it.

    None where a hole touches what it lies in.
    """
    after = np.arange(1, len(points) + 1)
    after[ends - 1] = starts
    x, y = points.T
    areas = np.add.reduceat(x * y[after] - x[after] * y, starts)
    outer = np.flatnonzero(areas > 0)
    inner = np.flatnonzero(areas <= 0)
    if len(outer) == 1:
        return [[int(outer[0]), *inner.tolist()]]
    groups = {number: [number] for number in outer.tolist()}
    if len(inner):
        around = [shapely.Polygon(points[starts[ring] : ends[ring]]) for ring in outer]
        hole, polygon = shapely.STRtree(around).query(
            shapely.points(points[starts[inner]]), predicate="within"
        )
        for at, ring in enumerate(inner.tolist()):
            near = outer[polygon[hole == at]]
            if not len(near):
                return None
            groups[int(near[np.argmin(areas[near])])].append(ring)
    return list(groups.values())


def _doubled_mm2(points: Floats, faces: Ints) -> Floats:
    """(m,): twice the area of each triangle, above 0 if it runs counter-clockwise."""
    x, y = points.T
    a, b, c = faces.T
    found: Floats = (x[b] - x[a]) * (y[c] - y[a]) - (x[c] - x[a]) * (y[b] - y[a])
    return found
