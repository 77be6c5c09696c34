"""Spur gears against the closed formulas, and against each other in mesh."""

import math
import random

import numpy as np
import pytest
from shapely import affinity
from shapely.geometry import Polygon
from shapely.geometry.polygon import orient

from configurator.geometry.gear import Wheel, bore, key, mesh, outline
from configurator.geometry.involute import Tooth, least_shift, pair
from configurator.materials import material
from configurator.products import family
from configurator.products.fields import parse
from configurator.products.samples import sample
from configurator.products.spur_gear import _pair, _wheels

GEAR = family("spur-gear")
PLA = material("pla")
TWENTY = math.radians(20)


def disc(tooth, turn=0.0, quality="full"):
    """The toothing as an area."""
    ring, _ = outline(Wheel(tooth, 10, 0, False, 0, 0, turn), quality)
    return Polygon(ring)


def inv(angle):
    return math.tan(angle) - angle


def test_the_standard_radii_of_a_gear_of_module_two():
    """m = 2, z = 32: d = 64, da = 64 + 2·2 = 68, df = 64 − 2·2·1.25 = 59, db = 64·cos 20°."""
    tooth = Tooth(2, 32, TWENTY)
    assert 2 * tooth.pitch_radius == 64
    assert 2 * tooth.tip_radius == pytest.approx(68)
    assert 2 * tooth.root_radius == pytest.approx(59)
    assert 2 * tooth.base_radius == pytest.approx(60.1403, abs=1e-4)


@pytest.mark.parametrize(("shift", "backlash"), [(0, 0), (0, 0.2), (0.4, 0.3), (-0.2, 0.1)])
def test_a_tooth_is_as_thick_at_the_pitch_circle_as_the_formula(shift, backlash):
    """s = m(π/2 + 2x·tan α) − j/2 along the pitch circle, read off the outline."""
    tooth = Tooth(2, 30, TWENTY, shift, backlash_mm=backlash)
    radius, half = tooth.profile("full")
    measured = 2 * tooth.pitch_radius * float(np.interp(tooth.pitch_radius, radius, half))
    expected = 2 * (math.pi / 2 + 2 * shift * math.tan(TWENTY)) - backlash / 2
    assert measured == pytest.approx(expected, abs=0.01)


@pytest.mark.parametrize(
    ("teeth", "over", "length_m"), [(20, 3, 7.6604), (32, 4, 10.7806), (60, 7, 20.0292)]
)
def test_the_base_tangent_length_is_that_of_the_tables(teeth, over, length_m):
    """W/m for 20° and x = 0, as tables of base tangent lengths have it; then read off the outline.

    A calliper's jaws touch the two outer flanks where these are furthest apart.
    """
    tooth = Tooth(2, teeth, TWENTY)
    assert tooth.span_mm(over) / 2 == pytest.approx(length_m, abs=1e-4)
    radius, half = tooth.profile("full")
    pitch = 2 * math.pi / teeth
    centres = (np.arange(over) - (over - 1) / 2) * pitch
    # Across k teeth, symmetric about the x axis, the jaws stand square to y.
    flank = radius >= tooth._fillet("full")[0][-1]
    reach = float((radius[flank] * np.sin(centres[-1] + half[flank])).max())
    assert 2 * reach == pytest.approx(tooth.span_mm(over), abs=0.02)


@pytest.mark.parametrize("teeth", [17, 32, 72])
def test_a_plain_gear_has_the_volume_of_its_involute(teeth):
    """Area of the toothing from the involute's own formula, times the width.

    Each flank is drawn again from its definition, the point (cos t + t·sin t, sin t − t·cos t)·rb
    unrolled from the base circle, 400 points a flank; below it the root fillet of our profile.
    """
    tooth = Tooth(2, teeth, TWENTY)
    rb, r = tooth.base_radius, tooth.pitch_radius
    radius, half = tooth._fillet("full")
    rolls = np.linspace(*(math.sqrt((q / rb) ** 2 - 1) for q in (max(radius[-1], rb), r + 2)), 400)
    flank_r = rb * np.hypot(
        np.cos(rolls) + rolls * np.sin(rolls), np.sin(rolls) - rolls * np.cos(rolls)
    )
    flank_a = np.arctan2(
        np.sin(rolls) - rolls * np.cos(rolls), np.cos(rolls) + rolls * np.sin(rolls)
    )
    start = math.pi / 2 / teeth + inv(TWENTY)
    all_r, all_a = np.append(radius, flank_r), np.append(half, start - flank_a)
    turns = np.arange(teeth) * 2 * math.pi / teeth
    angles = (turns[:, None] + np.concatenate([-all_a, all_a[::-1]])).ravel()
    radii = np.tile(np.concatenate([all_r, all_r[::-1]]), teeth)
    area = Polygon(np.column_stack([radii * np.cos(angles), radii * np.sin(angles)])).area
    solid = mesh(Wheel(tooth, 10, 0, False, 0, 0), "full")
    assert solid.volume_mm3 == pytest.approx(10 * area, rel=1e-3)


def test_bore_keyway_and_edges_take_what_the_formulas_say():
    """A bore of 12 with a key of 4 × (6 + 1.8): circle + 4·1.8 + the segment under the key's chord.

    Its two edges are cut by 0.4 at 45°: each takes about the perimeter times 0.4²/2.
    """
    tooth = Tooth(2, 30, TWENTY)
    assert key(12) == (4, 1.8)
    whole = mesh(Wheel(tooth, 10, 0, False, 0, 0), "full").volume_mm3
    wheel = Wheel(tooth, 10, 12, True, 0, 0)
    hole = Polygon(bore(wheel, "full"))
    half = math.asin(2 / 6)
    segment = 36 * (half - math.sin(half) * math.cos(half))
    expected = math.pi * 36 + 4 * (6 + 1.8 - 6 * math.cos(half)) - segment
    assert hole.area == pytest.approx(expected, rel=0.01)
    taken = whole - mesh(wheel, "full").volume_mm3
    assert taken == pytest.approx(10 * hole.area + 2 * hole.length * 0.08, rel=0.005)


def test_the_keyway_has_the_width_and_depth_of_din_6885():
    for size, width, depth in ((8, 2, 1.0), (10, 3, 1.4), (17, 5, 2.3), (22, 6, 2.8), (30, 8, 3.3)):
        ring = bore(Wheel(Tooth(3, 40, TWENTY), 10, size, True, 0, 0), "full")
        top = ring[ring[:, 1] > size / 2 + depth - 1e-6]
        assert np.ptp(top[:, 0]) == pytest.approx(width)
        assert ring[:, 1].max() == pytest.approx(size / 2 + depth)


def test_the_centre_distance_is_half_the_teeth_times_the_module():
    both = _pair(parse(GEAR, {"module_mm": 2, "gear_teeth": 32, "pinion_teeth": 16}))
    assert both.centre_mm == pytest.approx(48)
    assert both.pinion.shift == pytest.approx(1 - 16 * math.sin(TWENTY) ** 2 / 2)
    assert both.gear.shift == -both.pinion.shift


def test_two_small_gears_move_apart_as_their_shifts_ask():
    """z = 12 and 12, x = 0.2981 each: inv α' = inv 20° + 2·0.5962·tan 20°/24 = 0.032986.

    α' = 25.8°; a = 24·cos 20°/cos α' · m/2.
    """
    both = pair(2, (12, 12), 20, 0.0, shifted_profile=True)
    assert both.gear.shift == pytest.approx(0.2981, abs=1e-4)
    assert inv(both.working_pressure) == pytest.approx(0.032986, abs=1e-5)
    assert both.centre_mm == pytest.approx(24 * math.cos(TWENTY) / math.cos(both.working_pressure))


def penetration_mm2(both, quality, turns=24):
    """The largest area the two toothings share while a tooth goes by."""
    gear, pinion = both.gear, both.pinion
    first = math.pi / pinion.teeth if pinion.teeth % 2 == 0 else 0.0
    still, other = disc(gear, 0.0, quality), disc(pinion, first, quality)
    reach = both.centre_mm - pinion.tip_radius - 1
    near = Polygon([(reach, -90), (reach + 60, -90), (reach + 60, 90), (reach, 90)])
    worst = 0.0
    for step in range(turns):
        turn = step / turns * 2 * math.pi / gear.teeth
        one = affinity.rotate(still, turn, origin=(0, 0), use_radians=True)
        back = -turn * gear.teeth / pinion.teeth
        two = affinity.rotate(other, back, origin=(0, 0), use_radians=True)
        two = affinity.translate(two, both.centre_mm, 0)
        worst = max(worst, one.intersection(near).intersection(two).area)
    return worst


@pytest.mark.parametrize("preset", range(len(GEAR.presets)))
def test_a_pair_runs_through_a_tooth_without_touching(preset):
    both = _pair(parse(GEAR, GEAR.presets[preset].params))
    assert penetration_mm2(both, "full") == 0


@pytest.mark.parametrize("shift", ["auto", "none"])
@pytest.mark.parametrize("pressure", ["14.5", "20", "25"])
@pytest.mark.parametrize("teeth", [(8, 8), (72, 8), (40, 9), (13, 30), (17, 12), (72, 40)])
def test_no_pair_collides_even_undercut_and_of_few_teeth(teeth, pressure, shift):
    """Without backlash the chords may share slivers far below a chord's error."""
    both = pair(2, teeth, float(pressure), 0.1, shifted_profile=shift == "auto")
    assert penetration_mm2(both, "full", 12) < 0.002


def test_an_undercut_gear_is_what_a_rolling_rack_leaves():
    """z = 8, x = 0: the rack, rolled in 900 steps, is cut out of a disc; the areas agree."""
    tooth = Tooth(2, 8, TWENTY)
    assert tooth.undercut
    depth, up, slope = 2.5, 4.0, math.tan(TWENTY)
    half = math.pi / 2
    cutter = Polygon(
        [(-half - up * slope, up), (-half + depth * slope, -depth), (half - depth * slope, -depth),
         (half + up * slope, up)]
    )  # fmt: skip
    cutter = cutter.buffer(-0.76).buffer(0.76, quad_segs=24)
    left = Polygon([(10 * math.cos(a), 10 * math.sin(a)) for a in np.linspace(0, 2 * math.pi, 720)])
    for rolled in np.linspace(-9, 9, 900):
        there = affinity.translate(cutter, rolled, 8)
        left = left.difference(affinity.rotate(there, rolled / 8, origin=(0, 0), use_radians=True))
    pitch = math.pi / 8  # one space, between the middles of two teeth
    wedge = Polygon(
        [(0, 0), *[(14 * math.sin(a), 14 * math.cos(a)) for a in np.linspace(-pitch, pitch, 9)]]
    )
    ours = disc(tooth, math.pi / 2 - pitch)
    assert ours.intersection(wedge).area == pytest.approx(left.intersection(wedge).area, rel=3e-3)
    assert orient(ours).symmetric_difference(left).intersection(wedge).area < 0.25


def test_undercut_is_said_with_the_button_that_cures_it():
    raw = {"pinion_teeth": 10, "shift": "none"}
    found = GEAR.rules(parse(GEAR, raw), PLA)
    (finding,) = (f for f in found if f.check == "undercut")
    assert (finding.part, finding.level, finding.field, finding.value) == (
        "pinion", "weak", "shift", "auto",
    )  # fmt: skip
    cured = GEAR.rules(parse(GEAR, {**raw, "shift": "auto"}), PLA)
    assert not [f for f in cured if f.check == "undercut"]


def checked(raw, check):
    """One check with the values on its buttons, and the checks left once they are taken."""
    params = parse(GEAR, raw)
    found = [GEAR.cured(params, f, PLA) for f in GEAR.rules(params, PLA) if f.check == check]
    left = [
        {one.check for one in GEAR.rules(parse(GEAR, {**raw, f.field: f.value}), PLA)}
        for f in found
        if f.field
    ]
    return found, left


def test_a_pair_that_hardly_hands_over_is_offered_an_angle_that_keeps_its_ratio():
    """Contact ratio of 20 on 20 teeth at 20°: 1.56 in every table."""
    assert pair(2, (20, 20), 20, 0, shifted_profile=False).contact_ratio == pytest.approx(
        1.557, abs=2e-3
    )
    raw = {"pressure": "14.5", "gear_teeth": 20, "pinion_teeth": 10}
    (finding,), (left,) = checked(raw, "contact")
    assert (finding.level, finding.field, finding.value) == ("weak", "pressure", "20")
    assert "1.13" in finding.state and "contact" not in left
    assert not checked({}, "contact")[0]


def test_where_no_angle_helps_the_least_teeth_are_offered_and_the_ratio_is_said():
    """12 on 8 teeth at 20° are 1:1.5; 12 teeth on the pinion make it 1:1."""
    raw = {"gear_teeth": 12, "pinion_teeth": 8}
    (finding,), (left,) = checked(raw, "contact")
    assert (finding.level, finding.field, finding.value) == ("weak", "pinion_teeth", 12)
    assert finding.cure == "Set “Teeth, pinion” to 12."
    assert finding.effect == ("With 12 teeth on the pinion the ratio becomes 1:1 instead of 1:1.5.")
    assert "contact" not in left
    assert checked({**raw, "pinion_teeth": 11}, "contact")[0]


@pytest.mark.parametrize(
    ("raw", "level"),
    [
        ({"gear_teeth": 8, "pinion_teeth": 8}, "impossible"),  # 0.957
        ({"gear_teeth": 12, "pinion_teeth": 8}, "weak"),  # 1.07
    ],
)
def test_below_one_pair_of_teeth_the_drive_is_lost_and_the_pair_cannot_be_made(raw, level):
    (finding,), _ = checked(raw, "contact")
    assert finding.level == level and (finding.measured < 1) == (level == "impossible")
    assert ("drive is lost" in finding.cause) == (level == "impossible")


@pytest.mark.django_db
def test_the_panel_says_beside_the_button_what_becomes_of_the_ratio(client):
    query = {"gear_teeth": 12, "pinion_teeth": 8}
    page = client.get("/design/spur-gear/checks/", query, headers={"HX-Request": "true"})
    text = page.content.decode()
    assert "Teeth, pinion: 12</button>" in text
    assert "the ratio becomes 1:1 instead of 1:1.5." in text


def test_tips_finer_than_a_line_are_offered_the_least_module_that_has_them():
    raw = {"module_mm": 0.8, "gear_teeth": 32, "pinion_teeth": 8, "shift": "none"}
    (finding,), (left,) = checked(raw, "tips")
    assert (finding.part, finding.field, finding.value) == ("pinion", "module_mm", 1.0)
    assert finding.measured < finding.needed == PLA.min_feature_mm
    assert "tips" not in left
    assert checked({**raw, "module_mm": 0.95}, "tips")[0]
    (lower,), _ = checked({"pinion_teeth": 8}, "tips")  # they would end in a point
    assert lower.level == "mended" and "lower than the standard" in lower.state


def test_a_keyway_below_six_millimetres_and_shafts_further_apart_are_said():
    (gear, pinion), _ = checked({"keyway": True, "gear_bore_mm": 5, "pinion_bore_mm": 5}, "keyway")
    assert (gear.part, pinion.part) == ("gear", "pinion")
    assert not checked({"keyway": True, "gear_bore_mm": 8, "pinion_bore_mm": 8}, "keyway")[0]
    (apart,), _ = checked({"gear_teeth": 12, "pinion_teeth": 12}, "centre")
    ours = pair(2, (12, 12), 20, 0.2, shifted_profile=True).centre_mm
    assert ours > 24 and f"{ours:.2f} mm instead of 24 mm" in apart.state
    assert not checked({}, "centre")[0]


def test_seventeen_teeth_is_where_undercut_begins_at_twenty_degrees():
    assert least_shift(17, TWENTY) == pytest.approx(0.0057, abs=1e-4)
    assert least_shift(18, TWENTY) < 0


def test_a_bore_that_would_weaken_the_rim_is_made_smaller_and_said():
    params = parse(GEAR, {"pinion_teeth": 12, "pinion_bore_mm": 20})
    wheel = _wheels(params)[1]
    assert 0 < wheel.fitting_bore_mm < 20
    assert wheel.fitting_bore_mm / 2 + wheel.rim_mm <= wheel.tooth.root_radius
    assert any(f.check == "bore" for f in GEAR.rules(params, PLA))


def test_what_is_cut_out_stays_apart():
    rng = random.Random(4)
    for _ in range(60):
        wheel = _wheels(sample(GEAR, rng))[0]
        at, radius = wheel.lightening()
        mouth = bore(wheel, "draft")
        inner = max(wheel.hub_radius, float(np.hypot(*mouth.T).max()) if mouth is not None else 0)
        if radius:
            assert at - radius > inner + 0.9
            assert at + radius < wheel.tooth.root_radius - 1.5
            assert 2 * at * math.sin(math.pi / wheel.holes) - 2 * radius > 2


@pytest.mark.parametrize("hub", [0.4, 0.8, 1.0])
def test_no_two_points_share_a_place_however_low_the_hub(hub):
    params = parse(GEAR, {"hub_mm": hub})
    for part in GEAR.build(params, "full"):
        points = part.mesh.vertices.astype(np.float32)
        assert len(np.unique(points, axis=0)) == len(points)
