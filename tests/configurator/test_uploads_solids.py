"""Solids from strangers: what is read is what is in the file, what is wrong is said, and mended."""

import lib3mf
import numpy as np
import pytest
import trimesh
from shapely.geometry import Point

from configurator import blobs, engine
from configurator.geometry.own_solids import solid, stood
from configurator.products.own_file import OURS
from core.errors import BadInput, NotFound
from tests.configurator.crafted import BALL, BOX, SOLIDS, TETRA, as_stl, crafted
from tests.configurator.strangers import by_lib3mf, kept, made, read, read_in_sandbox, without


def joined(*meshes):
    return trimesh.util.concatenate(meshes)


@pytest.mark.parametrize("mesh", [BOX, BALL], ids=["box", "ball"])
@pytest.mark.parametrize("kind", ["stl", "stl_ascii"])
def test_what_is_read_is_what_is_in_the_file(mesh, kind):
    data = mesh.export(file_type=kind)
    result, findings = made(data if isinstance(data, bytes) else data.encode())
    (part,) = result.parts
    assert part.volume_mm3 == pytest.approx(mesh.volume, rel=1e-5)
    assert part.area_mm2 == pytest.approx(mesh.area, rel=1e-5)
    assert part.triangles == len(mesh.faces)
    assert result.size_mm == pytest.approx(mesh.extents, abs=1e-3)
    assert set(findings) <= {"overhangs", "stands", "walls"}
    assert result.printable


def test_a_3mf_is_read_with_its_components_transforms_and_unit():
    scale = lib3mf.get_wrapper().GetScaleTransform(2, 1, 1)
    result, findings = made(by_lib3mf(lib3mf.ModelUnit.CentiMeter, scale, parts=2))
    assert result.size_mm == pytest.approx((10 * (40 + 10) * 2, 200, 300), rel=1e-5)
    assert result.parts[0].volume_mm3 == pytest.approx(2 * 2 * 6000 * 1000, rel=1e-5)
    assert findings["pieces"].state == "It holds 2 bodies that do not touch."


def test_our_own_3mf_comes_back_as_it_was():
    data = engine.file("spur-gear", {}, "3mf")
    sent = engine.evaluate("spur-gear", {}, "pla")
    result, _ = made(data)
    assert result.parts[0].volume_mm3 == pytest.approx(
        sum(part.volume_mm3 for part in sent.parts), rel=1e-5
    )


@pytest.mark.parametrize("name", [name for name in SOLIDS if name != "a bomb"])
def test_what_cannot_be_used_is_said_in_words(name):
    data, said = crafted("solid", name)
    with pytest.raises(BadInput, match=said):
        read(data)


@pytest.mark.parametrize("name", ["a bomb", "NaN", "round in circles", "nothing"])
def test_the_sandbox_says_the_same(name):
    data, said = crafted("solid", name)
    with pytest.raises(BadInput, match=said):
        read_in_sandbox(data)


@pytest.mark.parametrize("data", [as_stl(BALL), TETRA, BALL.export(file_type="stl_ascii").encode()])
def test_the_sandbox_reads_the_same(data):
    assert read_in_sandbox(data) == read(data)


def turned(mesh, chosen):
    other = mesh.copy()
    faces = other.faces.copy()
    faces[chosen] = faces[chosen][:, ::-1]
    other.faces = faces
    return other


CUP = trimesh.creation.cylinder(5, 20)
CUP.update_faces(CUP.triangles_center[:, 2] < 9.9)
TWICE = joined(BALL, trimesh.Trimesh(BALL.vertices, BALL.faces[:40]))


CUBE = trimesh.creation.box((10, 10, 10))
PIPE = trimesh.creation.annulus(6, 10, 30)


def on_top(mesh):
    """The faces of its upper end."""
    return mesh.triangles[:, :, 2].min(axis=1) > mesh.bounds[1, 2] - 1e-6


def in_a_corner():
    """Two triangles of a cube, on two sides, that have one corner in common and no edge."""
    for other in range(1, 12):
        if len(set(CUBE.faces[0]) & set(CUBE.faces[other])) == 1 and CUBE.face_normals[0] @ (
            CUBE.face_normals[other]
        ) == pytest.approx(0):
            return [0, other]
    raise AssertionError("there is one in every cube")


CORNER = in_a_corner()


@pytest.mark.parametrize(
    ("mesh", "volume", "said"),
    [
        pytest.param(without(BALL, [5, 90, 91]), BALL.volume, "closed 2 holes", id="holes"),
        pytest.param(CUP, trimesh.creation.cylinder(5, 20).volume, "closed 1 hole", id="a lid"),
        pytest.param(without(BOX, on_top(BOX)), 6000, "closed 1 hole (9 % of the", id="no top"),
        pytest.param(without(CUBE, on_top(CUBE)), 1000, "closed 1 hole (17 % of the", id="a side"),
        pytest.param(
            without(CUBE, [0, 7]), 1000, "closed 2 holes (17 % of the", id="two triangles"
        ),
        pytest.param(without(CUBE, CORNER), 1000, "closed 2 holes (17 % of the", id="in a corner"),
        pytest.param(
            without(PIPE, on_top(PIPE)), PIPE.volume, "closed 1 hole (", id="the end of a pipe"
        ),
        pytest.param(
            without(PIPE, PIPE.face_normals[:, 2] ** 2 > 0.9),
            PIPE.volume,
            "closed 2 holes",
            id="both ends of a pipe",
        ),
        pytest.param(
            turned(BALL, slice(0, 1280, 9)), BALL.volume, "turned 143 triangles", id="turned"
        ),
        pytest.param(turned(BALL, slice(None)), BALL.volume, "turned 1,280", id="inside out"),
        pytest.param(TWICE, BALL.volume, "took out 40 doubled triangles", id="doubled"),
        pytest.param(
            joined(BOX, BOX.copy().apply_translation((5, 10, 15))),
            2 * 6000 - 6000 / 8,
            "joined 2 pieces that overlap",
            id="overlapping",
        ),
    ],
)
def test_what_can_be_mended_is_mended_when_the_customer_says_so(mesh, volume, said):
    data = as_stl(mesh)
    before, findings = made(data)
    fault = findings["watertight"]
    assert not before.printable
    assert fault.level == "impossible"
    assert (fault.field, fault.value) == ("mend", True)
    assert said in fault.cure
    after, findings = made(data, mend=True)
    assert after.printable
    assert said in findings["mended"].state
    assert after.parts[0].volume_mm3 == pytest.approx(volume, rel=2e-3)


def test_faults_are_painted_where_they_are():
    _, findings = made(as_stl(without(BALL, [5])))
    assert len(findings["watertight"].faces) == 3


def test_a_mended_file_that_was_sound_is_the_same_design():
    plain, _ = made(as_stl(BOX))
    mended, findings = made(as_stl(BOX), mend=True)
    assert mended.parts == plain.parts
    assert "mended" not in findings


def test_what_cannot_be_mended_is_refused_and_told_what_to_do():
    half = without(BALL, BALL.triangles_center[:, 2] > -4)
    result, findings = made(as_stl(half), mend=True)
    assert not result.printable
    assert findings["watertight"].field is None
    assert "Make Manifold" in findings["watertight"].cure


def test_a_rim_that_is_not_flat_is_not_guessed_at():
    """Two triangles of a cube that share an edge of it: the corner could be cut off or not."""
    edge = next(
        pair
        for pair, way in zip(CUBE.face_adjacency, CUBE.face_adjacency_angles, strict=True)
        if way > 1
    )
    result, findings = made(as_stl(without(CUBE, edge)), mend=True)
    assert not result.printable and findings["watertight"].field is None


def test_how_much_is_closed_is_said_in_words():
    assert (
        "(less than 1 % of the surface)" in made(as_stl(without(BALL, [5])))[1]["watertight"].cure
    )


def test_rims_in_one_plane_are_told_apart():
    """The end of a pipe beside the end of a rod: a ring and a disc, closed in one plane."""
    rod = trimesh.creation.cylinder(4, 30).apply_translation((30, 0, 0))
    both = joined(PIPE, rod)
    result, findings = made(as_stl(without(both, on_top(both))), mend=True)
    assert result.parts[0].volume_mm3 == pytest.approx(PIPE.volume + rod.volume, rel=1e-5)
    assert "closed 2 holes" in findings["mended"].state


def test_a_hollow_is_kept_as_a_hollow():
    hollow = joined(BALL, turned(BALL.copy().apply_scale(0.5), slice(None)))
    result, findings = made(as_stl(hollow))
    assert result.parts[0].volume_mm3 == pytest.approx(BALL.volume * 7 / 8, rel=1e-4)
    assert "watertight" not in findings


@pytest.mark.parametrize(
    ("way", "size"),
    [("as_is", (10, 20, 30)), ("over", (10, 20, 30)), ("front", (10, 30, 20)),
     ("back", (10, 30, 20)), ("left", (30, 20, 10)), ("right", (30, 20, 10))],
)  # fmt: skip
def test_a_file_is_turned_the_way_up_that_is_chosen(way, size):
    assert made(as_stl(BOX), way=way)[0].size_mm == pytest.approx(size, abs=1e-4)


def test_the_best_way_up_has_least_overhang_and_is_low():
    table = joined(
        trimesh.creation.box((60, 60, 4)).apply_translation((0, 0, 2)),
        trimesh.creation.box((10, 10, 40)).apply_translation((0, 0, -19.99)),
    )
    name = kept(as_stl(table))
    best = engine.evaluate("own-file", {"file": name, "mend": True}, "pla")
    as_is = engine.evaluate("own-file", {"file": name, "mend": True, "way": "as_is"}, "pla")
    assert best.parts[0].overhang_mm2 < 1 < as_is.parts[0].overhang_mm2
    tall = engine.evaluate("own-file", {"file": kept(as_stl(BOX))}, "pla")
    assert tall.size_mm[2] == pytest.approx(10, abs=1e-4)


def test_a_blade_is_not_stood_on_its_edge():
    """A rod with the section of a lens, drawn on its edge: its sides are too steep to hang there,
    and it is lower than on its end, but nothing holds it. On its end it stands."""
    lens = Point(-10, 0).buffer(13).intersection(Point(10, 0).buffer(13))
    rod = trimesh.creation.extrude_polygon(lens, 60)
    rod.apply_transform(trimesh.transformations.rotation_matrix(np.pi / 2, (1, 0, 0)))
    name = kept(as_stl(rod))
    drawn, best = (
        {f.check: f for f in engine.evaluate("own-file", raw, "pla").findings}
        for raw in ({"file": name, "way": "as_is"}, {"file": name})
    )
    assert drawn["stands"].state == "It touches the bed in a point or a line only."
    assert "stands" not in best


def test_turning_about_the_upright_keeps_height_and_volume():
    found = solid("stand", False)
    plain, other = (stood(found, "as_is", turn, 1.0) for turn in (0, 30))
    assert other.volume_mm3 == pytest.approx(plain.volume_mm3)
    assert other.size_mm[2] == pytest.approx(plain.size_mm[2])
    assert other.size_mm[0] != pytest.approx(plain.size_mm[0], abs=1)


def test_ours_to_try_with_can_be_made():
    for name in OURS:
        result = engine.evaluate("own-file", {"file": name}, "pla")
        assert result.printable, name
        assert [f.check for f in result.findings] == []


def test_a_picture_is_no_solid():
    name = blobs.keep(blobs.packed(blobs.Blob("picture", {}, {})))
    with pytest.raises(NotFound, match="choose a solid"):
        engine.draft("own-file", {"file": name}, "pla")


def test_the_same_solid_has_one_name():
    assert kept(as_stl(BOX)) == kept(b"another header".ljust(80) + as_stl(BOX)[80:])


@pytest.mark.parametrize("length", [300, 683])
def test_a_binary_file_that_is_cut_short_is_told_as_such(length):
    data = BOX.export(file_type="stl")
    with pytest.raises(BadInput, match="cut short"):
        read(data[:length])


def test_of_a_solid_that_is_inside_out_nothing_else_is_said():
    turned = BOX.copy()
    turned.invert()
    name = kept(as_stl(turned))
    checks = {f.check for f in engine.evaluate("own-file", {"file": name}, "pla").findings}
    assert checks == {"watertight"}
    assert {f.check for f in engine.draft("own-file", {"file": name}, "pla").findings} == checks
