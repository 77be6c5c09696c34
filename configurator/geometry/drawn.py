"""A customer's drawing as shapely polygons."""

from __future__ import annotations

from functools import lru_cache

import numpy as np
import shapely
from shapely.geometry import MultiPolygon, Polygon

from configurator import blobs
from core.errors import NotFound


@lru_cache(maxsize=8)
def drawn(name: str) -> MultiPolygon:
    """The shapes of a kept drawing, in mm, y upwards, its longer side 100.

    Raises NotFound where there is no such drawing.
    """
    blob = blobs.load(name)
    if "rings" not in blob.arrays or "points" not in blob.arrays:
        raise NotFound("This file is no drawing; choose a drawing.", detail=name)
    points = np.frombuffer(blob.arrays["points"].data, "<f8").reshape(-1, 2)
    sizes = np.frombuffer(blob.arrays["rings"].data, "<i4").reshape(-1, 2)
    rings = np.split(points, np.cumsum(sizes[:, 0])[:-1])
    outside = np.flatnonzero(sizes[:, 1])
    groups = zip(outside, [*outside[1:], len(rings)], strict=True)
    shapes = [Polygon(rings[first], rings[first + 1 : end]) for first, end in groups]
    return MultiPolygon([p for s in shapes for p in _polygons(s)])


def _polygons(shape: Polygon) -> list[Polygon]:
    valid = shape if shape.is_valid else shapely.make_valid(shape)
    return [p for p in shapely.get_parts(valid) if isinstance(p, Polygon)]
