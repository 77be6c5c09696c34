"""A vessel of revolution with ribs: the surface as a formula, and its mesh.

In polar form the outside is ``r(θ, t) = R(t) · (1 − d·(1 − rib(n·(θ − τt))))`` with the outline
R, rib depth d, n ribs, twist τ and height fraction t. The grid follows the twist, so a rib's
crest is a line of vertices and a coarse mesh keeps it sharp.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from configurator.geometry.kernel import revolved, segments
from configurator.geometry.mesh import Floats, Mesh
from configurator.products.base import Quality

_OUTLINES: dict[str, tuple[float, ...]] = {
    "barrel": (0.66, 0.88, 1.0, 0.96, 0.74),
    "amphora": (0.46, 0.78, 1.0, 0.93, 0.64, 0.48, 0.56),
    "trumpet": (0.62, 0.60, 0.62, 0.70, 0.83, 1.0),
    "column": (0.92, 0.98, 1.0, 0.98, 0.92),
    "gourd": (0.74, 0.97, 1.0, 0.78, 0.54, 0.50, 0.60),
    "bowl": (0.52, 0.84, 0.99, 1.0, 0.90),
}
"""Radii at evenly spaced heights, foot to rim."""

_FOOT_MM = 0.8
"""The foot's edge is cut at 45°, so that the first layer's squeeze does not show."""

_ALLOWANCE = 1.01
"""Times the wall: what is left of folds that the slants of three corners do not foresee."""

_REACH = 1.5
"""How far a fold is heeded, in walls."""

_SHARES = (1.0, 0.5, 0.0)
"""How much of the ribs the inside may follow; the lightest is taken."""


def _petal(phase: Floats) -> Floats:
    crest: Floats = np.abs(np.cos(phase / 2))
    return crest


def _fluted(phase: Floats) -> Floats:
    return 1 - np.abs(np.cos(phase / 2)) ** 1.5


def _facet(phase: Floats) -> Floats:
    """Straight sides between crests: parabola through the corners, close to a polygon's side."""
    across = np.abs(np.mod(phase / (2 * math.pi), 1.0) - 0.5) * 2
    side: Floats = across**2
    return side


_PATTERNS: dict[str, Callable[[Floats], Floats]] = {
    "soft": lambda phase: (1 + np.cos(phase)) / 2,
    "petal": _petal,
    "fluted": _fluted,
    "facet": _facet,
}


@dataclass(frozen=True)
class Surface:
    """The vessel as a formula; ``depth`` is a share of the radius, ``twist`` in radians."""

    outline: str
    pattern: str
    height_mm: float
    radius_mm: float
    ribs: int
    depth: float
    twist: float
    wall_mm: float

    def outer(self, z_mm: Floats, around: int) -> tuple[Floats, Floats]:
        """(radius, direction), each (len(z), around): the outside at some heights.

        ``direction`` is the polar angle.
        """
        return self._grid(z_mm, around)

    def steepest_deg(self) -> float:
        """How far the wall leans from the vertical where it leans most, in or out, degrees."""
        z_mm = np.linspace(_FOOT_MM, self.height_mm, 40)
        radius, _ = self._grid(z_mm, max(24, self.ribs * 8))
        across, along = self._slopes(radius, z_mm)
        lean = np.abs(along) / np.sqrt(1 + (across / radius) ** 2 + along**2)
        return math.degrees(math.asin(float(lean.max())))

    def _slopes(self, radius: Floats, z_mm: Floats) -> tuple[Floats, Floats]:
        """How the radius changes with the angle (r_θ, mm) and with the height (r_z)."""
        step = 2 * math.pi / radius.shape[1]
        across = (np.roll(radius, -1, axis=1) - np.roll(radius, 1, axis=1)) / (2 * step)
        along = np.gradient(radius, z_mm, axis=0) - self._turn() / self.height_mm * across
        return across, along

    def _turn(self) -> float:
        """How far the grid turns from foot to rim; a woven pattern turns both ways at once."""
        return 0.0 if self.pattern == "woven" else self.twist

    def _grid(self, z_mm: Floats, around: int) -> tuple[Floats, Floats]:
        rise = (z_mm / self.height_mm)[:, None]
        base: Floats = np.arange(around, dtype=np.float64)[None, :] * (2 * math.pi / around)
        if self.pattern == "woven":
            lean = self.ribs * self.twist * rise
            crest = (1 + np.cos(self.ribs * base - lean) * np.cos(self.ribs * base + lean)) / 2
        else:
            crest = _PATTERNS[self.pattern](self.ribs * base)
        radius = self.radius_mm * _radii(self.outline, rise) * (1 - self.depth * (1 - crest))
        return radius, base + self._turn() * rise + 0 * radius


def _radii(outline: str, rise: Floats) -> Floats:
    """The outline at height fractions, as a smooth curve through its radii, at most 1.

    Source: cubic Hermite spline with central differences for slopes (Catmull–Rom).
    """
    radii = np.array(_OUTLINES[outline])
    slopes = np.gradient(radii)
    place = np.clip(rise, 0, 1) * (len(radii) - 1)
    left = np.minimum(place.astype(int), len(radii) - 2)
    u = place - left
    a, b, s, e = radii[left], radii[left + 1], slopes[left], slopes[left + 1]
    value = a * (1 + 2 * u) * (1 - u) ** 2 + b * u**2 * (3 - 2 * u)
    curve: Floats = value + s * u * (1 - u) ** 2 - e * u**2 * (1 - u)
    return np.minimum(curve, 1.0)


def vessel(surface: Surface, quality: Quality) -> Mesh:
    """The vessel as a closed mesh: foot, outside, round lip, inside, floor."""
    around, levels = _grid_size(surface, quality)
    lip_mm = surface.wall_mm / 2
    top_mm = surface.height_mm - lip_mm
    floor_mm = max(surface.wall_mm, 1.6)
    z_mm = np.array([0.0, _FOOT_MM, *np.linspace(floor_mm, top_mm, levels - 1)])
    radius, angle = surface.outer(z_mm[1:], around)
    radius = np.concatenate([radius[:1] - _FOOT_MM, radius])
    angle = np.concatenate([angle[:1], angle])
    inner = hollow(radius, angle, z_mm, surface.wall_mm)
    lip = _lip(radius[-1], inner[-1], angle[-1], top_mm, lip_mm)
    outside = _ring(radius, angle, z_mm[:, None] + 0 * radius)
    inside = _ring(inner, angle[2:], z_mm[2:, None] + 0 * inner)[::-1]
    rings = np.concatenate([outside, lip, inside])
    smooth = [1] + [0] * (len(rings) - 2)
    return _matched(revolved(rings, smooth), len(outside) + len(lip), len(rings), around)


def _matched(mesh: Mesh, first: int, last: int, around: int) -> Mesh:
    """The mesh with the inside's quads (rings ``first`` to ``last``) cut like the outside's.

    Their diagonals then lie opposite one another, so that each triangle of the inside is parallel,
    or nearly, to one of the outside.
    """
    faces = mesh.faces.copy()
    cells = faces[around * (2 * first + 1) : around * (2 * last - 1)].reshape(-1, 2, 3)
    upper, upper_next, lower = cells[:, 0].T.copy()
    lower_next = cells[:, 1, 1].copy()
    cells[:, 0] = np.stack([upper, upper_next, lower_next], axis=-1)
    cells[:, 1] = np.stack([upper, lower_next, lower], axis=-1)
    return Mesh(mesh.vertices, faces, mesh.groups)


def hollow(radius: Floats, angle: Floats, z_mm: Floats, wall_mm: float) -> Floats:
    """(len(z) − 2, n): the inside's radius at the third height and above, in the same directions.

    ``radius`` and ``angle`` (len(z), n) are the outside's, its foot's two rings the first. The
    inside keeps the wall to the outside, or to the outside with its ribs made half as deep, or to
    none at all: where ribs are steep and close, a wall that follows them is heavier than one that
    fills them. The inside with most room is taken.
    """
    least = radius.min(axis=1, keepdims=True)
    rooms = (_inwards(least + share * (radius - least), angle, z_mm, wall_mm) for share in _SHARES)
    return max(rooms, key=lambda inside: float((inside**2).sum()))


def _inwards(radius: Floats, angle: Floats, z_mm: Floats, wall_mm: float) -> Floats:
    """One radius per direction, so that it never crosses itself, and a wall away everywhere.

    A triangle of the inside is a wall away from the plane of its opposite if each of its corners
    goes inwards by wall / (direction · normal), its slant times the wall. The wall must serve all
    triangles that meet in a corner, and those within reach of it, so the greatest slant counts.
    """
    from scipy.ndimage import maximum_filter

    wall_mm = wall_mm * _ALLOWANCE
    deep = wall_mm * _slants(radius, angle, z_mm, wall_mm)
    across, along = _reach(radius - deep, angle, z_mm, wall_mm)
    around: Floats = maximum_filter(deep, (2 * along + 1, 2 * across + 1), mode=("nearest", "wrap"))
    inside = (radius - around)[2:]
    # The foot's edge is a cone of 45°, which nears the corner of the floor from below.
    foot = (radius - around)[0].min() + z_mm[2:, None]
    inner: Floats = np.maximum(np.minimum(inside, foot), 2.0)
    return inner


def _reach(inside: Floats, angle: Floats, z_mm: Floats, wall_mm: float) -> tuple[int, int]:
    """How many columns and rings to each side lie within reach of a corner of the inside."""
    step = 2 * math.pi / inside.shape[1]
    along = int(_REACH * wall_mm / (z_mm[-1] - z_mm[-2]))
    turned = along * abs(float(angle[-1, 0] - angle[-2, 0])) / step
    across = int(_REACH * wall_mm / (max(float(inside[2:].min()), 2.0) * step) + turned)
    return min(across, inside.shape[1] // 2 - 1), along


def _slants(radius: Floats, angle: Floats, z_mm: Floats, wall_mm: float) -> Floats:
    """How much further it is through the wall horizontally than square to it, at each corner.

    Directions come nearer to one another on the way inwards, so ribs are a little steeper seen
    from the inside than they are outside: by the ratio of the two radii.
    """
    points = _ring(radius, angle, z_mm[:, None] + 0 * radius)
    after = np.roll(points, -1, axis=1)
    lower = _square(after[:-1] - points[:-1], points[1:] - points[:-1])
    upper = _square(after[1:] - after[:-1], points[1:] - after[:-1])
    ratio = radius / np.maximum(radius - 1.5 * wall_mm, 2.0)
    steepest = np.ones((2, *radius.shape))  # by the corner's own column, and the one before
    out = np.cos(angle), np.sin(angle), ratio
    out_after = tuple(np.roll(one, -1, axis=1) for one in out)
    for square, corners in ((lower, ((0, 0), (0, 1), (1, 0))), (upper, ((0, 1), (1, 1), (1, 0)))):
        for ring, column in corners:
            rows = slice(ring, len(z_mm) - 1 + ring)
            x, y, nearer = (one[rows] for one in (out_after if column else out))
            through = np.maximum(square[0] * x + square[1] * y, 0.01)
            aside = (square[1] * x - square[0] * y) * nearer
            slant = np.sqrt(through**2 + aside**2 + square[2] ** 2) / through
            np.maximum(steepest[column, rows], slant, out=steepest[column, rows])
    slants: Floats = np.maximum(steepest[0], np.roll(steepest[1], 1, axis=1))
    return slants


def _square(a: Floats, b: Floats) -> tuple[Floats, Floats, Floats]:
    """The unit vector square to two, (…, 3) each, by its three parts; a cross product by hand."""
    (ax, ay, az), (bx, by, bz) = np.moveaxis(a, -1, 0), np.moveaxis(b, -1, 0)
    x, y, z = ay * bz - az * by, az * bx - ax * bz, ax * by - ay * bx
    length = np.sqrt(x * x + y * y + z * z)
    return x / length, y / length, z / length


def _ring(radius: Floats, angle: Floats, z_mm: Floats) -> Floats:
    return np.stack([radius * np.cos(angle), radius * np.sin(angle), z_mm], axis=-1)


def _lip(outer: Floats, inner: Floats, angle: Floats, top_mm: float, lip_mm: float) -> Floats:
    """(3, n, 3): half an ellipse over the wall's end, without its two ends."""
    turn = np.array([0.25, 0.5, 0.75])[:, None] * math.pi
    middle, half = (outer + inner) / 2, (outer - inner) / 2
    return _ring(
        middle + half * np.cos(turn), angle + 0 * turn, top_mm + lip_mm * np.sin(turn) + 0 * outer
    )


_MOST_POINTS: dict[Quality, int] = {"draft": 3000, "full": 5600}
"""Of the outside; many fine ribs get coarser chords rather than a mesh nobody can wait for."""


def _grid_size(surface: Surface, quality: Quality) -> tuple[int, int]:
    """(points of a ring, rings): fine enough for the chord error, within the most points."""
    ribs = surface.ribs if surface.depth else 0
    around, levels = segments(surface.radius_mm, quality), _levels(surface, quality)
    if ribs:
        swing_mm = max(surface.depth * surface.radius_mm / 2, 1.0)
        extra = {"draft": 2, "full": 6}[quality]
        per_rib = max(segments(swing_mm, quality) // 2 + extra, math.ceil(around / ribs))
        if surface.pattern == "woven":
            per_rib = 2 * per_rib
        around = ribs * per_rib
    excess = math.sqrt(max(1.0, around * levels / _MOST_POINTS[quality]))
    if ribs:
        around = ribs * max(6, 2 * round(around / excess / ribs / 2))
    return around, max(16, round(levels / excess))


def _levels(surface: Surface, quality: Quality) -> int:
    """Enough heights for the outline's curve and for the helix of the twist."""
    helix = segments(surface.radius_mm, quality) * surface.twist / (2 * math.pi)
    if surface.pattern == "woven" and surface.depth:
        helix = surface.ribs * surface.twist / math.pi * {"draft": 5, "full": 8}[quality]
    return min(100, max({"draft": 20, "full": 34}[quality], math.ceil(helix)))
