"""CNC routers as data, and how long they take: one piece's time from its measures.

Volumes are those of common makers' machines. The recipes are estimates from memory of tool
makers' tables for two-flute end mills on a light router; a workshop tunes its own.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from edge.protocol import Bed, MillEnvelope, MillProfile

REFERENCE_W = 1500.0
TOOL_MM = 6.0
"""The tool that cuts a part free: its path is as wide."""
CONTOUR_S = 3.0
"""To lift, go to the next contour and plunge."""
TOOLS = 2
"""Changes in one program: one tool clears, one finishes, the last cuts free."""


@dataclass(frozen=True)
class Recipe:
    """How a router of 1.5 kW works one material.

    ``clear_mm3_s`` is taken out of a pocket, ``feed_mm_s`` is gone along an edge, ``pass_mm`` deep
    at a time.
    """

    clear_mm3_s: float
    feed_mm_s: float
    pass_mm: float


RECIPES: dict[str, Recipe] = {
    "oak": Recipe(220, 30, 3.0),
    "walnut": Recipe(260, 32, 3.0),
    "beech": Recipe(220, 30, 3.0),
    "acrylic-plate": Recipe(140, 22, 2.0),
    "aluminium": Recipe(35, 12, 0.6),
    "brass": Recipe(22, 9, 0.4),
}
"""Material → recipe."""
LEAST_W = {"aluminium": 1000.0, "brass": 1000.0}
"""Metal wants a spindle and a frame that do not give."""


def recipe_for(material: str, profile: MillProfile) -> Recipe | None:
    """How this machine works this material; None where it cannot. Power sets the removal."""
    recipe = RECIPES.get(material)
    if recipe is None or profile.spindle_w < LEAST_W.get(material, 0.0):
        return None
    share = min(1.0, profile.spindle_w / REFERENCE_W)
    return Recipe(recipe.clear_mm3_s * share, recipe.feed_mm_s * share, recipe.pass_mm)


def seconds_of(
    pockets: Sequence[tuple[float, float, float]],
    cut_mm: float,
    thickness_mm: float,
    contours: int,
    recipe: Recipe,
) -> float:
    """Machine time of one piece without the start.

    Args:
        pockets: (mm³ taken out, mm of edges, mm deep) of each part.
        cut_mm: what is cut right through, gone round once for each pass.

    >>> oak = RECIPES["oak"]  # 22 000 mm³ / 220 + 600 mm / 30 + 540 mm · 5 passes / 30 + 2 · 3
    >>> seconds_of([(22_000, 600, 3)], 540, 15, 2, oak)
    216.0
    """
    clearing = sum(mm3 for mm3, _, _ in pockets) / recipe.clear_mm3_s
    edges = sum(mm * math.ceil(deep / recipe.pass_mm - 1e-9) for _, mm, deep in pockets)
    through = cut_mm * math.ceil(thickness_mm / recipe.pass_mm - 1e-9)
    return clearing + (edges + through) / recipe.feed_mm_s + contours * CONTOUR_S


def _mill(
    slug: str, name: str, bed_mm: tuple[float, float, float], watts: float, travel: float
) -> MillProfile:
    width, depth, height = bed_mm
    return MillProfile(
        slug=slug,
        name=name,
        bed=Bed(width_mm=width, depth_mm=depth, height_mm=height),
        envelope=MillEnvelope(
            x_min_mm=0,
            x_max_mm=width,
            y_min_mm=0,
            y_max_mm=depth,
            z_min_mm=0,
            z_max_mm=height,
            max_feed_mm_s=travel,
            max_accel_mm_s2=800,
            max_spindle_rpm=24_000,
        ),
        spindle_w=watts,
        travel_mm_s=travel,
        accel_mm_s2=500,
        start_s=480,
        tool_change_s=90,
    )


MILLS: dict[str, MillProfile] = {
    profile.slug: profile
    for profile in (
        _mill("router-600", "CNC router 600 × 400, 0.8 kW", (600, 400, 80), 800, 60),
        _mill("router-1000", "CNC router 1000 × 600, 1.5 kW", (1000, 600, 110), 1500, 90),
    )
}
"""Slug → profile."""
