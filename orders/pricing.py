"""From a measured part to an itemised price. Integers in, integers out, no clock, no database.

docs/algorithms/pricing.md explains every line with worked numbers; that table is run as a test.
Each line is rounded to whole cents, halves away from zero, and the total is the sum of the
rounded lines: what is shown always adds up.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from core.errors import BadInput
from orders.tax import tax_label, tax_per_mille

MAX_QUANTITY = 500


@dataclass(frozen=True)
class Rates:
    """What one process costs, in cents.

    ``machine_cents_per_h`` holds energy (about 0.1 kW, 3 cents), wear (a machine of 800 €
    lasts about 4,000 h: 20 cents) and the maker's attention and room.
    """

    machine_cents_per_h: int
    setup_cents: int
    handling_cents: int


RATES: Mapping[str, Rates] = MappingProxyType(
    {"fdm": Rates(machine_cents_per_h=180, setup_cents=350, handling_cents=150)}
)

# From which piece on, how many per cent are taken off *each further* piece. Like tax bands, so
# that one more piece never makes the whole order cheaper.
QUANTITY_STEPS: tuple[tuple[int, int], ...] = ((1, 0), (5, 5), (10, 10), (25, 15), (100, 20))

# Up to how many km, cents for a parcel of up to 1 kg; then what each further started kg adds.
DELIVERY_STEPS: tuple[tuple[float, int], ...] = (
    (25.0, 260),
    (150.0, 390),
    (500.0, 490),
    (1500.0, 690),
    (4000.0, 1190),
)
DELIVERY_FAR_CENTS = 1990
DELIVERY_PER_KG_CENTS = 90
PACKAGING_G = 100


@dataclass(frozen=True)
class Piece:
    """What one piece takes: ``material_mg`` with waste, ``machine_s`` on a machine.

    ``start_s`` of heating and homing comes once, however many pieces lie on the plate.
    """

    process: str
    material_mg: int
    machine_s: int
    material_cents_per_kg: int
    start_s: int = 0

    def seconds(self, quantity: int) -> int:
        return self.start_s + self.machine_s * quantity


@dataclass(frozen=True)
class Destination:
    """Where the parcel goes: ISO 3166 alpha-2 country, and km from the likely maker."""

    country: str
    distance_km: float


@dataclass(frozen=True)
class Line:
    """One line of a price. ``kind`` is for programs, ``label`` for people."""

    kind: str
    label: str
    cents: int


@dataclass(frozen=True)
class Price:
    """Lines that sum exactly to ``total_cents``."""

    quantity: int
    lines: tuple[Line, ...]

    @property
    def total_cents(self) -> int:
        return sum(line.cents for line in self.lines)

    @property
    def tax_cents(self) -> int:
        return self.cents_of("tax")

    @property
    def net_cents(self) -> int:
        return self.total_cents - self.tax_cents

    @property
    def delivery_cents(self) -> int:
        return self.cents_of("delivery")

    @property
    def making_cents(self) -> int:
        """Without tax and delivery."""
        return self.net_cents - self.delivery_cents

    @property
    def tax_label(self) -> str:
        return next((line.label for line in self.lines if line.kind == "tax"), "Tax")

    def cents_of(self, kind: str) -> int:
        return sum(line.cents for line in self.lines if line.kind == kind)


def rounded(numerator: int, denominator: int) -> int:
    """``numerator / denominator`` to whole cents, halves away from zero.

    >>> rounded(5, 10), rounded(-5, 10), rounded(14, 10)
    (1, -1, 1)
    """
    sign = -1 if numerator < 0 else 1
    return sign * ((2 * abs(numerator) + denominator) // (2 * denominator))


def price(piece: Piece, quantity: int, to: Destination) -> Price:
    """The itemised price of ``quantity`` pieces delivered to ``to``.

    Raises:
        BadInput: the quantity is not between 1 and ``MAX_QUANTITY``.
    """
    if not 1 <= quantity <= MAX_QUANTITY:
        raise BadInput(
            f"Please choose between 1 and {MAX_QUANTITY} pieces.",
            fields={"quantity": f"1 to {MAX_QUANTITY}"},
        )
    making = _making(piece, quantity)
    net = (*making, _delivery(piece, quantity, to))
    rate = tax_per_mille(to.country)
    tax = Line("tax", tax_label(to.country), rounded(sum(x.cents for x in net) * rate, 1000))
    return Price(quantity, (*net, tax))


def quantity_discount_percent(quantity: int) -> float:
    """The mean per cent that the steps take off at this quantity."""
    return _discounted_percent(quantity) / quantity


def _making(piece: Piece, quantity: int) -> tuple[Line, ...]:
    rates = RATES[piece.process]
    pieces = (
        Line(
            "material",
            f"Material, {_grams(piece.material_mg * quantity)}",
            rounded(piece.material_mg * quantity * piece.material_cents_per_kg, 1_000_000),
        ),
        Line(
            "machine",
            f"Machine time, {_hours(piece.seconds(quantity))}",
            rounded(piece.seconds(quantity) * rates.machine_cents_per_h, 3600),
        ),
        Line("handling", "Finishing and packing", rates.handling_cents * quantity),
    )
    setup = Line("setup", "Setting up the machine, once", rates.setup_cents)
    less = rounded(
        -sum(line.cents for line in pieces) * _discounted_percent(quantity), quantity * 100
    )
    if not less:
        return (*pieces, setup)
    return (*pieces, setup, Line("quantity", f"For {quantity} pieces at once", less))


def _discounted_percent(quantity: int) -> int:
    """The sum over all pieces of the per cent taken off each."""
    total = 0
    starts = [*(start for start, _ in QUANTITY_STEPS[1:]), quantity + 1]
    for (start, percent), end in zip(QUANTITY_STEPS, starts, strict=True):
        total += percent * max(0, min(end, quantity + 1) - start)
    return total


def _delivery(piece: Piece, quantity: int, to: Destination) -> Line:
    parcel_mg = PACKAGING_G * 1000 + piece.material_mg * quantity
    further_kg = max(0, -(-parcel_mg // 1_000_000) - 1)
    base = next((cents for km, cents in DELIVERY_STEPS if to.distance_km <= km), DELIVERY_FAR_CENTS)
    return Line("delivery", "Delivery", base + further_kg * DELIVERY_PER_KG_CENTS)


def _grams(milligrams: int) -> str:
    grams = milligrams / 1000
    return f"{grams / 1000:.2f} kg" if grams >= 1000 else f"{grams:.0f} g"


def _hours(seconds: int) -> str:
    minutes = round(seconds / 60)
    return f"{minutes} min" if minutes < 60 else f"{minutes // 60} h {minutes % 60:02d}"
