"""The bundled typefaces: what the manifest says is what lies there."""

import hashlib
import json
import subprocess
import sys

import numpy as np
import pytest
import uharfbuzz as hb
from fontTools.pens.basePen import BasePen
from fontTools.ttLib import TTFont
from shapely.geometry import Polygon
from shapely.ops import unary_union

from configurator.fonts import samples, shown, sources
from configurator.geometry import glyphs
from configurator.geometry.lettering import FILES, FONTS, islands, line, missing, writable
from configurator.geometry.strokes import finest
from configurator.products.typefaces import FACES


def test_each_font_is_the_one_of_the_manifest_under_an_open_licence():
    manifest = json.loads((FONTS / "manifest.json").read_text())
    assert {entry["key"]: entry["file"] for entry in manifest} == FILES
    licence = (FONTS / "OFL.txt").read_text()
    for entry in manifest:
        data = (FONTS / entry["file"]).read_bytes()
        assert hashlib.sha256(data).hexdigest() == entry["sha256"]
        assert len(data) <= 4 * 2**20
        assert entry["source"].split()[0] in ("Debian", "npm") and entry["version"]
        assert len(TTFont(FONTS / entry["file"]).getBestCmap()) == entry["characters"]
        assert entry["licence"] == "OFL-1.1" and entry["file"] in licence


def test_the_manifest_is_what_the_sources_say():
    manifest = {entry["key"]: entry for entry in json.loads((FONTS / "manifest.json").read_text())}
    assert [one.key for one in sources.SOURCES] == list(manifest)
    for one in sources.SOURCES:
        kept = manifest[one.key]
        assert (kept["file"], kept["name"]) == (one.file, one.name)
        assert kept["source"] == f"{one.origin} {one.package} {one.package_version}"
        if one.reserved:
            shown = TTFont(FONTS / one.file)["name"].getDebugName(1)
            assert shown == f"Nearmade {one.key.title()}", "a reserved name stays with its owner"


def test_every_sign_that_our_pages_show_is_in_their_font():
    """``python -m configurator.fonts.shown`` makes it anew; its hash goes into the manifest."""
    signs = shown.signs()
    assert "茶" in signs and "さ" in signs
    assert set(map(ord, signs)) <= set(TTFont(shown.FILE).getBestCmap())
    assert shown.FILE.stat().st_size < 50_000


def test_there_are_eight_faces_or_more_and_their_samples_are_their_own_letters():
    assert len(FACES) >= 8 and "stencil" in FACES
    assert samples.FILE.read_text() == samples.sheet()
    shapes = {line("Rag", face, "full").contours[0].tobytes() for face in FACES}
    assert len(shapes) == len(FACES)


def test_common_names_can_be_written():
    for text in (
        "王小明",
        "陳大文",
        "李雷 & 韩梅梅",
        "山田太郎",
        "さくら",
        "エミリー",
        "Zoë",
        "Ægir",
        "محمد",
        "نیک‌پور",
        "क्षितिज",
        "שרה",
    ):
        assert missing(text, "modern") == ""


@pytest.mark.parametrize("text", ["😀", "안녕", "สวัสดี"])
def test_what_no_face_has_is_missing_and_never_a_box(text):
    for face in FACES:
        assert set(missing(f"a{text}", face)) == set(text)
        bare, with_it = line("a", face, "full"), line(f"a{text}", face, "full")
        assert np.allclose(np.concatenate(bare.contours), np.concatenate(with_it.contours))


def test_a_script_face_borrows_what_it_lacks():
    assert (
        line("王", "script", "full").contours[0].shape
        == line("王", "modern", "full").contours[0].shape
    )


def test_kerning_is_applied():
    """AV stands closer than A and V apart."""

    def width(text):
        drawn = line(text, "modern", "full")
        return drawn.high[0] - drawn.low[0]

    assert width("AVAV") < 2 * width("AV") + 0.2
    together = width("AV")
    assert together < width("A") + width("V") - 0.02


def test_letters_are_simple_polygons_that_run_the_right_way():
    contours = line("O8", "modern", "full").contours
    areas = sorted(
        sum(c[i - 1][0] * c[i][1] - c[i][0] * c[i - 1][1] for i in range(len(c))) / 2
        for c in contours
    )
    assert len(areas) == 5
    assert areas[2] < 0 < areas[3], "three counters clockwise, two outlines counter-clockwise"


def test_nothing_but_spaces_is_no_line():
    assert line("", "modern", "full") is None
    assert line("   ", "rounded", "full") is None


def area(contours):
    return abs(sum(Polygon(c).area * (1 if Polygon(c).exterior.is_ccw else -1) for c in contours))


@pytest.mark.parametrize("face", sorted(FILES))
def test_overlaps_are_resolved_to_their_union(face):
    """What is drawn has the area that shapely gives for the union of the glyphs as placed."""
    text = {"arabic": "محمد علي", "devanagari": "क्षत्रिय नमस्ते", "hebrew": "שרה", "cjk": "国龙"}.get(
        face, "Qfiffy Ålesund & Öjvind"
    )
    drawn = line(text, face, "full")
    rings = [Polygon(c) for c in drawn.contours]
    assert all(ring.is_valid for ring in rings)
    whole = unary_union([whole_glyph(*one) for one in placed_glyphs(text, face)])
    assert area(drawn.contours) == pytest.approx(whole.area, rel=0.01)


def placed_glyphs(text, face):
    """HarfBuzz alone, one face and one direction: (face, glyph, x, y) in em."""
    buffer, font = hb.Buffer(), glyphs.font_of(face)
    buffer.add_str(text)
    buffer.guess_segment_properties()
    hb.shape(font, buffer)
    x, found = 0.0, []
    for info, at in zip(buffer.glyph_infos, buffer.glyph_positions, strict=True):
        size = font.face.upem
        found.append((face, info.codepoint, (x + at.x_offset) / size, at.y_offset / size))
        x += at.x_advance
    return found


class Flat(BasePen):
    """fontTools' own reading of a glyph's curves, in 24 chords each."""

    def __init__(self, shapes):
        super().__init__(shapes)
        self.rings = []

    def _moveTo(self, point):  # noqa: N802  # the pen protocol's name
        self.rings.append([point])

    def _lineTo(self, point):  # noqa: N802  # the pen protocol's name
        self.rings[-1].append(point)

    def _curveToOne(self, *controls):  # noqa: N802  # the pen protocol's name
        start = self.rings[-1][-1]
        for t in np.linspace(0, 1, 25)[1:]:
            points = np.array([start, *controls], float)
            while len(points) > 1:
                points = points[:-1] + t * (points[1:] - points[:-1])
            self.rings[-1].append(tuple(points[0]))


def whole_glyph(face, number, x, y):
    """A glyph by fontTools and shapely: outlines added and counters taken, the large ones first."""
    font = TTFont(FONTS / FILES[face])
    shapes = font.getGlyphSet()
    pen = Flat(shapes)
    shapes[font.getGlyphOrder()[number]].draw(pen)
    size = font["head"].unitsPerEm
    rings = [Polygon(np.array(r) / size + [x, y]) for r in pen.rings if len(r) > 2]
    rings.sort(key=lambda ring: -ring.area)
    whole = Polygon()
    for ring in rings:
        outline = ring.exterior.is_ccw == rings[0].exterior.is_ccw
        whole = whole.union(ring.buffer(0)) if outline else whole.difference(ring.buffer(0))
    return whole


def test_the_stencil_leaves_nothing_to_fall_out():
    every = "".join(
        chr(c) for c in (*range(0x21, 0x7F), *range(0xC0, 0x180)) if glyphs.has("stencil", chr(c))
    )
    assert len(every) > 200 and islands(every, "stencil") == 0
    assert islands("ABO8", "modern") == 6, "1 + 2 + 1 + 2 counters"


def test_a_bar_is_as_fine_as_it_is_wide():
    """A hairline H: two posts of 0.2, a bar of 0.015 between them, 0.4 long."""
    points = [(0, 0), (0.2, 0), (0.2, 0.5), (0.6, 0.5), (0.6, 0), (0.8, 0), (0.8, 1), (0.6, 1)]
    points += [(0.6, 0.515), (0.2, 0.515), (0.2, 1), (0, 1)]
    assert finest([np.array(points, float)]) == pytest.approx(0.015, abs=1e-6)


def test_the_tip_of_a_wedge_is_no_stroke():
    """Its two sides meet at 53°, so none of it counts as a stroke's width."""
    assert finest([np.array([(0, 0), (1, 0), (0.5, 1.0)])]) > 0.5


def test_hairlines_are_measured_and_bold_faces_are_not_called_fine():
    assert line("Hamburg", "elegant", "draft").stroke < 0.03
    assert line("Hamburg", "modern", "draft").stroke > 0.08
    for face in FACES:
        assert line("Hamburg", face, "draft").stroke == line("Hamburg", face, "full").stroke


def test_the_nearest_text_keeps_what_can_be_kept():
    assert writable("𝓜𝓲𝓪 😀 안녕", "script") == "Mia"
    assert writable("Zoë", "hand") == "Zoë"
    assert writable("😀", "modern") == ""


def test_fonts_are_opened_when_they_are_first_used():
    code = (
        "from configurator.geometry.lettering import line;"
        "from configurator.geometry.glyphs import font_of;"
        "line('Mia', 'slab', 'draft'); print(font_of.cache_info().currsize)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "1"
