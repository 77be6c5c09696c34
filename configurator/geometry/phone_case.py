"""Phone cases: a tray with a lip that snaps over the screen's edge, lofted without a boolean.

Lengths in mm. The case stands on its back, the top of the phone towards +y, its screen up. All
rings have the same points: four round corners and, on the sides, the two ends of each opening.
Openings run up to the rim, so nothing spans them and they need no support; above their sill
the panes between their ends are left out, and floors and ends close the gap. The lip leans in
by as much as it rises, 45°.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise

import manifold3d as m3
import numpy as np
import numpy.typing as npt

from configurator.geometry.kernel import Ring, at_height, bands, circle, rounded_rectangle, segments
from configurator.geometry.mesh import Floats, Mesh
from configurator.geometry.outlines import area_mm2, shifted
from configurator.geometry.shell import Loop, Shell, turned
from configurator.products.base import Quality
from configurator.products.phones import Phone

Mask = npt.NDArray[np.bool_]

ABOVE_MM = 0.15
"""Between the screen and the lip."""
SILL_MM = 0.5
"""Openings begin so far above the back: plugs are nearly as thick as phones."""
FLARE = 0.4
"""Openings widen by so much per mm of height, at each end."""
RIM_MM = 0.4
"""Chamfer of the rim's outer edge."""
TOP_SHARE = 0.5
"""Of the phone's width, the opening at the top."""
KEEP_MM = 0.8
"""Of the back, at least, between a camera window and the wall."""
WINDOW_CUT_MM = 0.4
BORDER_MM, RIB_MM = 4.0, 2.0
"""Of a pattern: the plain border, and the least width between two holes."""


@dataclass(frozen=True)
class Case:
    """``pattern`` is plain, honeycomb or stripes; ``hold_mm`` the lip's reach over the phone."""

    phone: Phone
    wall_mm: float
    clearance_mm: float
    lip_mm: float
    hold_mm: float
    pattern: str
    cell_mm: float
    camera_mm: float
    port_mm: float
    top: bool

    @property
    def size_mm(self) -> tuple[float, float, float]:
        around = 2 * (self.clearance_mm + self.wall_mm)
        return self.phone.width_mm + around, self.phone.height_mm + around, self.high_mm

    @property
    def screen_mm(self) -> float:
        """Height of the screen above the bed; the back is as thick as the walls."""
        return self.wall_mm + self.phone.thickness_mm

    @property
    def high_mm(self) -> float:
        return self.screen_mm + self.lip_mm

    @property
    def sill_mm(self) -> float:
        return self.wall_mm + SILL_MM

    @property
    def lean_mm(self) -> float:
        """How far the lip leans in from the wall, where it is high enough for that."""
        return min(self.clearance_mm + self.hold_mm, self.lip_mm - ABOVE_MM - 0.2)

    @property
    def fitting_hold_mm(self) -> float:
        """Overlap of the lip over the phone, as it comes out."""
        return self.lean_mm - self.clearance_mm

    @property
    def foot_mm(self) -> float:
        """Width of the round lower edge; the corner behind it stays as thick as the wall."""
        return 0.55 * self.wall_mm

    @property
    def port_room_mm(self) -> float:
        """The widest opening that the straight part of the lower edge takes."""
        return 2 * (self._straight(self.phone.width_mm) - self._flare_mm)

    @property
    def fitting_port_mm(self) -> float:
        return min(self.port_mm, self.port_room_mm)

    @property
    def _flare_mm(self) -> float:
        return FLARE * (self.high_mm - self.sill_mm)

    def _straight(self, length_mm: float) -> float:
        """From the middle of a side to just before its corner."""
        return length_mm / 2 - self.phone.corner_mm - 0.5

    @cached_property
    def openings(self) -> dict[str, tuple[float, float]]:
        """Side → from where to where at the sill, along +x or +y, about the middle."""
        port = self.fitting_port_mm / 2
        found = {"bottom": (-port, port)}
        if self.top:
            room = self._straight(self.phone.width_mm) - self._flare_mm
            half = min(TOP_SHARE * self.phone.width_mm / 2, room)
            found["top"] = (-half, half)
        room = self._straight(self.phone.height_mm) - self._flare_mm
        for side, span in (("left", self.phone.left), ("right", self.phone.right)):
            if span is not None:
                low, high = (self.phone.height_mm / 2 - below for below in span[::-1])
                found[side] = (max(low, -room), min(high, room))
        return found

    def radius_mm(self, out_mm: float) -> float:
        """Corner of a ring so far outside the phone."""
        return self.phone.corner_mm + out_mm


def case_mesh(case: Case, quality: Quality) -> Mesh:
    """The case, standing on its back about the z axis."""
    build = Shell()
    cavity, around = case.clearance_mm, case.clearance_mm + case.wall_mm
    lip_mm = case.screen_mm + ABOVE_MM
    inside = cavity - case.lean_mm
    outer = _loops(
        build,
        case,
        [
            (around - case.foot_mm, 0.0),
            (around - 0.3 * case.foot_mm, 0.7 * case.foot_mm),
            (around, 1.5 * case.foot_mm),
            (around, case.sill_mm),
            (around, case.high_mm - RIM_MM),
            (around - RIM_MM, case.high_mm),
        ],
        quality,
    )
    inner = _loops(
        build,
        case,
        [
            (inside, case.high_mm),
            (inside, lip_mm + case.lean_mm),
            (cavity, lip_mm),
            (cavity, case.sill_mm),
            (cavity, case.wall_mm),
        ],
        quality,
    )
    gaps = _gaps(case, quality)
    build.wall(outer[:4])
    for pair in pairwise([*outer[3:], *inner[:4]]):
        build.wall(pair, without=gaps)
    build.wall(inner[3:])
    for gap in gaps:
        _opening(build, outer[3:], inner[:4], gap)
    _back(build, case, outer[0], inner[-1], quality)
    return build.mesh()


def _loops(
    build: Shell, case: Case, levels: Sequence[tuple[float, float]], quality: Quality
) -> list[Loop]:
    """Rings so far outside the phone, at heights."""
    return [build.loop(ring_at(case, out_mm, z_mm, quality), z_mm) for out_mm, z_mm in levels]


def ring_at(case: Case, out_mm: float, z_mm: float, quality: Quality) -> Ring:
    """(n, 2): the outline so far outside the phone, with the openings' ends at a height."""
    width, depth = case.phone.width_mm + 2 * out_mm, case.phone.height_mm + 2 * out_mm
    corner = _corner_points(case, quality)
    round_ = rounded_rectangle(width, depth, case.radius_mm(out_mm), 4 * (corner - 1))
    wider = FLARE * max(0.0, z_mm - case.sill_mm)
    pieces = []
    # After each corner comes a side: after the back right one the top, and so on round.
    for index, side in enumerate(("top", "left", "bottom", "right")):
        pieces.append(round_[index * corner : (index + 1) * corner])
        if side in case.openings:
            low, high = case.openings[side]
            ends = np.array([low - wider, high + wider])
            fixed = {"top": depth, "left": -width, "bottom": -depth, "right": width}[side] / 2
            across = np.full(2, fixed)
            points = [ends, across] if side in {"top", "bottom"} else [across, ends]
            line = np.column_stack(points)
            pieces.append(line if side in {"bottom", "right"} else line[::-1])
    ring: Ring = np.concatenate(pieces)
    return ring


def _corner_points(case: Case, quality: Quality) -> int:
    radius = case.radius_mm(case.clearance_mm + case.wall_mm)
    return segments(radius, quality, least=16) // 4 + 1


def _gaps(case: Case, quality: Quality) -> list[int]:
    """The sides of a ring that are openings, by their first points."""
    corner, first, found = _corner_points(case, quality), 0, []
    for side in ("top", "left", "bottom", "right"):
        first += corner
        if side in case.openings:
            found.append(first)
            first += 2
    return found


def _opening(build: Shell, outer: Sequence[Loop], inner: Sequence[Loop], first: int) -> None:
    """The sill of an opening and its two ends, which are planes."""
    count = len(outer[0][0])
    sill = np.concatenate([outer[0][0], inner[-1][0]])
    build.faces.append(sill[bands(2, count)[2 * first : 2 * first + 2]])
    rim = [*outer, *inner]
    for point, up in ((first, False), (first + 1, True)):
        numbers = np.array([loop[0][point] for loop in rim])
        build.face([(numbers, _upright(build.at(numbers)))], up=up)


def _upright(points: Floats) -> Ring:
    """(n, 2): distance from the axis of the side, and height, of an end's points."""
    # An end is a plane across the wall: it leans along the side as it rises, never across it. Seen
    # along the side it has its full area, and none when seen across.
    seen = [np.column_stack([np.abs(points[:, axis]), points[:, 2]]) for axis in (0, 1)]
    return max(seen, key=lambda ring: abs(area_mm2(ring)))


def _back(build: Shell, case: Case, under: Loop, floor: Loop, quality: Quality) -> None:
    """The two faces of the back, with camera window and pattern through both."""
    window = camera_window(case, quality)
    holes = [(window, shifted(window, -WINDOW_CUT_MM))]
    holes += [(ring, shifted(ring, -0.3)) for ring in pattern(case, window, quality)]
    tops, bottoms = [], []
    for ring, wide in holes:
        cut = WINDOW_CUT_MM if ring is window else 0.3
        loops = [
            build.add(at_height(ring, case.wall_mm)),
            build.add(at_height(ring, cut)),
            build.add(at_height(wide, 0.0)),
        ]
        build.wall([(loops[0], ring), (loops[1], ring), (loops[2], wide)])
        tops.append(turned((loops[0], ring)))
        bottoms.append(turned((loops[2], wide)))
    build.face([under, *bottoms], up=False)
    build.face([floor, *tops], up=True)


def camera_window(case: Case, quality: Quality) -> Ring:
    """(n, 2): the window in the back, counter-clockwise, kept inside the walls."""
    phone, margin = case.phone, case.camera_mm
    edge, below, width, depth = phone.camera
    radius = 7.0
    count = segments(radius, quality, least=16)
    ring = rounded_rectangle(width + 2 * margin, depth + 2 * margin, radius, count)
    centre = [phone.width_mm / 2 - edge - width / 2, phone.height_mm / 2 - below - depth / 2]
    out = case.clearance_mm - KEEP_MM
    wide, high = phone.width_mm + 2 * out, phone.height_mm + 2 * out
    inside = rounded_rectangle(wide, high, case.radius_mm(out), count)
    both = m3.CrossSection([ring + np.array(centre)]) ^ m3.CrossSection([inside])
    # Where the two outlines cross there are corners: they are rounded like the rest.
    soft = both.offset(-2.5, m3.JoinType.Round, 2, count).offset(2.5, m3.JoinType.Round, 2, count)
    rings = [np.asarray(one) for one in soft.simplify(0.02).to_polygons()]
    return max(rings, key=area_mm2)


def pattern(case: Case, window: Ring, quality: Quality) -> list[Ring]:
    """Holes of the back, counter-clockwise, clear of its border and of the camera window."""
    if case.pattern == "honeycomb":
        return _honeycomb(case, window)
    if case.pattern == "stripes":
        return _chevrons(case, window, quality)
    return []


def _free(case: Case, points: Floats, window: Ring, reach_mm: float) -> Mask:
    """Which of points (…, 2) are so far from the border and the window."""
    half = np.array([case.phone.width_mm, case.phone.height_mm]) / 2 - BORDER_MM
    border = _distance(points, half, max(case.phone.corner_mm - BORDER_MM, 0.5))
    low, high = window.min(axis=0), window.max(axis=0)
    camera = _distance(points - (low + high) / 2, (high - low) / 2, 0.0)
    free: Mask = (border <= 1e-6 - reach_mm) & (camera >= reach_mm + RIB_MM)
    return free


def _distance(points: Floats, half: Floats, corner_mm: float) -> Floats:
    """(…): signed distance to a rounded rectangle about the origin, negative inside it."""
    beyond = np.abs(points) - (half - corner_mm)
    outside = np.linalg.norm(np.maximum(beyond, 0.0), axis=-1)
    distance: Floats = outside + np.minimum(beyond.max(axis=-1), 0.0) - corner_mm
    return distance


def _honeycomb(case: Case, window: Ring) -> list[Ring]:
    """Hexagons about ``cell_mm`` across their flats, so many that they fill the width."""
    wide, high = case.phone.width_mm - 2 * BORDER_MM, case.phone.height_mm - 2 * BORDER_MM
    columns = round((wide + RIB_MM) / (case.cell_mm + RIB_MM))
    pitch = (wide + RIB_MM) / columns
    reach = (pitch - RIB_MM) / math.sqrt(3)
    rows = int((high - 2 * reach) / (pitch * math.sqrt(3) / 2)) + 1
    row, column = np.indices((rows, columns))
    x = (column - (columns - 1) / 2 + (row % 2) / 2) * pitch
    y = (row - (rows - 1) / 2) * pitch * math.sqrt(3) / 2
    cell = circle(reach, 6) @ np.array([[0.0, 1.0], [-1.0, 0.0]])
    cells = np.stack([x.ravel(), y.ravel()], axis=1)[:, None] + cell
    middles = (cells + np.roll(cells, 1, axis=1)) / 2
    free = _free(case, np.concatenate([cells, middles], axis=1), window, 0.0).all(axis=1)
    return list(cells[free])


def _chevrons(case: Case, window: Ring, quality: Quality) -> list[Ring]:
    """Slanting slots on either side of a spine, cut off where they would meet something."""
    slot, lean = 0.45 * case.cell_mm, math.radians(35)
    pitch = (slot + max(RIB_MM, 0.35 * case.cell_mm)) / math.cos(lean)
    half, far = case.phone.height_mm / 2, case.phone.width_mm / 2
    along = np.arange(0.0, far / math.cos(lean), 0.25)
    way = along[:, None] * np.array([math.cos(lean), math.sin(lean)])
    count = segments(slot / 2, quality, least=12)
    found = []
    for start in np.arange(-half - far, half, pitch):
        for side in (1.0, -1.0):
            points = (np.array([(RIB_MM + slot) / 2, start]) + way) * np.array([side, 1.0])
            for near, end in _runs(_free(case, points, window, slot / 2)):
                if along[end] - along[near] > 1.2 * slot:
                    found.append(_pill(points[near], points[end], slot / 2, count))
    return found


def _runs(free: Mask) -> Iterator[tuple[int, int]]:
    """First and last index of each stretch of True."""
    steps = np.diff(np.concatenate([[0], free.astype(np.int8), [0]]))
    return zip(np.flatnonzero(steps > 0), np.flatnonzero(steps < 0) - 1, strict=True)


def _pill(start: Floats, end: Floats, radius_mm: float, count: int) -> Ring:
    """(count + 2, 2): a slot with round ends between two points, counter-clockwise."""
    ahead = math.atan2(*(end - start)[::-1])
    turns = ahead + np.linspace(-math.pi / 2, math.pi / 2, count // 2 + 1)
    arc = radius_mm * np.column_stack([np.cos(turns), np.sin(turns)])
    ring: Ring = np.concatenate([end + arc, start - arc])
    return ring
