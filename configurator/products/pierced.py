"""What families of pierced panels ask alike: the pattern, its webs, how it fades and varies."""

from __future__ import annotations

from typing import Any, Literal

from configurator.products.base import choice, number

Pattern = Literal["hexagons", "voronoi", "waves"]
_GROUP = "Pattern"
IDLE = {"seed": {"pattern": ("hexagons",)}}
"""What is asked of patterns by chance only (``Family.idle``)."""


def pattern(default: Pattern) -> Any:
    """Which openings; annotate the field ``Pattern``."""
    names = {"hexagons": "Hexagons", "voronoi": "Cells", "waves": "Waves"}
    return choice("Pattern", default, names, group=_GROUP)


def openings() -> Any:
    """How large an opening is, mm."""
    return number("Openings", 18, unit="mm", ge=12, le=40, step=0.5, group=_GROUP)


def webs() -> Any:
    """What stays between two openings, mm."""
    return number(
        "Webs between",
        4,
        unit="mm",
        ge=1.5,
        le=12,
        step=0.1,
        help="What stays between two openings.",
        group=_GROUP,
    )


def border() -> Any:
    """What stays round the pattern, mm."""
    return number("Border", 12, unit="mm", ge=4, le=40, step=0.5, group=_GROUP)


def fade(default: float) -> Any:
    """How much smaller the openings are at the top, per cent."""
    return number(
        "Fade upwards",
        default,
        unit="%",
        ge=0,
        le=90,
        step=5,
        help="How much smaller the openings are at the top.",
        group=_GROUP,
    )


def variation(default: int) -> Any:
    """The seed of what is drawn by chance; annotate the field ``int``."""
    return number(
        "Variation",
        default,
        ge=1,
        le=99,
        step=1,
        whole=True,
        help="Another number gives other cells or waves; the same one the same.",
        group=_GROUP,
    )
