"""A pair of involute spur gears that run together: two parts, one module."""

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
    flag,
    number,
)

if TYPE_CHECKING:
    from configurator.dfm.base import Finding
    from configurator.geometry.gear import Wheel
    from configurator.geometry.involute import Pair
    from configurator.materials import Filament

_GAP_MM = 6.0


class GearParams(BaseParams):
    """A gear and its pinion."""

    module_mm: float = number(
        "Module",
        2,
        unit="mm",
        ge=0.8,
        le=3,
        step=0.05,
        help="Pitch diameter over teeth; both gears share it.",
        group="Teeth",
    )
    gear_teeth: int = number("Teeth, gear", 32, ge=8, le=72, step=1, whole=True, group="Teeth")
    pinion_teeth: int = number("Teeth, pinion", 16, ge=8, le=40, step=1, whole=True, group="Teeth")
    pressure: Literal["14.5", "20", "25"] = choice(
        "Pressure angle",
        "20",
        {"14.5": "14.5°", "20": "20°", "25": "25°"},
        help="20° is the standard; 25° is stronger, 14.5° matches old gears.",
        group="Teeth",
    )
    shift: Literal["auto", "none"] = choice(
        "Profile shift",
        "auto",
        {"auto": "As needed", "none": "None"},
        help="Keeps small gears from being undercut.",
        group="Teeth",
    )
    backlash_mm: float = number(
        "Backlash",
        0.2,
        unit="mm",
        ge=0,
        le=0.6,
        step=0.05,
        help="Play between the teeth; 0.1 to 0.3 mm prints well.",
        group="Teeth",
    )
    width_mm: float = number("Face width", 10, unit="mm", ge=4, le=30, step=0.5, group="Body")
    gear_bore_mm: float = number(
        "Bore, gear",
        8,
        unit="mm",
        ge=0,
        le=30,
        step=0.1,
        help="Add 0.2 mm to the shaft for a slip fit; 0 for none.",
        group="Body",
    )
    pinion_bore_mm: float = number(
        "Bore, pinion", 6, unit="mm", ge=0, le=30, step=0.1, group="Body"
    )
    keyway: bool = flag(
        "Keyway", False, help="Width after DIN 6885, for bores over 6 mm.", group="Body"
    )
    hub_mm: float = number(
        "Hub height",
        5,
        unit="mm",
        ge=0,
        le=20,
        step=0.5,
        help="Above the face, from 1 mm; 0 for none.",
        group="Body",
    )
    holes: int = number(
        "Lightening holes",
        5,
        ge=0,
        le=8,
        step=1,
        whole=True,
        help="Where there is room.",
        group="Body",
    )


class SpurGear(Family):
    """Spur gear pair."""

    slug = "spur-gear"
    version = 1
    name = "Spur gear pair"
    summary = "A gear and a pinion with involute teeth, for your shafts."
    materials = ("pla", "petg")
    Params = GearParams
    prismatic = True
    fitted = (
        "module_mm gear_teeth pinion_teeth pressure backlash_mm gear_bore_mm pinion_bore_mm keyway"
    )
    view_deg = (24.0, 44.0)
    presets = (
        Preset("Two to one", {}, "kiln"),
        Preset(
            "Instrument",
            {
                "module_mm": 1,
                "gear_teeth": 60,
                "pinion_teeth": 20,
                "width_mm": 6,
                "backlash_mm": 0.15,
                "gear_bore_mm": 6,
                "pinion_bore_mm": 5,
                "holes": 6,
                "hub_mm": 4,
            },
            "steel",
        ),
        Preset(
            "Keyed",
            {
                "module_mm": 2.5,
                "gear_teeth": 30,
                "pinion_teeth": 20,
                "width_mm": 16,
                "gear_bore_mm": 14,
                "pinion_bore_mm": 12,
                "keyway": True,
                "hub_mm": 8,
                "holes": 6,
            },
            "midnight",
        ),
        Preset(
            "Equal",
            {
                "module_mm": 2,
                "gear_teeth": 24,
                "pinion_teeth": 24,
                "gear_bore_mm": 8,
                "pinion_bore_mm": 8,
                "hub_mm": 0,
                "holes": 6,
                "width_mm": 8,
            },
            "sage",
        ),
        Preset(
            "Motor",
            {
                "module_mm": 1.25,
                "gear_teeth": 48,
                "pinion_teeth": 12,
                "pinion_bore_mm": 5,
                "gear_bore_mm": 8,
                "width_mm": 8,
                "holes": 6,
                "hub_mm": 4,
            },
            "mustard",
        ),
        Preset(
            "Strong",
            {
                "module_mm": 3,
                "gear_teeth": 24,
                "pinion_teeth": 14,
                "pressure": "25",
                "width_mm": 20,
                "gear_bore_mm": 10,
                "pinion_bore_mm": 10,
                "backlash_mm": 0.25,
                "hub_mm": 0,
                "holes": 0,
            },
            "graphite",
        ),
        Preset(
            "Clock",
            {
                "module_mm": 1.5,
                "gear_teeth": 64,
                "pinion_teeth": 16,
                "width_mm": 5,
                "gear_bore_mm": 5,
                "pinion_bore_mm": 4,
                "holes": 8,
                "hub_mm": 3,
            },
            "bone",
        ),
    )

    def build(self, params: Any, quality: Quality) -> tuple[Part, ...]:
        """``gear`` and ``pinion``; at home the pinion is in mesh, to the right of the gear."""
        from configurator.geometry.gear import mesh

        gear, pinion = _wheels(params)
        apart = gear.tooth.tip_radius + pinion.tooth.tip_radius + _GAP_MM
        return (
            Part("gear", mesh(gear, quality)),
            Part(
                "pinion",
                mesh(pinion, quality),
                at=(apart, 0.0, 0.0),
                home=(_pair(params).centre_mm, 0.0, 0.0, False),
            ),
        )

    def declared_box(self, params: Any) -> dict[str, Vector]:
        gear, pinion = _wheels(params)
        return {
            name: (2 * wheel.tooth.tip_radius, 2 * wheel.tooth.tip_radius, wheel.height_mm)
            for name, wheel in (("gear", gear), ("pinion", pinion))
        }

    def rules(self, params: Any, material: Filament) -> tuple[Finding, ...]:
        from configurator.dfm.geared import geared

        return geared(params, _pair(params), _wheels(params), material)

    def cured(self, params: Any, finding: Finding, material: Filament) -> Finding:
        from configurator.dfm.geared import with_value

        return with_value(self, params, finding, material)

    def facts(self, params: Any, parts: tuple[Part, ...]) -> tuple[str, ...]:
        """What who builds with them needs: how fast they turn, and how far apart."""
        from configurator.dfm.geared import ratio_of

        apart = _pair(params).centre_mm
        return (f"Ratio {ratio_of(params)}", f"centre distance {apart:.2f} mm")


def _pair(params: GearParams) -> Pair:
    from configurator.geometry.involute import pair

    return pair(
        params.module_mm,
        (params.gear_teeth, params.pinion_teeth),
        float(params.pressure),
        params.backlash_mm,
        shifted_profile=params.shift == "auto",
    )


def _wheels(params: GearParams) -> tuple[Wheel, Wheel]:
    """Gear and pinion; where they meet the gear has a tooth and the pinion a space."""
    from configurator.geometry.gear import Wheel

    both = _pair(params)
    even = params.pinion_teeth % 2 == 0
    gear = Wheel(
        both.gear, params.width_mm, params.gear_bore_mm, params.keyway, params.hub_mm, params.holes
    )
    pinion = Wheel(
        both.pinion,
        params.width_mm,
        params.pinion_bore_mm,
        params.keyway,
        params.hub_mm,
        params.holes,
        turn=math.pi / params.pinion_teeth if even else 0.0,
    )
    return gear, pinion
