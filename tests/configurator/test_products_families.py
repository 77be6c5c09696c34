"""Every family, at its corners and at random: closed, positive, no larger than it declares."""

import random

import numpy as np
import pytest
import trimesh

from configurator.engine import design_key, evaluate
from configurator.geometry.mesh import bodies
from configurator.materials import material
from configurator.products import families
from configurator.products.fields import parse, to_query
from configurator.products.samples import corners, sample

SAMPLES = 200
FAMILIES = list(families().values())


def assert_solid(family, params, quality):
    """Closed and above 0 in volume by trimesh, no more bodies than are meant, on the bed, within
    the declared box."""
    declared = family.declared_box(params)
    parts = family.build(params, quality)
    assert [part.name for part in parts] == list(declared)
    for part in parts:
        mesh = trimesh.Trimesh(part.mesh.vertices, part.mesh.faces, process=False)
        assert mesh.is_watertight and mesh.is_winding_consistent, (part.name, params)
        assert mesh.volume > 0, (part.name, params)
        assert bodies(part.mesh) <= part.bodies, (part.name, params)
        assert part.mesh.low[2] == pytest.approx(0, abs=1e-6)
        sizes = np.array(part.mesh.size_mm)
        assert (sizes <= np.array(declared[part.name]) + 1e-6).all(), (part.name, params, sizes)


@pytest.mark.parametrize("family", FAMILIES, ids=lambda f: f.slug)
def test_every_corner_is_a_solid_of_the_declared_size(family):
    tried = 0
    for params in corners(family):
        assert_solid(family, params, "draft")
        tried += 1
    assert tried > 40


@pytest.mark.parametrize("family", FAMILIES, ids=lambda f: f.slug)
def test_random_designs_are_solids_of_the_declared_size(family):
    rng = random.Random(f"{family.slug}-2")
    for index in range(SAMPLES):
        assert_solid(family, sample(family, rng), "full" if index % 4 == 0 else "draft")


@pytest.mark.parametrize("family", FAMILIES, ids=lambda f: f.slug)
def test_a_mesh_stays_closed_when_a_file_format_welds_its_corners(family):
    """STL and some slicers join corners that share a place; nothing of ours may touch itself."""
    rng = random.Random(5)
    for _ in range(12):
        for part in family.build(sample(family, rng), "full"):
            corners_ = part.mesh.vertices[part.mesh.faces].astype(np.float32).reshape(-1, 3)
            welded = trimesh.Trimesh(corners_, np.arange(len(corners_)).reshape(-1, 3))
            assert welded.is_watertight


@pytest.mark.parametrize("family", FAMILIES, ids=lambda f: f.slug)
def test_extremes_of_every_parameter_occur_among_the_corners(family):
    seen = {}
    for params in corners(family):
        for name, value in params.model_dump().items():
            seen.setdefault(name, set()).add(value)
    for name, info in family.Params.model_fields.items():
        limits = {getattr(m, k) for m in info.metadata for k in ("ge", "le") if hasattr(m, k)}
        assert limits <= seen[name]


@pytest.mark.parametrize("family", FAMILIES, ids=lambda f: f.slug)
def test_there_are_six_to_twelve_presets_and_each_passes_every_check(family):
    """Not only its own rules: what is measured on the solid, too."""
    stuff = material(family.materials[0])
    assert 6 <= len({preset.name for preset in family.presets}) == len(family.presets) <= 12
    for preset in family.presets:
        params = parse(family, preset.params, strict=True)
        assert preset.colour in {colour.slug for colour in stuff.colours}
        found = evaluate(family.slug, params.model_dump(), stuff.slug)
        assert not found.findings, (preset.name, [f.state for f in found.findings])


@pytest.mark.parametrize("family", FAMILIES, ids=lambda f: f.slug)
def test_a_design_survives_its_own_url(family):
    rng = random.Random(11)
    for _ in range(50):
        params = sample(family, rng)
        again = parse(family, to_query(params), strict=True)
        assert again == params
        assert design_key(family.slug, 1, again) == design_key(family.slug, 1, params)


@pytest.mark.parametrize("family", FAMILIES, ids=lambda f: f.slug)
def test_the_same_parameters_give_the_same_mesh(family):
    params = sample(family, random.Random(3))
    for one, other in zip(family.build(params, "full"), family.build(params, "full"), strict=True):
        assert np.array_equal(one.mesh.vertices, other.mesh.vertices)
        assert np.array_equal(one.mesh.faces, other.mesh.faces)


def test_a_product_has_a_name_within_a_sentence():
    """After "your": proper names keep their capital, and nobody's own file is "your your own"."""
    nouns = {slug: kind.noun for slug, kind in families().items()}
    assert nouns["name-tag"] == "name tag"
    assert nouns["key-fob"] == "QR key fob"
    assert nouns["gridfinity"] == "Gridfinity bin"
    assert not [noun for noun in nouns.values() if noun.startswith("your")]
