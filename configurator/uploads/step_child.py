"""STEP into triangles: run as ``.venv-step/bin/python -I step_child.py step < file > answer``.

OpenCASCADE is large and reads a large language, so it has an environment and a process of its own,
under the limits of ``child``; only new files stay possible in small number, for it opens its input
by name. The answer is binary STL in millimetres, or one line of JSON with an error.
"""

from __future__ import annotations

import contextlib
import json
import os
import resource
import struct
import sys
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from typing import Any

FINEST, COARSEST = 0.01, 0.1
"""Millimetres between a curve and its chords; a two-thousandth of the size in between."""
ANGLE = 0.3
MOST_TRIANGLES = 500_000
_AGAIN = "Export it once more, as a solid, or as STL or 3MF."


class Refused(ValueError):
    """The file cannot be used; the text says what, why and what to do."""


def _shape() -> Any:
    """All that the file transfers, in millimetres."""
    from OCP.IFSelect import IFSelect_ReturnStatus
    from OCP.STEPControl import STEPControl_Reader

    reader = STEPControl_Reader()
    if reader.ReadFile("/dev/stdin") != IFSelect_ReturnStatus.IFSelect_RetDone:
        raise Refused(f"The STEP file is damaged and cannot be read. {_AGAIN}")
    reader.TransferRoots()
    shape = reader.OneShape()
    if shape is None or shape.IsNull():
        raise Refused(f"There is no shape in the STEP file. {_AGAIN}")
    return shape


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

    record = np.dtype([("normal", "<f4", 3), ("corners", "<f4", (3, 3)), ("colour", "<u2")])
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
        records = np.zeros(len(corners), dtype=record)
        records["corners"] = points[corners]
        yield records.tobytes()


def _meshed() -> bytes:
    from OCP.BRepMesh import BRepMesh_IncrementalMesh

    shape = _shape()
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
    return b"\0" * 80 + struct.pack("<I", count) + b"".join(pieces)


def _loaded() -> None:
    """Imports all that is used, before the limits."""
    import_module("numpy")
    for name in (
        "BRep", "BRepBndLib", "BRepMesh", "Bnd", "IFSelect", "STEPControl", "TopAbs", "TopExp",
        "TopLoc", "TopoDS",
    ):  # fmt: skip
        import_module(f"OCP.{name}")


def main() -> None:
    """Reads standard input; the answer goes to standard output."""
    answer = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    sys.path.insert(0, str(Path(__file__).parents[2]))
    from configurator.uploads.child import bounded

    _loaded()
    bounded()
    resource.setrlimit(resource.RLIMIT_NOFILE, (16, 16))
    try:
        out = _meshed()
    except Refused as error:
        out = json.dumps({"error": str(error)}).encode()
    except MemoryError:
        out = json.dumps({"error": "memory"}).encode()
    except Exception:
        out = json.dumps({"error": f"The STEP file cannot be understood. {_AGAIN}"}).encode()
    with contextlib.suppress(BrokenPipeError), answer:
        answer.write(out)
    os._exit(0)


if __name__ == "__main__":
    main()
