"""STEP files through OpenCASCADE in its own process: volumes against closed formulas."""

import math
import re
import tempfile

import pytest

from configurator import blobs, engine
from configurator.uploads import sandbox
from core.errors import BadInput
from tests.configurator import crafted


@pytest.fixture(scope="module")
def written(tmp_path_factory):
    folder = tmp_path_factory.mktemp("step")
    return lambda *how: crafted.step_file(folder, *how)


def read(data):
    with tempfile.TemporaryFile() as file:
        file.write(data)
        return sandbox.read("solid", file)


@pytest.mark.parametrize(
    ("how", "volume"),
    [((), 24_000), (("hole",), 24_000 - math.pi * 144 * 10), (("inch",), 24_000)],
)
def test_a_step_file_is_the_solid_it_describes(written, how, volume):
    data, blob = read(written(*how))
    assert (blob.facts["from"], blob.facts["unit"]) == ("step", "mm")
    result = engine.evaluate("own-file", {"file": blobs.keep(data), "way": "as_is"}, "pla")
    assert result.parts[0].volume_mm3 == pytest.approx(volume, rel=2e-3)
    assert result.size_mm == pytest.approx((60, 40, 10), abs=0.01)
    assert result.printable


@pytest.mark.parametrize(
    ("broken", "said"),
    [
        (lambda data: data[: len(data) // 2], "STEP file|solid"),
        (
            lambda data: b"ISO-10303-21;\nHEADER;\nENDSEC;\nDATA;\nENDSEC;\nEND-ISO-10303-21;",
            "STEP",
        ),
        (lambda data: b"ISO-10303-21;" + b"\xff\0" * 5000, "STEP"),
        (lambda data: data.replace(b"CARTESIAN_POINT", b"CARTESIAN_PAINT"), "STEP|solid"),
        # OpenCASCADE 8.0.1 dies of a segmentation fault.
        (
            lambda data: re.sub(rb"#\d+ = VECTOR", b"#" + b"9" * 40 + b" = VECTOR", data, count=1),
            "STEP file is damaged",
        ),
    ],
    ids=["cut short", "empty", "noise", "without points", "numbered past the end"],
)
def test_a_step_file_that_is_none_is_refused_in_words(written, broken, said):
    with pytest.raises(BadInput, match=said):
        read(broken(written("hole")))


def test_two_solids_are_both_read(written):
    data, _ = read(written("two"))
    (part,) = engine.meshes("own-file", 1, {"file": blobs.keep(data), "way": "as_is"})
    assert part.bodies == 2
    assert part.mesh.volume_mm3 == pytest.approx(24_000 + 1_000)


@pytest.mark.parametrize("part", [b"MANIFOLD_SOLID_BREP", b"CLOSED_SHELL"])
def test_a_solid_that_opencascade_would_leave_out_in_silence_is_missed(written, part):
    """The second solid loses what it is made of; the first is whole and would be taken alone."""
    data = written("two")
    before, _, after = data.rpartition(part)
    assert part in before
    end = after.index(b";")
    broken = before + part + b"('',$)" + after[end:]
    with pytest.raises(BadInput, match="1 of the 2 solids in the STEP file is damaged"):
        read(broken)


def test_a_lost_quote_hides_no_solid(written):
    """A name in the head lost its first quote, and an edge of the only solid its number."""
    data = written("hole")
    broken = data.replace(b"'Open CASCADE", b" Open CASCADE", 1)
    broken = re.sub(rb"(ORIENTED_EDGE\('',\*,\*,)#", rb"\1!", broken, count=1)
    assert len(broken) == len(data)
    with pytest.raises(BadInput, match="The solid in the STEP file is damaged"):
        read(broken)


def test_solids_are_counted_whatever_the_names_and_lines_are(written):
    """A name over two lines, a file of one line, a name with the word in it."""
    data = written("hole")
    for sound in (
        data.replace(b"'Open CASCADE", b"'Open\nCASCADE", 1),
        data.replace(b"\n", b" "),
        data.replace(b"'Open CASCADE", b"'MANIFOLD_SOLID_BREP(", 1),
    ):
        assert read(sound)
        broken = re.sub(rb"(ORIENTED_EDGE\('',\*,\*,)#", rb"\1!", sound, count=1)
        with pytest.raises(BadInput, match="The solid in the STEP file is damaged"):
            read(broken)


def test_a_solid_whose_surfaces_lie_elsewhere_than_its_edges_is_refused(written):
    """One of the box's six planes is moved by 20 mm: triangles would follow the old edges."""
    data = written()
    plane = re.search(rb"= PLANE\('',#(\d+)\)", data)
    place = re.search(rb"#%s = AXIS2_PLACEMENT_3D\('',#(\d+)" % plane[1], data)
    moved = re.sub(rb"(#%s = CARTESIAN_POINT\('',)\([^)]*\)" % place[1], rb"\1(25.,45.,35.)", data)
    assert moved != data
    with pytest.raises(BadInput, match="contradicts itself"):
        read(moved)


def test_without_opencascade_it_is_said(monkeypatch, tmp_path):
    monkeypatch.setattr(sandbox, "STEP_PYTHON", tmp_path / "nothing")
    with pytest.raises(BadInput, match="Export the part as STL or 3MF"):
        read(b"ISO-10303-21;\nHEADER;\n")
