"""A grid over a flat shape whose edges have knobs, so that what they divide holds together.

A knob is five arcs that meet without a crease: a fillet, the head, a fillet. With a head of
radius r, fillets of radius f and a neck of half width n, the fillets stand x = n + f beside the
middle and the head h = f + √((r + f)² − x²) above the line.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
import shapely
from numpy.random import Generator
from numpy.typing import NDArray
from shapely.geometry import Polygon

from configurator.geometry.dividing import Crossings, Detours
from configurator.geometry.kernel import Ring, segments
from configurator.geometry.paths import Numbers
from configurator.products.base import Quality

NECK_SHARE, FILLET_SHARE = 0.6, 0.55
"""Half a knob's neck, and its fillets, as shares of its head's radius."""
SHIFT_SHARE = 0.06
"""How far chance moves corners and knobs, as a share of a cell's shorter side."""
KNOBS_APART = 2 + 2 * NECK_SHARE
"""Between the middles of two heads, in radii: what stays between them is as wide as a neck."""
OFF_CORNERS = 2.2
"""Between a knob's middle and its edge's ends, in radii: the next edge may lean to it by 14° over
the head, which is one wide and 1.6 high."""
ROOM = 0.9
"""Between a knob and the outline, in radii."""


@dataclass(frozen=True, eq=False)
class Grid:
    """n edges between the corners of a grid: their ``lines`` (n, 2, 2), mm, the numbers of their
    ``corners`` (n, 2), and by chance how far a knob is shifted along each (``shifts_mm``, (n,)) and
    to which of its ``sides`` it goes first, 1 or −1 (n,)."""

    lines: Ring
    corners: Numbers
    shifts_mm: NDArray[np.float64]
    sides: Numbers


def grid_over(whole: Polygon, columns: int, rows: int, cell_mm: float, chance: Generator) -> Grid:
    """The inner edges of so many cells, their corners moved by chance.

    The grid's rim lies a little outside, so that every edge there crosses the outline.
    """
    low_x, low_y, high_x, high_y = whole.bounds
    x = np.linspace(low_x, high_x, columns + 1) + np.r_[-1.0, np.zeros(columns - 1), 1.0]
    y = np.linspace(low_y, high_y, rows + 1) + np.r_[-1.0, np.zeros(rows - 1), 1.0]
    corners = np.stack(np.meshgrid(x, y, indexing="ij"), axis=-1)
    inner = corners[1:-1, 1:-1]
    inner += chance.uniform(-1, 1, inner.shape) * SHIFT_SHARE * cell_mm
    names = np.arange((columns + 1) * (rows + 1)).reshape(columns + 1, rows + 1)
    lines = _between_corners(corners).reshape(-1, 2, 2)
    shifts = chance.uniform(-1, 1, len(lines)) * SHIFT_SHARE * cell_mm
    sides = chance.integers(0, 2, len(lines)) * 2 - 1
    return Grid(lines, _between_corners(names).reshape(-1, 2), shifts, sides)


def _between_corners(corners: NDArray[Any]) -> NDArray[Any]:
    """(n, 2, …): what stands at both ends of every inner edge, upright ones first."""
    upright = np.stack([corners[1:-1, :-1], corners[1:-1, 1:]], axis=2)
    lying = np.stack([corners[:-1, 1:-1], corners[1:, 1:-1]], axis=2)
    kept = upright.shape[2:]
    return np.concatenate([upright.reshape(-1, *kept), lying.reshape(-1, *kept)])


def knobs(
    whole: Polygon, crossed: Crossings, grid: Grid, radius_mm: float, quality: Quality
) -> Detours:
    """A knob with a head of that radius on every edge of the grid where there is room for one."""
    of, at, middles = _middles(crossed, grid.shifts_mm)
    ends = crossed.lines[of]
    knob, head = knob_over_a_line(radius_mm, quality), np.array([[0.0, _head_mm(radius_mm)]])
    # To one side and to the other, the side of chance first.
    turns = [grid.sides[of], -grid.sides[of]]
    laid = np.concatenate([_laid(knob, ends, middles, turn) for turn in turns])
    heads = np.concatenate([_laid(head, ends, middles, turn)[:, 0] for turn in turns])
    free = np.tile(_off_corners(ends, middles, OFF_CORNERS * radius_mm), 2)
    free[free] = _roomy(whole, laid[free], ROOM * radius_mm)
    crowded = _crowded(heads, KNOBS_APART * radius_mm)
    chosen = []
    for one in range(len(of)):
        number = one if free[one] else len(of) + one
        if free[number]:
            free &= ~crowded[number]
            chosen.append(number)
    edges = np.array(chosen, dtype=np.int64) % max(len(of), 1)
    return Detours(of[edges], at[edges], laid[chosen])


def _middles(
    crossed: Crossings, shifts_mm: NDArray[np.float64]
) -> tuple[Numbers, NDArray[np.float64], Ring]:
    """The lines that meet the shape (m,), and the middle of each one's longest stretch within it,
    shifted along the line: its place as a share of the line (m,), and the point (m, 2)."""
    found = crossed.within
    share = found.high - found.low
    longest_first = np.lexsort([-share, found.of])
    of, first = np.unique(found.of[longest_first], return_index=True)
    stretch = longest_first[first]
    low, high = found.low[stretch], found.high[stretch]
    one, way = crossed.lines[of, 0], crossed.lines[of, 1] - crossed.lines[of, 0]
    at = np.clip((low + high) / 2 + shifts_mm[of] / np.sqrt((way**2).sum(axis=1)), low, high)
    return of, at, one + at[:, None] * way


def _off_corners(ends: Ring, middles: Ring, least_mm: float) -> NDArray[np.bool_]:
    """(n,): whether the middle (n, 2) keeps off both ends (n, 2, 2) of its edge."""
    off: NDArray[np.bool_] = ((ends - middles[:, None]) ** 2).sum(axis=2).min(axis=1) >= least_mm**2
    return off


def _roomy(whole: Polygon, knobs: Ring, margin_mm: float) -> NDArray[np.bool_]:
    """(n,): whether each knob (n, k, 2) keeps off the outline."""
    low, high = knobs.min(axis=1) - margin_mm, knobs.max(axis=1) + margin_mm
    shapely.prepare(whole)
    inside: NDArray[np.bool_] = shapely.contains(whole, shapely.box(*low.T, *high.T))
    return inside


def _crowded(heads: Ring, least_mm: float) -> NDArray[np.bool_]:
    """(n, n): whether two knobs' heads (n, 2) would be nearer than that."""
    x, y = heads.T
    crowded: NDArray[np.bool_] = (x - x[:, None]) ** 2 + (y - y[:, None]) ** 2 < least_mm**2
    return crowded


def _head_mm(radius: float) -> float:
    """How far the middle of a knob's head stands off its line."""
    fillet = FILLET_SHARE * radius
    return fillet + math.sqrt((radius + fillet) ** 2 - (NECK_SHARE * radius + fillet) ** 2)


def knob_over_a_line(radius: float, quality: Quality) -> Ring:
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
