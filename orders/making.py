"""From measures to what one piece takes: grams and machine time, before anything is planned."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace

from configurator.engine import PartMeasure
from configurator.materials import Material
from configurator.products.base import Family
from core.units import parts_in_words, whole_grams
from manufacturing.processes import WORKS, changes_mm, slowest
from orders.pricing import Piece

CHANGE_G = 2.0
"""What is pushed through the nozzle until a new colour is clean, at most."""


@dataclass(frozen=True)
class Making:
    """What making takes: grams and seconds of one piece, and the start of a plate, once.

    ``slowest_s`` and ``slowest_start_s`` are the same on the network's slowest kind of machine:
    what is held, so that the part fits into its hours wherever it goes. ``sheet_mm2`` is the area
    of sheet with its waste; 0 for what comes on spools.
    """

    material_mg: int
    machine_s: int
    start_s: int
    slowest_s: int
    slowest_start_s: int
    sheet_mm2: int = 0
    thickness_mm: float = 0.0

    def minutes(self, quantity: int) -> int:
        """Machine minutes to hold for so many pieces."""
        return math.ceil((self.slowest_start_s + self.slowest_s * quantity) / 60)

    def grams(self, quantity: int) -> int:
        """Grams to hold for so many pieces."""
        return whole_grams(self.material_mg * quantity / 1000)


@dataclass(frozen=True)
class Share:
    """The parts of a design that one machine makes of one material, and what they take."""

    material: Material
    parts: tuple[PartMeasure, ...]
    making: Making

    @property
    def role(self) -> str:
        return self.parts[0].role

    @property
    def said(self) -> str:
        """``lid``; ``5 parts of birch plywood``: many are told by what they are made of."""
        words = parts_in_words([part.name for part in self.parts])
        return words if len(self.parts) <= 4 else f"{words} of {self.material.noun}"

    @property
    def second_colour(self) -> str:
        """What is put in while it is printed; "" for nothing."""
        return next((part.second_colour for part in self.parts if part.second_colour), "")

    @property
    def changes_mm(self) -> tuple[float, ...]:
        """Where the machine stops for another spool, however many pieces lie on its plate."""
        return changes_mm(self.parts)

    def second_colour_grams(self, quantity: int) -> int:
        """Grams of it that so many pieces take, with what a change pushes out."""
        volume = sum(part.second_colour_mm3 for part in self.parts) * quantity
        pushed_out = CHANGE_G * len(self.changes_mm)
        return math.ceil(volume * self.material.density_g_cm3 / 1000 + pushed_out)

    @property
    def largest_mm(self) -> tuple[float, float, float]:
        """The longest along each axis: a box that any of the parts fits into."""
        x, y, z = zip(*(part.size_mm for part in self.parts), strict=True)
        return max(x), max(y), max(z)


def making_of(parts: Sequence[PartMeasure], material: Material) -> Making:
    """One piece is all these parts, made together on one machine of the material's process."""
    work = WORKS[material.process]
    usual = work.taken(parts, material, work.profiles()[work.priced_on])
    slow = slowest(parts, material)
    return Making(
        round(usual.grams * 1000),
        round(usual.seconds),
        round(usual.start_s),
        round(slow.seconds),
        round(slow.start_s),
        round(usual.sheet_mm2),
        parts[0].thickness_mm,
    )


def scaled(share: Share, by: float) -> Share:
    """The printed parts of a share, each as large in every direction by a factor."""
    parts = tuple(
        replace(
            part,
            volume_mm3=part.volume_mm3 * by**3,
            area_mm2=part.area_mm2 * by**2,
            size_mm=(part.size_mm[0] * by, part.size_mm[1] * by, part.size_mm[2] * by),
        )
        for part in share.parts
    )
    return Share(share.material, parts, making_of(parts, share.material))


def shares_of(family: Family, parts: Sequence[PartMeasure], chosen: Material) -> tuple[Share, ...]:
    """A design's parts by who makes them: one share for each process, material and thickness.

    What is made of the material that the customer chose comes first.
    """
    groups: dict[tuple[str, float], list[PartMeasure]] = {}
    for part in parts:
        stuff = family.stuff(part.role, chosen)
        groups.setdefault((stuff.slug, part.thickness_mm), []).append(part)
    shares = [
        Share(stuff, tuple(group), making_of(group, stuff))
        for group in groups.values()
        for stuff in [family.stuff(group[0].role, chosen)]
    ]
    return tuple(sorted(shares, key=lambda share: share.material != chosen))


def piece_of(making: Making, material: Material, parts: str = "") -> Piece:
    """What a price must know of one piece, or of those ``parts`` of it that one machine makes."""
    return Piece(
        material.process,
        making.material_mg,
        making.machine_s,
        material.cents_per_kg(making.thickness_mm),
        making.start_s,
        making.sheet_mm2,
        parts,
    )
