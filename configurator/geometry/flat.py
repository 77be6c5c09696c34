"""Flat shapes as polygons of shapely: from and to sections, and what a disc leaves out."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import manifold3d as m3
import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry import Polygon

from configurator.geometry.paths import in_a_row

Polygons = NDArray[np.object_]
"""Geometries of shapely in an array."""
QUARTER = 6
"""Chords of a quarter of the disc."""
MORE_MM = 0.01
"""By which a disc grows back further than it shrank: chords must not leave a rim."""


def polygons(section: m3.CrossSection) -> Polygons:
    """Each connected piece of a section, with its holes."""
    rings = [piece.to_polygons() for piece in section.decompose()]
    return of([Polygon(edge, holes) for edge, *holes in rings])


def section(shapes: Polygons) -> m3.CrossSection:
    """The same shapes as a section of manifold's."""
    facing = shapely.orient_polygons(shapely.get_parts(shapes))
    rings = shapely.get_parts(shapely.get_rings(facing))
    return m3.CrossSection([shapely.get_coordinates(ring)[:-1] for ring in rings])


def of(shapes: list[Any]) -> Polygons:
    """A list of shapes as an array that stays one-dimensional, and may be empty."""
    found = np.empty(len(shapes), dtype=object)
    found[:] = shapes
    return found


@dataclass(frozen=True, eq=False)
class Corners:
    """Where a disc of radius r goes no further into the n corners of flat shapes.

    ``middles`` (n, 2) of the disc there; ``came`` and ``goes`` (n, 2), the directions of its way
    before and after; ``left`` (n,), the area that it leaves of a corner with straight sides, over
    r²: tan φ/2 − φ/2, where its way turns by φ; ``of`` (n,), the number of the shape.
    """

    middles: NDArray[np.float64]
    came: NDArray[np.float64]
    goes: NDArray[np.float64]
    left: NDArray[np.float64]
    of: NDArray[np.int64]


def corners(shrunk: Polygons) -> Corners:
    """Of shapes that are shrunk by r: the disc's middle goes along their rings."""
    parts, of_shape = shapely.get_parts(shrunk, return_index=True)
    rings, of_part = shapely.get_rings(shapely.orient_polygons(parts), return_index=True)
    points, of_ring = shapely.get_coordinates(rings, return_index=True)
    goes = np.diff(points, axis=0)
    inner = of_ring[1:] == of_ring[:-1]
    points, goes, of_ring = points[:-1][inner], goes[inner], of_ring[:-1][inner]
    if not len(points):
        return Corners(points, goes, goes, np.zeros(0), of_ring)
    firsts = np.flatnonzero(in_a_row(True, of_ring[1:] != of_ring[:-1]))
    lasts = in_a_row(firsts[1:], len(of_ring)) - 1
    goes /= np.sqrt((goes**2).sum(axis=1))[:, None]
    came = np.roll(goes, 1, axis=0)
    came[firsts] = goes[lasts]
    turn = np.arctan2(came[:, 0] * goes[:, 1] - came[:, 1] * goes[:, 0], (came * goes).sum(axis=1))
    left = np.tan(np.minimum(turn, 3.1) / 2) - turn / 2
    return Corners(points, came, goes, left, of_shape[of_part[of_ring]])


CHORDS = 0.002
"""What of r times a shrunk shape's edge its growing back may be read too large, because arcs about
the shape's own reflex corners are chords."""


def unreached(
    shapes: Polygons, width_mm: float, least_mm2: float = 0.0
) -> tuple[Polygons, NDArray[np.int64]]:
    """What of each shape a disc of that width, moved about within it, does not cover, in pieces
    larger than ``least_mm2``, and the number of the shape that each is of.

    Source: mathematical morphology; the shape less its opening by a disc.
    """
    half = width_mm / 2
    shrunk = shapely.buffer(shapes, -half, quad_segs=QUARTER)
    sharp = np.flatnonzero(_may_leave(shapes, shrunk, half, least_mm2))
    core = shapely.buffer(shrunk[sharp], half + MORE_MM, quad_segs=QUARTER)
    parts, of_sharp = shapely.get_parts(shapely.difference(shapes[sharp], core), return_index=True)
    large = shapely.area(parts) > least_mm2
    return parts[large], sharp[of_sharp[large]]


def _may_leave(
    shapes: Polygons, shrunk: Polygons, half: float, least_mm2: float
) -> NDArray[np.bool_]:
    """(n,): whether a disc of radius ``half`` may leave as much as that of a shape, all in all.

    Of most it does not, and to grow them back and compare takes most of the time. What they would
    grow to is known: the area plus r times the edge plus r²/2 times its whole turn, as reflex
    corners turn back (Steiner's formula). That counts twice what two parts both grow to, so what
    falls apart, loses a hole or opens one is looked at in any case.
    """
    parts, of_shape = shapely.get_parts(shrunk, return_index=True)
    whole_turns = np.bincount(of_shape, 1 - shapely.get_num_interior_rings(parts), len(shapes))
    edge = half * shapely.length(shrunk)
    grown = shapely.area(shrunk) + edge + math.pi * half**2 * whole_turns
    may: NDArray[np.bool_] = shapely.area(shapes) - grown + CHORDS * edge > least_mm2
    may |= shapely.is_empty(shrunk) | (shapely.get_num_geometries(shrunk) != 1)
    may |= whole_turns != 1 - shapely.get_num_interior_rings(shapes)
    return may
