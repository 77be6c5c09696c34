"""What is printed in two colours: seen so in every picture, and read by a phone on every ground."""

from __future__ import annotations

import io
import json
import struct
from typing import Any

import numpy as np
import pytest
import zxingcpp
from PIL import Image

from configurator import engine, services
from configurator.geometry.picture import render
from configurator.geometry.shading import in_second_colour
from configurator.materials import material
from configurator.products import family
from configurator.products.base import Part
from configurator.products.fields import parse

FOB = family("key-fob")
PALE = sorted((c for c in material("pla").colours if not c.dark), key=lambda c: c.luminance)
PALEST, DARKEST = PALE[-1].hex, PALE[0].hex
"""Chalk white, and the darkest colour of which our page does not say that it is dark."""


def fob(**raw: object) -> Part:
    return FOB.build(parse(FOB, raw, strict=True), "full")[0]


def photographed(part: Part, shade: str) -> Any:
    """(h, w) grey: our product photo, from straight above, on a grey table."""
    png = render((part,), colour_hex=shade, size_px=800, view_deg=(0.0, 88.0))
    photo = Image.open(io.BytesIO(png))
    table = Image.new("RGBA", photo.size, "#9a958e")
    table.alpha_composite(photo)
    return np.asarray(table.convert("L"))


def read(picture: Any) -> list[str]:
    return [one.text for one in zxingcpp.read_barcodes(picture)]


@pytest.mark.parametrize("modules", ["raised", "sunk"])
@pytest.mark.parametrize("shade", [PALEST, DARKEST])
def test_a_photo_of_the_print_is_read_on_a_pale_ground(shade: str, modules: str) -> None:
    part = fob(code="https://example.com/a?b=1", modules=modules)
    assert read(photographed(part, shade)) == ["https://example.com/a?b=1"]


def test_it_is_the_second_colour_that_makes_it_legible() -> None:
    """The same shape in one colour, which our photo shows by its shadows alone, is not read."""
    for modules in ("raised", "sunk"):
        part = fob(modules=modules, colours="one")
        assert part.second_colour is None and read(photographed(part, "#e4dccb")) == []


@pytest.mark.parametrize("preset", FOB.presets[2:7:2], ids=lambda preset: preset.name)
def test_a_photo_of_a_preset_is_read(preset: Any) -> None:
    shade = next(colour.hex for colour in material("pla").colours if colour.slug == preset.colour)
    params = parse(FOB, preset.params, strict=True)
    (part,) = FOB.build(params, "full")
    assert read(photographed(part, shade)) == [params.code]


def test_no_preset_is_on_a_ground_that_our_page_calls_dark() -> None:
    dark = {colour.slug for colour in material("pla").colours if colour.dark}
    assert dark and not dark & {preset.colour for preset in FOB.presets}


def test_raised_squares_take_one_change_and_sunk_ones_two() -> None:
    """Raised: from the face up. Sunk: the two layers under the squares, then the first again."""
    raised, sunk = fob(thickness_mm=2.6, relief_mm=0.8), fob(modules="sunk", thickness_mm=2.6)
    assert raised.changes_mm == pytest.approx((2.6,))
    assert sunk.changes_mm == pytest.approx((1.4, 1.8))
    assert fob(code="").changes_mm == () == fob(colours="one").changes_mm


@pytest.mark.parametrize("rim", [True, False])
@pytest.mark.parametrize("relief", [0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1.0, 1.1, 1.2])
@pytest.mark.parametrize("modules", ["raised", "sunk"])
def test_no_triangle_has_two_colours(modules: str, relief: float, rim: bool) -> None:
    part = fob(modules=modules, relief_mm=relief, rim=rim)
    assert part.second_colour is not None
    low, high = part.second_colour.low_mm, part.second_colour.high_mm
    z = part.mesh.corners[..., 2]
    dark = in_second_colour(part)
    upright = np.ptp(z, axis=1) > 1e-6  # the others are level
    assert (z[dark & upright] >= low - 1e-6).all() and (z[dark & upright] <= high + 1e-6).all()
    light = z[~dark & upright]
    assert ((light <= low + 1e-6).all(axis=1) | (light >= high - 1e-6).all(axis=1)).all()


def test_what_is_measured_is_what_an_order_needs_to_know() -> None:
    """0.8 mm over the fob's shadow at most; the shadow is a little less than its box."""
    (one,) = engine.evaluate("key-fob", {"relief_mm": 0.8}, "pla").parts
    box = one.size_mm[0] * one.size_mm[1]
    assert (one.second_colour, one.changes_mm) == ("graphite", (2.6,))
    assert 0.8 * 0.8 * box < one.second_colour_mm3 < 0.8 * box
    (plain,) = engine.evaluate("key-fob", {"colours": "one"}, "pla").parts
    assert (plain.second_colour, plain.second_colour_mm3, plain.changes_mm) == ("", 0.0, ())


def test_the_viewer_is_told_which_faces_and_which_colour() -> None:
    glb = engine.draft("key-fob", {}, "pla").glb
    (length,) = struct.unpack_from("<I", glb, 12)
    told = json.loads(glb[20 : 20 + length])
    assert [one["name"] for one in told["materials"]] == ["part", "second-colour"]
    node = next(node for node in told["nodes"] if node["name"] == "fob")
    assert node["extras"]["second_shade"] == "#3a3b3e"
    plain = engine.draft("key-fob", {"colours": "one"}, "pla").glb
    assert b"second" not in plain


def test_a_file_to_take_away_has_both_colours() -> None:
    """Steel is #37698c: 0.216 of its green is 0x69; graphite #3a3b3e."""
    glb = engine.file("key-fob", {}, "glb", "#37698c")
    (length,) = struct.unpack_from("<I", glb, 12)
    told = json.loads(glb[20 : 20 + length])["materials"]
    colours = {one["name"]: one["pbrMetallicRoughness"]["baseColorFactor"][:3] for one in told}
    assert colours["part"] == pytest.approx([0.0382, 0.1413, 0.2623], abs=1e-3)
    assert colours["second-colour"] == pytest.approx([0.0423, 0.0437, 0.0482], abs=1e-3)


def test_measures_kept_by_another_version_are_read() -> None:
    """One that it measured and we do not is left out; one that it did not has its default."""
    found = services.measures_of(engine.evaluate("key-fob", {}, "pla"))
    kept = json.loads(json.dumps(services.as_json(found)))
    assert services._from_json(kept) == found
    (row,) = kept["parts"]
    row["colour_of_later"] = 7
    del row["second_colour"], row["changes_mm"]
    (part,) = services._from_json(kept).parts
    assert (part.second_colour, part.changes_mm) == ("", ())
