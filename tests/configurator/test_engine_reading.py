"""What was typed is what is there: tags seen from above, read back by tesseract and by FreeType."""

import shutil
import subprocess
from difflib import SequenceMatcher
from io import BytesIO

import numpy as np
import pytest
from embreex.mesh_construction import TriangleMesh
from embreex.rtcore_scene import EmbreeScene
from PIL import Image, ImageDraw, ImageFont, features

from configurator.geometry.lettering import FILES, FONTS, line
from configurator.products import family
from configurator.products.fields import parse
from configurator.products.typefaces import FACES

TAG = family("name-tag")
PLAIN = {"shape": "rounded", "rim": False, "hole": "none", "width_mm": 110, "height_mm": 30}
READ = {"script": 0.85}
"""Least likeness of what is read: tesseract, a reader of print, takes a joined k for "le".
All other faces, brush and blackletter among them, have to be read without a fault."""


def seen_from_above(words, face, lettering, dots_per_mm=12):
    """Heights of the finished solid, by rays straight down: ink where it is raised or sunk."""
    raw = {**PLAIN, "name": words, "face": face, "lettering": lettering, "relief_mm": 1}
    (part,) = TAG.build(parse(TAG, raw), "full")
    mesh = part.mesh
    scene = EmbreeScene()
    TriangleMesh(scene, mesh.vertices[mesh.faces].astype(np.float32))
    wide, high = 106, 26
    x = (np.arange(wide * dots_per_mm) + 0.5) / dots_per_mm - wide / 2
    y = high / 2 - (np.arange(high * dots_per_mm) + 0.5) / dots_per_mm
    start = np.stack([*np.meshgrid(x, y), np.full((len(y), len(x)), 50.0)], axis=-1)
    start = start.reshape(-1, 3).astype(np.float32)
    way = np.broadcast_to(np.float32([0, 0, -1]), start.shape).copy()
    far = scene.run(start, way, query="DISTANCE").reshape(len(y), len(x))
    ink = (50.0 - far > 3.5) if lettering == "raised" else (50.0 - far < 2.5)
    return Image.fromarray(np.where(ink, 0, 255).astype(np.uint8))


def read(picture, language="eng"):
    """One line of text, by tesseract."""
    data = BytesIO()
    picture.save(data, "PNG", dpi=(300, 300))
    command = ["tesseract", "-", "-", "-l", language, "--psm", "7", "--oem", "1"]
    done = subprocess.run(command, input=data.getvalue(), capture_output=True, check=True)
    return done.stdout.decode().strip()


def like(one, other):
    return SequenceMatcher(None, one, other).ratio()


@pytest.mark.skipif(shutil.which("tesseract") is None, reason="needs Debian's tesseract-ocr")
@pytest.mark.parametrize("lettering", ["raised", "engraved"])
@pytest.mark.parametrize("face", FACES)
def test_tags_are_read_back(face, lettering):
    for words in ("Hamburg", "Workshop 25"):
        found = read(seen_from_above(words, face, lettering))
        assert like(found, words) >= READ.get(face, 1.0), found


def by_freetype(words, face, size, direction):
    """The same font drawn by Pillow: FreeType's outlines, raqm's order and shaping."""
    font = ImageFont.truetype(str(FONTS / FILES[face]), size, layout_engine=ImageFont.Layout.RAQM)
    box = font.getbbox(words, direction=direction)
    picture = Image.new("L", (box[2] + size, box[3] + size), 0)
    ImageDraw.Draw(picture).text((size // 2, size // 2), words, 255, font=font, direction=direction)
    return cropped(np.asarray(picture) > 127)


def by_outline(words, face, size):
    """Our outlines, filled: counters out of what they lie in."""
    drawn = line(words, face, "full")
    wide = [round(v) + 8 for v in (np.array(drawn.high) - drawn.low) * size]
    sheet = Image.new("L", tuple(wide), 0)
    pen = ImageDraw.Draw(sheet)
    rings = sorted(drawn.contours, key=lambda c: -np.prod(np.ptp(c, axis=0)))
    for ring in rings:
        points = (ring - drawn.low) * size + 4
        points[:, 1] = wide[1] - points[:, 1]
        after = np.roll(ring, -1, axis=0)
        outline = (ring[:, 0] * after[:, 1] - ring[:, 1] * after[:, 0]).sum() > 0
        pen.polygon([tuple(p) for p in points - 0.5], fill=255 if outline else 0)
    return cropped(np.asarray(sheet) > 127)


def cropped(ink):
    rows, columns = np.flatnonzero(ink.any(axis=1)), np.flatnonzero(ink.any(axis=0))
    return ink[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]


def overlap(a, b):
    """Intersection over union, the one laid on the other's lower left corner."""
    shape = np.maximum(a.shape, b.shape)
    sheets = [np.zeros(shape, bool) for _ in "ab"]
    for sheet, ink in zip(sheets, (a, b), strict=True):
        sheet[shape[0] - ink.shape[0] :, : ink.shape[1]] = ink
    return (sheets[0] & sheets[1]).sum() / (sheets[0] | sheets[1]).sum()


@pytest.mark.skipif(not features.check("raqm"), reason="needs Pillow with raqm")
@pytest.mark.parametrize(
    ("words", "face", "direction"),
    [
        ("محمد", "arabic", "rtl"),
        ("السلام عليكم", "arabic", "rtl"),
        ("لا إله ١٢٣", "arabic", "rtl"),
        ("گچ‌پژ", "arabic", "rtl"),
        ("नमस्ते", "devanagari", "ltr"),
        ("क्षत्रिय श्री", "devanagari", "ltr"),
        ("हिन्दी कृष्ण", "devanagari", "ltr"),
        ("שרה לוי", "hebrew", "rtl"),
        ("王小明", "cjk", "ltr"),
        ("さくら", "cjk", "ltr"),
        ("Quay", "brush", "ltr"),
        ("Wave", "hand", "ltr"),
    ],
)
def test_every_script_is_shaped_as_freetype_and_raqm_shape_it(words, face, direction):
    ours, theirs = by_outline(words, face, 400), by_freetype(words, face, 400, direction)
    assert overlap(ours, theirs) >= 0.95


def test_a_mixed_line_stands_in_the_order_in_which_it_is_read():
    """From the left: Mia, then the Hebrew name, in a line that begins with Latin."""
    mixed, latin = line("Mia שרה", "modern", "full"), line("Mia", "modern", "full")
    hebrew = line("שרה", "modern", "full")
    wide = hebrew.high[0] - hebrew.low[0]
    right = sorted(mixed.contours, key=lambda c: c[:, 0].min())
    right = right[-len(hebrew.contours) :]
    assert mixed.high[0] - wide > latin.high[0]
    assert sum(len(c) for c in right) == sum(len(c) for c in hebrew.contours)
    turned = line("שרה Mia", "modern", "full")
    first = min(turned.contours, key=lambda c: c[:, 0].min())
    assert len(first) == len(latin.contours[0]), "begun with Hebrew, Latin stands at the left"
