"""Equal rounded cells in rows and columns, and the outline around them all.

Feet under a bin and pockets within it are the same thing: rings side by side with a gap between.
The outline around them runs through their own points, so what lies in the gaps is closed with
them by construction.

A cell's ring is ``kernel.rounded_rectangle``: corners at the back right, back left, front left
and front right. It may have one more point on its left and on its right side (a shelf's ends):
after the back left corner, and at the very end.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import numpy.typing as npt

from configurator.geometry.kernel import Ring
from configurator.geometry.shell import Loop, Shell

Numbers = npt.NDArray[np.int64]


@dataclass(frozen=True)
class Lattice:
    """``columns`` × ``rows`` cells about the origin, their centres ``pitch`` (x, y) mm apart."""

    columns: int
    rows: int
    pitch: tuple[float, float]

    @property
    def centres(self) -> list[tuple[float, float]]:
        """Column by column, each from front to back."""
        x = (np.arange(self.columns) - (self.columns - 1) / 2) * self.pitch[0]
        y = (np.arange(self.rows) - (self.rows - 1) / 2) * self.pitch[1]
        return [(float(a), float(b)) for a in x for b in y]

    def outline(self, cells: Sequence[Loop], corner: int) -> tuple[Loop, Ring]:
        """The ring around all cells, counter-clockwise, and (n, 2) the way out at each point.

        ``corner`` is how many points a cell's corner has.
        """
        around = len(cells[0][0])
        cell, point = _around(self.columns, self.rows, corner, around)
        numbers = np.stack([loop[0] for loop in cells])[cell, point]
        flat = np.stack([loop[1] for loop in cells])[cell, point]
        return (numbers, flat), _outwards(corner, around)[point]

    def gaps(self, outline: Loop, cells: Sequence[Loop]) -> list[Loop]:
        """The rings that bound what lies between the outline and the cells; none for one cell."""
        places: dict[int, Ring] = {}
        edges: set[tuple[int, int]] = set()
        for numbers, flat in (outline, *((n[::-1], f[::-1]) for n, f in cells)):
            names = numbers.tolist()
            places.update(zip(names, flat, strict=True))
            for one, other in zip(names, names[1:] + names[:1], strict=True):
                if (other, one) in edges:  # there and back again: nothing lies between
                    edges.remove((other, one))
                else:
                    edges.add((one, other))
        return list(_rings(dict(sorted(edges)), places))


def inset(outline: Loop, outwards: Ring, by_mm: float) -> Ring:
    """(n, 2): the outline moved inwards; its corners' radii shrink by as much."""
    moved: Ring = outline[1] - by_mm * outwards
    return moved


def fill_gaps(
    build: Shell, lattice: Lattice, outline: Loop, cells: Sequence[Loop], up: bool
) -> None:
    """A face over what lies between the outline and the cells."""
    rings = lattice.gaps(outline, cells)
    if rings:
        build.face(rings, up=up)


def _rings(after: dict[int, int], places: dict[int, Ring]) -> Iterator[Loop]:
    while after:
        start = next(iter(after))
        names = [start]
        while (name := after.pop(names[-1])) != start:
            names.append(name)
        yield np.array(names), np.array([places[name] for name in names])


@lru_cache(maxsize=32)
def _outwards(corner: int, around: int) -> Ring:
    arc = np.linspace(0, math.pi / 2, corner)
    turns = (arc[None, :] + np.arange(4)[:, None] * (math.pi / 2)).reshape(4, corner)
    normals = np.stack([np.cos(turns), np.sin(turns)], axis=-1)
    if around == 4 * corner:
        return normals.reshape(-1, 2)
    back, front = normals[:2].reshape(-1, 2), normals[2:].reshape(-1, 2)
    ring: Ring = np.concatenate([back, [(-1.0, 0.0)], front, [(1.0, 0.0)]])
    return ring


@lru_cache(maxsize=64)
def _around(columns: int, rows: int, corner: int, around: int) -> tuple[Numbers, Numbers]:
    """(n,) cells and (n,) points of their rings, all the way round from the front right corner."""
    shelf = around > 4 * corner
    front_left = 2 * corner + shelf
    front_right = front_left + corner
    picks: list[tuple[int, int]] = []

    def arc(cell: int, first: int) -> None:
        picks.extend((cell, first + step) for step in range(corner))

    for row in range(rows):  # up the right side
        cell = (columns - 1) * rows + row
        if row:
            picks.append((cell, front_right + corner - 1))
        if shelf:
            picks.append((cell, around - 1))
        if row < rows - 1:
            picks.append((cell, 0))
    arc(columns * rows - 1, 0)
    for column in reversed(range(columns)):  # along the back
        cell = column * rows + rows - 1
        if column < columns - 1:
            picks.append((cell, corner - 1))
        if column:
            picks.append((cell, corner))
    arc(rows - 1, corner)
    for row in reversed(range(rows)):  # down the left side
        if row < rows - 1:
            picks.append((row, 2 * corner - 1))
        if shelf:
            picks.append((row, 2 * corner))
        if row:
            picks.append((row, front_left))
    arc(0, front_left)
    for column in range(columns):  # along the front
        cell = column * rows
        if column:
            picks.append((cell, front_left + corner - 1))
        if column < columns - 1:
            picks.append((cell, front_right))
    arc((columns - 1) * rows, front_right)
    cells, points = np.array(picks).T
    return cells, points
