"""Bending read off a mesh, against the closed formulas of beams."""

from __future__ import annotations

import math

import manifold3d as m3
import numpy as np
import pytest
import trimesh

from configurator.geometry.mesh import Mesh
from configurator.products import families, family
from configurator.products.base import Part
from configurator.suggest.stiffness import bending_mm, stiffness_mm, weakest_moments_mm4


def meshed(solid: trimesh.Trimesh) -> Mesh:
    points = np.array(solid.vertices, dtype=float)
    points[:, 2] -= points[:, 2].min()
    return Mesh(points, np.array(solid.faces, dtype=np.int32))


def box(x: float, y: float, z: float) -> Mesh:
    return meshed(trimesh.creation.box((x, y, z)))


def test_a_box_bends_as_the_formula_says() -> None:
    # b = 20, h = 4: I = 20 · 4³ / 12 = 106.67 mm⁴. Span 0.8 · 100 = 80 mm.
    # k / E = 48 · 106.67 / 80³ = 0.01 mm.
    bar = box(100, 20, 4)
    assert weakest_moments_mm4(bar, 0, np.array([-20.0, 3.3]))[1] == pytest.approx(320 / 3)
    assert bending_mm(bar, 0) == pytest.approx(0.01)
    # Across: b = 100, span 16: 48 · (100 · 4³ / 12) / 16³ = 6.25 mm. The long way is the weak one.
    assert bending_mm(bar, 1) == pytest.approx(6.25)
    assert stiffness_mm([Part("bar", bar)]) == pytest.approx(0.01)


def test_a_tube_bends_as_the_formula_says() -> None:
    # R = 10, r = 9: I = π / 4 · (10⁴ − 9⁴) = 2701 mm⁴; 48 · 2701 / 80³ = 0.2532 mm.
    tube = meshed(trimesh.creation.annulus(9, 10, 100, sections=720))
    round_mm = 48 * math.pi / 4 * (10**4 - 9**4) / 80**3
    assert bending_mm(tube, 2) == pytest.approx(round_mm, rel=1e-4)


@pytest.mark.parametrize("angle", [10, 30, 77])
def test_the_section_bends_about_its_weakest_axis_however_it_is_turned(angle: float) -> None:
    bar = trimesh.creation.box((100, 20, 4))
    bar.apply_transform(trimesh.transformations.rotation_matrix(math.radians(angle), [1, 0, 0]))
    assert bending_mm(meshed(bar), 0) == pytest.approx(0.01)


def test_a_section_of_two_pieces_is_taken_together() -> None:
    # Two flanges 10 × 2 whose middles are 8 apart, joined at the ends only:
    # about the axis between: 2 · (10 · 2³ / 12 + 20 · 4²) = 653.3 mm⁴;
    # across: 2 · (2 · 10³ / 12) = 333.3 mm⁴, the weaker.
    outer = m3.Manifold.cube((100, 10, 10), True) - m3.Manifold.cube((90, 20, 6), True)
    raw = outer.to_mesh()
    frame = Mesh(np.array(raw.vert_properties[:, :3], float), np.array(raw.tri_verts, np.int32))
    assert weakest_moments_mm4(frame, 0, np.array([0.5]))[0] == pytest.approx(1000 / 3)


def test_a_cone_has_a_stiffness_because_nothing_stands_on_its_tip() -> None:
    cone = meshed(trimesh.creation.cone(10, 60, sections=64))
    assert 0 < bending_mm(cone, 2) < math.inf


def test_the_weakest_part_of_a_product_counts() -> None:
    thin, thick = Part("thin", box(100, 20, 2)), Part("thick", box(100, 20, 8))
    assert stiffness_mm([thin, thick]) == stiffness_mm([thick, thin]) == stiffness_mm([thin])


@pytest.mark.parametrize("slug", list(families()))
def test_a_draft_is_as_stiff_as_the_full_part(slug: str) -> None:
    kind = family(slug)
    draft, full = (
        stiffness_mm(kind.build(kind.Params(), quality)) for quality in ("draft", "full")
    )
    assert draft > 0 and draft == pytest.approx(full, rel=0.05)


def test_a_thicker_wall_is_stiffer() -> None:
    kind = family("twisted-vase")
    built = (kind.build(kind.Params(wall_mm=wall), "draft") for wall in (1.2, 1.6, 2.4))
    thin, usual, thick = map(stiffness_mm, built)
    assert thin < usual < thick
