"""STEP files of our designs, written and read back by OpenCASCADE: volumes, faces, arcs."""

import json
import math
import subprocess
import tempfile

import numpy as np
import pytest

from configurator import engine, step_file
from configurator.geometry.brep import described, segments
from configurator.geometry.kernel import circle, rounded_rectangle
from configurator.geometry.sheet import slot
from configurator.products import families, family
from configurator.uploads import sandbox
from core.errors import NotFound, OutsideFailed

PRISMATIC = [slug for slug, kind in families().items() if kind.prismatic]
LOOK = """
import sys, json
from OCP.STEPControl import STEPControl_Reader
from OCP.BRepCheck import BRepCheck_Analyzer
from OCP.BRepAdaptor import BRepAdaptor_Surface
from OCP.TopAbs import TopAbs_FACE, TopAbs_SOLID
from OCP.TopExp import TopExp_Explorer
from OCP.TopoDS import TopoDS
reader = STEPControl_Reader()
reader.ReadFile(sys.argv[1])
reader.TransferRoots()
shape = reader.OneShape()
kinds, solids = {}, 0
faces = TopExp_Explorer(shape, TopAbs_FACE)
while faces.More():
    kind = str(BRepAdaptor_Surface(TopoDS.Face(faces.Current())).GetType()).split("_")[-1]
    kinds[kind] = kinds.get(kind, 0) + 1
    faces.Next()
inside = TopExp_Explorer(shape, TopAbs_SOLID)
while inside.More():
    solids += 1
    inside.Next()
print(json.dumps({"valid": BRepCheck_Analyzer(shape).IsValid(), "kinds": kinds, "solids": solids}))
"""


def made(slug, raw=None):
    return step_file.written(engine.file(slug, raw or {}, "step"))


def looked_at(data, folder):
    path = folder / "part.step"
    path.write_bytes(data)
    python = str(sandbox.STEP_PYTHON)
    ran = subprocess.run([python, "-c", LOOK, str(path)], check=True, capture_output=True)
    return json.loads(ran.stdout.splitlines()[-1])


@pytest.mark.parametrize("slug", PRISMATIC)
def test_every_prismatic_family_is_a_valid_solid_of_its_volume(slug, tmp_path):
    data = made(slug)
    parts = family(slug).build(family(slug).Params(), "full")
    said = looked_at(data, tmp_path)
    assert said["valid"]
    assert said["solids"] >= len(parts)
    with tempfile.TemporaryFile() as file:
        file.write(data)
        _, blob = sandbox.read("solid", file)
    points = np.frombuffer(blob.arrays["vertices"].data, blob.arrays["vertices"].dtype).reshape(
        -1, 3
    )
    faces = np.frombuffer(blob.arrays["faces"].data, "<i4").reshape(-1, 3)
    a, b, c = points[faces].astype(float).transpose(1, 0, 2)
    volume = sum(part.mesh.volume_mm3 for part in parts)
    assert np.einsum("ij,ij->", a, np.cross(b, c)) / 6 == pytest.approx(volume, rel=2e-3)


def test_a_face_plate_has_round_holes_that_are_round(tmp_path):
    raw = dict(family("face-plate").presets[1].params)
    kinds = looked_at(made("face-plate", raw), tmp_path)["kinds"]
    assert kinds.get("Cylinder", 0) >= 4


def test_every_piece_of_a_puzzle_is_a_solid(tmp_path):
    (part,) = family("jigsaw").build(family("jigsaw").Params(), "full")
    assert looked_at(made("jigsaw"), tmp_path)["solids"] == part.bodies


def test_a_circle_is_two_arcs_and_a_square_four_lines():
    assert [len(s) for s in segments(circle(5, 48))] == [4, 4]
    square = np.array([(0, 0), (10, 0), (10, 10), (0, 10)], dtype=float)
    assert sorted(map(tuple, segments(square))) == sorted(map(tuple, square.tolist()))


def test_rounded_corners_and_slots_are_found_again():
    rounded = segments(rounded_rectangle(40, 20, 4, 64))
    assert sorted(len(s) for s in rounded) == [2] * 4 + [4] * 4
    ends = segments(slot(30, 6, "full"))
    assert sorted(len(s) for s in ends) == [2, 2, 4, 4]
    hexagon = circle(5, 6)
    assert [len(s) for s in segments(hexagon)] == [2] * 6


def test_points_on_a_straight_line_are_one_line():
    ring = np.array([(0, 0), (5, 0), (10, 0), (10, 5), (10, 10), (0, 10)], dtype=float)
    assert len(segments(ring)) == 4


def test_the_upper_corners_of_a_panel_are_arcs_of_their_radius():
    (plate,) = family("lamp-panel").build(family("lamp-panel").Params(stand="base"), "full")[:1]
    loop = json.loads(described([plate]))["parts"][0]["solids"][0]["profile"][0]
    assert any(len(segment) == 4 for segment in loop)
    radius = family("lamp-panel").Params().corner_mm
    arcs = [s for s in loop if len(s) == 4]
    assert max(math.dist(a[:2], a[2:]) for a in arcs) <= 2 * radius


def test_the_same_design_is_the_same_file_whatever_the_clock_says():
    assert made("bracket") == made("bracket")


def test_a_family_of_free_forms_has_none():
    with pytest.raises(NotFound, match="We write 3mf, stl, glb files"):
        engine.file("twisted-vase", {}, "step")


def test_a_solid_of_another_volume_is_not_given_out():
    description = json.loads(engine.file("bracket", {}, "step"))
    description["parts"][0]["volume_mm3"] *= 1.01
    with pytest.raises(OutsideFailed, match="Take the 3MF"):
        step_file.written(json.dumps(description).encode())


def test_without_opencascade_it_is_said(monkeypatch, tmp_path):
    monkeypatch.setattr(step_file, "STEP_PYTHON", tmp_path / "nothing")
    with pytest.raises(OutsideFailed, match="cannot be written here"):
        step_file.written(b"{}")


@pytest.mark.django_db
def test_a_customer_takes_it_away(client):
    reply = client.get("/design/bracket/file.step")
    assert reply.status_code == 200
    assert reply["Content-Type"] == "model/step"
    assert reply.content.startswith(b"ISO-10303-21")
    assert b"file.step" in client.get("/design/bracket/").content
    assert b"file.step" not in client.get("/design/twisted-vase/").content
