"""From a measured part to an itemised price. Integers in, integers out, no clock, no database.

docs/algorithms/pricing.md explains every line with worked numbers; that table is run as a test.
Each line is rounded to whole cents, halves away from zero, and the total is the sum of the
rounded lines: what is shown always adds up.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

from core.errors import BadInput
from core.units import weight
from orders.tax import tax_label, tax_per_mille

MAX_QUANTITY = 500


@dataclass(frozen=True)
class Rates:
    """What one process costs, in cents.

    ``machine_cents_per_h`` of printing holds energy (about 0.1 kW, 3 cents), wear (a machine of
    800 € lasts about 4,000 h: 20 cents) and the maker's attention and room.
    """

    machine_cents_per_h: int
    setup_cents: int
    handling_cents: int


RATES: Mapping[str, Rates] = MappingProxyType(
    {
        "fdm": Rates(machine_cents_per_h=180, setup_cents=350, handling_cents=150),
        # 1 kW with its extraction (30 cents), wear (9,000 € in 10,000 h, a tube of 400 € in
        # 3,000 h: 103 cents), and a person: a laser is never left alone. Estimates.
        "laser": Rates(machine_cents_per_h=3600, setup_cents=400, handling_cents=150),
        # 1.5 kW with its extraction (60 cents), wear (12,000 € in 10,000 h, end mills of 15 € that
        # last 5 h: 420 cents), and a person who watches; handling is sanding or deburring, too.
        "cnc": Rates(machine_cents_per_h=4800, setup_cents=900, handling_cents=350),
    }
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
    sheet_mm2: int = 0
    """How much sheet that is, with its waste; 0 for what comes on spools."""
    parts: str = ""
    """Which parts of the design these are; the lines say it where there are several."""

    def seconds(self, quantity: int) -> int:
        return self.start_s + self.machine_s * quantity


@dataclass(frozen=True)
class Destination:
    """Where the parcel goes: ISO 3166 alpha-2 country, and km from the likely maker.

    ``sender`` names that maker; it is said where there are several.
    """

    country: str
    distance_km: float
    sender: str = ""


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


def price(
    piece: Piece | Sequence[Piece], quantity: int, to: Destination | Sequence[Destination]
) -> Price:
    """The itemised price of ``quantity`` pieces delivered to ``to``.

    A design that several machines share is several pieces: each has its material, its machine
    time and its set-up. ``to`` is one destination for them all, or one for each: those with the
    same one come from the same maker, who finishes, packs and sends them together.

    Raises:
        BadInput: the quantity is not between 1 and ``MAX_QUANTITY``.
    """
    if not 1 <= quantity <= MAX_QUANTITY:
        raise BadInput(
            f"Please choose between 1 and {MAX_QUANTITY} pieces.",
            fields={"quantity": f"1 to {MAX_QUANTITY}"},
        )
    pieces = (piece,) if isinstance(piece, Piece) else tuple(piece)
    ways = (to,) * len(pieces) if isinstance(to, Destination) else tuple(to)
    parcels = _parcels(pieces, ways)
    net = (*_making(list(parcels.values()), quantity), *_deliveries(parcels, quantity))
    country = ways[0].country
    rate = tax_per_mille(country)
    tax = Line("tax", tax_label(country), rounded(sum(x.cents for x in net) * rate, 1000))
    return Price(quantity, (*net, tax))


def _parcels(
    pieces: Sequence[Piece], ways: Sequence[Destination]
) -> dict[Destination, list[Piece]]:
    """What travels together, by the way it goes."""
    found: dict[Destination, list[Piece]] = {}
    for piece, way in zip(pieces, ways, strict=True):
        found.setdefault(way, []).append(piece)
    return found


def quantity_discount_percent(quantity: int) -> float:
    """The mean per cent that the steps take off at this quantity."""
    return _discounted_percent(quantity) / quantity


def _making(parcels: Sequence[Sequence[Piece]], quantity: int) -> tuple[Line, ...]:
    pieces = [piece for parcel in parcels for piece in parcel]
    rates = [RATES[piece.process] for piece in pieces]
    packing = [max(RATES[piece.process].handling_cents for piece in parcel) for parcel in parcels]
    whose = [f", {piece.parts}" if len(pieces) > 1 and piece.parts else "" for piece in pieces]
    by_piece = (
        *(_material(piece, quantity, of) for piece, of in zip(pieces, whose, strict=True)),
        *(_machine(piece, quantity, of) for piece, of in zip(pieces, whose, strict=True)),
        Line("handling", "Finishing and packing", sum(packing) * quantity),
    )
    setups = [
        Line("setup", f"Setting up the machine, once{of}", one.setup_cents)
        for one, of in zip(rates, whose, strict=True)
    ]
    less = rounded(
        -sum(line.cents for line in by_piece) * _discounted_percent(quantity), quantity * 100
    )
    if not less:
        return (*by_piece, *setups)
    return (*by_piece, *setups, Line("quantity", f"For {quantity} pieces at once", less))


def _material(piece: Piece, quantity: int, of: str) -> Line:
    cents = rounded(piece.material_mg * quantity * piece.material_cents_per_kg, 1_000_000)
    grams = weight(piece.material_mg * quantity / 1000)
    if not piece.sheet_mm2:
        return Line("material", f"Material{of}, {grams}", cents)
    area = f"{piece.sheet_mm2 * quantity / 1e6:.2f} m² of sheet"
    return Line("material", f"Material{of}, {area} ({grams})", cents)


def _machine(piece: Piece, quantity: int, of: str) -> Line:
    seconds = piece.seconds(quantity)
    cents = rounded(seconds * RATES[piece.process].machine_cents_per_h, 3600)
    return Line("machine", f"Machine time{of}, {_hours(seconds)}", cents)


def _discounted_percent(quantity: int) -> int:
    """The sum over all pieces of the per cent taken off each."""
    total = 0
    starts = [*(start for start, _ in QUANTITY_STEPS[1:]), quantity + 1]
    for (start, percent), end in zip(QUANTITY_STEPS, starts, strict=True):
        total += percent * max(0, min(end, quantity + 1) - start)
    return total


def _deliveries(parcels: Mapping[Destination, Sequence[Piece]], quantity: int) -> tuple[Line, ...]:
    """One line a parcel; of several, each says whose it is."""
    several = len(parcels) > 1
    return tuple(
        Line(
            "delivery",
            f"Delivery from {way.sender}" if several and way.sender else "Delivery",
            _delivery_cents(pieces, quantity, way),
        )
        for way, pieces in parcels.items()
    )


def _delivery_cents(pieces: Sequence[Piece], quantity: int, to: Destination) -> int:
    parcel_mg = PACKAGING_G * 1000 + sum(piece.material_mg for piece in pieces) * quantity
    further_kg = max(0, -(-parcel_mg // 1_000_000) - 1)
    base = next((cents for km, cents in DELIVERY_STEPS if to.distance_km <= km), DELIVERY_FAR_CENTS)
    return base + further_kg * DELIVERY_PER_KG_CENTS


def _hours(seconds: int) -> str:
    minutes = round(seconds / 60)
    return f"{minutes} min" if minutes < 60 else f"{minutes // 60} h {minutes % 60:02d}"
