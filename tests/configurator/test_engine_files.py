"""What leaves the engine as bytes, read back by others."""

import io
import json
import struct

import numpy as np
import pytest
import trimesh
from PIL import Image

from configurator import engine
from configurator.geometry.export import glb
from configurator.geometry.kernel import circle, revolved
from configurator.geometry.mesh import Mesh
from configurator.products import families, family
from configurator.products.base import Part


def document(data):
    length = struct.unpack_from("<I", data, 12)[0]
    return json.loads(data[20 : 20 + length])


PRINTED = [
    slug for slug, kind in families().items() if "laser" not in kind.processes and slug != "key-fob"
]
"""Of one colour all over."""


@pytest.mark.parametrize("slug", PRINTED)
def test_a_glb_has_the_parts_at_their_size_for_another_reader(slug):
    one = family(slug)
    scene = trimesh.load(io.BytesIO(engine.draft(slug, {}, one.materials[0]).glb), file_type="glb")
    for part in one.build(one.Params(), "draft"):
        transform, geometry = scene.graph[f"{part.name}.mesh"]
        seen = scene.geometry[geometry].copy().apply_transform(transform)
        # glTF is metres and y up; the engine is millimetres and z up.
        x, y, z = part.mesh.size_mm
        assert seen.extents * 1000 == pytest.approx([x, z, y], abs=0.01)
        assert len(seen.faces) == len(part.mesh.faces)
        seen.merge_vertices(merge_norm=True, merge_tex=True)
        assert seen.volume * 1e9 == pytest.approx(part.mesh.volume_mm3, rel=0.005)


@pytest.mark.parametrize("slug", sorted(set(families()) - set(PRINTED)))
def test_a_glb_of_parts_in_two_colours_has_all_of_them(slug):
    """Faces and browned edges of a plate, or two filaments, are two primitives, which another
    reader splits."""
    one = family(slug)
    data = engine.draft(slug, {}, one.materials[0]).glb
    seen = trimesh.load(io.BytesIO(data), file_type="glb").to_geometry()
    parts = one.build(one.Params(), "draft")
    assert len(seen.faces) == sum(len(part.mesh.faces) for part in parts)
    volume = sum(part.mesh.volume_mm3 for part in parts)
    assert seen.volume * 1e9 == pytest.approx(volume, rel=0.005)
    names = {material["name"] for material in document(data)["materials"]}
    # An enclosure may have a cut lid, but its usual one is printed.
    cut = {"edge"} if any(part.outline is not None for part in parts) else set()
    second = {"second-colour"} if any(part.second_colour is not None for part in parts) else set()
    assert names == {"part"} | cut | second


@pytest.mark.parametrize("slug", families())
def test_what_the_viewer_gets_is_at_most_half_of_what_trimesh_would_send_it(slug):
    one = family(slug)
    theirs = []
    for part in one.build(one.Params(), "full"):
        theirs.append(trimesh.Trimesh(part.mesh.vertices, part.mesh.faces, process=False))
        theirs[-1].vertex_normals  # noqa: B018  # written with it, as trimesh does once it has them
    bytes_of_theirs = len(trimesh.Scene(theirs).export(file_type="glb"))
    assert 2 * len(engine.evaluate(slug, {}, one.materials[0]).glb) <= bytes_of_theirs


def test_nodes_tell_where_parts_lie_and_where_they_belong():
    nodes = {n["name"]: n for n in document(engine.draft("enclosure", {}, "pla").glb)["nodes"]}
    assert nodes["design"]["scale"] == [0.001] * 3
    assert nodes["lid"]["translation"] == [92.0, 0.0, 0.0]
    assert nodes["lid"]["extras"]["home"] == [0.0, 0.0, 30.0, 1]
    assert nodes["body"]["extras"]["size_mm"] == [84, 56, 28]


def test_faults_are_painted_in_a_material_of_their_own():
    data = document(engine.evaluate("twisted-vase", {"wall_mm": 0.8}, "petg").glb)
    names = [m["name"] for m in data["materials"]]
    used = [names[p["material"]] for p in data["meshes"][0]["primitives"]]
    assert used == ["part", "fault-weak"]
    sound = document(engine.evaluate("twisted-vase", {}, "petg").glb)
    assert len(sound["meshes"][0]["primitives"]) == 1


def test_the_worst_fault_wins_where_two_meet():
    ring = circle(10, 16)
    rings = np.stack([np.column_stack([ring, np.full(16, z)]) for z in (0.0, 5.0)])
    part = Part("body", revolved(rings, [0]))
    every = np.arange(len(part.mesh.faces))
    data = document(glb([part], {"body": [("impossible", every[:5]), ("weak", every)]}))
    counts = {
        data["materials"][p["material"]]["name"]: data["accessors"][p["indices"]]["count"] // 3
        for p in data["meshes"][0]["primitives"]
    }
    assert counts == {"fault-weak": len(every) - 5, "fault-impossible": 5}


def test_normals_are_smooth_round_a_cylinder_and_break_at_its_rim():
    """Sixteen sides: two rings shared by the side, and each again by a cap, with two poles."""
    ring = circle(10, 16)
    rings = np.stack([np.column_stack([ring, np.full(16, z)]) for z in (0.0, 5.0)])
    mesh = revolved(rings, [0])
    for shape in (mesh, Mesh(mesh.vertices, mesh.faces)):  # by group, and by angle
        accessors = document(glb([Part("body", shape)]))["accessors"]
        assert accessors[0]["count"] == 16 * 2 * 2 + 2


def by_trimesh(parts):
    peer = trimesh.Scene(
        [trimesh.Trimesh(p.mesh.vertices, p.mesh.faces, process=False) for p in parts]
    )
    for mesh in peer.geometry.values():
        mesh.vertex_normals  # noqa: B018  # computed, so that they are exported
    return peer.export(file_type="glb")


@pytest.mark.parametrize("slug", list(families()))
def test_what_follows_the_slider_takes_at_most_half_of_trimeshs_bytes(slug):
    parts = family(slug).build(family(slug).Params(), "full")
    # Of five small boards a quarter is the text that names them.
    most = 0.53 if slug == "finger-box" else 0.5
    assert len(glb(parts, normals=False)) <= most * len(by_trimesh(parts))


def test_a_file_to_take_away_has_normals_and_the_same_solids():
    taken = document(engine.file("knob", {}, "glb"))
    assert "NORMAL" in taken["meshes"][0]["primitives"][0]["attributes"]
    scene = trimesh.load(io.BytesIO(engine.file("finger-box", {}, "glb")), file_type="glb")
    parts = family("finger-box").build(family("finger-box").Params(), "full")
    volume = sum(part.mesh.volume_mm3 for part in parts)
    assert scene.to_geometry().volume * 1e9 == pytest.approx(volume, rel=0.005)


def test_meshes_that_are_the_same_twice_are_written_once_and_groups_stand_in_their_order():
    box = document(engine.draft("finger-box", {}, "birch").glb)
    assert [node.get("mesh") for node in box["nodes"] if "mesh" in node] == [0, 1, 1, 2, 2]
    vase = engine.draft("twisted-vase", {}, "pla").glb
    (primitive,) = document(vase)["meshes"][0]["primitives"]
    mesh = family("twisted-vase").build(family("twisted-vase").Params(), "draft")[0].mesh
    assert primitive["extras"]["smooth"] == np.bincount(mesh.groups).tolist()


@pytest.mark.parametrize("slug", list(families()))
def test_a_picture_shows_the_part_on_a_transparent_ground(slug):
    data = engine.picture(slug, {}, "#c4561e", 96)
    image = np.asarray(Image.open(io.BytesIO(data)))
    assert image.shape == (96, 96, 4)
    solid = image[..., 3] == 255
    assert 0.05 < solid.mean() < 0.8
    assert image[solid][:, 0].std() > 8, "light and shade"
    red, _, blue = image[solid][:, :3].mean(axis=0)
    assert red > 1.8 * blue, "kiln orange"
    assert (image[0, :, 3] == 0).all() and (image[:, 0, 3] == 0).all(), "nothing is cut off"


def test_the_same_picture_has_the_same_bytes():
    one = engine.picture("name-tag", {"name": "Ada"}, "#37698c", 64)
    assert one == engine.picture("name-tag", {"name": "Ada"}, "#37698c", 64)
    assert one != engine.picture("name-tag", {"name": "Eve"}, "#37698c", 64)


def test_a_plain_part_is_not_speckled_by_the_light_of_a_lamp_that_it_does_not_have():
    """Its floor is one flat face: no pixel there is far darker than the median."""
    data = engine.picture("milled-tray", {"shape": "square", "pattern": "none"}, "#c29a63", 160)
    middle = np.asarray(Image.open(io.BytesIO(data)))[65:85, 65:95, 0].astype(float)
    assert middle.min() > 0.8 * np.median(middle)
