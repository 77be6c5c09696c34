"""A line of text to be cut right through a sheet: openings, and what must stay between them.

Bridges of a stencil face are a few hundredths of the letters' size, narrower than most sheets
bear. So letters are drawn lighter until what stays between any two openings is as wide as is asked
for, and with the roundness that half the narrowest opening has; what would be finer is left out.
Inner parts that hang on nothing (of an O, say, that is not a stencil's) fall out. Lengths in mm.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

import manifold3d as m3
import numpy as np
import shapely

from configurator.geometry.kernel import CHORD_MM, Ring, segments
from configurator.geometry.lettering import islands, line
from configurator.geometry.mesh import Floats
from configurator.geometry.sheet import spaced
from configurator.products.base import Quality

LEAST_OPENING = 0.5
"""Of the sheet's thickness: no opening is narrower. ``Sheet.min_hole`` of every sheet we know."""
LEAST_SIZE_MM = 3.0
"""Capitals lower than this are left out."""


@dataclass(frozen=True)
class Stencil:
    """``size_mm`` is how high a capital is to be, ``room_mm`` width and height of its field;
    ``bridge_mm`` stays between any two openings."""

    words: str
    face: str
    size_mm: float
    align: str
    bridge_mm: float
    sheet_mm: float
    room_mm: tuple[float, float]


@dataclass(frozen=True, eq=False)
class Lettered:
    """What is cut out.

    ``rings`` (n, 2) counter-clockwise, from the lower left corner of the room. ``kept`` is the
    share of the letters that is wide enough to be cut, ``lost`` how many pieces of them are not at
    all.
    """

    rings: tuple[Ring, ...] = ()
    kept: float = 1.0
    lost: int = 0


@dataclass(frozen=True)
class Measures:
    """What is known of letters before they are cut: how high capitals come out (0: left out) and
    how high and wide the line is, the finest stroke (inf without any), and by how much each edge
    steps back for the bridges. ``islands`` is how many inner parts fall out."""

    size_mm: float = 0.0
    high_mm: float = 0.0
    wide_mm: float = 0.0
    stroke_mm: float = math.inf
    lighter_mm: float = 0.0
    islands: int = 0


@dataclass(frozen=True, eq=False)
class _Pieces:
    """A line in em: outlines without counters, its box, their area and the length of their edges,
    capitals' height, stroke, webs; how many counters it has."""

    outlines: tuple[Floats, ...]
    low: tuple[float, float]
    size: tuple[float, float]
    area: float
    edge: float
    capital: float
    stroke: float
    web: float
    islands: int


def measured(text: Stencil) -> Measures:
    """How large the letters come out, as large as is asked for and the room allows: no cutting."""
    pieces = _pieces(text.words, text.face, "draft")
    if pieces is None:
        return Measures()
    wide, high = text.room_mm
    scale = min(text.size_mm / pieces.capital, wide / pieces.size[0], high / pieces.size[1])
    if scale * pieces.capital < LEAST_SIZE_MM:
        return Measures(stroke_mm=0.0, islands=pieces.islands)
    lighter = max(0.0, text.bridge_mm - pieces.web * scale) / 2
    return Measures(
        size_mm=scale * pieces.capital,
        high_mm=scale * pieces.size[1],
        wide_mm=scale * pieces.size[0],
        stroke_mm=max(0.0, pieces.stroke * scale - 2 * lighter),
        lighter_mm=lighter,
        islands=pieces.islands,
    )


@lru_cache(maxsize=64)
def lettered(text: Stencil, quality: Quality) -> Lettered:
    """The letters themselves."""
    known, pieces = measured(text), _pieces(text.words, text.face, quality)
    if pieces is None:
        return Lettered()
    if not known.size_mm:
        return Lettered(kept=0.0, lost=len(pieces.outlines))
    scale = known.size_mm / pieces.capital
    start = {"left": 0.0, "middle": 0.5, "right": 1.0}[text.align]
    shift = np.array([start * (text.room_mm[0] - known.wide_mm), 0.0])
    drawn = [(ring - pieces.low) * scale + shift for ring in pieces.outlines]
    rings, area = _cut(drawn, known.lighter_mm, LEAST_OPENING * text.sheet_mm / 2, quality)
    if quality == "full":
        rings = _without_ridges(rings, text.bridge_mm)
    # Long strokes lose their edge's length times what they step back.
    light = pieces.area * scale**2 - known.lighter_mm * pieces.edge * scale
    return Lettered(rings, area / light if light > 0 else 0.0, len(drawn) - _met(drawn, rings))


def measured_rings(rings: Sequence[Ring]) -> tuple[Floats, Floats]:
    """(k,) signed area and (k,) length of closed rings, all in one pass."""
    if not rings:
        return np.zeros(0), np.zeros(0)
    points = np.concatenate(rings)
    lengths = np.array([len(ring) for ring in rings])
    firsts = np.cumsum(lengths) - lengths
    after = np.arange(1, len(points) + 1)
    after[firsts + lengths - 1] = firsts
    ahead = points[after]
    way = ahead - points
    area = np.add.reduceat(points[:, 0] * ahead[:, 1] - ahead[:, 0] * points[:, 1], firsts) / 2
    return area, np.add.reduceat(np.sqrt(way[:, 0] ** 2 + way[:, 1] ** 2), firsts)


@lru_cache(maxsize=128)
def _pieces(words: str, face: str, quality: Quality) -> _Pieces | None:
    drawn, capital = line(words, face, quality), line("H", face, "draft")
    if drawn is None:
        return None
    assert capital is not None
    areas, edges = measured_rings(drawn.contours)
    outer = areas > 0
    outlines = tuple(ring for ring, one in zip(drawn.contours, outer, strict=True) if one)
    size = drawn.high[0] - drawn.low[0], drawn.high[1] - drawn.low[1]
    return _Pieces(
        outlines,
        drawn.low,
        size,
        float(areas[outer].sum()),
        float(edges[outer].sum()),
        capital.high[1],
        drawn.stroke,
        _web(words, face),
        islands(words, face) if not outer.all() else 0,
    )


@lru_cache(maxsize=128)
def _web(words: str, face: str) -> float:
    """The narrowest web between two of its outlines, em; inf where there is one only."""
    drawn = line(words, face, "draft")
    assert drawn is not None
    areas = measured_rings(drawn.contours)[0]
    shapes = [shapely.Polygon(drawn.contours[k]) for k in np.flatnonzero(areas > 0)]
    if len(shapes) < 2:
        return math.inf
    _, far = shapely.STRtree(shapes).query_nearest(
        shapes, exclusive=True, all_matches=False, return_distance=True
    )
    return float(far.min())


def _without_ridges(rings: tuple[Ring, ...], bridge_mm: float) -> tuple[Ring, ...]:
    """Each opening with what is narrower than a bridge within it cut away: it would break off.

    Where an inner part hangs on nothing else it stays as it is, and is told.
    """
    shapes = np.array([shapely.Polygon(ring) for ring in rings], dtype=object)
    grown = shapely.buffer(shapes, bridge_mm / 2, quad_segs=6)
    closed = shapely.buffer(grown, -bridge_mm / 2, quad_segs=6)
    found = []
    for ring, shape in zip(rings, closed, strict=True):
        whole = shape.geom_type == "Polygon" and not shape.interiors
        outer = shapely.simplify(shape, CHORD_MM["full"] / 4) if whole else None
        found.append(
            spaced(np.asarray(shapely.orient_polygons(outer).exterior.coords)[:-1])
            if outer is not None
            else ring
        )
    return tuple(found)


def _met(drawn: list[Floats], rings: tuple[Ring, ...]) -> int:
    """How many outlines have something left: what is cut lies within the outline it is of."""
    if not rings:
        return 0
    of = np.repeat(np.arange(len(drawn)), [len(ring) for ring in drawn])
    within = shapely.polygons(shapely.linearrings(np.concatenate(drawn), indices=of))
    points = shapely.points(np.array([ring[0] for ring in rings]))
    return int(shapely.dwithin(within[:, None], points[None], 0.05).any(axis=1).sum())


def _cut(
    drawn: list[Floats], lighter_mm: float, radius_mm: float, quality: Quality
) -> tuple[tuple[Ring, ...], float]:
    """The letters drawn lighter, without what a disc of that radius does not enter; their area.

    Source: opening by a disc (Serra, Image Analysis and Mathematical Morphology, 1982).
    """
    letters = m3.CrossSection(drawn, m3.FillRule.NonZero)
    core = letters.offset(-lighter_mm - radius_mm, m3.JoinType.Miter, 4.0)
    if core.is_empty():
        return (), 0.0
    count = segments(radius_mm, quality, least=12)
    opened = core.offset(radius_mm, m3.JoinType.Round, 2.0, count)
    rings = [np.asarray(ring) for ring in opened.simplify(CHORD_MM[quality] / 4).to_polygons()]
    large = measured_rings(rings)[0] > math.pi * radius_mm**2 / 2
    kept = tuple(spaced(ring) for ring, one in zip(rings, large, strict=True) if one)
    return kept, opened.area()
