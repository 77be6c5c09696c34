"""What must be made, without saying for whom."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any


@dataclass(frozen=True)
class JobNeed:
    """One line of work for one plate of one machine: all that routing and capacity must know.

    ``size_mm`` is the box of the largest part, ``boxes_mm`` those of all parts of one piece;
    ``minutes`` and ``grams`` are for the whole ``quantity``; ``tolerance_mm`` is the loosest
    that will do.
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

    def as_json(self) -> dict[str, Any]:
        return asdict(self)

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> JobNeed:
        boxes = tuple(_box(row) for row in data.get("boxes_mm", ()))
        return cls(**{**data, "size_mm": _box(data["size_mm"]), "boxes_mm": boxes})


def _box(values: Any) -> tuple[float, float, float]:
    x, y, z = values
    return float(x), float(y), float(z)
