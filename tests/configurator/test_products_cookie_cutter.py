"""Cookie cutters: the cookie measured on the mesh, volumes on paper, blades, bars and findings."""

import math

import numpy as np
import pytest
import trimesh
from shapely import affinity
from shapely.geometry import MultiPolygon, Point, Polygon, box
from shapely.ops import unary_union

from configurator.dfm.dough import SLENDER, cut_out
from configurator.geometry.cookie_cutter import (
    FLANGE_HIGH_MM,
    STEP_MM,
    Cutter,
    around,
    cutter_mesh,
    lettered,
)
from configurator.geometry.cutter_shapes import SILHOUETTES, silhouette
from configurator.geometry.mesh import is_closed
from configurator.materials import material
from configurator.products import family
from configurator.products.cookie_cutter import _layout
from configurator.products.fields import parse

CUTTER = family("cookie-cutter")
PETG, PLA = material("petg"), material("pla")


def made(**raw):
    return CUTTER.build(parse(CUTTER, raw), "full")[0].mesh


def cut(mesh, z):
    """The solid's section at a height, as an area."""
    solid = trimesh.Trimesh(mesh.vertices, mesh.faces, process=False)
    flat, _ = solid.section(plane_origin=[0, 0, z], plane_normal=[0, 0, 1]).to_2D(to_2D=np.eye(4))
    return unary_union(flat.polygons_full)


def cookies(mesh, z):
    """What the wall encloses at a height: the dough that is cut."""
    return [Polygon(ring) for piece in pieces(cut(mesh, z)) for ring in piece.interiors]


def pieces(area):
    return list(getattr(area, "geoms", [area]))


def said(material_=PETG, **raw):
    return CUTTER.rules(parse(CUTTER, raw), material_)


def checks(material_=PETG, **raw):
    return [f.check for f in said(material_, **raw)]


def test_a_round_cutter_has_the_volume_of_its_rings():
    """Cookie 80 across, wall 1.2, blade 0.6, flange 6, 15 high; a step of 0.6 under the wall.

    Flange: a ring from 39.4 to 46 over 2.4, less its edges: at the foot a triangle of 0.4 × 0.4,
    above what three chords leave of a quarter circle of 0.8, both about a radius of 45.8.
    Wall: a ring from 40 to 41.2 over 7.6; then 5 of taper to 40.6, a frustum less a cylinder.
    """
    mesh = made(shape="circle", size_mm=80)
    quarter = 0.8**2 * (1 - 3 * math.sin(math.pi / 6) / 2)
    flange = math.pi * ((46**2 - 39.4**2) * 2.4 - 2 * 45.8 * (0.4**2 / 2 + quarter))
    wall = math.pi * (41.2**2 - 40**2) * (15 - 2.4 - 5)
    taper = math.pi * 5 * ((41.2**2 + 41.2 * 40.6 + 40.6**2) / 3 - 40**2)
    assert mesh.volume_mm3 == pytest.approx(flange + wall + taper, rel=2e-3)


def test_a_polygon_gives_the_volume_of_shapelys_own_offsets():
    """A house-like polygon, built again from offsets of the section: slabs of 0.2 mm."""
    cutter = Cutter(60, 14, 1.0, 1.0, 5, 1.0, 0)
    mesh = cutter_mesh(around(box(0, 0, 60, 40), cutter, "full"))
    cookie = box(0, 0, 60, 40).buffer(-1).buffer(1, quad_segs=32)
    plate = cookie.buffer(5, quad_segs=32).difference(cookie.buffer(-STEP_MM, join_style="mitre"))
    length = cookie.buffer(4.8).length
    quarter = 0.8**2 * (1 - 3 * math.sin(math.pi / 6) / 2)
    expected = plate.area * FLANGE_HIGH_MM - length * (0.08 + quarter)
    expected += (cookie.buffer(1, quad_segs=32).area - cookie.area) * (14 - FLANGE_HIGH_MM)
    assert mesh.volume_mm3 == pytest.approx(expected, rel=2e-3)


@pytest.mark.parametrize("shape", sorted(SILHOUETTES))
def test_every_shape_is_as_large_as_asked_and_one_piece(shape):
    mesh = made(shape=shape, size_mm=90, flange_mm=5, height_mm=16)
    (cookie,) = cookies(mesh, 10)
    x0, y0, x1, y1 = cookie.bounds
    assert max(x1 - x0, y1 - y0) == pytest.approx(90, abs=0.01)
    assert max(mesh.size_mm) == pytest.approx(100, abs=0.01)
    assert mesh.size_mm[2] == pytest.approx(16)
    assert np.allclose(mesh.low + mesh.high, [0, 0, 16], atol=1e-6)
    drawn = silhouette(shape)
    low_x, low_y, high_x, high_y = drawn.bounds
    by = 90 / max(high_x - low_x, high_y - low_y)
    # Rounded tips and creases apart, it is the silhouette, mirrored as the blade sees it.
    drawn = affinity.scale(drawn, by, -by, origin=(0, 0))
    moved = affinity.translate(
        drawn, *(np.subtract(cookie.centroid.coords[0], drawn.centroid.coords[0]))
    )
    assert moved.symmetric_difference(cookie).area < 0.08 * cookie.area


def test_every_wall_is_as_thick_as_asked_and_ends_in_its_blade():
    mesh = made(shape="star", wall_mm=1.4, blade_mm=0.6, height_mm=18)
    for z, thick in ((6, 1.4), (18 - 1e-6, 0.6)):
        wall = cut(mesh, z)
        (cookie,) = (Polygon(ring) for ring in wall.interiors)
        outside = wall.exterior
        apart = [outside.distance(Point(p)) for p in cookie.exterior.coords]
        assert np.min(apart) == pytest.approx(thick, abs=0.02)
        assert np.max(apart) < thick + 0.05


def test_letters_read_rightly_where_the_cookie_is_seen_from_above():
    """An L has its foot at the right; seen from the blade it is upside down, not turned."""
    (cookie,) = cookies(made(shape="letters", letters="L"), 8)
    x0, y0, x1, y1 = cookie.bounds
    foot = cookie.intersection(box(x0, y1 - 0.1 * (y1 - y0), x1, y1))
    head = cookie.intersection(box(x0, y0, x1, y0 + 0.1 * (y1 - y0)))
    assert foot.bounds[2] - foot.bounds[0] > 1.8 * (head.bounds[2] - head.bounds[0])
    assert head.bounds[0] == pytest.approx(x0, abs=0.5)


@pytest.mark.parametrize(("letter", "islands"), [("O", 1), ("A", 1), ("B", 2), ("8", 2)])
def test_openings_have_walls_of_their_own_on_bars(letter, islands):
    mesh = made(shape="letters", letters=letter, size_mm=80)
    wall = cut(mesh, 10)
    assert len(pieces(wall)) == 1 + islands
    assert len(pieces(cut(mesh, 1.2))) == 1
    assert trimesh.Trimesh(mesh.vertices, mesh.faces).body_count == 1


def test_a_small_opening_is_left_out_and_said():
    raw = {"shape": "letters", "letters": "ae", "size_mm": 30, "wall_mm": 2}
    assert "openings" in checks(**raw)
    mesh = made(**raw)
    assert len(pieces(cut(mesh, 8))) == 1


def test_pieces_apart_are_joined_by_the_flange():
    letters = MultiPolygon([box(0, 0, 20, 30), box(60, 0, 80, 30), box(30, 60, 40, 70)])
    mesh = cutter_mesh(around(letters, Cutter(100, 15, 1.2, 0.6, 4, 1, 0), "full"))
    assert len(pieces(cut(mesh, 8))) == 3
    assert trimesh.Trimesh(mesh.vertices, mesh.faces).body_count == 1


def test_no_two_walls_are_closer_than_the_least_gap():
    """A slit of 3 mm is closed with walls of 1.2 (2 × 1.2 + 0.8 = 3.2), one of 4 mm stays."""
    for slit, slits in ((3.0, 0), (4.0, 1)):
        shape = box(0, 0, 60, 40).difference(box(30 - slit / 2, 10, 30 + slit / 2, 40))
        layout = around(shape, Cutter(60, 15, 1.2, 0.6, 4, 0.5, 0), "full")
        (cookie,) = layout.cookie
        assert (cookie.area < 60 * 40 - 60) == bool(slits)
        wall = cut(cutter_mesh(layout), 8)
        assert wall.is_valid and len(pieces(wall)) == 1


def test_room_around_the_letters_makes_a_name_one_cookie():
    assert len(cookies(made(shape="letters", letters="Mia", size_mm=110), 10)) > 1
    assert len(cookies(made(shape="letters", letters="Mia", size_mm=110, margin_mm=4), 10)) == 1


def test_what_gave_way_is_said():
    assert checks() == []
    assert checks(letters="") == []
    assert checks(shape="letters", letters="") == ["blank"]
    assert checks(shape="letters", letters="A\U000e0fff") == ["lettering"]
    assert checks(blade_mm=0.4) == ["strokes"] and checks(PLA, blade_mm=0.4) == []
    assert checks(PLA, wall_mm=0.8, blade_mm=1.2) == ["blade"]
    assert checks(wall_mm=0.8, blade_mm=0.8) == ["walls"]
    assert checks(height_mm=30, wall_mm=1.0, material_=PLA) == ["slender"]


def test_letters_too_fine_for_dough_are_cured_by_their_size():
    raw = {"shape": "letters", "letters": "Ann", "face": "modern", "size_mm": 30}
    (finding,) = (f for f in said(**raw) if f.check == "dough")
    assert (finding.field, finding.value) == (
        "size_mm",
        44,
    ) and f"{finding.value:g} mm" in finding.cure
    assert "dough" not in {f.check for f in said(**{**raw, "size_mm": finding.value})}


def test_dough_that_would_tear_is_said():
    """A neck 2.4 mm wide and 30 long between two discs; one of 4 mm holds."""
    for neck, tears in ((2.4, True), (4.0, False)):
        discs = unary_union([Point(x, 0).buffer(10) for x in (-25, 25)])
        shape = discs.union(box(-25, -neck / 2, 25, neck / 2))
        layout = around(shape, Cutter(70, 15, 1.2, 0.6, 6, 0.6, 0), "full")
        assert (layout.narrow_mm2 > 60) == tears
        found = [f.check for f in cut_out(parse(CUTTER, {}), layout, PETG)]
        assert ("dough" in found) == tears


def test_the_button_of_a_slender_wall_cures_it():
    params = parse(CUTTER, {"height_mm": 30, "wall_mm": 0.8})
    found = next(f for f in CUTTER.rules(params, PLA) if f.check == "slender")
    cured = params.model_copy(update={"wall_mm": found.value})
    assert not CUTTER.rules(cured, PLA)
    assert (30 - FLANGE_HIGH_MM) / found.value <= SLENDER


def test_a_corner_too_round_for_thin_strokes_is_less_round_and_the_button_says_how_much():
    raw = {"shape": "star", "size_mm": 40, "corner_mm": 6}
    params = parse(CUTTER, raw)
    found = next(f for f in CUTTER.rules(params, PETG) if f.check == "corner")
    cured = params.model_copy(update={found.field: found.value})
    assert "corner" not in [f.check for f in CUTTER.rules(cured, PETG)]


def test_letters_with_strokes_inside_strokes_keep_their_places():
    """国 has a frame, and strokes within its opening: one piece inside another."""
    area = lettered("国", "modern", "full")
    assert len(pieces(area)) == 2
    inner, frame = sorted(pieces(area), key=lambda p: p.area - 1e3 * len(p.interiors))[::-1]
    assert not inner.intersects(frame)


@pytest.mark.parametrize(
    ("letters", "face", "margin_mm", "size_mm"),
    [("6k", "script", 1, 145), ("Åse", "modern", 1, 68), ("@ß:q&", "script", 0, 122)],
)
def test_walls_of_tangled_letters_never_meet(letters, face, margin_mm, size_mm):
    """Tips between two filled slits, and pieces that filling parted again: each once leaked."""
    params = parse(
        CUTTER,
        {
            "shape": "letters",
            "letters": letters,
            "face": face,
            "margin_mm": margin_mm,
            "size_mm": size_mm,
            "wall_mm": 1.3,
            "corner_mm": 1.4,
            "flange_mm": 9.5,
        },
    )
    for quality in ("draft", "full"):
        layout = _layout(params, quality)
        walls = [piece.buffer(1.3, quad_segs=16) for piece in layout.cookie]
        for index, wall in enumerate(walls):
            assert all(not wall.intersects(other) for other in walls[:index])
        mesh = CUTTER.build(params, quality)[0].mesh
        assert is_closed(mesh)
        wall = cut(mesh, 8)
        assert wall.area == pytest.approx(
            sum(w.area - c.area for w, c in zip(walls, layout.cookie, strict=True)), rel=0.01
        )
