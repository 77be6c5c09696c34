"""Knobs: shafts, grips and pointers measured on the mesh, and a volume worked out on paper."""

import math
from itertools import pairwise

import numpy as np
import pytest
import trimesh
from shapely.geometry import Point, Polygon
from shapely.ops import unary_union

from configurator.geometry.knob import SPLINE_DEEP_MM, shaft_ring
from configurator.materials import material
from configurator.products import family
from configurator.products.fields import parse
from configurator.products.knob import _shape

KNOB = family("knob")
PLA = material("pla")
PLAIN = {"grip": "smooth", "pointer": "none", "shaft": "round", "play_mm": 0}


def cut(mesh, z):
    """The solid's section at a height, as an area."""
    solid = trimesh.Trimesh(mesh.vertices, mesh.faces, process=False)
    flat, _ = solid.section(plane_origin=[0, 0, z], plane_normal=[0, 0, 1]).to_2D(to_2D=np.eye(4))
    return unary_union(flat.polygons_full)


def made(**raw):
    return KNOB.build(parse(KNOB, {**PLAIN, **raw}), "full")[0].mesh


def hole_at(mesh, z):
    (ring,) = cut(mesh, z).interiors
    return Polygon(ring)


def test_a_plain_knob_has_the_volume_of_its_layers():
    """30 across, 20 high, hole 6 × 11: layers of discs, each a frustum π h (a² + ab + b²)/3.

    Foot 14.6 to 15 in 0.4; straight up to 20 − 1.6; the round edge as three chords of a quarter
    circle of 1.6; less the hole: from 3.4 to 3 in 0.6, then 10.4 straight, then a cone to 0.75
    in 0.75·3.
    """

    def frustum(h, a, b):
        return math.pi * h * (a * a + a * b + b * b) / 3

    expected = frustum(0.4, 14.6, 15) + frustum(18, 15, 15)
    turns = [k * math.pi / 6 for k in range(4)]
    for one, other in pairwise(turns):
        a, b = (15 - 1.6 * (1 - math.cos(t)) for t in (one, other))
        expected += frustum(1.6 * (math.sin(other) - math.sin(one)), a, b)
    expected -= frustum(0.6, 3.4, 3) + frustum(10.4, 3, 3) + frustum(2.25, 3, 0.75)
    mesh = made(diameter_mm=30, height_mm=20, deep_mm=11, shaft_mm=6)
    assert mesh.volume_mm3 == pytest.approx(expected, rel=2e-3)
    assert mesh.size_mm == pytest.approx((30, 30, 20), abs=0.01)


def test_a_d_shaft_of_six_is_four_and_a_half_across_its_flat():
    hole = hole_at(made(shaft="d", shaft_mm=6), 5)
    low_x, low_y, high_x, high_y = hole.bounds
    assert high_x - low_x == pytest.approx(6, abs=0.03)
    assert high_y - low_y == pytest.approx(4.5, abs=0.03)
    assert low_y == pytest.approx(-1.5)


@pytest.mark.parametrize("play", [0.0, 0.2, 0.5])
def test_play_widens_every_shaft_by_as_much(play):
    for shaft in ("round", "square", "d"):
        low, _, high, _ = hole_at(made(shaft=shaft, shaft_mm=6, play_mm=play), 5).bounds
        assert high - low == pytest.approx(6 + play, abs=0.03)


@pytest.mark.parametrize(("shaft", "teeth"), [("spline18", 18), ("spline24", 24)])
def test_a_splined_hole_has_its_teeth(shaft, teeth):
    ring = shaft_ring(_shape(parse(KNOB, {**PLAIN, "shaft": shaft})), "full")
    radius = np.hypot(*ring.T)
    assert (radius > 2.9).sum() == teeth
    assert radius.max() == pytest.approx(3) and radius.min() == pytest.approx(3 - SPLINE_DEEP_MM)


def test_the_set_screw_goes_through_to_the_shaft_at_the_front():
    """An M3 pilot of 2.5: from outside to the hole along −y; the opposite side stays whole."""
    params = parse(KNOB, {**PLAIN, "screw": "m3", "diameter_mm": 30, "height_mm": 20})
    mesh = KNOB.build(params, "full")[0].mesh
    low, high = _shape(params).screw_room
    middle = (low + high) / 2
    solid = trimesh.Trimesh(mesh.vertices, mesh.faces)
    z = min(max(params.deep_mm / 2, low + 1.25), high - 1.25)
    front, back = solid.contains([[0, -10, z], [0, 10, z]])
    assert not front and back
    assert solid.contains([[1.4, -10, z]])[0] and low < middle < high
    whole = KNOB.build(params.model_copy(update={"screw": "none"}), "full")[0].mesh
    taken = whole.volume_mm3 - mesh.volume_mm3
    # A pilot of 2.5 through 12 mm of wall is 59 mm³; the seat takes a little more.
    assert 50 < taken < 75


@pytest.mark.parametrize("count", [6, 12, 30])
def test_flutes_are_as_many_and_as_deep_as_asked(count):
    mesh = made(grip="flutes", count=count, grip_mm=1.2, diameter_mm=50)
    outline = np.array(cut(mesh, 9).exterior.coords)[:-1]
    radius = np.hypot(*outline.T)
    assert radius.max() == pytest.approx(25) and radius.min() == pytest.approx(23.8, abs=0.02)
    crests = (radius > np.roll(radius, 1)) & (radius > np.roll(radius, -1) - 1e-9)
    assert crests.sum() == count


def test_facets_are_a_regular_polygon():
    section = cut(made(grip="facets", count=8, diameter_mm=40), 10)
    assert Polygon(section.exterior).area == pytest.approx(
        4 * 400 * math.sin(math.pi / 4), rel=1e-6
    )


def test_the_pointer_is_sunk_into_the_top_towards_the_back():
    mesh = made(pointer="line", diameter_mm=30, height_mm=18)
    (line,) = (Polygon(ring) for ring in cut(mesh, 17.99).interiors)
    assert line.centroid.y > 5 and line.centroid.x == pytest.approx(0, abs=1e-6)
    assert cut(mesh, 18 - 0.81).interiors[:] == []


def test_a_wall_is_kept_around_a_shaft_too_thick_for_the_knob():
    params = parse(KNOB, {**PLAIN, "shaft": "square", "shaft_mm": 10, "diameter_mm": 16})
    made_ = _shape(params)
    assert made_.fitting_shaft_mm < 10
    assert made_.radius - made_.reach_mm >= 2.0
    assert next(f.check for f in KNOB.rules(params, PLA)) == "shaft"


def test_nothing_of_a_knob_is_thinner_than_two_millimetres_around_its_shaft():
    for grip in ("flutes", "facets", "smooth"):
        section = cut(made(grip=grip, diameter_mm=16, shaft="spline24", grip_mm=3, count=6), 8)
        (hole,) = section.interiors
        outside = Polygon(section.exterior)
        assert Polygon(hole).distance(outside.boundary) > 1.9
        assert outside.contains(Point(0, 0))


@pytest.mark.parametrize("skirt", [0, 0.5, 0.6, 1, 8])
def test_no_two_points_share_a_place_however_narrow_the_skirt(skirt):
    for screw in ("none", "m4"):
        points = made(skirt_mm=skirt, screw=screw).vertices.astype(np.float32)
        assert len(np.unique(points, axis=0)) == len(points)
