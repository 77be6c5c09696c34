"""A sign with letters carved or milled into wood, metal or acrylic."""

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
    thickness,
)
from configurator.products.typefaces import Face, typeface

if TYPE_CHECKING:
    from configurator.dfm.base import Finding
    from configurator.geometry.milled import Slab
    from configurator.geometry.sign import Sign
    from configurator.materials import Board


class SignParams(BaseParams):
    """An engraved sign."""

    words: str = text(
        "Text",
        "Nº 12",
        max_length=24,
        help="Latin, Greek, Cyrillic, 中文, かな, عربي, हिन्दी, עברית.",
        group="Lettering",
    )
    second_line: str = text(
        "Second line", "", max_length=32, help="Smaller, beneath.", group="Lettering"
    )
    face: Face = typeface("Typeface", "serif", group="Lettering")
    lettering: Literal["carved", "pocketed"] = choice(
        "Letters are",
        "carved",
        {"carved": "Carved to a V", "pocketed": "Milled flat"},
        help="A V follows every stroke; flat letters have the roundness of the tool, 1 mm.",
        group="Lettering",
    )
    depth_mm: float = number(
        "Depth",
        3,
        unit="mm",
        ge=0.5,
        le=6,
        step=0.1,
        help="Of flat letters; a V goes as deep as its stroke is wide, and no deeper than this.",
        group="Lettering",
    )
    shape: Literal["rounded", "pill", "oval", "hexagon", "ticket"] = choice(
        "Shape",
        "rounded",
        {
            "rounded": "Rounded",
            "pill": "Pill",
            "oval": "Oval",
            "hexagon": "Hexagon",
            "ticket": "Label",
        },
        group="Shape",
    )
    width_mm: float = number("Width", 180, unit="mm", ge=60, le=400, step=1, group="Shape")
    height_mm: float = number("Height", 90, unit="mm", ge=40, le=250, step=1, group="Shape")
    board_mm: float = thickness(
        "Board", 15, ge=2, le=20, help="Thickness of what it is milled from.", group="Shape"
    )
    border_mm: float = number(
        "Border",
        2,
        unit="mm",
        ge=0,
        le=6,
        step=0.5,
        help="Width of a groove along the edge; 0 for none.",
        group="Shape",
    )
    holes: Literal["none", "top", "sides", "corners"] = choice(
        "Holes",
        "none",
        {"none": "None", "top": "One above", "sides": "Left and right", "corners": "Four"},
        group="Holes",
    )
    hole_mm: float = number(
        "Hole width",
        4.5,
        unit="mm",
        ge=3,
        le=8,
        step=0.5,
        help="A screw of 4 mm wants 4.5 mm; its head sinks in.",
        group="Holes",
    )


class EngravedSign(Family):
    """Engraved sign."""

    slug = "engraved-sign"
    version = 3
    name = "Engraved sign"
    summary = "A house number, a name, a word: carved in wood, brass or aluminium."
    process = "cnc"
    materials = ("oak", "walnut", "beech", "brass", "aluminium", "acrylic-plate")
    Params = SignParams
    fitted = "face shape holes hole_mm"
    view_deg = (-16.0, 50.0)
    idle = {"hole_mm": {"holes": ("none",)}}
    presets = (
        Preset("House number", {}, "oak"),
        Preset(
            "Family name",
            {
                "words": "Lindqvist",
                "second_line": "Ågatan 7",
                "face": "slab",
                "width_mm": 260,
                "height_mm": 100,
                "holes": "sides",
            },
            "oak-smoked",
        ),
        Preset(
            "Sauna",
            {
                "words": "Sauna",
                "face": "brush",
                "shape": "pill",
                "width_mm": 240,
                "height_mm": 80,
                "border_mm": 3,
            },
            "oak-limed",
        ),
        Preset(
            "Workshop",
            {
                "words": "WERKSTATT",
                "face": "slab",
                "lettering": "pocketed",
                "width_mm": 300,
                "height_mm": 80,
                "holes": "corners",
                "depth_mm": 2.5,
            },
            "oak",
        ),
        Preset(
            "Welcome",
            {
                "words": "Bienvenue",
                "face": "script",
                "shape": "oval",
                "width_mm": 280,
                "height_mm": 130,
                "holes": "top",
                "border_mm": 2.5,
            },
            "oak-smoked",
        ),
        Preset(
            "茶",
            {
                "words": "茶",
                "shape": "hexagon",
                "width_mm": 130,
                "height_mm": 110,
                "border_mm": 0,
                "board_mm": 20,
                "holes": "top",
            },
            "oak",
        ),
        Preset(
            "Bench",
            {
                "words": "In loving memory",
                "second_line": "Sit a while and look at the sea",
                "width_mm": 320,
                "height_mm": 110,
                "holes": "corners",
                "border_mm": 0,
                "board_mm": 10,
            },
            "oak-limed",
        ),
        Preset(
            "Label",
            {
                "words": "Library",
                "shape": "ticket",
                "width_mm": 220,
                "height_mm": 80,
                "lettering": "pocketed",
                "face": "rounded",
                "depth_mm": 2,
                "border_mm": 0,
            },
            "oak-limed",
        ),
    )

    def build(self, params: Any, quality: Quality) -> tuple[Part, ...]:
        """One part, ``sign``, face up."""
        from configurator.geometry.milled import milled_part
        from configurator.geometry.sign import laid_out

        return (milled_part("sign", laid_out(layout_of(params), quality).slab, quality),)

    def declared_box(self, params: Any) -> dict[str, Vector]:
        return {"sign": (params.width_mm, params.height_mm, params.board_mm)}

    def rules(self, params: Any, material: Board) -> tuple[Finding, ...]:
        from configurator.dfm.carved import carved

        return carved(params, material)

    def cured(self, params: Any, finding: Finding, material: Board) -> Finding:
        from configurator.dfm.carved import legible
        from configurator.dfm.milling import cured
        from configurator.geometry.sign import laid_out

        if finding.check == "strokes" and finding.field is None:
            return legible(params, finding)
        border = params.border_mm
        ways: dict[str, float] = {"depth_mm": 0.5} if params.lettering == "pocketed" else {}
        if finding.check == "floor":
            ways = {"depth_mm": 0.5, "border_mm": 0, "hole_mm": 3, "board_mm": 20}
        else:
            ways |= {"border_mm": 6 if finding.check == "slots" and border else 0}
            ways |= {"width_mm": 400, "height_mm": 250}

        def slab(other: SignParams, quality: Quality) -> Slab:
            return laid_out(layout_of(other), quality).slab

        return cured(self, params, finding, material, slab, ways)


def layout_of(params: SignParams) -> Sign:
    """What decides its layout."""
    from configurator.geometry.sign import Sign

    return Sign(**params.model_dump())
