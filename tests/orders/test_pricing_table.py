"""The table of docs/algorithms/pricing.md, row by row."""

from __future__ import annotations

from pathlib import Path

import pytest

from orders.pricing import Destination, Piece, price

PAGE = Path(__file__).parents[2] / "docs" / "algorithms" / "pricing.md"
PER_KG = {"PLA": 2400, "PETG": 2800}
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
        process="fdm",
        material_mg=round(float(row[2]) * 1000),
        machine_s=int(row[3]) * 60,
        material_cents_per_kg=PER_KG[row[1]],
        start_s=round(float(row[4]) * 60),
    )
    found = price(piece, int(row[5]), Destination(row[7], float(row[6])))
    assert [found.cents_of(kind) for kind in KINDS] == [int(cell) for cell in row[8:15]]
    assert found.total_cents == int(row[15])
