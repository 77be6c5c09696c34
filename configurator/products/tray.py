"""A coaster or a tray of one piece: wood, metal or acrylic."""

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
    thickness,
)

if TYPE_CHECKING:
    from configurator.dfm.base import Finding
    from configurator.geometry.milled import Slab
    from configurator.geometry.tray import Tray
    from configurator.materials import Board


class TrayParams(BaseParams):
    """A milled tray."""

    shape: Literal["round", "square", "hexagon"] = choice(
        "Shape",
        "round",
        {"round": "Round", "square": "Square", "hexagon": "Hexagon"},
        group="Shape",
    )
    size_mm: float = number(
        "Size",
        100,
        unit="mm",
        ge=70,
        le=260,
        step=1,
        help="Across; of a hexagon from flat to flat.",
        group="Shape",
    )
    board_mm: float = thickness(
        "Board", 10, ge=5, le=20, help="Thickness of what it is milled from.", group="Shape"
    )
    rim_mm: float = number("Rim", 7, unit="mm", ge=3, le=20, step=0.5, group="Shape")
    recess_mm: float = number(
        "Recess",
        3,
        unit="mm",
        ge=1,
        le=16,
        step=0.5,
        help="How deep its floor lies below the rim.",
        group="Shape",
    )
    notch: bool = flag(
        "Finger notch", False, help="A bay in the rim to lift a glass from.", group="Shape"
    )
    pattern: Literal["none", "rings", "waves"] = choice(
        "Floor",
        "rings",
        {"none": "Smooth", "rings": "Rings", "waves": "Waves"},
        help="Grooves take up what drips.",
        group="Floor",
    )
    groove_mm: float = number(
        "Grooves", 3, unit="mm", ge=0.5, le=8, step=0.5, help="Their width.", group="Floor"
    )
    gap_mm: float = number("Between them", 4, unit="mm", ge=1, le=15, step=0.5, group="Floor")
    groove_depth_mm: float = number(
        "Groove depth", 1, unit="mm", ge=0.3, le=4, step=0.1, group="Floor"
    )


class MilledTray(Family):
    """Coaster or tray."""

    slug = "milled-tray"
    version = 1
    name = "Coaster or tray"
    summary = "Of one piece, wood, metal or acrylic: a rim, its floor in rings or waves."
    process = "cnc"
    materials = ("walnut", "oak", "beech", "brass", "aluminium", "acrylic-plate")
    Params = TrayParams
    prismatic = True
    fitted = "shape notch"
    web_field = None
    view_deg = (-24.0, 44.0)
    idle = {name: {"pattern": ("none",)} for name in ("groove_mm", "gap_mm", "groove_depth_mm")}
    presets = (
        Preset("Coaster", {}, "walnut"),
        Preset("Tide", {"pattern": "waves", "size_mm": 110}, "walnut"),
        Preset("Square coaster", {"shape": "square", "size_mm": 95, "gap_mm": 5}, "walnut"),
        Preset("Hive", {"shape": "hexagon", "size_mm": 100, "notch": True}, "walnut"),
        Preset(
            "Key tray",
            {
                "shape": "square",
                "size_mm": 180,
                "board_mm": 20,
                "recess_mm": 12,
                "rim_mm": 9,
                "pattern": "none",
            },
            "walnut",
        ),
        Preset(
            "Valet",
            {
                "size_mm": 220,
                "board_mm": 20,
                "recess_mm": 8,
                "rim_mm": 12,
                "pattern": "waves",
                "groove_mm": 4,
                "gap_mm": 8,
                "notch": True,
            },
            "walnut",
        ),
        Preset(
            "Teapot stand",
            {
                "shape": "hexagon",
                "size_mm": 190,
                "board_mm": 15,
                "recess_mm": 4,
                "groove_mm": 6,
                "gap_mm": 8,
                "groove_depth_mm": 3,
            },
            "walnut",
        ),
        Preset(
            "Candle",
            {"size_mm": 80, "board_mm": 15, "recess_mm": 6, "rim_mm": 10, "pattern": "none"},
            "walnut",
        ),
    )

    def build(self, params: Any, quality: Quality) -> tuple[Part, ...]:
        """One part, ``tray``, face up."""
        from configurator.geometry.milled import milled_part
        from configurator.geometry.tray import slab

        return (milled_part("tray", slab(layout_of(params), quality), quality),)

    def declared_box(self, params: Any) -> dict[str, Vector]:
        wide, deep = layout_of(params).box_mm
        return {"tray": (wide, deep, params.board_mm)}

    def rules(self, params: Any, material: Board) -> tuple[Finding, ...]:
        from configurator.dfm.trays import trays

        return trays(self, params, layout_of(params), material)

    def cured(self, params: Any, finding: Finding, material: Board) -> Finding:
        from configurator.dfm.milling import cured
        from configurator.geometry.tray import slab as drawn

        def slab(other: TrayParams, quality: Quality) -> Slab:
            return drawn(layout_of(other), quality)

        ways = {"groove_mm": 8.0, "gap_mm": 15.0, "groove_depth_mm": 0.3, "recess_mm": 1.0}
        if finding.check == "ribs":
            ways = {"gap_mm": 15.0, "rim_mm": 20.0, "groove_depth_mm": 0.3, "recess_mm": 1.0}
        if finding.check == "floor":
            ways = {"recess_mm": 1.0, "groove_depth_mm": 0.3, "board_mm": 20.0}
        return cured(self, params, finding, material, slab, ways)


def layout_of(params: TrayParams) -> Tray:
    """What decides its layout."""
    from configurator.geometry.tray import Tray

    return Tray(**params.model_dump())
