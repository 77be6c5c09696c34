"""Cable combs: mouths, ribs and screw holes measured on the mesh; volume built another way."""

import math

import numpy as np
import pytest
import trimesh
from shapely.affinity import rotate
from shapely.geometry import LineString, Point, box
from shapely.ops import unary_union

from configurator.engine import evaluate
from configurator.geometry.comb import PLAY_MM, outline
from configurator.geometry.kernel import segments
from configurator.geometry.outlines import area_mm2
from configurator.materials import material
from configurator.products import family
from configurator.products.cable_comb import _comb
from configurator.products.fields import parse

COMB = family("cable-comb")
PETG = material("petg")
LOOSE = {"base": "none", "slots": 3, "cable_mm": 8, "rib_mm": 6, "back_mm": 4, "corner_mm": 3}


def made(**raw):
    params = parse(COMB, {**LOOSE, **raw})
    return _comb(params), COMB.build(params, "full")[0].mesh


def cut(mesh, z):
    """The solid's section at a height, as an area."""
    solid = trimesh.Trimesh(mesh.vertices, mesh.faces, process=False)
    flat, _ = solid.section(plane_origin=[0, 0, z], plane_normal=[0, 0, 1]).to_2D(to_2D=np.eye(4))
    return unary_union(flat.polygons_full)


def drawn_anew(comb):
    """Rectangle less circles and mouths as drawn by hand; its corners then rounded by opening.

    Rolling a disc of the lip's radius inside the material rounds the cusp between circle and mouth
    and the finger's edge in one: the lip of a finger that is just as high.
    """
    wide, high = comb.body_mm / 2, comb.high_mm / 2
    row = []
    for x in comb.places():
        slot = Point(x, high - comb.lip_mm - comb.lip_above_mm).buffer(comb.radius, 64)
        mouth = box(x - comb.mouth_mm / 2, slot.centroid.y, x + comb.mouth_mm / 2, high + 1)
        row.append(slot.union(mouth))
    taken = unary_union(row)
    if comb.fitting_rows == 2:
        taken = taken.union(rotate(taken, 180, origin=(0, 0)))
    sharp = box(-wide, -high, wide, high)
    corners = sharp.buffer(-comb.corner_mm).buffer(comb.corner_mm, 256)
    lips = sharp.difference(taken).buffer(-comb.lip_mm).buffer(comb.lip_mm, 256)
    return lips.intersection(corners)


@pytest.mark.parametrize("hold", ["easy", "medium", "firm"])
@pytest.mark.parametrize("rows", ["one", "two"])
def test_the_outline_is_the_one_drawn_another_way(hold, rows):
    comb, mesh = made(hold=hold, rows=rows)
    expected = drawn_anew(comb)
    assert cut(mesh, 5).area == pytest.approx(expected.area, rel=2e-3)
    # Arcs are drawn with chords of 0.04 mm sagitta.
    assert cut(mesh, 5).boundary.hausdorff_distance(expected.boundary) < 0.06


@pytest.mark.parametrize("rows", ["one", "two"])
def test_the_volume_is_that_of_the_outline_less_its_chamfers(rows):
    """Straight between the chamfers of 0.5; in each the section shrinks evenly: Simpson's rule."""
    comb, mesh = made(rows=rows, thickness_mm=10)
    whole = drawn_anew(comb)
    areas = [whole.buffer(-inset, 64).area for inset in (0.0, 0.25, 0.5)]
    chamfer = 0.5 * (areas[0] + 4 * areas[1] + areas[2]) / 6
    assert mesh.volume_mm3 == pytest.approx(9 * areas[0] + 2 * chamfer, rel=2e-3)


def test_a_closed_comb_is_a_plate_with_round_holes():
    """Plate 3 rows of 2: its area less rounded corners (4 − π) c² and six circles."""
    comb, mesh = made(hold="closed", rows="two", slots=3)
    assert comb.size_mm[:2] == pytest.approx((3 * 8.3 + 2 * 6 + 2 * 6, 2 * 8.3 + 6 + 2 * 4))
    section = cut(mesh, 5)
    plate = comb.size_mm[0] * comb.size_mm[1] - (4 - math.pi) * 9
    count = segments(4.15, "full")  # a hole is this regular polygon
    holes = count / 2 * 4.15**2 * math.sin(2 * math.pi / count)
    assert section.area == pytest.approx(plate - 6 * holes, rel=5e-4)
    assert len(section.interiors) == 6


@pytest.mark.parametrize(("hold", "share"), [("easy", 0.9), ("medium", 0.8), ("firm", 0.7)])
@pytest.mark.parametrize("cable", [2.5, 5, 12])
def test_the_mouth_lets_the_cable_in_and_holds_it(hold, share, cable):
    """At its narrowest the opening is its share of the cable; inside, the cable turns freely."""
    comb, mesh = made(hold=hold, cable_mm=cable, rib_mm=3, thickness_mm=6)
    section = cut(mesh, 3)
    top = section.bounds[3]
    heights = np.linspace(top - comb.lip_mm - 0.3, top, 200)
    open_mm = min(2 * section.distance(Point(0, height)) for height in heights)
    assert open_mm == pytest.approx(share * cable, abs=0.05)
    slot = Point(0, top - comb.lip_mm - comb.lip_above_mm)
    assert 2 * section.distance(slot) == pytest.approx(cable + PLAY_MM, abs=0.09)


def test_ribs_and_back_are_as_thick_as_asked():
    comb, mesh = made(slots=4, rib_mm=2.4, back_mm=5, cable_mm=6)
    section = cut(mesh, 5)
    middle = section.bounds[3] - comb.lip_mm - comb.lip_above_mm
    across = section.intersection(LineString([(-99, middle), (99, middle)]))
    lengths = [piece.length for piece in across.geoms]
    assert lengths[1:-1] == pytest.approx([2.4] * 3, abs=0.09)
    under = section.intersection(LineString([(comb.places()[0], -99), (comb.places()[0], 99)]))
    assert under.length == pytest.approx(5, abs=0.05)


@pytest.mark.parametrize("screw", [3, 4, 5])
def test_screws_go_through_the_foot_and_their_heads_sink_into_it(screw):
    comb, mesh = made(base="screws", screw_mm=screw, thickness_mm=16)
    plain = made(base="none", thickness_mm=16)[1]
    solid = trimesh.Trimesh(mesh.vertices, mesh.faces)
    low = -comb.high_mm / 2
    x = comb.body_mm / 2 + 1.2 + 1.5 + screw
    for side in (x, -x):
        heights = np.linspace(low + 0.05, low + comb.foot_mm - 0.05, 9)
        assert not solid.contains([[side, y, 8] for y in heights]).any()
        assert solid.contains([[side, low + 0.1, 8 + (screw + 0.4) / 2 + 0.2]])[0]
        head = low + comb.foot_mm - 0.02
        assert not solid.contains([[side, head, 8 + screw - 0.2]])[0]
        assert solid.contains([[side, head, 8 + screw + 0.2]])[0]
    assert mesh.size_mm[1] == pytest.approx(plain.size_mm[1])


def test_the_foot_is_wide_enough_for_heads_and_tape_or_says_so():
    for base, least in (("screws", 2 * 5 + 3), ("tape", 8)):
        params = parse(COMB, {"base": base, "thickness_mm": 3, "screw_mm": 5})
        (finding,) = COMB.rules(params, PETG)
        assert (finding.check, finding.field, finding.value) == ("thickness", "thickness_mm", least)
        assert COMB.build(params, "full")[0].mesh.size_mm[2] == pytest.approx(least)
        assert not COMB.rules(params.model_copy(update={"thickness_mm": finding.value}), PETG)


def test_a_second_row_of_open_slots_gives_way_to_the_base():
    params = parse(COMB, {"rows": "two"})
    (finding,) = COMB.rules(params, PETG)
    assert (finding.check, finding.level, finding.field) == ("rows", "mended", "base")
    assert not COMB.rules(params.model_copy(update={"base": finding.value}), PETG)
    assert not COMB.rules(params.model_copy(update={"hold": "closed"}), PETG)


def test_thin_ribs_are_told_with_the_width_that_cures_them():
    params = parse(COMB, {"rib_mm": 1})
    (finding,) = COMB.rules(params, PETG)
    assert (finding.level, finding.field, finding.value) == ("weak", "rib_mm", 1.2)
    assert not COMB.rules(params, material("pla"))


@pytest.mark.parametrize("preset", COMB.presets, ids=lambda preset: preset.name)
def test_presets_are_as_large_as_declared_and_have_no_fault(preset):
    params = parse(COMB, preset.params)
    size = COMB.build(params, "full")[0].mesh.size_mm
    assert size == pytest.approx(COMB.declared_box(params)["comb"], abs=0.01)
    assert not evaluate("cable-comb", preset.params, "petg").findings


def test_both_rows_are_the_same_half_a_turn_apart():
    comb, _ = made(rows="two")
    ring = outline(comb, "full")
    half = len(ring) // 2
    assert np.allclose(ring[:half], -ring[half:])
    assert area_mm2(ring) > 0
