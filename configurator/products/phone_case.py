"""A case for a phone: made to the published size of its body, with generous windows."""

from __future__ import annotations

import math
from dataclasses import replace
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
from configurator.products.phones import PHONES

if TYPE_CHECKING:
    from configurator.dfm.base import Finding
    from configurator.geometry.phone_case import Case
    from configurator.materials import Filament

STRAIN = 0.03
"""A wall may bend by this much each time the phone goes in and out.

Source: makers' data sheets have PETG yield at 4 to 5 %; Bayer, “Snap-Fit Joints for Plastics”,
allows about 60 % of that for joints that are opened again and again.
"""


class CaseParams(BaseParams):
    """A phone case."""

    model: Literal[
        "iphone-se3",
        "iphone-12",
        "iphone-13-mini",
        "iphone-13",
        "iphone-14",
        "iphone-14-plus",
        "iphone-15",
        "iphone-15-plus",
        "iphone-15-pro",
        "iphone-15-pro-max",
        "galaxy-s23",
        "galaxy-s24",
        "galaxy-s24-plus",
        "galaxy-a54",
        "pixel-6",
        "pixel-7",
        "pixel-8",
        "pixel-8-pro",
    ] = choice(
        "Phone",
        "iphone-15",
        {phone.slug: phone.name for phone in PHONES.values()},
        help="Bodies are the makers' published sizes. Windows are not published: ours are drawn "
        "generously.",
        group="Phone",
    )
    clearance_mm: float = number(
        "Clearance",
        0.25,
        unit="mm",
        ge=0.1,
        le=0.6,
        step=0.05,
        help="Around the phone, on each side.",
        group="Phone",
    )
    wall_mm: float = number(
        "Wall",
        1.6,
        unit="mm",
        ge=1,
        le=2.6,
        step=0.1,
        help="Of sides and back.",
        group="Shape",
    )
    lip_mm: float = number(
        "Lip above the screen",
        1.2,
        unit="mm",
        ge=0.8,
        le=2.5,
        step=0.1,
        help="Keeps the glass off the table.",
        group="Shape",
    )
    hold_mm: float = number(
        "Lip over the edge",
        0.5,
        unit="mm",
        ge=0.2,
        le=1,
        step=0.1,
        help="What holds the phone: more is firmer, and harder to press in.",
        group="Shape",
    )
    pattern: Literal["plain", "honeycomb", "stripes"] = choice(
        "Back",
        "honeycomb",
        {"plain": "Plain", "honeycomb": "Honeycomb", "stripes": "Chevron stripes"},
        group="Back",
    )
    cell_mm: float = number(
        "Pattern size",
        9,
        unit="mm",
        ge=7,
        le=16,
        step=0.5,
        help="Across a hexagon; a stripe is about half as wide.",
        group="Back",
    )
    camera_mm: float = number(
        "Around the camera",
        0.5,
        unit="mm",
        ge=0,
        le=4,
        step=0.5,
        help="Added to its window on each side.",
        group="Windows",
    )
    port_mm: float = number(
        "Opening at the port",
        40,
        unit="mm",
        ge=14,
        le=50,
        step=1,
        help="40 mm frees the speakers, 16 mm the plug alone.",
        group="Windows",
    )
    top: bool = flag(
        "Opening at the top",
        True,
        help="For a microphone there; many phones have one.",
        group="Windows",
    )


class PhoneCase(Family):
    """Phone case."""

    slug = "phone-case"
    version = 1
    name = "Phone case"
    summary = "Made to your phone's published size, with generous windows and a back you choose."
    materials = ("petg",)
    Params = CaseParams
    prismatic = True
    fitted = "model clearance_mm lip_mm hold_mm camera_mm port_mm top"
    wall_field = "wall_mm"
    view_deg = (152.0, 50.0)
    idle = {"cell_mm": {"pattern": ("plain",)}}
    presets = (
        Preset("Honeycomb", {}, "kiln"),
        Preset(
            "Chevron",
            {"model": "pixel-8", "pattern": "stripes", "cell_mm": 9},
            "sage",
        ),
        Preset(
            "Plain",
            {"model": "iphone-13", "pattern": "plain", "wall_mm": 1.4, "port_mm": 16},
            "midnight",
        ),
        Preset(
            "Fine mesh",
            {"model": "galaxy-s24", "cell_mm": 7, "wall_mm": 1.4},
            "graphite",
        ),
        Preset(
            "Bold stripes",
            {"model": "iphone-15-pro", "pattern": "stripes", "cell_mm": 16, "lip_mm": 1.4},
            "terracotta",
        ),
        Preset(
            "Big cells",
            {"model": "pixel-7", "cell_mm": 16, "camera_mm": 1, "wall_mm": 1.8},
            "mustard",
        ),
        Preset(
            "Tough",
            {
                "model": "galaxy-a54",
                "pattern": "plain",
                "wall_mm": 2.4,
                "lip_mm": 2,
                "hold_mm": 0.4,
                "port_mm": 16,
                "top": False,
            },
            "forest",
        ),
        Preset(
            "Small",
            {"model": "iphone-se3", "cell_mm": 11, "port_mm": 36, "top": False},
            "blush",
        ),
    )

    def build(self, params: Any, quality: Quality) -> tuple[Part, ...]:
        """One part, ``case``, standing on its back."""
        from configurator.geometry.phone_case import case_mesh

        return (Part("case", case_mesh(_case(params), quality)),)

    def scene(self, parts: tuple[Part, ...]) -> tuple[Part, ...]:
        """Turned over, so that the back shows."""
        (case,) = parts
        return (replace(case, home=(0.0, 0.0, case.mesh.size_mm[2], True)),)

    def declared_box(self, params: Any) -> dict[str, Vector]:
        return {"case": _case(params).size_mm}

    def rules(self, params: Any, material: Filament) -> tuple[Finding, ...]:
        from configurator.dfm.declared import thin_wall

        case = _case(params)
        return (
            *thin_wall(self, "case", params.wall_mm, material, "wall_mm"),
            *_stiff(self, case),
            *_gave_way(self, params, case),
        )


def _case(params: CaseParams) -> Case:
    from configurator.geometry.phone_case import Case

    given = params.model_dump()
    return Case(phone=PHONES[given.pop("model")], **given)


def strain(wall_mm: float, hold_mm: float, long_mm: float) -> float:
    """What the outside of a wall stretches by when its rim is pushed out by ``hold_mm``.

    Source: a cantilever of even thickness, ε = 1.5 t y / l² (Bayer, “Snap-Fit Joints for
    Plastics”); the wall stands on the back, so it is as long as the phone is thick.
    """
    return 1.5 * wall_mm * hold_mm / long_mm**2


def _stiff(family: Family, case: Case) -> tuple[Finding, ...]:
    """A lip that holds so firmly that the wall would not bend out of the phone's way."""
    from configurator.dfm.base import Finding
    from configurator.dfm.cures import set_to

    long_mm, hold_mm = case.phone.thickness_mm, case.fitting_hold_mm
    bent = strain(case.wall_mm, hold_mm, long_mm)
    if bent <= STRAIN + 1e-9:
        return ()
    most = STRAIN * long_mm**2 / (1.5 * case.wall_mm)
    value = math.floor(most * 10 + 1e-6) / 10
    return (
        Finding(
            check="snap",
            level="weak",
            part="case",
            state=f"Pressing the phone in bends the wall by {100 * bent:.1f} %; it stands "
            f"{100 * STRAIN:g} % again and again.",
            cause="So thick a wall gives too little for a lip that reaches so far over the edge.",
            cure=set_to(family, "hold_mm", value) if value >= 0.2 else "Thin the wall.",
            field="hold_mm" if value >= 0.2 else None,
            value=value if value >= 0.2 else None,
            measured=round(100 * bent, 2),
            needed=100 * STRAIN,
        ),
    )


def _gave_way(family: Family, params: CaseParams, case: Case) -> tuple[Finding, ...]:
    """What there was no room for."""
    from configurator.dfm.base import Finding
    from configurator.dfm.cures import set_to
    from configurator.products.fields import field_of

    found = []
    if case.fitting_hold_mm < params.hold_mm - 1e-6:
        needed = math.ceil((params.lip_mm + params.hold_mm - case.fitting_hold_mm) * 10 - 1e-6) / 10
        held = max(math.floor(case.fitting_hold_mm * 10 + 1e-6) / 10, 0.0)
        found.append(
            Finding(
                check="lip",
                level="mended" if held >= 0.1 else "weak",  # with less the phone falls out
                part="case",
                state=f"The lip reaches {held:.1f} mm over the edge instead of "
                f"{params.hold_mm:g} mm.",
                cause="It leans in by 45°, to print without support, and is too low to lean more.",
                cure=set_to(family, "lip_mm", needed),
                field="lip_mm",
                value=needed,
            )
        )
    if case.fitting_port_mm < params.port_mm - 1e-6:
        form = field_of(family, "port_mm")
        value = form.at_most(case.port_room_mm)
        found.append(
            Finding(
                check="port",
                level="mended",
                part="case",
                state=f"There is room for an opening of {form.shown(value)} at the port instead "
                f"of {form.shown(params.port_mm)}.",
                cause="A wider one would run into the round corners.",
                cure=set_to(family, "port_mm", value),
                field="port_mm",
                value=value,
            )
        )
    return tuple(found)
