"""The registry of product families. A family is one file: import it here and name it below."""

from __future__ import annotations

from functools import cache

from configurator.products.base import Family
from core.errors import NotFound


@cache
def families() -> dict[str, Family]:
    """Every family by its slug, in catalogue order."""
    from configurator.products.enclosure import Enclosure
    from configurator.products.gridfinity import Gridfinity
    from configurator.products.knob import Knob
    from configurator.products.name_tag import NameTag
    from configurator.products.spur_gear import SpurGear
    from configurator.products.twisted_vase import TwistedVase

    return {
        family.slug: family
        for family in (NameTag(), TwistedVase(), Enclosure(), SpurGear(), Gridfinity(), Knob())
    }


def family(slug: str) -> Family:
    """The family of that slug.

    Raises NotFound for an unknown slug.
    """
    try:
        return families()[slug]
    except KeyError:
        raise NotFound(
            "We do not have that product; look through the catalogue for one we make.",
            detail=f"unknown family {slug[:40]!r}",
        ) from None
