"""Shapes divided by lines: faces, seams, chords, and what a disc does not reach."""

import math
from random import Random

import numpy as np
import pytest
import shapely
from shapely.geometry import LineString, Polygon

from configurator.geometry import flat, jigsaw
from configurator.geometry.dividing import Detours, Touching, chorded, crossings, divided
from configurator.geometry.flat import of, unreached
from configurator.geometry.mitred import mitred
from configurator.products import family
from configurator.products.jigsaw import _puzzle
from configurator.products.samples import sample

SQUARE = shapely.box(0, 0, 10, 10)
HOLED = Polygon(SQUARE.exterior, [shapely.box(4, 1, 6, 3).exterior])
CROSS = np.array([[(5, -1), (5, 5)], [(5, 5), (5, 11)],
                  [(-1, 5), (5, 5)], [(5, 5), (11, 5)]], float)  # fmt: skip
CORNERS = np.array([(0, 1), (1, 2), (3, 1), (1, 4)])
STRAIGHT = Detours(np.zeros(0, int), np.zeros(0), np.zeros((0, 0, 2)))
UPRIGHT = np.array([[(5.0, -1.0), (5.0, 11.0)]])


def quarters(shape=SQUARE, detours=STRAIGHT):
    return divided(crossings(shape, CROSS), CORNERS, detours)


def test_a_cross_divides_a_square_into_four_quarters():
    cells = quarters()
    assert cells.areas_mm2.tolist() == [25, 25, 25, 25]
    # Each quarter shares 5 mm with two others and nothing with the one across.
    assert sorted(cells.shared_mm().ravel().tolist()) == [0] * 8 + [5] * 8
    assert sorted(len(seam) for seam in cells.seams()) == [2, 2, 2, 2]


def test_lines_and_polygonize_agree_on_a_shape_with_a_hole_that_they_cross():
    # The line x = 5 runs through the hole from (5, 1) to (5, 3).
    cells = quarters(HOLED)
    lines = shapely.union_all([*(LineString(line) for line in CROSS), HOLED.boundary])
    faces = shapely.get_parts(shapely.polygonize([lines]))
    kept = faces[shapely.contains(HOLED, shapely.point_on_surface(faces))]
    assert sorted(cells.areas_mm2) == pytest.approx(sorted(shapely.area(kept)))


def test_a_hole_that_no_line_crosses_is_a_hole_of_the_face_around_it():
    hole = shapely.box(1, 1, 2, 3)
    cells = quarters(Polygon(SQUARE.exterior, [hole.exterior]))
    assert sorted(cells.areas_mm2.tolist()) == [23, 25, 25, 25]
    (holed,) = (face for face in cells.faces() if face.interiors)
    assert Polygon(holed.interiors[0]).equals(hole)
    assert holed.area == 23


def test_faces_of_one_label_are_joined_and_their_seams_go_on():
    cells = quarters()
    low = shapely.get_y(shapely.centroid(cells.faces())) < 5
    halves = cells.joined(low.astype(int))
    assert halves.areas_mm2.tolist() == [50, 50]
    (seam,) = halves.seams()
    assert sorted(map(tuple, seam[[0, -1]].tolist())) == [(0, 5), (10, 5)]


def test_a_chord_cuts_off_a_corner():
    cells = quarters()
    points = np.array([[1.0, 0.0], [0.0, 1.0]])
    face = int(np.flatnonzero(shapely.contains_xy(cells.faces(), 1, 1))[0])
    arcs, at = cells.nearest(np.array([face]), points)
    cut = chorded(cells, arcs.reshape(1, 2), at.reshape(1, 2))
    assert sorted(cut.areas_mm2) == pytest.approx([0.5, 24.5, 25, 25, 25])


def test_a_line_through_the_very_corner_of_an_outline_crosses_once():
    diamond = Polygon([(5, 0), (10, 5), (5, 10), (0, 5)])
    cells = divided(crossings(diamond, UPRIGHT), np.array([(0, 1)]), STRAIGHT)
    assert cells.areas_mm2.tolist() == [25, 25]


def test_a_line_goes_in_and_out_and_its_stretches_within_are_told():
    # x = 5 is within from y = 0 to the hole at 1, and from 3, where that ends, to its own end.
    found = crossings(HOLED, CROSS[:1]).within
    assert found.of.tolist() == [0, 0]
    assert (found.low * 6 - 1).tolist() == pytest.approx([0, 3])
    assert (found.high * 6 - 1).tolist() == pytest.approx([1, 5])


def test_a_detour_takes_from_one_face_what_it_gives_the_other():
    # A triangle 2 high over 2 of the line from the square's middle to its right side: 2 mm².
    bump = Detours(
        np.array([3]), np.array([0.5]), np.array([[(6.5, 5), (7.5, 7), (8.5, 5)]], float)
    )
    cells = quarters(detours=bump)
    assert sorted(cells.areas_mm2.tolist()) == pytest.approx([23, 25, 25, 27])
    assert sorted(len(seam) for seam in cells.seams()) == [2, 2, 2, 5]


def test_a_seam_that_begins_anywhere_on_its_ring_is_one_line():
    # One square in another, cut out along four lines: a ring that no other line meets.
    ring = np.array([[(3, 3), (7, 3)], [(7, 3), (7, 7)], [(7, 7), (3, 7)], [(3, 7), (3, 3)]], float)
    corners = np.array([(0, 1), (1, 2), (2, 3), (3, 0)])
    cells = divided(crossings(SQUARE, ring), corners, STRAIGHT)
    assert sorted(cells.areas_mm2.tolist()) == [16, 84]
    (seam,) = cells.seams()
    assert len(seam) == 5
    assert seam[0].tolist() == seam[-1].tolist()


def test_a_line_along_the_outline_is_refused_or_divides_nothing():
    try:
        cells = divided(crossings(SQUARE, UPRIGHT - (5.0, 0.0)), np.array([(0, 1)]), STRAIGHT)
    except Touching:
        return
    assert cells.areas_mm2.tolist() == [100]


def test_every_puzzle_of_many_is_divided_into_valid_pieces_that_fill_it():
    jigsaws, rng = family("jigsaw"), Random(7)
    for _ in range(60):
        params = sample(jigsaws, rng)
        made = jigsaw.plan(_puzzle(params))
        for quality in ("draft", "full"):
            pieces = jigsaw.layout(_puzzle(params), quality).pieces
            assert shapely.is_valid(pieces).all(), params
            grown = made.whole.buffer(jigsaw.SEAM_MM / 2, join_style="mitre", mitre_limit=2.0)
            assert shapely.area(pieces).sum() == pytest.approx(grown.area, rel=1e-6), params


def test_what_is_mitred_is_what_geos_makes_of_it():
    jigsaws, rng = family("jigsaw"), Random(8)
    for _ in range(12):
        pieces = jigsaw.layout(_puzzle(sample(jigsaws, rng)), "full").pieces
        for by_mm in (-0.1, 0.1, -0.6):  # the last takes whole slopes away, and GEOS is asked
            wanted = shapely.buffer(pieces, by_mm, join_style="mitre", mitre_limit=2.0)
            off = shapely.symmetric_difference(mitred(pieces, by_mm), wanted)
            assert shapely.area(off).max() < 1e-5


def test_mitred_holes_shrink_as_their_shape_grows():
    (grown,) = mitred(of([HOLED]), 0.5)
    assert grown.equals(Polygon(shapely.box(-0.5, -0.5, 10.5, 10.5).exterior,
                                [shapely.box(4.5, 1.5, 5.5, 2.5).exterior]))  # fmt: skip
    parts = mitred(of([SQUARE, shapely.box(0, 0, 1, 4)]), -0.6)
    assert [part.area for part in parts] == pytest.approx([8.8**2, 0])


def test_a_wedge_leaves_what_the_formula_says():
    # A wedge of 40°, its sides 30 mm: a disc of 6 mm turns by 140° at its tip and leaves
    # 9 × (tan 70° − 70° in radians) = 9 × (2.747 − 1.222) = 13.73 mm² of it.
    angle = math.radians(40)
    wedge = Polygon([(0, 0), (30, 0), (30 * math.cos(angle), 30 * math.sin(angle))])
    shrunk = shapely.buffer(wedge, -3)
    found = flat.corners(of([shrunk]))
    assert max(found.left) * 9 == pytest.approx(13.73, abs=0.01)
    left, _ = unreached(of([wedge]), 6.0, 10.0)
    assert shapely.area(left) == pytest.approx([13.73], abs=0.3)


def shapes_with_thin_places(count):
    """Unions of random boxes, some of them with thin tabs, necks and slits."""
    rng = np.random.default_rng(11)
    for _ in range(count):
        low = rng.uniform(0, 20, (6, 2))
        size = rng.choice([0.8, 2.5, 6.0, 12.0], (6, 2))
        whole = shapely.union_all(shapely.box(*low.T, *(low + size).T))
        yield from shapely.get_parts(whole)


def test_what_is_passed_over_without_growing_back_has_nothing_to_find(monkeypatch):
    shapes = of(list(shapes_with_thin_places(120)))
    for width, share in ((1.0, 0.45), (3.0, 0.45), (3.0, 0.08), (5.0, 0.45)):
        quick = unreached(shapes, width, share * width**2)
        with monkeypatch.context() as patch:
            patch.setattr(flat, "_may_leave", lambda shapes, *_: np.ones(len(shapes), bool))
            slow = unreached(shapes, width, share * width**2)
        assert quick[1].tolist() == slow[1].tolist()
        assert shapely.equals(quick[0], slow[0]).all()
        assert len(quick[0])
