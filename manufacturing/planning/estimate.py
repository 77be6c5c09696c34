"""Machine time and material of a solid, from its measures alone, in microseconds.

For prices and dates while a slider moves; the slicer's own figures replace it once a program
exists. How it works, what it was fitted on and how far off it is: docs/algorithms/estimate.md.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

from edge.protocol import Motion, PrinterProfile

LINE_MM = 0.45
"""Extrusion width of the profiles."""
SOLID_BELOW_MM2 = 60.0
"""An interior smaller than this is filled solid (PrusaSlicer: solid_infill_below_area = 70)."""
COOL_S, COOL_MM_S = 8.0, 15.0
"""A layer quicker than this is slowed down, but not below that speed."""
SKIRT_G, SKIRT_S = 0.03, 5.0
SUPPORT_DENSITY = 0.14
"""Share of the space under an overhang that supports fill. Source: measured, same document."""


@dataclass(frozen=True)
class _Fit:
    """Constants fitted to slicer runs. Source: docs/algorithms/estimate.md."""

    footprint: float = 0.45  # of the bounding rectangle, where walls stand around a void
    wall_segments: float = 5.6  # straight pieces around a layer
    infill_line: float = 1.9  # length of an infill line over the mean thickness
    layer_s: float = 2.2  # travels, retractions and the lift of each layer
    gap_share: float = 0.63  # of a thin wall's length that is drawn again as gap fill
    gap_mm: float = 5.0  # thickness (2 V / A) below which walls count as thin
    grams: float = 0.993
    seconds: float = 1.037


FIT = _Fit()


@dataclass(frozen=True)
class Estimate:
    """``seconds`` of machine time with heating and homing; ``grams`` of filament."""

    seconds: float
    grams: float


@dataclass(frozen=True)
class _Amounts:
    """What has to be extruded, mm³, and the shape it has."""

    walls: float
    skins: float
    infill: float
    solid_core: bool
    side_mm2: float
    footprint_mm2: float
    thickness_mm: float
    layers: int

    @property
    def total(self) -> float:
        return self.walls + self.skins + self.infill


def estimate(
    volume_mm3: float,
    area_mm2: float,
    size_mm: tuple[float, float, float],
    overhang_mm2: float,
    profile: PrinterProfile,
    layer_mm: float,
    density: float,
) -> Estimate:
    """Time and material of one closed solid printed alone, as it lies.

    Args:
        volume_mm3, area_mm2: of the solid, both above 0.
        size_mm: its bounding box (x, y, z).
        overhang_mm2: area that will stand on supports; 0 when none are printed.
        density: of the material, g/cm³.
    """
    amounts = _amounts(volume_mm3, area_mm2, size_mm, profile, layer_mm)
    props_mm3 = overhang_mm2 * size_mm[2] / 2 * SUPPORT_DENSITY
    seconds = _seconds(amounts, profile.motion, layer_mm)
    props_s = props_mm3 / (LINE_MM * layer_mm) * (1 / profile.motion.infill_mm_s + 0.007)
    grams = density * 1e-3 * (FIT.grams * amounts.total + props_mm3)
    return Estimate(
        seconds=profile.motion.start_s + seconds + props_s + SKIRT_S, grams=grams + SKIRT_G
    )


def _amounts(
    volume: float,
    area: float,
    size: tuple[float, float, float],
    profile: PrinterProfile,
    layer: float,
) -> _Amounts:
    """Split the solid into walls, top and bottom skins, and infill."""
    width, depth, height = size
    footprint = min(max(FIT.footprint * width * depth, volume / height), 0.48 * area)
    side = max(area - 2 * footprint, 0.05 * area)
    walls = min(_number(profile, "perimeters") * LINE_MM * side, 0.98 * volume)
    skin_layers = _number(profile, "top_solid_layers") + _number(profile, "bottom_solid_layers")
    skins = min(footprint * skin_layers * layer, volume - walls)
    solid_core = (volume - walls) / height < SOLID_BELOW_MM2
    share = 1.0 if solid_core else _number(profile, "fill_density") / 100
    return _Amounts(
        walls=walls,
        skins=skins,
        infill=share * (volume - walls - skins),
        solid_core=solid_core,
        side_mm2=side,
        footprint_mm2=footprint,
        thickness_mm=2 * volume / area,
        layers=max(1, math.ceil(height / layer)),
    )


def _number(profile: PrinterProfile, setting: str) -> float:
    return float(profile.slicer[setting].rstrip("%"))


def _seconds(part: _Amounts, motion: Motion, layer: float) -> float:
    """Seconds of drawing and travelling, with slow layers for cooling."""
    bead = LINE_MM * layer
    flow = motion.max_volumetric_mm3_s / bead
    solid = min(motion.solid_infill_mm_s, flow)
    core = solid if part.solid_core else min(motion.infill_mm_s, flow)
    drawn = part.walls / bead
    outside = min(part.side_mm2 / layer, drawn)
    piece = max(part.side_mm2 / layer / part.layers / FIT.wall_segments, 1.0)
    accel = motion.accel_mm_s2
    seconds = (
        _lines(outside, min(motion.external_perimeter_mm_s, flow), piece, accel)
        + _lines(drawn - outside, min(motion.perimeter_mm_s, flow), piece, accel)
        + _lines(part.skins / bead, solid, math.sqrt(part.footprint_mm2) / 2, accel)
        + _lines(part.infill / bead, core, max(FIT.infill_line * part.thickness_mm, 1.0), accel)
        + _gaps(part, layer)
        # the first layer is slow, and the top one is drawn at half the speed
        + part.footprint_mm2 / 0.5 / min(motion.first_layer_mm_s, flow)
        - part.footprint_mm2 / LINE_MM / solid / 2
        + FIT.layer_s * part.layers
    ) * FIT.seconds
    slowest = part.total / bead / part.layers / COOL_MM_S + FIT.layer_s
    return max(seconds, part.layers * min(COOL_S, slowest))


def _lines(length: float, speed: float, piece: float, accel: float) -> float:
    """Seconds to draw ``length`` mm in straight pieces, slowing down between them."""
    return length / speed + length / piece * min(speed / accel, math.sqrt(4 * piece / accel))


def _gaps(part: _Amounts, layer: float) -> float:
    """Seconds to fill the gaps of walls that are no whole number of lines, at 40 mm/s."""
    thin = 1 / (1 + (part.thickness_mm / FIT.gap_mm) ** 4)
    return FIT.gap_share * thin * part.side_mm2 / 2 / layer / 40.0
