"""The registry of product families. A family is one file: import it here and name it below."""

from __future__ import annotations

from functools import cache

from configurator.products.base import Family
from core.errors import NotFound


@cache
def families() -> dict[str, Family]:
    """Every family by its slug, in catalogue order."""
    from configurator.products.bracket import Bracket
    from configurator.products.cable_comb import CableComb
    from configurator.products.cookie_cutter import CookieCutter
    from configurator.products.enclosure import Enclosure
    from configurator.products.face_plate import FacePlate
    from configurator.products.finger_box import FingerBox
    from configurator.products.glow_lamp import GlowLamp
    from configurator.products.gridfinity import Gridfinity
    from configurator.products.jigsaw import Jigsaw
    from configurator.products.key_fob import KeyFob
    from configurator.products.knob import Knob
    from configurator.products.lamp_panel import LampPanel
    from configurator.products.lithophane import PictureLight
    from configurator.products.name_tag import NameTag
    from configurator.products.own_file import OwnFile
    from configurator.products.phone_case import PhoneCase
    from configurator.products.relief import PictureRelief
    from configurator.products.sign import EngravedSign
    from configurator.products.spur_gear import SpurGear
    from configurator.products.tray import MilledTray
    from configurator.products.twisted_vase import TwistedVase
    from configurator.products.wrist_brace import WristBrace

    return {
        family.slug: family
        for family in (
            NameTag(),
            TwistedVase(),
            Enclosure(),
            SpurGear(),
            Gridfinity(),
            Knob(),
            KeyFob(),
            Bracket(),
            CableComb(),
            CookieCutter(),
            WristBrace(),
            PhoneCase(),
            FingerBox(),
            LampPanel(),
            Jigsaw(),
            GlowLamp(),
            EngravedSign(),
            MilledTray(),
            FacePlate(),
            PictureLight(),
            PictureRelief(),
            OwnFile(),
        )
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
