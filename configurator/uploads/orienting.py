"""Which way up a stranger's solid prints best: little overhang, low, and a broad foot.

The candidates are the six sides of its box and the largest flat sides of its convex hull. Scores
are in square millimetres of support that would be saved, so that they can be compared: overhang
as it is, height as the wall of support that stands under it. Source of the idea: Tweaker-3
(Schranz, 2016), which searches the same way by facet normals; the weights are ours.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from scipy.spatial import ConvexHull, QhullError

Points = npt.NDArray[np.float64]
Faces = npt.NDArray[np.int64]

MOST_CANDIDATES = 24
LEANING = -0.72
"""Sine of 46°: what leans further wants support."""
HEIGHT_WEIGHT = 0.15
FOOT_WEIGHT = 0.6
ON_BED = 2e-3
"""Share of the size within which a point counts as standing on the bed."""


def best_up(points: Points, faces: Faces) -> Points:
    """(3,): the unit vector that should point up."""
    a, b, c = (points[faces[:, k]] for k in range(3))
    cross = np.cross(b - a, c - a)
    twice = np.linalg.norm(cross, axis=1)
    area = twice / 2
    normal = cross / np.maximum(twice, 1e-300)[:, None]
    size = float(np.linalg.norm(np.ptp(points, axis=0)))
    ups = _candidates(points, size)
    scores = [_score(points, (a + b + c) / 3, normal, area, up, size) for up in ups]
    return ups[int(np.argmin(scores))]


def _candidates(points: Points, size: float) -> list[Points]:
    """As it lies first, so that of equals that one stays; then the others, largest foot first."""
    sides = [
        np.array(v, dtype=float)
        for v in ((0, 0, 1), (0, 0, -1), (0, 1, 0), (0, -1, 0), (1, 0, 0), (-1, 0, 0))
    ]
    try:
        hull = ConvexHull(points)
    except (QhullError, ValueError):
        return sides
    key = np.round(hull.equations[:, :3], 2)
    _, first, number = np.unique(key, axis=0, return_index=True, return_inverse=True)
    corner = points[hull.simplices]
    area = (
        np.linalg.norm(np.cross(corner[:, 1] - corner[:, 0], corner[:, 2] - corner[:, 0]), axis=1)
        / 2
    )
    total = np.bincount(number.ravel(), weights=area)
    largest = np.argsort(-total, kind="stable")[: MOST_CANDIDATES - len(sides)]
    downs = hull.equations[first[largest], :3]
    flat = [
        -down for down, share in zip(downs, total[largest], strict=True) if share > 1e-3 * size**2
    ]
    return [*sides, *flat]


def _score(
    points: Points, centre: Points, normal: Points, area: Points, up: Points, size: float
) -> float:
    height = points @ up
    low = float(height.min())
    lean = normal @ up
    on_bed = (centre @ up - low) < ON_BED * size
    hanging = float(area[(lean < LEANING) & ~on_bed].sum())
    foot = float(area[(lean < -0.999) & on_bed].sum())
    tall = float(height.max()) - low
    return hanging + HEIGHT_WEIGHT * tall * size - FOOT_WEIGHT * min(foot, 0.2 * size**2)
