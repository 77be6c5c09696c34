"""A lamp of two makers: a pierced panel cut by a laser, and a printed base that lights its edge."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from configurator.products import pierced, stencilled
from configurator.products.base import (
    BaseParams,
    Family,
    Part,
    Preset,
    Quality,
    Vector,
    number,
    thickness,
)
from configurator.products.typefaces import Face, typeface

if TYPE_CHECKING:
    from configurator.dfm.base import Finding
    from configurator.geometry.lamp_base import LampBase
    from configurator.geometry.lamp_panel import LampPanel as Panel
    from configurator.materials import Sheet

TAB_DEEP_MM = 12.0


class GlowLampParams(BaseParams):
    """A glow lamp."""

    width_mm: float = number("Width", 140, unit="mm", ge=90, le=240, step=1, group="Panel")
    height_mm: float = number("Height", 180, unit="mm", ge=90, le=270, step=1, group="Panel")
    corner_mm: float = number(
        "Upper corners", 24, unit="mm", ge=0, le=120, step=1, help="Their radius.", group="Panel"
    )
    sheet_mm: float = thickness(
        "Sheet", 5, ge=3, le=6, help="Thickness of the panel.", group="Panel"
    )
    pattern: pierced.Pattern = pierced.pattern("hexagons")
    cell_mm: float = pierced.openings()
    bridge_mm: float = pierced.webs()
    border_mm: float = pierced.border()
    fade_percent: float = pierced.fade(40)
    seed: int = pierced.variation(3)
    words: str = stencilled.words()
    face: Face = typeface("Typeface", "stencil", group=stencilled.GROUP)
    size_mm: float = stencilled.size(24)
    align: stencilled.Align = stencilled.align()
    deep_mm: float = number("Depth of the base", 64, unit="mm", ge=44, le=120, step=1, group="Base")
    strip_mm: float = number(
        "Strip of light",
        10,
        unit="mm",
        ge=8,
        le=12,
        step=1,
        help="Width of the LED strip that is slid in under the panel.",
        group="Base",
    )
    cable_mm: float = number(
        "Cable hole", 5, unit="mm", ge=3, le=8, step=0.5, help="In the back.", group="Base"
    )
    play_mm: float = number(
        "Play",
        0.3,
        unit="mm",
        ge=0.1,
        le=0.8,
        step=0.05,
        help="By how much the slot is wider than the panel.",
        group="Base",
    )


class GlowLamp(Family):
    """Lamp of a cut panel and a printed base."""

    slug = "glow-lamp"
    version = 2
    name = "Glow lamp"
    summary = (
        "A pierced panel on a printed base: a strip of light in the base makes its edges glow."
    )
    process = "laser"
    materials = ("acrylic", "birch")
    other_materials = MappingProxyType({"base": "petg"})
    other_colours = MappingProxyType({"base": "graphite"})
    Params = GlowLampParams
    web_field = "bridge_mm"
    view_deg = (32.0, 18.0)
    idle = {**stencilled.IDLE, **pierced.IDLE}
    presets = (
        Preset("Comb", {}, "amber"),
        Preset("Reef", {"pattern": "voronoi", "fade_percent": 0, "seed": 12}, "lagoon"),
        Preset(
            "Surf",
            {"pattern": "waves", "cell_mm": 16, "corner_mm": 70, "height_mm": 200},
            "indigo",
        ),
        Preset(
            "Gate",
            {"width_mm": 120, "height_mm": 240, "corner_mm": 60, "cell_mm": 15, "deep_mm": 76},
            "opal",
        ),
        Preset(
            "Horizon",
            {"width_mm": 230, "height_mm": 110, "corner_mm": 8, "pattern": "waves", "cell_mm": 14},
            "soot",
        ),
        Preset(
            "Lattice",
            {"cell_mm": 13, "sheet_mm": 3, "bridge_mm": 3, "fade_percent": 70, "strip_mm": 8},
            "ice",
        ),
        Preset(
            "Moon",
            {"width_mm": 180, "height_mm": 180, "corner_mm": 89, "pattern": "voronoi", "seed": 41},
            "moss",
        ),
        Preset(
            "Night light",
            {"width_mm": 90, "height_mm": 110, "corner_mm": 44, "cell_mm": 13, "border_mm": 10},
            "ruby",
        ),
        Preset(
            "Nameplate",
            {
                "width_mm": 200,
                "height_mm": 120,
                "corner_mm": 10,
                "pattern": "waves",
                "cell_mm": 14,
                "words": "STUDIO",
                "size_mm": 32,
            },
            "amber",
        ),
    )

    def build(self, params: Any, quality: Quality) -> tuple[Part, ...]:
        """``panel``, lying flat, and ``base``, standing beside it."""
        from configurator.geometry.lamp_base import lamp_base
        from configurator.geometry.lamp_panel import panel
        from configurator.geometry.sheet import laid_out, plate

        layout, base = _panel(params), _base(params)
        outline = panel(layout, quality)
        flat, stand = plate(outline), lamp_base(base, quality)
        lying, beside = laid_out([flat.size_mm, stand.size_mm])
        middle = base.seat_mm + (layout.height_mm + TAB_DEEP_MM) / 2
        return (
            Part(
                "panel",
                flat,
                at=lying,
                home=(0.0, layout.sheet_mm / 2, middle, False),
                process="laser",
                outline=outline,
                tilt_deg=(90.0, 0.0, 0.0),
            ),
            Part("base", stand, at=beside, process="fdm", role="base"),
        )

    def declared_box(self, params: Any) -> dict[str, Vector]:
        return {
            "panel": (params.width_mm, params.height_mm + TAB_DEEP_MM, params.sheet_mm),
            "base": _base(params).size_mm,
        }

    def rules(self, params: Any, material: Sheet) -> tuple[Finding, ...]:
        from configurator.dfm.sheets import narrow_web, stocked
        from configurator.dfm.stencilled import stencilled as lettering

        return (
            *stocked(self, "panel", params.sheet_mm, material, "sheet_mm"),
            *narrow_web(self, "panel", params.bridge_mm, params.sheet_mm, material, "bridge_mm"),
            *lettering("panel", self, params, lambda other: _panel(other).text, material),
            *_bare(params),
            *_top_heavy(self, params),
        )

    def cured(self, params: Any, finding: Finding, material: Sheet) -> Finding:
        from configurator.dfm.cut import cured

        ways = {"fade_percent": 0.0, "bridge_mm": 12.0, "size_mm": 80.0, "cell_mm": 40.0}
        if finding.part != "panel":
            ways = {"cable_mm": 16.0}
        return cured(self, params, finding, material, ways)


def _panel(params: GlowLampParams) -> Panel:
    from configurator.geometry.lamp_panel import LampPanel as Panel

    same = params.model_dump(exclude={"fade_percent", "deep_mm", "strip_mm"})
    fade = params.fade_percent / 100
    return Panel(**same, fade=fade, stand="base", tab_deep_mm=TAB_DEEP_MM)


def _base(params: GlowLampParams) -> LampBase:
    from configurator.geometry.lamp_base import LampBase

    return LampBase(
        tab_mm=_panel(params).tab_mm,
        tab_deep_mm=TAB_DEEP_MM,
        sheet_mm=params.sheet_mm,
        play_mm=params.play_mm,
        deep_mm=params.deep_mm,
        strip_mm=params.strip_mm,
        cable_mm=params.cable_mm,
    )


def _bare(params: GlowLampParams) -> tuple[Finding, ...]:
    """A border so wide, or openings so large, that nothing is cut out."""
    from configurator.dfm.base import Finding
    from configurator.geometry.lamp_panel import letters, openings

    panel = _panel(params)
    if openings(panel, "draft") or letters(panel, "draft"):
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


def _top_heavy(family: Family, params: GlowLampParams) -> tuple[Finding, ...]:
    """A quarter of the height must be its depth: it tips at 14° and no sooner."""
    from configurator.dfm.base import Finding
    from configurator.dfm.cures import set_to

    least = float(-(-params.height_mm // 4))
    if params.deep_mm >= least:
        return ()
    return (
        Finding(
            check="stands",
            level="weak",
            part="base",
            state=f"The base is {params.deep_mm:g} mm deep under {params.height_mm:g} mm.",
            cause="With less than a quarter of the height it is tipped over by a sleeve.",
            cure=set_to(family, "deep_mm", least),
            field="deep_mm",
            value=least,
            measured=params.deep_mm,
            needed=least,
        ),
    )
