"""Cable combs: one outline lifted, its edges chamfered, and screw holes through its ears.

Lengths in mm. The comb lies on its side as it is printed: cables run along z and are pressed in
along y. A slot is a circle; two lip arcs, each tangent to it, narrow its mouth:

    (m + r)² + (y_lip − y_slot)² = (R + r)²   for lips of radius r whose tips stand 2 m apart.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from configurator.geometry.kernel import Ring, circle, segments
from configurator.geometry.mesh import Mesh
from configurator.geometry.outlines import shifted
from configurator.geometry.shell import Loop, Shell, turned
from configurator.geometry.windows import BACK, FRONT, Side
from configurator.products.base import Quality

PLAY_MM = 0.3
"""Slots are this much wider than the cable, so that it can turn."""
MOUTH_SHARE = {"firm": 0.70, "medium": 0.80, "easy": 0.90}
"""Mouth over cable: a jacket gives enough to pass 0.7, and past 0.9 nothing holds it."""
FILLET_MM = 1.2
"""Inside corner between a foot and the comb."""
FOOT_CORNER_MM = 1.0
TAPE_MM = 8.0
"""How far an adhesive foot reaches out on either side."""
TAPE_DEEP_MM = 8.0
TAPE_FOOT_MM = 2.4
SCREW_PLAY_MM = 0.4
AROUND_HEAD_MM = 1.5


@dataclass(frozen=True)
class Comb:
    """``hold`` is firm, medium, easy or closed; ``rows`` one or two; ``base`` none, screws, tape.

    ``rib_mm`` lies between neighbouring slots, ``back_mm`` behind them.
    """

    slots: int
    cable_mm: float
    rib_mm: float
    hold: str
    rows: str
    back_mm: float
    thickness_mm: float
    corner_mm: float
    base: str
    screw_mm: float

    @property
    def radius(self) -> float:
        """Of a slot."""
        return (self.cable_mm + PLAY_MM) / 2

    @property
    def closed(self) -> bool:
        return self.hold == "closed"

    @property
    def mouth_mm(self) -> float:
        """Width of a mouth; 0 for closed slots."""
        return 0.0 if self.closed else MOUTH_SHARE[self.hold] * self.cable_mm

    @property
    def fitting_rows(self) -> int:
        """Open slots on a base have one row: the base takes the other side."""
        return 1 if self.rows == "one" or (self.base != "none" and not self.closed) else 2

    @property
    def pitch_mm(self) -> float:
        return 2 * self.radius + self.rib_mm

    @property
    def lip_mm(self) -> float:
        """Radius of the lips: generous, but with a little flat left on top of each finger."""
        finger = self.pitch_mm - self.mouth_mm
        return min(0.5 + 0.3 * self.radius, 2.4, finger / 2 - 0.1)

    @property
    def lip_above_mm(self) -> float:
        """Height of the lips' centres above the slots'."""
        outer, inner = self.radius + self.lip_mm, self.mouth_mm / 2 + self.lip_mm
        return math.sqrt(outer**2 - inner**2)

    @property
    def end_mm(self) -> float:
        """Material beyond the last slot; the outer corner fits beside its lip."""
        return self.rib_mm / 2 + max(self.corner_mm, self.rib_mm / 2)

    @property
    def body_mm(self) -> float:
        """Width without the foot."""
        return (self.slots - 1) * self.pitch_mm + 2 * (self.radius + self.end_mm)

    @property
    def high_mm(self) -> float:
        """How far the comb reaches in y."""
        if self.closed:
            between = (self.fitting_rows - 1) * self.pitch_mm
            return 2 * (self.back_mm + self.radius) + between
        tooth = self.radius + self.lip_above_mm + self.lip_mm
        return self.back_mm + self.fitting_rows * tooth

    @property
    def head_mm(self) -> float:
        """A countersunk head is about twice as wide as its screw. Source: ISO 7046, DIN 97."""
        return 2 * self.screw_mm

    @property
    def sink_mm(self) -> float:
        return (self.head_mm - self.screw_mm - SCREW_PLAY_MM) / 2

    @property
    def foot_mm(self) -> float:
        """Thickness of the foot; 0 without one."""
        return {"none": 0.0, "tape": TAPE_FOOT_MM, "screws": max(3.0, self.sink_mm + 1.2)}[
            self.base
        ]

    @property
    def reach_mm(self) -> float:
        """How far the foot stands out on either side."""
        flat = {"none": 0.0, "tape": TAPE_MM, "screws": self.head_mm + 2 * AROUND_HEAD_MM}
        return flat[self.base] + FILLET_MM + FOOT_CORNER_MM if self.base != "none" else 0.0

    @property
    def screw_x_mm(self) -> float:
        """How far the screws are from the middle."""
        return self.body_mm / 2 + FILLET_MM + AROUND_HEAD_MM + self.head_mm / 2

    @property
    def deep_mm(self) -> float:
        """Along the cables: at least what screw heads or adhesive tape need."""
        least = {"none": 0.0, "tape": TAPE_DEEP_MM, "screws": self.head_mm + 2 * AROUND_HEAD_MM}
        return max(self.thickness_mm, least[self.base])

    @property
    def fitting_corner_mm(self) -> float:
        """The outer corners' radius, where a low comb has room for it."""
        straight = self.high_mm - 0.2
        if self.base != "none":
            return min(self.corner_mm, straight - self.foot_mm - FILLET_MM)
        return min(self.corner_mm, straight / 2)

    @property
    def chamfer_mm(self) -> float:
        """Of all edges, small enough for the thinnest rib and the sharpest corner."""
        return min(0.5, 0.25 * self.rib_mm, 0.5 * self.fitting_corner_mm)

    @property
    def size_mm(self) -> tuple[float, float, float]:
        return self.body_mm + 2 * self.reach_mm, self.high_mm, self.deep_mm

    def places(self) -> list[float]:
        """Where the slots are along x."""
        middle = (self.slots - 1) / 2
        return [(index - middle) * self.pitch_mm for index in range(self.slots)]


def comb_mesh(comb: Comb, quality: Quality) -> Mesh:
    """The comb lying on its side, about the z axis."""
    build = Shell()
    edge = outline(comb, quality)
    floor, tops = _panes(comb, edge)
    levels = [_lifted(build, comb, edge, [floor, *tops] if tops else [])]
    levels += [_lifted(build, comb, ring) for ring in _closed_slots(comb, quality)]
    build.face([loops[0] for loops in levels], up=False)
    build.face([loops[3] for loops in levels], up=True)
    if tops:
        _screw_holes(build, comb, levels[0][1:3], (floor, tops), quality)
    return build.mesh()


def _lifted(build: Shell, comb: Comb, ring: Ring, without: Sequence[int] = ()) -> list[Loop]:
    """A wall from bed to top with chamfered edges; its four loops from below."""
    cut = comb.chamfer_mm
    inner = shifted(ring, cut)
    levels = [(inner, 0.0), (ring, cut), (ring, comb.deep_mm - cut), (inner, comb.deep_mm)]
    loops = [build.loop(flat, z) for flat, z in levels]
    build.wall(loops[:2])
    build.wall(loops[1:3], without)
    build.wall(loops[2:])
    return loops


def outline(comb: Comb, quality: Quality) -> Ring:
    """(n, 2): seen along the cables, counter-clockwise, about the origin."""
    top = _slotted(comb, quality)
    if comb.fitting_rows == 2 and not comb.closed:
        return np.concatenate([top, -top])
    return np.concatenate([_bottom(comb, quality), top])


def _slotted(comb: Comb, quality: Quality) -> Ring:
    """The upper side, from right to left: corner, slots with their lips, corner."""
    radius, high = comb.fitting_corner_mm, comb.high_mm / 2
    at = (comb.body_mm / 2 - radius, high - radius)
    right = _arc(radius, 0, 90, quality, at)
    slots = [] if comb.closed else [_slot(comb, x, quality) for x in comb.places()[::-1]]
    return np.concatenate([right, *slots, _mirrored(right)])


def _slot(comb: Comb, x_mm: float, quality: Quality) -> Ring:
    """One open slot from its right lip to its left one."""
    lip, reach = comb.lip_mm, comb.mouth_mm / 2 + comb.lip_mm
    lean = math.degrees(math.atan2(comb.lip_above_mm, reach))
    high = comb.high_mm / 2 - lip
    right = _arc(lip, 90, 180 + lean, quality, (reach, high))
    hollow = _arc(comb.radius, lean, -180 - lean, quality, (0.0, high - comb.lip_above_mm))
    ring: Ring = np.concatenate([right, hollow[1:-1], _mirrored(right)]) + np.array([x_mm, 0.0])
    return ring


def _bottom(comb: Comb, quality: Quality) -> Ring:
    """The lower side, from left to right, with the foot where there is one."""
    low, half = -comb.high_mm / 2, comb.body_mm / 2
    if comb.base == "none":
        radius = comb.fitting_corner_mm
        right = _arc(radius, -90, 0, quality, (half - radius, low + radius))
    else:
        corner, x, top = FOOT_CORNER_MM, comb.size_mm[0] / 2 - FOOT_CORNER_MM, low + comb.foot_mm
        under = _arc(corner, -90, 0, quality, (x, low + corner))
        over = _arc(corner, 0, 90, quality, (x, top - corner))
        inside = _arc(FILLET_MM, 270, 180, quality, (half + FILLET_MM, top + FILLET_MM))
        right = np.concatenate([under, over, inside])
    return np.concatenate([_mirrored(right), right])


def _mirrored(ring: Ring) -> Ring:
    """The same on the left, run through the other way."""
    other: Ring = ring[::-1] * np.array([-1.0, 1.0])
    return other


def _arc(
    radius_mm: float,
    start_deg: float,
    end_deg: float,
    quality: Quality,
    centre: tuple[float, float],
) -> Ring:
    """(n, 2): an arc, both ends included."""
    share = abs(end_deg - start_deg) / 360
    count = max(2, math.ceil(share * segments(radius_mm, quality, least=12)))
    turns = np.radians(np.linspace(start_deg, end_deg, count + 1))
    ring: Ring = radius_mm * np.column_stack([np.cos(turns), np.sin(turns)]) + np.array(centre)
    return ring


def _closed_slots(comb: Comb, quality: Quality) -> list[Ring]:
    """Round holes to thread cables through, clockwise; none for open slots."""
    if not comb.closed:
        return []
    ring = circle(comb.radius, segments(comb.radius, quality, least=16))[::-1]
    first = comb.back_mm + comb.radius - comb.high_mm / 2
    rows = [first + row * comb.pitch_mm for row in range(comb.fitting_rows)]
    return [ring + np.array([x, y]) for y in rows for x in comb.places()]


def _panes(comb: Comb, edge: Ring) -> tuple[int, list[int]]:
    """The sides that screws go through, by their first points: below, and above right and left."""
    if comb.base != "screws":
        return 0, []
    after = np.roll(edge, -1, axis=0)
    level = comb.foot_mm - comb.high_mm / 2
    flat = np.all(np.abs(np.stack([edge, after])[:, :, 1] - level) < 1e-9, axis=0)
    return FRONT.find(edge), sorted(np.flatnonzero(flat).tolist(), key=lambda i: -edge[i, 0])


def _screw_holes(
    build: Shell,
    comb: Comb,
    band: Sequence[Loop],
    sides: tuple[int, list[int]],
    quality: Quality,
) -> None:
    """A countersunk hole through each end of the foot, and the panes around them."""
    middle = comb.screw_x_mm
    bore, head = (comb.screw_mm + SCREW_PLAY_MM) / 2, comb.head_mm / 2
    count = segments(head, quality, least=16)
    low = comb.high_mm / 2
    levels = [(bore, low), (bore, low - comb.foot_mm + comb.sink_mm), (head, low - comb.foot_mm)]
    below: list[Loop] = []
    for first, x in zip(sides[1], (middle, -middle), strict=True):
        rings = [circle(radius, count, (x, comb.deep_mm / 2)) for radius, _ in levels]
        loops = [
            (build.add(FRONT.solid(ring, y)), ring)
            for ring, (_, y) in zip(rings, levels, strict=True)
        ]
        build.wall(loops)
        below.append(turned(loops[0]))
        # Seen from behind, x runs the other way, which turns the ring as a hole has to be.
        mouth = loops[2][0], loops[2][1] * [-1, 1]
        build.face([_pane(build, BACK, first, band), mouth], up=True)
    build.face([_pane(build, FRONT, sides[0], band), *below], up=True)


def _pane(build: Shell, side: Side, first: int, band: Sequence[Loop]) -> Loop:
    """The four corners of one side of a wall, counter-clockwise seen from outside."""
    low, high = (loop[0] for loop in band)
    after = (first + 1) % len(low)
    numbers = np.array([low[first], low[after], high[after], high[first]])
    return numbers, side.flat(build.at(numbers))
