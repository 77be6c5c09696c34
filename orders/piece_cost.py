"""What making one piece costs, told to the configurator's search for alternatives.

Prices live above the configurator, which therefore asks through a hook (``configurator.prices``).
"""

from __future__ import annotations

from collections.abc import Sequence

from configurator.engine import PartMeasure
from configurator.materials import Material
from configurator.products import family
from configurator.suggest.tried import Cost
from orders.making import piece_of, shares_of
from orders.pricing import Destination, price

ANYWHERE = Destination("AT", 0.0)
"""Where a parcel goes changes tax and delivery only, and neither is in this figure."""


def piece_cost(slug: str, parts: Sequence[PartMeasure], material: Material) -> Cost:
    """One piece without tax and delivery, by the rules that the quote has, and its grams."""
    shares = shares_of(family(slug), parts, material)
    prices = (price(piece_of(share.making, share.material), 1, ANYWHERE) for share in shares)
    grams = sum(share.making.material_mg for share in shares) / 1000
    return Cost(sum(one.making_cents for one in prices), grams)
