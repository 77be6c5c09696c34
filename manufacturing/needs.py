"""What must be made, without saying for whom."""

from __future__ import annotations

import math
from dataclasses import asdict, dataclass, fields
from typing import Any

from configurator.materials import in_colour
from core.units import sizes

Shelf = tuple[str, str] | tuple[str, str, float]
"""Material and colour, and the thickness of what comes in sheets."""


def shelf(material: str, colour: str, thickness_mm: float = 0.0) -> Shelf:
    """The name of a shelf.

    >>> shelf("pla", "kiln"), shelf("birch", "walnut", 3.0)
    (('pla', 'kiln'), ('birch', 'walnut', 3.0))
    """
    return (material, colour, thickness_mm) if thickness_mm else (material, colour)


@dataclass(frozen=True)
class JobNeed:
    """One line of work for one plate of one machine: all that routing and capacity must know.

    ``size_mm`` is a box that any part fits into, ``boxes_mm`` those of all parts of one piece;
    ``minutes`` and ``grams`` are for the whole ``quantity``; ``tolerance_mm`` is the loosest
    that will do. ``thickness_mm`` is that of the sheet; 0 for what comes on spools. ``parts`` are
    the names of the design's parts that this work makes; none named are all of them.
    ``second_colour``, of the same material, is put in while it is printed, at the first of the
    heights ``changes_mm``, and the other again at the next; ``second_colour_grams`` of it must lie
    on the shelf, but none are held.
    """

    design_key: str
    family: str
    process: str
    material: str
    colour: str
    quantity: int
    size_mm: tuple[float, float, float]
    minutes: int
    grams: int
    tolerance_mm: float
    boxes_mm: tuple[tuple[float, float, float], ...] = ()
    thickness_mm: float = 0.0
    parts: tuple[str, ...] = ()
    second_colour: str = ""
    second_colour_grams: int = 0
    changes_mm: tuple[float, ...] = ()

    @property
    def sizes(self) -> str:
        """The parts' own sizes: one box round all of them would be none of theirs."""
        return sizes(self.boxes_mm or (self.size_mm,))

    @property
    def stuff(self) -> str:
        """``PLA, bone with graphite``."""
        return in_colour(self.material, self.colour, self.second_colour)

    @property
    def inspected_mm(self) -> tuple[float, float, float]:
        """The box of the part that is measured: the largest. ``size_mm`` may be that of none."""
        return max(self.boxes_mm, key=math.prod, default=self.size_mm)

    @property
    def shelf(self) -> Shelf:
        """What must lie on a workshop's shelf."""
        return shelf(self.material, self.colour, self.thickness_mm)

    def as_json(self) -> dict[str, Any]:
        return asdict(self)

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> JobNeed:
        """What was written by a version that knew more is read without it."""
        known = {one.name: data[one.name] for one in fields(cls) if one.name in data}
        known["size_mm"] = _box(data["size_mm"])
        known["boxes_mm"] = tuple(_box(row) for row in data.get("boxes_mm", ()))
        for name in ("parts", "changes_mm"):
            known[name] = tuple(data.get(name, ()))
        return cls(**known)


def _box(values: Any) -> tuple[float, float, float]:
    x, y, z = values
    return float(x), float(y), float(z)
