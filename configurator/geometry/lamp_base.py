"""The printed base of a lamp: a slot for the panel's tab, above a channel for a strip of light.

Seen from its end, the channel has a gable of 40° from the vertical, which the slot opens: it
prints upright without supports. The strip is slid in from the right-hand end; its cable leaves by
a hole in the back, whose roof is as steep.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import manifold3d as m3
import numpy as np

from configurator.geometry.kernel import Ring, rounded_rectangle, segments
from configurator.geometry.mesh import Mesh
from configurator.products.base import Quality

ROOF_DEG = 40.0
"""From the vertical: steeper than what PETG and PLA hold in the air, 45°."""
FLOOR_MM, CHANNEL_MM, ABOVE_STRIP_MM = 3.0, 3.0, 0.6
CORNER_MM = 8.0
HOLE_UP_MM = 0.5
"""From the channel's floor to the hole: no face of one lies in a face of the other."""
BEHIND_MM = 2.0
"""How far the channel goes on behind the slot's closed end."""
BESIDE_MM = 16.0
"""What carries the panel's shoulders, on each side of its tab."""


@dataclass(frozen=True)
class LampBase:
    """What goes in is ``tab_mm`` wide and ``tab_deep_mm`` deep; the slot has ``play_mm`` more."""

    tab_mm: float
    tab_deep_mm: float
    sheet_mm: float
    play_mm: float
    deep_mm: float
    strip_mm: float
    cable_mm: float

    @property
    def slot_mm(self) -> tuple[float, float]:
        """Length and width of the slot."""
        return self.tab_mm + self.play_mm, self.sheet_mm + self.play_mm

    @property
    def channel_mm(self) -> float:
        """Width of the channel: the strip's and a millimetre, and no less than the slot's."""
        return max(self.strip_mm + 1.0, self.slot_mm[1])

    @property
    def roof_mm(self) -> float:
        """How high the gable rises to the slot."""
        return (self.channel_mm - self.slot_mm[1]) / 2 / math.tan(math.radians(ROOF_DEG))

    @property
    def slot_floor_mm(self) -> float:
        """Height at which the slot opens into the channel's roof."""
        return FLOOR_MM + CHANNEL_MM + self.roof_mm

    @property
    def size_mm(self) -> tuple[float, float, float]:
        """Length, depth and height."""
        high = self.slot_floor_mm + ABOVE_STRIP_MM + self.tab_deep_mm
        return self.tab_mm + 2 * BESIDE_MM, self.deep_mm, high

    @property
    def seat_mm(self) -> float:
        """Height of the tab's lower edge: its shoulders lie on the top."""
        return self.size_mm[2] - self.tab_deep_mm

    def profile(self) -> Ring:
        """(5, 2): the channel seen from its end, y and z, counter-clockwise."""
        wide, low, eaves = self.channel_mm / 2, FLOOR_MM, FLOOR_MM + CHANNEL_MM
        ridge = eaves + wide / math.tan(math.radians(ROOF_DEG))
        return np.array([(-wide, low), (wide, low), (wide, eaves), (0, ridge), (-wide, eaves)])

    def hole(self, quality: Quality) -> Ring:
        """The cable's hole seen from behind, x and z: round below, a roof above."""
        radius, lean = self.cable_mm / 2, math.radians(ROOF_DEG)
        low, high = -math.pi - lean, lean
        count = segments(radius, quality, least=16)
        turn = np.linspace(low, high, count)
        arc = np.column_stack([np.cos(turn), np.sin(turn)]) * radius
        tip = np.array([[0.0, radius / math.sin(lean)]])
        x = -self.slot_mm[0] / 2 + radius + 2.0
        ring: Ring = np.concatenate([arc, tip]) + np.array([x, FLOOR_MM + HOLE_UP_MM + radius])
        return ring


def lamp_base(base: LampBase, quality: Quality) -> Mesh:
    """The base standing on the bed, its slot along x."""
    length, deep, high = base.size_mm
    corner = segments(CORNER_MM, quality)
    block = m3.CrossSection([rounded_rectangle(length, deep, CORNER_MM, corner)])
    solid = m3.Manifold.extrude(block, high)
    slot_long, slot_wide = base.slot_mm
    slot = m3.Manifold.cube((slot_long, slot_wide, high), False)
    cut = slot.translate((-slot_long / 2, -slot_wide / 2, FLOOR_MM + CHANNEL_MM))
    start = -slot_long / 2 - BEHIND_MM
    channel_long = length / 2 + 1.0 - start
    channel = m3.Manifold.extrude(m3.CrossSection([base.profile()]), channel_long)
    # (y, z, along x) → (x, y, z)
    cut += channel.rotate((90, 0, 90)).translate((start, 0, 0))
    if base.cable_mm:
        hole = m3.Manifold.extrude(m3.CrossSection([base.hole(quality)]), deep / 2 + 1.0)
        cut += hole.rotate((90, 0, 0)).translate((0, deep / 2 + 1.0, 0))
    made = (solid - cut).to_mesh64()
    points = np.asarray(made.vert_properties, dtype=np.float64)[:, :3]
    return Mesh(points, np.asarray(made.tri_verts, dtype=np.int32))
