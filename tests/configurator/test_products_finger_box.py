"""Finger-jointed boxes: panels that really mate, worked out on paper and measured on solids."""

import random

import manifold3d as m3
import numpy as np
import pytest
import shapely

from configurator.engine import draft, evaluate
from configurator.geometry.finger_box import SLIDE_MM, joint
from configurator.geometry.measure import assembled, assembled_box
from configurator.materials import material
from configurator.products import family
from configurator.products.fields import parse
from configurator.products.finger_box import _layout
from configurator.products.samples import sample

BOX = family("finger-box")
BIRCH, ACRYLIC = material("birch"), material("acrylic")


def built(**raw):
    return {part.name: part for part in BOX.build(parse(BOX, raw), "full")}


def solid(part):
    """The part at home, as a solid."""
    points, faces = assembled(part).astype(np.float32), part.mesh.faces.astype(np.uint32)
    mesh = m3.Mesh(np.ascontiguousarray(points), np.ascontiguousarray(faces))
    found = m3.Manifold(mesh)
    assert found.status() == m3.Error.NoError
    return found


def overlap_mm3(parts):
    """Volume that two parts both claim, summed over all pairs."""
    solids = [solid(part) for part in parts]
    return sum((one ^ other).volume() for k, one in enumerate(solids) for other in solids[k + 1 :])


def found(check, stuff=BIRCH, **raw):
    rows = BOX.rules(parse(BOX, raw), stuff)
    return next((row for row in rows if row.check == check), None)


def test_an_open_box_without_play_is_its_outside_less_its_room():
    """100 × 80 × 60 inside, 3 mm: outside 106 × 86 × 63, so 574 308 − 480 000 = 94 308 mm³.

    Not one corner is missing and none is there twice: the panels tile the walls.
    """
    parts = built(width_mm=100, depth_mm=80, height_mm=60, play_mm=0)
    assert sum(p.mesh.volume_mm3 for p in parts.values()) == pytest.approx(94_308, rel=1e-6)
    whole = m3.Manifold.batch_boolean([solid(p) for p in parts.values()], m3.OpType.Add)
    assert whole.volume() == pytest.approx(94_308, rel=1e-5)
    assert assembled_box(tuple(parts.values())) == pytest.approx((106, 86, 63), abs=1e-6)


@pytest.mark.parametrize("lid", ["open", "lift", "slide"])
@pytest.mark.parametrize("sheet", [3, 6])
def test_with_play_no_two_parts_claim_the_same_place(lid, sheet):
    parts = built(lid=lid, sheet_mm=sheet, play_mm=0.1, columns=3, rows=2, grips=True)
    assert overlap_mm3(parts.values()) < 0.01 * sum(p.mesh.volume_mm3 for p in parts.values()) / 100


def test_a_press_fit_overlaps_by_its_play_and_no_more():
    """Each flank of a finger bites half of 0.2 mm: flanks · 0.1 · 3 · 3 mm³."""
    params = parse(BOX, {"play_mm": -0.2})
    box = _layout(params)
    lengths = (box.width_mm - 6, box.depth_mm - 6, box.height_mm - 3)
    joints = (2, 2, 4)
    flanks = sum(n * (box.shares(mm) - 1) for n, mm in zip(joints, lengths, strict=True))
    expected = flanks * 0.1 * 9
    assert overlap_mm3(BOX.build(params, "full")) == pytest.approx(expected, rel=0.01)


def test_fingers_of_two_neighbours_complement_each_other():
    """Along a joint, where one is out the other steps back; each gap between them is half the play.

    5 shares of 9 mm from 3 to 48: the owner is out on the 1st, 3rd and 5th. With 0.2 mm of play
    the first flank is at 11.95 for the owner and at 12.05 for the other.
    """
    box = _layout(parse(BOX, {"finger_mm": 9, "play_mm": 0.2}))
    owner, other = joint(box, 3, 48, owner=True), joint(box, 3, 48, owner=False)
    assert [depth for _, depth in owner] == [0, 3, 0, 3, 0]
    assert [depth for _, depth in other] == [3, 0, 3, 0, 3]
    assert owner[0][0] == pytest.approx(11.95) and other[0][0] == pytest.approx(12.05)
    gaps = [abs(a - b) for (a, _), (b, _) in zip(owner[:-1], other[:-1], strict=True)]
    assert gaps == pytest.approx([0.1] * 4)


def test_sizes_are_those_inside_or_those_outside():
    inside = built(width_mm=100, depth_mm=80, height_mm=60, lid="lift")
    assert assembled_box(tuple(inside.values())) == pytest.approx((106, 86, 69), abs=1e-6)
    outside = built(measured="outside", width_mm=100, depth_mm=80, height_mm=60, lid="lift")
    assert assembled_box(tuple(outside.values())) == pytest.approx((100, 80, 60), abs=1e-6)
    slide = _layout(parse(BOX, {"lid": "slide", "height_mm": 50, "width_mm": 90}))
    assert slide.inside == pytest.approx((90, 120, 50))


def test_a_sliding_lid_slides_and_stops():
    """Pulled forwards it meets nothing all the way; pushed past its place it meets the walls."""
    parts = built(lid="slide")
    box = _layout(parse(BOX, {"lid": "slide"}))
    lid = solid(parts.pop("lid"))
    walls = m3.Manifold.batch_boolean([solid(p) for p in parts.values()], m3.OpType.Add)
    for pulled in (0, 20, 60, 110):
        moved = lid.translate((0, -pulled, SLIDE_MM / 2))
        assert (moved ^ walls).volume() < 1e-3
    assert (lid.translate((0, 1, SLIDE_MM / 2)) ^ walls).volume() > box.sheet_mm
    assert (lid.translate((0, -20, 5)) ^ walls).volume() > box.sheet_mm  # it is not lifted out


def test_dividers_cross_each_other_halfway_and_hold_in_the_walls():
    parts = built(columns=4, rows=3)
    assert {"along-1", "along-2", "along-3", "across-1", "across-2"} <= set(parts)
    size = parts["along-1"].mesh.size_mm
    assert size[0] == pytest.approx(126)  # 120 of room and a tab of 3 at either end
    one, other = solid(parts["along-2"]), solid(parts["across-1"])
    assert (one ^ other).volume() < 1e-6
    wall = solid(parts["front"])
    assert (one ^ wall).volume() < 1e-6
    assert (one.translate((0, 0, 10)) ^ wall).volume() > 1  # its tab is in the wall


def test_every_panel_is_its_outline_made_thick():
    rng = random.Random(8)
    for _ in range(12):
        for part in BOX.build(sample(BOX, rng), "full"):
            area = shapely.Polygon(part.outline.rings[0], part.outline.rings[1:]).area
            assert part.outline.polygon.is_valid
            thick = part.outline.thickness_mm
            assert part.mesh.volume_mm3 == pytest.approx(area * thick, rel=1e-6)
            assert part.outline.area_mm2 == pytest.approx(area, rel=1e-9)


def test_panels_lie_apart_and_stand_together():
    parts = BOX.build(parse(BOX, {"lid": "lift", "columns": 2}), "full")
    shadows = [
        shapely.box(*(p.mesh.low[:2] + p.at[:2]), *(p.mesh.high[:2] + p.at[:2])) for p in parts
    ]
    for k, one in enumerate(shadows):
        assert all(one.distance(other) > 5.9 for other in shadows[k + 1 :])
    assert all(p.at[2] == 0 for p in parts)


def test_a_lid_of_its_box_is_shown_half_off():
    parts = BOX.build(parse(BOX, {"lid": "lift"}), "draft")
    shown = {p.name: p for p in BOX.scene(parts)}
    kept = {p.name: p for p in parts}
    assert shown["lid"].home[2] > kept["lid"].home[2] + 30
    assert shown["front"] is kept["front"]


def test_a_thickness_that_is_not_stocked_offers_the_nearest():
    row = found("stocked", ACRYLIC, sheet_mm=4)
    assert row.level == "impossible" and row.value == 3
    assert "3, 5 and 8 mm" in row.cause
    assert found("stocked", ACRYLIC, sheet_mm=5) is None
    assert found("stocked", BIRCH, sheet_mm=7).value == 6
    assert not evaluate("finger-box", {"sheet_mm": 4}, "acrylic").printable


def test_a_joint_is_neither_forced_nor_loose():
    """Acrylic gives nothing: 0 is offered. Birch 3 mm takes −0.15; above 0.15 + 0.06 it rattles."""
    assert found("joints", ACRYLIC, play_mm=-0.1).value == 0
    assert found("joints", BIRCH, play_mm=-0.1) is None
    assert found("joints", BIRCH, play_mm=-0.3).value == pytest.approx(-0.15)
    assert found("joints", BIRCH, play_mm=0.5).value == pytest.approx(0.2)
    assert found("joints", BIRCH, play_mm=0.2) is None
    for play, stuff in ((-0.3, BIRCH), (0.5, BIRCH), (-0.05, ACRYLIC), (0.45, ACRYLIC)):
        cure = found("joints", stuff, play_mm=play).value
        assert found("joints", stuff, play_mm=cure) is None


def test_fingers_as_narrow_as_they_are_short_of_the_sheet_are_weak():
    row = found("fingers", BIRCH, sheet_mm=6, finger_mm=4)
    assert row.level == "weak" and row.value == 6 and row.measured < 6
    assert found("fingers", BIRCH, sheet_mm=6, finger_mm=row.value) is None


def test_compartments_that_do_not_fit_are_fewer_and_said():
    """60 mm of room, 8 mm sheet: (60 + 8) / (16 + 8) = 2.8, so two."""
    row = found("rooms", width_mm=60, sheet_mm=8, columns=6)
    assert row.level == "mended" and "2 × 1" in row.state
    parts = built(width_mm=60, sheet_mm=8, columns=6)
    assert [name for name in parts if name.startswith("along")] == ["along-1"]
    assert found("rooms", width_mm=60, sheet_mm=8, columns=2) is None


def test_hand_holes_need_room_and_say_so():
    assert found("grips", grips=True, height_mm=60, rows=3).level == "mended"
    assert found("grips", grips=True, height_mm=120) is None
    assert len(built(grips=True, height_mm=120)["left"].outline.rings) == 2
    low = {"height_mm": 60, "rows": 3}
    same = [len(built(grips=grips, **low)["left"].outline.rings) for grips in (True, False)]
    assert same == [3, 3]  # the slots of two dividers' tabs, and no hand hole


def test_the_viewer_is_told_how_panels_stand():
    import json
    import struct

    glb = draft("finger-box", {}, "birch").glb
    (length,) = struct.unpack_from("<I", glb, 12)
    document = json.loads(glb[20 : 20 + length])
    nodes = {node.get("name"): node for node in document["nodes"]}
    assert nodes["front"]["extras"]["tilt"] == pytest.approx([0.5**0.5, 0, 0, 0.5**0.5])
    assert "tilt" not in nodes["bottom"]["extras"]
    assert {m["name"] for m in document["materials"]} >= {"part", "edge"}
