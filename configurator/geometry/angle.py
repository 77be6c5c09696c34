"""An angle bracket in numbers: what of holes, gussets and fillet there is room for.

Lengths in mm. The bracket lies on its side, so that every layer runs round the bend. Legs a and b
run along x and y from their common outer corner at the origin; the width is the height as printed.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cached_property

from configurator.geometry.screws import Clearance, clearance

CHAMFER_MM = 0.4
END_MM = 1.0
"""Radius at the free ends of the legs."""
HOLE_ROOF, ROOF = 1.36, 1.2
"""Height of the roofs of a hole and of a countersink above their middle, in radii.

Two slopes of 45° stand in for the upper arc, for that would droop. Between the two heights a
countersink opens at 45° or steeper.
"""
SAG = 0.1
"""How hollow an arched gusset is, as a share of its free edge."""
GAP_MM = 0.3


@dataclass(frozen=True)
class Angle:
    """``gussets`` is none, one or two; ``countersunk`` heads lie on the inside."""

    leg_a_mm: float
    leg_b_mm: float
    width_mm: float
    thickness_mm: float
    fillet_mm: float
    gussets: str
    gusset_mm: float
    arched: bool
    screw: str
    fit: str
    countersunk: bool
    holes_a: int
    holes_b: int

    @property
    def legs(self) -> tuple[tuple[float, int], tuple[float, int]]:
        """Length and holes asked for, of leg a and of leg b."""
        return (self.leg_a_mm, self.holes_a), (self.leg_b_mm, self.holes_b)

    @property
    def shorter_mm(self) -> float:
        return min(self.leg_a_mm, self.leg_b_mm)

    @cached_property
    def hole(self) -> Clearance:
        return clearance(self.screw, self.fit)

    @property
    def bend_mm(self) -> float:
        """The inside radius, as it comes out."""
        return min(self.fillet_mm, self.shorter_mm - self.thickness_mm - 4.0)

    @property
    def corner_mm(self) -> float:
        """The outside radius."""
        return min(self.thickness_mm, 4.0)

    @property
    def sink_mm(self) -> float:
        """Depth of a countersink of 90°; 0 where there is none."""
        deep = (self.hole.sunk_head_mm - self.hole.hole_mm) / 2
        return deep if self.countersunk and self.wide_enough and self.thick_enough else 0.0

    @property
    def least_sunk_mm(self) -> tuple[float, float]:
        """The least width and the least thickness that take the countersink."""
        head = self.hole.sunk_head_mm
        return ROOF * head + 2 * (CHAMFER_MM + 0.8), (head - self.hole.hole_mm) / 2 + 1.0

    @property
    def wide_enough(self) -> bool:
        return self.width_mm >= self.least_sunk_mm[0] - 1e-9

    @property
    def thick_enough(self) -> bool:
        return self.thickness_mm >= self.least_sunk_mm[1] - 1e-9

    @property
    def room_mm(self) -> float:
        """Around the middle of a hole, kept free for a head or a washer."""
        head = self.hole.sunk_head_mm if self.sink_mm else self.hole.washer_mm
        return head / 2 + GAP_MM

    @property
    def end_room_mm(self) -> float:
        """From the last hole's middle to the end of the leg."""
        return max(self.hole.edge_mm, self.room_mm + END_MM)

    def least_leg_mm(self, holes: int) -> float:
        """The shortest leg that takes so many holes."""
        first = self.thickness_mm + self.bend_mm + self.room_mm
        return first + (holes - 1) * self.pitch_mm + self.end_room_mm

    def leg_for_mm(self, leg: int, holes: int) -> float:
        """How long leg 0 (a) or 1 (b) has to be for so many holes, if it is too short now.

        A longer leg has room for more of the fillet, which then takes its own share.
        """
        other_mm = self.legs[1 - leg][0]
        bend_mm = min(self.fillet_mm, other_mm - self.thickness_mm - 4.0)
        return self.least_leg_mm(holes) + max(0.0, bend_mm - self.bend_mm)

    @property
    def pitch_mm(self) -> float:
        return max(self.hole.pitch_mm, 2 * self.room_mm)

    def fitting_holes(self, leg_mm: float, holes: int) -> int:
        """How many of the holes a leg has room for."""
        return next((n for n in range(holes, 0, -1) if self.least_leg_mm(n) <= leg_mm + 1e-9), 0)

    @property
    def web_mm(self) -> float:
        """Thickness of a gusset."""
        return min(self.thickness_mm, self.width_mm / 5)

    @property
    def reach(self) -> float:
        """How far along the diagonal the upper gusset hangs, as a share of its length.

        Its underside rises at 45° from both legs to there, so that it needs no support.
        """
        return 0.5 - SAG if self.arched else 0.5

    @property
    def _clear_mm(self) -> float:
        """The longest gussets beside which a screw head still finds room on the leg."""
        free = self.width_mm / 2 - ROOF * self.room_mm - self.web_mm - GAP_MM
        if free < 0:
            return 0.0
        return free / self.reach if self.gussets == "two" else 1e9

    @property
    def _short_mm(self) -> float:
        """The longest gussets that leave all holes room beyond them."""
        limits = [
            leg - self.end_room_mm - (fits - 1) * self.pitch_mm - self.room_mm - self.thickness_mm
            for leg, holes in self.legs
            if (fits := self.fitting_holes(leg, holes))
        ]
        return min(limits, default=1e9)

    @cached_property
    def fitting_gusset_mm(self) -> float:
        """Length of the gussets along the legs as they come out; 0 for none."""
        if self.gussets == "none":
            return 0.0
        most = self.shorter_mm - self.thickness_mm - END_MM - 1.5
        if self.gussets == "two":
            most = min(most, (self.width_mm - 2 * self.web_mm - 1.5) / self.reach)
        fits = min(self.gusset_mm, most, max(self._clear_mm, self._short_mm))
        fits = math.floor(fits * 10 + 1e-6) / 10
        return fits if fits >= 1.4 * self.bend_mm + 3.0 else 0.0

    @property
    def drop_mm(self) -> float:
        """How far the upper gusset's underside falls from its middle to the legs."""
        return self.reach * self.fitting_gusset_mm

    def places(self, leg: int) -> list[float]:
        """How far from the outer corner the holes of leg 0 (a) or 1 (b) are."""
        length, holes = self.legs[leg]
        count = self.fitting_holes(length, holes)
        if count == 0:
            return []
        beside = self.fitting_gusset_mm <= self._clear_mm + 1e-9
        start = self.bend_mm if beside else max(self.bend_mm, self.fitting_gusset_mm)
        low, high = self.thickness_mm + start + self.room_mm, length - self.end_room_mm
        if count == 1:
            return [(low + high) / 2]
        return [low + (high - low) * index / (count - 1) for index in range(count)]
