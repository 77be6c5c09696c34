"""A jigsaw puzzle in the outline of a picture, cut from one sheet."""

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
    thickness,
    upload,
)
from configurator.products.silhouettes import NAMES, Silhouette

if TYPE_CHECKING:
    from configurator.dfm.base import Finding
    from configurator.geometry.jigsaw import Jigsaw as Puzzle
    from configurator.materials import Sheet


class JigsawParams(BaseParams):
    """A jigsaw puzzle."""

    shape: Literal["rectangle", "drawing", Silhouette] = choice(
        "Shape",
        "dinosaur",
        {"rectangle": "Rectangle", "drawing": "Your picture's outline", **NAMES},
        group="Shape",
    )
    drawing: str = upload(
        "Picture",
        "",
        accept="outline",
        ours={"": "None"},
        sets={"shape": "drawing"},
        help="A dark shape on a light ground, or a drawing as SVG; its outline is cut.",
        group="Shape",
    )
    size_mm: float = number(
        "Size", 200, unit="mm", ge=80, le=280, step=1, help="Of its longer side.", group="Shape"
    )
    ratio_percent: float = number(
        "Rectangle's height",
        70,
        unit="%",
        ge=40,
        le=160,
        step=1,
        help="Of its width; other shapes keep their own.",
        group="Shape",
    )
    pieces: int = number(
        "Puzzle pieces, about",
        24,
        ge=4,
        le=60,
        step=1,
        whole=True,
        help="What would be too small at the edge becomes part of its neighbour.",
        group="Pieces",
    )
    knob_percent: float = number(
        "Knobs",
        12,
        unit="%",
        ge=8,
        le=14,
        step=0.5,
        help="Radius of a knob's head, for the side of a piece.",
        group="Pieces",
    )
    seed: int = number(
        "Variation",
        5,
        ge=1,
        le=99,
        step=1,
        whole=True,
        help="Another number cuts it in another way; the same one the same.",
        group="Pieces",
    )
    sheet_mm: float = thickness(
        "Sheet", 3, ge=3, le=8, help="Thickness of the sheet it is cut from.", group="Pieces"
    )


class Jigsaw(Family):
    """Jigsaw puzzle."""

    slug = "jigsaw"
    version = 3
    name = "Jigsaw puzzle"
    summary = "A puzzle in the outline of your own picture: as many pieces as you like."
    process = "laser"
    materials = ("birch", "poplar", "acrylic")
    Params = JigsawParams
    prismatic = True
    fitted = "shape ratio_percent seed sheet_mm"
    view_deg = (12.0, 58.0)
    idle = {
        "drawing": {"shape": ("rectangle", *NAMES)},
        "ratio_percent": {"shape": ("drawing", *NAMES)},
    }
    presets = (
        Preset("Dinosaur", {}, "birch"),
        Preset("Heart for two", {"shape": "heart", "size_mm": 150, "pieces": 12}, "walnut"),
        Preset("Cat", {"shape": "cat", "size_mm": 220, "pieces": 20, "seed": 12}, "smoke"),
        Preset("Postcard", {"shape": "rectangle", "size_mm": 180, "pieces": 40}, "birch"),
        Preset("First puzzle", {"shape": "circle", "pieces": 6, "sheet_mm": 6, "seed": 3}, "birch"),
        Preset(
            "Butterfly",
            {"shape": "butterfly", "size_mm": 240, "pieces": 48, "seed": 31},
            "walnut",
        ),
        Preset(
            "Round table",
            {"shape": "circle", "size_mm": 260, "pieces": 60, "knob_percent": 13, "seed": 8},
            "birch",
        ),
        Preset("Gingerbread", {"shape": "gingerbread", "pieces": 18, "seed": 17}, "birch"),
    )

    def build(self, params: Any, quality: Quality) -> tuple[Part, ...]:
        """``puzzle``: all its pieces, lying as they fit together."""
        from configurator.geometry.jigsaw import layout, outline, plan
        from configurator.geometry.sheet import plate

        puzzle = _puzzle(params)
        made = layout(puzzle, quality)
        cut = outline(made, params.sheet_mm, plan(puzzle).neck_mm)
        return (Part("puzzle", plate(cut), process="laser", outline=cut, bodies=made.count),)

    def declared_box(self, params: Any) -> dict[str, Vector]:
        from configurator.geometry.jigsaw import plan

        low_x, low_y, high_x, high_y = plan(_puzzle(params)).whole.bounds
        return {"puzzle": (high_x - low_x, high_y - low_y, params.sheet_mm)}

    def rules(self, params: Any, material: Sheet) -> tuple[Finding, ...]:
        from configurator.dfm.puzzles import pieced

        return pieced(self, params, _puzzle(params), material)

    def facts(self, params: Any, parts: tuple[Part, ...]) -> tuple[str, ...]:
        """How many pieces there are: the outline decides, "about" so many are asked for."""
        return (f"{parts[0].bodies} pieces",)


def _puzzle(params: JigsawParams) -> Puzzle:
    from configurator.geometry.jigsaw import Jigsaw as Puzzle

    return Puzzle(
        shape=params.shape,
        drawing=params.drawing if params.shape == "drawing" else "",
        size_mm=params.size_mm,
        sheet_mm=params.sheet_mm,
        ratio=params.ratio_percent / 100,
        pieces=params.pieces,
        tab=params.knob_percent / 100,
        seed=params.seed,
    )
