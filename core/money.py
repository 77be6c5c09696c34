"""Money is integer cents with a currency; this shop charges in one currency."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal

CURRENCY = "eur"


def cents(amount: float | Decimal) -> int:
    """Round a figure in cents to whole cents, halves up. ``cents(1.5)`` is 2."""
    return int(Decimal(str(amount)).quantize(Decimal(1), rounding=ROUND_HALF_UP))


def euros(amount_cents: int) -> str:
    """``1234567`` → ``€12,345.67``; a minus sign stands before the currency."""
    sign = "−" if amount_cents < 0 else ""
    whole, part = divmod(abs(amount_cents), 100)
    return f"{sign}€{whole:,}.{part:02d}"
