"""A storage bin for the Gridfinity system, or the baseplate it stands on.

The system is Zack Freedman's (2022, MIT licence): cells of 42 mm, heights in units of 7 mm, and
published profiles for foot, socket and stacking lip; see ``geometry.gridfinity`` for each of them.
"""

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
)

if TYPE_CHECKING:
    from configurator.dfm.base import Finding
    from configurator.geometry.gridfinity import Bin
    from configurator.materials import Filament


class GridfinityParams(BaseParams):
    """A bin or a baseplate, in cells of 42 mm and height units of 7 mm."""

    kind: Literal["bin", "baseplate"] = choice(
        "Make", "bin", {"bin": "Bin", "baseplate": "Baseplate"}, group="Size"
    )
    columns: int = number(
        "Width", 2, unit="cells", ge=1, le=5, step=1, whole=True, help="42 mm each.", group="Size"
    )
    rows: int = number("Depth", 1, unit="cells", ge=1, le=5, step=1, whole=True, group="Size")
    height: int = number(
        "Height",
        4,
        unit="units",
        ge=2,
        le=12,
        step=1,
        whole=True,
        help="7 mm each, of the bin; its lip comes on top.",
        group="Size",
    )
    across: int = number("Compartments across", 2, ge=1, le=6, step=1, whole=True, group="Inside")
    deep: int = number("Compartments deep", 1, ge=1, le=6, step=1, whole=True, group="Inside")
    scoop: bool = flag(
        "Scoop", True, help="A round front, to slide small parts out.", group="Inside"
    )
    label: bool = flag("Label shelf", True, help="At the back, for 12 mm tape.", group="Inside")
    wall_mm: float = number("Wall", 1.2, unit="mm", ge=0.8, le=2.4, step=0.1, group="Shape")
    divider_mm: float = number("Dividers", 1.2, unit="mm", ge=0.8, le=2.4, step=0.1, group="Inside")
    lip: bool = flag("Stacking lip", True, help="Bins stand on one another.", group="Shape")
    magnets: bool = flag(
        "Magnet holes", False, help="For magnets of 6 × 2 mm; a bin has four.", group="Shape"
    )


class Gridfinity(Family):
    """Gridfinity bin or baseplate."""

    slug = "gridfinity"
    version = 1
    name = noun = "Gridfinity bin"
    summary = "Bins and baseplates for the 42 mm drawer system."
    materials = ("pla", "petg")
    Params = GridfinityParams
    prismatic = True
    fitted = "kind columns rows height across deep magnets"
    wall_field = "wall_mm"
    view_deg = (28.0, 38.0)
    idle = {
        name: {"kind": ("baseplate",)}
        for name in ("height", "across", "deep", "scoop", "label", "wall_mm", "divider_mm", "lip")
    }
    presets = (
        Preset("Screws", {}, "steel"),
        Preset(
            "Single", {"columns": 1, "across": 1, "magnets": True}, "kiln"
        ),
        Preset(
            "Sorter",
            {"columns": 3, "rows": 2, "across": 3, "deep": 2, "height": 5},
            "sage",
        ),
        Preset(
            "Tray",
            {
                "columns": 4,
                "rows": 2,
                "height": 2,
                "across": 1,
                "scoop": False,
                "label": False,
            },
            "bone",
        ),
        Preset(
            "Pens",
            {"columns": 2, "rows": 2, "height": 10, "across": 2, "deep": 2, "scoop": False,
             "label": False, "wall_mm": 1.6},
            "midnight",
        ),
        Preset(
            "Bits", {"columns": 3, "rows": 1, "across": 6, "height": 3, "label": False}, "mustard"
        ),
        Preset("Baseplate", {"kind": "baseplate", "columns": 4, "rows": 3}, "graphite"),
        Preset(
            "Magnet plate",
            {"kind": "baseplate", "columns": 3, "rows": 2, "magnets": True},
            "terracotta",
        ),
    )  # fmt: skip

    def build(self, params: Any, quality: Quality) -> tuple[Part, ...]:
        """One part, ``bin`` or ``baseplate``, as it stands in a drawer."""
        from configurator.geometry.gridfinity import baseplate_mesh, bin_mesh

        if params.kind == "baseplate":
            units = (params.columns, params.rows)
            return (Part("baseplate", baseplate_mesh(units, params.magnets, quality)),)
        return (Part("bin", bin_mesh(_bin(params), quality)),)

    def declared_box(self, params: Any) -> dict[str, Vector]:
        from configurator.geometry.gridfinity import CELL_MM, PLATE_FLOOR_MM, SOCKET

        if params.kind == "bin":
            return {"bin": _bin(params).outer}
        high = SOCKET[-1][0] + (PLATE_FLOOR_MM if params.magnets else 0.0)
        return {"baseplate": (CELL_MM * params.columns, CELL_MM * params.rows, high)}

    def rules(self, params: Any, material: Filament) -> tuple[Finding, ...]:
        from configurator.dfm.declared import thin_wall

        if params.kind == "baseplate":
            return ()
        made = _bin(params)
        thin = thin_wall(self, "bin", params.wall_mm, material, "wall_mm")
        if made.fitting != (1, 1) and not thin:
            thin = thin_wall(self, "bin", params.divider_mm, material, "divider_mm", name="Divider")
        return (
            *thin,
            *_gave_way(params, made),
        )


def _bin(params: GridfinityParams) -> Bin:
    from configurator.geometry.gridfinity import Bin

    return Bin(
        units=(params.columns, params.rows, params.height),
        wall_mm=params.wall_mm,
        divider_mm=params.divider_mm,
        compartments=(params.across, params.deep),
        scoop=params.scoop,
        label=params.label,
        lip=params.lip,
        magnets=params.magnets,
    )


def _gave_way(params: GridfinityParams, made: Bin) -> tuple[Finding, ...]:
    """What there was no room for."""
    from configurator.geometry.gridfinity import LEAST_POCKET_MM, SHELF_MM

    found = []
    if made.fitting != made.compartments:
        across, deep = made.fitting
        found.append(
            _mended(
                "compartments",
                f"It has {across} × {deep} compartments instead of {params.across} × "
                f"{params.deep}.",
                f"Narrower ones than {LEAST_POCKET_MM:g} mm hold nothing.",
                "Take more cells, or fewer compartments.",
            )
        )
    if params.label and made.shelf_mm < SHELF_MM - 1e-6:
        is_ = f"is {made.shelf_mm:.1f} mm deep" if made.shelf_mm else "is left out"
        found.append(
            _mended(
                "label",
                f"The label shelf {is_}, not {SHELF_MM:g} mm.",
                "A deeper one would leave no room to reach into the bin.",
                "Make the bin higher, or its compartments deeper.",
            )
        )
    return tuple(found)


def _mended(check: str, state: str, cause: str, cure: str) -> Finding:
    from configurator.dfm.base import Finding

    return Finding(check=check, level="mended", part="bin", state=state, cause=cause, cure=cure)
