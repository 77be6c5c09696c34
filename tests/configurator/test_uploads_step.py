"""STEP files through OpenCASCADE in its own process: volumes against closed formulas."""

import math
import subprocess
import tempfile

import pytest

from configurator import blobs, engine
from configurator.uploads import sandbox
from core.errors import BadInput

WRITE = """
import sys
from OCP.BRepAlgoAPI import BRepAlgoAPI_Cut
from OCP.BRepPrimAPI import BRepPrimAPI_MakeBox, BRepPrimAPI_MakeCylinder
from OCP.Interface import Interface_Static
from OCP.STEPControl import STEPControl_StepModelType, STEPControl_Writer
from OCP.gp import gp_Ax2, gp_Dir, gp_Pnt
box = BRepPrimAPI_MakeBox(gp_Pnt(5, 5, 5), 60, 40, 10).Shape()
if "hole" in sys.argv:
    axis = gp_Ax2(gp_Pnt(35, 25, 0), gp_Dir(0, 0, 1))
    box = BRepAlgoAPI_Cut(box, BRepPrimAPI_MakeCylinder(axis, 12, 30).Shape()).Shape()
writer = STEPControl_Writer()
if "inch" in sys.argv:
    Interface_Static.SetCVal_s("write.step.unit", "INCH")
writer.Transfer(box, STEPControl_StepModelType.STEPControl_AsIs)
writer.Write(sys.argv[1])
"""


@pytest.fixture(scope="module")
def written(tmp_path_factory):
    folder = tmp_path_factory.mktemp("step")

    def write(*how):
        path = folder / f"{'-'.join(how) or 'box'}.step"
        if not path.exists():
            python = str(sandbox.STEP_PYTHON)
            subprocess.run([python, "-c", WRITE, str(path), *how], check=True, capture_output=True)
        return path.read_bytes()

    return write


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
    ],
    ids=["cut short", "empty", "noise", "without points"],
)
def test_a_step_file_that_is_none_is_refused_in_words(written, broken, said):
    with pytest.raises(BadInput, match=said):
        read(broken(written("hole")))


def test_without_opencascade_it_is_said(monkeypatch, tmp_path):
    monkeypatch.setattr(sandbox, "STEP_PYTHON", tmp_path / "nothing")
    with pytest.raises(BadInput, match="Export the part as STL or 3MF"):
        read(b"ISO-10303-21;\nHEADER;\n")
