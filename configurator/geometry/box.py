"""A box with a lid: walls, screw posts, vents and a cable hole.

The body is raised level by level, the openings of its sides are framed in, and the lid is a
plate with a lip: no boolean, so it keeps up with a slider.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import manifold3d as m3
import numpy as np

from configurator.geometry.kernel import (
    Ring,
    circle,
    rounded_rectangle,
    segments,
)
from configurator.geometry.mesh import Mesh
from configurator.geometry.outlines import area_mm2, shifted
from configurator.geometry.plaque import Hole, Plaque, plaque
from configurator.geometry.sheet import Outline
from configurator.geometry.shell import Loop, Shell, turned
from configurator.geometry.windows import BACK, FRONT, RIGHT, Wall, walls_with_windows
from configurator.products.base import Quality

CELL_MM, CELL_PITCH_MM = 4.0, 5.6
"""Honeycomb: 1.6 mm stay between two cells."""
LIP_MM = 3.0
LIP_WALL_MM = 1.6
CLEARANCE_MM = 0.2
"""Between lip and wall: a slip fit for parts 0.1–0.3 mm over size. Source: printpal.io guide."""
SLOT_MM = 2.0
PITCH_MM = 4.4
CUT_LID_MM = 3.0
CUT_PITCH_MM = 5.0
CUT_CELL_PITCH_MM = 7.0
"""Between vents of a cut lid: 3 mm of sheet stay, where acrylic and plywood of 3 mm need 2.4."""


@dataclass(frozen=True)
class Screw:
    """A screw into plastic: hole in the post, hole in the lid, post and countersink, mm."""

    pilot_mm: float
    through_mm: float
    post_mm: float
    sink_mm: float


SCREWS: dict[str, Screw] = {
    "m2_5": Screw(pilot_mm=2.1, through_mm=2.8, post_mm=6.0, sink_mm=1.0),
    "m3": Screw(pilot_mm=2.5, through_mm=3.4, post_mm=7.0, sink_mm=1.2),
}
"""Pilot about 0.83 of the thread, as for self-cutting screws; holes after ISO 273, medium."""


@dataclass(frozen=True)
class Box:
    """Inside sizes and wall in mm; ``cable_mm`` is 0 for no hole."""

    width_mm: float
    depth_mm: float
    height_mm: float
    wall_mm: float
    corner_mm: float
    screw: Screw | None
    lid_vents: str
    side_vents: bool
    cable_mm: float

    @property
    def outer(self) -> tuple[float, float, float]:
        """Width, depth and height of the body."""
        walls = 2 * self.wall_mm
        return self.width_mm + walls, self.depth_mm + walls, self.height_mm + self.floor_mm

    @property
    def floor_mm(self) -> float:
        """The floor is never thinner than 1.2 mm: six layers close it."""
        return max(self.wall_mm, 1.2)

    @property
    def lid_mm(self) -> float:
        """Thickness of the lid's plate, enough for its countersinks."""
        return max(self.wall_mm, 2.0)

    @property
    def inner_corner_mm(self) -> float:
        return max(self.corner_mm - self.wall_mm, 0.6)

    def posts(self) -> list[tuple[float, float]]:
        """Centres of the screw posts, grown a little into the walls."""
        if self.screw is None:
            return []
        radius, corner = self.screw.post_mm / 2, self.inner_corner_mm
        bite = min(0.6, self.wall_mm / 2)
        if corner > radius:
            inset = corner - (corner - radius + bite) / math.sqrt(2)
        else:
            inset = radius - bite
        x, y = self.width_mm / 2 - inset, self.depth_mm / 2 - inset
        return [(x, y), (-x, y), (-x, -y), (x, -y)]

    def corner_zone_mm(self) -> float:
        """How far from an inside corner along a wall nothing may pierce it."""
        if self.screw is None:
            return self.inner_corner_mm + 1.0
        x, _ = self.posts()[0]
        return max(self.width_mm / 2 - x + self.screw.post_mm / 2, self.inner_corner_mm) + 1.0

    def cable_fits_mm(self) -> float:
        """The widest cable hole, up to the one asked for, that leaves the end wall whole."""
        room = min(self.height_mm - LIP_MM - 2.0, self.depth_mm - 2 * self.corner_zone_mm())
        fits = min(self.cable_mm, room)
        return fits if fits >= 1.0 else 0.0


def _edge(box: Box, quality: Quality) -> Ring:
    width, depth, _ = box.outer
    radius = max(box.corner_mm, 1.2)
    return rounded_rectangle(width, depth, radius, segments(radius, quality, least=16))


def body(box: Box, quality: Quality) -> Mesh:
    """The box without its lid, open upwards."""
    build = Shell()
    edge, top_mm = _edge(box, quality), box.outer[2]
    foot, low = build.loop(shifted(edge, 0.7), 0.0), build.loop(edge, 0.7)
    high, brim = build.loop(edge, top_mm - 0.3), build.loop(shifted(edge, 0.3), top_mm)
    cavity = _cavity(box, quality)
    mouth, floor = build.loop(cavity, top_mm), build.loop(cavity, box.floor_mm)
    slots, cable = _side_slots(box), _cable(box, quality)
    windows = [(FRONT, slots), (BACK, slots), (RIGHT, cable)]
    build.wall([foot, low])
    walls_with_windows(build, Wall(low, high), Wall(floor, mouth), windows)
    build.wall([high, brim])
    build.face([foot], up=False)
    build.face([floor], up=True)
    pilots = [_pilot(build, box, centre, quality) for centre in box.posts()]
    build.face([brim, turned(mouth), *map(turned, pilots)], up=True)
    return build.mesh()


def _pilot(build: Shell, box: Box, centre: tuple[float, float], quality: Quality) -> Loop:
    """A blind hole down a post to the floor; gives its mouth."""
    assert box.screw is not None
    radius = box.screw.pilot_mm / 2
    ring = circle(radius, segments(radius, quality, least=16), centre)
    top_mm = box.outer[2]
    mouth = build.loop(shifted(ring, -0.3), top_mm)
    rings = [mouth, build.loop(ring, top_mm - 0.3), build.loop(ring, box.floor_mm)]
    build.wall(rings)
    build.face([rings[-1]], up=True)
    return mouth


def _cavity(box: Box, quality: Quality) -> Ring:
    """The inside seen from above: a rounded rectangle less the posts."""
    radius = box.inner_corner_mm
    count = segments(radius, quality, least=12)
    inside = rounded_rectangle(box.width_mm, box.depth_mm, radius, count)
    if box.screw is None:
        return inside
    section = m3.CrossSection([inside]) - _post_section(box, 0.0, quality)
    rings = [np.asarray(ring) for ring in section.simplify(1e-3).to_polygons()]
    return max(rings, key=area_mm2)


def _post_section(box: Box, wider_mm: float, quality: Quality) -> m3.CrossSection:
    """The posts as circles, each joined to its corner so that no sliver is left behind it."""
    assert box.screw is not None
    radius = box.screw.post_mm / 2 + wider_mm
    count = segments(radius, quality, least=20)
    shapes = []
    for x, y in box.posts():
        corner = (math.copysign(box.width_mm, x) / 2, math.copysign(box.depth_mm, y) / 2)
        outwards = np.array([circle(radius, count, (x, y))]).reshape(-1, 2)
        post = m3.CrossSection([outwards])
        block = m3.CrossSection.hull_points(
            np.array([(x, y), (corner[0], y), corner, (x, corner[1])])
        )
        shapes.append(post + block)
    return m3.CrossSection.batch_boolean(shapes, m3.OpType.Add)


def _slot_places(length_mm: float, pitch_mm: float = PITCH_MM) -> Sequence[float]:
    """Centres of as many slots as a length takes, about its middle."""
    count = int((length_mm - SLOT_MM) // pitch_mm) + 1 if length_mm > SLOT_MM else 0
    return [(index - (count - 1) / 2) * pitch_mm for index in range(count)]


def _side_slots(box: Box) -> list[Ring]:
    """Upright slots of front and back, (along, height), with roofs that need no support."""
    low, high = box.floor_mm + 0.18 * box.height_mm, box.floor_mm + 0.78 * box.height_mm
    if not box.side_vents or high - low < 2 * SLOT_MM:
        return []
    half, eaves = SLOT_MM / 2, high - SLOT_MM / 2
    slot = np.array([(-half, low), (half, low), (half, eaves), (0, high), (-half, eaves)])
    room = box.width_mm - 2 * box.corner_zone_mm()
    return [slot + np.array([x, 0.0]) for x in _slot_places(room)]


def _cable(box: Box, quality: Quality) -> list[Ring]:
    """A round hole in the right-hand end, (along, height), below the lid's lip."""
    diameter = box.cable_fits_mm()
    if diameter == 0:
        return []
    middle = box.floor_mm + (box.height_mm - LIP_MM) / 2
    return [circle(diameter / 2, segments(diameter / 2, quality, least=16), (0.0, middle))]


def lid(box: Box, quality: Quality) -> Mesh:
    """The lid lying on its outside, lip up."""
    holes = [*_screw_holes(box, quality), *_lid_vents(box, quality)]
    return plaque(
        Plaque(
            edge=_edge(box, quality),
            holes=holes,
            letters=_lip(box, quality),
            thickness_mm=box.lid_mm,
            relief_mm=LIP_MM,
            chamfer_mm=0.9,
            fillet_mm=0.3,
        )
    )


def cut_lid(box: Box, quality: Quality) -> Outline:
    """The lid as a sheet: the box's outline, its screw holes and vents, and no lip."""
    holes: list[Ring] = []
    if box.screw is not None:
        radius = box.screw.through_mm / 2
        count = segments(radius, quality, least=20)
        holes += [circle(radius, count, centre) for centre in box.posts()]
    for hole in _lid_vents(box, quality, CUT_PITCH_MM, CUT_CELL_PITCH_MM):
        holes += [hole.ring + np.asarray(place) for place in hole.at]
    return Outline((_edge(box, quality), *(ring[::-1].copy() for ring in holes)), CUT_LID_MM)


def _screw_holes(box: Box, quality: Quality) -> list[Hole]:
    if box.screw is None:
        return []
    radius = box.screw.through_mm / 2
    count = segments(radius, quality, least=20)
    return [Hole(circle(radius, count), box.posts(), box.screw.sink_mm, 0.2)]


def _lip(box: Box, quality: Quality) -> list[Ring]:
    """What reaches into the box: a ring along the walls, cut away around the posts."""
    radius = box.inner_corner_mm
    count = segments(radius, quality, least=12)
    gap, wall = 2 * CLEARANCE_MM, 2 * LIP_WALL_MM
    width, depth = box.width_mm - gap, box.depth_mm - gap
    outside = rounded_rectangle(width, depth, max(radius - CLEARANCE_MM, 0.4), count)
    inside = rounded_rectangle(width - wall, depth - wall, max(radius - LIP_WALL_MM, 0.4), count)
    section = m3.CrossSection([outside]) - m3.CrossSection([inside])
    if box.screw is not None:
        section = section - _post_section(box, 0.6, quality)
    rings = [np.asarray(ring) for ring in section.simplify(1e-3).to_polygons()]
    return [ring for ring in rings if abs(area_mm2(ring)) > 1.0]


def _lid_vents(
    box: Box, quality: Quality, pitch_mm: float = PITCH_MM, cell_pitch_mm: float = CELL_PITCH_MM
) -> list[Hole]:
    """Slots or a honeycomb in the middle of the lid, clear of lip and posts."""
    clear = 2 * (CLEARANCE_MM + LIP_WALL_MM + 2.0)
    if box.screw is not None:
        clear = max(clear, 2 * box.corner_zone_mm())
    width, depth = box.width_mm - clear, box.depth_mm - clear
    if box.lid_vents == "slots":
        return _lid_slots(width, min(depth, 40.0), quality, pitch_mm)
    if box.lid_vents == "honeycomb":
        return _honeycomb(min(width, 60.0), min(depth, 60.0), cell_pitch_mm)
    return []


def _lid_slots(width_mm: float, depth_mm: float, quality: Quality, pitch_mm: float) -> list[Hole]:
    if depth_mm < 2 * SLOT_MM:
        return []
    count = segments(SLOT_MM / 2, quality, least=12)
    slot = rounded_rectangle(SLOT_MM, depth_mm, SLOT_MM / 2 - 1e-3, count)
    places = [(x, 0.0) for x in _slot_places(min(width_mm, 70.0), pitch_mm)]
    return [Hole(slot, places, 0.3, 0.2)]


def _honeycomb(width_mm: float, depth_mm: float, pitch: float) -> list[Hole]:
    """Hexagons 4 mm across, ``pitch`` from middle to middle, those that lie in an oval."""
    cell = CELL_MM
    if min(width_mm, depth_mm) < 2 * cell:
        return []
    ring = circle(cell / math.sqrt(3), 6) @ np.array([[0.0, 1.0], [-1.0, 0.0]])
    row, column = np.meshgrid(np.arange(-12, 13), np.arange(-12, 13), indexing="ij")
    x, y = (column + (row % 2) / 2) * pitch, row * pitch * math.sqrt(3) / 2
    inside = (2 * x / (width_mm - cell)) ** 2 + (2 * y / (depth_mm - cell)) ** 2 <= 1
    places = [(float(a), float(b)) for a, b in zip(x[inside], y[inside], strict=True)]
    return [Hole(ring, places, 0.3, 0.2)]
