"""A cookie cutter from letters or a silhouette."""

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
    text,
    upload,
)
from configurator.products.silhouettes import NAMES, Silhouette
from configurator.products.typefaces import Face, typeface

if TYPE_CHECKING:
    from configurator.dfm.base import Finding
    from configurator.geometry.cookie_cutter import Layout
    from configurator.materials import Filament


class CutterParams(BaseParams):
    """A cookie cutter."""

    shape: Literal["letters", "drawing", Silhouette] = choice(
        "Shape",
        "heart",
        {"letters": "Letters", "drawing": "Your drawing", **NAMES},
        group="Cookie",
    )
    letters: str = text(
        "Letters",
        "A",
        max_length=8,
        help="One letter or a short name; Latin, Greek, Cyrillic, 中文, かな, عربي, हिन्दी, עברית.",
        group="Cookie",
    )
    face: Face = typeface("Typeface", "rounded", group="Cookie")
    drawing: str = upload(
        "Drawing",
        "",
        accept="outline",
        ours={"": "None"},
        sets={"shape": "drawing"},
        help="One shape, filled; what is fine becomes a little thicker.",
        group="Cookie",
    )
    margin_mm: float = number(
        "Room around",
        0,
        unit="mm",
        ge=0,
        le=8,
        step=0.5,
        help="Some millimetres join the letters of a name, or the pieces of a drawing.",
        group="Cookie",
    )
    size_mm: float = number(
        "Size",
        75,
        unit="mm",
        ge=30,
        le=160,
        step=1,
        help="Of the cookie's longer side, before baking.",
        group="Cookie",
    )
    corner_mm: float = number(
        "Corner radius",
        1,
        unit="mm",
        ge=0.5,
        le=6,
        step=0.1,
        help="Of outer corners; a knife edge turns no sharper than 0.5 mm.",
        group="Cookie",
    )
    height_mm: float = number(
        "Height",
        15,
        unit="mm",
        ge=10,
        le=30,
        step=0.5,
        help="With the flange, which takes 2.4 mm.",
        group="Cutter",
    )
    wall_mm: float = number("Wall", 1.2, unit="mm", ge=0.8, le=2, step=0.1, group="Cutter")
    blade_mm: float = number(
        "Blade",
        0.6,
        unit="mm",
        ge=0.4,
        le=1.2,
        step=0.1,
        help="Width of the cutting edge. For short contact with dough only: wash by hand, "
        "lukewarm, and dry it well.",
        group="Cutter",
    )
    flange_mm: float = number(
        "Flange",
        6,
        unit="mm",
        ge=3.5,
        le=10,
        step=0.5,
        help="How far the edge for the hand stands out.",
        group="Cutter",
    )


class CookieCutter(Family):
    """Cookie cutter."""

    slug = "cookie-cutter"
    version = 3
    name = "Cookie cutter"
    summary = (
        "Your letter, your name, your drawing or a shape, with an edge that is kind to the hand."
    )
    materials = ("petg", "pla")
    Params = CutterParams
    fitted = "shape face margin_mm corner_mm"
    wall_field = "wall_mm"
    view_deg = (16.0, 46.0)
    idle = {
        **{name: {"shape": ("drawing", *NAMES)} for name in ("letters", "face")},
        "drawing": {"shape": ("letters", *NAMES)},
        "margin_mm": {"shape": tuple(NAMES)},
    }
    presets = (
        Preset("Heart", {}, "kiln"),
        Preset("Star", {"shape": "star", "size_mm": 85, "corner_mm": 1.5}, "mustard"),
        Preset("Dinosaur", {"shape": "dinosaur", "size_mm": 110, "height_mm": 16}, "forest"),
        Preset("Cat", {"shape": "cat", "size_mm": 90, "flange_mm": 5}, "graphite"),
        Preset("Letter A", {"shape": "letters", "size_mm": 70}, "steel"),
        Preset(
            "Name",
            {
                "shape": "letters",
                "letters": "Mia",
                "margin_mm": 4,
                "size_mm": 110,
                "face": "rounded",
                "flange_mm": 5,
            },
            "blush",
        ),
        Preset(
            "Gingerbread",
            {"shape": "gingerbread", "size_mm": 100, "height_mm": 18, "wall_mm": 1.4},
            "terracotta",
        ),
        Preset("Rabbit", {"shape": "rabbit", "size_mm": 88}, "bone"),
        Preset("Fir", {"shape": "tree", "size_mm": 95, "corner_mm": 2}, "sage"),
        Preset("Butterfly", {"shape": "butterfly", "size_mm": 84, "flange_mm": 4.5}, "plum"),
        Preset("Moon", {"shape": "moon", "size_mm": 78, "corner_mm": 2.4}, "midnight"),
        Preset(
            "大",
            {"shape": "letters", "letters": "大", "size_mm": 92, "flange_mm": 5, "corner_mm": 1.2},
            "kiln",
        ),
    )

    def build(self, params: Any, quality: Quality) -> tuple[Part, ...]:
        """One part, ``cutter``, flange down; at home it lies blade down, as it is used."""
        from configurator.geometry.cookie_cutter import cutter_mesh

        layout = _layout(params, quality)
        band = (layout.cutter.blade_from_mm, params.height_mm)
        home = (0.0, 0.0, params.height_mm, True)
        return (Part("cutter", cutter_mesh(layout), home=home, detail_z_mm=band),)

    def declared_box(self, params: Any) -> dict[str, Vector]:
        across = params.size_mm + 2 * params.flange_mm
        return {"cutter": (across, across, params.height_mm)}

    def rules(self, params: Any, material: Filament) -> tuple[Finding, ...]:
        from configurator.dfm.dough import cut_out

        return cut_out(params, _layout(params, "draft"), material)


def _layout(params: CutterParams, quality: Quality) -> Layout:
    from configurator.geometry.cookie_cutter import Cutter, laid_out

    lettered, own = params.shape == "letters", params.shape == "drawing"
    cutter = Cutter(
        size_mm=params.size_mm,
        height_mm=params.height_mm,
        wall_mm=params.wall_mm,
        blade_mm=params.blade_mm,
        flange_mm=params.flange_mm,
        corner_mm=params.corner_mm,
        margin_mm=params.margin_mm if lettered or own else 0.0,
    )
    text_, face = (params.letters, params.face) if lettered else ("", "modern")
    return laid_out(params.shape, params.drawing if own else text_, face, cutter, quality)
