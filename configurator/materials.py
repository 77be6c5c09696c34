"""What parts are made of: limits a shape must respect, and the colours on the shelf.

A material belongs to one process, and its limits are those of that process: what is printed is a
``Filament``, what is cut by a laser a ``Sheet``, what is milled a ``Board``; the latter two are
``Flat``, stocked in thicknesses. The data stand in ``configurator.stock``.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass
from functools import cache
from typing import ClassVar

from core.errors import NotFound

USUAL_HEX = "#c4561e"
"""Kiln orange: what is drawn where nobody has chosen."""
DARK_BELOW = 0.26
"""Three tenths of what the whitest plastic has."""


def linear_light(shade: str) -> tuple[float, float, float]:
    """Red, green and blue light, 0 to 1, of an sRGB colour ``#rrggbb``. Source: IEC 61966-2-1."""
    srgb = (int(shade[at : at + 2], 16) / 255 for at in (1, 3, 5))
    red, green, blue = (
        value / 12.92 if value <= 0.04045 else ((value + 0.055) / 1.055) ** 2.4 for value in srgb
    )
    return red, green, blue


@dataclass(frozen=True)
class Colour:
    """A colour that factories stock."""

    slug: str
    name: str
    hex: str

    @property
    def luminance(self) -> float:
        """Of its light, 0 black to 1 white. Source: ITU-R BT.709.

        >>> Colour("", "", "#ffffff").luminance, round(Colour("", "", "#808080").luminance, 3)
        (1.0, 0.216)
        """
        red, green, blue = linear_light(self.hex)
        return 0.2126 * red + 0.7152 * green + 0.0722 * blue

    @property
    def dark(self) -> bool:
        """Whether little light goes through it, and dark print hardly shows on it."""
        return self.luminance < DARK_BELOW


@dataclass(frozen=True)
class Material(ABC):
    """What all materials have in common."""

    process: ClassVar[str]

    slug: str
    name: str
    summary: str
    density_g_cm3: float
    colours: tuple[Colour, ...]

    @property
    def noun(self) -> str:
        """The name within a sentence: a common noun is small there, an abbreviation is not.

        >>> material("acrylic").noun, material("pla").noun
        ('cast acrylic', 'PLA')
        """
        return " ".join(word if word.isupper() else word.lower() for word in self.name.split())

    def in_colour(self, slug: str, second: str = "") -> str:
        """What it is and in which colour; a word that both names share is said once.

        >>> material("pla").in_colour("kiln"), material("oak").in_colour("oak")
        ('PLA, kiln orange', 'oiled oak')
        >>> material("birch").in_colour("birch"), material("birch").in_colour("walnut")
        ('natural birch plywood', 'birch plywood, walnut face')
        >>> material("pla").in_colour("bone", "graphite")
        'PLA, bone with graphite'
        """
        if second:
            return f"{self.in_colour(slug)} with {self._named(second)}"
        named = self._named(slug)
        *before, last = named.split()
        if last == self.noun.split()[0]:
            return " ".join([*before, self.noun])
        return f"{self.noun}, {named}"

    def _named(self, slug: str) -> str:
        return next((known.name.lower() for known in self.colours if known.slug == slug), slug)

    @abstractmethod
    def cents_per_kg(self, thickness_mm: float = 0.0) -> int:
        """What a kilogram costs, of sheets by their thickness."""


@dataclass(frozen=True)
class Filament(Material):
    """A filament; lengths in mm, angles in degrees from the vertical."""

    process: ClassVar[str] = "fdm"

    price_cents_per_kg: int
    min_wall_mm: float
    """Thinnest wall that stands on its own."""
    min_feature_mm: float
    """Thinnest stroke of a letter or relief that leans on the part."""
    min_gap_mm: float
    """Narrowest gap within a part that stays open."""
    max_overhang_deg: float
    """A face may lean out this far before it needs support; 0 is a vertical wall."""
    max_bridge_mm: float
    """Longest ceiling that may span between two supports."""
    hotend_c: int
    bed_c: int

    def cents_per_kg(self, thickness_mm: float = 0.0) -> int:
        return self.price_cents_per_kg


@dataclass(frozen=True)
class Thickness:
    """One thickness (mm) that something flat is stocked in, and what a square metre costs."""

    thickness_mm: float
    price_cents_per_m2: int


@dataclass(frozen=True, kw_only=True)
class Gauge(Thickness):
    """What a laser makes of a thickness; mm.

    ``kerf_mm`` is the usual width of the cut, ``kerf_spread_mm`` by how much it differs from
    sheet to sheet and place to place: no joint can be promised closer than that.
    """

    kerf_mm: float
    kerf_spread_mm: float


@dataclass(frozen=True)
class Flat(Material):
    """What comes in sheets and boards of a few thicknesses."""

    @property
    @abstractmethod
    def stocked(self) -> tuple[Thickness, ...]:
        """Every thickness on the shelf, the thinnest first."""

    @property
    def thicknesses_mm(self) -> tuple[float, ...]:
        return tuple(one.thickness_mm for one in self.stocked)

    def nearest(self, thickness_mm: float) -> Thickness:
        """The stocked thickness nearest to one that is wanted (the thinner of two as near)."""
        return min(
            self.stocked, key=lambda one: (abs(one.thickness_mm - thickness_mm), one.thickness_mm)
        )

    def cents_per_kg(self, thickness_mm: float = 0.0) -> int:
        """From the square metre, which weighs thickness times density kilograms.

        >>> from configurator.stock import SHEETS
        >>> SHEETS[0].cents_per_kg(3)  # 16.00 a m² of 3 · 0.68 = 2.04 kg
        784
        """
        one = self.nearest(thickness_mm)
        return round(one.price_cents_per_m2 / (one.thickness_mm * self.density_g_cm3))

    def stocks(self, thickness_mm: float) -> bool:
        return thickness_mm in self.thicknesses_mm


@dataclass(frozen=True)
class Sheet(Flat):
    """A sheet that is cut by a laser; lengths in mm, shares of the sheet's own thickness.

    ``min_bridge``, ``min_hole`` and ``min_finger`` are shares of the thickness: the narrowest web
    between two cuts, the narrowest opening, the narrowest finger of a joint. No web is ever less
    than ``min_bridge_mm``. ``max_squeeze_mm`` is how much wider a finger may be than its slot
    before the sheet splits.
    """

    process: ClassVar[str] = "laser"

    gauges: tuple[Gauge, ...]
    min_bridge: float
    min_bridge_mm: float
    min_hole: float
    min_finger: float
    max_squeeze_mm: float

    @property
    def stocked(self) -> tuple[Gauge, ...]:
        return self.gauges

    def gauge(self, thickness_mm: float) -> Gauge:
        """The nearest stocked thickness, with what the laser makes of it."""
        return min(self.gauges, key=lambda g: (abs(g.thickness_mm - thickness_mm), g.thickness_mm))

    def least_bridge_mm(self, thickness_mm: float) -> float:
        """The narrowest web that may stand between two cuts."""
        return max(self.min_bridge_mm, self.min_bridge * thickness_mm)

    def least_hole_mm(self, thickness_mm: float) -> float:
        """The narrowest opening that comes out clean."""
        return max(2 * self.gauge(thickness_mm).kerf_mm, self.min_hole * thickness_mm)

    def least_finger_mm(self, thickness_mm: float) -> float:
        """The narrowest finger of a joint."""
        return self.min_finger * thickness_mm


@dataclass(frozen=True)
class Board(Flat):
    """A board or plate that is milled from above; lengths in mm.

    ``tools_mm`` are the diameters of the end mills for it, the smallest first; a tool goes
    ``REACH`` of its diameters deep and no deeper. ``min_wall_mm`` is the thinnest wall that stands
    beside a cut through a thick board, ``min_rib_mm`` the thinnest beside the shallowest one,
    ``min_floor_mm`` what must stay under a pocket.
    """

    process: ClassVar[str] = "cnc"
    REACH: ClassVar[float] = 4.0

    boards: tuple[Thickness, ...]
    tools_mm: tuple[float, ...]
    min_wall_mm: float
    min_rib_mm: float
    min_floor_mm: float

    @property
    def stocked(self) -> tuple[Thickness, ...]:
        return self.boards

    def tool_mm(self, depth_mm: float) -> float | None:
        """The smallest tool that reaches so deep; None where none does."""
        able = (tool for tool in self.tools_mm if self.REACH * tool >= depth_mm - 1e-9)
        return min(able, default=None)

    @property
    def deepest_mm(self) -> float:
        """How deep the longest tool reaches."""
        return self.REACH * max(self.tools_mm)

    def least_wall_mm(self, depth_mm: float) -> float:
        """The thinnest wall that may stand beside a cut: half as thick as it is high."""
        return min(self.min_wall_mm, max(self.min_rib_mm, 0.5 * depth_mm))


@cache
def _materials() -> dict[str, Material]:
    from configurator.stock import BOARDS, FILAMENTS, SHEETS

    return {known.slug: known for known in (*FILAMENTS, *SHEETS, *BOARDS)}


def materials() -> dict[str, Material]:
    """Every material by its slug."""
    return dict(_materials())


def material(slug: str) -> Material:
    """The material of that slug.

    Raises NotFound with a sentence that names the choices.
    """
    try:
        return _materials()[slug]
    except KeyError:
        names = ", ".join(m.name for m in _materials().values())
        raise NotFound(
            f"We do not work in {slug[:40]!r}; choose one of {names}.", detail="unknown material"
        ) from None


def in_colour(slug: str, colour: str, second: str = "") -> str:
    """``PETG, kiln orange`` by the slugs; what is stocked no more is called by its slugs."""
    try:
        return material(slug).in_colour(colour, second)
    except NotFound:
        return f"{slug.upper()}, {colour}"
