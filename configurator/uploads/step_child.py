"""STEP into triangles: run as ``.venv-step/bin/python -I step_child.py step < file > answer``.

OpenCASCADE is large and reads a large language, so it has an environment and a process of its own,
under the limits of ``child``; only new files stay possible in small number, for it opens its input
by name. The answer is binary STL in millimetres, or one line of JSON with an error.
"""

from __future__ import annotations

import contextlib
import ctypes
import json
import os
import re
import resource
import signal
import struct
import sys
from collections.abc import Callable, Iterator
from importlib import import_module
from pathlib import Path
from typing import Any

FINEST, COARSEST = 0.01, 0.1
"""Millimetres between a curve and its chords; a two-thousandth of the size in between."""
ANGLE = 0.2
"""Radians between neighbouring chords: a full circle loses 0.7 % of its area."""
AGREED = 0.015
"""Share by which the volume within the triangles may differ from the one within the surfaces."""
MOST_TRIANGLES = 500_000
_RECORD = [("normal", "<f4", 3), ("corners", "<f4", (3, 3)), ("colour", "<u2")]
_SOLID = re.compile(rb"#\d+\s*=\s*(?:MANIFOLD_SOLID_BREP|BREP_WITH_VOIDS|FACETED_BREP)\s*\(")
"""The start of a solid. Names are not left out before they are looked for: in a damaged file a
quote that is lost would make names of all that stands between the others."""
_AGAIN = "Export it once more, as a solid, or as STL or 3MF."
_DAMAGED = f"The STEP file is damaged and cannot be read. {_AGAIN}"
_DIE_WITH_PARENT = 1
_FAULTS = {signal.SIGSEGV, signal.SIGBUS, signal.SIGFPE, signal.SIGILL, signal.SIGABRT}


class Refused(ValueError):
    """The file cannot be used; the text says what, why and what to do."""


def shape_of_input() -> Any:
    """All that the file transfers, in millimetres."""
    from OCP.IFSelect import IFSelect_ReturnStatus
    from OCP.STEPControl import STEPControl_Reader

    reader = STEPControl_Reader()
    if reader.ReadFile("/dev/stdin") != IFSelect_ReturnStatus.IFSelect_RetDone:
        raise Refused(_DAMAGED)
    roots = reader.NbRootsForTransfer()
    read = reader.TransferRoots()
    shape = reader.OneShape()
    if shape is None or shape.IsNull():
        raise Refused(f"There is no shape in the STEP file. {_AGAIN}")
    _complete(shape, roots - read)
    return shape


def _complete(shape: Any, roots_lost: int) -> None:
    """Refuses what OpenCASCADE read only in part: it leaves out what it cannot make and goes on.

    As many solids as the file defines must be there, each counted once however often it is placed.
    """
    from OCP.TopAbs import TopAbs_SOLID
    from OCP.TopExp import TopExp_Explorer

    text = os.pread(0, os.fstat(0).st_size, 0)
    defined = len(_SOLID.findall(text))
    solids: list[Any] = []
    explorer = TopExp_Explorer(shape, TopAbs_SOLID)
    while explorer.More():
        solid = explorer.Current()
        if not any(solid.IsPartner(other) for other in solids):
            solids.append(solid)
        explorer.Next()
    lost = max(roots_lost, defined - len(solids))
    if lost > 0:
        all_of_them = max(defined, lost)
        which = "The solid" if all_of_them == 1 else f"{lost} of the {all_of_them} solids"
        verb = "is" if lost == 1 else "are"
        raise Refused(f"{which} in the STEP file {verb} damaged and cannot be read. {_AGAIN}")


def _tolerance(shape: Any) -> float:
    from OCP.Bnd import Bnd_Box
    from OCP.BRepBndLib import BRepBndLib

    box = Bnd_Box()
    BRepBndLib.Add_s(shape, box)
    if box.IsVoid():
        raise Refused(f"The shape in the STEP file has no size. {_AGAIN}")
    extent: float = box.SquareExtent() ** 0.5
    return min(COARSEST, max(FINEST, extent / 2000))


def _faces(shape: Any) -> Iterator[bytes]:
    """The records of each face's triangles."""
    import numpy as np
    from OCP.BRep import BRep_Tool
    from OCP.TopAbs import TopAbs_FACE, TopAbs_REVERSED
    from OCP.TopExp import TopExp_Explorer
    from OCP.TopLoc import TopLoc_Location
    from OCP.TopoDS import TopoDS

    explorer = TopExp_Explorer(shape, TopAbs_FACE)
    while explorer.More():
        face, place = TopoDS.Face(explorer.Current()), TopLoc_Location()
        mesh = BRep_Tool.Triangulation_s(face, place)
        explorer.Next()
        if mesh is None:
            raise Refused(f"A face in the STEP file cannot be made into triangles. {_AGAIN}")
        move = place.Transformation()
        nodes = (mesh.Node(i).Transformed(move) for i in range(1, mesh.NbNodes() + 1))
        points = np.array([(p.X(), p.Y(), p.Z()) for p in nodes])
        corners = np.array([mesh.Triangle(i).Get() for i in range(1, mesh.NbTriangles() + 1)]) - 1
        if face.Orientation() == TopAbs_REVERSED:
            corners = corners[:, ::-1]
        records = np.zeros(len(corners), dtype=_RECORD)
        records["corners"] = points[corners]
        yield records.tobytes()


def meshed(shape: Any) -> bytes:
    """Binary STL of all its faces."""
    from OCP.BRepMesh import BRepMesh_IncrementalMesh

    BRepMesh_IncrementalMesh(shape, _tolerance(shape), False, ANGLE, False)
    pieces, count = [], 0
    for piece in _faces(shape):
        pieces.append(piece)
        count += len(piece) // 50
        if count > MOST_TRIANGLES:
            raise Refused(
                f"The STEP file comes to more than {MOST_TRIANGLES:,} triangles. Simplify it, or "
                "export the parts one by one."
            )
    if not count:
        raise Refused(f"There is no solid in the STEP file. {_AGAIN}")
    records = b"".join(pieces)
    _consistent(shape, _mm3(records))
    return b"\0" * 80 + struct.pack("<I", count) + records


def _mm3(records: bytes) -> float:
    import numpy as np

    a, b, c = np.frombuffer(records, _RECORD)["corners"].astype(float).transpose(1, 0, 2)
    return float(np.einsum("ij,ij->", a - a[0], np.cross(b - a[0], c - a[0])) / 6)


def exact_mm3(shape: Any) -> float:
    """What its surfaces enclose, integrated over the curves themselves."""
    from OCP.BRepGProp import BRepGProp
    from OCP.GProp import GProp_GProps

    properties = GProp_GProps()
    BRepGProp.VolumeProperties_s(shape, properties)
    return float(properties.Mass())


def _consistent(shape: Any, mm3: float) -> None:
    """Refuses a solid whose surfaces lie elsewhere than its edges: triangles follow the edges."""
    from OCP.TopAbs import TopAbs_SHELL, TopAbs_SOLID
    from OCP.TopExp import TopExp_Explorer

    if TopExp_Explorer(shape, TopAbs_SHELL, TopAbs_SOLID).More():
        return  # a shell of no solid encloses nothing; its edges are told as faults
    exact = exact_mm3(shape)
    if abs(mm3 - exact) > AGREED * max(abs(mm3), abs(exact)):
        raise Refused(
            "The STEP file contradicts itself: its surfaces do not meet its edges, so nobody "
            f"can tell what shape is meant. {_AGAIN}"
        )


def loaded() -> None:
    """Imports all that is used, before the limits."""
    import_module("numpy")
    for name in (
        "BRep", "BRepBndLib", "BRepGProp", "BRepMesh", "Bnd", "GProp", "IFSelect",
        "STEPControl", "TopAbs", "TopExp", "TopLoc", "TopoDS",
    ):  # fmt: skip
        import_module(f"OCP.{name}")


def few_files() -> None:
    """OpenCASCADE opens its input by name."""
    resource.setrlimit(resource.RLIMIT_NOFILE, (16, 16))


def guarded(work: Callable[[], bytes], into: int) -> None:
    """Writes what ``work`` gives, or an error in words, whatever becomes of it.

    On some damaged files OpenCASCADE follows a pointer to nowhere. So the work is done one process
    further in, and the one out here lives to say it.
    """
    inner = os.fork()
    if inner == 0:
        ctypes.CDLL(None).prctl(_DIE_WITH_PARENT, signal.SIGKILL)
        _write(_answered(work), into)
        os._exit(0)
    _, status = os.waitpid(inner, 0)
    if os.WIFSIGNALED(status) and os.WTERMSIG(status) in _FAULTS:
        _write(json.dumps({"error": _DAMAGED}).encode(), into)


def _answered(work: Callable[[], bytes]) -> bytes:
    try:
        return work()
    except Refused as error:
        said = str(error)
    except MemoryError:
        said = "memory"
    except Exception:
        said = f"The STEP file cannot be understood. {_AGAIN}"
    return json.dumps({"error": said}).encode()


def _write(answer: bytes, into: int) -> None:
    with contextlib.suppress(BrokenPipeError):
        while answer:
            answer = answer[os.write(into, answer) :]


def main() -> None:
    """Reads standard input; the answer goes to standard output."""
    answer = os.dup(1)
    os.dup2(2, 1)  # OpenCASCADE talks
    sys.path.insert(0, str(Path(__file__).parents[2]))
    from configurator.uploads.child import bounded

    loaded()
    bounded()
    few_files()
    guarded(lambda: meshed(shape_of_input()), answer)
    os._exit(0)


if __name__ == "__main__":
    main()
