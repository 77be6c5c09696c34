"""Placing parts: on the bed, apart, every copy once."""

from __future__ import annotations

from itertools import combinations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from trimesh.creation import box

from edge.protocol import Bed
from manufacturing.planning.failures import SliceFailed
from manufacturing.planning.plate import GAP_MM, PLATE_MARGIN_MM, place, stl_bytes
from tests.planning.shapes import part

BED = Bed(x_min_mm=-10, y_min_mm=5, width_mm=200, depth_mm=150, height_mm=100)
SIDE = st.floats(2, 80)


@given(st.lists(st.tuples(SIDE, SIDE, st.integers(1, 3)), min_size=1, max_size=5))
def test_parts_lie_on_the_bed_and_apart_or_are_refused(
    sizes: list[tuple[float, float, int]],
) -> None:
    parts = tuple(part(box((x, y, 10)), f"p{i}", n) for i, (x, y, n) in enumerate(sizes))
    try:
        placed = place(parts, BED)
    except SliceFailed as failure:
        assert failure.code == "too_big"
        return
    assert len(placed) == sum(n for _, _, n in sizes)
    lows = [p.vertices.min(axis=0) for p in placed]
    highs = [p.vertices.max(axis=0) for p in placed]
    corner = np.array((BED.x_min_mm, BED.y_min_mm)) + PLATE_MARGIN_MM
    far = corner + np.array((BED.width_mm, BED.depth_mm)) - 2 * PLATE_MARGIN_MM
    for low, high in zip(lows, highs, strict=True):
        assert low[2] == 0
        assert np.all(low[:2] >= corner - 1e-6)
        assert np.all(high[:2] <= far + 1e-6)
    for a, b in combinations(range(len(placed)), 2):
        apart = np.maximum(lows[a] - highs[b], lows[b] - highs[a])[:2]
        assert apart.max() >= GAP_MM - 1e-6


def test_a_single_part_lies_in_the_middle() -> None:
    (only,) = place((part(box((20, 10, 5))),), BED)
    middle = (only.vertices.min(axis=0) + only.vertices.max(axis=0)) / 2
    assert middle[:2] == pytest.approx((90, 80))


def test_an_stl_never_looks_like_text() -> None:
    """PrusaSlicer 2.5 takes a small box for ASCII unless a byte above 127 comes early."""
    mesh = box((10, 10, 10))
    mesh.apply_translation((105, 105, 5))
    data = stl_bytes(np.asarray(mesh.vertices), np.asarray(mesh.faces))
    assert len(data) == 84 + 50 * 12
    assert max(data[84 : 84 + 128]) > 127
