"""Involute teeth as a rack cuts them, and pairs of gears that run together.

Lengths in mm, angles in radians unless named ``_deg``; radii are from the gear's axis.
Sources: basic rack and its fillet ISO 53:1998 profile A; profile shift, working pressure angle and
tip shortening DIN 3960.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from configurator.geometry.kernel import CHORD_MM
from configurator.geometry.mesh import Floats
from configurator.products.base import Quality

ADDENDUM, DEDENDUM, FILLET = 1.0, 1.25, 0.38
"""In modules. Source: ISO 53, profile A."""

LEAST_TIP = 0.25
"""Thinnest tooth tip in modules; a longer tooth would end in a point. Source: DIN 3960, 0.2–0.4."""


def involute(angle: float) -> float:
    """The involute function, tan α − α."""
    return math.tan(angle) - angle


def involute_inverse(value: float) -> float:
    """The angle whose involute function it is, by Newton's method from Cheng's approximation."""
    angle = math.cbrt(3 * value) - 2 * value / 5
    for _ in range(8):
        angle -= (involute(angle) - value) / max(math.tan(angle) ** 2, 1e-12)
    return angle


def least_shift(teeth: int, pressure: float) -> float:
    """Profile shift coefficient at which a rack no longer undercuts: 1 − z·sin²α/2."""
    return ADDENDUM - teeth * math.sin(pressure) ** 2 / 2


@dataclass(frozen=True)
class Tooth:
    """The toothing of one gear; ``shift`` and ``shortening`` are in modules.

    ``backlash_mm`` is what the pair has at the pitch circle; each tooth gives half of it.
    """

    module_mm: float
    teeth: int
    pressure: float
    shift: float = 0.0
    shortening: float = 0.0
    backlash_mm: float = 0.0

    @property
    def pitch_radius(self) -> float:
        return self.module_mm * self.teeth / 2

    @property
    def base_radius(self) -> float:
        return self.pitch_radius * math.cos(self.pressure)

    @property
    def root_radius(self) -> float:
        return self.pitch_radius - self.module_mm * (DEDENDUM - self.shift)

    @property
    def full_tip_radius(self) -> float:
        """The tip circle that the rack and the mate allow."""
        return self.pitch_radius + self.module_mm * (ADDENDUM + self.shift - self.shortening)

    @property
    def tip_radius(self) -> float:
        """The tip circle, lowered where the tooth would end in a point."""
        high, least = self.full_tip_radius, LEAST_TIP * self.module_mm
        if 2 * high * self.half_angle(high) >= least:
            return high
        low = max(self.pitch_radius, self.base_radius)
        for _ in range(40):
            middle = (low + high) / 2
            wide = 2 * middle * self.half_angle(middle) >= least
            low, high = (middle, high) if wide else (low, middle)
        return low

    @property
    def thickness_mm(self) -> float:
        """Tooth thickness along the pitch circle: m(π/2 + 2x·tan α) less half the backlash."""
        nominal = math.pi / 2 + 2 * self.shift * math.tan(self.pressure)
        return self.module_mm * nominal - self.backlash_mm / 2

    @property
    def undercut(self) -> bool:
        return self.shift < least_shift(self.teeth, self.pressure) - 1e-9

    def half_angle(self, radius: float) -> float:
        """Half the angle a tooth takes at a radius on its involute."""
        at = math.acos(min(1.0, self.base_radius / radius))
        return self.thickness_mm / (2 * self.pitch_radius) + involute(self.pressure) - involute(at)

    def span_mm(self, over: int) -> float:
        """Base tangent length W over k teeth, what a calliper reads across their flanks.

        m·cos α·((k − ½)π + z·inv α) + 2xm·sin α − j/2·cos α. Source: DIN 3960.
        """
        turn = (over - 0.5) * math.pi + self.teeth * involute(self.pressure)
        length = self.module_mm * math.cos(self.pressure) * turn
        length += 2 * self.shift * self.module_mm * math.sin(self.pressure)
        return length - self.backlash_mm / 2 * math.cos(self.pressure)

    def profile(self, quality: Quality) -> tuple[Floats, Floats]:
        """(k,) radii from root to tip and (k,) half angles of a tooth there."""
        radius, half = self._fillet(quality)
        start = float(radius[-1])
        base, tip = self.base_radius, self.tip_radius
        # Evenly in roll angle, the involute's chords have errors that hardly differ.
        low, high = (math.sqrt(max(0.0, (r / base) ** 2 - 1)) for r in (start, tip))
        error = CHORD_MM[quality] / 6  # a flank has to roll, not only to look round
        reach = max((high - low) * math.sqrt(base * max(high, 0.1) / (8 * error)), 0.0)
        roll = np.linspace(low, high, max(3, math.ceil(reach)) + 1)
        roll = roll if start < base - 1e-3 else roll[1:]
        offset = self.thickness_mm / (2 * self.pitch_radius) + involute(self.pressure)
        flank, angle = base * np.sqrt(1 + roll**2), offset - (roll - np.arctan(roll))
        return np.append(radius, flank), np.append(half, angle)

    def _fillet(self, quality: Quality) -> tuple[Floats, Floats]:
        """The root as the rack's rounded tip leaves it, from the root circle to the flank."""
        count = {"draft": 4, "full": 7}[quality]
        end = self._fillet_end()
        return self._cut(np.linspace(math.pi / 2, end, count))

    def _fillet_end(self) -> float:
        """The angle of the fillet's normal where the flank begins: α, or past it the undercut."""
        if not self.undercut:
            return self.pressure
        turns = np.linspace(math.pi / 2, self.pressure, 64)
        radius, half = self._cut(turns)
        within = np.nonzero(half < self._flanks(radius))[0]
        if len(within) == 0:
            return self.pressure
        last = int(within[-1])
        if last + 1 == len(turns):
            return self.pressure
        low, high = float(turns[last]), float(turns[last + 1])
        for _ in range(40):
            middle = (low + high) / 2
            radius, half = self._cut(np.array([middle]))
            narrow = bool(half[0] < self._flanks(radius)[0])
            low, high = (middle, high) if narrow else (low, middle)
        return low

    def _flanks(self, radius: Floats) -> Floats:
        """(k,): half angles of a tooth on its involute; below the base circle, as at it."""
        at = np.arccos(np.minimum(1.0, self.base_radius / radius))
        offset = self.thickness_mm / (2 * self.pitch_radius) + involute(self.pressure)
        flank: Floats = offset - (np.tan(at) - at)
        return flank

    def _cut(self, normal: Floats) -> tuple[Floats, Floats]:
        """(radius, half angle of the tooth) of the trochoid where its normal has those angles.

        The rack's fillet touches the gear where its normal goes through the pitch point (law of
        gearing): roll the rack there, and turn the point back into the gear.
        """
        m, r = self.module_mm, self.pitch_radius
        half_rack = (math.pi * m - self.thickness_mm) / 2
        depth = m * (DEDENDUM - self.shift)
        flat = half_rack - depth * math.tan(self.pressure)
        # The tip of the rack may be too narrow for the standard's fillet; then it is nearly round.
        round_mm = min(FILLET * m, 0.95 * flat / math.tan(math.pi / 4 - self.pressure / 2))
        centre = depth - round_mm
        beside = half_rack - centre * math.tan(self.pressure) - round_mm / math.cos(self.pressure)
        x = centre / np.tan(normal) + round_mm * np.cos(normal)
        y = r - centre - round_mm * np.sin(normal)
        rolled = (centre / np.tan(normal) - beside) / r
        space = np.arctan2(x, y) - rolled
        return np.hypot(x, y), math.pi / self.teeth - space


@dataclass(frozen=True)
class Pair:
    """A gear and its pinion, and where they run."""

    gear: Tooth
    pinion: Tooth
    working_pressure: float
    centre_mm: float

    @property
    def contact_ratio(self) -> float:
        """Pairs of teeth in contact on average. Source: DIN 3960."""
        reach = sum(
            math.sqrt(max(0.0, one.tip_radius**2 - one.base_radius**2))
            for one in (self.gear, self.pinion)
        )
        length = reach - self.centre_mm * math.sin(self.working_pressure)
        return length / (math.pi * self.gear.module_mm * math.cos(self.gear.pressure))


@lru_cache(maxsize=64)
def pair(
    module_mm: float,
    teeth: tuple[int, int],
    pressure_deg: float,
    backlash_mm: float,
    *,
    shifted_profile: bool,
) -> Pair:
    """A pair (gear, pinion) at the centre distance at which it has that backlash.

    With ``shifted_profile`` a gear of few teeth is shifted out of its undercut and the mate in by
    as much as it bears, so that the centre distance stays m(z₁ + z₂)/2 where it can.
    """
    pressure = math.radians(pressure_deg)
    shifts = _shifts(teeth, pressure) if shifted_profile else (0.0, 0.0)
    total, count = sum(shifts), sum(teeth)
    working = pressure
    if total > 1e-12:
        working = involute_inverse(involute(pressure) + 2 * total * math.tan(pressure) / count)
    centre = module_mm * count / 2 * math.cos(pressure) / math.cos(working)
    shortening = total - (centre / module_mm - count / 2)
    gear, pinion = (
        Tooth(module_mm, number, pressure, shift, shortening, backlash_mm)
        for number, shift in zip(teeth, shifts, strict=True)
    )
    return Pair(gear, pinion, working, centre)


def _shifts(teeth: tuple[int, int], pressure: float) -> tuple[float, float]:
    """Out of the undercut, and the other one in by as much unless that would undercut it."""
    needed = [least_shift(number, pressure) for number in teeth]
    one, other = (max(0.0, least) for least in needed)
    if one and not other:
        other = max(-one, needed[1])
    elif other and not one:
        one = max(-other, needed[0])
    return one, other
