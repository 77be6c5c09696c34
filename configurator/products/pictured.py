"""What families made from a picture ask alike: which picture, which part of it, how it is toned."""

from __future__ import annotations

from typing import TYPE_CHECKING

from configurator.pictures import OURS
from configurator.products.base import BaseParams, flag, number, upload

if TYPE_CHECKING:
    from configurator.geometry.brightness import View


class PicturedParams(BaseParams):
    """A picture, cut to fill its place, and its tones."""

    picture: str = upload("Picture", "hills", accept="picture", ours=OURS, group="Picture")
    across_pct: float = number(
        "Cut across",
        50,
        unit="%",
        ge=0,
        le=100,
        step=1,
        help="Which part is kept where the picture is wider than its place.",
        group="Picture",
    )
    down_pct: float = number(
        "Cut down",
        50,
        unit="%",
        ge=0,
        le=100,
        step=1,
        help="Which part is kept where the picture is taller than its place.",
        group="Picture",
    )
    contrast_pct: float = number("Contrast", 0, unit="%", ge=-100, le=100, step=5, group="Picture")
    negative: bool = flag("Negative", False, help="Swaps dark and light.", group="Picture")


def view_of(params: PicturedParams, *, soft: float = 0.0) -> View:
    """The picture as the geometry reads it; ``soft`` blurs it by so much of its width."""
    from configurator.geometry.brightness import View

    return View(
        picture=params.picture,
        across=params.across_pct / 100,
        down=params.down_pct / 100,
        contrast=params.contrast_pct / 100,
        negative=params.negative,
        soft=soft,
    )
