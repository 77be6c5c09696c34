"""What parts are made of: limits a shape must respect, and the colours on the shelf.

The limits hold for a 0.4 mm nozzle, which lays lines about 0.42 mm wide.
Sources: walls and letter strokes: rigidprints.co.uk design guide (PLA 0.8 mm = two lines
braced; PETG at least 1.0 mm, rounded up here to three lines), neway3dp.com material extrusion
(1.2 mm recommended, 0.8 mm least); overhang and bridge: printpal.io design guide (0–45° from the
vertical prints clean), PETG with less cooling a little less; density: makers' data sheets.
"""

from __future__ import annotations

from dataclasses import dataclass

from core.errors import NotFound


@dataclass(frozen=True)
class Colour:
    """A colour that factories stock."""

    slug: str
    name: str
    hex: str


@dataclass(frozen=True)
class Material:
    """One material of one process; lengths in mm, angles in degrees from the vertical."""

    slug: str
    name: str
    process: str
    summary: str
    density_g_cm3: float
    price_cents_per_kg: int
    min_wall_mm: float
    """Thinnest wall that stands on its own."""
    min_feature_mm: float
    """Thinnest stroke of a letter or relief that leans on the part."""
    max_overhang_deg: float
    """A face may lean out this far before it needs support; 0 is a vertical wall."""
    max_bridge_mm: float
    """Longest ceiling that may span between two supports."""
    hotend_c: int
    bed_c: int
    colours: tuple[Colour, ...]


_SHELF = (
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

_MATERIALS = {
    material.slug: material
    for material in (
        Material(
            slug="pla",
            name="PLA",
            process="fdm",
            summary="Plant-based, stiff and crisp. Indoors, below 50 °C.",
            density_g_cm3=1.24,
            price_cents_per_kg=2400,
            min_wall_mm=0.8,
            min_feature_mm=0.4,
            max_overhang_deg=50,
            max_bridge_mm=12,
            hotend_c=215,
            bed_c=60,
            colours=_SHELF,
        ),
        Material(
            slug="petg",
            name="PETG",
            process="fdm",
            summary="Tough and waterproof. Stands sun and 70 °C.",
            density_g_cm3=1.27,
            price_cents_per_kg=2800,
            min_wall_mm=1.2,
            min_feature_mm=0.6,
            max_overhang_deg=45,
            max_bridge_mm=8,
            hotend_c=240,
            bed_c=80,
            colours=_SHELF,
        ),
    )
}


def materials() -> dict[str, Material]:
    """Every material by its slug."""
    return dict(_MATERIALS)


def material(slug: str) -> Material:
    """The material of that slug.

    Raises NotFound with a sentence that names the choices.
    """
    try:
        return _MATERIALS[slug]
    except KeyError:
        names = ", ".join(m.name for m in _MATERIALS.values())
        raise NotFound(
            f"We do not print in {slug[:40]!r}; choose one of {names}.", detail="unknown material"
        ) from None
