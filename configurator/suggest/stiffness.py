"""How stiff a part is: three-point bending of a beam, read off slices of its mesh.

Each part is laid on two supports, a tenth of its length in from either end, and pressed down in
the middle; so it is done along x, y and z, and the weakest counts. The section of every slice
bends about its own weakest axis. Euler–Bernoulli: plane sections stay plane, the mesh is solid.
The modulus E of the material is left out: it is the same before and after.

Source: the unit-load method, Gere and Timoshenko, Mechanics of Materials, chapter 9; moments of
a polygon from its edges by Green's theorem: Steger, On the calculation of arbitrary moments of
polygons, TU München FGBV-96-05. Worked numbers: docs/algorithms/suggestions.md.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from configurator.geometry.mesh import Floats, Ints, Mesh
from configurator.products.base import Part

INSET = 0.1
"""Where the supports stand, as a share of the length: at the very tip of a cone nothing holds."""
SLICES_PER_HALF = 6
_NODES, _WEIGHTS = np.polynomial.legendre.leggauss(SLICES_PER_HALF)
_NOT_CUT = 1e-12


def stiffness_mm(parts: Sequence[Part]) -> float:
    """Force over deflection over E (mm) of the weakest part along its weakest direction.

    Times E in N/mm² it is N/mm. 0 where a slice finds no material.
    """
    return min(bending_mm(part.mesh, axis) for part in parts for axis in range(3))


def bending_mm(mesh: Mesh, axis: int) -> float:
    """k / E of a beam along ``axis`` (0, 1, 2), mm: 48 I / span³ where the section is constant.

    With M = x / 2 under a unit load, the deflection is the integral of (x / 2)² / (E I) over the
    span, by Gauss–Legendre in either half: exact where I does not change.
    """
    low, high = float(mesh.low[axis]), float(mesh.high[axis])
    inset = INSET * (high - low)
    half = (high - low) / 2 - inset
    from_support = (_NODES + 1) / 2 * half
    stations = np.concatenate([low + inset + from_support, high - inset - from_support[::-1]])
    weakest = weakest_moments_mm4(mesh, axis, stations)
    if weakest.min() <= _NOT_CUT:
        return 0.0
    arm = np.concatenate([from_support, from_support[::-1]])
    share = np.concatenate([_WEIGHTS, _WEIGHTS[::-1]]) * half / 2
    return float(1 / np.sum(share * (arm / 2) ** 2 / weakest))


def weakest_moments_mm4(mesh: Mesh, axis: int, stations: Floats) -> Floats:
    """(k,): the smaller principal second moment of area of the slice at each station, mm⁴.

    ``stations`` (k,) ascend.
    """
    start, end, which = _cut(mesh, axis, stations)
    sums = [np.bincount(which, each, len(stations)) for each in _edge_sums(start, end)]
    area, sx, sy, xx, yy, xy = sums
    safe = np.maximum(area, _NOT_CUT)
    about_x, about_y = yy - sy**2 / safe, xx - sx**2 / safe
    product = xy - sx * sy / safe
    spread = np.sqrt(((about_x - about_y) / 2) ** 2 + product**2)
    weakest: Floats = np.where(area > _NOT_CUT, (about_x + about_y) / 2 - spread, 0.0)
    return weakest


def _cut(mesh: Mesh, axis: int, stations: Floats) -> tuple[Floats, Floats, Ints]:
    """Edges (n, 2) in which planes cut the mesh, from start to end, and each edge's plane (n,).

    ``stations`` ascend. Material is on the left. A corner in a plane counts as over it, so that
    each slice closes.
    """
    heights = np.ascontiguousarray(mesh.vertices[:, axis])
    a, b, c = (heights[mesh.faces[:, k]] for k in range(3))
    # A triangle meets the planes above its lowest corner, up to its highest.
    first = np.searchsorted(stations, np.minimum(np.minimum(a, b), c), side="right")
    last = np.searchsorted(stations, np.maximum(np.maximum(a, b), c), side="right")
    many = last - first
    hit = np.repeat(np.arange(len(many)), many)
    which = np.arange(len(hit)) - np.repeat(np.cumsum(many) - many, many) + np.repeat(first, many)
    level = stations[which]
    over_a, over_b, over_c = a[hit] >= level, b[hit] >= level, c[hit] >= level
    upward = over_a.astype(np.int8) + over_b + over_c == 1
    # The corner that is alone on its side, and the two after it in the triangle's order.
    alone = np.where(over_b == over_c, 0, np.where(over_a == over_c, 1, 2))
    faces, rows = mesh.faces[hit], np.arange(len(hit))
    lone, second, third = (mesh.vertices[faces[rows, (alone + k) % 3]] for k in range(3))
    out, back = _crossing(lone, second, axis, level), _crossing(lone, third, axis, level)
    # Wound about its outward normal, a triangle's edge runs the other way from under the plane.
    turned = upward[:, None]
    return np.where(turned, out, back), np.where(turned, back, out), which.astype(np.int32)


def _crossing(a: Floats, b: Floats, axis: int, level: Floats) -> Floats:
    """(n, 2): where the edges a–b pass their planes, in the plane's own right-handed axes."""
    share = (level - a[:, axis]) / (b[:, axis] - a[:, axis])
    plane = [(axis + 1) % 3, (axis + 2) % 3]
    point: Floats = a[:, plane] + share[:, None] * (b[:, plane] - a[:, plane])
    return point


def _edge_sums(start: Floats, end: Floats) -> tuple[Floats, ...]:
    """What each edge adds to area, ∫x, ∫y, ∫x², ∫y² and ∫xy of the slice it bounds."""
    x0, y0, x1, y1 = start[:, 0], start[:, 1], end[:, 0], end[:, 1]
    turn = x0 * y1 - x1 * y0
    return (
        turn / 2,
        turn * (x0 + x1) / 6,
        turn * (y0 + y1) / 6,
        turn * (x0 * x0 + x0 * x1 + x1 * x1) / 12,
        turn * (y0 * y0 + y0 * y1 + y1 * y1) / 12,
        turn * (x0 * y1 + 2 * x0 * y0 + 2 * x1 * y1 + x1 * y0) / 24,
    )
