"""A face plate of aluminium for an instrument: window, holes for its controls, mounting holes."""

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
    from configurator.geometry.face_plate import FacePlate as Layout
    from configurator.geometry.face_plate import Row
    from configurator.geometry.milled import Slab
    from configurator.materials import Board

KINDS = {"round": "Round", "slots": "Slots", "squares": "Square"}


_RACK = ("1u", "2u", "3u")
"""Sizes that bring their own width, height and slots."""


class FacePlateParams(BaseParams):
    """A face plate."""

    size: Literal["free", "1u", "2u", "3u"] = choice(
        "Size",
        "free",
        {"free": "Free", "1u": "19 inch, 1 U", "2u": "19 inch, 2 U", "3u": "19 inch, 3 U"},
        help="A 19-inch panel has its own width, height and slots.",
        group="Plate",
    )
    width_mm: float = number("Width", 160, unit="mm", ge=60, le=440, step=1, group="Plate")
    height_mm: float = number("Height", 80, unit="mm", ge=40, le=220, step=1, group="Plate")
    corner_mm: float = number("Corners", 4, unit="mm", ge=0, le=20, step=0.5, group="Plate")
    sheet_mm: float = thickness("Plate", 3, ge=2, le=5, help="Its thickness.", group="Plate")
    mount: Literal["none", "sides", "corners"] = choice(
        "Screws",
        "corners",
        {"none": "None", "sides": "Left and right", "corners": "Four"},
        group="Mounting",
    )
    screw_mm: float = number(
        "Screw holes",
        3.4,
        unit="mm",
        ge=2.2,
        le=6.6,
        step=0.1,
        help="M3 wants 3.4 mm, M4 4.5 mm (ISO 273).",
        group="Mounting",
    )
    inset_mm: float = number("From the edge", 7, unit="mm", ge=4, le=20, step=0.5, group="Mounting")
    sunk: bool = flag("Countersunk", True, help="The heads lie flush, at 90°.", group="Mounting")
    window_mm: float = number(
        "Window width", 70, unit="mm", ge=0, le=300, step=0.5, help="0 for none.", group="Window"
    )
    window_high_mm: float = number(
        "Window height", 24, unit="mm", ge=4, le=150, step=0.5, group="Window"
    )
    window_corner_mm: float = number(
        "Window corners", 2, unit="mm", ge=0, le=20, step=0.5, group="Window"
    )
    window_x_mm: float = number(
        "Window to the right", 0, unit="mm", ge=-200, le=200, step=0.5, group="Window"
    )
    window_y_mm: float = number(
        "Window upwards", 14, unit="mm", ge=-80, le=80, step=0.5, group="Window"
    )
    first_kind: Literal["round", "slots", "squares"] = choice(
        "First row", "round", KINDS, group="First row"
    )
    first_count: int = number(
        "Holes", 4, ge=0, le=16, step=1, whole=True, help="0 for none.", group="First row"
    )
    first_mm: float = number(
        "Their width",
        9.5,
        unit="mm",
        ge=1,
        le=40,
        step=0.1,
        help="A 6.35 mm jack wants 9.5 mm, a potentiometer 7, an arcade button 30.",
        group="First row",
    )
    first_pitch_mm: float = number(
        "Their pitch", 28, unit="mm", ge=4, le=80, step=0.1, group="First row"
    )
    first_x_mm: float = number(
        "First row to the right", 0, unit="mm", ge=-200, le=200, step=0.5, group="First row"
    )
    first_y_mm: float = number(
        "First row upwards", -20, unit="mm", ge=-80, le=80, step=0.5, group="First row"
    )
    second_kind: Literal["round", "slots", "squares"] = choice(
        "Second row", "round", KINDS, group="Second row"
    )
    second_count: int = number("Holes", 0, ge=0, le=16, step=1, whole=True, group="Second row")
    second_mm: float = number(
        "Their width", 5, unit="mm", ge=1, le=40, step=0.1, group="Second row"
    )
    second_pitch_mm: float = number(
        "Their pitch", 28, unit="mm", ge=4, le=80, step=0.1, group="Second row"
    )
    second_x_mm: float = number(
        "Second row to the right", 0, unit="mm", ge=-200, le=200, step=0.5, group="Second row"
    )
    second_y_mm: float = number(
        "Second row upwards", -8, unit="mm", ge=-80, le=80, step=0.5, group="Second row"
    )


class FacePlate(Family):
    """Face plate."""

    slug = "face-plate"
    version = 1
    name = "Face plate"
    summary = "An aluminium front for an instrument: 19-inch or free, windows and rows of holes."
    process = "cnc"
    materials = ("aluminium", "brass")
    Params = FacePlateParams
    prismatic = True
    fitted = (
        "size mount screw_mm inset_mm sunk window_mm window_high_mm window_x_mm window_y_mm "
        "first_kind first_count first_mm first_pitch_mm first_x_mm first_y_mm second_kind "
        "second_count second_mm second_pitch_mm second_x_mm second_y_mm"
    )
    view_deg = (-20.0, 52.0)
    idle = {
        **{name: {"size": _RACK} for name in ("width_mm", "height_mm", "mount")},
        **{name: {"size": _RACK, "mount": ("none",)} for name in ("screw_mm", "inset_mm", "sunk")},
        **{f"window_{name}_mm": {"window_mm": (0,)} for name in ("high", "corner", "x", "y")},
        **{
            f"{row}_{name}": {f"{row}_count": (0,)}
            for row in ("first", "second")
            for name in ("kind", "mm", "pitch_mm", "x_mm", "y_mm")
        },
    }
    presets = (
        Preset("Amplifier", {}, "brushed"),
        Preset(
            "Patch bay",
            {
                "size": "1u",
                "corner_mm": 0,
                "window_mm": 0,
                "first_count": 16,
                "first_mm": 9.5,
                "first_pitch_mm": 26,
                "first_y_mm": 0,
            },
            "black",
        ),
        Preset(
            "Rack meter",
            {
                "size": "2u",
                "window_mm": 120,
                "window_high_mm": 50,
                "window_x_mm": -140,
                "window_y_mm": 0,
                "first_x_mm": 60,
                "first_y_mm": 18,
                "first_count": 6,
                "first_mm": 7,
                "first_pitch_mm": 40,
                "second_count": 6,
                "second_x_mm": 60,
                "second_y_mm": -18,
                "second_pitch_mm": 40,
                "second_mm": 12,
            },
            "brushed",
        ),
        Preset(
            "Cooling",
            {
                "size": "3u",
                "window_mm": 0,
                "first_kind": "slots",
                "first_count": 16,
                "first_mm": 8,
                "first_pitch_mm": 24,
                "first_y_mm": 28,
                "second_kind": "slots",
                "second_count": 16,
                "second_mm": 8,
                "second_pitch_mm": 24,
                "second_y_mm": -28,
            },
            "black",
        ),
        Preset(
            "Six buttons",
            {
                "width_mm": 240,
                "height_mm": 110,
                "window_mm": 0,
                "first_mm": 30,
                "first_count": 3,
                "first_pitch_mm": 50,
                "first_y_mm": -22,
                "first_x_mm": 20,
                "second_mm": 30,
                "second_count": 3,
                "second_pitch_mm": 50,
                "second_y_mm": 26,
                "second_x_mm": 30,
                "corner_mm": 8,
            },
            "bronze",
        ),
        Preset(
            "Light switches",
            {
                "width_mm": 150,
                "height_mm": 86,
                "window_mm": 0,
                "first_kind": "squares",
                "first_mm": 36,
                "first_count": 3,
                "first_pitch_mm": 45,
                "first_y_mm": 0,
                "mount": "sides",
                "inset_mm": 5.5,
                "screw_mm": 2.4,
            },
            "brushed",
        ),
        Preset(
            "Display bezel",
            {
                "width_mm": 120,
                "height_mm": 90,
                "window_mm": 82,
                "window_high_mm": 52,
                "window_y_mm": 0,
                "window_corner_mm": 3,
                "first_count": 0,
                "sheet_mm": 2,
                "sunk": False,
            },
            "black",
        ),
        Preset(
            "Synth voice",
            {
                "width_mm": 200,
                "height_mm": 128,
                "window_mm": 0,
                "first_count": 7,
                "first_mm": 7,
                "first_pitch_mm": 25,
                "first_y_mm": 24,
                "second_count": 7,
                "second_mm": 6,
                "second_pitch_mm": 25,
                "second_y_mm": -30,
            },
            "bronze",
        ),
    )

    def build(self, params: Any, quality: Quality) -> tuple[Part, ...]:
        """One part, ``plate``, face up."""
        from configurator.geometry.face_plate import laid_out
        from configurator.geometry.milled import milled_part

        return (milled_part("plate", laid_out(layout_of(params), quality).slab, quality),)

    def declared_box(self, params: Any) -> dict[str, Vector]:
        wide, high = layout_of(params).box_mm
        return {"plate": (wide, high, params.sheet_mm)}

    def rules(self, params: Any, material: Board) -> tuple[Finding, ...]:
        from configurator.dfm.panels import panels

        return panels(self, params, layout_of(params), material)

    def cured(self, params: Any, finding: Finding, material: Board) -> Finding:
        from configurator.dfm.milling import cured
        from configurator.dfm.panels import roomy
        from configurator.geometry.face_plate import laid_out

        if finding.check == "room":
            return roomy(self, params, finding, layout_of)
        ways = {"first_pitch_mm": 80.0, "second_pitch_mm": 80.0, "inset_mm": 20.0}
        if finding.check == "floor":
            ways = {"screw_mm": 2.2}

        def slab(other: FacePlateParams, quality: Quality) -> Slab:
            return laid_out(layout_of(other), quality).slab

        return cured(self, params, finding, material, slab, ways)


def layout_of(params: FacePlateParams) -> Layout:
    """What decides its layout."""
    from configurator.geometry.face_plate import FacePlate as Layout

    window = (
        params.window_mm,
        params.window_high_mm,
        params.window_corner_mm,
        params.window_x_mm,
        params.window_y_mm,
    )
    return Layout(
        units={"1u": 1, "2u": 2, "3u": 3}.get(params.size, 0),
        width_mm=params.width_mm,
        height_mm=params.height_mm,
        sheet_mm=params.sheet_mm,
        corner_mm=params.corner_mm,
        mount=params.mount,
        screw_mm=params.screw_mm,
        sunk=params.sunk,
        inset_mm=params.inset_mm,
        window=window if params.window_mm else (0.0, 0.0, 0.0, 0.0, 0.0),
        rows=(_row(params, "first"), _row(params, "second")),
    )


def _row(params: FacePlateParams, which: str) -> Row:
    from configurator.geometry.face_plate import Row

    def of(name: str) -> Any:
        return getattr(params, f"{which}_{name}")

    return Row(which, of("kind"), of("count"), of("mm"), of("pitch_mm"), of("x_mm"), of("y_mm"))
