"""A box of laser-cut panels with finger joints, a lid and compartments."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any, Literal

from configurator.products import stencilled
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
from configurator.products.typefaces import Face, typeface

if TYPE_CHECKING:
    from configurator.dfm.base import Finding
    from configurator.geometry.finger_box import FingerBox as Layout
    from configurator.geometry.stencil import Stencil
    from configurator.materials import Sheet


class FingerBoxParams(BaseParams):
    """A finger-jointed box."""

    measured: Literal["inside", "outside"] = choice(
        "Sizes are those",
        "inside",
        {"inside": "Inside", "outside": "Outside"},
        help="Of the room in the box, under its lid, or of the whole box.",
        group="Size",
    )
    width_mm: float = number("Width", 180, unit="mm", ge=60, le=400, step=1, group="Size")
    depth_mm: float = number("Depth", 120, unit="mm", ge=60, le=300, step=1, group="Size")
    height_mm: float = number("Height", 70, unit="mm", ge=45, le=240, step=1, group="Size")
    sheet_mm: float = thickness(
        "Sheet", 3, ge=3, le=8, help="Thickness of the sheet it is cut from.", group="Joints"
    )
    finger_mm: float = number(
        "Finger width",
        10,
        unit="mm",
        ge=4,
        le=40,
        step=0.5,
        help="Each edge takes as many of about this width as fit, one on either end.",
        group="Joints",
    )
    play_mm: float = number(
        "Play",
        0.05,
        unit="mm",
        ge=-0.3,
        le=0.5,
        step=0.05,
        help="By how much a slot is wider than its finger; below 0 it is pressed together.",
        group="Joints",
    )
    lid: Literal["open", "lift", "slide"] = choice(
        "Lid",
        "open",
        {"open": "Open", "lift": "Lifts off", "slide": "Slides in a slot"},
        help="A lid that lifts off is two plates, glued on each other.",
        group="Lid",
    )
    columns: int = number("Side by side", 1, ge=1, le=6, step=1, whole=True, group="Compartments")
    rows: int = number(
        "One behind another", 1, ge=1, le=6, step=1, whole=True, group="Compartments"
    )
    grips: bool = flag("Hand holes", False, help="In the left and right walls.", group="Lid")
    words: str = stencilled.words()
    place: Literal["front", "lid"] = choice(
        "It stands on", "front", {"front": "The front", "lid": "The lid"}, group=stencilled.GROUP
    )
    face: Face = typeface("Typeface", "stencil", group=stencilled.GROUP)
    size_mm: float = stencilled.size(24)
    align: stencilled.Align = stencilled.align()
    bridge_mm: float = number(
        "Bridges",
        3,
        unit="mm",
        ge=1.5,
        le=10,
        step=0.1,
        help="What stays between two openings of the letters.",
        group=stencilled.GROUP,
    )


class FingerBox(Family):
    """Finger-jointed box."""

    slug = "finger-box"
    version = 1
    name = "Finger-jointed box"
    summary = "Cut flat from one sheet and put together by its fingers: lid, rooms, hand holes."
    process = "laser"
    materials = ("birch", "poplar", "acrylic")
    Params = FingerBoxParams
    prismatic = True
    fitted = "measured play_mm columns rows lid"
    view_deg = (32.0, 34.0)
    idle = {**stencilled.IDLE, **{name: {"words": ("",)} for name in ("place", "bridge_mm")}}
    presets = (
        Preset("Desk tray", {"columns": 3, "rows": 2}, "birch"),
        Preset(
            "Keepsake",
            {"width_mm": 160, "depth_mm": 110, "height_mm": 60, "lid": "lift", "finger_mm": 8},
            "walnut",
        ),
        Preset(
            "Pencil case",
            {"width_mm": 210, "depth_mm": 62, "height_mm": 45, "lid": "slide", "finger_mm": 9},
            "birch",
        ),
        Preset(
            "Tea chest",
            {
                "width_mm": 240,
                "depth_mm": 160,
                "height_mm": 72,
                "lid": "lift",
                "columns": 4,
                "rows": 2,
            },
            "smoke",
        ),
        Preset(
            "Crate",
            {
                "width_mm": 280,
                "depth_mm": 190,
                "height_mm": 150,
                "sheet_mm": 6,
                "finger_mm": 18,
                "grips": True,
            },
            "birch",
        ),
        Preset(
            "Spice drawer",
            {"width_mm": 300, "depth_mm": 200, "height_mm": 50, "columns": 5, "rows": 3},
            "walnut",
        ),
        Preset(
            "Card index",
            {
                "measured": "outside",
                "width_mm": 140,
                "depth_mm": 240,
                "height_mm": 110,
                "sheet_mm": 4,
                "rows": 3,
                "finger_mm": 12,
            },
            "birch",
        ),
        Preset(
            "Magazine file",
            {"width_mm": 90, "depth_mm": 240, "height_mm": 220, "sheet_mm": 4, "finger_mm": 20},
            "smoke",
        ),
        Preset(
            "Bread bin",
            {
                "width_mm": 260,
                "depth_mm": 150,
                "height_mm": 110,
                "finger_mm": 13,
                "words": "BROT",
                "size_mm": 40,
            },
            "birch",
        ),
        Preset(
            "Letters",
            {
                "width_mm": 230,
                "depth_mm": 120,
                "height_mm": 50,
                "lid": "slide",
                "words": "LETTERS",
                "place": "lid",
                "size_mm": 28,
            },
            "walnut",
        ),
    )

    def build(self, params: Any, quality: Quality) -> tuple[Part, ...]:
        """Panels lying flat beside one another; ``home`` and ``tilt_deg`` put them together."""
        from configurator.geometry.finger_box import panels
        from configurator.geometry.sheet import laid_out, plate

        layout = _layout(params)
        flat = {
            name: (outline, plate(outline)) for name, outline in panels(layout, quality).items()
        }
        places = laid_out(mesh.size_mm for _, mesh in flat.values())
        return tuple(
            Part(
                name,
                mesh,
                at=at,
                home=home,
                process="laser",
                outline=outline,
                tilt_deg=tilt,
            )
            for (name, (outline, mesh)), at, (home, tilt) in zip(
                flat.items(), places, _homes(layout, list(flat)), strict=True
            )
        )

    def scene(self, parts: tuple[Part, ...]) -> tuple[Part, ...]:
        """A lid is shown half off, so that one sees what it is."""
        return tuple(_lifted(part, parts) for part in parts)

    def declared_box(self, params: Any) -> dict[str, Vector]:
        layout = _layout(params)
        w, d, h, t = layout.width_mm, layout.depth_mm, layout.height_mm, layout.sheet_mm
        inner_w, inner_d, _ = layout.inside
        boxes: dict[str, Vector] = {
            "bottom": (w, d, t),
            "front": (w, layout.brim_mm, t),
            "back": (w, h, t),
            "left": (d, h, t),
            "right": (d, h, t),
        }
        if layout.lid != "open":
            boxes["lid"] = (w, d, t)
        if layout.lid == "lift":
            boxes["lid-plug"] = (inner_w, inner_d, t)
        for k in range(layout.made_columns - 1):
            boxes[f"along-{k + 1}"] = (d, layout.divider_mm, t)
        for k in range(layout.made_rows - 1):
            boxes[f"across-{k + 1}"] = (w, layout.divider_mm, t)
        return boxes

    def rules(self, params: Any, material: Sheet) -> tuple[Finding, ...]:
        from configurator.dfm.boxed import boxed
        from configurator.dfm.sheets import joint_fit, stocked
        from configurator.dfm.stencilled import stencilled as lettering

        return (
            *stocked(self, "bottom", params.sheet_mm, material, "sheet_mm"),
            *joint_fit(self, "front", params.play_mm, params.sheet_mm, material, "play_mm"),
            *boxed(self, params, _layout, material),
            *lettering(params.place, self, params, lambda other: _text(_layout(other)), material),
        )

    def cured(self, params: Any, finding: Finding, material: Sheet) -> Finding:
        from configurator.dfm.cut import cured

        ways: dict[str, float] = {}
        if params.words and finding.part == params.place:
            ways = {"bridge_mm": 10.0, "size_mm": 80.0}
        ways |= {"finger_mm": 40.0, "height_mm": 240.0, "width_mm": 400.0, "depth_mm": 300.0}
        return cured(self, params, finding, material, ways)


def _layout(params: FingerBoxParams) -> Layout:
    """The box outside, from sizes inside where those were given."""
    from configurator.geometry.finger_box import FingerBox as Layout

    box = Layout(
        width_mm=params.width_mm,
        depth_mm=params.depth_mm,
        height_mm=params.height_mm,
        sheet_mm=params.sheet_mm,
        finger_mm=params.finger_mm,
        play_mm=params.play_mm,
        lid=params.lid,
        columns=params.columns,
        rows=params.rows,
        grips=params.grips,
        words=params.words,
        face=params.face,
        size_mm=params.size_mm,
        align=params.align,
        bridge_mm=params.bridge_mm,
        place=params.place,
    )
    if params.measured == "inside":
        w, d, h = box.inside
        return replace(
            box,
            width_mm=2 * box.width_mm - w,
            depth_mm=2 * box.depth_mm - d,
            height_mm=2 * box.height_mm - h,
        )
    return replace(box, height_mm=2 * box.height_mm - box.overall_mm)


def _homes(box: Layout, names: list[str]) -> list[tuple[tuple[float, float, float, bool], Vector]]:
    """(home, tilt) of each panel; faces that were up on the sheet look outwards."""
    w, d, h, t = box.width_mm, box.depth_mm, box.height_mm, box.sheet_mm
    flat, front, back = (0.0, 0.0, 0.0), (90.0, 0.0, 0.0), (90.0, 0.0, 180.0)
    left, right = (90.0, 0.0, -90.0), (90.0, 0.0, 90.0)
    high = box.divider_mm / 2 + t
    lid_z = h if box.lid == "lift" else box.brim_mm
    known = {
        "bottom": ((0.0, 0.0, 0.0, False), flat),
        "front": ((0.0, t - d / 2, box.brim_mm / 2, False), front),
        "back": ((0.0, d / 2 - t, h / 2, False), back),
        "left": ((t - w / 2, 0.0, h / 2, False), left),
        "right": ((w / 2 - t, 0.0, h / 2, False), right),
        "lid": ((0.0, 0.0 if box.lid == "lift" else -_shy(box) / 2, lid_z, False), flat),
        "lid-plug": ((0.0, 0.0, h - t, False), flat),
    }
    for k, x in enumerate(box.between(box.made_columns, box.inside[0])):
        known[f"along-{k + 1}"] = ((x - t / 2, 0.0, high, False), right)
    for k, y in enumerate(box.between(box.made_rows, box.inside[1])):
        known[f"across-{k + 1}"] = ((0.0, y + t / 2, high, False), front)
    return [known[name] for name in names]


def _shy(box: Layout) -> float:
    """By how much a sliding lid is less deep than the box."""
    from configurator.geometry.finger_box import SLIDE_MM

    return box.sheet_mm + SLIDE_MM


def _lifted(part: Part, parts: tuple[Part, ...]) -> Part:
    if not part.name.startswith("lid"):
        return part
    x, y, z, turned = part.home
    height = next(p.mesh.size_mm[1] for p in parts if p.name == "back")
    depth = next(p.mesh.size_mm[1] for p in parts if p.name == "bottom")
    slides = not any(p.name == "lid-plug" for p in parts)
    moved = (x, y - 0.42 * depth, z) if slides else (x, y, z + 0.55 * height + 10)
    return replace(part, home=(*moved, turned))


def _text(box: Layout) -> Stencil | None:
    return box.text[0] if box.text else None
