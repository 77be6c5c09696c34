"""Parts of another material than the customer's look like what they are made of."""

import io
import json
import struct

import numpy as np
import pytest
from PIL import Image

from configurator import engine
from configurator.materials import material
from configurator.products import families, family


def nodes(glb):
    (length,) = struct.unpack_from("<I", glb, 12)
    document = json.loads(glb[20 : 20 + length])
    return {n["name"]: n.get("extras", {}) for n in document["nodes"]}


def test_a_lamp_s_base_is_said_to_be_of_its_own_material():
    kind = family("glow-lamp")
    said = nodes(engine.draft("glow-lamp", {}, kind.materials[0]).glb)
    (base,) = [extras for extras in said.values() if "material" in extras]
    assert base["material"] == "petg"
    assert base["shade"] == next(c.hex for c in material("petg").colours if c.slug == "graphite")


def test_a_product_of_one_material_says_nothing():
    assert not any("material" in e for e in nodes(engine.draft("bracket", {}, "pla").glb).values())


@pytest.mark.parametrize("slug", [s for s, kind in families().items() if kind.other_materials])
def test_every_other_role_has_a_shade_that_is_stocked(slug):
    for stuff, shade in family(slug).worn.values():
        assert shade in {colour.hex for colour in material(stuff).colours}


def test_the_picture_shows_both_colours():
    """A red panel on a graphite base: the upper half is red, the lowest rows are not."""
    png = engine.picture("glow-lamp", {}, "#d01010", 160)
    pixels = np.asarray(Image.open(io.BytesIO(png)).convert("RGBA")).astype(float)
    solid = pixels[..., 3] > 250
    redness = pixels[..., 0] - pixels[..., 1]
    rows = np.flatnonzero(solid.any(axis=1))
    top, low = rows[len(rows) // 4], rows[-len(rows) // 20]
    assert redness[top][solid[top]].max() > 60
    assert np.abs(redness[low][solid[low]]).max() < 40
