"""A panel of acrylic with a cut-out pattern, lit from its foot, and what it stands in."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal

from configurator.products import pierced, stencilled
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
)
from configurator.products.typefaces import Face, typeface

if TYPE_CHECKING:
    from configurator.dfm.base import Finding
    from configurator.geometry.lamp_panel import LampPanel as Layout
    from configurator.materials import Sheet


class LampPanelParams(BaseParams):
    """A lamp panel."""

    width_mm: float = number("Width", 150, unit="mm", ge=80, le=240, step=1, group="Size")
    height_mm: float = number("Height", 210, unit="mm", ge=90, le=280, step=1, group="Size")
    corner_mm: float = number(
        "Upper corners", 20, unit="mm", ge=0, le=120, step=1, help="Their radius.", group="Size"
    )
    sheet_mm: float = thickness(
        "Sheet", 5, ge=3, le=8, help="Thickness of the sheet it is cut from.", group="Size"
    )
    pattern: pierced.Pattern = pierced.pattern("voronoi")
    cell_mm: float = pierced.openings()
    bridge_mm: float = pierced.webs()
    border_mm: float = pierced.border()
    fade_percent: float = pierced.fade(0)
    seed: int = pierced.variation(7)
    words: str = stencilled.words()
    face: Face = typeface("Typeface", "stencil", group=stencilled.GROUP)
    size_mm: float = stencilled.size(24)
    align: stencilled.Align = stencilled.align()
    stand: Literal["base", "feet"] = choice(
        "It stands in", "base", {"base": "A base with a slot", "feet": "Two feet"}, group="Stand"
    )
    cable_mm: float = number(
        "Cable hole", 8, unit="mm", ge=0, le=16, step=0.5, help="0 for none.", group="Stand"
    )
    play_mm: float = number(
        "Play",
        0.1,
        unit="mm",
        ge=-0.3,
        le=0.5,
        step=0.05,
        help="By how much a slot is wider than what goes in; below 0 it is pressed together.",
        group="Stand",
    )


class LampPanel(Family):
    """Acrylic lamp panel."""

    slug = "lamp-panel"
    version = 2
    name = "Lamp panel"
    summary = "A pierced panel that glows at its edges, with a stand for a strip of light."
    process = "laser"
    materials = ("acrylic", "birch")
    Params = LampPanelParams
    prismatic = True
    fitted = "play_mm cable_mm stand"
    web_field = "bridge_mm"
    view_deg = (28.0, 16.0)
    idle = {**stencilled.IDLE, **pierced.IDLE}
    presets = (
        Preset("Coral", {}, "lagoon"),
        Preset(
            "Honeycomb",
            {"pattern": "hexagons", "cell_mm": 16, "corner_mm": 10, "fade_percent": 60},
            "amber",
        ),
        Preset(
            "Tide",
            {"pattern": "waves", "cell_mm": 17, "corner_mm": 75, "border_mm": 14},
            "indigo",
        ),
        Preset(
            "Arch",
            {"height_mm": 240, "corner_mm": 75, "cell_mm": 15, "seed": 23, "fade_percent": 50},
            "opal",
        ),
        Preset(
            "Low screen",
            {
                "width_mm": 240,
                "height_mm": 120,
                "corner_mm": 6,
                "pattern": "waves",
                "cell_mm": 14,
                "stand": "feet",
                "seed": 4,
            },
            "soot",
        ),
        Preset(
            "Lace",
            {"pattern": "hexagons", "cell_mm": 12, "sheet_mm": 3, "bridge_mm": 3, "stand": "feet"},
            "ruby",
        ),
        Preset(
            "Pebbles",
            {"width_mm": 190, "height_mm": 190, "corner_mm": 94, "cell_mm": 24, "seed": 61},
            "moss",
        ),
        Preset(
            "Window",
            {"pattern": "hexagons", "cell_mm": 34, "bridge_mm": 7, "corner_mm": 0, "sheet_mm": 8},
            "ice",
        ),
        Preset(
            "Open late",
            {
                "width_mm": 180,
                "height_mm": 150,
                "corner_mm": 12,
                "pattern": "hexagons",
                "words": "OPEN",
                "size_mm": 36,
                "fade_percent": 50,
            },
            "ruby",
        ),
        Preset(
            "Name in waves",
            {
                "width_mm": 210,
                "height_mm": 160,
                "corner_mm": 75,
                "pattern": "waves",
                "cell_mm": 15,
                "words": "NORA",
                "size_mm": 34,
                "seed": 4,
            },
            "opal",
        ),
    )

    def build(self, params: Any, quality: Quality) -> tuple[Part, ...]:
        """``panel`` with ``base`` or two feet, lying flat beside one another."""
        from configurator.geometry.lamp_panel import flat
        from configurator.geometry.sheet import laid_out, plate

        lamp = _layout(params)
        cut = {name: (outline, plate(outline)) for name, outline in flat(lamp, quality).items()}
        places = laid_out(mesh.size_mm for _, mesh in cut.values())
        homes = _homes(lamp)
        return tuple(
            Part(
                name,
                mesh,
                at=at,
                home=homes[name][0],
                process="laser",
                outline=outline,
                tilt_deg=homes[name][1],
            )
            for (name, (outline, mesh)), at in zip(cut.items(), places, strict=True)
        )

    def declared_box(self, params: Any) -> dict[str, Vector]:
        from configurator.geometry.lamp_panel import BASE_DEEP_MM, BASE_MORE_MM, FOOT_MM

        w, h, t = params.width_mm, params.height_mm, params.sheet_mm
        if params.stand == "base":
            return {"panel": (w, h + t, t), "base": (w + BASE_MORE_MM, BASE_DEEP_MM, t)}
        return {"panel": (w, h, t), "foot-left": (*FOOT_MM, t), "foot-right": (*FOOT_MM, t)}

    def rules(self, params: Any, material: Sheet) -> tuple[Finding, ...]:
        from configurator.dfm.sheets import joint_fit, narrow_web, stocked
        from configurator.dfm.stencilled import stencilled as lettering

        return (
            *stocked(self, "panel", params.sheet_mm, material, "sheet_mm"),
            *narrow_web(self, "panel", params.bridge_mm, params.sheet_mm, material, "bridge_mm"),
            *joint_fit(self, "panel", params.play_mm, params.sheet_mm, material, "play_mm"),
            *lettering("panel", self, params, lambda other: _layout(other).text, material),
            *_bare(params),
        )

    def cured(self, params: Any, finding: Finding, material: Sheet) -> Finding:
        from configurator.dfm.cut import cured

        ways = {"fade_percent": 0.0, "bridge_mm": 12.0, "size_mm": 80.0, "cell_mm": 40.0}
        if finding.part != "panel":
            ways = {"cable_mm": 16.0}
        return cured(self, params, finding, material, ways)


def _layout(params: LampPanelParams) -> Layout:
    from configurator.geometry.lamp_panel import LampPanel as Layout

    plain = params.model_dump(exclude={"fade_percent"})
    return Layout(**plain, fade=params.fade_percent / 100)


def _homes(lamp: Layout) -> dict[str, tuple[tuple[float, float, float, bool], Vector]]:
    """(home, tilt) of each part: the panel upright, its lower edge on or in the stand."""
    from configurator.geometry.lamp_panel import FOOT_MM, FOOT_SHARE

    t, flat, upright = lamp.sheet_mm, (0.0, 0.0, 0.0), (90.0, 0.0, 0.0)
    across = FOOT_SHARE * lamp.width_mm
    if lamp.stand == "base":
        return {
            "panel": ((0.0, t / 2, (lamp.height_mm + t) / 2, False), upright),
            "base": ((0.0, 0.0, 0.0, False), flat),
        }
    side, high = (90.0, 0.0, 90.0), FOOT_MM[1] / 2
    return {
        "panel": ((0.0, t / 2, lamp.height_mm / 2, False), upright),
        "foot-left": ((-across - t / 2, 0.0, high, False), side),
        "foot-right": ((across - t / 2, 0.0, high, False), side),
    }


def _bare(params: LampPanelParams) -> tuple[Finding, ...]:
    """A border so wide, or openings so large, that nothing is cut out."""
    from configurator.dfm.base import Finding
    from configurator.geometry.lamp_panel import letters, openings

    lamp = _layout(params)
    if openings(lamp, "draft") or letters(lamp, "draft"):
        return ()
    return (
        Finding(
            check="blank",
            level="weak",
            part="panel",
            state="Nothing is cut out of the panel.",
            cause="Its field has no room for one opening of this size.",
            cure="Make the border narrower or the openings smaller.",
        ),
    )
