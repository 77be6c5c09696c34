"""A solid that the customer brings: STL, 3MF or STEP, made as it is or mended."""

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
    upload,
)

if TYPE_CHECKING:
    from configurator.dfm.base import Finding
    from configurator.geometry.own_solids import Solid
    from configurator.materials import Filament

MM = {"mm": 1.0, "cm": 10.0, "inch": 25.4, "m": 1000.0}
"""Millimetres of each unit that a file may be in."""
STILL_FITS_MM = 170.0
"""Larger than that no solid is made to cure it: common printers hold 180 to 250 mm."""
OURS = {
    "hook": "Hook",
    "stand": "Stand",
    "wedge": "Door wedge",
    "spacer": "Spacer",
    "clip": "Bag clip",
    "corner": "Corner guard",
}
"""Solids that come with the family, name to label."""


class OwnFileParams(BaseParams):
    """A file of one's own."""

    file: str = upload(
        "File",
        "hook",
        accept="solid",
        ours=OURS,
        sets={"unit": "mm", "scale_pct": "100", "way": "best", "mend": "0"},
        help="Yours, or one of ours to try it with.",
        group="Solid",
    )
    unit: Literal["mm", "cm", "inch", "m"] = choice(
        "One unit of the file is",
        "mm",
        {"mm": "1 mm", "cm": "1 cm", "inch": "1 inch", "m": "1 m"},
        help="STL does not say; 3MF and STEP do and come in millimetres.",
        group="Size",
    )
    scale_pct: float = number(
        "Scale", 100, unit="%", ge=1, le=1000, step=0.5, help="Of the file's size.", group="Size"
    )
    way: Literal["best", "as_is", "over", "front", "back", "left", "right"] = choice(
        "Which way up",
        "best",
        {
            "best": "Best to print",
            "as_is": "As in the file",
            "over": "Upside down",
            "front": "On its back",
            "back": "On its front",
            "left": "On its right",
            "right": "On its left",
        },
        help="Best: least overhang, low, on a broad foot.",
        group="On the bed",
    )
    turn_deg: float = number(
        "Turn", 0, unit="°", ge=0, le=355, step=5, help="About the upright.", group="On the bed"
    )
    mend: bool = flag(
        "Mend what is open",
        False,
        help="Close holes, turn triangles outwards, join what overlaps. The checks say what was "
        "done.",
        group="Solid",
    )


class OwnFile(Family):
    """Your own file."""

    slug = "own-file"
    version = 1
    name = "Your own file"
    noun = "own part"
    summary = "STL, 3MF or STEP: checked, turned the best way up, priced and made."
    materials = ("pla", "petg")
    Params = OwnFileParams
    scale_field = "scale_pct"
    fitted = "unit scale_pct way turn_deg mend"
    view_deg = (28.0, 30.0)
    presets = (
        Preset("Hook", {}, "steel"),
        Preset("Phone stand", {"file": "stand"}, "graphite"),
        Preset("Door wedge", {"file": "wedge"}, "kiln"),
        Preset("Spacer", {"file": "spacer"}, "bone"),
        Preset("Bag clip", {"file": "clip"}, "sage"),
        Preset("Corner guard", {"file": "corner"}, "mustard"),
    )

    def build(self, params: Any, quality: Quality) -> tuple[Part, ...]:
        """One part, ``solid``; both qualities are the file's."""
        from configurator.geometry.own_solids import stood

        found = _solid(params)
        mesh = stood(found, params.way, params.turn_deg, scale_mm(params))
        return (Part("solid", mesh, bodies=found.pieces),)

    def declared_box(self, params: Any) -> dict[str, Vector]:
        from configurator.geometry.own_solids import stood

        mesh = stood(_solid(params), params.way, params.turn_deg, scale_mm(params))
        return {"solid": mesh.size_mm}

    def rules(self, params: Any, material: Filament) -> tuple[Finding, ...]:
        from configurator.dfm.brought import brought

        return brought(params, _solid(params), scale_mm(params))

    def cured(self, params: Any, finding: Finding, material: Filament) -> Finding:
        from configurator.dfm.brought import in_another_unit
        from configurator.dfm.printed import cured

        if finding.check == "fit" and finding.field is None:
            return in_another_unit(params, _solid(params), finding)
        ways: dict[str, float | None] = {}
        if finding.check in ("overhangs", "stands"):
            ways = {"way": None}
        elif finding.check in ("walls", "gaps"):
            longest = max(self.declared_box(params)["solid"])
            ways = {"scale_pct": params.scale_pct * max(1.0, STILL_FITS_MM / longest)}
        return cured(self, params, finding, material, ways)


def scale_mm(params: OwnFileParams) -> float:
    """Millimetres for each unit of the file."""
    return MM[params.unit] * params.scale_pct / 100


def _solid(params: OwnFileParams) -> Solid:
    from configurator.geometry.own_solids import solid

    return solid(params.file, params.mend)
