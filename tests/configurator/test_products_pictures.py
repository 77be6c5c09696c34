"""Lithophane and relief: the picture is in the plastic, measured against closed formulas."""

import io
import json
import math

import numpy as np
import pytest
import shapely
from PIL import Image

from configurator import blobs, engine
from configurator.dfm.overhangs import overhang_mm2
from configurator.geometry.brightness import View, brightness
from configurator.geometry.lithophane import DARKEST, GAMMA
from configurator.materials import material
from configurator.products import family
from configurator.products.fields import parse
from core.errors import BadInput, NotFound


def kept(grey):
    """A picture on the shelf, by its name."""
    grey = np.ascontiguousarray(grey, dtype=np.uint8)
    array = blobs.Array("grey", "|u1", grey.shape, grey.tobytes())
    height, width = grey.shape
    return blobs.keep(
        blobs.packed(blobs.Blob("picture", {"width": width, "height": height}, {"grey": array}))
    )


def built(slug, quality="full", **params):
    kind = family(slug)
    return kind.build(parse(kind, params), quality)[0].mesh


WHITE, BLACK = np.full((40, 60), 255), np.zeros((40, 60))
PLAIN = {"border_mm": 0, "thin_mm": 0.8, "thick_mm": 3, "width_mm": 120, "height_mm": 90}


@pytest.mark.parametrize(("shade", "thick"), [(WHITE, 0.8), (BLACK, 3.0)])
def test_a_plain_picture_is_a_plate_of_one_thickness(shade, thick):
    name = kept(shade)
    flat = built("lithophane", picture=name, form="flat", **PLAIN)
    assert flat.volume_mm3 == pytest.approx(120 * 90 * thick, rel=1e-7)
    assert flat.size_mm == pytest.approx((120, thick, 90))
    arc = built("lithophane", picture=name, form="arc", arc_deg=90, **PLAIN)
    inner = 120 / (math.pi / 2)
    ring = (math.pi / 4) * ((inner + thick) ** 2 - inner**2) * 90
    assert arc.volume_mm3 == pytest.approx(ring, rel=2e-3)
    assert arc.size_mm[0] == pytest.approx(2 * (inner + thick) * math.sin(math.pi / 4), abs=0.01)


def test_a_plain_lamp_is_a_pipe():
    lamp = built("lithophane", picture=kept(BLACK), form="lamp", **(PLAIN | {"width_mm": 300}))
    inner = 300 / (2 * math.pi)
    assert lamp.volume_mm3 == pytest.approx(math.pi * ((inner + 3) ** 2 - inner**2) * 90, rel=2e-3)
    assert lamp.size_mm == pytest.approx((2 * inner + 6, 2 * inner + 6, 90), abs=0.01)


def test_light_through_the_plate_shows_the_picture():
    """Smooth shades: back from the thickness to the brightness by Beer and Lambert."""
    y, x = np.mgrid[0:300, 0:400]
    drawn = 150 + 70 * np.sin(x / 40) * np.cos(y / 35)
    params = PLAIN | {"picture": kept(drawn), "form": "flat"}
    mesh = built("lithophane", **params)
    front = mesh.vertices[np.abs(mesh.vertices[:, 1] - mesh.high[1]) > 0.5]
    thick = mesh.high[1] - front[:, 1]
    light = np.exp(math.log(DARKEST) * (thick - 0.8) / 2.2) ** (1 / GAMMA) * 255
    column = np.clip(((front[:, 0] / 120 + 0.5) * 399).round().astype(int), 0, 399)
    row = np.clip((299 - front[:, 2] / 90 * 299).round().astype(int), 0, 299)
    assert np.abs(light - drawn[row, column]).max() < 8


@pytest.mark.parametrize("form", ["flat", "arc", "lamp"])
@pytest.mark.parametrize("quality", ["draft", "full"])
def test_nothing_of_a_standing_picture_hangs(form, quality):
    noise = np.random.default_rng(3).integers(0, 256, (120, 160))
    mesh = built("lithophane", quality, picture=kept(noise), form=form)
    assert overhang_mm2(mesh, material("petg")) == 0
    white = 0.8 - 1e-6
    if form == "flat":
        assert (
            mesh.high[1] - mesh.vertices[mesh.vertices[:, 1] < mesh.high[1] - 0.4][:, 1]
        ).min() >= white


def test_a_relief_is_as_high_as_the_picture_is_light():
    y, x = np.mgrid[0:300, 0:300]
    drawn = 128 + 100 * np.sin(x / 47) * np.cos(y / 39)
    common = {"picture": kept(drawn), "shape": "rectangle", "rim_mm": 0, "soft_pct": 0}
    mesh = built("relief", width_mm=90, height_mm=90, base_mm=1.6, relief_mm=4, **common)
    top = mesh.vertices[mesh.vertices[:, 2] > 1]
    column = np.clip(((top[:, 0] / 90 + 0.5) * 299).round().astype(int), 0, 299)
    row = np.clip((299 - (top[:, 1] / 90 + 0.5) * 299).round().astype(int), 0, 299)
    light = (top[:, 2] - 1.6) / 4 * 255
    assert np.abs(light - drawn[row, column]).max() < 6
    other = built(
        "relief", width_mm=90, height_mm=90, base_mm=1.6, relief_mm=4, negative=True, **common
    )
    assert mesh.volume_mm3 + other.volume_mm3 == pytest.approx(90 * 90 * (2 * 1.6 + 4), rel=1e-9)


@pytest.mark.parametrize(
    ("shape", "area"),
    [
        ("rectangle", 80 * 120.0),
        ("oval", math.pi * 40 * 60),
        # sides up to 40 mm below the top, then half an ellipse of 40 by 40
        ("arch", 80 * 80 + math.pi / 2 * 40 * 40.0),
    ],
)
def test_a_plain_relief_is_a_prism_of_its_shape(shape, area):
    mesh = built(
        "relief",
        picture=kept(WHITE),
        shape=shape,
        width_mm=80,
        height_mm=120,
        base_mm=2,
        relief_mm=3,
    )
    assert mesh.volume_mm3 == pytest.approx(area * 5, rel=2e-3)
    assert mesh.size_mm == pytest.approx((80, 120, 5), abs=0.01)


def test_the_rim_of_a_round_relief_is_as_wide_all_round():
    mesh = built(
        "relief", picture=kept(BLACK), shape="oval", width_mm=60, height_mm=60, base_mm=2,
        relief_mm=3, rim_mm=6,
    )  # fmt: skip
    out = np.hypot(*mesh.vertices[:, :2].T)
    top = mesh.vertices[:, 2] > 1
    inner = mesh.vertices[top & (out < 30 - 6 - 0.6), 2]
    outer = mesh.vertices[top & (out > 30 - 6 + 0.1), 2]
    assert len(inner) > 1000 and len(outer) > 1000
    assert np.abs(inner - 2).max() < 0.02
    assert np.abs(outer - 5).max() < 0.02


def test_the_rim_of_an_arched_relief_is_as_wide_all_round():
    """Against shapely's distance to a half circle on two straight sides."""
    mesh = built(
        "relief", picture=kept(BLACK), shape="arch", width_mm=60, height_mm=100, base_mm=2,
        relief_mm=3, rim_mm=6,
    )  # fmt: skip
    arch = shapely.box(-30, -50, 30, 20) | shapely.Point(0, 20).buffer(30, quad_segs=256)
    top = mesh.vertices[mesh.vertices[:, 2] > 1]
    inwards = shapely.distance(shapely.points(top[:, :2]), arch.boundary)
    inner, outer = top[inwards > 6 + 0.7, 2], top[inwards < 6 - 0.1, 2]
    assert len(inner) > 1000 and len(outer) > 1000
    assert np.abs(inner - 2).max() < 0.02
    assert np.abs(outer - 5).max() < 0.02


def test_the_cut_of_a_wide_picture_can_be_chosen():
    halves = np.hstack([BLACK, WHITE])
    left, right = (
        brightness(View(kept(halves), across=across), 60, 40, 30, 20).mean() for across in (0, 1)
    )
    assert (left, right) == (0.0, 1.0)
    assert brightness(View(kept(halves), across=0, negative=True), 60, 40, 30, 20).mean() == 1.0


def test_contrast_steepens_the_middle():
    name = kept(np.tile(np.linspace(64, 192, 60), (40, 1)))
    spread = [
        np.ptp(brightness(View(name, contrast=contrast), 60, 40, 30, 20))
        for contrast in (-0.5, 0.0, 0.5)
    ]
    assert spread[0] == pytest.approx(spread[1] / 2, rel=0.02)
    assert spread[2] == pytest.approx(min(1.0, 2 * spread[1]), rel=0.05)


def checks(slug, **params):
    findings = engine.evaluate(slug, params, "pla").findings
    return {f.check: (f.level, f.field, f.value) for f in findings}


def test_what_a_lithophane_may_lack_is_said_and_cured():
    assert checks("lithophane") == {}
    for params, check, cure in (
        ({"thin_mm": 0.5}, "walls", ("weak", "thin_mm", 0.8)),
        ({"thin_mm": 1.4, "thick_mm": 2.0}, "contrast", ("weak", "thick_mm", 2.6)),
        ({"form": "flat", "height_mm": 150}, "stands", ("weak", "form", "arc")),
        ({"form": "lamp", "width_mm": 100}, "lamp", ("weak", "width_mm", 126.0)),
    ):
        found = checks("lithophane", **params)
        assert found[check] == cure
        assert check not in checks("lithophane", **(params | {cure[1]: cure[2]}))


def test_what_a_relief_may_lack_is_said_and_cured():
    assert checks("relief") == {}
    assert checks("relief", relief_mm=0.8)["contrast"] == ("weak", "relief_mm", 1.2)
    assert checks("relief", base_mm=0.6)["walls"] == ("weak", "base_mm", 0.8)
    assert checks("relief", base_mm=0.8, relief_mm=1.2) == {}


def test_a_picture_that_is_not_kept_any_more_is_said():
    with pytest.raises(NotFound, match="choose it again"):
        engine.draft("relief", {"picture": "0" * 64}, "pla")
    with pytest.raises(BadInput, match="names no file of ours"):
        engine.draft("relief", {"picture": "../hills"}, "pla")
    outline = blobs.keep(blobs.packed(blobs.Blob("outline", {}, {})))
    with pytest.raises(NotFound, match="choose a picture"):
        engine.draft("relief", {"picture": outline}, "pla")


def test_the_picture_shows_against_a_lamp_in_the_viewer_and_in_renders():
    """The glow in the GLB is the light behind each vertex; a render is light where it is."""
    halves = kept(np.hstack([np.full((60, 40), 250), np.full((60, 40), 5)]))
    part = family("lithophane").build(
        parse(family("lithophane"), {"picture": halves, "form": "flat"}), "draft"
    )[0]
    front = part.mesh.vertices[:, 1] < part.mesh.high[1] - 0.1
    inside = front & (np.abs(part.mesh.vertices[:, 2] - 45) < 35)
    left, right = (part.mesh.vertices[:, 0] * side > 6 for side in (-1, 1))
    edge = np.abs(part.mesh.vertices[:, 0]) < 55
    assert part.glow[inside & left & edge].min() > 0.9
    assert part.glow[inside & right].max() < 0.1
    glb = engine.draft("lithophane", {"picture": halves, "form": "flat"}, "pla").glb
    head = json.loads(glb[20 : 20 + int.from_bytes(glb[12:16], "little")])
    (primitive,) = head["meshes"][0]["primitives"]
    glow = head["accessors"][primitive["attributes"]["_GLOW"]]
    assert (glow["type"], glow["normalized"], glow["componentType"]) == ("SCALAR", True, 5123)
    png = engine.picture("lithophane", {"picture": halves, "form": "flat"}, "#f0eee9", 160)
    seen = np.asarray(Image.open(io.BytesIO(png)).convert("RGBA")).astype(float)
    bright = seen[..., :3].mean(axis=2)
    assert bright[70:90, 45:65].mean() > bright[70:90, 95:115].mean() + 60
    plain = engine.draft("twisted-vase", {}, "pla").glb
    assert b"_GLOW" not in plain


@pytest.mark.parametrize("slug", ["relief", "lithophane"])
def test_a_picture_of_one_grey_is_told_of(slug):
    """Nothing steepens a single grey; of a hair's difference a better contrast is on a button:
    120 to 135 of 255 are 5.9 %, and 2^(2 · 0.4) times that is 10.2 %."""
    (even,) = tones(slug, np.full((40, 40), 127))
    assert "hardly any contrast: one and the same grey" in even.state
    assert even.level == "weak" and even.field is None and "light and dark" in even.cure
    halves = np.where(np.arange(40) < 20, 120, 135) * np.ones((40, 1))
    (pale,) = tones(slug, halves)
    assert "6 % of black to white" in pale.state
    assert (pale.field, pale.value) == ("contrast_pct", 40)
    assert pale.measured == pytest.approx(15 / 255, abs=0.001)
    assert not tones(slug, halves, contrast_pct=40)
    assert tones(slug, halves, contrast_pct=35)


def test_a_line_of_dust_is_no_contrast_and_a_drawing_is():
    dusty = np.full((100, 100), 200)
    dusty[50] = 0
    assert tones("relief", dusty, soft_pct=0)
    dusty[40:60] = 0
    assert not tones("relief", dusty, soft_pct=0)


def tones(slug, grey, **params):
    """What is said of the contrast of a picture."""
    kind = family(slug)
    found = kind.rules(parse(kind, {"picture": kept(grey), **params}), material("pla"))
    return [finding for finding in found if finding.check == "tones"]
