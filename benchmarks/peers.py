"""The solids of every family as others would build them, from the same outlines.

trimesh with the manifold engine, and OpenSCAD's command line. Edges are left sharp, which spares
the peers work. Each peer's volume is checked against ours, so that the work is the same.
"""

from __future__ import annotations

import math
import shutil
import subprocess
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import trimesh
from shapely.geometry import MultiPolygon, Polygon
from shapely.ops import unary_union

from benchmarks.recipes import RECIPES, polygon
from configurator.geometry import box as boxes
from configurator.geometry.kernel import revolved
from configurator.geometry.tag_layout import laid_out
from configurator.geometry.vessel import _grid_size, hollow
from configurator.products.enclosure import _box
from configurator.products.twisted_vase import _surface

OPENSCAD = shutil.which("openscad")
Solids = list[trimesh.Trimesh]


def by_trimesh(slug: str, params) -> Solids:
    """The parts of a design by extrusion and booleans of trimesh."""
    if slug in RECIPES:
        return [recipe.mesh() for recipe in RECIPES[slug](params)]
    return {"name-tag": _tag, "twisted-vase": _vase, "enclosure": _enclosure}[slug](params)


def by_openscad(slug: str, params, folder: Path) -> Solids | None:
    """The parts of a design by the OpenSCAD command line; None where it is not installed."""
    if OPENSCAD is None:
        return None
    solids = []
    for number, source in enumerate(_sources(slug, params)):
        scad, stl = folder / f"{slug}-{number}.scad", folder / f"{slug}-{number}.stl"
        scad.write_text(source)
        command = [OPENSCAD, "-o", str(stl), str(scad)]
        subprocess.run(command, check=True, capture_output=True, timeout=300)
        solids.append(trimesh.load(stl))
    return solids


def _sources(slug: str, params) -> list[str]:
    if slug in RECIPES:
        return [recipe.scad() for recipe in RECIPES[slug](params)]
    own = {"name-tag": _tag_scad, "twisted-vase": _vase_scad, "enclosure": _enclosure_scad}
    return own[slug](params)


def _shape(rings: Sequence[np.ndarray]) -> MultiPolygon:
    """Outlines and counters as a shapely area."""
    shape = MultiPolygon()
    for ring in sorted(rings, key=lambda r: -abs(Polygon(r).area)):
        shape = shape.symmetric_difference(Polygon(ring))
    return shape


def _extruded(area, height: float, z: float = 0.0) -> trimesh.Trimesh:
    parts = [
        trimesh.creation.extrude_polygon(polygon, height, engine="manifold")
        for polygon in getattr(area, "geoms", [area])
        if polygon.area > 1e-6
    ]
    solid = trimesh.util.concatenate(parts)
    solid.apply_translation([0, 0, z])
    return solid


def _union(solids: Solids) -> trimesh.Trimesh:
    return trimesh.boolean.union(solids, engine="manifold")


def _minus(solids: Solids) -> trimesh.Trimesh:
    return trimesh.boolean.difference(solids, engine="manifold")


def _tag(params) -> Solids:
    plate = laid_out(params, "full").plaque
    edge, thick = Polygon(plate.edge), plate.thickness_mm
    body = [_extruded(edge, thick)]
    if plate.rim is not None:
        body.append(_extruded(edge.difference(Polygon(plate.rim)), plate.rim_mm + 1, thick - 1))
    letters = _extruded(_shape(plate.letters), abs(plate.relief_mm) + 1, thick - 1)
    solid = _union([*body, letters])
    holes = [_extruded(Polygon(hole.ring), thick + 10, -5) for hole in plate.holes]
    return [_minus([solid, *holes])]


def _lofts(params) -> tuple[trimesh.Trimesh, trimesh.Trimesh]:
    """Outside and inside of the vase as two closed solids."""
    surface = _surface(params)
    around, levels = _grid_size(surface, "full")
    floor = max(params.wall_mm, 1.6)
    z = np.array([0, 0.8, *np.linspace(floor, params.height_mm, levels)])
    radius, angle = surface.outer(z, around)
    room = hollow(radius, angle, z, params.wall_mm)
    outside = (radius, angle, z)
    inside = (room, angle[2:], np.append(z[2:-1], params.height_mm + 1))
    solids = []
    for radius, angle, z in (outside, inside):
        heights = z[:, None] + 0 * radius
        rings = np.stack([radius * np.cos(angle), radius * np.sin(angle), heights], axis=-1)
        mesh = revolved(rings, [0])
        solids.append(trimesh.Trimesh(mesh.vertices, mesh.faces, process=False))
    return solids[0], solids[1]


def _vase(params) -> Solids:
    return [_minus(list(_lofts(params)))]


def _rounded(width: float, depth: float, radius: float) -> Polygon:
    x, y = width / 2 - radius, depth / 2 - radius
    return Polygon([(-x, -y), (x, -y), (x, y), (-x, y)]).buffer(radius, quad_segs=8)


def _plan(params):
    """The enclosure's outlines from above: outside, cavity, pilots, lid's lip and its holes."""
    box = _box(params)
    width, depth, _ = box.outer
    outside = _rounded(width, depth, max(box.corner_mm, 1.2))
    cavity = Polygon(boxes._cavity(box, "full"))
    holes = [*boxes._screw_holes(box, "full"), *boxes._lid_vents(box, "full")]
    cut = [Polygon(hole.ring + np.array(at)) for hole in holes for at in hole.at]
    pilot = box.screw.pilot_mm / 2 if box.screw else 0
    pilots = [Polygon(boxes.circle(pilot, 20, at)) for at in box.posts()]
    return box, outside, cavity, pilots, _shape(boxes._lip(box, "full")), cut


def _through(area: Polygon, turn: float) -> trimesh.Trimesh:
    """An upright opening as a long prism: through front and back, or through the right-hand end."""
    prism = _extruded(area, 400 if turn == 0 else 200, -200 if turn == 0 else 0)
    upright = trimesh.transformations.rotation_matrix(math.pi / 2, [1, 0, 0])
    prism.apply_transform(trimesh.transformations.rotation_matrix(turn, [0, 0, 1]) @ upright)
    return prism


def _enclosure(params) -> Solids:
    box, outside, cavity, pilots, lip, cut = _plan(params)
    _, _, height = box.outer
    room = _extruded(cavity, height, box.floor_mm)
    drills = [_extruded(pilot, height, box.floor_mm) for pilot in pilots]
    slots = [_through(Polygon(ring), 0.0) for ring in boxes._side_slots(box)]
    cable = [_through(Polygon(ring), math.pi / 2) for ring in boxes._cable(box, "full")]
    body = _minus([_extruded(outside, height), room, *drills, *slots, *cable])
    plate = _union(
        [_extruded(outside, box.lid_mm), _extruded(lip, boxes.LIP_MM + 1, box.lid_mm - 1)]
    )
    lid = _minus([plate, *[_extruded(hole, 20, -5) for hole in cut]])
    return [body, lid]


def _raise(area, height: float, z: float = 0.0) -> str:
    return f"translate([0,0,{z}]) linear_extrude({height}) {{{polygon(area)}}}\n"


def _tag_scad(params) -> list[str]:
    plate = laid_out(params, "full").plaque
    thick, relief = plate.thickness_mm, plate.relief_mm
    edge = Polygon(plate.edge).difference(unary_union([Polygon(h.ring) for h in plate.holes]))
    text = f"union() {{{_raise(edge, thick)}"
    if plate.rim is not None:
        rim = Polygon(plate.edge).difference(Polygon(plate.rim))
        text += _raise(rim, plate.rim_mm + 1, thick - 1)
    return [text + _raise(_shape(plate.letters), relief + 1, thick - 1) + "}"]


def _vase_scad(params) -> list[str]:
    def polyhedron(mesh: trimesh.Trimesh) -> str:
        points = ",".join(f"[{x:.4f},{y:.4f},{z:.4f}]" for x, y, z in mesh.vertices)
        faces = ",".join(f"[{c},{b},{a}]" for a, b, c in mesh.faces)
        return f"polyhedron(points=[{points}],faces=[{faces}]);"

    outer, inner = _lofts(params)
    return [f"difference() {{{polyhedron(outer)}{polyhedron(inner)}}}"]


def _enclosure_scad(params) -> list[str]:
    box, outside, cavity, pilots, lip, cut = _plan(params)
    height = box.outer[2]
    room = unary_union([cavity, *pilots])
    body = f"difference() {{{_raise(outside, height)}{_raise(room, height, box.floor_mm)}"
    for ring in boxes._side_slots(box):
        body += f"rotate([90,0,0]) {_raise(Polygon(ring), 400, -200)}"
    for ring in boxes._cable(box, "full"):
        body += f"rotate([90,0,90]) {_raise(Polygon(ring), 200)}"
    plate = outside.difference(unary_union(cut))
    lid = (
        "union() {" + _raise(plate, box.lid_mm) + _raise(lip, boxes.LIP_MM + 0.5, box.lid_mm - 0.5)
    )
    return [body + "}", lid + "}"]
