"""Holes in a stranger's surface: their rims, and what closes them.

Where all of a rim lies in one plane and does not cross itself, what belongs there is certain: the
plane itself, less what other rims within it leave out (the end of a pipe). Any other hole is only
guessed at, and only where little is missing.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import manifold3d as m3
import numpy as np
import shapely

from configurator.geometry import triangulation
from configurator.uploads.surfaces import Faces, Points

FLAT = 1e-4
"""Share of the solid's size by which the points of a rim may leave their plane."""
UNIT = 100.0
"""The size that a rim is brought to before it is cut up: files may be in metres."""


@dataclass(frozen=True)
class Patches:
    """What closes holes: ``sure`` (m, 3) where rims are flat, ``guessed`` (k, 3) elsewhere.

    The end of a pipe has two rims and is one hole.
    """

    sure: Faces
    guessed: Faces
    holes: int


@dataclass(frozen=True)
class _Rim:
    """A flat rim; its plane is ``normal`` · p = ``offset``, and it runs left about the normal."""

    ring: list[int]
    normal: Points
    offset: float


def patches(points: Points, rings: Sequence[list[int]]) -> Patches:
    """Triangles over all holes, each turned as its neighbours are."""
    size = float(np.ptp(points, axis=0).max())
    flat: list[_Rim] = []
    guessed: list[Faces] = []
    for ring in rings:
        rim = _rim(points, ring, FLAT * size)
        if rim is None:
            guessed.append(_spanned(points, ring))
        else:
            flat.append(rim)
    sure = [
        patch
        for rims in _by_plane(flat, FLAT * size)
        for patch in _covered(points, rims, UNIT / size)
    ]
    return Patches(_stacked(sure), _stacked(guessed), len(sure) + len(guessed))


def _stacked(found: Sequence[Faces]) -> Faces:
    return np.concatenate([np.zeros((0, 3), np.int64), *found])


def _rim(points: Points, ring: list[int], within: float) -> _Rim | None:
    """The plane of a rim; None where it has none, or crosses itself."""
    corner = points[ring]
    middle = corner.mean(axis=0)
    around = corner - middle
    normal = np.cross(around, np.roll(around, -1, axis=0)).sum(axis=0)
    length = float(np.linalg.norm(normal))
    if length <= within**2:
        return None
    normal = normal / length
    if np.abs(around @ normal).max() > within:
        return None
    if not shapely.LinearRing(around @ _axes(normal)).is_simple:
        return None
    return _Rim(ring, normal, float(middle @ normal))


def _axes(normal: Points) -> Points:
    """(3, 2): two directions in a plane; seen against its normal the first turns left to the
    second."""
    first = np.cross(normal, np.eye(3)[int(np.abs(normal).argmin())])
    first /= np.linalg.norm(first)
    return np.column_stack([first, np.cross(normal, first)])


def _by_plane(rims: Sequence[_Rim], within: float) -> list[list[_Rim]]:
    """Rims that lie in one plane, whichever way they run."""
    groups: list[list[_Rim]] = []
    for rim in rims:
        for group in groups:
            along = float(rim.normal @ group[0].normal)
            if (
                abs(along) > 1 - FLAT
                and abs(rim.offset * np.sign(along) - group[0].offset) < within
            ):
                group.append(rim)
                break
        else:
            groups.append([rim])
    return groups


def _covered(points: Points, rims: Sequence[_Rim], scale: float) -> list[Faces]:
    """The plane within its rims, hole by hole: one that runs the other way within a larger one
    leaves its own inside out."""
    axes = _axes(rims[0].normal)
    areas = {n: shapely.Polygon(points[rim.ring] @ axes) for n, rim in enumerate(rims)}
    around = {n: _around(n, rims, areas) for n in areas}
    found = []
    for n, rim in enumerate(rims):
        if around[n] is not None:
            continue
        rings = [rim.ring, *(rims[k].ring for k in areas if around[k] == n)]
        own = axes if float(rim.normal @ rims[0].normal) > 0 else axes * [1, -1]
        cut = triangulation.filled([points[ring] @ own * scale for ring in rings])
        found.append(np.concatenate([np.asarray(r, np.int64) for r in rings])[cut])
    return found


def _around(n: int, rims: Sequence[_Rim], areas: dict[int, shapely.Polygon]) -> int | None:
    """The smallest rim that lies round this one, where that runs the other way."""
    larger = [k for k in areas if k != n and areas[k].contains(areas[n])]
    if not larger:
        return None
    near = min(larger, key=lambda k: float(areas[k].area))
    return near if float(rims[near].normal @ rims[n].normal) < 0 else None


def loops(faces: Faces, count: int) -> list[list[int]]:
    """The holes' edges as rings of points, running so that a face put there fits its neighbours.

    No ring goes through a point twice: two holes that touch in a corner are two.
    """
    start, end = faces.ravel(), faces[:, [1, 2, 0]].ravel()
    open_ = ~np.isin(end * count + start, start * count + end)
    after: dict[int, list[int]] = {}
    for a, b in zip(end[open_].tolist(), start[open_].tolist(), strict=True):
        after.setdefault(a, []).append(b)
    rings = []
    while after:
        ring = [next(iter(after))]
        at = {ring[0]: 0}
        while ring[-1] in after:
            step = _taken(after, ring[-1])
            if step in at:
                rings.append(ring[at[step] :])
                for passed in rings[-1][1:]:
                    del at[passed]
                ring = ring[: at[step] + 1]
            else:
                at[step] = len(ring)
                ring.append(step)
        if len(ring) > 1:
            rings.append(ring)  # it does not come back: no hole that can be closed
    return rings


def _taken(after: dict[int, list[int]], point: int) -> int:
    step = after[point].pop()
    if not after[point]:
        del after[point]
    return step


def _spanned(points: Points, ring: list[int]) -> Faces:
    """Triangles over a hole: flat where the ring is nearly flat, from its middle edge otherwise."""
    corner = points[ring]
    centred = corner - corner.mean(axis=0)
    _, _, axes = np.linalg.svd(centred, full_matrices=False)
    flat = centred @ axes[:2].T
    x, y = flat.T
    if float(x @ np.roll(y, -1) - y @ np.roll(x, -1)) < 0:
        flat = flat * [1, -1]
    try:
        found = np.asarray(m3.triangulate([flat], 1e-9), dtype=np.int64)
    except Exception:
        found = np.zeros((0, 3), dtype=np.int64)
    if len(found) != len(ring) - 2:
        found = np.array([[0, i, i + 1] for i in range(1, len(ring) - 1)], dtype=np.int64)
    return np.asarray(ring, dtype=np.int64)[found]
