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
LEAST_FOOT = 1e-3
"""Share of the size squared from which a flat side is one to stand on; less is an edge or a point.
What stands on none, or beside whose foot its weight lies, falls over: it would want support under
all of its box, at most the size squared."""
LEAST_INSIDE = 1e-3
"""Share of the size by which the weight lies within the foot's outline."""
ON_BED = 2e-3
"""Share of the size within which a point counts as standing on the bed."""


def best_up(points: Points, faces: Faces) -> Points:
    """(3,): the unit vector that should point up."""
    corners = points[faces]
    a, b, c = corners.transpose(1, 0, 2)
    cross = np.cross(b - a, c - a)
    twice = np.linalg.norm(cross, axis=1)
    area = twice / 2
    normal = cross / np.maximum(twice, 1e-300)[:, None]
    size = float(np.linalg.norm(np.ptp(points, axis=0)))
    six = np.einsum("ij,ij->i", a, np.cross(b, c))  # six times the volume of each tetrahedron
    weight = (six @ (a + b + c)) / (4 * six.sum()) if six.sum() else points.mean(axis=0)
    ups = _candidates(points, size)
    scores = [_score(corners, normal, area, weight, up, size) for up in ups]
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
        -down
        for down, share in zip(downs, total[largest], strict=True)
        if share > LEAST_FOOT * size**2
    ]
    return [*sides, *flat]


def _score(
    corners: Points, normal: Points, area: Points, weight: Points, up: Points, size: float
) -> float:
    height = corners @ up
    low = float(height.min())
    lean = normal @ up
    on_bed = (height.mean(axis=1) - low) < ON_BED * size
    hanging = float(area[(lean < LEANING) & ~on_bed].sum())
    lying = (lean < -0.999) & on_bed
    foot = float(area[lying].sum())
    tall = float(height.max()) - low
    stands = foot > LEAST_FOOT * size**2 and _within(corners[lying], weight, up, size)
    falls = 0.0 if stands else size**2
    return falls + hanging + HEIGHT_WEIGHT * tall * size - FOOT_WEIGHT * min(foot, 0.2 * size**2)


def _within(foot: Points, weight: Points, up: Points, size: float) -> bool:
    """Whether the weight lies over the outline of a foot (k, 3, 3), seen from above."""
    across = np.linalg.svd(up[None])[2][1:].T
    outline = ConvexHull(foot.reshape(-1, 3) @ across).equations
    return bool((outline[:, :2] @ (weight @ across) + outline[:, 2]).max() < -LEAST_INSIDE * size)
