"""A flat shape cut into pieces that hold each other: a grid of knobs, clipped by any outline."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import shapely
from numpy.random import PCG64, Generator
from numpy.typing import NDArray
from shapely import affinity
from shapely.geometry import Polygon
from shapely.geometry.polygon import orient

from configurator.geometry.cutter_shapes import SILHOUETTES, silhouette
from configurator.geometry.dividing import Touching, chorded, crossings, divided
from configurator.geometry.drawn import drawn
from configurator.geometry.flat import QUARTER, Polygons, corners, of
from configurator.geometry.kernel import Ring, rounded_rectangle, segments
from configurator.geometry.knobs import NECK_SHARE, grid_over, knobs
from configurator.geometry.mitred import mitred, mitred_rings
from configurator.geometry.paths import Numbers
from configurator.geometry.planar import Planar
from configurator.geometry.sheet import Outline
from configurator.products.base import Quality

Floats = NDArray[np.float64]

SEAM_MM = 0.2
"""As wide as a seam is shown: about what the beam takes."""
LEAST_PIECE = 0.4
"""Of a cell: what is smaller becomes part of its neighbour."""
SPIKE_SHARE, CLEFT_SHARE = 0.42, 0.55
"""Radii, as shares of the sheet's thickness, of what is rounded off a drawing and filled in it:
finer tips break off in the first hour of play, and the waste stays in finer clefts."""
SLIVER = 0.9
"""Of a neck: what of a piece is narrower goes to its neighbour."""
CRUMB_SHARE = 0.12
"""Of the square of that width: less is the tip of a corner (65° and more)."""

ASIDE_MM = ((0.0, 0.0), (0.0137, 0.0071), (-0.0093, 0.0153))
"""Where the grid lies, until no edge of it only touches the outline."""
BEGINNINGS = 8
"""So often chance begins anew, until no piece falls in two."""
BEFORE_MM, CHORD_MM = 0.01, 0.02
"""How far an outline's points may leave it before it is blunt, and after: together less than the
chords of any full design."""


@dataclass(frozen=True)
class Jigsaw:
    """A puzzle, lengths in mm.

    ``shape`` is a silhouette, ``rectangle`` or ``drawing``, ``size_mm`` its longer side,
    ``sheet_mm`` how thick it is; ``ratio`` is how high a rectangle is for its width, ``tab`` a
    head's radius as a share of the shorter side of a cell, ``seed`` what chance begins with.
    """

    shape: str
    drawing: str
    size_mm: float
    sheet_mm: float
    ratio: float
    pieces: int
    tab: float
    seed: int


@dataclass(frozen=True, eq=False)
class Layout:
    """What is cut: ``whole``, the polygon of all; ``divided``, the k pieces that fill it;
    ``seams``, the lines between them; ``apart``, the pieces as they are shown, half a seam smaller
    all round."""

    whole: Polygon
    divided: Planar
    seams: tuple[Ring, ...]
    apart: Polygons

    @property
    def count(self) -> int:
        """How many pieces there are."""
        return len(self.divided.areas_mm2)

    @property
    def pieces(self) -> Polygons:
        """(k,): the pieces without the seams between them."""
        return self.divided.faces()


@dataclass(frozen=True, eq=False)
class Plan:
    """What is known before anything is cut: ``whole``, the polygon of all; how many cells lie
    side by side and above one another; the ``radius`` of a knob's head; and how many parts of a
    drawing are ``left_out`` because they do not touch the largest one."""

    whole: Polygon
    columns: int
    rows: int
    radius_mm: float
    left_out: int

    @property
    def neck_mm(self) -> float:
        """The narrowest a knob is."""
        return 2 * NECK_SHARE * self.radius_mm


@lru_cache(maxsize=16)
def layout(jigsaw: Jigsaw, quality: Quality) -> Layout:
    """The puzzle's pieces and seams, mm, about the origin.

    One puzzle in a thousand holds a piece that the beam would cut in two, where the tip of a cleft
    all but meets a seam: chance begins again for it. Raises NotFound where its drawing is not kept
    any more.
    """
    made = plan(jigsaw)
    for again in range(BEGINNINGS):
        chance = Generator(PCG64([jigsaw.seed, again] if again else jigsaw.seed))
        found = _cut(made, jigsaw.pieces, chance, quality)
        if len(found.apart) == found.count:
            break
    return found


def _cut(made: Plan, pieces: int, chance: Generator, quality: Quality) -> Layout:
    """The puzzle as chance cuts it, of about so many pieces."""
    cells = _without_slivers(_cells(made, chance, quality), SLIVER * made.neck_mm)
    labels = _labels(cells.areas_mm2, cells.shared_mm(), LEAST_PIECE * made.whole.area / pieces)
    joined = cells.joined(labels)
    return Layout(made.whole, joined, joined.seams(), _apart(joined))


@lru_cache(maxsize=16)
def plan(jigsaw: Jigsaw) -> Plan:
    """Raises NotFound where its drawing is not kept any more."""
    whole, left_out = _whole(
        jigsaw.shape, jigsaw.drawing, jigsaw.size_mm, jigsaw.ratio, jigsaw.sheet_mm
    )
    columns, rows = grid(whole, jigsaw.pieces)
    return Plan(whole, columns, rows, jigsaw.tab * _cell_mm(whole, columns, rows), left_out)


def neck_mm(whole: Polygon, pieces: int, tab: float) -> float:
    """The narrowest that the knobs of so many pieces would be."""
    return 2 * NECK_SHARE * tab * _cell_mm(whole, *grid(whole, pieces))


def _cell_mm(whole: Polygon, columns: int, rows: int) -> float:
    """The shorter side of a cell."""
    low_x, low_y, high_x, high_y = whole.bounds
    return float(min((high_x - low_x) / columns, (high_y - low_y) / rows))


def outline(made: Layout, thickness_mm: float, neck_mm: float) -> Outline:
    """The puzzle as a sheet part; its pieces are shown half a seam smaller all round."""
    facing = orient(made.whole)
    rings = [shapely.get_coordinates(ring)[:-1] for ring in (facing.exterior, *facing.interiors)]
    return Outline(
        tuple(rings),
        thickness_mm,
        seams=made.seams,
        pieces=tuple(_rings(made.apart)),
        web_mm=neck_mm - SEAM_MM,
    )


def grid(whole: Polygon, pieces: int) -> tuple[int, int]:
    """(columns, rows) of cells about as wide as high, so that about so many pieces come out."""
    low_x, low_y, high_x, high_y = whole.bounds
    cell = math.sqrt(whole.area / pieces)
    columns = max(1, round((high_x - low_x) / cell))
    rows = max(1, round((high_y - low_y) / cell))
    return (columns, rows) if columns * rows > 1 else (2, 1)


@lru_cache(maxsize=16)
def _whole(
    shape: str, drawing: str, size_mm: float, ratio: float, sheet_mm: float
) -> tuple[Polygon, int]:
    """The outline of all, its longer side as asked, and how many parts were left out.

    A draft has the same one: a coarser outline could fall into another number of cells.
    """
    if shape == "rectangle":
        wide = size_mm / max(1.0, ratio)
        corner = 0.05 * size_mm
        count = segments(corner, "full", least=16)
        return Polygon(rounded_rectangle(wide, wide * ratio, corner, count)), 0
    if shape == "drawing" and drawing:
        parts = sorted(shapely.get_parts(drawn(drawing)), key=lambda part: -part.area)
        largest, others = parts[0], len(parts) - 1
    else:
        largest, others = silhouette(shape if shape in SILHOUETTES else "heart"), 0
    # What crosses itself by so little is healed where clefts are filled.
    drawn_as = _sized(largest, size_mm).simplify(BEFORE_MM, preserve_topology=False)
    blunt = _blunt(drawn_as, SPIKE_SHARE * sheet_mm, CLEFT_SHARE * sheet_mm)
    holes = [ring for ring in blunt.interiors if Polygon(ring).area > (2 * sheet_mm) ** 2]
    # No two parts of a blunt outline are nearer than its clefts are wide: it cannot cross itself.
    fewer = Polygon(blunt.exterior, holes).simplify(CHORD_MM, preserve_topology=False)
    return _sized(fewer, size_mm), others


def _blunt(shape: Polygon, spike_mm: float, cleft_mm: float) -> Polygon:
    """The largest of what is left when fine clefts are filled and fine tips rounded off."""
    quad = segments(cleft_mm, "full") // 4
    filled = shape.buffer(cleft_mm, quad_segs=quad).buffer(-cleft_mm - spike_mm, quad_segs=quad)
    opened = filled.buffer(spike_mm, quad_segs=quad)
    return max(shapely.get_parts(opened), key=lambda part: part.area, default=shape.convex_hull)


def _sized(shape: Polygon, size_mm: float) -> Polygon:
    """The shape about the origin, its longer side ``size_mm``."""
    low_x, low_y, high_x, high_y = shape.bounds
    scale = size_mm / max(high_x - low_x, high_y - low_y)
    middle = ((low_x + high_x) / 2, (low_y + high_y) / 2)
    moved = affinity.translate(shape, -middle[0], -middle[1])
    return affinity.scale(moved, scale, scale, origin=(0, 0))


def _cells(made: Plan, chance: Generator, quality: Quality) -> Planar:
    """The whole, divided by the grid's edges, most of them with a knob."""
    # As much larger as the pieces are shown smaller: their outer sides then lie on the outline.
    (grown,) = mitred(of([made.whole]), SEAM_MM / 2)
    cell = _cell_mm(made.whole, made.columns, made.rows)
    grid = grid_over(made.whole, made.columns, made.rows, cell, chance)
    for aside in ASIDE_MM:
        try:
            crossed = crossings(grown, grid.lines + aside)
            held = knobs(made.whole, crossed, grid, made.radius_mm, quality)
            return divided(crossed, grid.corners, held)
        except Touching:  # a straight edge through the very tip of a cleft, say
            continue
    raise AssertionError("an outline cannot touch the grid wherever it lies")


def _without_slivers(cells: Planar, width_mm: float) -> Planar:
    """The same, cut straight where a cell at the outline becomes narrower than that."""
    rim = np.unique(cells.owners[: 2 * cells.edges : 2])
    faces = cells.faces(rim)
    mouths, of_rim = _mouths(faces, width_mm)
    lines = shapely.linestrings(mouths)
    within = shapely.length(shapely.intersection(lines, faces[of_rim]))
    kept = (shapely.length(lines) > SEAM_MM) & (within > shapely.length(lines) - SEAM_MM)
    if not kept.any() or not shapely.is_simple(shapely.multilinestrings(lines[kept])):
        return cells
    arcs, at = cells.nearest(rim, mouths[kept].reshape(-1, 2))
    try:
        return chorded(cells, arcs.reshape(-1, 2), at.reshape(-1, 2))
    except Touching:
        return cells


def _mouths(faces: Polygons, width_mm: float) -> tuple[Ring, Numbers]:
    """(n, 2, 2): where a disc of that width, pushed into the slivers of faces, touches both sides,
    and the number of the face each is of.

    As much left of a corner as CRUMB_SHARE w² is a sliver.
    """
    half = width_mm / 2
    found = corners(shapely.buffer(faces, -half, quad_segs=QUARTER))
    sharp = found.left > 4 * CRUMB_SHARE
    outwards = np.stack([found.came[sharp], found.goes[sharp]], axis=1)[..., ::-1] * (half, -half)
    return found.middles[sharp, None] + outwards, found.of[sharp]


def _labels(areas: Floats, shared: Floats, least: float) -> Numbers:
    """(k,): which piece each belongs to, when what is too small joins what it shares most edge
    with."""
    labels = np.arange(len(areas))
    areas, shared = areas.copy(), shared.copy()
    for _ in range(len(areas) - 2):  # two stay
        small = int(areas.argmin())
        if areas[small] >= least:
            break
        best = int(shared[small].argmax())
        if shared[small, best] > 0:  # else it is beside nothing: it can only fall out
            shared[best] += shared[small]
            shared[:, best] += shared[:, small]
            shared[best, best] = 0
            areas[best] += areas[small]
            labels[labels == small] = best
        shared[small] = shared[:, small] = 0
        areas[small] = np.inf
    return labels


def _apart(pieces: Planar) -> Polygons:
    """What the beam leaves of the pieces: half a seam smaller all round, without crumbs."""
    rings, of = pieces.boundaries()
    shrunk = shapely.get_parts(mitred_rings(rings, of, -SEAM_MM / 2, pieces.faces))
    kept: Polygons = shrunk[shapely.area(shrunk) > SEAM_MM]
    return kept


def _rings(polygons: Polygons) -> list[Ring]:
    """Their rings: edges counter-clockwise, holes clockwise."""
    rings = shapely.get_parts(shapely.get_rings(shapely.orient_polygons(polygons)))
    return [shapely.get_coordinates(ring)[:-1] for ring in rings]
