"""Key fobs with a QR code: a plate, perhaps with a lug for a ring, and the code on its face."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cached_property

import manifold3d as m3
import numpy as np

from configurator.geometry import qr
from configurator.geometry.kernel import Ring, circle, rounded_rectangle, segments
from configurator.geometry.mesh import Floats, Mesh
from configurator.geometry.outlines import inset, shifted
from configurator.geometry.pixels import Relief, relief
from configurator.geometry.shell import Loop, Shell, turned
from configurator.products.base import Quality

LEAST_MODULE_MM = 0.8
"""Two lines of a 0.4 mm nozzle: one alone would be a blob of no certain width."""
RIM_MM = 1.4
MARGIN_MM = 1.0
"""Between the code's quiet zone and the plate's edge, where there is no rim."""
SLACK_MM = 0.1
"""Off the code's room, for round corners are chords a hair inside their arcs."""
CHAMFER_MM, FILLET_MM = 0.4, 0.8
HOLE_CHAMFER_MM = 0.4
NECK_MM = 2.0
"""Radius of the hollow between plate and lug."""
ABOVE_MM = 0.3
"""From the top of the plate to the hole."""
INK_MM = 0.4
"""How deep the colour of sunk squares reaches below their floor: two layers."""
SHOULDER = 0.12
"""How much further up the hole of a tag is, as a share of its width."""


@dataclass(frozen=True)
class Fob:
    """``shape`` is square, round or tag; ``hole_mm`` is 0 for none; ``sunk`` for a code cut in."""

    code: str
    two_colours: bool
    correction: str
    sunk: bool
    relief_mm: float
    shape: str
    width_mm: float
    thickness_mm: float
    rim: bool
    hole_mm: float

    @property
    def inset_mm(self) -> float:
        """From the edge to where the face is flat and free."""
        return RIM_MM if self.rim else MARGIN_MM

    @property
    def web_mm(self) -> float:
        """From the hole to the edge of the lug."""
        return self.inset_mm + HOLE_CHAMFER_MM + 0.8

    @property
    def corner_mm(self) -> float:
        return min(0.1 * self.width_mm, 4.0)

    @property
    def lug_mm(self) -> float:
        """How far the lug stands out of the plate."""
        if self.hole_mm == 0:
            return 0.0
        return self.above_mm + self.hole_mm + self.web_mm

    @property
    def above_mm(self) -> float:
        """From the top of the plate to the hole."""
        return ABOVE_MM + (SHOULDER * self.width_mm if self.shape == "tag" else 0.0)

    @property
    def size_mm(self) -> tuple[float, float]:
        """Width and length of the whole."""
        return self.width_mm, self.width_mm + self.lug_mm

    @property
    def high_mm(self) -> float:
        """The greatest height."""
        raised = self.rim or (bool(self.code) and not self.sunk)
        return self.thickness_mm + (self.relief_mm if raised else 0.0)

    @property
    def dark_mm(self) -> tuple[float, float]:
        """From which height to which the squares are seen."""
        if self.sunk:
            floor = self.thickness_mm - self.relief_mm
            return floor - INK_MM, floor
        return self.thickness_mm, self.high_mm

    @property
    def zone_mm(self) -> float:
        """Side of the largest square for code and quiet zone on the face."""
        half = self.width_mm / 2
        if self.shape == "round":
            return math.sqrt(2) * (half - self.inset_mm) - SLACK_MM
        radius = self.corner_mm
        by_corner = half - radius + (radius - self.inset_mm) / math.sqrt(2)
        return 2 * min(half - self.inset_mm, by_corner) - SLACK_MM

    def module_at(self, level: str) -> float:
        """Side of a module when the code is protected that well."""
        return self.zone_mm / (qr.across(self.code, level) + 2 * qr.QUIET)

    @cached_property
    def level(self) -> str:
        """The error correction there is room for, at most as strong as asked for."""
        asked = qr.LEVELS.index(self.correction)
        fit = (
            level
            for level in qr.LEVELS[asked::-1]
            if self.module_at(level) >= LEAST_MODULE_MM - 1e-9
        )
        return next(fit, qr.LEVELS[0])

    @cached_property
    def module_mm(self) -> float:
        """Side of a module as it comes out."""
        return self.module_at(self.level)

    @property
    def most_characters(self) -> int:
        """How much of the text this size has room for, at the weakest correction."""
        most = int(self.zone_mm / LEAST_MODULE_MM + 1e-9) - 2 * qr.QUIET
        return qr.longest(self.code, qr.LEVELS[0], most) if most >= 21 else 0

    @property
    def middle_mm(self) -> float:
        """How far below the middle of the whole the code's middle lies."""
        return self.lug_mm / 2


def fob_mesh(fob: Fob, quality: Quality) -> Mesh:
    """The fob as a closed mesh, face up."""
    build = Shell()
    edge = outline(fob, quality)
    under, over = _edge(build, fob, edge)
    holes = _hole(build, fob, quality)
    build.face([under, *(turned(bottom) for _, bottom in holes)], up=False)
    if fob.rim:
        inner = inset(edge, RIM_MM)
        high = build.loop(inner, fob.thickness_mm + fob.relief_mm)
        low = build.loop(inner, fob.thickness_mm)
        build.face([over, turned(high)], up=True)
        build.wall([high, low])
        over = low
    inlay = [turned(_code(build, fob))] if fob.code else []
    build.face([over, *(turned(top) for top, _ in holes), *inlay], up=True)
    return build.mesh()


def _code(build: Shell, fob: Fob) -> Loop:
    grid = Relief(
        marked=qr.modules(fob.code, fob.level),
        side_mm=fob.module_mm,
        face_mm=fob.thickness_mm,
        relief_mm=-fob.relief_mm if fob.sunk else fob.relief_mm,
        middle=(0.0, -fob.middle_mm),
    )
    return relief(build, grid)


def outline(fob: Fob, quality: Quality) -> Ring:
    """(n, 2): the edge seen from above, about the middle of its box, counter-clockwise."""
    width, length = fob.size_mm
    plate = _plate(fob, quality)
    if fob.hole_mm == 0:
        return plate
    count = segments(NECK_MM, quality, least=24)
    body = m3.CrossSection([plate])
    radius = fob.hole_mm / 2 + fob.web_mm
    lug = circle(radius, segments(radius, quality, least=32), (0.0, _hole_y(fob)))
    if fob.shape == "tag":
        # Straight shoulders run from the plate up to the lug.
        body = m3.CrossSection.hull_points(np.concatenate([lug, plate]))
    body = body + m3.CrossSection([lug])
    body = body.offset(NECK_MM, m3.JoinType.Round, 2, count)
    body = body.offset(-NECK_MM, m3.JoinType.Round, 2, count).simplify(0.01)
    ring = np.asarray(max(body.to_polygons(), key=len))
    # Chords lie a hair inside their arcs; stretched, the ring has exactly its box.
    low_corner, high_corner = ring.min(axis=0), ring.max(axis=0)
    scale = np.array([width, length]) / (high_corner - low_corner)
    whole = (ring - (low_corner + high_corner) / 2) * scale
    distinct: Ring = whole[np.linalg.norm(whole - np.roll(whole, 1, axis=0), axis=1) > 0.02]
    return distinct


def _plate(fob: Fob, quality: Quality) -> Ring:
    """The plate about its own middle, without the lug."""
    if fob.shape == "round":
        radius = fob.width_mm / 2
        return circle(radius, segments(radius, quality, least=32))
    count = segments(fob.corner_mm, quality, least=16)
    return rounded_rectangle(fob.width_mm, fob.width_mm, fob.corner_mm, count)


def _hole_y(fob: Fob) -> float:
    """The hole's middle above the plate's middle."""
    return fob.width_mm / 2 + fob.above_mm + fob.hole_mm / 2


def _edge(build: Shell, fob: Fob, edge: Ring) -> tuple[Loop, Loop]:
    """The outer side: a chamfer on the bed, a round top edge. Gives its two ends."""
    top = fob.thickness_mm + (fob.relief_mm if fob.rim else 0.0)
    turns = np.linspace(0.0, math.pi / 2, 4)
    heights = np.r_[0.0, CHAMFER_MM, top - FILLET_MM * (1 - np.sin(turns))]
    insets = np.r_[CHAMFER_MM, 0.0, FILLET_MM * (1 - np.cos(turns))]
    changes = _changes(fob, heights)
    insets = np.r_[insets, np.interp(changes, heights, insets)]
    heights = np.r_[heights, changes]
    order = np.argsort(heights, kind="stable")
    loops = [
        build.loop(shifted(edge, inwards) if inwards else edge, z)
        for inwards, z in zip(insets[order].tolist(), heights[order].tolist(), strict=True)
    ]
    build.wall(loops)
    return loops[0], loops[-1]


def _changes(fob: Fob, heights: Floats) -> list[float]:
    """Where the colour changes between the heights at which a wall has points: no triangle of it
    may have two colours."""
    if not fob.two_colours:
        return []
    low, high = float(heights.min()), float(heights.max())
    between = [z for z in fob.dark_mm if low < z < high]
    return [z for z in between if np.abs(heights - z).min() > 1e-3]


def _hole(build: Shell, fob: Fob, quality: Quality) -> list[tuple[Loop, Loop]]:
    """The hole for a ring, widened at both ends; its top and bottom, or nothing."""
    if fob.hole_mm == 0:
        return []
    radius, face = fob.hole_mm / 2, fob.thickness_mm
    at = (0.0, _hole_y(fob) - fob.middle_mm)
    count = segments(radius, quality, least=24)
    between = _changes(fob, np.array([HOLE_CHAMFER_MM, face - HOLE_CHAMFER_MM]))
    narrow, wide = circle(radius, count, at), circle(radius + HOLE_CHAMFER_MM, count, at)
    loops = [
        build.loop(wide, face),
        build.loop(narrow, face - HOLE_CHAMFER_MM),
        *(build.loop(narrow, z) for z in reversed(between)),
        build.loop(narrow, HOLE_CHAMFER_MM),
        build.loop(wide, 0.0),
    ]
    build.wall(loops)
    return [(loops[0], loops[-1])]
