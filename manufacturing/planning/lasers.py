"""Laser cutters as data, what they can cut, and how fast.

Volumes and tubes are those of common makers; the recipes are estimates from memory of what such
services use on a 60 W CO₂ tube. A workshop tunes its own.
"""

from __future__ import annotations

from dataclasses import dataclass

from edge.protocol import Bed, LaserEnvelope, LaserProfile

REFERENCE_W = 60.0
FULL_POWER_S = 1000.0
"""GRBL's $30 as it comes: the S word of full power."""
CUT_SHARE, ENGRAVE_SHARE = 0.9, 0.18
ENGRAVE_MM_S = 120.0
LEAST_MM_S = 3.0
"""Slower than this a sheet burns rather than being cut."""


@dataclass(frozen=True)
class Recipe:
    """How fast a tube of 60 W goes through one sheet in one pass, mm/s."""

    speed_mm_s: float


RECIPES: dict[tuple[str, float], Recipe] = {
    ("birch", 3.0): Recipe(20),
    ("birch", 4.0): Recipe(14),
    ("birch", 6.0): Recipe(8),
    ("poplar", 3.0): Recipe(26),
    ("poplar", 4.0): Recipe(19),
    ("poplar", 6.0): Recipe(11),
    ("acrylic", 3.0): Recipe(18),
    ("acrylic", 5.0): Recipe(10),
    ("acrylic", 8.0): Recipe(5),
}
"""Material and thickness (mm) → recipe."""


def speed_mm_s(material: str, thickness_mm: float, profile: LaserProfile) -> float:
    """How fast this machine cuts this sheet; 0 where it cannot.

    Speed goes with power: half the tube, half the speed.
    """
    recipe = RECIPES.get((material, thickness_mm))
    if recipe is None:
        return 0.0
    speed = recipe.speed_mm_s * profile.beam_w / REFERENCE_W
    return min(speed, profile.envelope.max_feed_mm_s) if speed >= LEAST_MM_S else 0.0


def _laser(
    slug: str, name: str, bed_mm: tuple[float, float, float], beam_w: float, travel: float
) -> LaserProfile:
    width, depth, height = bed_mm
    return LaserProfile(
        slug=slug,
        name=name,
        bed=Bed(width_mm=width, depth_mm=depth, height_mm=height),
        envelope=LaserEnvelope(
            x_min_mm=0,
            x_max_mm=width,
            y_min_mm=0,
            y_max_mm=depth,
            z_max_mm=height,
            max_feed_mm_s=travel,
            max_accel_mm_s2=3000,
            max_beam_s=FULL_POWER_S,
        ),
        beam_w=beam_w,
        travel_mm_s=travel,
        accel_mm_s2=2000,
        start_s=120,
    )


LASERS: dict[str, LaserProfile] = {
    profile.slug: profile
    for profile in (
        _laser("laser-600", "CO₂ laser 600 × 400, 40 W", (600, 400, 30), 40, 300),
        _laser("laser-1000", "CO₂ laser 1000 × 700, 80 W", (1000, 700, 40), 80, 400),
    )
}
"""Slug → profile."""
