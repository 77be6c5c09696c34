"""What a caliper should read on a part, axis by axis, and what it read."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from manufacturing.needs import JobNeed

AXES = (
    ("x", "Width", "left to right"),
    ("y", "Depth", "front to back"),
    ("z", "Height", "upwards"),
)


@dataclass(frozen=True)
class Measure:
    """One axis of the largest part, as it lay on the plate. All lengths in mm."""

    axis: str
    name: str
    way: str
    wanted_mm: float
    tolerance_mm: float
    is_mm: float | None = None

    @property
    def allowed(self) -> str:
        low, high = self.wanted_mm - self.tolerance_mm, self.wanted_mm + self.tolerance_mm
        return f"{low:.2f} to {high:.2f} mm"

    @property
    def off(self) -> bool:
        """Whether it was measured and is not within what is allowed."""
        if self.is_mm is None:
            return False
        return abs(self.is_mm - self.wanted_mm) > self.tolerance_mm + 1e-9

    @property
    def sentence(self) -> str:
        return (
            f"{self.name} ({self.axis}) is {self.is_mm:g} mm; wanted {self.wanted_mm:.2f} mm, "
            f"allowed {self.allowed}."
        )


def measures(need: JobNeed, measured_mm: Sequence[float | None] = ()) -> tuple[Measure, ...]:
    """The three axes of a need, with what was measured where it was."""
    read = [*measured_mm, *[None] * 3][:3]
    return tuple(
        Measure(axis, name, way, wanted, need.tolerance_mm, is_mm)
        for (axis, name, way), wanted, is_mm in zip(AXES, need.inspected_mm, read, strict=True)
    )
