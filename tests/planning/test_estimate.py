"""The estimate against real slicer runs of shapes it was not fitted on."""

from __future__ import annotations

from statistics import median

import pytest

from manufacturing.planning.estimate import estimate
from manufacturing.planning.filaments import FILAMENTS
from manufacturing.planning.profiles import PROFILES
from manufacturing.planning.slicing import slice_plate
from tests.planning.shapes import HELD_OUT, part

PLA = FILAMENTS["pla"]
WORST, MEDIAN, GRAMS = 0.30, 0.12, 0.15
"""What docs/algorithms/estimate.md says of compact shapes."""
SETUPS = (("ender-3", 0.2), ("prusa-mk4", 0.28))


def guess(volume: float, area: float, size: tuple[float, float, float], **more: float) -> float:
    profile = PROFILES["ender-3"]
    return estimate(volume, area, size, more.get("overhang", 0.0), profile, 0.2, 1.24).seconds


@pytest.mark.slicer
def test_the_errors_stay_within_what_the_document_says() -> None:
    errors = []
    for machine, layer in SETUPS:
        for name, mesh in HELD_OUT.items():
            real = slice_plate((part(mesh),), PROFILES[machine], PLA, layer_mm=layer)
            size = tuple(mesh.extents.tolist())
            ours = estimate(
                mesh.volume, mesh.area, size, 0.0, PROFILES[machine], layer, PLA.density_g_cm3
            )
            errors.append(abs(ours.seconds / real.seconds - 1))
            assert errors[-1] <= WORST, (name, machine, ours, real.seconds)
            assert ours.grams == pytest.approx(real.grams, rel=GRAMS), (name, machine)
    assert median(errors) <= MEDIAN


def test_more_of_anything_takes_longer() -> None:
    cube = guess(8000, 2400, (20, 20, 20))
    assert guess(27000, 5400, (30, 30, 30)) > cube
    assert guess(8000, 4000, (20, 20, 20)) > cube  # more surface, more walls
    assert guess(8000, 2400, (20, 20, 20), overhang=200) > cube
    fine = estimate(8000, 2400, (20, 20, 20), 0, PROFILES["ender-3"], 0.12, 1.24)
    assert fine.seconds > cube


def test_a_quicker_machine_is_quicker_on_a_large_part() -> None:
    size = (100.0, 80.0, 60.0)
    times = {
        slug: estimate(480_000, 37_600, size, 0, profile, 0.2, 1.24).seconds
        for slug, profile in PROFILES.items()
    }
    assert times["corexy-256"] < times["prusa-mk4"] < times["prusa-mini"] < times["ender-3"]
