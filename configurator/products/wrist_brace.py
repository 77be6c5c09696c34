"""A brace that steadies the wrist, from five measures of an arm."""

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
    from configurator.geometry.wrist_brace import Brace
    from configurator.materials import Filament


class BraceParams(BaseParams):
    """A wrist brace; measures of the arm are taken round the skin, without pulling."""

    hand: Literal["right", "left"] = choice(
        "Hand", "right", {"right": "Right", "left": "Left"}, group="Arm"
    )
    wrist_mm: float = number(
        "Wrist, all round",
        165,
        unit="mm",
        ge=120,
        le=230,
        step=1,
        help="Where the hand begins. We add 2 mm of room for a sock.",
        group="Arm",
    )
    forearm_mm: float = number(
        "Forearm, all round",
        235,
        unit="mm",
        ge=150,
        le=340,
        step=1,
        help="At the distance given below.",
        group="Arm",
    )
    forearm_at_mm: float = number(
        "Measured so far from the wrist",
        120,
        unit="mm",
        ge=80,
        le=180,
        step=5,
        group="Arm",
    )
    palm_mm: float = number(
        "Palm width",
        82,
        unit="mm",
        ge=60,
        le=110,
        step=1,
        help="Across the knuckles, without the thumb.",
        group="Arm",
    )
    length_mm: float = number(
        "Length",
        185,
        unit="mm",
        ge=130,
        le=260,
        step=5,
        help="From the palm to the forearm's end; two thirds of the forearm is usual.",
        group="Brace",
    )
    extension_deg: float = number(
        "Hand bent back",
        15,
        unit="°",
        ge=0,
        le=30,
        step=1,
        help="A wrist rests at 10° to 25°. This is a comfort brace and no medical device: after "
        "an injury, or if it hurts or tingles, ask a doctor or therapist first.",
        group="Brace",
    )
    opening_mm: float = number(
        "Opening",
        46,
        unit="mm",
        ge=30,
        le=80,
        step=1,
        help="On the back of the wrist, to put it on sideways.",
        group="Brace",
    )
    thickness_mm: float = number("Thickness", 2.8, unit="mm", ge=2, le=4, step=0.1, group="Brace")
    edge_mm: float = number(
        "Edge radius",
        1.2,
        unit="mm",
        ge=0.4,
        le=1.8,
        step=0.1,
        help="Round edges do not press into the skin.",
        group="Brace",
    )
    vents: Literal["none", "diamonds", "hexagons", "leaves"] = choice(
        "Vents",
        "hexagons",
        {"none": "None", "diamonds": "Diamonds", "hexagons": "Hexagons", "leaves": "Leaves"},
        group="Brace",
    )
    straps: int = number("Straps", 2, ge=1, le=4, step=1, whole=True, group="Straps")
    strap_mm: float = number(
        "Strap width",
        25,
        unit="mm",
        ge=15,
        le=40,
        step=1,
        help="Of hook-and-loop tape, up to 3 mm thick.",
        group="Straps",
    )


class WristBrace(Family):
    """Wrist brace."""

    slug = "wrist-brace"
    version = 1
    name = "Wrist brace"
    summary = "Steadies your wrist, from your own measures. For comfort; no medical device."
    materials = ("petg", "pla")
    Params = BraceParams
    fitted = (
        "hand wrist_mm forearm_mm forearm_at_mm palm_mm length_mm extension_deg opening_mm "
        "straps strap_mm"
    )
    wall_field = "thickness_mm"
    view_deg = (208.0, 22.0)
    presets = (
        Preset("Everyday", {}, "mist"),
        Preset(
            "Slender",
            {
                "wrist_mm": 145,
                "forearm_mm": 205,
                "palm_mm": 74,
                "length_mm": 170,
                "opening_mm": 42,
                "strap_mm": 20,
                "vents": "leaves",
            },
            "blush",
        ),
        Preset(
            "Strong",
            {
                "wrist_mm": 190,
                "forearm_mm": 285,
                "palm_mm": 94,
                "length_mm": 205,
                "opening_mm": 54,
                "thickness_mm": 3.4,
                "edge_mm": 1.6,
                "strap_mm": 30,
                "vents": "diamonds",
            },
            "graphite",
        ),
        Preset(
            "Left, three straps",
            {"hand": "left", "length_mm": 205, "straps": 3, "strap_mm": 20},
            "sage",
        ),
        Preset(
            "Typing",
            {
                "length_mm": 150,
                "extension_deg": 8,
                "strap_mm": 20,
                "vents": "diamonds",
                "opening_mm": 52,
            },
            "terracotta",
        ),
        Preset(
            "Night",
            {"length_mm": 210, "extension_deg": 5, "vents": "leaves", "opening_mm": 56},
            "midnight",
        ),
        Preset(
            "Young",
            {
                "wrist_mm": 132,
                "forearm_mm": 180,
                "forearm_at_mm": 90,
                "palm_mm": 64,
                "length_mm": 140,
                "opening_mm": 38,
                "strap_mm": 16,
                "thickness_mm": 2.4,
                "edge_mm": 1.0,
            },
            "mustard",
        ),
        Preset("Plain", {"vents": "none", "thickness_mm": 2.4, "edge_mm": 1.0}, "bone"),
    )

    def build(self, params: Any, quality: Quality) -> tuple[Part, ...]:
        """One part, ``brace``, standing on its forearm end."""
        from configurator.geometry.wrist_brace import brace_mesh

        return (Part("brace", brace_mesh(_brace(params), quality)),)

    def declared_box(self, params: Any) -> dict[str, Vector]:
        from configurator.geometry.wrist_brace import size_mm

        return {"brace": size_mm(_brace(params))}

    def rules(self, params: Any, material: Filament) -> tuple[Finding, ...]:
        from configurator.dfm.worn import worn

        return worn(params, _brace(params), material)


def _brace(params: BraceParams) -> Brace:
    from configurator.geometry.wrist_brace import Brace

    values = params.model_dump()
    return Brace(right=values.pop("hand") == "right", **values)
