"""Faces that are filled between rings cover just what the rings enclose, in every family."""

from random import Random

import numpy as np
import pytest

from configurator.geometry import bracket, sheet, shell, triangulation, wrist_brace
from configurator.geometry.outlines import area_mm2
from configurator.products import families
from configurator.products.samples import sample


@pytest.mark.parametrize("slug", list(families()))
def test_triangles_cover_the_area_of_their_rings_once(slug, monkeypatch):
    """A ring that is seen edge on, or the wrong way round, is triangulated into folds."""
    real, faults = triangulation.filled, []

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


def square(side, at=(0.0, 0.0)):
    corners = np.array([[0, 0], [side, 0], [side, side], [0, side]], dtype=float)
    return corners - side / 2 + at


DENTED = np.array([[0, 0], [5, 0], [10, 0], [10, 10], [5, 10], [5, 12], [0, 12]], dtype=float)
SHAPES = {
    "a square": [square(10)],
    "points on a straight side": [DENTED],
    "a ring with an island": [square(30), square(20)[::-1], square(10)],
    "an island with a hole": [square(30), square(20)[::-1], square(10), square(4)[::-1]],
    "two plates with a hole each": [
        square(10), square(10, (20, 0)), square(4, (20, 0))[::-1], square(4)[::-1],
    ],
    "a hole that touches its edge": [square(10), square(4, (3, 0))[::-1]],
}  # fmt: skip


@pytest.mark.parametrize("name", SHAPES)
def test_every_point_is_used_and_every_side_of_a_ring_has_one_triangle(name):
    rings = SHAPES[name]
    points, faces = np.concatenate(rings), triangulation.filled(rings)
    a, b, c = points[faces].transpose(1, 0, 2)
    doubled = (b - a)[:, 0] * (c - a)[:, 1] - (b - a)[:, 1] * (c - a)[:, 0]
    assert (doubled >= -1e-9).all()
    assert doubled.sum() / 2 == pytest.approx(sum(area_mm2(ring) for ring in rings))
    assert set(faces.ravel().tolist()) == set(range(len(points)))
    starts = np.cumsum([0, *map(len, rings)])
    sides = {
        (int(start + at), int(start + (at + 1) % len(ring)))
        for start, ring in zip(starts, rings, strict=False)
        for at in range(len(ring))
    }
    edges = [tuple(edge) for edge in faces[:, [0, 1, 1, 2, 2, 0]].reshape(-1, 2).tolist()]
    assert len(set(edges)) == len(edges)
    assert {edge for edge in edges if edge[::-1] not in edges} == sides


def test_manifold_is_asked_only_where_earcut_cannot_be_trusted(monkeypatch):
    asked = []
    real = triangulation.m3.triangulate
    monkeypatch.setattr(
        triangulation.m3, "triangulate", lambda *given: asked.append(1) or real(*given)
    )
    for name in ("a square", "an island with a hole", "two plates with a hole each"):
        triangulation.filled(SHAPES[name])
    assert asked == []
    triangulation.filled(SHAPES["a hole that touches its edge"])
    assert asked == [1]
