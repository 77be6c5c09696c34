"""A picture that shows when light falls through it: a plate as thick as the picture is dark."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal

from configurator.products.base import (
    Family,
    Part,
    Preset,
    Quality,
    Vector,
    choice,
    number,
)
from configurator.products.pictured import PicturedParams, view_of

if TYPE_CHECKING:
    from configurator.dfm.base import Finding
    from configurator.geometry.lithophane import Lithophane


class LithophaneParams(PicturedParams):
    """A lithophane."""

    form: Literal["flat", "arc", "lamp"] = choice(
        "Form",
        "arc",
        {"flat": "Flat", "arc": "Arc that stands", "lamp": "Lamp shade, round"},
        group="Shape",
    )
    width_mm: float = number(
        "Width",
        120,
        unit="mm",
        ge=50,
        le=320,
        step=1,
        help="Along the curve, inside; for a lamp all the way round.",
        group="Shape",
    )
    height_mm: float = number("Height", 90, unit="mm", ge=40, le=200, step=1, group="Shape")
    arc_deg: float = number(
        "Arc", 90, unit="°", ge=30, le=180, step=1, help="How far it curves.", group="Shape"
    )
    border_mm: float = number("Border", 3, unit="mm", ge=0, le=8, step=0.5, group="Shape")
    thin_mm: float = number(
        "Thinnest",
        0.8,
        unit="mm",
        ge=0.4,
        le=1.6,
        step=0.1,
        help="Where the picture is white.",
        group="Light",
    )
    thick_mm: float = number(
        "Thickest",
        3.0,
        unit="mm",
        ge=1.6,
        le=4.5,
        step=0.1,
        help="Where the picture is black.",
        group="Light",
    )


class PictureLight(Family):
    """Lithophane."""

    slug = "lithophane"
    version = 1
    name = "Lithophane"
    summary = "Your picture in light and shadow: white plastic, lit from behind."
    materials = ("pla", "petg")
    Params = LithophaneParams
    fitted = "across_pct down_pct contrast_pct negative form"
    wall_field = "thin_mm"
    dark_note = (
        "This colour lets little light through: the picture will be dim. "
        "White and pale colours shine best."
    )
    view_deg = (14.0, 12.0)
    idle = {"arc_deg": {"form": ("flat", "lamp")}}
    presets = (
        Preset("Morning hills", {}, "white"),
        Preset(
            "Moon lamp",
            {"picture": "moon", "form": "lamp", "width_mm": 300, "height_mm": 120},
            "white",
        ),
        Preset(
            "Fern at the window",
            {"picture": "fern", "form": "flat", "width_mm": 120, "height_mm": 90, "thick_mm": 2.8},
            "bone",
        ),
        Preset(
            "Half round",
            {"picture": "hills", "width_mm": 240, "height_mm": 110, "arc_deg": 180},
            "white",
        ),
        Preset(
            "Pond shade",
            {
                "picture": "ripples",
                "form": "lamp",
                "width_mm": 280,
                "height_mm": 150,
                "contrast_pct": -20,
                "border_mm": 4,
            },
            "sand",
        ),
        Preset(
            "Small sunflower",
            {
                "picture": "sunflower",
                "form": "arc",
                "width_mm": 80,
                "height_mm": 80,
                "arc_deg": 60,
                "border_mm": 2,
            },
            "mustard",
        ),
    )

    def build(self, params: Any, quality: Quality) -> tuple[Part, ...]:
        """One part, ``plate``, printed standing: layers run across the picture, not along it."""
        from configurator.geometry.lithophane import lithophane_mesh

        mesh, glow = lithophane_mesh(_litho(params), quality)
        return (Part("plate", mesh, walls_declared=True, glow=glow),)

    def declared_box(self, params: Any) -> dict[str, Vector]:
        return {"plate": _litho(params).box_mm}

    def rules(self, params: Any, material: Any) -> tuple[Finding, ...]:
        from configurator.dfm.pictured import lit

        return lit(params, _litho(params), material)


def _litho(params: LithophaneParams) -> Lithophane:
    from configurator.geometry.lithophane import Lithophane

    return Lithophane(
        view=view_of(params),
        form=params.form,
        width_mm=params.width_mm,
        height_mm=params.height_mm,
        arc_deg=params.arc_deg,
        thin_mm=params.thin_mm,
        thick_mm=params.thick_mm,
        border_mm=params.border_mm,
    )
