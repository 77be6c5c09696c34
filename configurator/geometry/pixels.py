"""A relief of square pixels, every cell of the grid meshed by array arithmetic.

Where two raised cells meet at nothing but a corner, the corner is taken off both: a solid must
not touch itself in a point, and a nozzle could not lay that point anyway.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from configurator.geometry.mesh import Floats
from configurator.geometry.shell import Loop, Shell

CUT = 0.16
"""How much of a cell's side is taken off where corners meet; the gap is then 0.23 of a side."""

Bools = npt.NDArray[np.bool_]
Numbers = npt.NDArray[np.int64]

EAST, NORTH, WEST, SOUTH = range(4)
_WAYS = np.array([[1, 0], [0, 1], [-1, 0], [0, -1]])
# The outline of a cell, counter-clockwise: (column and row of the corner, which way from it).
_OUTLINE = (
    ((0, 0), EAST),
    ((1, 0), WEST),
    ((1, 0), NORTH),
    ((1, 1), SOUTH),
    ((1, 1), WEST),
    ((0, 1), EAST),
    ((0, 1), SOUTH),
    ((0, 0), NORTH),
)


@dataclass(frozen=True)
class Relief:
    """``marked`` (rows, columns), the lowest row first, cells of ``side_mm`` about ``middle``.

    Marked cells stand ``relief_mm`` above ``face_mm``, or lie below it where negative.
    """

    marked: Bools
    side_mm: float
    face_mm: float
    relief_mm: float
    middle: tuple[float, float] = (0.0, 0.0)


def relief(build: Shell, grid: Relief) -> Loop:
    """Adds the relief and a border of one plain cell; gives the border, to be joined to a face."""
    high = np.pad(grid.marked, 1) == (grid.relief_mm > 0)
    points = _Points(high)
    faces = np.concatenate([_floors(points, high), _walls(points, high), _chamfers(points, high)])
    used, faces = np.unique(faces, return_inverse=True)
    levels = sorted((grid.face_mm, grid.face_mm + grid.relief_mm))
    places = points.places(grid)
    solid = np.concatenate([np.column_stack([places, np.full(len(places), z)]) for z in levels])
    numbers = build.add(solid[used])
    build.faces.append(numbers[faces.reshape(-1, 3)])
    # The border is plain: the lower level under raised cells, the upper one beside sunk ones.
    border = points.border() + points.count * bool(grid.relief_mm < 0)
    return numbers[np.searchsorted(used, border)], places[border % points.count]


class _Points:
    """Numbers of the points around each corner of the grid: four where cells meet crosswise.

    A number is 4 × corner + way at the lower level, and ``count`` more at the upper one.
    """

    def __init__(self, high: Bools) -> None:
        rows, columns = high.shape
        south_west, south_east = high[:-1, :-1], high[:-1, 1:]
        north_west, north_east = high[1:, :-1], high[1:, 1:]
        crossed = (south_west == north_east) & (south_east == north_west)
        self.crossed = np.pad(crossed & (south_west != south_east), 1)
        self.shape = (rows + 1, columns + 1)
        self.count = 4 * (rows + 1) * (columns + 1)
        self.corner = 4 * np.arange(self.count // 4).reshape(self.shape)

    def towards(self, way: int) -> Numbers:
        """(rows + 1, columns + 1): the number of each corner's point that way."""
        numbers: Numbers = self.corner + way * self.crossed
        return numbers

    def places(self, grid: Relief) -> Floats:
        """(count, 2): where each point lies, from above."""
        row, column = np.indices(self.shape)
        corner = np.stack([column, row], axis=-1)[:, :, None, :]
        moved = corner + CUT * self.crossed[:, :, None, None] * _WAYS
        centred = moved.reshape(-1, 2) - np.array(self.shape[::-1]) / 2 + 0.5
        places: Floats = centred * grid.side_mm + np.array(grid.middle)
        return places

    def border(self) -> Numbers:
        """The corners of the grid's rim, counter-clockwise."""
        rim = (self.corner[0, :-1], self.corner[:-1, -1], self.corner[-1, :0:-1])
        return np.concatenate([*rim, self.corner[:0:-1, 0]])


def _floors(points: _Points, high: Bools) -> Numbers:
    """Every cell at its level as a fan, and the lozenges between crossing cells below."""
    rows, columns = high.shape
    outline = np.stack(
        [
            points.towards(way)[y : y + rows, x : x + columns] + points.count * high
            for (x, y), way in _OUTLINE
        ],
        axis=-1,
    ).reshape(-1, 8)
    fan = np.stack([outline[:, [0, k, k + 1]] for k in range(1, 7)], axis=1).reshape(-1, 3)
    a, b, c = fan.T
    lozenge = points.corner[points.crossed][:, None] + np.arange(4)
    lozenges = lozenge[:, [[0, 1, 2], [0, 2, 3]]].reshape(-1, 3)
    return np.concatenate([fan[(a != b) & (b != c) & (a != c)], lozenges])


def _upright(points: _Points, start: Numbers, end: Numbers) -> Numbers:
    """Walls between the levels, the solid to the left on the way from start to end."""
    up = points.count
    lower = np.column_stack([start, end, end + up])
    return np.concatenate([lower, np.column_stack([start, end + up, start + up])])


def _walls(points: _Points, high: Bools) -> Numbers:
    """Upright faces between raised cells and plain ones beside them."""
    south, north = points.towards(NORTH)[:-1, 1:-1], points.towards(SOUTH)[1:, 1:-1]
    west, east = points.towards(EAST)[1:-1, :-1], points.towards(WEST)[1:-1, 1:]
    left, right = high[:, :-1] & ~high[:, 1:], high[:, 1:] & ~high[:, :-1]
    below, above = high[:-1] & ~high[1:], high[1:] & ~high[:-1]
    return np.concatenate(
        [
            _upright(points, south[left], north[left]),
            _upright(points, north[right], south[right]),
            _upright(points, west[above], east[above]),
            _upright(points, east[below], west[below]),
        ]
    )


def _chamfers(points: _Points, high: Bools) -> Numbers:
    """Upright faces where the corners of crossing cells are taken off."""
    inner = points.corner[1:-1, 1:-1]
    crossed = points.crossed[1:-1, 1:-1]
    rising, falling = inner[crossed & high[1:, 1:]], inner[crossed & high[1:, :-1]]
    return np.concatenate(
        [
            _upright(points, rising + NORTH, rising + EAST),
            _upright(points, rising + SOUTH, rising + WEST),
            _upright(points, falling + WEST, falling + NORTH),
            _upright(points, falling + EAST, falling + SOUTH),
        ]
    )
