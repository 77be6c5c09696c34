"""What a workshop is paid for a job."""

from __future__ import annotations

from core.money import cents

SETUP_CENTS = 150
MACHINE_CENTS_PER_MIN = {"fdm": 4.5, "laser": 20.0, "cnc": 27.0}
"""For the minutes that are held, which are those of the slowest kind of machine.

A laser's are watched, and are twice those of the machine that the price is for.
"""
MATERIAL_MARGIN = 1.15
"""The material it took from its own shelf, and a little for keeping it there."""


def payout_cents(minutes: int, grams: int, price_cents_per_kg: int, process: str = "fdm") -> int:
    """Set-up once, each machine minute, and the material.

    >>> payout_cents(60, 100, 2500)   # 150 + 270 + 287.5
    708
    """
    material = grams / 1000 * price_cents_per_kg * MATERIAL_MARGIN
    return cents(SETUP_CENTS + MACHINE_CENTS_PER_MIN[process] * minutes + material)
