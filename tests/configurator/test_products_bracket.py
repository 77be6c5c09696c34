"""Angle brackets: sections and volumes worked out on paper, holes and gussets measured on them."""

import math
import random
from functools import cache

import manifold3d as m3
import numpy as np
import pytest
import trimesh
from shapely.geometry import Point, Polygon, box
from shapely.ops import unary_union

from configurator.dfm.overhangs import overhangs
from configurator.engine import evaluate
from configurator.materials import material
from configurator.products import family
from configurator.products.bracket import _angle
from configurator.products.fields import parse, to_query
from configurator.products.samples import sample

BRACKET = family("bracket")
PETG = material("petg")
PLAIN = {"gussets": "none", "holes_a": 0, "holes_b": 0}
ISO_273 = {
    ("m3", "close"): 3.2,
    ("m3", "medium"): 3.4,
    ("m3", "coarse"): 3.6,
    ("m4", "medium"): 4.5,
    ("m5", "close"): 5.3,
    ("m5", "medium"): 5.5,
    ("m6", "medium"): 6.6,
    ("m6", "coarse"): 7.0,
    ("m8", "close"): 8.4,
    ("m8", "medium"): 9.0,
    ("m8", "coarse"): 10.0,
}


def params_of(**raw):
    return parse(BRACKET, raw, strict=True)


def mesh_of(params, quality="full"):
    """The mesh with its outer corner back at the origin."""
    mesh = BRACKET.build(params, quality)[0].mesh
    corners = mesh.vertices - [mesh.low[0], mesh.low[1], 0]
    return trimesh.Trimesh(corners, mesh.faces, process=False)


def cut(solid, z):
    """The solid's section at a height, as an area."""
    flat, _ = solid.section(plane_origin=[0, 0, z], plane_normal=[0, 0, 1]).to_2D(to_2D=np.eye(4))
    return unary_union(flat.polygons_full)


def profile(a, b, thick, bend):
    """The angle from above: two legs, a hollow in the bend, outer corner and ends rounded."""
    sharp = unary_union([box(0, 0, a, thick), box(0, 0, thick, b)])
    hollow = box(thick, thick, thick + bend, thick + bend)
    hollow -= Point(thick + bend, thick + bend).buffer(bend, 64)
    corner = min(thick, 4)
    heel = box(0, 0, corner, corner) - Point(corner, corner).buffer(corner, 64)
    rounded = sharp.buffer(-0.999, join_style="mitre").buffer(0.999, 64)
    # Only the free ends are rounded by 1 mm, not the bend.
    free = unary_union([box(a - 1.1, -1, a + 1, thick + 1), box(-1, b - 1.1, thick + 1, b + 1)])
    return (sharp - free).union(rounded & free).union(hollow) - heel


@pytest.mark.parametrize(("a", "b", "thick", "bend"), [(70, 55, 5, 4), (30, 90, 3, 8)])
def test_a_plain_angle_has_the_volume_of_its_profile(a, b, thick, bend):
    """Area: legs less their overlap, and (1 − π/4) r² for each round corner, hollow or not.

    The chamfers of 0.4 at both sides take P·s − π·s² at a depth s (Steiner), so
    0.08·P − π·0.4³/3 each, where P is the length of the outline.
    """
    width, corner = 30, min(thick, 4)
    area = (a + b - thick) * thick + (1 - math.pi / 4) * (bend**2 - corner**2 - 4)
    around = 2 * (a + b) - (2 - math.pi / 2) * (bend + corner + 4)
    expected = area * width - 2 * (0.08 * around - math.pi * 0.4**3 / 3)
    params = params_of(
        leg_a_mm=a, leg_b_mm=b, thickness_mm=thick, fillet_mm=bend, width_mm=width, **PLAIN
    )
    assert mesh_of(params).volume == pytest.approx(expected, rel=1e-3)


@pytest.mark.parametrize("countersunk", [False, True])
def test_each_hole_takes_its_own_volume(countersunk):
    """Three quarters of a disc, and a square's corner cut off at 1.36 r: k·r².

    k = 3π/4 + 1 − (√2 − 1.36)². A sink's mouth is cut off at 1.2 R; between the two, Simpson's
    rule, with the mean of both outlines in the middle.
    """

    def k(roof):
        return 0.75 * math.pi + 1 - (math.sqrt(2) - roof) ** 2

    hole, head, thick = 4.5 / 2, 9.4 / 2, 5
    each = k(1.36) * hole**2 * thick
    if countersunk:
        deep, middle = head - hole, (hole + head) / 2
        between = k((1.36 * hole + 1.2 * head) / (hole + head)) * middle**2
        ends = k(1.36) * hole**2 + k(1.2) * head**2
        each += deep * (ends + 4 * between) / 6 - k(1.36) * hole**2 * deep
    plain = params_of(gussets="none", screw="m4", countersunk=countersunk, holes_a=0, holes_b=0)
    drilled = plain.model_copy(update={"holes_a": 3, "holes_b": 2})
    taken = mesh_of(plain).volume - mesh_of(drilled).volume
    assert taken == pytest.approx(5 * each, rel=0.01)


def section_on_paper(params, z):
    """What a section should be: the angle, the lower gusset, the upper one as far as it goes."""
    one = _angle(params)
    thick, length = params.thickness_mm, one.fitting_gusset_mm
    flat = profile(params.leg_a_mm, params.leg_b_mm, thick, one.bend_mm)
    web = min(thick, params.width_mm / 5)
    filled = Polygon([(thick, thick), (thick + length, thick), (thick, thick + length)])
    if params.arched:
        # A circle through both tips, a tenth of the chord deep at the middle.
        chord = length * math.sqrt(2)
        radius = chord * (0.25 + 0.01) / 0.2
        away = thick + length / 2 + (radius - 0.1 * chord) / math.sqrt(2)
        filled -= Point(away, away).buffer(radius, 512)
    if z < web:
        return flat.union(filled)
    reach = z - (params.width_mm - web - one.reach * length)
    if params.gussets == "two" and reach > 0:
        beyond = box(thick + reach, thick + reach, 1e3, 1e3)
        return flat.union(filled - beyond)
    return flat


@pytest.mark.parametrize("arched", [False, True])
@pytest.mark.parametrize("gussets", ["one", "two"])
def test_sections_and_volume_are_those_drawn_on_paper(gussets, arched):
    params = params_of(gussets=gussets, arched=arched, holes_a=0, holes_b=0, gusset_mm=28)
    solid = mesh_of(params)
    heights = np.array([0.5, 2, 4.9, 5.1, 12, 22, 24.5, 28, 31, 34, 36, 39])
    for z in heights:
        expected, made = section_on_paper(params, z), cut(solid, z)
        assert made.area == pytest.approx(expected.area, rel=2e-3), z
        assert made.symmetric_difference(expected).area < 4e-3 * expected.area, z
    # The middle rule over 400 layers; the chamfers as in the plain angle.
    layers = (np.arange(400) + 0.5) / 10
    areas = [section_on_paper(params, z) for z in layers]
    bevels = sum(0.08 * areas[k].length - math.pi * 0.4**3 / 3 for k in (0, -1))
    expected = sum(area.area for area in areas) / 10 - bevels
    assert solid.volume == pytest.approx(expected, rel=2e-3)


@pytest.mark.parametrize(("screw", "fit"), list(ISO_273))
def test_holes_are_as_wide_as_iso_273_says(screw, fit):
    params = params_of(
        screw=screw, fit=fit, gussets="none", holes_a=1, holes_b=0, width_mm=40, leg_a_mm=90
    )
    whole, pieces = profile(90, 55, 5, 4), cut(mesh_of(params), 20)
    low, _, high, _ = (whole - pieces.buffer(1e-3)).buffer(-0.05).buffer(0.05).bounds
    assert high - low == pytest.approx(ISO_273[screw, fit], abs=0.02)


@cache
def designs():
    rng = random.Random(12)
    return [sample(BRACKET, rng) for _ in range(60)]


def test_holes_keep_one_and_a_half_diameters_from_the_ends_and_two_and_a_half_apart():
    for params in designs():
        one = _angle(params)
        size = one.hole.hole_mm
        for leg, (length, _) in enumerate(one.legs):
            places = one.places(leg)
            assert all(length - at >= 1.5 * size - 1e-6 for at in places)
            gaps = np.diff(places)
            assert (gaps >= 2.5 * size - 1e-6).all() and (gaps >= 2 * one.room_mm - 0.6).all()


def test_every_head_and_the_way_to_it_is_clear_of_bend_gussets_and_other_heads():
    """A cylinder as wide as the head, 60 mm long, stands on the leg without touching the solid."""
    for params in designs()[:30]:
        one = _angle(params)
        solid = mesh_of(params)
        body = m3.Manifold(
            m3.Mesh(solid.vertices.astype(np.float32), solid.faces.astype(np.uint32))
        )
        head = one.room_mm - 0.3
        heads = m3.Manifold.cylinder(60, head, head, 32).translate((0, 0, 1e-3))
        for leg in (0, 1):
            for at in one.places(leg):
                # Leg a looks to +y, leg b to +x.
                turned = heads.rotate((-90, 0, 0)) if leg == 0 else heads.rotate((0, 90, 0))
                place = (at, params.thickness_mm) if leg == 0 else (params.thickness_mm, at)
                reach = turned.translate((*place, params.width_mm / 2))
                assert (reach ^ body).volume() < 1e-2, (to_query(params), leg, at)


def test_no_design_needs_support():
    for params in designs():
        (part,) = BRACKET.build(params, "full")
        assert not overhangs(part, PETG), to_query(params)


def test_layers_run_round_the_bend_and_the_box_is_the_legs_by_the_width():
    mesh = BRACKET.build(params_of(leg_a_mm=80, leg_b_mm=44, width_mm=33), "draft")[0].mesh
    assert mesh.size_mm == pytest.approx((80, 44, 33), abs=0.01)
    assert mesh.low == pytest.approx([-40, -22, 0])
    # Each layer holds both legs in one piece.
    solid = mesh_of(params_of(holes_a=0, holes_b=0))
    assert all(cut(solid, z).geom_type == "Polygon" for z in (1, 10, 20, 30, 39))


def test_a_picture_shows_it_upright_on_its_first_leg():
    parts = BRACKET.build(params_of(leg_a_mm=80, leg_b_mm=44, width_mm=32), "draft")
    (shown,) = BRACKET.scene(parts)
    assert shown.mesh.size_mm == pytest.approx((80, 32, 44))
    assert shown.mesh.volume_mm3 == pytest.approx(parts[0].mesh.volume_mm3)


def test_a_hole_too_near_the_side_is_said_with_the_width_that_cures_it():
    """M8 medium: 9 mm, so 13.5 to each side, 27 in all."""
    params = params_of(screw="m8", width_mm=22, gussets="none", leg_a_mm=100, leg_b_mm=80)
    (finding,) = BRACKET.rules(params, PETG)
    assert (finding.check, finding.level) == ("edge", "weak")
    assert (finding.field, finding.value) == ("width_mm", 27)
    assert not BRACKET.rules(params.model_copy(update={"width_mm": 27}), PETG)


def test_every_button_cures_what_it_stands_under():
    rng = random.Random(5)
    seen = set()
    for _ in range(300):
        params = sample(BRACKET, rng)
        for finding in BRACKET.rules(params, PETG):
            if finding.field is None:
                continue
            cured = params.model_copy(update={finding.field: finding.value})
            again = parse(BRACKET, cured.model_dump(), strict=True)
            left = {f.check for f in BRACKET.rules(again, PETG)}
            assert finding.check not in left or finding.check == "countersink", (finding, params)
            seen.add(finding.check)
    assert {"edge", "holes-a", "holes-b", "countersink", "gussets"} <= seen


def test_a_short_leg_gets_room_for_all_its_holes_and_the_fillet_that_then_fits_in_one_press():
    """As short as 24 mm the leg leaves a bend of 24 − 10 − 4 = 10 mm; longer, it has the 12 mm that
    were asked for."""
    params = params_of(
        leg_a_mm=140, leg_b_mm=24, width_mm=80, thickness_mm=10, fillet_mm=12, gusset_mm=100,
        screw="m3", fit="close", holes_a=5, holes_b=5,
    )  # fmt: skip
    finding = next(f for f in BRACKET.rules(params, PETG) if f.check == "holes-b")
    assert (finding.field, finding.value) == ("leg_b_mm", 63)
    for value, holes in ((63, 5), (62, 4)):
        angle = _angle(params.model_copy(update={"leg_b_mm": value}))
        assert len(angle.places(1)) == holes


def test_a_countersink_gets_its_thickness_first_and_then_its_width():
    params = params_of(screw="m8", countersunk=True, width_mm=20, thickness_mm=3, gussets="none")
    for field in ("thickness_mm", "width_mm"):
        finding = next(f for f in BRACKET.rules(params, PETG) if f.check == "countersink")
        assert finding.field == field
        params = params.model_copy(update={field: finding.value})
    assert all(f.check != "countersink" for f in BRACKET.rules(params, PETG))
    assert _angle(params).sink_mm == pytest.approx((17.92 - 9) / 2)


def test_gussets_that_would_cover_the_screws_are_made_smaller_and_said_to_be():
    params = params_of(width_mm=26, gusset_mm=60, leg_a_mm=60, leg_b_mm=60)
    (finding,) = BRACKET.rules(params, PETG)
    assert (finding.check, finding.level, finding.field) == ("gussets", "mended", "gusset_mm")
    assert 0 < _angle(params).fitting_gusset_mm < 60
    solid = mesh_of(params)
    tip = params.thickness_mm + _angle(params).fitting_gusset_mm
    low = cut(solid, 1)
    assert low.contains(Point(tip - 0.5, params.thickness_mm + 0.1))
    assert not low.contains(Point(tip + 0.5, params.thickness_mm + 0.1))


def test_no_two_points_share_a_place():
    for params in designs():
        points = BRACKET.build(params, "draft")[0].mesh.vertices.astype(np.float32)
        assert len(np.unique(points, axis=0)) == len(points)


def test_presets_are_sound_in_the_full_evaluation():
    for preset in BRACKET.presets:
        assert not evaluate("bracket", preset.params, "petg").findings, preset.name
