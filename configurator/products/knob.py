"""A knob for a shaft: of a potentiometer, a switch, a tap or a drawer."""

from __future__ import annotations

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
    from configurator.geometry.knob import Knob as Shape
    from configurator.materials import Filament


class KnobParams(BaseParams):
    """A knob."""

    diameter_mm: float = number(
        "Diameter", 30, unit="mm", ge=16, le=70, step=0.5, help="Of the grip.", group="Size"
    )
    height_mm: float = number("Height", 18, unit="mm", ge=11, le=40, step=0.5, group="Size")
    skirt_mm: float = number(
        "Skirt",
        0,
        unit="mm",
        ge=0,
        le=8,
        step=0.5,
        help="How far a flange stands out at the foot, from 1 mm; 0 for none.",
        group="Size",
    )
    grip: Literal["flutes", "facets", "smooth"] = choice(
        "Grip",
        "flutes",
        {"flutes": "Flutes", "facets": "Facets", "smooth": "Smooth"},
        group="Grip",
    )
    count: int = number("Flutes or facets", 12, ge=6, le=30, step=1, whole=True, group="Grip")
    grip_mm: float = number("Flute depth", 1.4, unit="mm", ge=0.4, le=3, step=0.1, group="Grip")
    pointer: Literal["line", "dot", "none"] = choice(
        "Pointer",
        "line",
        {"line": "Line", "dot": "Dot", "none": "None"},
        help="Sunk into the top.",
        group="Grip",
    )
    shaft: Literal["d", "round", "spline18", "spline24", "square"] = choice(
        "Shaft",
        "d",
        {
            "d": "D-shaped",
            "round": "Round",
            "spline18": "Splined 6 mm, 18 teeth",
            "spline24": "Splined 6 mm, 24 teeth",
            "square": "Square",
        },
        group="Shaft",
    )
    shaft_mm: float = number(
        "Shaft width",
        6,
        unit="mm",
        ge=3,
        le=10,
        step=0.05,
        help="Diameter, or across a square's sides; splined shafts are 6 mm.",
        group="Shaft",
    )
    play_mm: float = number(
        "Play",
        0.15,
        unit="mm",
        ge=0,
        le=0.5,
        step=0.05,
        help="Added to the shaft: 0.1 to press on, 0.2 to slip on.",
        group="Shaft",
    )
    deep_mm: float = number("Hole depth", 11, unit="mm", ge=5, le=30, step=0.5, group="Shaft")
    screw: Literal["none", "m3", "m4"] = choice(
        "Set screw",
        "none",
        {"none": "None", "m3": "M3", "m4": "M4"},
        help="Cuts its own thread; opposite the pointer.",
        group="Shaft",
    )


class Knob(Family):
    """Control knob."""

    slug = "knob"
    version = 2
    name = "Control knob"
    summary = "For potentiometers, switches and taps: your shaft, your grip."
    materials = ("pla", "petg")
    Params = KnobParams
    prismatic = True
    fitted = "shaft shaft_mm play_mm deep_mm screw"
    view_deg = (204.0, 40.0)
    idle = {
        "count": {"grip": ("smooth",)},
        "grip_mm": {"grip": ("smooth", "facets")},
        "shaft_mm": {"shaft": ("spline18", "spline24")},
    }
    presets = (
        Preset("Volume", {}, "graphite"),
        Preset(
            "Tuner",
            {
                "diameter_mm": 44,
                "height_mm": 20,
                "count": 30,
                "grip_mm": 1,
                "pointer": "dot",
                "screw": "m3",
                "skirt_mm": 3,
            },
            "bone",
        ),
        Preset(
            "Amplifier",
            {
                "diameter_mm": 22,
                "height_mm": 16,
                "grip": "flutes",
                "count": 9,
                "grip_mm": 1.6,
                "skirt_mm": 4,
                "shaft": "spline18",
                "deep_mm": 10,
            },
            "midnight",
        ),
        Preset(
            "Synth",
            {
                "diameter_mm": 16,
                "height_mm": 18,
                "grip": "smooth",
                "shaft": "spline24",
                "deep_mm": 10,
            },
            "kiln",
        ),
        Preset(
            "Cooker",
            {
                "diameter_mm": 50,
                "height_mm": 26,
                "grip": "facets",
                "count": 10,
                "shaft_mm": 8,
                "screw": "m4",
                "deep_mm": 18,
            },
            "steel",
        ),
        Preset(
            "Tap",
            {
                "diameter_mm": 52,
                "height_mm": 24,
                "count": 6,
                "grip_mm": 3,
                "shaft": "square",
                "shaft_mm": 8,
                "pointer": "none",
                "deep_mm": 14,
            },
            "terracotta",
        ),
        Preset(
            "Hexagon",
            {
                "diameter_mm": 24,
                "height_mm": 14,
                "grip": "facets",
                "count": 6,
                "shaft": "round",
                "screw": "m3",
                "deep_mm": 8,
            },
            "mustard",
        ),
    )

    def build(self, params: Any, quality: Quality) -> tuple[Part, ...]:
        """One part, ``knob``, standing on its underside."""
        from configurator.geometry.knob import knob_mesh

        return (Part("knob", knob_mesh(_shape(params), quality)),)

    def declared_box(self, params: Any) -> dict[str, Vector]:
        wide = params.diameter_mm + 2 * params.skirt_mm
        return {"knob": (wide, wide, params.height_mm)}

    def rules(self, params: Any, material: Filament) -> tuple[Finding, ...]:
        return _gave_way(params, _shape(params))


def _shape(params: KnobParams) -> Shape:
    from configurator.geometry.knob import Knob as Shape

    return Shape(**params.model_dump())


def _gave_way(params: KnobParams, made: Shape) -> tuple[Finding, ...]:
    """What there was no room for."""
    found = []
    splined = params.shaft.startswith("spline")
    if not splined and made.fitting_shaft_mm < params.shaft_mm - 1e-6:
        found.append(
            _mended(
                "shaft",
                f"The hole is for a shaft of {made.fitting_shaft_mm:g} mm instead of "
                f"{params.shaft_mm:g} mm.",
                "A wider one would leave too thin a wall around it.",
                "Make the knob wider.",
            )
        )
    if params.grip == "flutes" and made.valley_mm < params.grip_mm - 1e-6:
        found.append(
            _mended(
                "grip",
                f"The flutes are {made.valley_mm:.1f} mm deep instead of {params.grip_mm:g} mm.",
                "Deeper ones would leave too thin a wall around the shaft, or ribs that break off.",
                "Make the knob wider, or take fewer flutes.",
            )
        )
    if made.fitting_deep_mm < params.deep_mm - 1e-6:
        found.append(
            _mended(
                "depth",
                f"The hole is {made.fitting_deep_mm:.1f} mm deep instead of {params.deep_mm:g} mm.",
                "A deeper one would break through the top.",
                "Make the knob higher for a longer shaft.",
            )
        )
    if params.screw != "none" and not made.has_screw:
        found.append(
            _mended(
                "screw",
                "The set screw is left out.",
                "There is no room for it on so thin or so short a shaft.",
                "Take a smaller screw, or a deeper hole.",
            )
        )
    return tuple(found)


def _mended(check: str, state: str, cause: str, cure: str) -> Finding:
    from configurator.dfm.base import Finding

    return Finding(check=check, level="mended", part="knob", state=state, cause=cause, cure=cure)
