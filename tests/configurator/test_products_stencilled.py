"""Text cut right through lamp panels and boxes: it holds together, reads, or says why not."""

import io
import xml.etree.ElementTree as ET
from random import Random

import ezdxf
import numpy as np
import pytest
import shapely

from configurator.engine import evaluate, file
from configurator.geometry.lamp_panel import letters as letters_of
from configurator.geometry.lettering import line
from configurator.geometry.stencil import Stencil, lettered, measured
from configurator.materials import material
from configurator.products import family
from configurator.products.fields import parse
from configurator.products.finger_box import _layout as box_of
from configurator.products.lamp_panel import _layout as lamp_of
from configurator.products.samples import WORDS

LAMP, BOX = family("lamp-panel"), family("finger-box")
ACRYLIC = material("acrylic")


def text(words="NORA", **more):
    given = {"face": "stencil", "size_mm": 30.0, "align": "middle", "bridge_mm": 4.0}
    return Stencil(words, **{**given, "sheet_mm": 5.0, "room_mm": (200.0, 60.0), **more})


def found(slug, raw, stuff, check):
    rows = evaluate(slug, raw, stuff).findings
    return next((row for row in rows if row.check == check), None)


@pytest.mark.parametrize("bridge", [1.5, 3.0, 4.0, 5.5])
def test_what_stays_between_two_openings_is_as_wide_as_is_asked_for(bridge):
    """The face's own bridges are 0.04 em: of capitals 30 mm high (0.7 em) 1.7 mm."""
    rings = lettered(text(bridge_mm=bridge), "full").rings
    shapes = [shapely.Polygon(ring) for ring in rings]
    assert len(shapes) == 9, "N 3, O 2, R 2, A 2"
    far = [a.distance(b) for k, a in enumerate(shapes) for b in shapes[k + 1 :]]
    assert min(far) >= min(bridge, 1.7) - 0.06
    assert all(shape.is_valid for shape in shapes)
    if bridge > 1.8:
        # The nearest two were corners, which the beam's roundness takes back a little further.
        assert bridge - 0.02 <= min(far) <= bridge + 0.5


def test_capitals_are_as_high_as_is_asked_for_or_as_the_room_allows():
    one, other = lettered(text(), "full"), lettered(text(room_mm=(100.0, 60.0)), "full")
    assert measured(text()).size_mm == pytest.approx(30)
    assert measured(text(room_mm=(100.0, 60.0))).size_mm < 30
    heights = [np.ptp(np.concatenate(made.rings)[:, 1]) for made in (one, other)]
    assert heights[0] == pytest.approx(30 - 2 * 1.16, abs=0.6), "lighter on both sides"
    assert np.ptp(np.concatenate(other.rings)[:, 0]) <= 100
    assert heights[1] < heights[0]


def test_a_line_is_set_left_in_the_middle_or_right():
    boxes = {
        align: np.concatenate(lettered(text("i", align=align), "full").rings)
        for align in ("left", "middle", "right")
    }
    assert boxes["left"][:, 0].min() == pytest.approx(0, abs=1.5)
    assert boxes["right"][:, 0].max() == pytest.approx(200, abs=1.5)
    middle = (boxes["middle"][:, 0].min() + boxes["middle"][:, 0].max()) / 2
    assert middle == pytest.approx(100, abs=0.1)


def test_letters_stand_beneath_the_pattern_and_within_the_border():
    raw = {"words": "NORA", "size_mm": 30, "pattern": "hexagons", "border_mm": 10}
    lamp, plain = lamp_of(parse(LAMP, raw)), lamp_of(parse(LAMP, {**raw, "words": ""}))
    assert plain.field == plain.inner and lamp.inner == plain.inner
    panel = LAMP.build(parse(LAMP, raw), "full")[0].outline
    assert len(letters_of(lamp, "full")) == 9
    low = -lamp.height_mm / 2 - lamp.sheet_mm / 2 + lamp.sheet_mm  # the tab is below
    letters = [ring for ring in panel.rings[1:] if ring[:, 1].max() < low + lamp.field[1]]
    assert len(letters) == 9
    rest = [shapely.Polygon(ring) for ring in panel.rings[1:10]]
    above = [shapely.Polygon(ring) for ring in panel.rings[10:]]
    assert min(a.distance(b) for a in rest for b in above) >= 4.0


def test_a_design_without_text_is_what_it_was():
    for kind in (LAMP, BOX, family("glow-lamp")):
        assert parse(kind, {}).words == ""
    assert letters_of(lamp_of(parse(LAMP, {})), "full") == []
    front = {part.name: part for part in BOX.build(parse(BOX, {}), "full")}["front"]
    assert len(front.outline.rings) == 1


@pytest.mark.parametrize(
    ("raw", "name"),
    [
        ({}, "front"),
        ({"columns": 3, "height_mm": 120}, "front"),
        ({"columns": 4, "height_mm": 120}, "front"),
        ({"place": "lid", "lid": "lift"}, "lid"),
        ({"place": "lid", "lid": "slide"}, "lid"),
        ({"measured": "outside", "lid": "slide", "height_mm": 90}, "front"),
    ],
)
def test_letters_of_a_box_keep_away_from_tabs_and_openings(raw, name):
    raw = {"words": "BROT", "size_mm": 24, "width_mm": 260, **raw}
    parts = {part.name: part for part in BOX.build(parse(BOX, raw), "full")}
    plain = {part.name: part for part in BOX.build(parse(BOX, {**raw, "words": ""}), "full")}
    cut = parts[name].outline.section ^ plain[name].outline.section
    letters = plain[name].outline.area_mm2 - parts[name].outline.area_mm2
    assert letters > 500 and cut.area() == pytest.approx(parts[name].outline.area_mm2)
    assert parts[name].outline.polygon.is_valid
    assert not evaluate("finger-box", raw, "birch").findings
    for other, part in parts.items():
        if other != name:
            assert part.outline.area_mm2 == pytest.approx(plain[other].outline.area_mm2)


def test_inner_parts_that_would_fall_out_are_counted_and_the_stencil_keeps_them():
    """B has two, O one, 8 two."""
    raw = {"words": "BO8", "face": "modern", "size_mm": 40, "width_mm": 220}
    row = found("lamp-panel", raw, "acrylic", "islands")
    assert (row.level, row.measured, row.field, row.value) == ("weak", 5, "face", "stencil")
    assert found("lamp-panel", {**raw, "face": row.value}, "acrylic", "islands") is None
    # 国 is drawn from a face that has no bridges, whatever is chosen.
    row = found("lamp-panel", {**raw, "words": "国"}, "acrylic", "islands")
    assert row.field is None and "without inner parts" in row.cure


@pytest.mark.parametrize(
    ("slug", "stuff", "raw", "field"),
    [
        ("lamp-panel", "acrylic", {"words": "NORA", "size_mm": 14}, "size_mm"),
        ("glow-lamp", "acrylic", {"words": "STUDIO", "size_mm": 32}, "width_mm"),
        ("finger-box", "birch", {"words": "BROT", "size_mm": 10}, "size_mm"),
        ("finger-box", "birch", {"words": "BROT", "columns": 4}, "height_mm"),
    ],
)
def test_the_button_of_strokes_too_fine_cures_them(slug, stuff, raw, field):
    row = found(slug, raw, stuff, "strokes")
    assert row.field == field and row.value is not None
    assert found(slug, {**raw, field: row.value}, stuff, "strokes") is None
    step = 1 if field in ("size_mm", "width_mm", "height_mm") else 0.1
    assert found(slug, {**raw, field: row.value - step}, stuff, "strokes") is not None


def test_the_least_size_of_letters_is_that_of_the_formula():
    """Stroke 0.153 em, web 0.031: 0.153 s − (4 − 0.031 s) ≥ 2.5 from s = 35.3; · 0.688 = 24.3."""
    row = found("lamp-panel", {"words": "NORA", "size_mm": 14}, "acrylic", "strokes")
    assert row.value == 25
    stroke = measured(text(size_mm=24.32)).stroke_mm
    assert stroke == pytest.approx(2.5, abs=0.01)


def test_bridges_narrower_than_the_sheet_bears_are_said():
    """Birch of 3 mm: 0.8 · 3 = 2.4 mm."""
    row = found("finger-box", {"words": "BROT", "bridge_mm": 1.5}, "birch", "bridges")
    assert (row.field, row.value) == ("bridge_mm", 2.4)
    assert not evaluate("finger-box", {"words": "BROT", "bridge_mm": 2.4}, "birch").findings
    assert found("finger-box", {"bridge_mm": 1.5}, "birch", "bridges") is None


def test_characters_without_a_shape_and_a_lid_that_is_not_there_are_said():
    row = found("finger-box", {"words": "A🜨"}, "birch", "lettering")
    assert (row.level, row.field, row.value) == ("impossible", "words", "A")
    row = found("finger-box", {"words": "BROT", "place": "lid"}, "birch", "letters")
    assert (row.level, row.field, row.value) == ("mended", "place", "front")
    assert not evaluate("finger-box", {"words": "BROT", "place": "front"}, "birch").findings


def test_whatever_is_written_no_opening_is_too_narrow_to_cut():
    """The opening by a disc sees to it; only webs within one letter are left to be measured."""
    rng = Random("stencils")
    for words in (*WORDS, "Kaffee & Tee", "ÄÖÜ ß", "مرحبا", "שלום"):
        for face in ("stencil", "serif", "brush"):
            raw = {"words": words, "face": face, "size_mm": rng.randint(8, 80), "width_mm": 240}
            checks = {f.check for f in evaluate("lamp-panel", raw, "acrylic").findings}
            assert "openings" not in checks, (words, face)


def test_drawings_hold_the_letters_as_cuts():
    raw = {"words": "NORA", "size_mm": 30}
    counts = {}
    for words in ("", "NORA"):
        design = {**raw, "words": words, "cell_mm": 40, "pattern": "hexagons", "height_mm": 90}
        drawing = ezdxf.read(io.StringIO(file("lamp-panel", design, "dxf").decode()))
        dxf = len(drawing.modelspace().query("LWPOLYLINE[layer=='CUT']"))
        root = ET.fromstring(file("lamp-panel", design, "svg"))  # noqa: S314
        (layer,) = [g for g in root.iter() if g.get("id") == "CUT"]
        assert len(layer) == dxf
        counts[words] = dxf
    parts = LAMP.build(parse(LAMP, {**design}), "full")
    assert counts["NORA"] == sum(len(part.outline.rings) for part in parts) >= 9
    assert counts["NORA"] != counts[""]


def test_a_laser_s_plan_cuts_every_letter():
    from manufacturing.planning.laser import beam_paths

    raw = next(preset.params for preset in BOX.presets if preset.name == "Bread bin")
    front = {part.name: part for part in BOX.build(parse(BOX, raw), "full")}["front"]
    assert measured(box_of(parse(BOX, raw)).text[0]).size_mm == pytest.approx(40)
    paths = beam_paths(front.outline.rings, 0.2)
    assert len(paths) == len(front.outline.rings) == 1 + len(lettered(text("BROT"), "full").rings)


def test_capitals_are_measured_by_an_h_of_the_face():
    assert line("H", "stencil", "draft").high[1] == pytest.approx(0.7, abs=0.05)
