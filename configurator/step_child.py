"""Solids into STEP: run as ``.venv-step/bin/python -I step_child.py FILE < description``.

OpenCASCADE has an environment and a process of its own. What it reads is ours
(``configurator.geometry.brep``), so only time and memory are bounded. Standard output says the
volume of each part as JSON; the STEP file lies in FILE.
"""

from __future__ import annotations

import json
import os
import resource
import sys
from typing import Any

MEMORY_BYTES, CPU_S = 2 * 2**30, 25


def _wire(loop: list[list[float]], z: float) -> Any:
    """A closed wire of lines and arcs at a height; it starts where its last segment ends."""
    from OCP.BRepBuilderAPI import BRepBuilderAPI_MakeEdge, BRepBuilderAPI_MakeWire
    from OCP.GC import GC_MakeArcOfCircle
    from OCP.gp import gp_Pnt

    maker = BRepBuilderAPI_MakeWire()
    here = gp_Pnt(*loop[-1][-2:], z)
    for segment in loop:
        there = gp_Pnt(*segment[-2:], z)
        if len(segment) == 4:
            arc = GC_MakeArcOfCircle(here, gp_Pnt(*segment[:2], z), there).Value()
            maker.Add(BRepBuilderAPI_MakeEdge(arc).Edge())
        else:
            maker.Add(BRepBuilderAPI_MakeEdge(here, there).Edge())
        here = there
    return maker.Wire()


def _prism(loops: list[list[list[float]]], low: float, high: float) -> Any:
    from OCP.BRepBuilderAPI import BRepBuilderAPI_MakeFace
    from OCP.BRepPrimAPI import BRepPrimAPI_MakePrism
    from OCP.gp import gp_Dir, gp_Pln, gp_Pnt, gp_Vec

    edge, *holes = (_wire(loop, low) for loop in loops)
    face = BRepBuilderAPI_MakeFace(gp_Pln(gp_Pnt(0, 0, low), gp_Dir(0, 0, 1)), edge)
    for hole in holes:
        face.Add(hole)
    return BRepPrimAPI_MakePrism(face.Face(), gp_Vec(0, 0, high - low)).Shape()


def _profile(solid: dict[str, Any]) -> Any:
    from OCP.BRepAlgoAPI import BRepAlgoAPI_Cut

    shape = _prism(solid["profile"], 0.0, solid["high"])
    for pocket in solid["pockets"]:
        # a little above the face, so that no skin is left there
        tool = _prism(pocket["loops"], pocket["from"], pocket["to"] + 1.0)
        shape = BRepAlgoAPI_Cut(shape, tool).Shape()
    return shape


def _faceted(solid: dict[str, Any]) -> Any:
    """A solid of flat faces that share their points and edges."""
    from OCP.BRep import BRep_Builder
    from OCP.BRepBuilderAPI import BRepBuilderAPI_MakeEdge, BRepBuilderAPI_MakeVertex
    from OCP.Geom import Geom_Plane
    from OCP.gp import gp_Pnt
    from OCP.TopAbs import TopAbs_REVERSED
    from OCP.TopoDS import TopoDS, TopoDS_Face, TopoDS_Shell, TopoDS_Solid, TopoDS_Wire

    points = [BRepBuilderAPI_MakeVertex(gp_Pnt(*point)).Vertex() for point in solid["points"]]
    edges: dict[tuple[int, int], Any] = {}

    def side(a: int, b: int) -> Any:
        key = (min(a, b), max(a, b))
        if key not in edges:
            edges[key] = BRepBuilderAPI_MakeEdge(points[key[0]], points[key[1]]).Edge()
        edge = edges[key]
        return edge if a < b else TopoDS.Edge(edge.Oriented(TopAbs_REVERSED))

    builder, shell = BRep_Builder(), TopoDS_Shell()
    builder.MakeShell(shell)
    for loops in solid["faces"]:
        face = TopoDS_Face()
        builder.MakeFace(face, Geom_Plane(_plane(solid["points"], loops[0])), 1e-6)
        for loop in loops:
            wire = TopoDS_Wire()
            builder.MakeWire(wire)
            for a, b in zip(loop, [*loop[1:], loop[0]], strict=True):
                builder.Add(wire, side(a, b))
            wire.Closed(True)
            builder.Add(face, wire)
        builder.Add(shell, face)
    shell.Closed(True)
    whole = TopoDS_Solid()
    builder.MakeSolid(whole)
    builder.Add(whole, shell)
    return whole


def _plane(points: list[list[float]], loop: list[int]) -> Any:
    """The plane of a loop, its normal to where the loop runs counter-clockwise (Newell)."""
    from OCP.gp import gp_Dir, gp_Pln, gp_Pnt

    normal = [0.0, 0.0, 0.0]
    for a, b in zip(loop, [*loop[1:], loop[0]], strict=True):
        (ax, ay, az), (bx, by, bz) = points[a], points[b]
        normal[0] += (ay - by) * (az + bz)
        normal[1] += (az - bz) * (ax + bx)
        normal[2] += (ax - bx) * (ay + by)
    return gp_Pln(gp_Pnt(*points[loop[0]]), gp_Dir(*normal))


def _volume_mm3(shape: Any) -> float:
    from OCP.BRepGProp import BRepGProp
    from OCP.GProp import GProp_GProps

    properties = GProp_GProps()
    BRepGProp.VolumeProperties_s(shape, properties)
    return float(properties.Mass())


def _whole(part: dict[str, Any]) -> Any:
    """All solids of a part, where the part lies on the plate."""
    from OCP.BRep import BRep_Builder
    from OCP.gp import gp_Trsf, gp_Vec
    from OCP.TopLoc import TopLoc_Location
    from OCP.TopoDS import TopoDS_Compound

    shapes = [
        _profile(solid) if "profile" in solid else _faceted(solid) for solid in part["solids"]
    ]
    whole = shapes[0]
    if len(shapes) > 1:
        builder, whole = BRep_Builder(), TopoDS_Compound()
        builder.MakeCompound(whole)
        for shape in shapes:
            builder.Add(whole, shape)
    move = gp_Trsf()
    move.SetTranslation(gp_Vec(*part["at"]))
    return whole.Moved(TopLoc_Location(move))


def main() -> None:
    """Reads standard input, writes the file that the command line names."""
    from OCP.IFSelect import IFSelect_ReturnStatus
    from OCP.Interface import Interface_Static
    from OCP.STEPControl import STEPControl_AsIs, STEPControl_Writer

    answer = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # libraries talk; the answer has standard output for itself
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, MEMORY_BYTES))
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_S, CPU_S + 1))
    writer = STEPControl_Writer()
    volumes = []
    for part in json.load(sys.stdin)["parts"]:
        whole = _whole(part)
        volumes.append(_volume_mm3(whole))
        Interface_Static.SetCVal_s("write.step.product.name", part["name"])
        writer.Transfer(whole, STEPControl_AsIs)
    done = writer.Write(sys.argv[1])
    with answer:
        if done == IFSelect_ReturnStatus.IFSelect_RetDone:
            answer.write(json.dumps({"volumes_mm3": volumes}).encode())
    os._exit(0)


if __name__ == "__main__":
    main()
