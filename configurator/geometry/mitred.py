"""Flat shapes a little smaller or larger all round, with their corners as they are.

Each side moves along its normal, so that a corner moves to p + d (m + n) / (1 + m · n), where m
and n are the normals of its two sides. While every side keeps its direction and no two cross, that
is all of it; where one does not, GEOS is asked. Of a puzzle's pieces it is one in twenty-five,
and all of them take two thirds of the time.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import shapely
from numpy.typing import NDArray

from configurator.geometry.flat import Polygons
from configurator.geometry.kernel import Ring
from configurator.geometry.paths import Numbers, Paths, ends, in_a_row

LIMIT = 2.0
"""How far a corner may move, over how far its sides do; a sharper one is cut off."""
LEAST = 1e-3
"""Of 1 + m · n: less is a corner that turns back."""


def mitred(shapes: Polygons, by_mm: float) -> Polygons:
    """(n,): each of n polygons, larger by so much all round, or smaller if that is below 0.

    What falls apart is a multipolygon, what vanishes an empty polygon.
    """
    rings, of_shape = shapely.get_rings(shapely.orient_polygons(shapes), return_index=True)
    points, of_ring = shapely.get_coordinates(rings, return_index=True)
    closing = in_a_row(of_ring[1:] != of_ring[:-1], True)
    paths = Paths(points[~closing], ends(np.bincount(of_ring[~closing])))
    return mitred_rings(paths, of_shape, by_mm, lambda some: shapes[some])


def mitred_rings(
    rings: Paths, of_shape: Numbers, by_mm: float, shapes: Callable[[Numbers], Polygons]
) -> Polygons:
    """(n,): the same for shapes that are known by their ``rings``, each with the shape to its left,
    and the shape each is ``of_shape``, its edge first; ``shapes`` gives those of some numbers as
    polygons, where GEOS has to be asked."""
    moved, kept = _moved(rings.points, rings.firsts, by_mm)
    found: Polygons = shapely.polygons(
        shapely.linearrings(moved, indices=rings.numbers), indices=of_shape
    )
    refused = ~shapely.is_valid(found)
    refused[of_shape[rings.numbers[~kept]]] = True
    some = np.flatnonzero(refused)
    if len(some):
        found[some] = shapely.buffer(shapes(some), by_mm, join_style="mitre", mitre_limit=LIMIT)
    return found


def _moved(points: Ring, firsts: Numbers, by_mm: float) -> tuple[Ring, NDArray[np.bool_]]:
    """(n, 2): where the points of rings move, and (n,) whether each one's corner is no sharper
    than the limit and the side after it keeps its direction."""
    after = np.arange(1, len(points) + 1)
    after[firsts[1:] - 1] = firsts[:-1]
    before = np.empty_like(after)
    before[after] = np.arange(len(after))
    x, y = points.T
    along_x, along_y = x[after] - x, y[after] - y
    length = np.sqrt(along_x**2 + along_y**2)
    along_x /= length
    along_y /= length
    came_x, came_y = along_x[before], along_y[before]
    straight = 1 + came_x * along_x + came_y * along_y
    # The shape lies to the left of its rings: to the right is outwards.
    share = by_mm / np.maximum(straight, LEAST)
    moved_x, moved_y = x + share * (came_y + along_y), y - share * (came_x + along_x)
    outwards = by_mm * (came_x * along_y - came_y * along_x) > 0
    kept = straight > np.where(outwards, 2 / LIMIT**2, LEAST)
    kept &= (moved_x[after] - moved_x) * along_x + (moved_y[after] - moved_y) * along_y > 0
    return np.stack([moved_x, moved_y], axis=1), kept
