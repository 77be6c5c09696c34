"""From outlines to GRBL: parts nested on a sheet, cut along their waste side, and read back.

The kerf is compensated here and nowhere else: an outline says how large the part is to be, only
the plan knows how wide the beam is. Each contour's path is the outline moved by half the kerf to
the waste, which is outwards for an edge and inwards for a hole.
"""

from __future__ import annotations

import hashlib
import math
from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray
from shapely.geometry import Polygon
from shapely.geometry.polygon import orient

from edge.protocol import Bed, LaserProfile
from manufacturing.planning.failures import SliceFailed
from manufacturing.planning.gcode import Box, ProgramFacts, read_program
from manufacturing.planning.lasers import (
    CUT_SHARE,
    ENGRAVE_MM_S,
    ENGRAVE_SHARE,
    FULL_POWER_S,
    speed_mm_s,
)
from manufacturing.planning.plate import shelves

SHEET_MARGIN_MM = 5.0
"""From the edge of the sheet, which is never quite square, to the first part."""
SHEET_GAP_MM = 4.0
"""Between parts: room for both kerfs, and a web that holds the sheet together."""
USED_SHARE = 0.85
"""Of a sheet that is paid for, what shelves of parts fill on average; the rest is waste."""
CONTOUR_S = 0.5
"""Way to the next contour, on and off; mean of the two families' programs."""

Ring = NDArray[np.float64]


@dataclass(frozen=True)
class SheetPart:
    """A part to be cut ``copies`` times; lines (n, 2) as an ``Outline`` of the configurator."""

    name: str
    rings: tuple[Ring, ...] = field(repr=False)
    engraved: tuple[Ring, ...] = field(default=(), repr=False)
    seams: tuple[Ring, ...] = field(default=(), repr=False)
    copies: int = 1

    @property
    def size_mm(self) -> tuple[float, float]:
        wide, deep = np.ptp(self.rings[0], axis=0).tolist()
        return wide, deep


@dataclass(frozen=True)
class CutPlan:
    """A program for one sheet.

    Attributes:
        seconds: read back from the program, with the profile's start.
        grams: of the sheet that it takes, waste included.
        layers: how many contours are cut.
        bounds: the box of all that the beam touches.
    """

    gcode: bytes = field(repr=False)
    sha256: str
    seconds: float
    grams: float
    layers: int
    bounds: Box
    facts: ProgramFacts = field(repr=False)


@dataclass(frozen=True)
class Sheet:
    """What lies on the bed: thickness and kerf in mm, density in g/cm³."""

    material: str
    thickness_mm: float
    kerf_mm: float
    density_g_cm3: float


def sheet_area_mm2(sizes_mm: Sequence[Sequence[float]]) -> float:
    """How much sheet some parts take, with what is left between and around them.

    >>> round(sheet_area_mm2([(96, 46)]))  # 100 × 50 with its gap, of which 85 % is used
    5882
    """
    boxes = sum((size[0] + SHEET_GAP_MM) * (size[1] + SHEET_GAP_MM) for size in sizes_mm)
    return boxes / USED_SHARE


def fits_sheet(boxes_mm: Sequence[Sequence[float]], copies: int, bed: Bed) -> bool:
    """Whether ``copies`` of each box (x, y, z in mm) lie on one sheet as ``nest`` lays them."""
    sizes = [(box[0], box[1]) for box in boxes_mm for _ in range(copies)]
    return _nested(sizes, bed) is not None


def _nested(
    sizes: Sequence[tuple[float, float]], bed: Bed
) -> list[tuple[float, float, bool]] | None:
    """Lower left corner of each box and whether it is turned; None where they do not fit.

    Shelf packing: each box lies on its long side where it may, the deepest first.
    """
    room_x, room_y = bed.width_mm - 2 * SHEET_MARGIN_MM, bed.depth_mm - 2 * SHEET_MARGIN_MM
    turned = [_turned(size, room_x, room_y) for size in sizes]
    if any(turn is None for turn in turned):
        return None
    lying = [
        np.array(size[::-1] if turn else size) for size, turn in zip(sizes, turned, strict=True)
    ]
    order = sorted(range(len(lying)), key=lambda k: (-lying[k][1], -lying[k][0], k))
    corners, used = shelves([lying[k] for k in order], room_x, SHEET_GAP_MM)
    if used[1] > room_y + 1e-9:
        return None
    found: list[tuple[float, float, bool]] = [(0.0, 0.0, False)] * len(sizes)
    for k, corner in zip(order, corners, strict=True):
        x = bed.x_min_mm + SHEET_MARGIN_MM + float(corner[0])
        y = bed.y_min_mm + SHEET_MARGIN_MM + float(corner[1])
        found[k] = (x, y, bool(turned[k]))
    return found


def _turned(size: tuple[float, float], room_x: float, room_y: float) -> bool | None:
    """Whether a box is turned so that its long side lies along x; None where it fits no way."""
    wide, deep = max(size), min(size)
    if wide <= room_x + 1e-9 and deep <= room_y + 1e-9:
        return size[1] > size[0]
    if deep <= room_x + 1e-9 and wide <= room_y + 1e-9:
        return size[0] > size[1]
    return None


def plan_sheet(parts: Sequence[SheetPart], sheet: Sheet, profile: LaserProfile) -> CutPlan:
    """Nest all copies of ``parts`` on one sheet and write the program that cuts them.

    The same parts give the same bytes.

    Raises:
        SliceFailed: ``empty``, ``too_big``, ``not_cut`` (this laser does not go through the
            sheet) or ``lost_contour`` (an opening is narrower than the beam).
    """
    speed = speed_mm_s(sheet.material, sheet.thickness_mm, profile)
    if not speed:
        raise SliceFailed(
            "not_cut",
            "This laser cutter does not go through this sheet.",
            f"{sheet.material} {sheet.thickness_mm:g} mm at {profile.beam_w:g} W",
        )
    copies = [part for part in parts for _ in range(part.copies)]
    if not copies:
        raise SliceFailed("empty", "There is nothing to cut on this sheet.")
    places = _nested([part.size_mm for part in copies], profile.bed)
    if places is None:
        raise SliceFailed("too_big", "These parts do not fit on one sheet together.")
    program = _Program(profile)
    for part, (x, y, turn) in zip(copies, places, strict=True):
        program.part(part, (x, y), turn, sheet.kerf_mm, speed)
    gcode = program.done()
    return _read_back(gcode, program, sheet, copies, profile)


def _read_back(
    gcode: bytes,
    program: _Program,
    sheet: Sheet,
    copies: Sequence[SheetPart],
    profile: LaserProfile,
) -> CutPlan:
    facts = read_program(gcode, profile.accel_mm_s2)
    moves = facts.moves
    burnt = np.vstack((moves.start[moves.beam_s > 0], moves.end[moves.beam_s > 0]))
    low, high = burnt.min(axis=0).tolist(), burnt.max(axis=0).tolist()
    volume_mm3 = sheet_area_mm2([part.size_mm for part in copies]) * sheet.thickness_mm
    return CutPlan(
        gcode=gcode,
        sha256=hashlib.sha256(gcode).hexdigest(),
        seconds=facts.estimate_s + profile.start_s,
        grams=volume_mm3 * sheet.density_g_cm3 / 1000,
        layers=program.contours,
        bounds=Box((low[0], low[1], 0.0), (high[0], high[1], 0.0)),
        facts=facts,
    )


class _Program:
    """Lines of GRBL, part after part: engraved lines, seams, then openings, at last the edge.

    An edge that were cut first would let the part fall, and what follows would miss it.
    """

    def __init__(self, profile: LaserProfile) -> None:
        self.rapid = round(profile.travel_mm_s * 60)
        self.full = min(FULL_POWER_S, profile.envelope.max_beam_s)
        self.lines = ["; Nearmade, GRBL, millimetres", "G21", "G90", "M5", "$H", "M8"]
        self.contours = 0

    def part(
        self, part: SheetPart, corner: tuple[float, float], turn: bool, kerf: float, speed: float
    ) -> None:
        low = part.rings[0].min(axis=0)
        high = part.rings[0].max(axis=0)

        def laid(points: Ring) -> Ring:
            at = points - low
            if turn:  # a quarter clockwise
                at = np.column_stack([at[:, 1], float(high[0] - low[0]) - at[:, 0]])
            there: Ring = at + np.asarray(corner)
            return there

        for line in part.engraved:
            self._follow(laid(line), ENGRAVE_SHARE, ENGRAVE_MM_S, closed=False)
        for line in part.seams:  # the beam's own width is the play between two pieces
            self._follow(laid(line), CUT_SHARE, speed, closed=False)
        for path in beam_paths([laid(ring) for ring in part.rings], kerf):
            self._follow(path, CUT_SHARE, speed, closed=True)

    def _follow(self, path: Ring, share: float, speed: float, *, closed: bool) -> None:
        """On with the beam at the first point, along the path, off again."""
        (x, y), *rest = path.round(3).tolist()
        self.lines += [f"G0 X{x:g} Y{y:g} F{self.rapid}", f"M4 S{round(share * self.full)}"]
        feed = f" F{round(speed * 60)}"
        for px, py in [*rest, (x, y)] if closed else rest:
            self.lines.append(f"G1 X{px:.3f} Y{py:.3f}{feed}")
            feed = ""
        self.lines.append("M5")
        self.contours += 1

    def done(self) -> bytes:
        self.lines += ["M9", f"G0 X5 Y5 F{self.rapid}", "M5", "M2"]
        return ("\n".join(self.lines) + "\n").encode()


def beam_paths(rings: Sequence[Ring], kerf_mm: float) -> list[Ring]:
    """The way of the beam's middle along a part's outline: holes by nearness, then the edge.

    Raises:
        SliceFailed: ``lost_contour`` when an opening, or what stands between two, is gone.
    """
    grown = Polygon(rings[0], rings[1:]).buffer(kerf_mm / 2, join_style="mitre", mitre_limit=3)
    if not isinstance(grown, Polygon) or len(grown.interiors) != len(rings) - 1:
        raise SliceFailed(
            "lost_contour",
            "An opening of this part is narrower than the beam.",
            f"{len(rings) - 1} holes, {kerf_mm:g} mm of kerf",
        )
    whole = orient(grown)
    holes = [np.asarray(ring.coords)[:-1] for ring in whole.interiors]
    return [*_by_nearness(holes), np.asarray(whole.exterior.coords)[:-1]]


def _by_nearness(holes: list[Ring]) -> list[Ring]:
    """Each time the hole that begins nearest to where the last one ended."""
    found: list[Ring] = []
    left = list(holes)
    at = np.zeros(2) if not left else left[0].min(axis=0)
    while left:
        far = [float(math.dist(at, ring[0])) for ring in left]
        ring = left.pop(int(np.argmin(far)))
        found.append(ring)
        at = ring[0]
    return found


def seconds_of(
    cut_mm: float, engraved_mm: float, contours: int, sheet: Sheet, profile: LaserProfile
) -> float:
    """Machine time of one piece without the start, from its lengths alone."""
    speed = speed_mm_s(sheet.material, sheet.thickness_mm, profile)
    if not speed:
        return math.inf
    return cut_mm / speed + engraved_mm / ENGRAVE_MM_S + contours * CONTOUR_S
