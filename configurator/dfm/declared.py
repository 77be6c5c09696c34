"""Findings that follow from a family's own numbers, before anything is meshed."""

from __future__ import annotations

import math
from collections.abc import Callable

from configurator.dfm.base import Finding
from configurator.dfm.cures import set_to
from configurator.materials import Filament
from configurator.products.base import Family


def thin_wall(
    family: Family,
    part: str,
    wall_mm: float,
    material: Filament,
    field: str,
    *,
    name: str = "Wall",
) -> tuple[Finding, ...]:
    """A declared wall below what the material needs; below one line it cannot be printed."""
    if wall_mm >= material.min_wall_mm:
        return ()
    possible = wall_mm >= material.min_feature_mm
    return (
        Finding(
            check="walls",
            level="weak" if possible else "impossible",
            part=part,
            state=f"{name} is {wall_mm:g} mm; {material.noun} needs {material.min_wall_mm:g} mm.",
            cause="A thinner wall leaks, flexes and may tear along its layers."
            if possible
            else "The nozzle cannot lay a line this thin.",
            cure=set_to(family, field, material.min_wall_mm),
            field=field,
            value=material.min_wall_mm,
            measured=wall_mm,
            needed=material.min_wall_mm,
        ),
    )


def leaning_wall(
    family: Family,
    part: str,
    lean_deg: Callable[[float], float],
    now: float,
    largest: float,
    material: Filament,
    field: str,
) -> tuple[Finding, ...]:
    """A wall that leans past what prints without support; ``field`` grows until it stands."""
    lean, limit = lean_deg(now), material.max_overhang_deg
    if lean <= limit:
        return ()
    value = _least_upright(lean_deg, now, largest, limit)
    cure = set_to(family, field, value) if value else "Make it taller, or narrower."
    return (
        Finding(
            check="overhangs",
            level="weak",
            part=part,
            state=f"The wall leans {lean:.0f}°; {material.noun} holds {limit:g}° without support.",
            cause="Each layer would hang too far over the one below and droop.",
            cure=cure,
            field=field if value else None,
            value=value,
            measured=round(lean, 1),
            needed=limit,
        ),
    )


def _least_upright(
    lean_deg: Callable[[float], float], now: float, largest: float, limit: float
) -> float | None:
    """The smallest whole value up to ``largest`` at which the wall stands, by bisection."""
    low, high = math.floor(now), math.floor(largest)
    if lean_deg(high) > limit:
        return None
    while high - low > 1:
        middle = (low + high) // 2
        if lean_deg(middle) <= limit:
            high = middle
        else:
            low = middle
    return float(high)
