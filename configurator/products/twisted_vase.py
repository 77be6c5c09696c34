"""A vase whose ribs turn as they rise: one outline, one pattern, one twist."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any, Literal

from configurator.products.base import (
    BaseParams,
    Family,
    Part,
    Preset,
    Quality,
    Vector,
    choice,
    number,
)

if TYPE_CHECKING:
    from configurator.dfm.base import Finding
    from configurator.materials import Filament


class VaseParams(BaseParams):
    """A vase."""

    outline: Literal["barrel", "amphora", "trumpet", "column", "gourd", "bowl"] = choice(
        "Outline",
        "barrel",
        {
            "barrel": "Barrel",
            "amphora": "Amphora",
            "trumpet": "Trumpet",
            "column": "Column",
            "gourd": "Gourd",
            "bowl": "Bowl",
        },
        help="How wide it is on the way up.",
        group="Shape",
    )
    height_mm: float = number("Height", 140, unit="mm", ge=60, le=240, step=1, group="Shape")
    width_mm: float = number(
        "Width", 98, unit="mm", ge=40, le=160, step=1, help="At its widest.", group="Shape"
    )
    pattern: Literal["soft", "fluted", "petal", "facet", "woven"] = choice(
        "Pattern",
        "soft",
        {
            "soft": "Soft waves",
            "fluted": "Fluted",
            "petal": "Petals",
            "facet": "Facets",
            "woven": "Woven",
        },
        help="What the ribs look like from above.",
        group="Ribs",
    )
    ribs: int = number("Ribs", 8, ge=0, le=24, step=1, whole=True, group="Ribs")
    depth_pct: float = number(
        "Rib depth", 12, unit="%", ge=0, le=25, step=1, help="Of the radius.", group="Ribs"
    )
    twist_deg: float = number(
        "Twist", 66, unit="°", ge=0, le=180, step=1, help="From foot to rim.", group="Ribs"
    )
    wall_mm: float = number(
        "Wall",
        1.6,
        unit="mm",
        ge=0.6,
        le=4,
        step=0.1,
        help="Thicker is stronger, heavier and slower to print.",
        group="Strength",
    )


class TwistedVase(Family):
    """Twisted vase."""

    slug = "twisted-vase"
    version = 2
    name = "Twisted vase"
    summary = "Ribs that turn as they rise, in an outline of your choice."
    materials = ("petg", "pla")
    Params = VaseParams
    wall_field = "wall_mm"
    view_deg = (20.0, 20.0)
    idle = {"depth_pct": {"ribs": (0,)}}
    presets = (
        Preset("Calm", {}, "kiln"),
        Preset(
            "Storm",
            {"outline": "amphora", "height_mm": 170, "width_mm": 112, "ribs": 13, "twist_deg": 150},
            "midnight",
        ),
        Preset(
            "Bud",
            {
                "outline": "gourd",
                "height_mm": 110,
                "width_mm": 62,
                "ribs": 6,
                "pattern": "petal",
                "twist_deg": 60,
                "depth_pct": 14,
            },
            "forest",
        ),
        Preset(
            "Column",
            {
                "outline": "column",
                "height_mm": 200,
                "width_mm": 84,
                "pattern": "fluted",
                "ribs": 20,
                "depth_pct": 8,
                "twist_deg": 24,
            },
            "bone",
        ),
        Preset(
            "Shell",
            {
                "outline": "bowl",
                "height_mm": 102,
                "width_mm": 124,
                "ribs": 10,
                "pattern": "petal",
                "twist_deg": 80,
                "depth_pct": 16,
            },
            "mist",
        ),
        Preset(
            "Crystal",
            {
                "outline": "barrel",
                "height_mm": 150,
                "width_mm": 92,
                "pattern": "facet",
                "ribs": 6,
                "depth_pct": 14,
                "twist_deg": 75,
            },
            "sage",
        ),
        Preset(
            "Trumpet",
            {
                "outline": "trumpet",
                "height_mm": 190,
                "width_mm": 110,
                "pattern": "soft",
                "ribs": 9,
                "depth_pct": 13,
                "twist_deg": 120,
            },
            "blush",
        ),
        Preset(
            "Basket",
            {
                "outline": "barrel",
                "height_mm": 120,
                "width_mm": 110,
                "pattern": "woven",
                "ribs": 12,
                "depth_pct": 7,
                "twist_deg": 75,
            },
            "mustard",
        ),
    )

    def build(self, params: Any, quality: Quality) -> tuple[Part, ...]:
        """One part, ``body``: open at the top, with a flat floor and a round lip."""
        from configurator.geometry.vessel import vessel
        from configurator.stock import FILAMENTS

        # A wall that some material finds thin is measured all the same, so that it is painted.
        declared = params.wall_mm >= max(filament.min_wall_mm for filament in FILAMENTS)
        return (Part("body", vessel(_surface(params), quality), walls_declared=declared),)

    def declared_box(self, params: Any) -> dict[str, Vector]:
        return {"body": (params.width_mm, params.width_mm, params.height_mm)}

    def rules(self, params: Any, material: Filament) -> tuple[Finding, ...]:
        from configurator.dfm.declared import thin_wall

        return (
            *thin_wall(self, "body", params.wall_mm, material, "wall_mm"),
            *_lean(self, params, material),
        )


def _surface(params: VaseParams) -> Any:
    from configurator.geometry.vessel import Surface

    return Surface(
        outline=params.outline,
        pattern=params.pattern,
        height_mm=params.height_mm,
        radius_mm=params.width_mm / 2,
        ribs=params.ribs,
        depth=params.depth_pct / 100 if params.ribs else 0.0,
        twist=math.radians(params.twist_deg),
        wall_mm=params.wall_mm,
    )


def _lean(family: Family, params: VaseParams, material: Filament) -> tuple[Finding, ...]:
    """A wall that leans out too far, and the height at which it would stand."""
    from configurator.dfm.declared import leaning_wall

    def lean_deg(height_mm: float) -> float:
        lean: float = _surface(params.model_copy(update={"height_mm": height_mm})).steepest_deg()
        return lean

    return leaning_wall(family, "body", lean_deg, params.height_mm, 240, material, "height_mm")
