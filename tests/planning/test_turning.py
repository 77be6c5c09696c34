"""A part that fits only the other way round is turned, by the planner and by the matcher alike."""

from __future__ import annotations

import numpy as np
import pytest
import trimesh

from manufacturing.planning.failures import SliceFailed
from manufacturing.planning.plate import PlatePart, fits_plate, place
from manufacturing.planning.profiles import PROFILES

BED = PROFILES["prusa-mk4"].bed  # 250 × 210 mm, 240 × 200 without the margin


def box(x: float, y: float, z: float = 10.0, copies: int = 1) -> PlatePart:
    solid = trimesh.creation.box((x, y, z))
    return PlatePart("body", np.array(solid.vertices), np.array(solid.faces), copies)


def test_a_long_part_is_turned_and_keeps_its_volume() -> None:
    (placed,) = place((box(190, 235),), BED)
    assert np.ptp(placed.vertices, axis=0).round(6).tolist() == [235, 190, 10]
    turned = trimesh.Trimesh(placed.vertices, placed.faces)
    assert turned.is_volume
    assert turned.volume == pytest.approx(190 * 235 * 10)


def test_a_part_that_fits_is_not_turned() -> None:
    (placed,) = place((box(100, 190),), BED)
    assert np.ptp(placed.vertices, axis=0).round(6).tolist() == [100, 190, 10]


@pytest.mark.parametrize("seed", range(30))
def test_what_is_promised_to_fit_is_placed_and_what_is_not_is_refused(seed: int) -> None:
    rng = np.random.default_rng(seed)
    parts = [tuple(rng.uniform(20, 240, 2)) for _ in range(int(rng.integers(1, 4)))]
    copies = int(rng.integers(1, 6))
    promised = fits_plate([(x, y, 10.0) for x, y in parts], copies, BED)
    try:
        place(tuple(box(x, y, copies=copies) for x, y in parts), BED)
        placed = True
    except SliceFailed:
        placed = False
    assert promised == placed
