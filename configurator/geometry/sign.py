"""Where everything on a sign goes: holes in its corners, a border, letters as large as they fit."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import lru_cache

import manifold3d as m3
import numpy as np

from configurator.geometry.kernel import Ring, circle, segments
from configurator.geometry.lettering import Line, line
from configurator.geometry.mesh import Floats
from configurator.geometry.milled import ARC, Opening, Pocket, Slab, apart, distinct, reached
from configurator.geometry.outlines import holds, inset, largest_scale, outline
from configurator.products.base import Quality

BIT_MM = 1.0
"""The end mill for letters: what is finer is left out, inner corners get half of it."""
SLOPE = 1.0
"""Depth per mm from the edge under a 90° bit."""
RIDGE_MM = 0.8
"""Between two strokes nothing thinner is left standing: it would break off. The thickest
``Board.min_rib_mm``."""
FLOOR_MM = 1.0
"""Whatever is asked for, so much stays under the letters."""
CHAMFER_MM = 0.6
BORDER_IN_MM = 4.0
"""From the edge to the border."""
SECOND_LINE = 0.45
"""Size of the second line to the first."""
SINK_MM = 1.6
"""How much wider than its hole a countersink is, all round."""
LEAST_EM_MM = 2.0


@dataclass(frozen=True)
class Sign:
    """The parameters that decide the layout, lengths in mm."""

    words: str
    second_line: str
    face: str
    lettering: str
    depth_mm: float
    shape: str
    width_mm: float
    height_mm: float
    board_mm: float
    border_mm: float
    holes: str
    hole_mm: float

    @property
    def deep_mm(self) -> float:
        """How deep letters go, with a floor under them whatever is asked for."""
        return min(self.depth_mm, self.board_mm - FLOOR_MM)


@dataclass(frozen=True, eq=False)
class Layout:
    """What is milled, and what the checks need.

    ``stroke_mm`` is the finest stroke of the letters as the typeface has it (inf without any),
    ``kept`` the share of the letters' area that the tool reaches, or their share of what is cut
    when the ridges between them are gone, if that is less.
    """

    slab: Slab
    stroke_mm: float
    kept: float


@lru_cache(maxsize=32)
def laid_out(sign: Sign, quality: Quality) -> Layout:
    """The layout of a sign. Remembered for a moment: build and rules both ask."""
    edge = outline(sign.shape, sign.width_mm, sign.height_mm, quality)
    border, inner_mm = _border(sign, edge, quality)
    openings = _openings(sign, edge, inner_mm, quality)
    contours, stroke = _letters(sign, edge, inner_mm, openings, quality)
    letters, kept = _milled(sign, contours, quality)
    slab = Slab(edge, sign.board_mm, openings, (*border, *letters), CHAMFER_MM)
    return Layout(slab, stroke, kept)


def _border(sign: Sign, edge: Ring, quality: Quality) -> tuple[tuple[Pocket, ...], float]:
    """The groove along the edge, and how far from the edge the rest must stay."""
    wide, into = sign.border_mm, BORDER_IN_MM
    if not wide:
        return (), 3.0
    outer, within = inset(edge, into), inset(edge, into + wide)
    rings = (outer, within[::-1].copy())
    if sign.lettering == "carved":
        return (Pocket(rings, min(sign.deep_mm, wide / 2), SLOPE),), into + wide
    return (Pocket(rings, sign.deep_mm),), into + wide


def _openings(sign: Sign, edge: Ring, inner_mm: float, quality: Quality) -> tuple[Opening, ...]:
    """Countersunk screw holes left and right, or one above to hang it by."""
    if sign.holes == "none":
        return ()
    radius = sign.hole_mm / 2
    sink = min(SINK_MM, 0.6 * radius, sign.board_mm - 1.0)
    margin = inner_mm + radius + sink + 1.5
    if sign.holes == "top":
        ways = [np.array([0.0, sign.height_mm / 2])]
    elif sign.holes == "sides":
        ways = [np.array([x * sign.width_mm / 2, 0.0]) for x in (-1, 1)]
    else:
        x, y = sign.width_mm / 2, sign.height_mm / 2
        ways = [np.array([sx * x, sy * y]) for sx in (-1, 1) for sy in (-1, 1)]
    count = segments(radius + sink, quality, least=24)
    found = []
    for way in ways:
        place = _outermost(edge, way, margin)
        if place is not None:
            ring, head = circle(radius, count, place), circle(radius + sink, count, place)
            found.append(Opening(ring, head, sink))
    return tuple(found) if len(found) == len(ways) else ()


def _outermost(edge: Ring, way: Floats, margin: float) -> tuple[float, float] | None:
    """The place furthest along ``way`` that keeps a margin from the edge, if not the middle."""
    low, high = 0.0, 1.0
    for _ in range(16):
        middle = (low + high) / 2
        inside = holds(edge, (way * middle)[None], margin)
        low, high = (middle, high) if inside else (low, middle)
    x, y = (way * low).tolist()
    return (x, y) if math.hypot(x, y) > margin else None


def _letters(
    sign: Sign, edge: Ring, inner_mm: float, openings: tuple[Opening, ...], quality: Quality
) -> tuple[list[Floats], float]:
    """The letters at their largest, in the middle of what border and holes leave."""
    block = _block(sign, quality)
    if block is None:
        return [], math.inf
    contours, corners, stroke = block
    room, centre = _room(sign, inner_mm, openings)
    half = np.abs(corners).max(axis=0)
    margin = inner_mm + 2.0 + 0.03 * sign.height_mm
    scale = min(
        largest_scale(edge, corners, centre, margin),
        (room[0] / 2 - margin) / half[0],
        (room[1] / 2 - margin) / half[1],
    )
    if scale < LEAST_EM_MM:
        return [], 0.0
    return [contour * scale + np.array(centre) for contour in contours], stroke * scale


def _room(
    sign: Sign, inner_mm: float, openings: tuple[Opening, ...]
) -> tuple[tuple[float, float], tuple[float, float]]:
    """Size and middle of the field that the holes leave for the letters."""
    wide, high, middle = sign.width_mm, sign.height_mm, 0.0
    heads = [one.head for one in openings if one.head is not None]
    if heads and sign.holes in ("sides", "corners"):
        reach = min(float(np.abs(head[:, 0]).min()) for head in heads)
        wide = 2 * (reach + inner_mm)
    if heads and sign.holes == "top":
        low = min(float(head[:, 1].min()) for head in heads)
        high = low + sign.height_mm / 2 + inner_mm
        middle = (low + inner_mm - sign.height_mm / 2) / 2
    return (wide, high), (0.0, middle)


def _block(sign: Sign, quality: Quality) -> tuple[list[Floats], Floats, float] | None:
    """The lines, centred one below the other about the origin, in em; boxes (4k, 2); stroke."""
    first, second = line(sign.words, sign.face, quality), line(sign.second_line, sign.face, quality)
    placed: list[tuple[Line, float, float]] = []
    below = 0.0
    if first is not None:
        placed.append((first, 1.0, -first.low[1]))
        below = -0.28
    if second is not None:
        size = SECOND_LINE if first is not None else 1.0
        placed.append((second, size, below - second.high[1] * size))
    if not placed:
        return None
    contours, corners = [], []
    for one, size, rise in placed:
        shift = np.array([-(one.low[0] + one.high[0]) / 2 * size, rise])
        contours += [contour * size + shift for contour in one.contours]
        (x0, y0), (x1, y1) = one.low, one.high
        corners += [np.array([x, y]) * size + shift for x in (x0, x1) for y in (y0, y1)]
    box = np.array(corners)
    centre = (box.min(axis=0) + box.max(axis=0)) / 2
    stroke = min(one.stroke * size for one, size, _ in placed)
    return [contour - centre for contour in contours], box - centre, stroke


def _milled(
    sign: Sign, contours: list[Floats], quality: Quality
) -> tuple[tuple[Pocket, ...], float]:
    """The letters as pockets without thin ridges, and ``Layout.kept``."""
    if not contours:
        return (), 1.0
    section = m3.CrossSection(contours)
    grown = section.offset(RIDGE_MM / 2, m3.JoinType.Round, 2.0, ARC[quality])
    closed = grown.offset(-RIDGE_MM / 2, m3.JoinType.Miter, 4.0)
    alone = min(1.0, section.area() / closed.area())
    if sign.lettering == "carved":
        return apart(distinct(closed, quality), sign.deep_mm, SLOPE), alone
    milled = reached(closed, BIT_MM, quality)
    return apart(milled, sign.deep_mm), min(alone, milled.area() / closed.area())
