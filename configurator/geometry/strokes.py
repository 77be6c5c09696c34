"""How fine the strokes of an outline are: rays from its edge straight inwards."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np

from configurator.geometry.mesh import Floats

STEP = 0.02
"""Longest piece of an edge that one ray stands for; lengths here are in em."""
OPPOSITE = -0.95
"""Cosine between the normals of two sides of a stroke: tips wider than 18° are no strokes."""
LEAST_EDGE = 0.12
"""A stroke counts from so much edge on, both sides together: less is the tip of a letter."""


def finest(contours: Sequence[Floats]) -> float:
    """The width of the finest stroke, in the contours' unit.

    ``contours`` (n, 2) are simple polygons, outlines counter-clockwise and counters clockwise.
    Infinite where no two sides face each other.
    """
    if not contours:
        return math.inf
    start = np.concatenate(contours)
    side = np.concatenate([np.roll(c, -1, axis=0) - c for c in contours])
    length = np.hypot(side[:, 0], side[:, 1])
    kept = length > 1e-9
    start, side, length = start[kept], side[kept], length[kept]
    inward = np.stack([-side[:, 1], side[:, 0]], axis=1) / length[:, None]
    edge, point, weight = _points(start, side, length)
    width = _across(point, inward[edge], start, side, inward)
    order = np.argsort(width)
    enough = np.searchsorted(np.cumsum(weight[order]), min(LEAST_EDGE, 0.5 * weight.sum()))
    return float(width[order][min(int(enough), len(order) - 1)])


def _points(start: Floats, side: Floats, length: Floats) -> tuple[np.ndarray, Floats, Floats]:
    """Middles of pieces of all edges: (edge (n,), point (n, 2), length that it stands for (n,))."""
    count = np.ceil(length / STEP).astype(int)
    edge = np.repeat(np.arange(len(start)), count)
    number = np.arange(len(edge)) - np.repeat(np.cumsum(count) - count, count)
    share = ((number + 0.5) / count[edge])[:, None]
    return edge, start[edge] + share * side[edge], (length / count)[edge]


def _across(point: Floats, way: Floats, start: Floats, side: Floats, inward: Floats) -> Floats:
    """(n,): from each point the way to the first edge met, where that faces it; else infinite."""
    turn = way[:, :1] * side[None, :, 1] - way[:, 1:] * side[None, :, 0]
    gap = start[None] - point[:, None]
    with np.errstate(divide="ignore", invalid="ignore"):
        far = (gap[..., 0] * side[None, :, 1] - gap[..., 1] * side[None, :, 0]) / turn
        along = (gap[..., 0] * way[:, 1:] - gap[..., 1] * way[:, :1]) / turn
        met = (far > 1e-6) & (along >= 0) & (along <= 1)
    far = np.where(met, far, np.inf)
    first = far.argmin(axis=1)
    rows = np.arange(len(point))
    faces = np.einsum("ij,ij->i", inward[first], way) < OPPOSITE
    width: Floats = np.where(faces, far[rows, first], np.inf)
    return width
