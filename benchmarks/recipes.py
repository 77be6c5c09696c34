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
class Triangles:
    """A closed solid as it is: what no plain operation makes. Its making is a gift to the peers."""

    points: np.ndarray
    faces: np.ndarray

    def mesh(self) -> trimesh.Trimesh:
        return trimesh.Trimesh(self.points, self.faces)

    def scad(self) -> str:
        points = ",".join(f"[{x:.4f},{y:.4f},{z:.4f}]" for x, y, z in self.points)
        faces = ",".join(f"[{c},{b},{a}]" for a, b, c in self.faces)
        return f"polyhedron(points=[{points}],faces=[{faces}],convexity=20);\n"


@dataclass(frozen=True)
class Recipe:
    """One part: what is added, and what is cut away from it."""

    add: Sequence[Prism | Hull | Triangles]
    cut: Sequence[Prism | Hull | Triangles] = field(default=())

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


def cable_comb(params) -> list[Recipe]:
    """The outline as an extrusion; closed slots and countersunk screw holes cut out."""
    from configurator.geometry import comb as combs
    from configurator.products.cable_comb import _comb

    one = _comb(params)
    add = [Prism(Polygon(combs.outline(one, "full")), one.deep_mm)]
    cut = [Prism(Polygon(ring), 100, -10) for ring in combs._closed_slots(one, "full")]
    upright = np.array([[1, 0, 0, 0], [0, 0, -1, 0], [0, 1, 0, 0], [0, 0, 0, 1.0]])
    x, low = one.screw_x_mm, -one.high_mm / 2
    for side in (x, -x) if one.base == "screws" else ():
        at = (side, one.deep_mm / 2)
        bore = combs.circle((one.screw_mm + combs.SCREW_PLAY_MM) / 2, 24, at)
        cut.append(Prism(Polygon(bore), 100, -50, upright))
        head = combs.circle(one.head_mm / 2, 24, at)
        top = low + one.foot_mm
        ends = [np.insert(bore, 1, top - one.sink_mm, axis=1), np.insert(head, 1, top, axis=1)]
        cut.append(Hull(np.concatenate(ends)))
    return [Recipe(add, cut)]


def key_fob(params) -> list[Recipe]:
    """The plate with its rim and the dark squares as extrusions, the hole cut out."""
    from shapely.geometry import Point, box
    from shapely.ops import unary_union

    from configurator.geometry import key_fob as fobs
    from configurator.geometry import qr
    from configurator.products.key_fob import _fob

    one = _fob(params)
    edge = fobs.outline(one, "full")
    add, cut = [Prism(Polygon(edge), one.thickness_mm)], []
    if one.rim:
        rim = Polygon(edge, [fobs.inset(edge, fobs.RIM_MM)])
        add.append(Prism(rim, one.relief_mm, one.thickness_mm))
    if one.code:
        dark = qr.modules(one.code, one.level)
        side, middle = one.module_mm, len(dark) / 2
        corners = [((x - middle) * side, (y - middle) * side - one.middle_mm)
                   for y, x in np.argwhere(dark)]  # fmt: skip
        squares = unary_union([box(x, y, x + side, y + side) for x, y in corners])
        # A hair smaller, so that squares that meet at a corner do not share it.
        squares = squares.buffer(-0.02 * side, join_style="mitre")
        if one.sunk:
            cut.append(Prism(squares, 10, one.thickness_mm - one.relief_mm))
        else:
            add.append(Prism(squares, one.relief_mm, one.thickness_mm))
    if one.hole_mm:
        at = Point(0, fobs._hole_y(one) - one.middle_mm)
        cut.append(Prism(at.buffer(one.hole_mm / 2, 8), 100, -10))
    return [Recipe(add, cut)]


def cookie_cutter(params) -> list[Recipe]:
    """Flange less its windows, and the wall; its taper is half cut away, which keeps the volume."""
    from shapely.ops import unary_union

    from configurator.geometry.cookie_cutter import FLANGE_HIGH_MM, TAPER_MM
    from configurator.products.cookie_cutter import _layout

    one = _layout(params, "full")
    cookie = unary_union(one.cookie)
    wall = cookie.buffer(params.wall_mm).difference(cookie)
    blade = cookie.buffer((params.wall_mm + params.blade_mm) / 2).difference(cookie)
    high = params.height_mm - FLANGE_HIGH_MM
    add = [
        Prism(one.plate.difference(unary_union(one.windows)), FLANGE_HIGH_MM),
        Prism(wall, high - TAPER_MM, FLANGE_HIGH_MM),
        Prism(blade, high, FLANGE_HIGH_MM),
    ]
    return [Recipe(add)]


def phone_case(params) -> list[Recipe]:
    """Hulls of the outside's rings, less cavity, lip, openings, camera window and pattern."""
    from configurator.geometry import phone_case as cases
    from configurator.products.phone_case import _case

    one = _case(params)
    cavity, around = one.clearance_mm, one.clearance_mm + one.wall_mm
    lip, foot, rim = one.screen_mm + cases.ABOVE_MM, one.foot_mm, cases.RIM_MM
    inside = cavity - one.lean_mm

    def ring(out, z):
        return lifted(cases.ring_at(one, out, z, "full"), z)

    def hulls(levels):
        return [Hull(np.concatenate([ring(*a), ring(*b)])) for a, b in pairwise(levels)]

    add = hulls(
        [(around - foot, 0), (around - 0.3 * foot, 0.7 * foot), (around, 1.5 * foot),
         (around, one.high_mm - rim), (around - rim, one.high_mm)]
    )  # fmt: skip
    cut = hulls([(cavity, one.wall_mm), (cavity, lip), (inside, lip + one.lean_mm)])
    cut.append(Prism(Polygon(cases.ring_at(one, inside, 0, "full")), 9, lip + one.lean_mm - 1e-3))
    x, y = (size / 2 + 5 for size in one.size_mm[:2])
    for side, (low, high) in one.openings.items():
        levels = [(one.sill_mm, 0.0), (one.high_mm + 1, one.high_mm + 1 - one.sill_mm)]
        ends = [
            (along, across, z)
            for z, rise in levels
            for along in (low - cases.FLARE * rise, high + cases.FLARE * rise)
            for across in ((0, y) if side in {"top", "bottom"} else (0, x))
        ]
        points = np.array(ends) * [1, -1 if side in {"left", "bottom"} else 1, 1]
        cut.append(Hull(points if side in {"top", "bottom"} else points[:, [1, 0, 2]]))
    window = cases.camera_window(one, "full")
    wide = cases.shifted(window, -cases.WINDOW_CUT_MM)
    ends = [lifted(wide, 0.0), lifted(window, cases.WINDOW_CUT_MM)]
    cut += [Prism(Polygon(window), 9, -5), Hull(np.concatenate(ends))]
    cut += [Prism(Polygon(hole), 9, -5) for hole in cases.pattern(one, window, "full")]
    return [Recipe(add, cut)]


def bracket(params) -> list[Recipe]:
    """The profile lifted to its width, gussets as extrusion and hulls, holes and sinks cut out."""
    from configurator.geometry import bracket as brackets
    from configurator.products.bracket import _angle

    one = _angle(params)
    plan, width, thick = brackets._Plan(one, "full"), one.width_mm, one.thickness_mm
    add, cut = [Prism(Polygon(plan.ring(gusset=False)), width)], []
    if one.fitting_gusset_mm:
        fill = np.concatenate([plan.free, plan.bend[::-1]])
        add.append(Prism(Polygon(fill), one.web_mm))
    if brackets._hangs(one):
        ceiling = brackets._between(one)[1]
        add.append(Prism(Polygon(fill), one.web_mm, width - one.web_mm))
        # Under it the corbel, in strips along both legs that reach further the higher they lie.
        tip, steps = thick + one.fitting_gusset_mm, 12
        for step in range(steps):
            by = thick + (step + 0.5) / steps * one.drop_mm
            beyond = Polygon([(by, by), (2 * tip, by), (2 * tip, 2 * tip), (by, 2 * tip)])
            strip = Polygon(fill).buffer(0.01) - beyond
            add.append(
                Prism(strip, one.drop_mm / steps + 0.01, ceiling + step / steps * one.drop_mm)
            )
    for leg in (0, 1):
        move = np.eye(4)[[0, 2, 1, 3] if leg == 0 else [2, 0, 1, 3]]
        for at in one.places(leg):
            narrow, wide = brackets._hole(one, at, "full")
            # Mirrored moves turn a solid inside out, so holes are hulls of moved points.
            for ring, low, top, far in ((narrow, -1, narrow, thick + 1),
                                        (narrow, thick - one.sink_mm, wide, thick)):  # fmt: skip
                if far > low:
                    ends = np.concatenate([lifted(ring, low), lifted(top, far)])
                    cut.append(Hull(ends @ move[:3, :3].T))
    return [Recipe(add, cut)]


def wrist_brace(params) -> list[Recipe]:
    """Slabs of the brace's own sections, less its windows as tools square to the skin.

    Coarse, for OpenSCAD's sake: from the draft's grid, and a slab for every fifth of its levels.
    """
    from configurator.geometry import wrist_brace as braces
    from configurator.products.wrist_brace import _brace

    one = _brace(params)
    grid = braces._grid(one, "draft")
    rings = braces._rings(one, grid)
    add = []
    for low, high in pairwise([*range(0, len(rings) - 1, 5), len(rings) - 1]):
        outline = Polygon(rings[(low + high) // 2, :, :2]).simplify(0.25)
        add.append(Prism(outline, rings[high, 0, 2] - rings[low, 0, 2], rings[low, 0, 2]))
    count = grid.columns
    outer = rings[:, :count]
    inner = rings[:, count + braces._LIP : 2 * count + braces._LIP][:, ::-1]
    cut = []
    for blocks, size, shape in (
        (grid.straps, grid.strap_size, "slot"),
        (grid.vents, grid.vent_size, one.vents),
    ):
        border = braces.block_border(size)
        outline = braces._opening(border, size, shape, one.band_mm) if blocks else border
        share = (outline - np.array(size) / 2) / np.array(size)
        for row, column in blocks:
            corners = [
                (skin[row, column], skin[row, column + size[1]], skin[row + size[0], column])
                for skin in (outer, inner)
            ]
            rim = []
            for skin, by in zip((outer, inner), (1.0, -1.0), strict=True):
                start, beside, above = corners[0 if by > 0 else 1]
                middle = skin[row + size[0] // 2, column + size[1] // 2]
                away = by * (corners[0][0] - corners[1][0])
                ring = middle + np.outer(share[:, 0], above - start)
                rim.append(ring + np.outer(share[:, 1], beside - start) + away)
            cut.append(Hull(np.concatenate(rim)))
    return [Recipe(add, cut)]


def flat(slug: str):
    """Parts of sheet and board: their outlines lifted, less their pockets; other parts as they are.

    What a bit with a tip carves is cut with upright walls to half its depth.
    """
    from shapely import MultiPolygon

    from configurator.geometry.flat import polygons
    from configurator.geometry.milled import every
    from configurator.products import family

    def recipes(params) -> list[Recipe]:
        found = []
        for part in family(slug).build(params, "full"):
            if part.outline is None:
                found.append(Recipe([Triangles(part.mesh.vertices, part.mesh.faces)]))
                continue
            thick = part.outline.thickness_mm
            cut = []
            for pocket, deep in every(part.pockets):
                low = thick - (deep / 2 if pocket.slope else deep)
                cut.append(Prism(MultiPolygon(list(polygons(pocket.section))), thick, low))
            found.append(Recipe([Prism(MultiPolygon(list(part.outline.stays)), thick)], cut))
        return found

    return recipes


def as_it_is(slug: str):
    """Parts whose points are the product: a picture in plastic, a file that was brought."""
    from configurator.products import family

    def recipes(params) -> list[Recipe]:
        parts = family(slug).build(params, "full")
        return [Recipe([Triangles(part.mesh.vertices, part.mesh.faces)]) for part in parts]

    return recipes


FLAT = ("finger-box", "lamp-panel", "jigsaw", "glow-lamp", "engraved-sign", "milled-tray",
        "face-plate")  # fmt: skip
AS_THEY_ARE = ("lithophane", "relief", "own-file")

RECIPES = {
    "spur-gear": spur_gear,
    "gridfinity": gridfinity,
    "knob": knob,
    "key-fob": key_fob,
    "bracket": bracket,
    "cable-comb": cable_comb,
    "cookie-cutter": cookie_cutter,
    "phone-case": phone_case,
    "wrist-brace": wrist_brace,
    **{slug: flat(slug) for slug in FLAT},
    **{slug: as_it_is(slug) for slug in AS_THEY_ARE},
}
