"""A comb that keeps cables apart: on a desk, on a wall, or in a bundle."""

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
    number,
)

if TYPE_CHECKING:
    from configurator.dfm.base import Finding
    from configurator.geometry.comb import Comb
    from configurator.materials import Filament


class CombParams(BaseParams):
    """A cable comb."""

    slots: int = number(
        "Slots", 5, ge=1, le=12, step=1, whole=True, help="In a row.", group="Cables"
    )
    cable_mm: float = number(
        "Cable",
        5,
        unit="mm",
        ge=2.5,
        le=12,
        step=0.1,
        help="Its diameter. USB is about 4, network 6, mains 7 mm.",
        group="Cables",
    )
    hold: Literal["easy", "medium", "firm", "closed"] = choice(
        "Hold",
        "medium",
        {
            "easy": "Easy: opening 90 % of the cable",
            "medium": "Medium: 80 %",
            "firm": "Firm: 70 %",
            "closed": "Closed: cables are threaded",
        },
        help="Soft jackets pass a firm opening; take easy for stiff ones.",
        group="Cables",
    )
    rows: Literal["one", "two"] = choice(
        "Rows",
        "one",
        {"one": "One", "two": "Two"},
        help="Two rows of open slots lie back to back.",
        group="Cables",
    )
    rib_mm: float = number(
        "Between slots",
        3,
        unit="mm",
        ge=1,
        le=8,
        step=0.2,
        help="Width of the ribs.",
        group="Shape",
    )
    back_mm: float = number(
        "Behind slots",
        4,
        unit="mm",
        ge=2,
        le=10,
        step=0.5,
        help="What holds the ribs together.",
        group="Shape",
    )
    thickness_mm: float = number(
        "Thickness",
        10,
        unit="mm",
        ge=3,
        le=24,
        step=0.5,
        help="Along the cables.",
        group="Shape",
    )
    corner_mm: float = number(
        "Corner radius", 2.5, unit="mm", ge=0.5, le=5, step=0.5, group="Shape"
    )
    base: Literal["none", "tape", "screws"] = choice(
        "Base",
        "tape",
        {"none": "None", "tape": "Adhesive foot", "screws": "Screw holes"},
        help="The foot takes double-sided tape; screws are countersunk.",
        group="Base",
    )
    screw_mm: float = number("Screw", 3.5, unit="mm", ge=3, le=5, step=0.5, group="Base")


class CableComb(Family):
    """Cable comb."""

    slug = "cable-comb"
    version = 1
    name = "Cable comb"
    summary = "Cables side by side, each held by a snap: stuck, screwed or loose."
    materials = ("petg", "pla")
    Params = CombParams
    prismatic = True
    fitted = "slots cable_mm hold rows base screw_mm"
    wall_field = "rib_mm"
    view_deg = (206.0, 50.0)
    idle = {"screw_mm": {"base": ("none", "tape")}}
    presets = (
        Preset("Desk", {}, "kiln"),
        Preset(
            "Workbench",
            {
                "slots": 4,
                "cable_mm": 8,
                "rib_mm": 5,
                "back_mm": 5,
                "thickness_mm": 14,
                "corner_mm": 4,
                "base": "screws",
                "screw_mm": 4,
            },
            "forest",
        ),
        Preset(
            "Computer",
            {
                "slots": 12,
                "cable_mm": 4,
                "rib_mm": 1.6,
                "back_mm": 2,
                "rows": "two",
                "hold": "easy",
                "thickness_mm": 4,
                "corner_mm": 1.5,
                "base": "none",
            },
            "graphite",
        ),
        Preset(
            "Network",
            {
                "slots": 8,
                "cable_mm": 6.2,
                "rib_mm": 2.4,
                "hold": "easy",
                "thickness_mm": 12,
                "base": "screws",
            },
            "steel",
        ),
        Preset(
            "Bedside",
            {
                "slots": 2,
                "cable_mm": 3.8,
                "rib_mm": 8,
                "back_mm": 5,
                "hold": "firm",
                "thickness_mm": 16,
                "corner_mm": 5,
            },
            "blush",
        ),
        Preset(
            "Threaded",
            {
                "slots": 6,
                "cable_mm": 6,
                "rib_mm": 2.4,
                "back_mm": 2.5,
                "rows": "two",
                "hold": "closed",
                "thickness_mm": 5,
                "corner_mm": 5,
                "base": "none",
            },
            "sage",
        ),
        Preset(
            "Bundle",
            {
                "slots": 3,
                "cable_mm": 10,
                "rib_mm": 4,
                "back_mm": 4,
                "rows": "two",
                "thickness_mm": 8,
                "corner_mm": 4,
                "base": "none",
            },
            "mustard",
        ),
        Preset(
            "Single",
            {
                "slots": 1,
                "cable_mm": 7,
                "rib_mm": 5,
                "hold": "firm",
                "thickness_mm": 12,
                "base": "screws",
            },
            "midnight",
        ),
    )

    def build(self, params: Any, quality: Quality) -> tuple[Part, ...]:
        """One part, ``comb``, lying on its side: no support, and ribs that bend along layers."""
        from configurator.geometry.comb import comb_mesh

        return (Part("comb", comb_mesh(_comb(params), quality)),)

    def declared_box(self, params: Any) -> dict[str, Vector]:
        return {"comb": _comb(params).size_mm}

    def rules(self, params: Any, material: Filament) -> tuple[Finding, ...]:
        from configurator.dfm.declared import thin_wall

        return (
            *thin_wall(self, "comb", params.rib_mm, material, "rib_mm", name="Between slots"),
            *_gave_way(self, params, _comb(params)),
        )


def _comb(params: CombParams) -> Comb:
    from configurator.geometry.comb import Comb

    return Comb(**params.model_dump())


def _gave_way(family: Family, params: CombParams, made: Comb) -> tuple[Finding, ...]:
    """What there was no room for."""
    from configurator.dfm.cures import set_to
    from configurator.products.fields import field_of

    found = []
    if made.fitting_rows == 1 and params.rows == "two":
        found.append(
            _mended(
                "rows",
                "There is one row of slots instead of two.",
                "The base takes the side of the other row.",
                "Leave the base out, or close the slots.",
                "base",
                "none",
            )
        )
    if made.deep_mm > params.thickness_mm:
        what = "Screw heads need" if params.base == "screws" else "Tape needs"
        form = field_of(family, "thickness_mm")
        value = form.at_least(made.deep_mm)
        found.append(
            _mended(
                "thickness",
                f"The comb is thicker than {form.shown(params.thickness_mm)}.",
                f"{what} a wider foot.",
                set_to(family, "thickness_mm", value),
                "thickness_mm",
                value,
            )
        )
    if made.fitting_corner_mm < params.corner_mm - 1e-6:
        found.append(
            _mended(
                "corner",
                f"The corners have a radius of {made.fitting_corner_mm:.1f} mm instead of "
                f"{params.corner_mm:g} mm.",
                "So low a comb has no room for rounder ones.",
                "Put more material behind the slots.",
            )
        )
    return tuple(found)


def _mended(
    check: str,
    state: str,
    cause: str,
    cure: str,
    field: str | None = None,
    value: float | str | None = None,
) -> Finding:
    from configurator.dfm.base import Finding

    return Finding(
        check=check,
        level="mended",
        part="comb",
        state=state,
        cause=cause,
        cure=cure,
        field=field,
        value=value,
    )
