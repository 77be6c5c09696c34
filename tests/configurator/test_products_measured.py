"""Every preset of every family at full quality: its box as declared, its volume by others.

Vases are rebuilt in ``test_products_vase``, knobs worked out in ``test_products_knob``.
"""

import json
from pathlib import Path

import manifold3d
import numpy as np
import pytest

from configurator.geometry.brep import described
from configurator.products import families, family
from configurator.products.fields import parse
from configurator.step_file import _run

EXACT: dict[tuple[str, str], tuple[str, str]] = {
    ("twisted-vase", "body"): ("z", "crests need not point along x and y, nor lie at a ring"),
    ("spur-gear", "gear"): ("z", "a tooth's tip need not point along x and y"),
    ("spur-gear", "pinion"): ("z", "a tooth's tip need not point along x and y"),
    ("knob", "knob"): ("xz", "six or ten flutes or facets have none at the front"),
    ("cookie-cutter", "cutter"): ("z", "a silhouette is as wide or as deep as asked, not both"),
    ("wrist-brace", "brace"): ("z", "a bound for every wrist: the trough's arc ends before it"),
    ("finger-box", "lid"): ("z", "a lid's tongue may be shorter than the box that declares it"),
    ("finger-box", "lid-plug"): ("z", "a plug has play all round"),
}
"""Axes on which the declared box is met exactly, where it is not all three, and why not."""
PRESETS = [
    pytest.param(kind.slug, dict(preset.params), id=f"{kind.slug}-{preset.name}")
    for kind in families().values()
    for preset in kind.presets
]
ROUND_CUTS = ("finger-box", "jigsaw")
"""Families of profiles, whose arcs OpenCASCADE draws as arcs: cheap there, and independent."""


def exact_axes(slug, part, params):
    if slug == "name-tag" and params.shape == "outline":
        return "z"  # the outline of letters is no wider than asked
    return EXACT.get((slug, part), ("xyz", ""))[0]


@pytest.mark.parametrize(("slug", "raw"), PRESETS)
def test_a_preset_is_as_large_as_declared_and_has_its_volume(slug, raw):
    """manifold3d reads the same faces and joins what overlaps: it is as much as we say."""
    kind = family(slug)
    params = parse(kind, raw, strict=True)
    declared = kind.declared_box(params)
    for part in kind.build(params, "full"):
        size, box = np.array(part.mesh.size_mm), np.array(declared[part.name])
        assert (size <= box + 1e-6).all()
        axes = ["xyz".index(axis) for axis in exact_axes(slug, part.name, params)]
        assert size[axes] == pytest.approx(box[axes], abs=0.01), part.name
        mesh = manifold3d.Mesh64(part.mesh.vertices.copy(), part.mesh.faces.astype(np.uint64))
        pieces = manifold3d.Manifold(mesh).decompose()
        assert len(pieces) == part.bodies
        joined = manifold3d.Manifold.batch_boolean(pieces, manifold3d.OpType.Add)
        assert part.mesh.volume_mm3 == pytest.approx(joined.volume(), rel=1e-6)


@pytest.mark.parametrize("slug", ROUND_CUTS)
def test_what_is_cut_has_the_volume_of_its_lines_and_arcs(slug, tmp_path: Path):
    """OpenCASCADE's prisms of arcs, not of chords, all presets of a family in one process."""
    kind = family(slug)
    parts = [
        part for preset in kind.presets for part in kind.build(parse(kind, preset.params), "full")
    ]
    description = described(parts)
    kinds = [solid for part in json.loads(description)["parts"] for solid in part["solids"]]
    assert sum("profile" in solid for solid in kinds) > len(kinds) / 2
    volumes = _run(description, tmp_path / "presets.step")
    assert volumes == pytest.approx([part.mesh.volume_mm3 for part in parts], rel=2e-3)
