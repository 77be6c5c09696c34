"""Windows in two skins over one grid: blocks of cells become frames, joined by tunnels.

Points of a window lie between those of its block, so no boolean is needed.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from configurator.geometry.mesh import Floats, Ints

Indices = npt.NDArray[np.int64]


def block_cells(blocks: list[tuple[int, int]], size: tuple[int, int]) -> tuple[Indices, Indices]:
    """Rows and columns of all cells of blocks."""
    corner = np.array(blocks)
    row, column = np.meshgrid(np.arange(size[0]), np.arange(size[1]), indexing="ij")
    rows = corner[:, 0, None] + row.ravel()[None]
    columns = corner[:, 1, None] + column.ravel()[None]
    return rows.ravel(), columns.ravel()


def block_border(size: tuple[int, int]) -> Indices:
    """(m, 2): rows and columns of a block's corners, counter-clockwise seen from outside."""
    rows, columns = size
    bottom = [(0, c) for c in range(columns)]
    right = [(r, columns) for r in range(rows)]
    top = [(rows, c) for c in range(columns, 0, -1)]
    left = [(r, 0) for r in range(rows, 0, -1)]
    return np.array([*bottom, *right, *top, *left])


def framed(
    points: Floats,
    outer: Indices,
    inner: Indices,
    blocks: Indices,
    size: tuple[int, int],
    outline: Floats,
    start: int,
) -> tuple[Floats, Ints]:
    """New points, and the faces of frames and tunnels, of blocks of one size."""
    border = block_border(size)
    count = len(border)
    whole = np.minimum(outline.astype(np.int64), np.array(size) - 1)
    share = outline - whole
    added, rims = [], []
    for number, skin in enumerate((outer, inner)):
        row, column = (blocks[:, axis, None] + whole[None, :, axis] for axis in (0, 1))
        u, v = share[None, :, 0, None], share[None, :, 1, None]
        low = points[skin[row, column]] * (1 - v) + points[skin[row, column + 1]] * v
        high = points[skin[row + 1, column]] * (1 - v) + points[skin[row + 1, column + 1]] * v
        added.append((low * (1 - u) + high * u).reshape(-1, 3))
        rim = skin[blocks[:, 0, None] + border[:, 0], blocks[:, 1, None] + border[:, 1]]
        hole = start + number * len(blocks) * count + np.arange(len(blocks) * count)
        rims.append((rim, hole.reshape(len(blocks), count)))
    (outside, out_hole), (inside, in_hole) = rims
    faces = [
        _strip(outside, out_hole),
        _strip(out_hole, in_hole),
        _strip(in_hole, inside),
    ]
    return np.concatenate(added), np.concatenate(faces)


def _strip(one: Indices, other: Indices) -> Ints:
    """(…, 3): faces between rings (b, m), facing as ``one`` runs counter-clockwise around."""
    one_next, other_next = np.roll(one, -1, axis=1), np.roll(other, -1, axis=1)
    first = np.stack([one, one_next, other_next], axis=-1)
    second = np.stack([one, other_next, other], axis=-1)
    faces: Ints = np.concatenate([first, second]).reshape(-1, 3).astype(np.int32)
    return faces
