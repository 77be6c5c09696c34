"""Control knobs: a grip around a shaft hole, lofted ring by ring without a boolean.

Lengths in mm. The knob stands as it is used, the hole open to the bed. Sources: 6 mm D shafts are
4.5 across the flat, and splined ones have 18 or 24 teeth, as makers' data sheets of rotary
potentiometers draw them (Alps RK09, Alpha R16, Bourns PTV09); pilots for self-cutting set screws
are about 0.83 of the thread, as for the enclosure's.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from configurator.geometry.kernel import Ring, circle, rounded_rectangle, segments
from configurator.geometry.mesh import Mesh
from configurator.geometry.shell import Loop, Shell, turned
from configurator.geometry.windows import FRONT, Wall, walls_with_windows
from configurator.products.base import Quality

FLAT_SHARE = 0.75
"""Of a D shaft's diameter across its flat: 4.5 of 6."""
SPLINE_MM, SPLINE_DEEP_MM = 6.0, 0.35
WALL_MM = 2.0
"""Least material between the shaft and the valleys of the grip, and above the hole."""
SKIRT_HIGH_MM = 2.4
POINTER_MM, POINTER_DEEP_MM = 1.6, 0.8
SCREWS: dict[str, float] = {"m3": 2.5, "m4": 3.3}
"""Pilot holes."""


@dataclass(frozen=True)
class Knob:
    """``shaft`` is round, d, square, spline18 or spline24; ``play_mm`` is added to its width."""

    diameter_mm: float
    height_mm: float
    grip: str
    count: int
    grip_mm: float
    skirt_mm: float
    pointer: str
    shaft: str
    shaft_mm: float
    play_mm: float
    deep_mm: float
    screw: str

    @property
    def radius(self) -> float:
        return self.diameter_mm / 2

    @property
    def fitting_shaft_mm(self) -> float:
        """The shaft, made smaller where the knob has no room around it."""
        if self.shaft.startswith("spline"):
            return SPLINE_MM
        reach = self.radius - WALL_MM - 0.6 - self.play_mm
        room = reach * math.sqrt(2) if self.shaft == "square" else 2 * reach
        return min(self.shaft_mm, math.floor(room * 10) / 10)

    @property
    def reach_mm(self) -> float:
        """How far the hole goes from the axis."""
        width = self.fitting_shaft_mm + self.play_mm
        return width / math.sqrt(2) if self.shaft == "square" else width / 2

    @property
    def screw_mm(self) -> float:
        """Pilot of the set screw; 0 for none, or where the shaft is too thin for it."""
        pilot = SCREWS.get(self.screw, 0.0)
        return pilot if pilot + 0.8 <= self.fitting_shaft_mm + self.play_mm else 0.0

    @property
    def valley_mm(self) -> float:
        """Depth of the grip as it comes out: the wall around the shaft is kept, and sturdy ribs."""
        notch = 0.4 if self.screw_mm else 0.0
        wall = self.radius - self.reach_mm - notch - WALL_MM
        return min(self.grip_mm, wall, 0.4 * math.pi * self.diameter_mm / self.count)

    @property
    def cone_mm(self) -> float:
        """Height of the hole's conical end, which needs no support."""
        return min(0.75 * self.reach_mm, self.height_mm - WALL_MM - POINTER_DEEP_MM - 5.0)

    @property
    def fitting_deep_mm(self) -> float:
        """Depth of the hole up to its cone."""
        most = self.height_mm - WALL_MM - POINTER_DEEP_MM - self.cone_mm
        return min(self.deep_mm, most)

    @property
    def flange_mm(self) -> float:
        """How far the skirt stands out; less than 1 mm would be no more than a burr."""
        return self.skirt_mm if self.skirt_mm >= 1 else 0.0

    @property
    def skirt_high_mm(self) -> float:
        return SKIRT_HIGH_MM if self.flange_mm else 0.0

    @property
    def edge_mm(self) -> float:
        """Radius of the upper edge."""
        return min(1.6, 0.15 * self.height_mm)

    @property
    def has_screw(self) -> bool:
        """Whether the set screw's hole finds room between the foot and the hole's end."""
        low, high = self.screw_room
        return 0 < self.screw_mm <= high - low

    @property
    def screw_room(self) -> tuple[float, float]:
        """The heights between which the set screw's hole may lie."""
        high = min(self.fitting_deep_mm, self.height_mm - self.edge_mm) - 0.6
        return max(self.skirt_high_mm, 0.6) + 0.6, high

    @property
    def outer_mm(self) -> float:
        """Widest diameter."""
        return self.diameter_mm + 2 * self.flange_mm


def _chords(radius_mm: float, quality: Quality, *, least: int = 8) -> int:
    """Twice the usual ones at full quality: a round knob has its volume within 0.1 %."""
    return {"draft": 1, "full": 2}[quality] * segments(radius_mm, quality, least=least)


def grip_ring(knob: Knob, quality: Quality) -> Ring:
    """(n, 2): the grip from above, widest at ±x; at the front flat where a set screw enters."""
    radius = knob.radius
    if knob.grip == "facets":
        ring = circle(radius, knob.count)
    elif knob.grip == "flutes":
        each = max(
            _chords(knob.valley_mm / 2, quality, least=12),
            math.ceil(_chords(radius, quality) / knob.count),
        )
        turns = np.arange(knob.count * each) * (2 * math.pi / (knob.count * each))
        hollow = knob.valley_mm * (1 - np.cos(knob.count * turns)) / 2
        ring = (radius - hollow)[:, None] * np.column_stack([np.cos(turns), np.sin(turns)])
    else:
        ring = circle(radius, _chords(radius, quality, least=32))
    if not knob.screw_mm:
        return ring
    # On a flat side of a facetted grip the pad stands out just enough to be the outermost.
    distance = min(radius, float(-ring[:, 1].min()) + 0.15)
    return _padded(ring, knob.screw_mm + 1.6, distance)


def shaft_ring(knob: Knob, quality: Quality) -> Ring:
    """(n, 2): the hole from above, its flat or the set screw's seat at the front."""
    radius = (knob.fitting_shaft_mm + knob.play_mm) / 2
    count = _chords(radius, quality, least=24)
    if knob.shaft == "square":
        return rounded_rectangle(2 * radius, 2 * radius, 0.3, 8)
    if knob.shaft == "d":
        # The play widens the circle and moves the flat out by as much.
        flat = FLAT_SHARE * knob.fitting_shaft_mm - knob.fitting_shaft_mm / 2 + knob.play_mm / 2
        start = math.asin(-flat / radius)
        turns = np.linspace(start, math.pi - start, count)
        arc: Ring = radius * np.column_stack([np.cos(turns), np.sin(turns)])
        return arc
    if knob.shaft.startswith("spline"):
        teeth = int(knob.shaft[-2:])
        ring = circle(1.0, 2 * teeth)
        ring[0::2] *= radius
        ring[1::2] *= radius - SPLINE_DEEP_MM
    else:
        ring = circle(radius, count)
    return _padded(ring, knob.screw_mm + 0.4, radius + 0.3) if knob.screw_mm else ring


def _padded(ring: Ring, width_mm: float, distance_mm: float) -> Ring:
    """The ring with a flat as wide as that at its front, so far from the axis."""
    half = width_mm / 2
    kept = ring[~((np.abs(ring[:, 0]) < half + 0.15) & (ring[:, 1] < 0))]
    turns = np.mod(np.arctan2(kept[:, 1], kept[:, 0]), 2 * math.pi)
    kept = kept[np.argsort(turns)]
    pad = np.array([(-half, -distance_mm), (half, -distance_mm)])
    before = int((turns < 1.5 * math.pi).sum())
    padded: Ring = np.concatenate([kept[:before], pad, kept[before:]])
    return padded


def knob_mesh(knob: Knob, quality: Quality) -> Mesh:
    """The knob as a closed mesh, standing on z = 0."""
    build = Shell()
    grip, hole = grip_ring(knob, quality), shaft_ring(knob, quality)
    foot, low = _foot(build, knob, grip, quality)
    edge = knob.edge_mm
    high = build.loop(grip, knob.height_mm - edge)
    deep = knob.fitting_deep_mm
    mouth, bottom = build.loop(hole, 0.6), build.loop(hole, deep)
    walls_with_windows(
        build, Wall(low, high), Wall(mouth, bottom), [(FRONT, _screw_hole(knob, quality))]
    )
    lip = build.loop(hole * (1 + 0.4 / knob.reach_mm), 0.0)
    build.wall([mouth, lip])
    build.face([foot, turned(lip)], up=False)
    end = build.loop(hole * 0.25, deep + knob.cone_mm)
    build.wall([end, bottom])
    build.face([end], up=False)
    _top(build, knob, high, edge, quality)
    return build.mesh()


def _foot(build: Shell, knob: Knob, grip: Ring, quality: Quality) -> tuple[Loop, Loop]:
    """The edge on the bed, and a skirt; gives the foot and where the grip begins."""
    if not knob.flange_mm:
        foot = build.loop(grip * (1 - 0.4 / knob.radius), 0.0)
        low = build.loop(grip, 0.4)
        build.wall([foot, low])
        return foot, low
    radius = knob.outer_mm / 2
    ring = circle(radius, _chords(radius, quality, least=32))
    sides = [
        (1 - 0.4 / radius, 0.0),
        (1, 0.4),
        (1, SKIRT_HIGH_MM - 0.5),
        (1 - 0.5 / radius, SKIRT_HIGH_MM),
    ]
    loops = [build.loop(ring * by, z) for by, z in sides]
    build.wall(loops)
    low = build.loop(grip, SKIRT_HIGH_MM)
    build.face([loops[-1], turned(low)], up=True)
    return loops[0], low


def _screw_hole(knob: Knob, quality: Quality) -> list[Ring]:
    """The set screw's hole, (along, height), half-way up the shaft."""
    radius = knob.screw_mm / 2
    low, high = knob.screw_room
    if not knob.has_screw:
        return []
    middle = min(max((knob.skirt_high_mm + knob.fitting_deep_mm) / 2, low + radius), high - radius)
    return [circle(radius, _chords(radius, quality, least=16), (0.0, middle))]


def _top(build: Shell, knob: Knob, high: Loop, edge: float, quality: Quality) -> None:
    """The round upper edge, and the face with its pointer sunk in."""
    loops = [high]
    for turn in (math.pi / 6, math.pi / 3, math.pi / 2):
        inwards, below = edge * (1 - math.cos(turn)), edge * (1 - math.sin(turn))
        loops.append(build.loop(high[1] * (1 - inwards / knob.radius), knob.height_mm - below))
    build.wall(loops)
    ring = _pointer(knob, edge, quality)
    if ring is None:
        build.face([loops[-1]], up=True)
        return
    brim, floor = (
        build.loop(ring, knob.height_mm),
        build.loop(ring, knob.height_mm - POINTER_DEEP_MM),
    )
    build.wall([floor, brim][::-1])
    build.face([floor], up=True)
    build.face([loops[-1], turned(brim)], up=True)


def _pointer(knob: Knob, edge: float, quality: Quality) -> Ring | None:
    """A line or a dot towards the back (+y), clear of the valleys and the edge."""
    shrink = math.cos(math.pi / knob.count) if knob.grip == "facets" else 1.0
    hollow = knob.valley_mm if knob.grip == "flutes" else 0.0
    far = (knob.radius - hollow) * shrink - edge - 0.8
    if knob.pointer == "none":
        return None
    count = _chords(POINTER_MM / 2, quality, least=12)
    if knob.pointer == "dot":
        return circle(1.2, _chords(1.2, quality, least=16), (0.0, far - 1.2))
    near = 0.25 * far
    line = rounded_rectangle(POINTER_MM, far - near, POINTER_MM / 2 - 1e-3, count)
    moved: Ring = line + np.array([0.0, (far + near) / 2])
    return moved
