"""What holds for every price."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.errors import BadInput
from orders.footprint import footprint
from orders.pricing import MAX_QUANTITY, Destination, Piece, price, rounded
from orders.tax import STANDARD_PER_MILLE, tax_label, tax_per_mille

pieces = st.builds(
    Piece,
    process=st.just("fdm"),
    material_mg=st.integers(100, 5_000_000),
    machine_s=st.integers(60, 400_000),
    material_cents_per_kg=st.integers(500, 20_000),
    start_s=st.integers(0, 600),
)
places = st.builds(
    Destination,
    country=st.sampled_from([*STANDARD_PER_MILLE, "US", "BR"]),
    distance_km=st.floats(0, 20_000),
)


@given(pieces, st.integers(1, MAX_QUANTITY), places)
def test_lines_sum_to_the_total_and_tax_is_its_rate(
    piece: Piece, quantity: int, to: Destination
) -> None:
    found = price(piece, quantity, to)
    assert sum(line.cents for line in found.lines) == found.total_cents
    assert found.making_cents + found.delivery_cents + found.tax_cents == found.total_cents
    assert abs(found.tax_cents * 1000 - found.net_cents * tax_per_mille(to.country)) <= 500
    assert all(line.cents >= 0 for line in found.lines if line.kind != "quantity")


@given(pieces, st.integers(1, MAX_QUANTITY - 1), places)
def test_one_more_piece_costs_more_but_each_costs_less(
    piece: Piece, quantity: int, to: Destination
) -> None:
    fewer, more = price(piece, quantity, to), price(piece, quantity + 1, to)
    assert more.total_cents > fewer.total_cents
    each_before = fewer.making_cents / quantity
    assert more.making_cents / (quantity + 1) <= each_before + 1  # a cent of rounding


@given(pieces, places, st.floats(0, 20_000))
def test_further_away_is_never_cheaper(piece: Piece, to: Destination, more_km: float) -> None:
    further = Destination(to.country, to.distance_km + more_km)
    assert price(piece, 1, further).delivery_cents >= price(piece, 1, to).delivery_cents


@pytest.mark.parametrize("quantity", [0, -1, MAX_QUANTITY + 1])
def test_a_quantity_out_of_range_is_refused_with_a_sentence(quantity: int) -> None:
    with pytest.raises(BadInput) as caught:
        price(Piece("fdm", 1000, 60, 2400), quantity, Destination("FR", 1))
    assert "between 1 and 500" in caught.value.sentence


def test_halves_round_away_from_zero() -> None:
    assert [rounded(n, 10) for n in (4, 5, -4, -5, 15, -15)] == [0, 1, 0, -1, 2, -2]


def test_an_export_carries_no_tax_and_says_so() -> None:
    assert tax_per_mille("US") == 0
    assert "customs" in tax_label("US")
    assert tax_label("FI") == "VAT 25.5 %"


def test_the_footprint_of_a_vase_by_hand() -> None:
    # 84 g PETG · 2.5 = 210 g; 310 min · 0.1 kW · 0.473 = 244 g;
    # 184 g over 4 km by van: 0.000184 t · 4 · 0.6 kg = 0.4 g
    found = footprint("petg", 84, 310 * 60, 4)
    assert (found.material_g, found.machine_g, found.transport_g) == (210, 244, 0)
    assert found.total_g == 454
