"""Signs, trays and face plates: volumes by closed formulas and by shapely, cures that cure."""

import math
import random

import numpy as np
import pytest
import shapely

from configurator.geometry.face_plate import hole_mm2
from configurator.geometry.face_plate import laid_out as plate_laid_out
from configurator.geometry.kernel import circle
from configurator.geometry.mesh import is_closed
from configurator.geometry.milled import Pocket, Slab, solid
from configurator.geometry.sheet import rectangle
from configurator.geometry.sign import laid_out as sign_laid_out
from configurator.materials import material
from configurator.products import family
from configurator.products.face_plate import layout_of as plate_of
from configurator.products.fields import parse
from configurator.products.samples import sample
from configurator.products.sign import layout_of as sign_of

SIGN, TRAY, PLATE = family("engraved-sign"), family("milled-tray"), family("face-plate")
OAK, WALNUT, ALU = material("oak"), material("walnut"), material("aluminium")


def built(kind, **raw):
    (part,) = kind.build(parse(kind, raw), "full")
    return part


def area(rings):
    return sum(shapely.Polygon(ring).area * (1 if _left(ring) else -1) for ring in rings)


def flat(pocket):
    """Its region; the outer ring may come after those within."""
    outer = [ring for ring in pocket.rings if _left(ring)]
    inner = [ring for ring in pocket.rings if not _left(ring)]
    return shapely.union_all([shapely.Polygon(r) for r in outer]) - shapely.union_all(
        [shapely.Polygon(r) for r in inner]
    )


def _left(ring):
    return shapely.LinearRing(ring).is_ccw


def chamfered(edge, thick, cut):
    """Prism below, and above it a frustum: Simpson's rule is exact for an offset polygon."""
    whole = shapely.Polygon(edge)
    half, less = (whole.buffer(-cut * k, join_style="mitre", mitre_limit=9) for k in (0.5, 1))
    return whole.area * (thick - cut) + cut / 6 * (whole.area + 4 * half.area + less.area)


def test_a_carved_square_is_a_pyramid_upside_down():
    """40 mm wide and up to 20 mm deep: 40² · 20 / 3; in steps the tip is cut by half a mm."""
    pocket = Pocket((rectangle((-20, -20), (20, 20)),), 20.0, 1.0)
    mesh = solid(Slab(rectangle((-30, -30), (30, 30)), 25.0, (), (pocket,)), "full")
    assert is_closed(mesh)
    taken = 60 * 60 * 25 - mesh.volume_mm3
    assert taken == pytest.approx(40**2 * 20 / 3, rel=1e-3)


def test_a_carved_square_with_a_limit_has_a_flat_floor():
    """3 mm deep: the frustum from 40² to 34²."""
    pocket = Pocket((rectangle((-20, -20), (20, 20)),), 3.0, 1.0)
    mesh = solid(Slab(rectangle((-30, -30), (30, 30)), 25.0, (), (pocket,)), "full")
    taken = 60 * 60 * 25 - mesh.volume_mm3
    assert taken == pytest.approx(3 / 3 * (40**2 + 34**2 + 40 * 34), rel=1e-6)


def test_letters_carved_to_a_v_are_as_deep_as_they_are_far_from_their_edge():
    part = built(SIGN, words="Mg", border_mm=0, depth_mm=6)
    letters = shapely.union_all([flat(p) for p in part.pockets if p.slope])
    below = part.mesh.vertices[:, 2] < 15 - 1e-6
    carved = below & (part.mesh.vertices[:, 2] > 1)
    inside = part.mesh.vertices[carved]
    inside = inside[shapely.contains_xy(letters, inside[:, 0], inside[:, 1])]
    assert len(inside) > 100
    far = shapely.distance(shapely.points(inside[:, :2]), letters.boundary)
    assert np.abs(15 - inside[:, 2] - far).max() < 0.13
    assert 15 - inside[:, 2].min() <= 6 + 1e-9


@pytest.mark.parametrize("quality", ["draft", "full"])
def test_the_finest_letters_that_can_be_ordered_are_carved(quality):
    """A groove of width w takes w² / 4 of its length: half its area squared over its edge."""
    raw = {"words": "W" * 24, "face": "serif", "width_mm": 181, "border_mm": 0}
    params, blank = parse(SIGN, raw), parse(SIGN, {**raw, "words": ""})
    cut = sum(
        one.area_mm2**2
        / 2
        / shapely.MultiLineString([shapely.LinearRing(r) for r in one.rings]).length
        for one in sign_laid_out(sign_of(params), quality).slab.pockets
    )
    full, carved = (SIGN.build(one, quality)[0].mesh.volume_mm3 for one in (blank, params))
    assert cut > 10
    assert 0.7 * cut < full - carved < 1.5 * cut


def test_letters_milled_flat_are_what_a_round_tool_reaches():
    """The opening of the letters by a disc of 1 mm, by shapely; depth 2 mm."""
    raw = {"words": "WERK", "lettering": "pocketed", "depth_mm": 2, "border_mm": 0}
    part = built(SIGN, **raw)
    drawn = built(SIGN, **{**raw, "lettering": "carved"})
    whole = shapely.union_all([flat(p) for p in drawn.pockets if p.slope])
    reached = whole.buffer(-0.5, quad_segs=24).buffer(0.5, quad_segs=24)
    assert sum(p.area_mm2 for p in part.pockets) == pytest.approx(reached.area, rel=0.005)
    edge = part.outline.rings[0]
    expected = chamfered(edge, 15, 0.6) - 2 * reached.area
    assert part.mesh.volume_mm3 == pytest.approx(expected, rel=0.002)


def test_a_tray_is_its_disc_less_recess_and_rings():
    """Ø 100, rim 7: recess π · 43² · 3; grooves 3 wide, 4 apart, 1 deep, from 39 mm inwards."""
    part = built(TRAY)
    grooves, at = 0.0, 43.0 - 4
    while at - 3 > 4:
        grooves += math.pi * (at**2 - (at - 3) ** 2)
        at -= 7
    edge = circle(50, 720)
    expected = chamfered(edge, 10, 1.0) - math.pi * 43**2 * 3 - grooves
    assert part.mesh.volume_mm3 == pytest.approx(expected, rel=0.002)
    assert part.mesh.size_mm == pytest.approx((100, 100, 10), abs=0.01)


@pytest.mark.parametrize("shape", ["round", "square", "hexagon"])
def test_a_tray_measures_what_it_declares_and_its_notch_takes_of_the_rim(shape):
    plain, notched = built(TRAY, shape=shape), built(TRAY, shape=shape, notch=True)
    declared = TRAY.declared_box(parse(TRAY, {"shape": shape}))["tray"]
    assert plain.mesh.size_mm == pytest.approx(declared, abs=0.01)
    assert plain.mesh.volume_mm3 - notched.mesh.volume_mm3 > 100
    left = shapely.Polygon(notched.outline.rings[0]).exterior.distance(
        shapely.Polygon(notched.pockets[0].rings[0])
    )
    assert left == pytest.approx(3.0, abs=0.02), "3 mm of the rim stay behind the notch"


def test_waves_stay_apart_and_inside_the_recess():
    rng = random.Random("waves")
    for _ in range(12):
        params = sample(TRAY, rng).model_copy(update={"pattern": "waves"})
        (part,) = TRAY.build(params, "full")
        (recess,) = part.pockets
        room = shapely.Polygon(recess.rings[0]).buffer(1e-3)
        strips = [flat(p) for p in recess.inner]
        assert all(room.covers(strip) for strip in strips)
        total = shapely.union_all(strips).area if strips else 0
        assert total == pytest.approx(sum(strip.area for strip in strips), rel=1e-6)


def test_a_face_plate_is_its_rectangle_less_its_openings():
    """160 × 80 × 3, corners 4; window 70 × 24 with corners 2; 4 holes of 9.5; 4 countersinks."""
    part = built(PLATE)
    corner = 4 - math.pi
    plate = 160 * 80 - corner * 4**2
    window = 70 * 24 - corner * 2**2
    holes = 4 * math.pi * 9.5**2 / 4
    r, s = 1.7, 1.7
    cone = math.pi * s / 3 * ((r + s) ** 2 + (r + s) * r + r**2)
    screws = 4 * (math.pi * r**2 * (3 - s) + cone)
    expected = 3 * (plate - window - holes) - screws
    assert part.mesh.volume_mm3 == pytest.approx(expected, rel=0.002)
    assert part.mesh.size_mm == pytest.approx((160, 80, 3), abs=0.01)


@pytest.mark.parametrize(("units", "high"), [("1u", 43.66), ("2u", 88.11), ("3u", 132.56)])
def test_a_rack_panel_has_the_size_and_slots_of_the_standard(units, high):
    """EIA-310-D: 482.6 mm wide, n · 44.45 − 0.79 high, slots 465.1 mm apart."""
    part = built(PLATE, size=units, window_mm=0, first_count=0)
    assert part.mesh.size_mm == pytest.approx((482.6, high, 3), abs=0.01)
    middles = np.array([ring.mean(axis=0) for ring in part.outline.rings[1:]])
    assert len(middles) == 4
    assert np.ptp(middles[:, 0]) == pytest.approx(465.1)
    # The outermost holes of n units: 6.35 mm from either end.
    assert np.ptp(middles[:, 1]) == pytest.approx(int(units[0]) * 44.45 - 12.7)


@pytest.mark.parametrize("kind", ["round", "slots", "squares"])
def test_a_row_has_its_holes_at_their_pitch(kind):
    raw = {"window_mm": 0, "first_kind": kind, "first_count": 4, "first_mm": 8, "mount": "none"}
    part = built(PLATE, **raw)
    holes = part.outline.rings[1:]
    assert len(holes) == 4
    row = plate_of(parse(PLATE, raw)).rows[0]
    for ring in holes:
        assert abs(area([ring])) == pytest.approx(hole_mm2(row), rel=0.02)
    assert np.diff([ring.mean(axis=0)[0] for ring in holes]) == pytest.approx([28] * 3, abs=1e-6)


def test_holes_without_room_are_left_out_and_fewer_are_offered():
    params = parse(PLATE, {"first_count": 9, "window_mm": 0})
    layout = plate_laid_out(plate_of(params), "draft")
    assert layout.lost == {"first": 4}  # the fifth from the middle would be at 112 mm of 80
    (row,) = [f for f in PLATE.rules(params, ALU) if f.check == "room"]
    assert row.level == "impossible" and row.field == "first_count" and row.value == 5
    cured = params.model_copy(update={"first_count": 5})
    assert not PLATE.rules(cured, ALU)


def test_a_window_s_corner_is_mended_to_the_tool_s_radius():
    (row,) = PLATE.rules(parse(PLATE, {"window_corner_mm": 0}), ALU)
    assert (row.check, row.level, row.value) == ("corners", "mended", 0.5)
    assert not PLATE.rules(parse(PLATE, {"window_corner_mm": 0.5}), ALU)


def test_holes_too_close_are_told_with_the_pitch_that_holds():
    """9.5 mm holes in 3 mm of aluminium: 1.5 mm between them, so 11 mm."""
    params = parse(PLATE, {"first_pitch_mm": 10.5})
    (row,) = [f for f in PLATE.rules(params, ALU) if f.check == "ribs"]
    assert row.level == "weak" and row.value == 11.0
    assert not PLATE.rules(params.model_copy(update={"first_pitch_mm": 11.0}), ALU)


@pytest.mark.parametrize(
    ("kind", "raw", "check", "field"),
    [
        (SIGN, {"lettering": "pocketed", "depth_mm": 6, "border_mm": 0.5}, "slots", "border_mm"),
        (SIGN, {"lettering": "pocketed", "depth_mm": 6, "board_mm": 5}, "floor", "depth_mm"),
        (SIGN, {"words": "Feuerwehrzufahrt freihal", "width_mm": 70, "lettering": "pocketed"},
         "strokes", "width_mm"),
        (SIGN, {"board_mm": 12}, "stocked", "board_mm"),
        (TRAY, {"recess_mm": 9}, "floor", "recess_mm"),
        (TRAY, {"gap_mm": 1, "groove_depth_mm": 3}, "ribs", "gap_mm"),
        (TRAY, {"rim_mm": 4, "notch": True}, "notch", "rim_mm"),
        (PLATE, {"sheet_mm": 4}, "stocked", "sheet_mm"),
    ],
)  # fmt: skip
def test_the_button_of_a_fault_cures_it(kind, raw, check, field):
    params, board = parse(kind, raw), ALU if kind is PLATE else OAK
    (row,) = [f for f in kind.rules(params, board) if f.check == check]
    row = kind.cured(params, row, board)
    assert row.field == field and row.cure
    cured = parse(kind, {**raw, field: row.value})
    assert not [f for f in kind.rules(cured, board) if f.check == check]


def test_what_cannot_be_written_or_has_no_room_is_said():
    (unknown,) = SIGN.rules(parse(SIGN, {"words": "A🜨"}), OAK)
    assert unknown.check == "lettering" and unknown.value == "A"
    (blank,) = [f for f in SIGN.rules(parse(SIGN, {"words": " "}), OAK) if f.check == "blank"]
    assert blank.level == "weak"
    small = parse(
        SIGN, {"width_mm": 60, "height_mm": 40, "holes": "top", "hole_mm": 8, "border_mm": 6}
    )
    layout = sign_laid_out(sign_of(small), "draft")
    assert not layout.slab.openings
    assert "hole" in {f.check for f in SIGN.rules(small, OAK)}
