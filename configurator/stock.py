"""The materials that factories stock, as data.

Filaments. The limits hold for a 0.4 mm nozzle, which lays lines about 0.42 mm wide.
Sources: walls and letter strokes: rigidprints.co.uk design guide (PLA 0.8 mm = two lines
braced; PETG at least 1.0 mm, rounded up here to three lines), neway3dp.com material extrusion
(1.2 mm recommended, 0.8 mm least); overhang and bridge: printpal.io design guide (0–45° from the
vertical prints clean), PETG with less cooling a little less; gaps: blog.uavmodel.com on
print-in-place (the least slide fit is 0.20 mm in PLA and 0.25 in PETG, and what is closer fuses:
lines of a 0.4 mm nozzle swell to 0.45); density: makers' data sheets.

Sheets. Nothing below was measured by us. Density: The Wood Database (birch 0.64, poplar 0.45
g/cm³; plywood a little more for its glue), ISO 7823-1 cast PMMA 1.19, EN 622-5 MDF 0.75. Kerf,
its spread, webs, holes, fingers and squeeze are estimates from memory of the design guides that
cutting services publish (a CO₂ laser with a 2 inch lens: 0.1 to 0.3 mm of kerf, webs and holes
of about one thickness and not below half of it). Prices are estimates of what a workshop pays
for a square metre in small lots.

Boards. Density: The Wood Database (white oak 0.75, black walnut 0.61, European beech 0.71), EN
485 data sheets (EN AW-5754 2.66), EN 12449 CuZn37 8.44, ISO 7823-1 PMMA 1.19. Nothing was measured
by us: a tool reaches four of its diameters (the rule of thumb of tool makers for slots with long
end mills; beyond it the tool bends and chatters), a wall is half as thick as it is high, and the
least walls, ribs and floors are estimates from memory of milling services' design guides (0.8 mm of
metal, 1.5 mm of plastic). Thicknesses are what timber yards plane and what metal dealers stock;
prices are estimates of what a workshop pays for a square metre, cut to size.
"""

from __future__ import annotations

from configurator.materials import Board, Colour, Filament, Gauge, Sheet, Thickness

_SPOOLS = (
    Colour("kiln", "Kiln orange", "#c4561e"),
    Colour("terracotta", "Terracotta", "#b9694b"),
    Colour("bone", "Bone", "#e4dccb"),
    Colour("white", "Chalk white", "#f0eee9"),
    Colour("sand", "Sand", "#cdb791"),
    Colour("sage", "Sage", "#8fa287"),
    Colour("forest", "Forest", "#3f6b52"),
    Colour("mist", "Mist blue", "#93acc0"),
    Colour("steel", "Steel blue", "#37698c"),
    Colour("midnight", "Midnight", "#24364a"),
    Colour("plum", "Plum", "#6d3f5b"),
    Colour("blush", "Blush", "#d9a59b"),
    Colour("mustard", "Mustard", "#d3a02f"),
    Colour("graphite", "Graphite", "#3a3b3e"),
)

FILAMENTS = (
    Filament(
        slug="pla",
        name="PLA",
        summary="Plant-based, stiff and crisp. Indoors, below 50 °C.",
        density_g_cm3=1.24,
        price_cents_per_kg=2400,
        min_wall_mm=0.8,
        min_feature_mm=0.4,
        min_gap_mm=0.2,
        max_overhang_deg=50,
        max_bridge_mm=12,
        hotend_c=215,
        bed_c=60,
        colours=_SPOOLS,
    ),
    Filament(
        slug="petg",
        name="PETG",
        summary="Tough and waterproof. Stands sun and 70 °C.",
        density_g_cm3=1.27,
        price_cents_per_kg=2800,
        min_wall_mm=1.2,
        min_feature_mm=0.6,
        min_gap_mm=0.25,
        max_overhang_deg=45,
        max_bridge_mm=8,
        hotend_c=240,
        bed_c=80,
        colours=_SPOOLS,
    ),
)

_BIRCH = Colour("birch", "Natural birch", "#d8b988")
_WALNUT = Colour("walnut", "Walnut face", "#7b5439")
_SMOKE = Colour("smoke", "Smoked oak face", "#5a4a3f")
_POPLAR = Colour("poplar", "Natural poplar", "#e3cda4")

SHEETS = (
    Sheet(
        slug="birch",
        name="Birch plywood",
        summary="Fine layers, strong fingers, a clean dark edge. For boxes that are used.",
        density_g_cm3=0.68,
        colours=(_BIRCH, _WALNUT, _SMOKE),
        gauges=(
            Gauge(3, 1600, kerf_mm=0.20, kerf_spread_mm=0.06),
            Gauge(4, 2000, kerf_mm=0.22, kerf_spread_mm=0.07),
            Gauge(6, 2800, kerf_mm=0.28, kerf_spread_mm=0.10),
        ),
        min_bridge=0.8,
        min_bridge_mm=1.5,
        min_hole=0.5,
        min_finger=1.0,
        max_squeeze_mm=0.15,
    ),
    Sheet(
        slug="poplar",
        name="Poplar plywood",
        summary="Light and pale, the kindest to a budget. For indoors.",
        density_g_cm3=0.48,
        colours=(_POPLAR, _WALNUT, _SMOKE),
        gauges=(
            Gauge(3, 1000, kerf_mm=0.18, kerf_spread_mm=0.06),
            Gauge(4, 1250, kerf_mm=0.20, kerf_spread_mm=0.07),
            Gauge(6, 1700, kerf_mm=0.25, kerf_spread_mm=0.10),
        ),
        min_bridge=1.0,
        min_bridge_mm=1.5,
        min_hole=0.5,
        min_finger=1.0,
        max_squeeze_mm=0.20,
    ),
    Sheet(
        slug="acrylic",
        name="Cast acrylic",
        summary="Clear or coloured, its polished edges carry light. Brittle: no tight joints.",
        density_g_cm3=1.19,
        colours=(
            Colour("ice", "Clear, green edge", "#cfe4e2"),
            Colour("opal", "Opal white", "#eeece6"),
            Colour("amber", "Amber", "#d98a2b"),
            Colour("ruby", "Ruby", "#a02c3a"),
            Colour("lagoon", "Lagoon", "#2f8f9d"),
            Colour("indigo", "Indigo", "#3b4a86"),
            Colour("moss", "Moss", "#5f7f4a"),
            Colour("soot", "Soot black", "#2e2f31"),
        ),
        gauges=(
            Gauge(3, 3000, kerf_mm=0.18, kerf_spread_mm=0.04),
            Gauge(5, 4600, kerf_mm=0.22, kerf_spread_mm=0.06),
            Gauge(8, 7200, kerf_mm=0.30, kerf_spread_mm=0.10),
        ),
        min_bridge=0.8,
        min_bridge_mm=2.0,
        min_hole=0.5,
        min_finger=1.5,
        max_squeeze_mm=0.0,
    ),
)

_WOOD_TOOLS = (1.0, 2.0, 3.0, 6.0)
_METAL_TOOLS = (1.0, 2.0, 3.0, 6.0)

BOARDS = (
    Board(
        slug="oak",
        name="Oak",
        summary="Hard, open-grained, made for letters that last. Oiled.",
        density_g_cm3=0.75,
        colours=(
            Colour("oak", "Oiled oak", "#c29a63"),
            Colour("oak-smoked", "Smoked oak", "#6b4c33"),
            Colour("oak-limed", "Limed oak", "#dcc9a8"),
        ),
        boards=(Thickness(10, 7200), Thickness(15, 9800), Thickness(20, 12500)),
        tools_mm=_WOOD_TOOLS,
        min_wall_mm=3.0,
        min_rib_mm=0.8,
        min_floor_mm=2.5,
    ),
    Board(
        slug="walnut",
        name="Walnut",
        summary="Dark, fine and calm under the hand. Oiled.",
        density_g_cm3=0.61,
        colours=(Colour("walnut", "Oiled walnut", "#6a4630"),),
        boards=(Thickness(10, 11500), Thickness(15, 15800), Thickness(20, 20500)),
        tools_mm=_WOOD_TOOLS,
        min_wall_mm=3.0,
        min_rib_mm=0.8,
        min_floor_mm=2.5,
    ),
    Board(
        slug="beech",
        name="Beech",
        summary="Pale, dense and even: small details come out crisp.",
        density_g_cm3=0.71,
        colours=(Colour("beech", "Waxed beech", "#dbb488"),),
        boards=(Thickness(10, 5200), Thickness(15, 7100), Thickness(20, 9200)),
        tools_mm=_WOOD_TOOLS,
        min_wall_mm=2.5,
        min_rib_mm=0.6,
        min_floor_mm=2.0,
    ),
    Board(
        slug="aluminium",
        name="Aluminium 5754",
        summary="Light, stiff and weatherproof; brushed or anodised.",
        density_g_cm3=2.66,
        colours=(
            Colour("brushed", "Brushed", "#b9bdc1"),
            Colour("black", "Anodised black", "#2f3033"),
            Colour("bronze", "Anodised bronze", "#80674a"),
        ),
        boards=(Thickness(2, 4300), Thickness(3, 6100), Thickness(5, 9900), Thickness(10, 20500)),
        tools_mm=_METAL_TOOLS,
        min_wall_mm=1.5,
        min_rib_mm=0.6,
        min_floor_mm=0.8,
    ),
    Board(
        slug="brass",
        name="Brass",
        summary="Heavy and warm; its letters darken with the years.",
        density_g_cm3=8.44,
        colours=(Colour("brass", "Brushed brass", "#c6a24f"),),
        boards=(
            Thickness(2, 22500),
            Thickness(3, 33500),
            Thickness(5, 55500),
            Thickness(10, 111000),
        ),
        tools_mm=_METAL_TOOLS,
        min_wall_mm=1.2,
        min_rib_mm=0.5,
        min_floor_mm=0.8,
    ),
    Board(
        slug="acrylic-plate",
        name="Acrylic plate",
        summary="Glass-clear or coloured, milled matt; catches the light in its letters.",
        density_g_cm3=1.19,
        colours=(
            Colour("clear", "Clear", "#d6e4e3"),
            Colour("opal", "Opal white", "#eeece6"),
            Colour("soot", "Soot black", "#2e2f31"),
        ),
        boards=(Thickness(5, 4600), Thickness(10, 9400), Thickness(15, 15200)),
        tools_mm=_WOOD_TOOLS,
        min_wall_mm=2.0,
        min_rib_mm=0.8,
        min_floor_mm=1.5,
    ),
)
