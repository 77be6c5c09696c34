"""Bins and baseplates of the Gridfinity system, without a boolean.

All lengths in mm. Source: Gridfinity by Zack Freedman (MIT licence), specification at
gridfinity.xyz/specification, whose profiles gridfinity-rebuilt-openscad (K. Hodson, MIT) lists:

- cells 42 × 42, heights in units of 7; a bin is 0.5 smaller than its cells, corner radius 3.75;
- foot from the bed up: 0.8 out at 45°, 1.8 straight, 2.15 out at 45°: 4.75 high, 2.95 wide;
- baseplate socket: 0.7 at 45°, 1.8 straight, 2.15 at 45°: 4.65 high, 2.85 wide, corner radius 4;
- stacking lip above the height in units: 0.7 at 45°, 1.8 straight, 1.9 at 45°: 4.4 high, 2.6 wide,
  over a support 1.2 straight and then at 45°;
- magnet holes 6.5 across and 2.4 deep for magnets of 6 × 2, 26 apart in each cell; a bin here has
  those at its own four corners, which hold it whichever way it is turned.

The specification's edges end sharp. Here the lip ends 0.6 and the socket's ridge 0.2 lower, flat
enough to be printed: the lip stands 3.8 above the bin, as on the first published bins.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from configurator.geometry.kernel import Ring, circle, rounded_rectangle, segments
from configurator.geometry.lattice import Lattice, Numbers, fill_gaps, inset
from configurator.geometry.mesh import Mesh
from configurator.geometry.shell import Loop, Shell, turned
from configurator.products.base import Quality

CELL_MM, UNIT_MM, GAP_MM = 42.0, 7.0, 0.5
BIN_RADIUS_MM, PLATE_RADIUS_MM = 3.75, 4.0
FOOT = ((0.0, 2.95), (0.8, 2.15), (2.6, 2.15), (4.75, 0.0))
"""(height, inset from the cell's bin) of the foot."""
SOCKET = ((0.0, 2.85), (0.7, 2.15), (2.5, 2.15), (4.45, 0.2))
"""(height, inset from the cell) of the baseplate's socket, its ridge taken off."""
LIP = ((-1.2, 2.6), (0.0, 2.6), (0.7, 1.9), (2.5, 1.9), (3.8, 0.6))
"""(height above the units, inset from the bin's outside) of the stacking lip, its tip taken off."""
FLOOR_MM = 7.0
"""Top of the bin's floor: the first unit is foot."""
MAGNET_MM, MAGNET_DEEP_MM, MAGNET_AT_MM = 6.5, 2.4, 13.0
CORNERS = ((1, 1), (-1, 1), (-1, -1), (1, -1))
PLATE_FLOOR_MM = 3.6
"""Under the sockets of a baseplate with magnets: the holes and 1.2 below them."""
WINDOW_MM = 22.0
"""Across the round window in that floor: it saves a third of it and clears the magnets by 4."""
LEAST_POCKET_MM = 8.0
SHELF_MM, SHELF_EDGE_MM = 12.0, 1.2
"""Depth of the label shelf, for 12 mm tape, and the height of its front edge."""
SCOOP_MM = 12.0


@dataclass(frozen=True)
class Bin:
    """Units (width, depth, height), walls, compartments (columns, rows), and what it has."""

    units: tuple[int, int, int]
    wall_mm: float
    divider_mm: float
    compartments: tuple[int, int]
    scoop: bool
    label: bool
    lip: bool
    magnets: bool

    @property
    def outer(self) -> tuple[float, float, float]:
        """Width, depth and height, lip included."""
        x, y, z = self.units
        lip = LIP[-1][0] if self.lip else 0.0
        return CELL_MM * x - GAP_MM, CELL_MM * y - GAP_MM, UNIT_MM * z + lip

    @property
    def fitting(self) -> tuple[int, int]:
        """Columns and rows of compartments, fewer where they would be too narrow."""
        x, y = (
            min(
                wanted,
                int(
                    (size - 2 * self.wall_mm + self.divider_mm)
                    // (LEAST_POCKET_MM + self.divider_mm)
                ),
            )
            for wanted, size in zip(self.compartments, self.outer, strict=False)
        )
        return x, y

    @property
    def rim_mm(self) -> float:
        """Top of the dividers: where the lip's support begins, or the bin's top."""
        top = UNIT_MM * self.units[2]
        return top + LIP[0][0] - (LIP[0][1] - self.wall_mm) if self.lip else top

    @property
    def pocket(self) -> tuple[float, float]:
        """Width and depth of a compartment."""
        width, depth = (
            (size - 2 * self.wall_mm - (count - 1) * self.divider_mm) / count
            for size, count in zip(self.outer, self.fitting, strict=False)
        )
        return width, depth

    @property
    def pocket_radius(self) -> float:
        """Corner radius of a compartment, about the same centre as the bin's own."""
        return min(BIN_RADIUS_MM - self.wall_mm, 0.45 * min(self.pocket))

    @property
    def shelf_top_mm(self) -> float:
        return self.rim_mm - 0.6

    @property
    def under_shelf_mm(self) -> float:
        """Height at which the shelf's slope meets its front edge."""
        return self.shelf_top_mm - SHELF_EDGE_MM

    @property
    def shelf_mm(self) -> float:
        """Depth of the label shelf as there is room for; 0 for none."""
        if not self.label:
            return 0.0
        depth = min(SHELF_MM, self.under_shelf_mm - FLOOR_MM - 1.0, 0.5 * self.pocket[1])
        return depth if depth >= 4.0 else 0.0

    @property
    def scoop_mm(self) -> float:
        """Radius of the scoop as there is room for; 0 for none."""
        if not self.scoop:
            return 0.0
        radius = min(SCOOP_MM, 0.8 * (self.rim_mm - FLOOR_MM), 0.4 * self.pocket[1])
        return radius if radius >= 2.0 else 0.0


def bin_mesh(bin_: Bin, quality: Quality) -> Mesh:
    """The bin standing on its feet, open upwards."""
    build = Shell()
    x, y, _ = bin_.units
    feet = Lattice(x, y, (CELL_MM, CELL_MM))
    corner = _corner(quality)
    tops = _feet(build, bin_, feet, quality)
    base, outwards = feet.outline(tops, corner)
    fill_gaps(build, feet, base, tops, up=False)
    brim = build.loop(inset(base, outwards, 0.0), bin_.outer[2])
    build.wall([base, brim])
    mouths = _inside(build, bin_, quality)
    build.face([brim, *map(turned, mouths)], up=True)
    return build.mesh()


def _corner(quality: Quality, radius: float = PLATE_RADIUS_MM) -> int:
    """Points of a corner, the same for all rings that are joined."""
    return segments(radius, quality, least=12) // 4 + 1


def _ring(width: float, depth: float, radius: float, quality: Quality) -> Ring:
    return rounded_rectangle(width, depth, radius, 4 * (_corner(quality) - 1))


def _placed(loop: Loop, starts: Numbers, places: Sequence[tuple[float, float]]) -> list[Loop]:
    """A template's ring where each copy has it."""
    numbers, flat = loop
    return [
        (numbers + start, flat + np.array(at)) for start, at in zip(starts, places, strict=True)
    ]


def _feet(build: Shell, bin_: Bin, feet: Lattice, quality: Quality) -> list[Loop]:
    """All feet, open at their tops; those at the bin's corners have the magnets."""
    foot, top = _foot([], quality)
    x, y = (CELL_MM * (units - 1) / 2 for units in bin_.units[:2])
    tops = []
    for at in feet.centres:
        corners = [(a, b) for a, b in CORNERS if bin_.magnets and at == (a * x, b * y)]
        one, ring = _foot(corners, quality) if corners else (foot, top)
        start = build.copies(one, [at])
        tops += _placed(ring, start, [at])
    return tops


def _foot(magnets: Sequence[tuple[int, int]], quality: Quality) -> tuple[Shell, Loop]:
    """One foot, open at its top, with magnet holes in those corners; its top ring."""
    one = Shell()
    size = CELL_MM - GAP_MM
    rings = [
        one.loop(_ring(size - 2 * by, size - 2 * by, BIN_RADIUS_MM - by, quality), z)
        for z, by in FOOT
    ]
    one.wall(rings)
    holes = _magnet_holes(one, magnets, (0.0, MAGNET_DEEP_MM), quality)
    one.face([rings[0], *map(turned, holes)], up=False)
    return one, rings[-1]


def _magnet_holes(
    build: Shell, corners: Sequence[tuple[int, int]], z: tuple[float, float], quality: Quality
) -> list[Loop]:
    """Blind holes in corners of a cell, from a height to another; their mouths."""
    mouth_mm, end_mm = z
    ring = circle(MAGNET_MM / 2, segments(MAGNET_MM / 2, quality, least=16))
    mouths = []
    for x, y in corners:
        at = ring + np.array([x, y]) * MAGNET_AT_MM
        mouth, end = build.loop(at, mouth_mm), build.loop(at, end_mm)
        upwards = end_mm > mouth_mm
        build.wall([end, mouth] if upwards else [mouth, end])
        build.face([end], up=not upwards)
        mouths.append(mouth)
    return mouths


def _inside(build: Shell, bin_: Bin, quality: Quality) -> list[Loop]:
    """Compartments and what is above them; the rings in which they meet the bin's top."""
    width, depth = bin_.pocket
    columns, rows = bin_.fitting
    lattice = Lattice(columns, rows, (width + bin_.divider_mm, depth + bin_.divider_mm))
    pocket, top = _pocket(bin_, quality)
    tops = _placed(top, build.copies(pocket, lattice.centres), lattice.centres)
    if not bin_.lip:
        return tops
    rim, outwards = lattice.outline(tops, _corner(quality, bin_.pocket_radius))
    fill_gaps(build, lattice, rim, tops, up=True)
    units = UNIT_MM * bin_.units[2]
    levels = [build.loop(inset(rim, outwards, by - bin_.wall_mm), units + z) for z, by in LIP]
    build.wall([*levels[::-1], rim])
    return [levels[-1]]


def _pocket(bin_: Bin, quality: Quality) -> tuple[Shell, Loop]:
    """One compartment from its floor up: scoop in front, label shelf at the back; its top ring."""
    one = Shell()
    heights = _levels(bin_, quality)
    levels = [one.loop(_section(bin_, z, quality), z) for z in heights]
    one.wall(levels[::-1])
    one.face([levels[0]], up=True)
    last = _shelf_top(one, bin_, levels[-1], quality) if bin_.shelf_mm else levels[-1]
    high = one.loop(last[1], bin_.rim_mm)
    one.wall([high, last])
    return one, high


def _levels(bin_: Bin, quality: Quality) -> list[float]:
    """Heights at which a compartment's wall bends: floor, scoop's arc, shelf's slope and face."""
    scoop, shelf = bin_.scoop_mm, bin_.shelf_mm
    bends = [FLOOR_MM]
    if shelf:
        bends += [bin_.under_shelf_mm - shelf, bin_.under_shelf_mm, bin_.shelf_top_mm]
    if scoop:
        count = segments(scoop, "draft", least=16) // 4  # nothing has to fit it
        turns = np.linspace(0, math.pi / 2, count + 1)[1:]
        arc = (FLOOR_MM + scoop * (1 - np.cos(turns))).tolist()
        bends += [z for z in arc if min(abs(z - bend) for bend in bends) > 0.03]
    return sorted(bends)


def _section(bin_: Bin, z: float, quality: Quality) -> Ring:
    """A compartment cut at a height: its front and back come in where scoop and shelf are."""
    width, depth = bin_.pocket
    radius = bin_.pocket_radius
    around = 4 * (_corner(quality, radius) - 1)
    scoop, shelf = bin_.scoop_mm, bin_.shelf_mm
    rise = z - FLOOR_MM
    front = scoop - math.sqrt(max(0.0, scoop**2 - (scoop - rise) ** 2)) if rise < scoop else 0.0
    back = min(max(z - (bin_.under_shelf_mm - shelf), 0.0), shelf)
    left = depth - front - back
    ring = rounded_rectangle(width, left, min(radius, 0.45 * left), around)
    moved: Ring = ring + np.array([0.0, (front - back) / 2])
    return moved


def _shelf_top(one: Shell, bin_: Bin, edge: Loop, quality: Quality) -> Loop:
    """The label shelf's face; gives the ring on which the walls go on, the shelf's ends in it."""
    width, depth = bin_.pocket
    radius = bin_.pocket_radius
    corner = _corner(quality, radius)
    whole = rounded_rectangle(width, depth, radius, 4 * (corner - 1))[: 2 * corner]
    back = one.loop(whole, bin_.shelf_top_mm)
    numbers, flat = edge
    shelf = numbers[: 2 * corner], flat[: 2 * corner]
    one.face(
        [(np.concatenate([back[0], shelf[0][::-1]]), np.concatenate([back[1], shelf[1][::-1]]))],
        up=True,
    )
    left, right = 2 * corner - 1, 0
    order = [numbers[left : left + 1], numbers[2 * corner :], numbers[right : right + 1]]
    places = [flat[left : left + 1], flat[2 * corner :], flat[right : right + 1]]
    return np.concatenate([back[0], *order]), np.concatenate([back[1], *places])


def baseplate_mesh(units: tuple[int, int], magnets: bool, quality: Quality) -> Mesh:
    """The baseplate with its sockets up; open below, or on a floor that holds magnets."""
    build = Shell()
    x, y = units
    lattice = Lattice(x, y, (CELL_MM, CELL_MM))
    floor = PLATE_FLOOR_MM if magnets else 0.0
    edge = _ring(CELL_MM * x, CELL_MM * y, PLATE_RADIUS_MM, quality)
    low, high = build.loop(edge, 0.0), build.loop(edge, floor + SOCKET[-1][0])
    build.wall([low, high])
    socket, bottom, top = _socket(floor, quality)
    starts = build.copies(socket, lattice.centres)
    build.face([low, *map(turned, _placed(bottom, starts, lattice.centres))], up=False)
    build.face([high, *map(turned, _placed(top, starts, lattice.centres))], up=True)
    return build.mesh()


def _socket(floor: float, quality: Quality) -> tuple[Shell, Loop, Loop]:
    """One socket; its rings in the plate's underside and in its top."""
    one = Shell()
    rings = [
        one.loop(
            _ring(CELL_MM - 2 * by, CELL_MM - 2 * by, PLATE_RADIUS_MM - by, quality), floor + z
        )
        for z, by in SOCKET
    ]
    one.wall(rings[::-1])
    if floor == 0:
        return one, rings[0], rings[-1]
    holes = _magnet_holes(one, CORNERS, (floor, floor - MAGNET_DEEP_MM), quality)
    ring = circle(WINDOW_MM / 2, segments(WINDOW_MM / 2, quality, least=24))
    window, under = one.loop(ring, floor), one.loop(ring, 0.0)
    one.wall([window, under])
    one.face([rings[0], turned(window), *map(turned, holes)], up=True)
    return one, under, rings[-1]
