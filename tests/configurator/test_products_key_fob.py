"""QR key fobs: what was typed is what is read off the finished mesh, and volumes on paper."""

import math
import random
from functools import cache
from itertools import pairwise

import numpy as np
import pytest
import segno
import zxingcpp
from PIL import Image, ImageDraw
from shapely.geometry import Point, box

from configurator.engine import evaluate
from configurator.geometry import qr
from configurator.geometry.key_fob import LEAST_MODULE_MM
from configurator.geometry.pixels import CUT, Relief, relief
from configurator.geometry.shell import Shell, turned
from configurator.materials import material
from configurator.products import family
from configurator.products.fields import parse, to_query
from configurator.products.key_fob import _fob

FOB = family("key-fob")
PLA, PETG = material("pla"), material("petg")
PLAIN = {"rim": False, "ring": False}


def params_of(**raw):
    return parse(FOB, raw, strict=True)


def mesh_of(**raw):
    return FOB.build(params_of(**raw), "full")[0].mesh


def seen_from_above(mesh, dark_above=None, dark_below=None, scale=10):
    """A picture of the flat faces that look up, painted from the lowest to the highest."""
    low, high = mesh.low[:2], mesh.high[:2]
    size = np.ceil((high - low + 4) * scale).astype(int)
    picture = Image.new("L", tuple(size.tolist()), 128)
    draw = ImageDraw.Draw(picture)
    up = mesh.normals[:, 2] > 0.999
    corners = mesh.corners[up]
    for face in corners[np.argsort(corners[:, 0, 2], kind="stable")]:
        z = face[0, 2]
        dark = z > dark_above if dark_above is not None else z < dark_below
        # Pictures count their rows downwards.
        flat = (face[:, :2] - low + 2) * scale
        flat[:, 1] = size[1] - flat[:, 1]
        draw.polygon([tuple(point) for point in flat.tolist()], fill=0 if dark else 255)
    return picture


def read(params):
    """The text that a reader sees on the printed fob."""
    mesh = FOB.build(params, "full")[0].mesh
    face = params.thickness_mm
    if params.modules == "raised":
        picture = seen_from_above(mesh, dark_above=face + 0.01)
    else:
        picture = seen_from_above(mesh, dark_below=face - 0.01)
    found = zxingcpp.read_barcodes(np.asarray(picture), formats=zxingcpp.BarcodeFormat.QRCode)
    return [one.text for one in found]


LONGEST_URL = "https://example.com/" + "".join(random.Random(4).choices("abcXYZ0189-_", k=60))
TEXTS = (
    "https://example.com",
    "https://example.com/a?b=1&c=%20#d",
    "HTTPS://EXAMPLE.COM/ABC",
    "0043664555019",
    "WIFI:T:WPA;S:Studio;P:salt+pepper;;",
    "Jörg Ångström, Œuvre 42",
    "王小明 さくら",
    "Ünï ©€ Ж",
    "😀🔑",
    "g",
    LONGEST_URL,
)


@pytest.mark.parametrize("modules", ["raised", "sunk"])
@pytest.mark.parametrize("text", TEXTS)
def test_what_was_typed_is_what_is_read(text, modules):
    params = params_of(code=text, modules=modules, width_mm=60, correction="m")
    assert not FOB.rules(params, PLA)
    assert read(params) == [text]


@pytest.mark.parametrize("shape", ["square", "round", "tag"])
@pytest.mark.parametrize("correction", ["l", "m", "q", "h"])
def test_every_shape_and_every_correction_is_read(shape, correction):
    params = params_of(shape=shape, correction=correction, width_mm=48, rim=False)
    assert read(params) == ["https://example.com"]


def test_the_longest_text_of_the_widest_alphabet_is_read_where_it_fits():
    params = params_of(code="国語" * 40, width_mm=80, correction="l")
    assert not FOB.rules(params, PLA)
    assert read(params) == ["国語" * 40]


def test_the_presets_are_read():
    for preset in FOB.presets:
        params = parse(FOB, preset.params, strict=True)
        assert read(params) == [params.code]


def test_the_code_survives_being_smudged_as_much_as_its_correction_says():
    """A tenth of the code's area painted over in its middle; H holds 30 %."""
    params = params_of(correction="h", width_mm=48, rim=False)
    mesh = FOB.build(params, "full")[0].mesh
    picture = seen_from_above(mesh, dark_above=params.thickness_mm + 0.01)
    made = _fob(params)
    side = made.module_mm * qr.across(params.code, "h")
    half = math.sqrt(0.1) * side / 2 * 10
    x, y = picture.width / 2, picture.height / 2 + made.lug_mm / 2 * 10
    ImageDraw.Draw(picture).rectangle([x - half, y - half, x + half, y + half], fill=255)
    (found,) = zxingcpp.read_barcodes(np.asarray(picture))
    assert found.text == params.code


@cache
def random_fobs():
    rng = random.Random(7)
    return [
        params_of(
            code="".join(rng.choices("abcXYZ 019/é国Ж", k=rng.randint(1, 40))).strip() or "x",
            modules=rng.choice(["raised", "sunk"]),
            shape=rng.choice(["square", "round", "tag"]),
            width_mm=rng.randint(28, 80),
            correction=rng.choice("lmqh"),
            rim=rng.random() < 0.5,
            ring=rng.random() < 0.5,
        )
        for _ in range(24)
    ]


def test_random_fobs_that_can_be_made_are_read():
    able = [p for p in random_fobs() if all(f.level == "mended" for f in FOB.rules(p, PLA))]
    assert len(able) > 10
    for params in able:
        assert read(params) == [params.code], to_query(params)


def test_modules_are_never_narrower_than_two_lines_unless_it_is_said():
    for params in random_fobs():
        said = {f.check for f in FOB.rules(params, PLA)}
        assert ("strokes" in said) == (_fob(params).module_mm < LEAST_MODULE_MM - 1e-9)


def test_four_light_modules_all_round_lie_flat_within_the_rim_and_clear_of_the_hole():
    for params in random_fobs():
        made = _fob(params)
        mesh = FOB.build(params, "full")[0].mesh
        half = made.module_mm * (qr.across(made.code, made.level) / 2 + 4)
        zone = box(-half, -half - made.lug_mm / 2, half, half - made.lug_mm / 2)
        code = made.module_mm * qr.across(made.code, made.level) / 2 + 1e-6
        inner = box(-code, -code - made.lug_mm / 2, code, code - made.lug_mm / 2)
        # Nothing but the flat face has a corner in the quiet zone.
        face = params.thickness_mm
        for x, y, z in mesh.vertices[mesh.vertices[:, 2] > face / 2]:
            point = Point(x, y)
            if zone.buffer(-1e-3).contains(point) and not inner.contains(point):
                assert z == pytest.approx(face), to_query(params)


def plain_volume(edge_at, thickness):
    """Edge shape as area(inset): a chamfer of 0.4 and a quarter circle of 0.8 in three chords."""

    def frustum(height, one, other):
        return height * (edge_at(one) + edge_at(other) + 4 * edge_at((one + other) / 2)) / 6

    turns = [k * math.pi / 6 for k in range(4)]
    volume = frustum(0.4, 0.4, 0) + (thickness - 1.2) * edge_at(0)
    for a, b in pairwise(turns):
        high = 0.8 * (math.sin(b) - math.sin(a))
        volume += frustum(high, 0.8 * (1 - math.cos(a)), 0.8 * (1 - math.cos(b)))
    return volume


def diagonals(dark):
    """Corners where two dark modules meet and two light ones do."""
    a, b, c, d = dark[:-1, :-1], dark[:-1, 1:], dark[1:, :-1], dark[1:, 1:]
    return int(((a == d) & (b == c) & (a != b)).sum())


@pytest.mark.parametrize("modules", ["raised", "sunk"])
def test_the_volume_is_that_of_the_plate_and_its_dark_modules(modules):
    """Plate by its layers; each module m² · relief; each crossing takes (0.16 m)² off the solid."""
    text, relief_mm, thickness = "https://example.com", 0.8, 3
    mesh = mesh_of(code=text, modules=modules, thickness_mm=thickness, width_mm=60, **PLAIN)

    def area(inset):
        side, radius = 60 - 2 * inset, 4 - inset
        return side**2 - (4 - math.pi) * radius**2

    code = segno.make(text, error="m", micro=False)
    dark = np.array(code.matrix) == 1
    half = 30 - 4 + (4 - 1) / math.sqrt(2)
    module = (2 * min(half, 29) - 0.1) / (len(dark) + 8)
    marks = dark.sum() * module**2 * relief_mm
    cuts = diagonals(dark) * (CUT * module) ** 2 * relief_mm
    expected = plain_volume(area, thickness) + (marks if modules == "raised" else -marks) - cuts
    assert mesh.volume_mm3 == pytest.approx(expected, rel=2e-4)


def test_a_relief_of_random_pixels_has_its_volume_exactly_and_never_touches_itself():
    """10 × 7 pixels of 2 mm on a block of 30 × 30 × 5: 4 mm² · 0.5 mm each, less the cuts."""
    rng = np.random.default_rng(3)
    for sign in (1, -1):
        for _ in range(20):
            marked = rng.random((7, 10)) < 0.5
            build = Shell()
            square = np.array([(-15, -15), (15, -15), (15, 15), (-15, 15.0)])
            foot, over = build.loop(square, 0.0), build.loop(square, 5.0)
            build.wall([foot, over])
            build.face([foot], up=False)
            border = relief(build, Relief(marked, 2.0, 5.0, sign * 0.5, (1.0, -0.5)))
            build.face([over, turned(border)], up=True)
            mesh = build.mesh()
            cuts = diagonals(np.pad(marked, 1)) * (CUT * 2) ** 2 * 0.5
            expected = 4500 + sign * marked.sum() * 4 * 0.5 - cuts
            assert mesh.volume_mm3 == pytest.approx(expected, abs=1e-6)
            corners = mesh.vertices.astype(np.float32)
            assert len(np.unique(corners, axis=0)) == len(corners)


@pytest.mark.parametrize("shape", ["square", "round", "tag"])
@pytest.mark.parametrize("rim", [False, True])
def test_the_box_is_the_plate_and_the_lug(shape, rim):
    """Lug: 0.3 (a tag: and 0.12 of the width), the hole, and the web of inset + 1.2."""
    mesh = mesh_of(shape=shape, rim=rim, width_mm=40, hole_mm=5, thickness_mm=3, relief_mm=0.6)
    lug = 0.3 + (4.8 if shape == "tag" else 0) + 5 + (1.4 if rim else 1.0) + 1.2
    assert mesh.size_mm == pytest.approx((40, 40 + lug, 3.6), abs=0.01)


@pytest.mark.parametrize("hole", [3, 5.5, 8])
def test_the_hole_goes_through_and_keeps_its_web(hole):
    params = params_of(hole_mm=hole, shape="round")
    mesh = FOB.build(params, "full")[0].mesh
    made = _fob(params)
    y = mesh.high[1] - made.web_mm - hole / 2
    middle = mesh.vertices[np.abs(mesh.vertices[:, 2] - 0.4) < 1e-6]
    distance = np.hypot(middle[:, 0], middle[:, 1] - y)
    assert distance.min() == pytest.approx(hole / 2, abs=0.01)
    beyond = distance[distance > hole / 2 + 0.05]
    assert beyond.min() == pytest.approx(hole / 2 + made.web_mm, abs=0.05)


def test_a_text_too_long_says_so_and_its_button_cures_it():
    params = params_of(code="国" * 60, width_mm=30)
    (finding,) = FOB.rules(params, PLA)
    assert (finding.check, finding.level, finding.field) == ("strokes", "impossible", "width_mm")
    cured = params.model_copy(update={"width_mm": finding.value})
    assert all(f.check != "strokes" for f in FOB.rules(cured, PLA))
    narrower = params.model_copy(update={"width_mm": finding.value - 1})
    assert FOB.rules(narrower, PLA)[0].level == "impossible"
    # What is measured on the mesh is the same fault, and is said once.
    whole = evaluate("key-fob", params.model_dump(), "pla")
    assert not whole.printable and [f.check for f in whole.findings] == ["strokes"]


def test_the_greatest_length_it_names_is_the_greatest():
    params = params_of(code="a" * 80, width_mm=32, rim=False, correction="l")
    (finding,) = FOB.rules(params, PLA)
    most = _fob(params).most_characters
    assert str(most) in finding.cure
    for length, fine in ((most, True), (most + 1, False)):
        shorter = params.model_copy(update={"code": "a" * length})
        assert (not FOB.rules(shorter, PLA)) == fine


def test_where_only_the_correction_is_too_strong_a_weaker_one_is_taken_and_said():
    params = params_of(correction="h", width_mm=32)
    (finding,) = FOB.rules(params, PLA)
    assert (finding.check, finding.level, finding.field) == ("correction", "mended", "width_mm")
    assert read(params) == ["https://example.com"]
    assert not FOB.rules(params.model_copy(update={"width_mm": finding.value}), PLA)


def test_petg_needs_coarser_squares_and_a_thicker_floor():
    """PETG draws 0.6 mm lines at the least, so squares of 1.2; its walls are 1.2."""
    params = params_of(modules="sunk", relief_mm=1.2, thickness_mm=2, width_mm=38)
    assert not FOB.rules(params, PLA)
    found = {f.check: f for f in FOB.rules(params, PETG)}
    assert found["strokes"].level == "weak" and found["strokes"].value > 38
    assert found["walls"].field == "thickness_mm" and found["walls"].value == 2.4
    cured = params.model_copy(
        update={"width_mm": found["strokes"].value, "thickness_mm": found["walls"].value}
    )
    assert not FOB.rules(cured, PETG)


def test_a_fob_without_a_code_is_blank_and_says_so():
    params = params_of(code="")
    assert [f.check for f in FOB.rules(params, PLA)] == ["blank"]
    mesh = FOB.build(params, "draft")[0].mesh
    assert mesh.size_mm[2] == pytest.approx(params.thickness_mm + params.relief_mm)


def test_presets_are_sound_in_the_full_evaluation():
    for preset in FOB.presets:
        assert not evaluate("key-fob", preset.params, "pla").findings, preset.name
