"""Jigsaw puzzles: pieces fill the outline, hold each other, come apart, and are cut in order."""

import math

import numpy as np
import pytest
import shapely
import trimesh

from configurator import blobs
from configurator.engine import evaluate
from configurator.geometry import jigsaw
from configurator.geometry.drawings import svg
from configurator.geometry.knobs import knob_over_a_line
from configurator.products import family
from configurator.products.fields import field_of, parse
from configurator.products.jigsaw import _puzzle
from configurator.uploads.readers import READERS
from edge.protocol import LaserProfile
from manufacturing.planning.laser import Sheet, SheetPart, plan_sheet
from tests.configurator.crafted import HEAD
from tests.planning.test_laser import LARGE

PUZZLE = family("jigsaw")
SHAPES = [slug for slug, _ in field_of(PUZZLE, "shape").choices if slug != "drawing"]


def laid(**raw):
    return jigsaw.layout(_puzzle(parse(PUZZLE, raw)), "full")


def built(**raw):
    (part,) = PUZZLE.build(parse(PUZZLE, raw), "full")
    return part


def way_mm(lines):
    return sum(float(np.hypot(*np.diff(line, axis=0).T).sum()) for line in lines)


def test_a_rectangle_is_its_area_less_its_seams():
    part = built(shape="rectangle", size_mm=200, ratio_percent=60, pieces=24, sheet_mm=4)
    area = 200 * 120 - (4 - math.pi) * 10**2
    assert part.outline.area_mm2 == pytest.approx(area, rel=1e-4)
    assert part.outline.cut_mm == pytest.approx(
        640 - (8 - 2 * math.pi) * 10 + way_mm(part.outline.seams), rel=1e-4
    )
    left = area - way_mm(part.outline.seams) * jigsaw.SEAM_MM
    assert part.mesh.volume_mm3 == pytest.approx(4 * left, rel=2e-3)


@pytest.mark.parametrize("shape", SHAPES)
def test_pieces_fill_the_outline_and_every_side_between_two_is_cut_once(shape):
    made = laid(shape=shape, pieces=30, seed=11)
    whole = shapely.union_all(made.pieces)
    assert shapely.area(made.pieces).sum() == pytest.approx(whole.area, abs=0.05)
    assert whole.symmetric_difference(made.whole).area < 1.1 * jigsaw.SEAM_MM / 2 * whole.length
    between = (shapely.length(made.pieces).sum() - whole.length) / 2
    assert way_mm(made.seams) == pytest.approx(between, abs=0.05)


@pytest.mark.parametrize("shape", SHAPES)
def test_what_is_shown_falls_into_as_many_bodies_as_there_are_pieces(shape):
    part = built(shape=shape, pieces=24)
    mesh = trimesh.Trimesh(part.mesh.vertices, part.mesh.faces, process=False)
    assert mesh.is_watertight
    assert mesh.body_count == part.bodies
    assert 16 <= part.bodies <= 32


@pytest.mark.parametrize("shape", SHAPES)
def test_every_shape_can_be_cut_as_it_is_offered(shape):
    result = evaluate("jigsaw", {"shape": shape}, "birch")
    assert [f.state for f in result.findings] == []


@pytest.mark.parametrize("knob", [8, 11, 14])
def test_a_knob_holds_and_its_neck_is_as_wide_as_declared(knob):
    raw = {"shape": "rectangle", "ratio_percent": 100, "pieces": 4, "knob_percent": knob}
    plan = jigsaw.plan(_puzzle(parse(PUZZLE, raw)))
    assert plan.neck_mm == pytest.approx(1.2 * knob / 100 * 100)
    ring = knob_over_a_line(plan.radius_mm, "full")
    head = shapely.Polygon(ring)
    heights = np.linspace(0.01, 2 * plan.radius_mm, 400)
    chords = [head.intersection(shapely.LineString([(-99, y), (99, y)])).length for y in heights]
    assert min(chords) == pytest.approx(plan.neck_mm, rel=0.01)
    assert max(chords[200:]) == pytest.approx(2 * plan.radius_mm, rel=0.01)


def test_no_two_knobs_come_nearer_than_a_neck_is_wide():
    raw = {"shape": "circle", "pieces": 50, "seed": 8}
    neck = jigsaw.plan(_puzzle(parse(PUZZLE, raw))).neck_mm
    for piece in laid(**raw).pieces:
        assert piece.is_valid
        assert piece.buffer(-0.45 * neck).geom_type == "Polygon"  # holds together


def test_a_seed_cuts_the_same_way_every_time_and_another_otherwise():
    first, again, other = (laid(seed=seed, sheet_mm=3) for seed in (5, 5, 6))
    assert all(np.array_equal(a, b) for a, b in zip(first.seams, again.seams, strict=True))
    assert way_mm(first.seams) != way_mm(other.seams)


@pytest.mark.parametrize("quality", ["draft", "full"])
def test_where_a_cleft_all_but_meets_a_seam_the_pieces_are_cut_elsewhere(quality, monkeypatch):
    raw = {"shape": "butterfly", "size_mm": 275, "pieces": 9, "knob_percent": 13.7, "seed": 40,
           "sheet_mm": 5}  # fmt: skip
    puzzle = _puzzle(parse(PUZZLE, raw))
    made = jigsaw.layout(puzzle, quality)
    assert len(made.apart) == len(made.pieces)
    monkeypatch.setattr(jigsaw, "BEGINNINGS", 1)
    jigsaw.layout.cache_clear()
    once = jigsaw.layout(puzzle, quality)
    jigsaw.layout.cache_clear()
    assert len(once.apart) == len(once.pieces) + 1


def test_a_draft_is_cut_as_the_design_of_record():
    params = parse(PUZZLE, {"shape": "cat", "pieces": 33})
    draft, full = (jigsaw.layout(_puzzle(params), quality) for quality in ("draft", "full"))
    assert len(draft.pieces) == len(full.pieces)
    assert draft.whole.equals(full.whole)


def test_too_many_pieces_are_weak_and_the_cure_cures():
    raw = {"shape": "heart", "size_mm": 110, "pieces": 60}
    finding = next(f for f in evaluate("jigsaw", raw, "birch").findings if f.check == "bridges")
    assert (finding.level, finding.field) == ("weak", "pieces")
    cured = evaluate("jigsaw", {**raw, "pieces": finding.value}, "birch")
    assert not [f for f in cured.findings if f.check == "bridges"]


def kept(body):
    return blobs.keep(blobs.packed(READERS["outline"]()((HEAD + body + "</svg>").encode())))


def test_a_picture_gives_its_outline_and_islands_are_left_out():
    name = kept('<path d="M0 0H80V40H0z M10 10V30H30V10z M90 0H99V9H90z"/>')
    raw = {"shape": "drawing", "drawing": name, "size_mm": 160, "pieces": 12}
    result = evaluate("jigsaw", raw, "birch")
    assert result.size_mm[:2] == pytest.approx((160, 80), abs=0.01)
    assert {f.check: f.level for f in result.findings} == {"left_out": "mended"}
    whole = laid(**raw).whole
    assert len(whole.interiors) == 1
    assert whole.area == pytest.approx(160 * 80 - 40 * 40, rel=0.01)


def test_without_a_picture_it_says_what_it_is():
    (finding,) = evaluate("jigsaw", {"shape": "drawing"}, "birch").findings
    assert (finding.check, finding.level) == ("blank", "weak")


def test_a_laser_cuts_the_seams_before_the_edge_that_holds_the_sheet():
    part = built(pieces=12)
    profile: LaserProfile = LARGE
    piece = SheetPart("puzzle", part.outline.rings, (), part.outline.seams)
    plan = plan_sheet([piece], Sheet("birch", 3.0, 0.2, 0.68), profile)
    assert plan.layers == part.outline.contours == len(part.outline.seams) + 1
    cuts = plan.gcode.decode().split("M4 S")[1:]
    last = np.array(
        [
            [float(word[1:]) for word in line.split()[1:3]]
            for line in cuts[-1].splitlines()
            if line.startswith("G1")
        ]
    )
    size = np.ptp(part.outline.rings[0], axis=0)
    assert sorted(np.ptp(last, axis=0)) == pytest.approx(sorted(size + 0.2), abs=0.02)


def test_a_drawing_to_cut_from_has_every_seam_as_an_open_line():
    part = built(pieces=12)
    text = svg([part]).decode()
    assert text.count("<path") == part.outline.contours
    assert text.count(" Z") == len(part.outline.rings)
