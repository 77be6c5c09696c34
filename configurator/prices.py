"""What a piece costs to make, told by the layer that knows prices.

The search for alternatives weighs price against weight and stiffness. Prices live in an upper
layer, so that layer registers a reader here when it starts, as for ``configurator.network``.
"""

from __future__ import annotations

from configurator.suggest.tried import Price

_readers: list[Price] = []


def set_piece_cost(read: Price) -> None:
    """Say how to find what one piece of a design costs to make."""
    _readers[:] = [read]


def piece_cost() -> Price:
    """The reader. Raises LookupError where no layer knows prices: nothing is ever made up."""
    if not _readers:
        raise LookupError("no layer has said what a piece costs (configurator.prices)")
    return _readers[0]
