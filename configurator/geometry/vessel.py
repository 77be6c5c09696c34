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

_ALLOWANCE_MM = 0.03
"""Added to the wall, because the chords of a mesh cut into it by about as much."""


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

    def outer(self, z_mm: Floats, around: int) -> tuple[Floats, Floats, Floats]:
        """(radius, direction, slant), each (len(z), around): the outside at some heights.

        ``direction`` is the polar angle; ``slant`` is how much further it is through the wall
        horizontally than square to it: sqrt(1 + (r_θ/r)² + r_z²).
        """
        radius, angle = self._grid(z_mm, around)
        across, along = self._slopes(radius, z_mm)
        return radius, angle, np.sqrt(1 + (across / radius) ** 2 + along**2)

    def inner(self, z_mm: Floats, around: int) -> tuple[Floats, Floats]:
        """(radius, direction): the inside, one wall away square to the outside, or a little more.

        Still one radius per direction, so it never crosses itself.
        """
        radius, angle, slant = self.outer(z_mm, around)
        # A ray may cross the wall square to its outside or to its inside: the longer way counts.
        first = self._inwards(radius, slant)
        across, along = self._slopes(first, z_mm)
        inside = np.sqrt(1 + (across / first) ** 2 + along**2)
        return self._inwards(radius, np.maximum(slant, inside)), angle

    def _inwards(self, radius: Floats, slant: Floats) -> Floats:
        # At a crease the slope jumps from one point to the next; the wall must serve both sides.
        steepest = np.maximum(slant, np.roll(slant, 1, axis=1))
        steepest = np.maximum(steepest, np.roll(slant, -1, axis=1))
        if self.pattern == "woven":  # creases run across the levels too
            steepest[1:] = np.maximum(steepest[1:], slant[:-1])
            steepest[:-1] = np.maximum(steepest[:-1], slant[1:])
        wall_mm = self.wall_mm + _ALLOWANCE_MM
        shrunk: Floats = np.maximum(radius - wall_mm * np.minimum(steepest, 2.5), 2.0)
        return shrunk

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
    outer_z = np.linspace(_FOOT_MM, top_mm, levels)
    inner_z = np.linspace(top_mm, floor_mm, max(6, levels * 2 // 3))
    outer_r, outer_angle, _ = surface.outer(outer_z, around)
    inner_r, inner_angle = surface.inner(inner_z, around)
    foot = _ring(outer_r[0] - _FOOT_MM, outer_angle[0], np.zeros(around))
    lip = _lip(outer_r[-1], inner_r[0], outer_angle[-1], top_mm, lip_mm)
    outside = _ring(outer_r, outer_angle, outer_z[:, None] + 0 * outer_r)
    inside = _ring(inner_r, inner_angle, inner_z[:, None] + 0 * inner_r)
    rings = np.concatenate([foot[None], outside, lip, inside])
    smooth = [1] + [0] * (len(rings) - 2)
    return revolved(rings, smooth)


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
        per_rib = max(segments(swing_mm, quality) // 2 + 2, math.ceil(around / ribs))
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
