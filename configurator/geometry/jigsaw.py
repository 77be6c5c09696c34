"""A flat shape cut into pieces that hold each other: a grid of knobs, clipped by any outline.

A knob is five arcs that meet without a crease: a fillet, the head, a fillet. With a head of
radius r, fillets of radius f and a neck of half width n, the fillets stand x = n + f beside the
middle and the head h = f + √((r + f)² − x²) above the line.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np
import shapely
from numpy.random import PCG64, Generator
from numpy.typing import NDArray
from shapely import affinity
from shapely.geometry import Polygon
from shapely.geometry.polygon import orient

from configurator.geometry.cutter_shapes import SILHOUETTES, silhouette
from configurator.geometry.dividing import Chord, Touching, chorded, divided
from configurator.geometry.drawn import drawn
from configurator.geometry.flat import QUARTER, Polygons, corners
from configurator.geometry.kernel import Ring, rounded_rectangle, segments
from configurator.geometry.planar import Numbers, Planar
from configurator.geometry.sheet import Outline
from configurator.products.base import Quality

SEAM_MM = 0.2
"""As wide as a seam is shown: about what the beam takes."""
NECK_SHARE, FILLET_SHARE = 0.6, 0.55
"""Half a knob's neck, and its fillets, as shares of its head's radius."""
SHIFT_SHARE = 0.06
"""How far chance moves corners and knobs, as a share of a cell's shorter side."""
KNOBS_APART = 2 + 2 * NECK_SHARE
"""Between the middles of two heads, in radii: what stays between them is as wide as a neck."""
OFF_CORNERS = 2.2
"""Between a knob's middle and its edge's ends, in radii: the next edge may lean to it by 14° over
the head, which is one wide and 1.6 high."""
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
CHORD_MM = 0.02
"""How far an outline's points may leave it."""


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
    """What is cut: ``whole``, the polygon of all; ``pieces``, k polygons that fill it; ``seams``,
    the lines between them; ``apart``, the pieces as they are shown, half a seam smaller all
    round."""

    whole: Polygon
    pieces: Polygons
    seams: tuple[Ring, ...]
    apart: Polygons


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
        if len(found.apart) == len(found.pieces):
            break
    return found


def _cut(made: Plan, pieces: int, chance: Generator, quality: Quality) -> Layout:
    """The puzzle as chance cuts it, of about so many pieces."""
    cells = _without_slivers(_cells(made, chance, quality), SLIVER * made.neck_mm)
    labels = _labels(cells.areas_mm2, cells.shared_mm(), LEAST_PIECE * made.whole.area / pieces)
    joined = cells.joined(np.array(labels))
    faces = joined.faces()
    return Layout(made.whole, faces, joined.seams(), _apart(faces))


@lru_cache(maxsize=16)
def plan(jigsaw: Jigsaw) -> Plan:
    """Raises NotFound where its drawing is not kept any more."""
    whole, left_out = _whole(
        jigsaw.shape, jigsaw.drawing, jigsaw.size_mm, jigsaw.ratio, jigsaw.sheet_mm
    )
    columns, rows = grid(whole, jigsaw.pieces)
    return Plan(whole, columns, rows, jigsaw.tab * _cell_mm(whole, columns, rows), left_out)


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
    blunt = _blunt(_sized(largest, size_mm), SPIKE_SHARE * sheet_mm, CLEFT_SHARE * sheet_mm)
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
    grown = made.whole.buffer(SEAM_MM / 2, join_style="mitre", mitre_limit=2.0)
    lines, corners = _lines(made, chance, quality)
    for aside in ASIDE_MM:
        try:
            return divided(grown, [line + aside for line in lines], corners)
        except Touching:  # a straight edge through the very tip of a cleft, say
            continue
    raise AssertionError("an outline cannot touch the grid wherever it lies")


def _lines(made: Plan, chance: Generator, quality: Quality) -> tuple[list[Ring], Numbers]:
    """The edges of the grid, with a knob where there is room for one, and their corners."""
    radius = made.radius_mm
    step = _cell_mm(made.whole, made.columns, made.rows)
    ends, corners = _edges(made, step, chance)
    shifts = chance.uniform(-1, 1, len(ends)) * SHIFT_SHARE * step
    sides = chance.integers(0, 2, len(ends)) * 2 - 1
    lines = list(ends)
    of, middles = _middles(made.whole, ends, shifts)
    knob, head = _knob(radius, quality), np.array([[0.0, _head_mm(radius)]])
    # To one side and to the other, the side of chance first.
    turned = [sides[of], -sides[of]]
    laid = np.stack([_laid(knob, ends[of], middles, turn) for turn in turned])
    heads = np.concatenate([_laid(head, ends[of], middles, turn)[:, 0] for turn in turned])
    off_corners = np.hypot(*(ends[of] - middles[:, None]).T).min(axis=0) >= OFF_CORNERS * radius
    free = np.concatenate([off_corners & _roomy(made.whole, knobs, 0.9 * radius) for knobs in laid])
    crowded = _crowded(heads, KNOBS_APART * radius)
    for at, edge in enumerate(of.tolist()):
        for turn in (0, 1):
            number = turn * len(of) + at
            if free[number]:
                free &= ~crowded[number]
                lines[edge] = np.vstack([ends[edge, 0], laid[turn, at], ends[edge, 1]])
                break
    return lines, corners


def _middles(whole: Polygon, ends: Ring, shifts: NDArray[np.float64]) -> tuple[Numbers, Ring]:
    """The edges that meet the shape, and the middle (n, 2) of each one's longest stretch in it,
    shifted along the edge."""
    edges = shapely.linestrings(ends)
    crossing = np.flatnonzero(shapely.intersects(whole.boundary, edges))
    inside, of = shapely.get_parts(shapely.intersection(edges[crossing], whole), return_index=True)
    lengths = shapely.length(inside)
    longest_first = np.lexsort([-lengths, of])
    of, first = np.unique(of[longest_first], return_index=True)
    stretches, kept = inside[longest_first][first], lengths[longest_first][first] > 0
    shapely.prepare(whole)
    within = shapely.contains_xy(whole, ends[:, 0])
    within[crossing] = False
    meets = np.concatenate([np.flatnonzero(within), crossing[of[kept]]])
    stretch = np.concatenate([edges[within], stretches[kept]])
    order = np.argsort(meets)
    meets, stretch = meets[order], stretch[order]
    halfway = shapely.line_interpolate_point(stretch, shapely.length(stretch) / 2 + shifts[meets])
    return meets, shapely.get_coordinates(halfway)


def _roomy(whole: Polygon, knobs: Ring, margin_mm: float) -> NDArray[np.bool_]:
    """(n,): whether each knob (n, k, 2) keeps off the outline."""
    low, high = knobs.min(axis=1) - margin_mm, knobs.max(axis=1) + margin_mm
    inside: NDArray[np.bool_] = shapely.contains(whole, shapely.box(*low.T, *high.T))
    return inside


def _crowded(heads: Ring, least_mm: float) -> NDArray[np.bool_]:
    """(n, n): whether two knobs' heads (n, 2) would be nearer than that."""
    x, y = heads.T
    crowded: NDArray[np.bool_] = (x - x[:, None]) ** 2 + (y - y[:, None]) ** 2 < least_mm**2
    return crowded


def _edges(made: Plan, step: float, chance: Generator) -> tuple[Ring, Numbers]:
    """(n, 2, 2) both ends of every inner edge of the grid, and (n, 2) the numbers of its corners.

    The grid's rim lies a little outside, so that every edge there crosses the outline.
    """
    columns, rows = made.columns, made.rows
    low_x, low_y, high_x, high_y = made.whole.bounds
    x = np.linspace(low_x, high_x, columns + 1) + np.r_[-1.0, np.zeros(columns - 1), 1.0]
    y = np.linspace(low_y, high_y, rows + 1) + np.r_[-1.0, np.zeros(rows - 1), 1.0]
    corners = np.stack(np.meshgrid(x, y, indexing="ij"), axis=-1)
    inner = corners[1:-1, 1:-1]
    inner += chance.uniform(-1, 1, inner.shape) * SHIFT_SHARE * step
    names = np.arange((columns + 1) * (rows + 1)).reshape(columns + 1, rows + 1)
    return _between_corners(corners).reshape(-1, 2, 2), _between_corners(names).reshape(-1, 2)


def _between_corners(corners: NDArray[Any]) -> NDArray[Any]:
    """(n, 2, …): what stands at both ends of every inner edge, upright ones first."""
    upright = np.stack([corners[1:-1, :-1], corners[1:-1, 1:]], axis=2)
    lying = np.stack([corners[:-1, 1:-1], corners[1:, 1:-1]], axis=2)
    kept = upright.shape[2:]
    return np.concatenate([upright.reshape(-1, *kept), lying.reshape(-1, *kept)])


def _head_mm(radius: float) -> float:
    """How far the middle of a knob's head stands off its line."""
    fillet = FILLET_SHARE * radius
    return fillet + math.sqrt((radius + fillet) ** 2 - (NECK_SHARE * radius + fillet) ** 2)


def _knob(radius: float, quality: Quality) -> Ring:
    """(n, 2): a knob over a line along x, its middle at the origin, from left to right."""
    fillet = FILLET_SHARE * radius
    beside = NECK_SHARE * radius + fillet
    head = _head_mm(radius)
    lean = math.atan2(head - fillet, beside)  # of the line from a fillet's middle to the head's
    fine = segments(radius, quality, least=12 if quality == "draft" else 24)
    few = max(3, round(fine * (math.pi / 2 + lean) / math.tau))
    many = max(6, round(fine * (math.pi + 2 * lean) / math.tau))
    up = np.linspace(-math.pi / 2, lean, few)
    over = np.linspace(math.pi + lean, -lean, many)[1:]
    left = np.column_stack([np.cos(up), np.sin(up)]) * fillet + (-beside, fillet)
    top = np.column_stack([np.cos(over), np.sin(over)]) * radius + (0.0, head)
    right = left[::-1][1:] * (-1, 1)
    return np.concatenate([left, top, right])


def _laid(knob: Ring, ends: Ring, middles: Ring, sides: NDArray[np.int64]) -> Ring:
    """(n, k, 2): a knob at each middle of the way between two ends, to its left or its right."""
    way = ends[:, 1] - ends[:, 0]
    along = way / np.hypot(*way.T)[:, None]
    across = np.column_stack([-along[:, 1], along[:, 0]]) * sides[:, None]
    x, y = knob[None, :, :1], knob[None, :, 1:]
    laid: Ring = middles[:, None] + x * along[:, None] + y * across[:, None]
    return laid


def _without_slivers(cells: Planar, width_mm: float) -> Planar:
    """The same, cut straight where a cell at the outline becomes narrower than that."""
    rim = np.unique(cells.owners[: 2 * cells.edges : 2])
    faces = cells.faces(rim.tolist())
    mouths, of_rim = _mouths(faces, width_mm)
    lines = shapely.linestrings(mouths)
    within = shapely.length(shapely.intersection(lines, faces[of_rim]))
    kept = (shapely.length(lines) > SEAM_MM) & (within > shapely.length(lines) - SEAM_MM)
    if not kept.any() or not shapely.is_simple(shapely.multilinestrings(lines[kept])):
        return cells
    places = cells.nearest(rim, mouths[kept].reshape(-1, 2))
    try:
        return chorded(cells, [Chord(*at) for at in zip(places[::2], places[1::2], strict=True)])
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


def _labels(areas: NDArray[np.float64], shared: NDArray[np.float64], least: float) -> list[int]:
    """Which piece each belongs to, when what is too small joins what it shares most edge with."""
    labels = list(range(len(areas)))
    areas, shared = areas.copy(), shared.copy()
    while (areas > 0).sum() > 2:
        small = int(np.argmin(np.where(areas > 0, areas, np.inf)))
        best = int(np.argmax(shared[small]))
        if areas[small] >= least:
            break
        if shared[small, best] <= 0:  # beside nothing: it can only fall out
            areas[small] = 0
            continue
        shared[best] += shared[small]
        shared[:, best] += shared[:, small]
        shared[small] = shared[:, small] = 0
        shared[best, best] = 0
        areas[best] += areas[small]
        areas[small] = 0
        labels = [best if label == small else label for label in labels]
    return labels


def _apart(pieces: Polygons) -> Polygons:
    """What the beam leaves of the pieces: half a seam smaller all round, without crumbs."""
    shrunk = shapely.get_parts(
        shapely.buffer(pieces, -SEAM_MM / 2, join_style="mitre", mitre_limit=2.0)
    )
    kept: Polygons = shrunk[shapely.area(shrunk) > SEAM_MM]
    return kept


def _rings(polygons: Polygons) -> list[Ring]:
    """Their rings: edges counter-clockwise, holes clockwise."""
    rings = shapely.get_parts(shapely.get_rings(shapely.orient_polygons(polygons)))
    return [shapely.get_coordinates(ring)[:-1] for ring in rings]
