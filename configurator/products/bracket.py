"""An angle bracket: two legs with screw holes, and gussets that keep them square."""

from __future__ import annotations

from dataclasses import replace
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Literal

from configurator.products.base import (
    BaseParams,
    Family,
    Part,
    Preset,
    Quality,
    Vector,
    choice,
    flag,
    number,
)

if TYPE_CHECKING:
    from configurator.dfm.base import Finding
    from configurator.geometry.angle import Angle
    from configurator.materials import Filament


class BracketParams(BaseParams):
    """An angle bracket."""

    leg_a_mm: float = number(
        "First leg",
        70,
        unit="mm",
        ge=24,
        le=140,
        step=1,
        help="From the outer corner to its end.",
        group="Size",
    )
    leg_b_mm: float = number("Second leg", 55, unit="mm", ge=24, le=140, step=1, group="Size")
    width_mm: float = number("Width", 40, unit="mm", ge=16, le=80, step=1, group="Size")
    thickness_mm: float = number("Thickness", 5, unit="mm", ge=2.4, le=10, step=0.2, group="Size")
    fillet_mm: float = number(
        "Fillet",
        4,
        unit="mm",
        ge=1,
        le=12,
        step=0.5,
        help="Radius inside the bend; a larger one spreads the load.",
        group="Size",
    )
    gussets: Literal["none", "one", "two"] = choice(
        "Gussets",
        "two",
        {"none": "None", "one": "One side", "two": "Both sides"},
        group="Gussets",
    )
    gusset_mm: float = number(
        "Gusset length",
        26,
        unit="mm",
        ge=8,
        le=100,
        step=0.5,
        help="Along each leg, from the inner corner.",
        group="Gussets",
    )
    arched: bool = flag("Arched gussets", False, help="A hollow free edge.", group="Gussets")
    screw: Literal["m3", "m4", "m5", "m6", "m8"] = choice(
        "Screws",
        "m5",
        {"m3": "M3", "m4": "M4", "m5": "M5", "m6": "M6", "m8": "M8"},
        group="Screws",
    )
    fit: Literal["close", "medium", "coarse"] = choice(
        "Clearance",
        "medium",
        {"close": "Close", "medium": "Medium", "coarse": "Coarse"},
        help="Hole sizes of ISO 273; M5 is 5.3, 5.5 or 5.8 mm.",
        group="Screws",
    )
    countersunk: bool = flag(
        "Countersunk", False, help="For 90° heads, on the inside.", group="Screws"
    )
    holes_a: int = number("Holes, first leg", 2, ge=0, le=5, step=1, whole=True, group="Screws")
    holes_b: int = number("Holes, second leg", 1, ge=0, le=5, step=1, whole=True, group="Screws")


class Bracket(Family):
    """Angle bracket."""

    slug = "bracket"
    version = 1
    name = "Angle bracket"
    summary = "Shelves, frames and corners: your legs, your screws. Layers run round the bend."
    materials = ("petg", "pla")
    Params = BracketParams
    prismatic = True
    fitted = "screw fit countersunk holes_a holes_b"
    wall_field = "thickness_mm"
    view_deg = (48.0, 30.0)
    idle = {name: {"gussets": ("none",)} for name in ("gusset_mm", "arched")}
    presets = (
        Preset("Shelf", {}, "steel"),
        Preset(
            "Corner",
            {
                "leg_a_mm": 34,
                "leg_b_mm": 34,
                "width_mm": 20,
                "thickness_mm": 3,
                "gussets": "none",
                "screw": "m4",
                "holes_a": 1,
            },
            "bone",
        ),
        Preset(
            "Heavy",
            {
                "leg_a_mm": 110,
                "leg_b_mm": 110,
                "width_mm": 60,
                "thickness_mm": 9,
                "fillet_mm": 8,
                "gusset_mm": 50,
                "arched": True,
                "screw": "m8",
                "holes_b": 2,
            },
            "graphite",
        ),
        Preset(
            "Worktop",
            {
                "leg_a_mm": 60,
                "leg_b_mm": 60,
                "width_mm": 30,
                "gussets": "one",
                "gusset_mm": 36,
                "arched": True,
                "screw": "m4",
                "countersunk": True,
                "holes_b": 2,
            },
            "sage",
        ),
        Preset(
            "Rail",
            {
                "leg_a_mm": 140,
                "leg_b_mm": 40,
                "width_mm": 26,
                "gussets": "one",
                "gusset_mm": 24,
                "fit": "coarse",
                "holes_a": 5,
            },
            "mustard",
        ),
        Preset(
            "Circuit board",
            {
                "leg_a_mm": 24,
                "leg_b_mm": 24,
                "width_mm": 16,
                "thickness_mm": 2.4,
                "fillet_mm": 2,
                "gussets": "none",
                "screw": "m3",
                "fit": "close",
                "holes_a": 1,
            },
            "forest",
        ),
        Preset(
            "Bookcase",
            {
                "leg_a_mm": 50,
                "leg_b_mm": 50,
                "width_mm": 50,
                "thickness_mm": 4,
                "fillet_mm": 6,
                "gusset_mm": 34,
                "screw": "m4",
                "countersunk": True,
                "holes_a": 1,
            },
            "terracotta",
        ),
        Preset(
            "Profile",
            {
                "leg_a_mm": 40,
                "leg_b_mm": 40,
                "width_mm": 40,
                "thickness_mm": 5,
                "fillet_mm": 3,
                "gusset_mm": 21,
                "arched": True,
                "screw": "m5",
                "holes_a": 1,
            },
            "midnight",
        ),
    )

    def build(self, params: Any, quality: Quality) -> tuple[Part, ...]:
        """One part, ``bracket``, lying on its side, so that every layer runs round the bend."""
        from configurator.geometry.bracket import bracket

        return (Part("bracket", bracket(_angle(params), quality)),)

    def scene(self, parts: tuple[Part, ...]) -> tuple[Part, ...]:
        """As it is screwed on: one leg flat, the other upright."""
        from configurator.geometry.bracket import as_used

        return tuple(replace(part, mesh=as_used(part.mesh)) for part in parts)

    def declared_box(self, params: Any) -> dict[str, Vector]:
        return {"bracket": (params.leg_a_mm, params.leg_b_mm, params.width_mm)}

    def rules(self, params: Any, material: Filament) -> tuple[Finding, ...]:
        from configurator.dfm.screwed import screwed

        return screwed(_angle(params))


@lru_cache(maxsize=256)
def _angle(params: BracketParams) -> Angle:
    from configurator.geometry.angle import Angle

    return Angle(**params.model_dump())
