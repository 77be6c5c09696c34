"""Flat shapes as polygons of shapely: from and to sections, and what a disc leaves out."""

from __future__ import annotations

from typing import Any

import manifold3d as m3
import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry import Polygon

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


def unreached(shapes: Polygons, width_mm: float) -> Polygons:
    """What of each shape a disc of that width, moved about within it, does not cover, in pieces.

    Source: mathematical morphology; the shape less its opening by a disc.
    """
    half = width_mm / 2
    core = shapely.buffer(shapely.buffer(shapes, -half, quad_segs=QUARTER), half + MORE_MM,
                          quad_segs=QUARTER)  # fmt: skip
    left: Polygons = shapely.get_parts(shapely.difference(shapes, core))
    return left
