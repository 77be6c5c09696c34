"""Does each part fit a machine, lying as it is printed, turned by a quarter where that helps."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from configurator.dfm.base import Finding
from configurator.processes import PROCESSES
from configurator.products.base import Vector

MARGIN_MM = 4.0
"""Kept free all round on the bed for skirt and clips."""


@dataclass(frozen=True)
class Volume:
    """What a machine can hold, mm; ``margin_mm`` stays free all round. ``two_colours`` says whether
    it stops for another spool."""

    name: str
    x_mm: float
    y_mm: float
    z_mm: float
    process: str = "fdm"
    margin_mm: float = MARGIN_MM
    two_colours: bool = True

    def holds(self, size_mm: Vector) -> bool:
        """Whether a part of that size fits, as it lies or turned by a quarter."""
        x, y, z = size_mm
        long, short = max(x, y), min(x, y)
        bed_long, bed_short = max(self.x_mm, self.y_mm), min(self.x_mm, self.y_mm)
        room = 2 * self.margin_mm
        return long <= bed_long - room and short <= bed_short - room and z <= self.z_mm


def able_to(machines: Sequence[Volume], process: str, two_colours: bool) -> tuple[Volume, ...]:
    """The machines of a process, of parts in two colours those that stop for another spool."""
    return tuple(m for m in machines if m.process == process and (m.two_colours or not two_colours))


def no_second_colour(part: str) -> Finding:
    """No machine of the network stops for another spool."""
    return Finding(
        check="fit",
        level="impossible",
        part=part,
        state="It is printed in two colours, and no machine of our network changes them just now.",
        cause="A printer must stop for somebody to change its spool.",
        cure="Choose one colour.",
    )


def fit(
    sizes_mm: Mapping[str, Vector],
    machines: Sequence[Volume],
    cure: Callable[[Volume], tuple[str, str, float] | None],
) -> tuple[Finding, ...]:
    """A finding for each part that no machine holds; none when no machines are given.

    ``cure(machine)`` names the parameter (field, the cure in words, the value) that makes the whole
    design fit a machine, or None.
    """
    if not machines:
        return ()
    return tuple(
        _too_big(name, size, machines, cure)
        for name, size in sizes_mm.items()
        if not any(machine.holds(size) for machine in machines)
    )


def _too_big(
    part: str,
    size_mm: Vector,
    machines: Sequence[Volume],
    cure: Callable[[Volume], tuple[str, str, float] | None],
) -> Finding:
    largest = max(machines, key=lambda m: m.x_mm * m.y_mm * m.z_mm)
    room = 2 * largest.margin_mm
    way_out = cure(largest)
    x, y, z = size_mm
    return Finding(
        check="fit",
        level="impossible",
        part=part,
        state=f"The part is {x:,.0f} × {y:,.0f} × {z:,.0f} mm; the largest "
        f"{PROCESSES[largest.process].machine} of our network, {largest.name}, holds "
        f"{largest.x_mm - room:.0f} × {largest.y_mm - room:.0f} × {largest.z_mm:.0f} mm.",
        cause="It has to lie on one bed in one piece.",
        cure=way_out[1] if way_out else "Make it smaller.",
        field=way_out[0] if way_out else None,
        value=way_out[2] if way_out else None,
    )
