"""A key fob with a QR code: a link, a phone number, an address or a network that a phone reads."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Any, Literal

from configurator.products.base import (
    BaseParams,
    Family,
    Part,
    Preset,
    Quality,
    SecondColour,
    Vector,
    choice,
    flag,
    number,
    text,
)

if TYPE_CHECKING:
    from configurator.dfm.base import Finding
    from configurator.geometry.key_fob import Fob
    from configurator.materials import Filament

SQUARES = "graphite"
LEVELS = {"l": "Low, 7 %", "m": "Medium, 15 %", "q": "Quartile, 25 %", "h": "High, 30 %"}


class FobParams(BaseParams):
    """A key fob."""

    code: str = text(
        "Text or link",
        "https://example.com",
        max_length=80,
        help="What a phone reads. The shorter it is, the coarser and surer the code.",
        group="Code",
    )
    correction: Literal["l", "m", "q", "h"] = choice(
        "Error correction",
        "m",
        LEVELS,
        help="How much of the code may be scratched or dirty.",
        group="Code",
    )
    modules: Literal["raised", "sunk"] = choice(
        "Squares",
        "raised",
        {"raised": "Raised", "sunk": "Sunk"},
        help="How they feel; a phone reads both.",
        group="Code",
    )
    colours: Literal["two", "one"] = choice(
        "Colour of the squares",
        "two",
        {"two": "Graphite", "one": "As the fob"},
        help="A phone needs contrast, so the workshop changes the spool at that height: a rim "
        "above it is graphite, too, and sunk squares leave a line round the edge. In one colour it "
        "takes a dark felt pen over raised squares, or dark paint in sunk ones.",
        group="Code",
    )
    relief_mm: float = number(
        "Relief",
        0.8,
        unit="mm",
        ge=0.4,
        le=1.2,
        step=0.1,
        help="How far the squares rise or sink; the deeper, the stronger their shadow.",
        group="Code",
    )
    shape: Literal["square", "round", "tag"] = choice(
        "Shape",
        "square",
        {"square": "Rounded square", "round": "Round", "tag": "Tag"},
        group="Shape",
    )
    width_mm: float = number("Width", 38, unit="mm", ge=28, le=80, step=1, group="Shape")
    thickness_mm: float = number("Thickness", 2.6, unit="mm", ge=2, le=5, step=0.2, group="Shape")
    rim: bool = flag(
        "Raised rim", True, help="A border that keeps the code off the table.", group="Shape"
    )
    ring: bool = flag("Hole for a ring", True, group="Shape")
    hole_mm: float = number(
        "Hole width",
        4.5,
        unit="mm",
        ge=3,
        le=8,
        step=0.5,
        help="A key ring needs 4 mm or more.",
        group="Shape",
    )


class KeyFob(Family):
    """Key fob with a QR code."""

    slug = "key-fob"
    version = 2
    name = noun = "QR key fob"
    summary = "Your link or number as a code in relief and in two colours, for phones to read."
    materials = ("pla", "petg")
    Params = FobParams
    prismatic = True
    fitted = "correction modules colours ring hole_mm"
    dark_note = "Dark squares hardly show on this colour: phones read them on a pale one."
    view_deg = (-14.0, 54.0)
    idle = {"hole_mm": {"ring": (False,)}}
    presets = (
        Preset("Link", {}, "bone"),
        Preset(
            "Wi-Fi",
            {
                "code": "WIFI:T:WPA;S:Studio;P:salt+pepper;;",
                "shape": "tag",
                "width_mm": 44,
                "hole_mm": 6,
            },
            "sage",
        ),
        Preset(
            "Pet",
            {
                "code": "tel:+436645550190",
                "shape": "round",
                "width_mm": 42,
                "correction": "q",
                "hole_mm": 4,
            },
            "mustard",
        ),
        Preset(
            "Coaster",
            {
                "code": "https://example.com/menu",
                "shape": "round",
                "width_mm": 80,
                "thickness_mm": 3.6,
                "relief_mm": 1.2,
                "ring": False,
                "correction": "h",
            },
            "sand",
        ),
        Preset(
            "小明",
            {"code": "小明 · 138 5550 0142", "width_mm": 44, "modules": "sunk", "rim": False},
            "mist",
        ),
        Preset(
            "Luggage",
            {
                "code": "mailto:anna@example.com",
                "shape": "tag",
                "width_mm": 50,
                "thickness_mm": 3.4,
                "correction": "q",
                "hole_mm": 8,
            },
            "sage",
        ),
        Preset(
            "Place",
            {
                "code": "geo:48.2082,16.3738",
                "shape": "round",
                "width_mm": 46,
                "modules": "sunk",
                "relief_mm": 1,
                "thickness_mm": 3,
            },
            "white",
        ),
        Preset(
            "Number 7",
            {
                "code": "LOCKER 7",
                "width_mm": 28,
                "correction": "h",
                "hole_mm": 5,
                "rim": False,
            },
            "blush",
        ),
    )

    def build(self, params: Any, quality: Quality) -> tuple[Part, ...]:
        """One part, ``fob``, face up."""
        from configurator.geometry.key_fob import fob_mesh

        face = params.thickness_mm
        sunk = params.modules == "sunk"
        band = (face - params.relief_mm, face) if sunk else (face, face + params.relief_mm)
        fob = _fob(params)
        return (
            Part(
                "fob",
                fob_mesh(fob, quality),
                detail_z_mm=band,
                detail_sunk=sunk,
                second_colour=self._second(fob),
            ),
        )

    def _second(self, fob: Fob) -> SecondColour | None:
        """Dark: what a reader takes for the squares."""
        from configurator.materials import material

        if not fob.two_colours:
            return None
        shades = {colour.slug: colour.hex for colour in material(self.materials[0]).colours}
        return SecondColour(SQUARES, shades[SQUARES], *fob.dark_mm)

    def declared_box(self, params: Any) -> dict[str, Vector]:
        fob = _fob(params)
        return {"fob": (*fob.size_mm, fob.high_mm)}

    def rules(self, params: Any, material: Filament) -> tuple[Finding, ...]:
        from configurator.dfm.coded import coded

        return coded(params, _fob(params), material)

    def facts(self, params: Any, parts: tuple[Part, ...]) -> tuple[str, ...]:
        """How fine the code is: its version, as readers and standards name it."""
        from configurator.geometry.qr import across

        fob = _fob(params)
        if not fob.code:
            return ()
        squares = across(fob.code, fob.level)
        return (
            f"Code of version {(squares - 17) // 4}",
            f"{squares} × {squares} squares of {fob.module_mm:.2f} mm",
        )


@lru_cache(maxsize=256)
def _fob(params: FobParams) -> Fob:
    from configurator.geometry.key_fob import Fob

    return Fob(
        code=params.code,
        two_colours=params.colours == "two" and bool(params.code),
        correction=params.correction,
        sunk=params.modules == "sunk",
        relief_mm=params.relief_mm,
        shape=params.shape,
        width_mm=params.width_mm,
        thickness_mm=params.thickness_mm,
        rim=params.rim,
        hole_mm=params.hole_mm if params.ring else 0.0,
    )
