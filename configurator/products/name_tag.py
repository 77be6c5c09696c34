"""A tag with a name on it: for keys, bags, pets and desks."""

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
    flag,
    number,
    text,
)
from configurator.products.typefaces import Face, typeface

if TYPE_CHECKING:
    from configurator.dfm.base import Finding
    from configurator.materials import Filament


class TagParams(BaseParams):
    """A name tag."""

    name: str = text(
        "Name",
        "Mia",
        max_length=24,
        help="Latin, Greek, Cyrillic, 中文, かな, عربي, हिन्दी, עברית.",
        group="Lettering",
    )
    second_line: str = text(
        "Second line",
        "",
        max_length=28,
        help="Smaller, beneath: a phone number, say.",
        group="Lettering",
    )
    face: Face = typeface("Typeface", "rounded", group="Lettering")
    lettering: Literal["raised", "engraved"] = choice(
        "Lettering", "raised", {"raised": "Raised", "engraved": "Engraved"}, group="Lettering"
    )
    relief_mm: float = number(
        "Relief",
        1.0,
        unit="mm",
        ge=0.4,
        le=1.2,
        step=0.1,
        help="How far letters rise or sink.",
        group="Lettering",
    )
    shape: Literal["rounded", "pill", "oval", "hexagon", "ticket", "outline"] = choice(
        "Shape",
        "pill",
        {
            "rounded": "Rounded",
            "pill": "Pill",
            "oval": "Oval",
            "hexagon": "Hexagon",
            "ticket": "Luggage label",
            "outline": "Follows the letters",
        },
        group="Shape",
    )
    width_mm: float = number("Width", 62, unit="mm", ge=30, le=120, step=1, group="Shape")
    height_mm: float = number("Height", 24, unit="mm", ge=14, le=70, step=1, group="Shape")
    thickness_mm: float = number("Thickness", 3, unit="mm", ge=2, le=6, step=0.2, group="Shape")
    rim: bool = flag("Raised rim", True, help="A border as high as the letters.", group="Shape")
    hole: Literal["none", "left", "top"] = choice(
        "Hole", "left", {"none": "None", "left": "Left", "top": "Top"}, group="Hole"
    )
    hole_mm: float = number(
        "Hole width",
        4.5,
        unit="mm",
        ge=3,
        le=8,
        step=0.5,
        help="A key ring needs 4 mm or more.",
        group="Hole",
    )


class NameTag(Family):
    """Name tag."""

    slug = "name-tag"
    version = 2
    name = "Name tag"
    summary = "For keys, bags, pets and desks, in your letters."
    materials = ("pla", "petg")
    Params = TagParams
    fitted = "hole hole_mm"
    wall_field = "thickness_mm"
    view_deg = (-14.0, 52.0)
    idle = {"hole_mm": {"hole": ("none",)}, "rim": {"shape": ("outline",)}}
    presets = (
        Preset("Key ring", {"name": "Mia"}, "kiln"),
        Preset(
            "小明",
            {"name": "小明", "shape": "rounded", "width_mm": 50, "height_mm": 26, "hole": "left"},
            "midnight",
        ),
        Preset(
            "Signature",
            {
                "name": "Charlotte",
                "face": "script",
                "shape": "outline",
                "width_mm": 84,
                "height_mm": 30,
                "relief_mm": 1,
            },
            "blush",
        ),
        Preset(
            "Luggage",
            {
                "name": "LINDQVIST",
                "second_line": "+46 8 555 0142",
                "face": "modern",
                "shape": "ticket",
                "width_mm": 92,
                "height_mm": 36,
                "hole_mm": 6,
                "lettering": "engraved",
            },
            "forest",
        ),
        Preset(
            "Pet",
            {
                "name": "Bruno",
                "second_line": "0664 555 019",
                "shape": "oval",
                "hole": "top",
                "width_mm": 44,
                "height_mm": 38,
                "hole_mm": 4,
            },
            "mustard",
        ),
        Preset(
            "Desk",
            {
                "name": "Dr. Amara Okafor",
                "second_line": "Structural biology",
                "face": "modern",
                "shape": "rounded",
                "width_mm": 118,
                "height_mm": 34,
                "hole": "none",
                "thickness_mm": 4,
            },
            "sage",
        ),
        Preset(
            "Hive",
            {
                "name": "No. 7",
                "face": "modern",
                "shape": "hexagon",
                "width_mm": 70,
                "height_mm": 30,
                "rim": True,
            },
            "steel",
        ),
        Preset(
            "さくら",
            {"name": "さくら", "shape": "outline", "width_mm": 66, "height_mm": 26, "relief_mm": 1},
            "plum",
        ),
    )

    def build(self, params: Any, quality: Quality) -> tuple[Part, ...]:
        """One part, ``tag``, face up."""
        from configurator.geometry.plaque import plaque
        from configurator.geometry.tag_layout import laid_out

        plate = laid_out(params, quality).plaque
        face = plate.thickness_mm
        band = (min(face, face + plate.relief_mm), max(face, face + plate.relief_mm))
        sunk = plate.relief_mm < 0
        return (Part("tag", plaque(plate), detail_z_mm=band, detail_sunk=sunk),)

    def declared_box(self, params: Any) -> dict[str, Vector]:
        high = params.relief_mm if params.lettering == "raised" or params.rim else 0.0
        return {"tag": (params.width_mm, params.height_mm, params.thickness_mm + high)}

    def rules(self, params: Any, material: Filament) -> tuple[Finding, ...]:
        from configurator.dfm.lettered import lettered
        from configurator.geometry.tag_layout import laid_out

        return lettered(params, laid_out(params, "draft"), material)

    def cured(self, params: Any, finding: Finding, material: Filament) -> Finding:
        from configurator.dfm.printed import cured

        ways = {"width_mm": 120.0, "height_mm": 70.0, "face": None}
        return cured(self, params, finding, material, ways if finding.check == "gaps" else {})
