"""A picture to touch: what is light stands high, in a plaque with a rim."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal

from configurator.pictures import OURS
from configurator.products.base import (
    Family,
    Part,
    Preset,
    Quality,
    Vector,
    choice,
    number,
    upload,
)
from configurator.products.pictured import PicturedParams, view_of

if TYPE_CHECKING:
    from configurator.dfm.base import Finding
    from configurator.geometry.relief import Plaque


class ReliefParams(PicturedParams):
    """A relief."""

    picture: str = upload("Picture", "sunflower", accept="picture", ours=OURS, group="Picture")
    soft_pct: float = number(
        "Softness",
        0.5,
        unit="%",
        ge=0,
        le=4,
        step=0.1,
        help="A photograph wants a little, a drawing none.",
        group="Picture",
    )
    shape: Literal["rectangle", "oval", "arch"] = choice(
        "Shape",
        "oval",
        {"rectangle": "Rectangle", "oval": "Round or oval", "arch": "Arch"},
        group="Shape",
    )
    width_mm: float = number("Width", 90, unit="mm", ge=30, le=200, step=1, group="Shape")
    height_mm: float = number("Height", 90, unit="mm", ge=30, le=200, step=1, group="Shape")
    base_mm: float = number("Base", 1.6, unit="mm", ge=0.4, le=6, step=0.1, group="Depth")
    relief_mm: float = number("Relief", 3.2, unit="mm", ge=0.4, le=10, step=0.1, group="Depth")
    rim_mm: float = number("Rim", 2, unit="mm", ge=0, le=6, step=0.5, group="Depth")


class PictureRelief(Family):
    """Relief."""

    slug = "relief"
    version = 3
    name = "Relief"
    summary = "Your picture to touch: light stands high, dark lies low."
    materials = ("pla", "petg")
    Params = ReliefParams
    fitted = "across_pct down_pct contrast_pct soft_pct negative shape"
    wall_field = "base_mm"
    view_deg = (20.0, 52.0)
    presets = (
        Preset("Sunflower", {}, "mustard"),
        Preset(
            "Moon medal",
            {"picture": "moon", "width_mm": 60, "height_mm": 60, "relief_mm": 2.4, "rim_mm": 1.5},
            "steel",
        ),
        Preset(
            "Pond tile",
            {
                "picture": "ripples",
                "shape": "rectangle",
                "width_mm": 120,
                "height_mm": 90,
                "relief_mm": 4,
            },
            "mist",
        ),
        Preset(
            "Valley window",
            {
                "picture": "hills",
                "shape": "arch",
                "width_mm": 90,
                "height_mm": 120,
                "negative": True,
                "relief_mm": 6,
                "soft_pct": 0.2,
            },
            "sand",
        ),
        Preset(
            "Fossil fern",
            {
                "picture": "fern",
                "shape": "oval",
                "width_mm": 130,
                "height_mm": 96,
                "negative": True,
                "relief_mm": 2.6,
                "rim_mm": 3,
            },
            "terracotta",
        ),
        Preset(
            "Pressed leaf",
            {
                "picture": "fern",
                "shape": "rectangle",
                "width_mm": 100,
                "height_mm": 75,
                "relief_mm": 2,
                "soft_pct": 0.3,
            },
            "sage",
        ),
    )

    def build(self, params: Any, quality: Quality) -> tuple[Part, ...]:
        """One part, ``plaque``, lying on its back."""
        from configurator.geometry.relief import plaque_mesh

        return (Part("plaque", plaque_mesh(_plaque(params), quality), walls_declared=True),)

    def declared_box(self, params: Any) -> dict[str, Vector]:
        return {"plaque": (params.width_mm, params.height_mm, params.base_mm + params.relief_mm)}

    def rules(self, params: Any, material: Any) -> tuple[Finding, ...]:
        from configurator.dfm.pictured import raised

        return raised(params, _plaque(params).view, material)


def _plaque(params: ReliefParams) -> Plaque:
    from configurator.geometry.relief import Plaque

    return Plaque(
        view=view_of(params, soft=params.soft_pct / 100),
        shape=params.shape,
        width_mm=params.width_mm,
        height_mm=params.height_mm,
        base_mm=params.base_mm,
        relief_mm=params.relief_mm,
        rim_mm=params.rim_mm,
    )
