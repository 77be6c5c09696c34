"""Wrist braces: girths, opening, edges and slots measured on the mesh, and a volume by sections."""

import math

import numpy as np
import pytest
import trimesh
from shapely.geometry import Point, Polygon, box
from shapely.ops import unary_union

from configurator.dfm.overhangs import overhangs
from configurator.dfm.worn import GOES_ON
from configurator.geometry.wrist_brace import LINER_MM, SLOT_MM, half_axes
from configurator.materials import material
from configurator.products import family
from configurator.products.fields import parse
from configurator.products.wrist_brace import _brace

BRACE = family("wrist-brace")
PETG = material("petg")
PLAIN = {"vents": "none", "straps": 1}


def made(quality="full", **raw):
    params = parse(BRACE, raw)
    return _brace(params), BRACE.build(params, quality)[0].mesh


def solid(mesh):
    return trimesh.Trimesh(mesh.vertices, mesh.faces, process=False)


def cut(mesh, z):
    """The solid's section at a height, as an area."""
    flat, _ = (
        solid(mesh).section(plane_origin=[0, 0, z], plane_normal=[0, 0, 1]).to_2D(to_2D=np.eye(4))
    )
    return unary_union(flat.polygons_full)


def checks(**raw):
    return [f.check for f in BRACE.rules(parse(BRACE, raw), PETG)]


def test_two_girths_that_hardly_belong_to_one_arm_are_told():
    """1.1 · 230 = 253 and 1.9 · 230 = 437; 1.1 · 150 = 165 and 1.9 · 150 = 285."""
    (said,) = (
        f
        for f in BRACE.rules(parse(BRACE, {"wrist_mm": 230, "forearm_mm": 150}), PETG)
        if f.check == "arm"
    )
    assert said.level == "weak" and said.field is None
    assert said.state == "A forearm of 150 mm hardly goes with a wrist of 230 mm."
    assert "253 to 437 mm" in said.cure
    for forearm, told in ((164, True), (165, False), (285, False), (286, True)):
        assert ("arm" in checks(wrist_mm=150, forearm_mm=forearm)) is told


def ellipse(wide, deep, out=0.0):
    turns = np.linspace(0, 2 * math.pi, 721)[:-1]
    return Polygon(np.column_stack([wide * np.cos(turns), deep * np.sin(turns)])).buffer(out, 32)


def test_half_axes_give_the_girth_back():
    for girth, ratio in ((165, 0.72), (235, 0.86), (200, 0.46)):
        wide, deep = half_axes(girth, ratio)
        assert ellipse(float(wide), float(deep)).length == pytest.approx(girth, rel=1e-4)
        assert deep == pytest.approx(ratio * wide)


def test_the_volume_is_that_of_its_sections():
    """Simpson's rule over independent sections: rings between ellipses, cut at both ends.

    Measured against the mesh between two heights clear of corners and slots. The ends are cut
    square to the section, and their corners by two chords of a quarter circle each.
    """
    brace, mesh = made(**PLAIN, extension_deg=0, length_mm=260)
    low, high, slabs = 20.0, 90.0, 20
    steps = np.linspace(low, high, slabs + 1)
    areas = []
    for z in steps:
        wide, deep, _ = (float(v[0]) for v in brace.sections(np.array([z])))
        ring = ellipse(wide, deep, brace.thickness_mm).difference(ellipse(wide, deep))
        reach = brace.reach
        ends = [(wide * math.sin(side * reach), -deep * math.cos(reach)) for side in (1.0, -1.0)]
        normals = [(deep * math.sin(side * reach), -wide * math.cos(reach)) for side in (1, -1)]
        far = [
            (x + 9 * nx / math.hypot(nx, ny), y + 9 * ny / math.hypot(nx, ny))
            for (x, y), (nx, ny) in zip(ends, normals, strict=True)
        ]
        gap = Polygon([(0, 0), ends[0], far[0], (0, 300), far[1], ends[1]])
        radius = brace.rounding_mm
        lost = 4 * radius**2 * (1 - math.sin(math.pi / 4))
        areas.append(ring.difference(gap).area - lost)
    weights = np.array([1, *[4, 2] * (slabs // 2 - 1), 4, 1]) / 3 * (steps[1] - steps[0])
    slab = trimesh.intersections.slice_mesh_plane(
        trimesh.intersections.slice_mesh_plane(solid(mesh), [0, 0, 1], [0, 0, low], cap=True),
        [0, 0, -1],
        [0, 0, high],
        cap=True,
    )
    assert slab.volume == pytest.approx(float(weights @ areas), rel=2e-3)


@pytest.mark.parametrize(("wrist", "forearm"), [(165, 235), (140, 190), (210, 320)])
def test_inside_there_is_room_for_the_arm_and_a_liner(wrist, forearm):
    """At the wrist and where the forearm was measured the inside is the arm's ellipse + 2 mm."""
    raw = {**PLAIN, "wrist_mm": wrist, "forearm_mm": forearm, "length_mm": 220, "opening_mm": 60}
    brace, mesh = made(**raw, extension_deg=0)
    for below, girth, ratio in ((120.0, forearm, 0.86), (60.0, None, None)):
        z = brace.wrist_at_mm - below
        section = cut(mesh, z)
        if girth is None:
            wide, deep = (float(v[0]) - LINER_MM for v in brace.sections(np.array([z]))[:2])
        else:
            wide, deep = (float(v) for v in half_axes(girth, ratio))
        x0, y0, x1, _ = section.bounds
        assert x1 - x0 == pytest.approx(2 * (wide + LINER_MM + brace.thickness_mm), abs=0.15)
        middle = ((x0 + x1) / 2, y0 + brace.thickness_mm + LINER_MM + deep)
        arm = ellipse(wide, deep)
        arm = Polygon(np.array(arm.exterior.coords) + middle)
        assert arm.distance(section) == pytest.approx(LINER_MM, abs=0.15)


def test_the_opening_is_as_wide_as_asked_at_the_wrist():
    """Nowhere narrower; the round edges give up to a millimetre more."""
    for opening in (40, 56):
        brace, mesh = made(**PLAIN, opening_mm=opening, extension_deg=0, length_mm=220)
        z = brace.wrist_at_mm - 12.0
        wide, deep, _ = (float(v[0]) for v in brace.sections(np.array([z])))
        section = cut(mesh, z)
        x0, y0, x1, y1 = section.bounds
        left, right = section.intersection(box(x0, y0 + brace.thickness_mm + deep, x1, y1)).geoms
        share = wide / (float(brace.wrist_half[0]) + LINER_MM)
        assert 0 < left.distance(right) - opening * share < 1.5


def test_it_is_as_thick_as_asked_and_its_edges_are_round():
    brace, mesh = made(**PLAIN, thickness_mm=3, edge_mm=1.4)
    section = cut(mesh, 40.0)
    core = section.buffer(-1.45)
    assert not core.is_empty and section.buffer(-1.52).is_empty
    # Rounding by the radius changes nothing that is rounded by as much already.
    rounded = section.buffer(-1.3).buffer(1.3, 32)
    assert section.area - rounded.area < 0.006 * section.area
    assert brace.rounding_mm == pytest.approx(1.4)


@pytest.mark.parametrize(("hand", "side"), [("right", 1), ("left", -1)])
def test_the_thumb_has_its_opening_on_its_own_side(hand, side):
    """Palm towards you and fingers up, a right thumb points to your right."""
    brace, mesh = made(hand=hand, **PLAIN)
    z = brace.wrist_at_mm + 0.58 * 0.72 * brace.palm_mm
    x0, _, x1, _ = cut(mesh, z).bounds
    thumb, other = (x1, -x0) if side > 0 else (-x0, x1)
    assert thumb < 0.75 * other


def test_left_and_right_are_mirror_images():
    _, right = made(hand="right", vents="none")
    _, left = made(hand="left", vents="none")
    assert left.volume_mm3 == pytest.approx(right.volume_mm3, rel=1e-3)
    assert left.low[0] == pytest.approx(-right.high[0], abs=1e-6)


@pytest.mark.parametrize(("straps", "width"), [(1, 40), (2, 25), (3, 20)])
def test_every_strap_has_a_slot_on_either_side_that_it_passes(straps, width):
    brace, mesh = made(vents="none", straps=straps, strap_mm=width, length_mm=220)
    assert len(brace.strap_bands()) == straps
    for low, high in brace.strap_bands():
        parts = [
            cut(mesh, z) for z in np.linspace((low + high - width) / 2, (low + high + width) / 2, 9)
        ]
        assert all(len(part.geoms) == 3 for part in parts)
        first, second = sorted(parts[4].geoms, key=lambda p: p.area)[:2]
        body = max(parts[4].geoms, key=lambda p: p.area)
        for tab in (first, second):
            assert tab.distance(body) == pytest.approx(SLOT_MM, abs=0.5)
        whole = cut(mesh, low - 0.5)
        assert whole.geom_type == "Polygon"


def test_vents_let_air_in_and_leave_the_skin_whole():
    _, closed = made(vents="none")
    for vents in ("diamonds", "hexagons", "leaves"):
        _, open_ = made(vents=vents)
        assert 0.7 * closed.volume_mm3 < open_.volume_mm3 < 0.95 * closed.volume_mm3
        assert solid(open_).body_count == 1
        assert np.allclose(open_.low, closed.low, atol=0.2)


def test_no_preset_needs_support():
    for preset in BRACE.presets:
        for part in BRACE.build(parse(BRACE, preset.params), "full"):
            assert not overhangs(part, PETG), preset.name


def test_the_box_is_centred_and_as_high_as_it_is_long():
    _, mesh = made(length_mm=200)
    assert mesh.size_mm[2] == pytest.approx(200, abs=1e-9)
    assert np.allclose((mesh.low + mesh.high)[:2], 0, atol=1e-9)
    x, y, _ = mesh.size_mm
    assert box(-x / 2, -y / 2, x / 2, y / 2).contains(Point(0, 0))


def test_what_gives_way_is_said_with_a_value_that_cures_it():
    assert checks() == []
    for raw, check in (
        ({"opening_mm": 30}, "opening"),
        ({"opening_mm": 80}, "opening"),
        ({"edge_mm": 0.5}, "edges"),
        ({"edge_mm": 1.8, "thickness_mm": 2.4}, "edges"),
        ({"straps": 4, "strap_mm": 40}, "straps"),
    ):
        params = parse(BRACE, raw)
        (found,) = BRACE.rules(params, PETG)
        assert found.check == check
        cured = parse(BRACE, {**raw, found.field: found.value})
        assert BRACE.rules(cured, PETG) == ()


def test_the_least_opening_lets_the_wrist_pass_edgewise():
    """Girth 165 at 0.72: 30.3 by 21.8 half, so 43.6 deep; nine tenths are 39.3, so 40 mm."""
    (found,) = BRACE.rules(parse(BRACE, {"opening_mm": 30}), PETG)
    assert found.value == 40
    assert pytest.approx(39.3, abs=0.1) == GOES_ON * 43.6


def test_it_says_that_it_is_no_medical_device():
    assert "no medical device" in BRACE.summary
    assert "no medical device" in BRACE.Params.model_fields["extension_deg"].description
