"""The table of docs/algorithms/pricing.md, row by row."""

from __future__ import annotations

from pathlib import Path

import pytest

from configurator.materials import material
from orders.pricing import Destination, Piece, price

PAGE = Path(__file__).parents[2] / "docs" / "algorithms" / "pricing.md"
PER_KG = {"PLA": 2400, "PETG": 2800, "Birch 3 mm": 784, "Acrylic 5 mm": 773}
CUT = {"Birch 3 mm": ("birch", 3.0), "Acrylic 5 mm": ("acrylic", 5.0)}
KINDS = ("material", "machine", "handling", "setup", "quantity", "delivery", "tax")


def rows() -> list[list[str]]:
    lines = [x for x in PAGE.read_text().splitlines() if x.startswith("|")]
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in lines[2:]]


def test_the_page_has_a_table() -> None:
    assert len(rows()) >= 10
    assert all(len(row) == 16 for row in rows())


@pytest.mark.parametrize("row", rows(), ids=lambda row: f"{row[0]}-{row[5]}-{row[7]}")
def test_a_worked_row_comes_out_to_the_cent(row: list[str]) -> None:
    piece = Piece(
        process="laser" if row[1] in CUT else "fdm",
        material_mg=round(float(row[2]) * 1000),
        machine_s=int(row[3]) * 60,
        material_cents_per_kg=PER_KG[row[1]],
        start_s=round(float(row[4]) * 60),
    )
    found = price(piece, int(row[5]), Destination(row[7], float(row[6])))
    assert [found.cents_of(kind) for kind in KINDS] == [int(cell) for cell in row[8:15]]
    assert found.total_cents == int(row[15])


@pytest.mark.parametrize("name", CUT)
def test_a_kilogram_of_sheet_costs_what_the_table_says(name: str) -> None:
    slug, thickness_mm = CUT[name]
    assert material(slug).cents_per_kg(thickness_mm) == PER_KG[name]


def test_a_design_of_two_machines_is_priced_part_by_part_and_sent_once() -> None:
    printed = Piece("fdm", 50_000, 3600, 2400, 150)
    cut = Piece("laser", 100_000, 240, 784, 120, 40_000)
    to = Destination("FR", 4)
    both = price((printed, cut), 2, to)
    alone = [price(piece, 2, to) for piece in (printed, cut)]
    for kind in ("material", "machine", "setup"):
        assert both.cents_of(kind) == sum(one.cents_of(kind) for one in alone)
    assert both.cents_of("handling") == 300 and both.cents_of("delivery") == 260
    assert "0.08 m² of sheet (200 g)" in [line.label for line in both.lines][1]
    assert sum(line.cents for line in both.lines) == both.total_cents


def test_each_line_says_whose_it_is_where_a_design_has_several() -> None:
    body = Piece("fdm", 50_000, 3600, 2400, 150, parts="body")
    lid = Piece("laser", 100_000, 240, 784, 120, 40_000, parts="lid")
    labels = [line.label for line in price((body, lid), 1, Destination("FR", 4)).lines]
    assert labels == [
        "Material, body, 50 g",
        "Material, lid, 0.04 m² of sheet (100 g)",
        "Machine time, body, 1 h 02",
        "Machine time, lid, 6 min",
        "Finishing and packing",
        "Setting up the machine, once, body",
        "Setting up the machine, once, lid",
        "Delivery",
        "VAT 20 %",
    ]
    alone = [line.label for line in price(body, 1, Destination("FR", 4)).lines]
    assert "Material, 50 g" in alone
