"""A box for electronics with a lid: two parts that are designed, checked and sold as one."""

from __future__ import annotations

from dataclasses import replace
from types import MappingProxyType
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
)

if TYPE_CHECKING:
    from configurator.dfm.base import Finding
    from configurator.geometry.box import Box
    from configurator.materials import Filament


class EnclosureParams(BaseParams):
    """An enclosure; sizes are those of the room inside."""

    width_mm: float = number(
        "Width inside",
        80,
        unit="mm",
        ge=30,
        le=180,
        step=1,
        help="Room for the board.",
        group="Size",
    )
    depth_mm: float = number("Depth inside", 52, unit="mm", ge=24, le=140, step=1, group="Size")
    height_mm: float = number("Height inside", 26, unit="mm", ge=12, le=90, step=1, group="Size")
    wall_mm: float = number("Wall", 2, unit="mm", ge=0.8, le=4, step=0.1, group="Shape")
    corner_mm: float = number("Corner radius", 6, unit="mm", ge=1, le=12, step=0.5, group="Shape")
    screws: Literal["none", "m2_5", "m3"] = choice(
        "Lid",
        "m3",
        {"none": "Pressed on", "m2_5": "M2.5 screws", "m3": "M3 screws"},
        help="Posts for self-cutting screws in the corners, or a lid that is pressed on.",
        group="Lid",
    )
    lid_of: Literal["printed", "acrylic", "plywood"] = choice(
        "Lid made",
        "printed",
        {
            "printed": "Printed, like the box",
            "acrylic": "Cut from clear acrylic",
            "plywood": "Cut from birch plywood",
        },
        help="A cut lid is a flat sheet of 3 mm; a laser cutter makes it, and it is screwed on.",
        group="Lid",
    )
    lid_vents: Literal["none", "slots", "honeycomb"] = choice(
        "Vents in the lid",
        "honeycomb",
        {"none": "None", "slots": "Slots", "honeycomb": "Honeycomb"},
        group="Air and cables",
    )
    side_vents: bool = flag("Vents in the sides", True, group="Air and cables")
    cable_mm: float = number(
        "Cable hole",
        6,
        unit="mm",
        ge=0,
        le=14,
        step=0.5,
        help="In the right-hand end; 0 for none.",
        group="Air and cables",
    )


class Enclosure(Family):
    """Electronics enclosure with a lid."""

    slug = "enclosure"
    version = 1
    name = "Electronics enclosure"
    summary = "A box for your board, with lid, screw posts and vents."
    materials = ("petg", "pla")
    Params = EnclosureParams
    prismatic = True
    fitted = "screws side_vents cable_mm"
    other_materials = MappingProxyType({"acrylic": "acrylic", "plywood": "birch"})
    wall_field = "wall_mm"
    web_field = "wall_mm"
    view_deg = (32.0, 34.0)
    presets = (
        Preset("Board", {}, "graphite"),
        Preset(
            "Sensor",
            {
                "width_mm": 46,
                "depth_mm": 46,
                "height_mm": 22,
                "corner_mm": 12,
                "lid_vents": "honeycomb",
                "screws": "none",
                "cable_mm": 5,
            },
            "white",
        ),
        Preset(
            "Long",
            {
                "width_mm": 130,
                "depth_mm": 36,
                "height_mm": 24,
                "corner_mm": 5,
                "lid_vents": "slots",
            },
            "steel",
        ),
        Preset(
            "Power",
            {
                "width_mm": 110,
                "depth_mm": 80,
                "height_mm": 48,
                "wall_mm": 3,
                "corner_mm": 8,
                "lid_vents": "slots",
                "cable_mm": 10,
            },
            "mustard",
        ),
        Preset(
            "Remote",
            {
                "width_mm": 92,
                "depth_mm": 34,
                "height_mm": 15,
                "corner_mm": 12,
                "screws": "m2_5",
                "lid_vents": "none",
                "side_vents": False,
                "cable_mm": 0,
            },
            "midnight",
        ),
        Preset(
            "Sealed",
            {
                "width_mm": 70,
                "depth_mm": 70,
                "height_mm": 34,
                "wall_mm": 2.8,
                "lid_vents": "none",
                "side_vents": False,
                "cable_mm": 7,
            },
            "sage",
        ),
        Preset(
            "Tower",
            {"width_mm": 60, "depth_mm": 60, "height_mm": 80, "corner_mm": 10, "cable_mm": 8},
            "bone",
        ),
    )

    def build(self, params: Any, quality: Quality) -> tuple[Part, ...]:
        """``body``, open upwards, and ``lid``, lying on its outside; a cut one is a flat sheet."""
        from configurator.geometry.box import body, lid

        box = _box(params)
        width, _, height = box.outer
        if params.lid_of != "printed":
            return (Part("body", body(box, quality)), _cut_lid(box, params.lid_of, quality))
        return (
            Part("body", body(box, quality)),
            Part(
                "lid",
                lid(box, quality),
                at=(width + 8, 0.0, 0.0),
                home=(0.0, 0.0, height + box.lid_mm, True),
            ),
        )

    def scene(self, parts: tuple[Part, ...]) -> tuple[Part, ...]:
        """The lid lifted off, so that posts and room show."""
        body, lid = parts
        x, y, z, turned = lid.home
        lift = 0.55 * body.mesh.size_mm[2] + 10
        return (body, replace(lid, home=(x, y, z + lift, turned)))

    def declared_box(self, params: Any) -> dict[str, Vector]:
        from configurator.geometry.box import CUT_LID_MM, LIP_MM

        box = _box(params)
        width, depth, _ = box.outer
        if params.lid_of != "printed":
            return {"body": box.outer, "lid": (width, depth, CUT_LID_MM)}
        return {"body": box.outer, "lid": (width, depth, box.lid_mm + LIP_MM)}

    def rules(self, params: Any, material: Filament) -> tuple[Finding, ...]:
        from configurator.dfm.declared import thin_wall

        return (
            *thin_wall(self, "body", params.wall_mm, material, "wall_mm"),
            *_smaller_cable(params),
            *_screwed(params),
        )

    def processes_of(self, params: Any) -> frozenset[str]:
        return frozenset({"fdm"}) if params.lid_of == "printed" else self.processes


def _box(params: EnclosureParams) -> Box:
    from configurator.geometry.box import SCREWS, Box

    return Box(
        width_mm=params.width_mm,
        depth_mm=params.depth_mm,
        height_mm=params.height_mm,
        wall_mm=params.wall_mm,
        corner_mm=params.corner_mm,
        screw=SCREWS.get("m3" if _needs_screws(params) else params.screws),
        lid_vents=params.lid_vents,
        side_vents=params.side_vents,
        cable_mm=params.cable_mm,
    )


def _needs_screws(params: EnclosureParams) -> bool:
    """A sheet has no lip that could be pressed in."""
    return params.lid_of != "printed" and params.screws == "none"


def _cut_lid(box: Box, role: str, quality: Quality) -> Part:
    from configurator.geometry.box import cut_lid
    from configurator.geometry.sheet import plate

    outline, (width, _, height) = cut_lid(box, quality), box.outer
    return Part(
        "lid",
        plate(outline),
        at=(width + 8, 0.0, 0.0),
        home=(0.0, 0.0, height, False),
        process="laser",
        role=role,
        outline=outline,
    )


def _screwed(params: EnclosureParams) -> tuple[Finding, ...]:
    """A lid that cannot be pressed on gets its screws."""
    from configurator.dfm.base import Finding

    if not _needs_screws(params):
        return ()
    return (
        Finding(
            check="screws",
            level="mended",
            part="lid",
            state="The lid is held by M3 screws.",
            cause="A cut sheet has no lip that could be pressed into the box.",
            cure="Choose a printed lid to have it pressed on.",
        ),
    )


def _smaller_cable(params: EnclosureParams) -> tuple[Finding, ...]:
    """A cable hole that the end wall has no room for."""
    from configurator.dfm.base import Finding

    fits = _box(params).cable_fits_mm()
    if fits >= params.cable_mm or params.cable_mm < 1:
        return ()
    made = f"is {fits:.1f} mm instead of {params.cable_mm:g} mm" if fits else "is left out"
    return (
        Finding(
            check="cable",
            level="mended",
            part="body",
            state=f"The cable hole {made}.",
            cause="A wider one would break through the wall's edge or into a screw post.",
            cure="Make the box higher or deeper for a wider hole.",
        ),
    )
