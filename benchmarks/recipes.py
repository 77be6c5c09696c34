"""Solids as recipes of plain operations, which trimesh and OpenSCAD both can follow.

A part is what is added together, less what is cut away. A family's peers are one function from
its parameters to such parts; ``peers`` runs it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import pairwise

import numpy as np
import trimesh
from shapely.geometry import Polygon


@dataclass(frozen=True)
class Prism:
    """A shapely area lifted from ``z`` by ``height``, then moved by a 4 × 4 matrix."""

    area: object
    height: float
    z: float = 0.0
    move: np.ndarray | None = None

    def mesh(self) -> trimesh.Trimesh:
        parts = [
            trimesh.creation.extrude_polygon(polygon, self.height, engine="manifold")
            for polygon in getattr(self.area, "geoms", [self.area])
            if polygon.area > 1e-6
        ]
        solid = trimesh.util.concatenate(parts)
        solid.apply_translation([0, 0, self.z])
        if self.move is not None:
            solid.apply_transform(self.move)
        return solid

    def scad(self) -> str:
        text = f"translate([0,0,{self.z}]) linear_extrude({self.height}) {{{polygon(self.area)}}}"
        if self.move is not None:
            rows = ",".join(str([round(float(v), 6) for v in row]) for row in self.move)
            text = f"multmatrix([{rows}]) {text}"
        return text + "\n"


@dataclass(frozen=True)
class Hull:
    """The convex hull of points (n, 3), as for cones and tapered blocks."""

    points: np.ndarray

    def mesh(self) -> trimesh.Trimesh:
        return trimesh.convex.convex_hull(self.points)

    def scad(self) -> str:
        solid = self.mesh()
        points = ",".join(f"[{x:.4f},{y:.4f},{z:.4f}]" for x, y, z in solid.vertices)
        faces = ",".join(f"[{c},{b},{a}]" for a, b, c in solid.faces)
        return f"polyhedron(points=[{points}],faces=[{faces}]);\n"


@dataclass(frozen=True)
class Recipe:
    """One part: what is added, and what is cut away from it."""

    add: Sequence[Prism | Hull]
    cut: Sequence[Prism | Hull] = field(default=())

    def mesh(self) -> trimesh.Trimesh:
        solid = [one.mesh() for one in self.add]
        body = trimesh.boolean.union(solid, engine="manifold") if len(solid) > 1 else solid[0]
        if not self.cut:
            return body
        tools = [one.mesh() for one in self.cut]
        return trimesh.boolean.difference([body, *tools], engine="manifold")

    def scad(self) -> str:
        body = "union() {" + "".join(one.scad() for one in self.add) + "}"
        if not self.cut:
            return body
        return "difference() {" + body + "".join(one.scad() for one in self.cut) + "}"


def polygon(area) -> str:
    """An area as OpenSCAD polygons, holes taken out."""
    pieces = []
    for one in getattr(area, "geoms", [area]):
        rings = [np.array(r.coords)[:-1] for r in (one.exterior, *one.interiors)]
        points = ",".join(f"[{x:.4f},{y:.4f}]" for ring in rings for x, y in ring)
        starts = np.cumsum([0, *[len(ring) for ring in rings]])
        paths = ",".join(str(list(range(a, b))) for a, b in pairwise(starts))
        pieces.append(f"polygon(points=[{points}],paths=[{paths}]);")
    return "".join(pieces)


def lifted(ring: np.ndarray, z: float) -> np.ndarray:
    """(n, 3): a ring at a height, for hulls."""
    return np.column_stack([ring, np.full(len(ring), z)])


def spur_gear(params) -> list[Recipe]:
    """Outline as an extrusion, hub on it, bore and lightening holes through both."""
    from configurator.geometry import gear as gears
    from configurator.products.spur_gear import _wheels

    parts = []
    for wheel in _wheels(params):
        toothed = Polygon(gears.outline(wheel, "full")[0])
        add = [Prism(toothed, wheel.width_mm)]
        if wheel.hub_radius:
            hub = Polygon(gears.circle(wheel.hub_radius, 48))
            add.append(Prism(hub, wheel.height_mm))
        mouth = gears.bore(wheel, "full")
        rings = [*([] if mouth is None else [mouth]), *gears._lightening_rings(wheel, "full")]
        parts.append(Recipe(add, [Prism(Polygon(ring), 100, -10) for ring in rings]))
    return parts


def gridfinity(params) -> list[Recipe]:
    """A block with feet as hulls, less pockets, scoop and lip; shelves added last."""
    from configurator.geometry import gridfinity as grid
    from configurator.geometry.kernel import rounded_rectangle
    from configurator.products.gridfinity import _bin

    bin_ = _bin(params)
    width, depth, _ = bin_.outer
    cell = grid.CELL_MM - grid.GAP_MM

    def block(x, y, radius, z, move=(0.0, 0.0)):
        return lifted(rounded_rectangle(x, y, radius, 24) + np.array(move), z)

    def lofts(levels, size, radius, lift=0.0, at=(0.0, 0.0)):
        rings = [block(x - 2 * by, y - 2 * by, radius - by, lift + z, at)
                 for z, by in levels for x, y in [size]]  # fmt: skip
        return [Hull(np.concatenate(pair)) for pair in pairwise(rings)]

    feet = grid.Lattice(params.columns, params.rows, (grid.CELL_MM,) * 2).centres
    add = [one for at in feet for one in lofts(grid.FOOT, (cell, cell), 3.75, 0.0, at)]
    top = 7.0 * params.height
    add.append(
        Prism(Polygon(rounded_rectangle(width, depth, 3.75, 24)), bin_.outer[2] - 4.75, 4.75)
    )
    x, y = bin_.pocket
    pitch = (x + bin_.divider_mm, y + bin_.divider_mm)
    cut = []
    for at in grid.Lattice(*bin_.fitting, pitch).centres:
        levels = [lifted(grid._section(bin_, z, "full") + np.array(at), z)
                  for z in grid._levels(bin_, "full")]  # fmt: skip
        cut += [Hull(np.concatenate(pair)) for pair in pairwise(levels)]
        low = bin_.shelf_top_mm if bin_.shelf_mm else levels[-1][0, 2]
        radius = 3.75 - bin_.wall_mm
        pair = [block(x, y, radius, z, at) for z in (low, bin_.rim_mm)]
        cut.append(Hull(np.concatenate(pair)))
    if bin_.lip:
        lip = [(bin_.rim_mm - top, bin_.wall_mm), *grid.LIP, (grid.LIP[-1][0] + 1, 0.6)]
        cut += lofts(lip, (width, depth), 3.75, top)
    return [Recipe(add, cut)]


def knob(params) -> list[Recipe]:
    """The grip as an extrusion; shaft hole with its cone, set screw and pointer cut out."""
    from configurator.geometry import knob as knobs
    from configurator.products.knob import _shape

    one = _shape(params)
    add = [Prism(Polygon(knobs.grip_ring(one, "full")), one.height_mm)]
    if one.flange_mm:
        add.append(Prism(Polygon(knobs.circle(one.outer_mm / 2, 64)), one.skirt_high_mm))
    hole = knobs.shaft_ring(one, "full")
    deep = one.fitting_deep_mm
    cut = [Prism(Polygon(hole), deep + 5, -5)]
    cut.append(Hull(np.concatenate([lifted(hole, deep), lifted(hole * 0.25, deep + one.cone_mm)])))
    for ring in knobs._screw_hole(one, "full"):
        move = np.array([[1, 0, 0, 0], [0, 0, -1, 0], [0, 1, 0, 0], [0, 0, 0, 1.0]])
        cut.append(Prism(Polygon(ring), 100, 0.0, move))
    pointer = knobs._pointer(one, one.edge_mm, "full")
    if pointer is not None:
        cut.append(Prism(Polygon(pointer), 10, one.height_mm - knobs.POINTER_DEEP_MM))
    return [Recipe(add, cut)]


RECIPES = {"spur-gear": spur_gear, "gridfinity": gridfinity, "knob": knob}
