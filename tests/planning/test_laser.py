"""Programs for laser cutters: what is left of the sheet is the part, and nothing else is done."""

from __future__ import annotations

import re

import numpy as np
import pytest
from shapely.geometry import LineString, Polygon, box
from shapely.ops import unary_union

from configurator.geometry.kernel import circle
from configurator.geometry.sheet import rectangle
from configurator.materials import material
from configurator.products import family
from configurator.products.fields import parse
from edge.laser_firewall import inspect_laser
from edge.protocol import KeepOut
from manufacturing.planning.failures import SliceFailed
from manufacturing.planning.gcode import check_envelope, read_program
from manufacturing.planning.laser import (
    SHEET_MARGIN_MM,
    Sheet,
    SheetPart,
    beam_paths,
    fits_sheet,
    plan_sheet,
    seconds_of,
)
from manufacturing.planning.lasers import LASERS, speed_mm_s
from manufacturing.planning.profiles import PROFILES

SMALL, LARGE = LASERS["laser-600"], LASERS["laser-1000"]
BIRCH = Sheet("birch", 3.0, 0.2, 0.68)
HOLE = circle(6, 64, (30, 20))[::-1].copy()
PLATE = SheetPart("plate", (rectangle((0, 0), (60, 40)), HOLE))


def parts_of(slug, copies=1, **raw):
    kind = family(slug)
    return [
        SheetPart(part.name, part.outline.rings, copies=copies)
        for part in kind.build(parse(kind, raw), "full")
    ]


def burnt(plan, kerf):
    """What the beam takes away, as a shape."""
    moves = plan.facts.moves
    on = moves.beam_s > 0
    lines = [
        LineString([a, b])
        for a, b in zip(moves.start[on][:, :2], moves.end[on][:, :2], strict=True)
        if np.any(a != b)
    ]
    return unary_union([line.buffer(kerf / 2, join_style="mitre") for line in lines])


def test_what_is_left_of_the_sheet_is_the_part_to_a_hundredth():
    """The beam's own width is taken from the waste: 60 × 40 with a hole of 12 mm comes out."""
    plan = plan_sheet([PLATE], BIRCH, SMALL)
    left = box(0, 0, 600, 400) - burnt(plan, BIRCH.kerf_mm)
    pieces = sorted(left.geoms, key=lambda piece: piece.area)
    part = pieces[-2]  # the sheet round it is larger, the disc out of the hole smaller
    low_x, low_y, high_x, high_y = part.bounds
    assert (high_x - low_x, high_y - low_y) == pytest.approx((60, 40), abs=0.01)
    wanted = Polygon(*(PLATE.rings[0], [PLATE.rings[1]]))
    assert part.area == pytest.approx(wanted.area, rel=2e-3)
    (hole,) = part.interiors
    assert Polygon(hole).area == pytest.approx(Polygon(HOLE).area, rel=5e-3)


def test_the_beam_goes_half_its_kerf_outside_the_edge_and_inside_the_hole():
    hole, edge = beam_paths(PLATE.rings, 0.2)
    assert np.ptp(edge, axis=0) == pytest.approx((60.2, 40.2))
    assert np.ptp(hole, axis=0) == pytest.approx((11.8, 11.8), abs=0.01)


def test_openings_are_cut_before_the_edge():
    plan = plan_sheet([PLATE, SheetPart("bar", (rectangle((0, 0), (80, 10)),))], BIRCH, SMALL)
    text = plan.gcode.decode()
    starts = [m.start() for m in re.finditer(r"M4 S", text)]
    assert plan.layers == len(starts) == 3
    lengths = [text[a:b].count("G1") for a, b in zip(starts, [*starts[1:], len(text)], strict=True)]
    assert lengths[0] > 20 and lengths[1:] == [4, 4]  # the hole, its plate's edge, the bar


def test_engraved_lines_come_first_and_faintly():
    line = np.array([(10.0, 5.0), (50.0, 5.0)])
    plan = plan_sheet([SheetPart("plate", PLATE.rings, (line,))], BIRCH, SMALL)
    powers = [int(s) for s in re.findall(r"M4 S(\d+)", plan.gcode.decode())]
    assert powers == [180, 900, 900]


@pytest.mark.parametrize("slug", ["finger-box", "lamp-panel"])
@pytest.mark.parametrize("profile", LASERS.values(), ids=lambda p: p.slug)
def test_a_design_is_planned_inside_the_machine_and_both_readers_agree(slug, profile):
    stuff = material(family(slug).materials[0])
    thick = family(slug).Params().sheet_mm
    sheet = Sheet(stuff.slug, thick, stuff.gauge(thick).kerf_mm, stuff.density_g_cm3)
    parts = parts_of(slug)
    plan = plan_sheet(parts, sheet, profile)
    assert check_envelope(plan.facts, profile.envelope) == ()
    assert inspect_laser(plan.gcode, profile.envelope) == []
    low, high = plan.bounds.low, plan.bounds.high
    assert min(low[:2]) > SHEET_MARGIN_MM - 1
    assert high[0] < profile.bed.width_mm - SHEET_MARGIN_MM + 1
    assert plan.layers == sum(len(part.rings) for part in parts)
    assert plan_sheet(parts, sheet, profile).sha256 == plan.sha256


@pytest.mark.parametrize("slug", ["finger-box", "lamp-panel"])
def test_the_estimate_from_lengths_is_within_a_tenth_of_the_program(slug):
    kind = family(slug)
    stuff = material(kind.materials[0])
    for preset in kind.presets:
        built = kind.build(parse(kind, preset.params), "full")
        thick = built[0].outline.thickness_mm
        sheet = Sheet(stuff.slug, thick, stuff.gauge(thick).kerf_mm, stuff.density_g_cm3)
        plan = plan_sheet([SheetPart(p.name, p.outline.rings) for p in built], sheet, LARGE)
        cut = sum(part.outline.cut_mm for part in built)
        guess = seconds_of(cut, 0, plan.layers, sheet, LARGE)
        assert guess == pytest.approx(plan.seconds - LARGE.start_s, rel=0.13), preset.name


def test_parts_lie_apart_on_their_sheet():
    plan = plan_sheet(parts_of("finger-box", copies=2), BIRCH, LARGE)
    moves = plan.facts.moves
    edges, current = [], []
    for end, beam in zip(moves.end, moves.beam_s, strict=True):
        if beam:
            current.append(end[:2])
        elif current:
            edges.append(Polygon([*current]))
            current = []
    outer = [e for e in edges if not any(o is not e and o.contains(e) for o in edges)]
    assert len(outer) == 10
    for k, one in enumerate(outer):
        assert all(one.distance(other) > 3 for other in outer[k + 1 :])


def test_a_sheet_holds_so_many_and_no_more():
    """On 600 × 400 with 5 mm round it, plates of 190 × 126 lie 3 × 3."""
    boxes = [(126, 190, 3)]
    assert fits_sheet(boxes, 9, SMALL.bed) and not fits_sheet(boxes, 10, SMALL.bed)
    assert fits_sheet([(590, 390, 3)], 1, SMALL.bed)
    assert fits_sheet([(390, 590, 3)], 1, SMALL.bed)  # turned
    assert not fits_sheet([(591, 390, 3)], 1, SMALL.bed)


@pytest.mark.parametrize(
    ("parts", "sheet", "code"),
    [
        ([], BIRCH, "empty"),
        ([SheetPart("p", (rectangle((0, 0), (700, 20)),))], BIRCH, "too_big"),
        ([PLATE], Sheet("birch", 9.0, 0.2, 0.68), "not_cut"),
        ([PLATE], Sheet("steel", 3.0, 0.2, 7.8), "not_cut"),
        ([SheetPart("p", (PLATE.rings[0], rectangle((9, 9), (30, 9.1))[::-1].copy()))], BIRCH,
         "lost_contour"),
    ],
)  # fmt: skip
def test_what_cannot_be_cut_says_why(parts, sheet, code):
    with pytest.raises(SliceFailed) as failure:
        plan_sheet(parts, sheet, SMALL)
    assert failure.value.code == code


def test_half_the_tube_cuts_half_as_fast():
    assert speed_mm_s("birch", 3.0, SMALL) == pytest.approx(20 * 40 / 60)
    assert speed_mm_s("birch", 3.0, LARGE) == pytest.approx(20 * 80 / 60)
    assert speed_mm_s("birch", 5.0, LARGE) == 0


HEAD = "G21\nG90\nM5\n$H\n"
GOOD = HEAD + "G0 X10 Y10 F6000\nM4 S500\nG1 X20 Y10 F600\nM5\n"


def proof(text, envelope=SMALL.envelope):
    return {row.code for row in check_envelope(read_program(text.encode()), envelope)}


def test_a_harmless_program_is_proven():
    assert proof(GOOD) == set()


@pytest.mark.parametrize(
    ("text", "code"),
    [
        (GOOD.replace("S500", "S1001"), "too_bright"),
        (GOOD.replace("M4 S500", "M3"), "too_bright"),
        (GOOD.removesuffix("M5\n"), "left_on"),
        (GOOD.replace("$H\n", ""), "not_homed"),
        (GOOD.replace("X20", "X601"), "out_of_volume"),
        (GOOD.replace("F600\n", "F60000\n"), "too_fast"),
        (GOOD.replace("M5\n$H", "M104 S200\n$H"), "not_a_laser"),
        (GOOD.replace("X20 Y10", "X20 Y10 E3"), "not_a_laser"),
    ],
)
def test_a_program_that_leaves_its_envelope_is_not_used(text, code):
    assert code in proof(text)


def test_a_keep_out_holds_for_a_beam_too():
    zone = KeepOut(name="clamp", x_min_mm=14, x_max_mm=16, y_min_mm=0, y_max_mm=50)
    envelope = SMALL.envelope.model_copy(update={"keep_outs": (zone,)})
    assert proof(GOOD, envelope) == {"keep_out"}


def test_a_printer_is_never_given_a_beam():
    assert "not_a_printer" in proof(GOOD, PROFILES["ender-3"].envelope)
