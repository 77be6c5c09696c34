"""Phone cases: the phone goes in and is held, windows are open, the volume built another way."""

import math
import random
from itertools import combinations, pairwise
from typing import get_args

import numpy as np
import pytest
import trimesh
from shapely.geometry import LineString, Polygon, box
from shapely.ops import unary_union

from configurator.dfm.overhangs import leaning_faces
from configurator.engine import evaluate
from configurator.geometry.phone_case import (
    ABOVE_MM,
    FLARE,
    KEEP_MM,
    RIB_MM,
    RIM_MM,
    camera_window,
    pattern,
)
from configurator.materials import material
from configurator.products import family
from configurator.products.fields import parse
from configurator.products.phone_case import STRAIN, _case, strain
from configurator.products.phones import PHONES
from configurator.products.samples import sample

CASE = family("phone-case")
PETG = material("petg")
PLAIN = {"pattern": "plain", "port_mm": 20}


def made(**raw):
    params = parse(CASE, {**PLAIN, **raw})
    return _case(params), CASE.build(params, "full")[0].mesh


def cut(mesh, z):
    """The solid's section at a height, as an area."""
    solid = trimesh.Trimesh(mesh.vertices, mesh.faces, process=False)
    flat, _ = solid.section(plane_origin=[0, 0, z], plane_normal=[0, 0, 1]).to_2D(to_2D=np.eye(4))
    return unary_union(flat.polygons_full)


def body(phone, out_mm=0.0):
    """The phone's outline, grown by so much."""
    x, y = phone.width_mm / 2, phone.height_mm / 2
    return box(-x, -y, x, y).buffer(-phone.corner_mm).buffer(phone.corner_mm + out_mm, 64)


def openings(case, z):
    """What the openings take of the walls at a height, as areas."""
    wider = FLARE * max(0.0, z - case.sill_mm)
    far = 200
    for side, (low, high) in case.openings.items():
        low, high = low - wider, high + wider
        yield {
            "top": box(low, 0, high, far),
            "bottom": box(low, -far, high, 0),
            "right": box(0, low, far, high),
            "left": box(-far, low, 0, high),
        }[side]


def area(case, z):
    """Section of a plain case at a height, drawn with shapely."""
    clear, around, foot = case.clearance_mm, case.clearance_mm + case.wall_mm, case.foot_mm
    outside = np.interp(
        z,
        [0, 0.7 * foot, 1.5 * foot, case.high_mm - RIM_MM, case.high_mm],
        [around - foot, around - 0.3 * foot, around, around, around - RIM_MM],
    )
    lip = case.wall_mm + case.phone.thickness_mm + ABOVE_MM
    inside = np.interp(z, [lip, lip + case.lean_mm], [clear, clear - case.lean_mm])
    solid = body(case.phone, outside)
    if z < case.wall_mm:
        edge, below, width, depth = case.phone.camera
        right, top = case.phone.width_mm / 2 - edge, case.phone.height_mm / 2 - below
        window = box(right - width, top - depth, right, top)
        window = window.buffer(case.camera_mm - 7).buffer(7, 64)
        window = window.intersection(body(case.phone, clear - KEEP_MM))
        window = window.buffer(-2.5).buffer(2.5, 64)
        return solid.difference(window.buffer(max(0.0, 0.4 - z), 64)).area
    solid = solid.difference(body(case.phone, inside))
    if z > case.sill_mm:
        solid = solid.difference(unary_union(list(openings(case, z))))
    return solid.area


@pytest.mark.parametrize("model", ["iphone-15", "galaxy-s24", "pixel-8"])
def test_the_volume_is_that_of_its_sections(model):
    """Between the heights where a slope changes sections grow by squares: Simpson's rule."""
    case, mesh = made(model=model, camera_mm=0)
    lip, foot = case.screen_mm + ABOVE_MM, case.foot_mm
    levels = [0, 0.4, 0.7 * foot, 1.5 * foot, case.wall_mm, case.sill_mm]
    levels += [lip, lip + case.lean_mm, case.high_mm - RIM_MM, case.high_mm]
    volume = 0.0
    for low, high in pairwise(sorted(levels)):
        inner = [low + 1e-9, (low + high) / 2, high - 1e-9]
        one, middle, other = (area(case, z) for z in inner)
        volume += (high - low) * (one + 4 * middle + other) / 6
    assert mesh.volume_mm3 == pytest.approx(volume, rel=2e-3)


def test_a_wall_is_a_ring_less_its_openings():
    """At 5 mm: rounded rectangles of w × d − (4 − π) r², and the wall times each opening."""
    case, mesh = made(model="iphone-13", wall_mm=1.6, clearance_mm=0.4)
    w, d, r = 71.5 + 0.8, 146.7 + 0.8, 10 + 0.4
    ring = (w + 3.2) * (d + 3.2) - (4 - math.pi) * (r + 1.6) ** 2 - w * d + (4 - math.pi) * r**2
    wider = 2 * 0.4 * (5 - 1.6 - 0.5)
    lengths = [high - low + wider for low, high in case.openings.values()]
    assert len(lengths) == 4
    assert cut(mesh, 5).area == pytest.approx(ring - 1.6 * sum(lengths), rel=2e-3)


@pytest.mark.parametrize("slug", PHONES)
def test_every_phone_goes_in_with_its_clearance_and_is_held(slug):
    case, mesh = made(model=slug, clearance_mm=0.3, hold_mm=0.4, top=False)
    phone = PHONES[slug]
    for z in (case.wall_mm + 0.1, case.screen_mm / 2, case.screen_mm):
        gap = cut(mesh, z).distance(body(phone))
        assert gap == pytest.approx(0.3, abs=0.05)
    assert mesh.low[2] == pytest.approx(0, abs=1e-9)
    rim = cut(mesh, case.high_mm - 0.05)
    y = -phone.height_mm / 2 + 30
    across = LineString([(-99, y), (99, y)]).intersection(rim)
    (left, right) = sorted(across.geoms, key=lambda piece: piece.centroid.x)
    assert right.bounds[0] - left.bounds[2] == pytest.approx(phone.width_mm - 0.8, abs=1e-6)


@pytest.mark.parametrize("slug", PHONES)
def test_buttons_port_and_camera_are_free(slug):
    """Each opening as long as the table says; the window shows its island but keeps the wall."""
    case, mesh = made(model=slug, camera_mm=0)
    phone = PHONES[slug]
    wall = cut(mesh, case.screen_mm / 2)
    for side, span in ((-1, phone.left), (1, phone.right)):
        if span is not None:
            x, top = side * (phone.width_mm / 2 + 1), phone.height_mm / 2
            gap = LineString([(x, top - span[0]), (x, top - span[1])])
            assert gap.distance(wall) > 0.5
    x, y = 10, -phone.height_mm / 2 - 1
    assert LineString([(-x, y), (x, y)]).distance(wall) > 0.5
    (window,) = (Polygon(ring) for ring in cut(mesh, case.wall_mm / 2).interiors)
    edge, below, width, depth = phone.camera
    right, top = phone.width_mm / 2 - edge, phone.height_mm / 2 - below
    assert window.buffer(1e-6).contains(box(right - width, top - depth, right, top).buffer(-3))
    assert body(phone, case.clearance_mm - KEEP_MM + 0.02).contains(window)


def test_the_table_names_a_source_for_each_phone_and_the_form_offers_them_all():
    assert len(PHONES) >= 12
    assert get_args(CASE.Params.model_fields["model"].annotation) == tuple(PHONES)
    for phone in PHONES.values():
        assert phone.name in phone.source
        assert 60 < phone.width_mm < 80 and 130 < phone.height_mm < 165
        assert 7 < phone.thickness_mm < 9.5 and 7 < phone.corner_mm < 12


def test_some_sizes_as_their_makers_publish_them():
    published = {
        "iphone-15": (71.6, 147.6, 7.8),
        "iphone-15-pro-max": (76.7, 159.9, 8.25),
        "galaxy-s24": (70.6, 147.0, 7.6),
        "pixel-8": (70.8, 150.5, 8.9),
    }
    for slug, size in published.items():
        phone = PHONES[slug]
        assert (phone.width_mm, phone.height_mm, phone.thickness_mm) == size


@pytest.mark.parametrize("kind", ["honeycomb", "stripes"])
@pytest.mark.parametrize("cell", [7, 16])
def test_holes_of_a_pattern_keep_their_distance(kind, cell):
    for slug in ("iphone-se3", "galaxy-s24-plus"):
        case = _case(parse(CASE, {"model": slug, "pattern": kind, "cell_mm": cell}))
        window = camera_window(case, "full")
        holes = [Polygon(ring) for ring in pattern(case, window, "full")]
        assert len(holes) > 8
        shapes = [*holes, Polygon(window)]
        assert min(a.distance(b) for a, b in combinations(shapes, 2)) > RIB_MM - 0.03
        assert body(PHONES[slug], -3.98).contains(unary_union(holes))


def test_honeycombs_fill_the_width_evenly():
    case = _case(parse(CASE, {"pattern": "honeycomb"}))
    holes = pattern(case, camera_window(case, "full"), "full")
    x = np.concatenate(holes)[:, 0]
    assert x.max() == pytest.approx(71.6 / 2 - 4) and x.min() == pytest.approx(4 - 71.6 / 2)


def test_nothing_hangs_in_the_air():
    """The lip leans by 45° and openings have no roof: no face leans out further than PETG holds."""
    rng = random.Random(8)
    for _ in range(25):
        (part,) = CASE.build(sample(CASE, rng), "full")
        assert len(leaning_faces(part.mesh, PETG)) == 0


def test_a_wall_too_stiff_for_its_lip_is_told_with_the_lip_that_bends_it():
    """1.5 · 2.6 · 1 / 7.8² = 6.4 %; at 3 % the lip may reach 0.03 · 7.8² / (1.5 · 2.6) = 0.46."""
    params = parse(CASE, {"model": "iphone-14", "wall_mm": 2.6, "hold_mm": 1, "lip_mm": 2})
    (finding,) = CASE.rules(params, PETG)
    assert (finding.check, finding.level, finding.field) == ("snap", "weak", "hold_mm")
    assert finding.measured == pytest.approx(6.41, abs=0.01) and finding.value == 0.4
    assert strain(2.6, 0.4, 7.8) <= STRAIN
    assert not CASE.rules(params.model_copy(update={"hold_mm": finding.value}), PETG)


def test_a_lip_too_low_to_lean_so_far_says_how_high_it_has_to_be():
    params = parse(CASE, {"lip_mm": 0.8, "hold_mm": 0.6, "clearance_mm": 0.3})
    (finding,) = CASE.rules(params, PETG)
    assert (finding.check, finding.level, finding.field) == ("lip", "mended", "lip_mm")
    assert finding.value == pytest.approx(1.3)
    assert not CASE.rules(params.model_copy(update={"lip_mm": finding.value}), PETG)


def test_a_lip_that_would_not_hold_the_phone_at_all_is_weak():
    """0.8 − 0.15 − 0.2 leaves 0.45 to lean in by, less than the clearance of 0.6."""
    params = parse(CASE, {"lip_mm": 0.8, "clearance_mm": 0.6})
    (finding,) = CASE.rules(params, PETG)
    assert (finding.check, finding.level, finding.value) == ("lip", "weak", 1.5)


def test_an_opening_wider_than_the_straight_edge_is_narrowed():
    params = parse(CASE, {"model": "iphone-13-mini", "port_mm": 50})
    (finding,) = CASE.rules(params, PETG)
    assert (finding.check, finding.level, finding.field) == ("port", "mended", "port_mm")
    assert not CASE.rules(params.model_copy(update={"port_mm": finding.value}), PETG)


@pytest.mark.parametrize("preset", CASE.presets, ids=lambda preset: preset.name)
def test_presets_are_as_large_as_declared_and_have_no_fault(preset):
    params = parse(CASE, preset.params)
    size = CASE.build(params, "full")[0].mesh.size_mm
    assert size == pytest.approx(CASE.declared_box(params)["case"], abs=0.01)
    assert not evaluate("phone-case", preset.params, "petg").findings
