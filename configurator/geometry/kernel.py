"""Rings, and solids of rings that are closed by construction."""

from __future__ import annotations

import math
from collections.abc import Sequence
from functools import lru_cache

import numpy as np
import numpy.typing as npt

from configurator.geometry.mesh import Floats, Ints, Mesh
from configurator.products.base import Quality

CHORD_MM: dict[Quality, float] = {"draft": 0.12, "full": 0.04}
"""Largest gap between a curve and its chords. 0.04 mm is a tenth of a printed line."""

Ring = npt.NDArray[np.float64]


def segments(radius_mm: float, quality: Quality, *, least: int = 8) -> int:
    """Segments of a full circle, a multiple of four, that keep within the chord error.

    Source: sagitta of a chord, ``n = π / acos(1 − e/r)``.
    """
    error = min(CHORD_MM[quality], radius_mm / 2)
    count = math.pi / math.acos(1 - error / radius_mm)
    return max(least, 4 * math.ceil(count / 4))


def circle(radius_mm: float, count: int, at: tuple[float, float] = (0.0, 0.0)) -> Ring:
    """(count, 2): a circle, counter-clockwise."""
    angle = np.arange(count) * (2 * math.pi / count)
    ring: Ring = np.column_stack([np.cos(angle), np.sin(angle)]) * radius_mm + np.asarray(at)
    return ring


def rounded_rectangle(width_mm: float, depth_mm: float, radius_mm: float, count: int) -> Ring:
    """(count + 4, 2): a rectangle about the origin with round corners of ``count`` segments in all.

    Always the same number of points for one ``count``, so that rings of several sizes loft.
    """
    radius = min(radius_mm, width_mm / 2, depth_mm / 2)
    arc = np.linspace(0, math.pi / 2, count // 4 + 1)
    turns = (arc[None, :] + np.arange(4)[:, None] * (math.pi / 2)).ravel()
    signs = np.repeat([[1, 1], [-1, 1], [-1, -1], [1, -1]], count // 4 + 1, axis=0)
    centres = signs * [width_mm / 2 - radius, depth_mm / 2 - radius]
    ring: Ring = centres + radius * np.column_stack([np.cos(turns), np.sin(turns)])
    return ring


def at_height(ring: Ring, z_mm: float) -> Floats:
    """(n, 3): a flat ring lifted to a height."""
    return np.column_stack([ring, np.full(len(ring), z_mm)])


@lru_cache(maxsize=256)
def bands(rings: int, around: int) -> Ints:
    """(2·(rings−1)·around, 3): the triangles between rings that follow one another.

    Rings run counter-clockwise from above; going up makes the outside, going down the inside.
    """
    row = np.arange(rings - 1, dtype=np.int32)[:, None] * around
    here = np.arange(around, dtype=np.int32)[None, :]
    after = np.roll(here, -1, axis=1)
    low, low_next = row + here, row + after
    high, high_next = low + around, low_next + around
    # The diagonal runs back: on a surface that twists forwards it is the shorter, flatter one.
    lower = np.stack([low, low_next, high], axis=-1)
    upper = np.stack([low_next, high_next, high], axis=-1)
    faces: Ints = np.stack([lower, upper], axis=2).reshape(-1, 3)
    faces.setflags(write=False)
    return faces


def revolved(rings: Floats, smooth: Sequence[int]) -> Mesh:
    """A closed solid from rings (k, n, 3) between a pole below the first and one at the last.

    The poles lie on the z axis at the heights of those rings. ``smooth`` (k−1,) is the shading
    group of each band; the two caps get groups of their own.
    """
    count, around = rings.shape[:2]
    poles = np.array([[0, 0, rings[0, 0, 2]], [0, 0, rings[-1, 0, 2]]])
    vertices = np.concatenate([rings.reshape(-1, 3), poles])
    here = np.arange(around, dtype=np.int32)
    after = np.roll(here, -1)
    last, pole = (count - 1) * around, count * around
    bottom = np.column_stack([np.full(around, pole), after, here])
    top = np.column_stack([last + here, last + after, np.full(around, pole + 1)])
    faces = np.concatenate([bottom, bands(count, around), top]).astype(np.int32)
    band_groups = np.repeat(np.asarray(smooth, dtype=np.int32), 2 * around)
    caps = max(smooth) + 1
    groups = np.concatenate([np.full(around, caps), band_groups, np.full(around, caps + 1)])
    return Mesh(vertices, faces, groups.astype(np.int32))
