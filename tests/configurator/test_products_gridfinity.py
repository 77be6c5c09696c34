"""Gridfinity bins and baseplates against the published dimensions, each measured on the mesh."""

import math

import numpy as np
import pytest
import trimesh
from shapely.geometry import Polygon
from shapely.ops import unary_union

from configurator.materials import material
from configurator.products import family
from configurator.products.fields import parse
from configurator.products.gridfinity import _bin

GRID = family("gridfinity")
PLA = material("pla")
PLAIN = {"columns": 1, "rows": 1, "height": 3, "across": 1, "scoop": False, "label": False}


def made(**raw):
    (part,) = GRID.build(parse(GRID, {**PLAIN, **raw}), "full")
    return part.mesh


def cut(mesh, z):
    """The solid's section at a height, as an area."""
    solid = trimesh.Trimesh(mesh.vertices, mesh.faces, process=False)
    lines = solid.section(plane_origin=[0, 0, z], plane_normal=[0, 0, 1])
    flat, _ = lines.to_2D(to_2D=np.eye(4))
    return unary_union(flat.polygons_full)


def outer_mm(mesh, z):
    """Width of the outside at a height."""
    low, _, high, _ = cut(mesh, z).bounds
    return high - low


def inner_mm(mesh, z):
    """Width of the one opening at a height."""
    (hole,) = cut(mesh, z).interiors
    low, _, high, _ = Polygon(hole).bounds
    return high - low


@pytest.mark.parametrize(
    ("z", "width"),
    [(1e-4, 35.6), (0.4, 36.4), (0.8, 37.2), (1.7, 37.2), (2.6, 37.2), (3.6, 39.2), (4.75, 41.5)],
)
def test_the_foot_has_the_published_profile(z, width):
    """0.8 at 45°, 1.8 straight, 2.15 at 45°, from 35.6 to 41.5: 41.5 − 2·2.95 = 35.6."""
    assert outer_mm(made(), z + (1e-4 if z == 4.75 else 0)) == pytest.approx(width, abs=1e-3)


def test_the_foots_corners_have_the_published_radii():
    """3.75 at the top, so 1.6 at the straight part and 0.8 on the bed.

    A square of side w with corners of radius r lacks (4 − π)r² of w².
    """
    mesh = made()
    for z, width, radius in ((5.0, 41.5, 3.75), (1.7, 37.2, 1.6), (1e-4, 35.6, 0.8)):
        lacking = width**2 - cut(mesh, z).area
        # Chords lie inside their arcs: with 24 segments a corner lacks up to 5 % more.
        assert 1 < lacking / ((4 - math.pi) * radius**2) < 1.06


@pytest.mark.parametrize(("units", "size"), [((1, 1), (41.5, 41.5)), ((3, 2), (125.5, 83.5))])
def test_a_bin_is_half_a_millimetre_smaller_than_its_cells(units, size):
    mesh = made(columns=units[0], rows=units[1])
    assert mesh.size_mm[:2] == pytest.approx(size)


def test_feet_stand_forty_two_millimetres_apart():
    feet = cut(made(columns=3, rows=2), 1.7)
    places = sorted((round(f.centroid.x, 3), round(f.centroid.y, 3)) for f in feet.geoms)
    assert places == [(x, y) for x in (-42, 0, 42) for y in (-21, 21)]


@pytest.mark.parametrize("height", [2, 3, 12])
def test_heights_come_in_units_of_seven_with_the_lip_on_top(height):
    assert made(height=height, lip=False).size_mm[2] == pytest.approx(7 * height)
    assert made(height=height).size_mm[2] == pytest.approx(7 * height + 3.8)


@pytest.mark.parametrize(
    ("above", "inset"), [(-1.2, 2.6), (0, 2.6), (0.35, 2.25), (0.7, 1.9), (2.5, 1.9), (3.7, 0.7)]
)
def test_the_stacking_lip_has_the_published_profile(above, inset):
    """0.7 at 45°, 1.8 straight, 1.9 at 45° from 2.6 inwards; 4.4 high, its last 0.6 taken off."""
    mesh = made()
    assert inner_mm(mesh, 21 + above) == pytest.approx(41.5 - 2 * inset, abs=2e-3)


def test_under_the_lip_is_a_slope_that_needs_no_support():
    """From the wall of 1.2 to 2.6 at 45°, ending 1.2 under the bin's height: from 21 − 2.6."""
    mesh = made()
    assert inner_mm(mesh, 18.39) == pytest.approx(41.5 - 2.4, abs=1e-3)
    assert inner_mm(mesh, 19.1) == pytest.approx(41.5 - 2.4 - 2 * 0.7, abs=2e-3)


def test_a_bin_stands_in_the_lip_of_another():
    """Stacked by its height in units, foot and lip nowhere share room."""
    mesh = made()
    for z in np.arange(0.05, 3.8, 0.25):
        foot, lip = cut(mesh, float(z)), cut(mesh, 21 + float(z))
        assert foot.intersection(lip).area < 1e-6


def test_a_bin_stands_in_a_baseplate():
    """The socket is 0.25 wider all round, so the foot's profile clears it at every height."""
    plate, bin_ = made(kind="baseplate"), made()
    for z in np.arange(0.05, 4.4, 0.2):
        socket, foot = cut(plate, float(z)), cut(bin_, float(z) + 0.1)
        assert foot.intersection(socket).area < 1e-6


@pytest.mark.parametrize(
    ("z", "width"), [(1e-4, 36.3), (0.7, 37.7), (1.6, 37.7), (2.5, 37.7), (3.5, 39.7), (4.4, 41.5)]
)
def test_the_socket_has_the_published_profile(z, width):
    """0.7 at 45°, 1.8 straight, 2.15 at 45° up to the 42 of the cell: 42 − 2·2.85 = 36.3."""
    assert inner_mm(made(kind="baseplate"), z) == pytest.approx(width, abs=2e-3)


def test_a_baseplate_fills_its_cells():
    assert made(kind="baseplate", columns=4, rows=3).size_mm == pytest.approx((168, 126, 4.45))
    assert made(kind="baseplate", magnets=True).size_mm == pytest.approx((42, 42, 8.05))


def test_magnet_holes_are_of_the_published_size_and_place():
    """6.5 across, 2.4 deep, at (±13, ±13): four in a cell of the bin, four in the plate."""
    bin_ = made(magnets=True)
    for mesh, inside, beyond in (
        (bin_, 2.3, 2.5),
        (made(kind="baseplate", magnets=True), 1.3, 1.1),
    ):
        area = cut(mesh, inside)
        holes = [Polygon(ring) for one in getattr(area, "geoms", [area]) for ring in one.interiors]
        holes = [hole for hole in holes if hole.area < 100]
        assert sorted((round(h.centroid.x), round(h.centroid.y)) for h in holes) == [
            (-13, -13), (-13, 13), (13, -13), (13, 13),
        ]  # fmt: skip
        for hole in holes:
            low, _, high, _ = hole.bounds
            assert high - low == pytest.approx(6.5, abs=1e-3)
        rest = cut(mesh, beyond)
        left = [r for one in getattr(rest, "geoms", [rest]) for r in one.interiors]
        assert not [r for r in left if Polygon(r).area < 100]


def test_a_larger_bin_has_its_four_magnets_at_its_corners():
    area = cut(made(columns=3, rows=2, magnets=True), 1.0)
    holes = [Polygon(ring) for one in area.geoms for ring in one.interiors]
    assert sorted((round(h.centroid.x), round(h.centroid.y)) for h in holes) == [
        (-55, -34), (-55, 34), (55, -34), (55, 34),
    ]  # fmt: skip


def test_a_plain_bin_without_lip_has_the_volume_of_its_parts():
    """1 × 1 × 3 units, wall 1.2: foot by frusta, a block up to 21, less the pocket above 7.

    With A(w, r) = w² − (4 − π)r²: the foot's three layers by Simpson's rule (exact: w and r are
    linear in z), 41.5² block of 16.25, pocket 39.1² of radius 2.55 and 14 deep.
    """

    def area(width, radius):
        return width**2 - (4 - math.pi) * radius**2

    def layer(high, one, other):
        middle = [(a + b) / 2 for a, b in zip(one, other, strict=True)]
        return high * (area(*one) + 4 * area(*middle) + area(*other)) / 6

    bed, straight, top = (35.6, 0.8), (37.2, 1.6), (41.5, 3.75)
    foot = layer(0.8, bed, straight) + 1.8 * area(*straight) + layer(2.15, straight, top)
    expected = foot + 16.25 * area(*top) - 14 * area(39.1, 2.55)
    assert made(lip=False).volume_mm3 == pytest.approx(expected, rel=1e-3)


def test_dividers_are_as_thick_as_they_say_and_end_below_the_lip():
    """2 × 2 compartments in 83 wide: (83 − 2.4 − 1.2)/2 = 39.7 each, 1.2 between."""
    mesh = made(columns=2, rows=2, across=2, deep=2)
    pockets = [Polygon(ring) for ring in cut(mesh, 12).interiors]
    assert len(pockets) == 4
    for pocket in pockets:
        low, _, high, _ = pocket.bounds
        assert high - low == pytest.approx((83.5 - 2.4 - 1.2) / 2, abs=1e-3)
    assert len(cut(mesh, 18.3).interiors) == 4
    assert len(cut(mesh, 18.5).interiors) == 1


def test_a_scoop_is_a_quarter_circle_at_the_front():
    """Radius 11.4·0.8 = 9.12; half-way up, 4.56, its face stands r − √(r² − (r/2)²) inside."""
    params = parse(GRID, {**PLAIN, "scoop": True})
    radius = _bin(params).scoop_mm
    assert radius == pytest.approx(0.8 * (21 - 1.2 - 1.4 - 7))
    (hole,) = cut(GRID.build(params, "full")[0].mesh, 7 + radius / 2).interiors
    front = Polygon(hole).bounds[1]
    assert front + 41.5 / 2 - 1.2 == pytest.approx(radius * (1 - math.sqrt(0.75)), abs=0.12)


def test_a_label_shelf_is_twelve_millimetres_deep():
    params = parse(GRID, {**PLAIN, "height": 6, "label": True})
    mesh, shelf = GRID.build(params, "full")[0].mesh, _bin(params)
    assert shelf.shelf_mm == 12
    back = [Polygon(cut(mesh, z).interiors[0]).bounds[3]
            for z in (shelf.shelf_top_mm - 0.1, shelf.shelf_top_mm + 0.1)]  # fmt: skip
    assert back[1] - back[0] == pytest.approx(12)


def test_compartments_too_narrow_to_use_are_fewer_and_said():
    params = parse(GRID, {**PLAIN, "across": 6})
    assert _bin(params).fitting == (4, 1)
    (finding,) = GRID.rules(params, PLA)
    assert finding.state == "It has 4 × 1 compartments instead of 6 × 1."
