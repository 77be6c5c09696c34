"""What making one piece costs, told to the configurator's search for alternatives.

Prices live above the configurator, which therefore asks through a hook (``configurator.prices``).
"""

from __future__ import annotations

from collections.abc import Sequence

from configurator.engine import PartMeasure
from configurator.materials import Material
from configurator.products import family
from configurator.services import measured
from configurator.suggest.tried import Cost
from orders.making import Share, piece_of, shares_of
from orders.pricing import Destination, price
from orders.quotes import Wish

ANYWHERE = Destination("AT", 0.0)
"""Where a parcel goes changes tax and delivery only, and neither is in this figure."""


def piece_cost(slug: str, parts: Sequence[PartMeasure], material: Material) -> Cost:
    """One piece without tax and delivery, as the quote has it from one maker, and its grams."""
    shares = shares_of(family(slug), parts, material)
    pieces = [piece_of(share.making, share.material) for share in shares]
    return Cost(price(pieces, 1, ANYWHERE).making_cents, sum(map(finished_g, shares)))


def weight_g(wish: Wish) -> float:
    """What one piece of a wish weighs in the hand."""
    parts = measured(wish.design, wish.material.slug).parts
    return sum(map(finished_g, shares_of(family(wish.design.family), parts, wish.material)))


def finished_g(share: Share) -> float:
    """What the parts weigh in the hand: of a sheet without its waste, of a print with its infill.

    What is paid for stays the whole of it: of two designs from the same sheet the one with less
    left of it is the lighter and no cheaper.
    """
    if not share.making.sheet_mm2:
        return share.making.material_mg / 1000
    return sum(part.volume_mm3 for part in share.parts) * share.material.density_g_cm3 / 1000
