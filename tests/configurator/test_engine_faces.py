"""Faces that are filled between rings cover just what the rings enclose, in every family."""

from random import Random

import numpy as np
import pytest

from configurator.geometry import bracket, kernel, sheet, shell, wrist_brace
from configurator.geometry.outlines import area_mm2
from configurator.products import families
from configurator.products.samples import sample


@pytest.mark.parametrize("slug", list(families()))
def test_triangles_cover_the_area_of_their_rings_once(slug, monkeypatch):
    """A ring that is seen edge on, or the wrong way round, is triangulated into folds."""
    real, faults = kernel.filled, []

    def watched(rings):
        faces = real(rings)
        a, b, c = np.concatenate(rings)[faces].transpose(1, 0, 2)
        covered = np.abs((b - a)[:, 0] * (c - a)[:, 1] - (b - a)[:, 1] * (c - a)[:, 0]).sum() / 2
        enclosed = sum(area_mm2(np.asarray(ring)) for ring in rings)
        if enclosed < 1e-9 or abs(covered - enclosed) > 1e-3 * enclosed:
            faults.append((enclosed, covered))
        return faces

    for module in (bracket, sheet, shell, wrist_brace):
        monkeypatch.setattr(module, "filled", watched)
    one, rng = families()[slug], Random(8)
    for _ in range(6):
        one.build(sample(one, rng), "full")
    assert faults == []
