"""From measures to what one piece takes: grams and machine time, before anything is sliced."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from configurator.engine import PartMeasure
from configurator.materials import Material
from manufacturing.planning.estimate import estimate
from manufacturing.planning.profiles import PROFILES
from manufacturing.programs import layer_of

PRICED_ON = "prusa-mk4"
"""The machine that prices are for, whoever makes the part: a price must not depend on luck."""


@dataclass(frozen=True)
class Making:
    """What making takes: grams and seconds of one piece, and the start of a plate, once.

    ``slowest_s`` and ``slowest_start_s`` are the same on the network's slowest kind of machine:
    what is held, so that the part fits into its hours wherever it goes.
    """

    material_mg: int
    machine_s: int
    start_s: int
    slowest_s: int
    slowest_start_s: int

    def minutes(self, quantity: int) -> int:
        """Machine minutes to hold for so many pieces."""
        return math.ceil((self.slowest_start_s + self.slowest_s * quantity) / 60)

    def grams(self, quantity: int) -> int:
        """Grams to hold for so many pieces."""
        return math.ceil(self.material_mg * quantity / 1000)


def making_of(parts: Sequence[PartMeasure], material: Material) -> Making:
    """One piece is all the parts of its design, printed together without supports."""
    by_machine = {slug: _on(slug, parts, material) for slug in PROFILES}
    grams, seconds, start = by_machine[PRICED_ON]
    _, slow, slow_start = max(by_machine.values(), key=lambda one: one[1] + one[2])
    return Making(round(grams * 1000), round(seconds), round(start), round(slow), round(slow_start))


def _on(slug: str, parts: Sequence[PartMeasure], material: Material) -> tuple[float, float, float]:
    """(grams, seconds without the start, seconds of the start) on one kind of machine."""
    profile = PROFILES[slug]
    found = [
        estimate(
            part.volume_mm3,
            part.area_mm2,
            part.size_mm,
            0.0,
            profile,
            layer_of(profile),
            material.density_g_cm3,
        )
        for part in parts
    ]
    start = profile.motion.start_s
    return (
        sum(one.grams for one in found),
        sum(one.seconds - start for one in found),
        start,
    )
