"""Where each copy of each part lies on the bed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from edge.protocol import Bed
from manufacturing.planning.failures import SliceFailed

PLATE_MARGIN_MM = 5.0
"""Room for the skirt (3 mm away, two lines wide) between a part and the edge of the bed."""
GAP_MM = 6.0
"""Between parts, so that a skirt or a loose hair of one does not touch the next."""


@dataclass(frozen=True)
class PlatePart:
    """A solid to be printed, ``copies`` times.

    Attributes:
        name: a slug of ours; never a customer's text.
        vertices: (n, 3) float, mm, z up; anywhere in space.
        faces: (m, 3) int, counter-clockwise from outside.
    """

    name: str
    vertices: NDArray[np.float64] = field(repr=False)
    faces: NDArray[np.integer[Any]] = field(repr=False)
    copies: int = 1


@dataclass(frozen=True)
class Placed:
    """One copy of a part, with its vertices where they lie on the bed."""

    part: int
    copy: int
    vertices: NDArray[np.float64] = field(repr=False)
    faces: NDArray[np.integer[Any]] = field(repr=False)


def place(parts: tuple[PlatePart, ...], bed: Bed) -> tuple[Placed, ...]:
    """Lay every copy flat on the bed in shelves, the whole centred.

    Deepest first. A part is turned by a quarter about z only where it does not fit otherwise:
    the way up and round was chosen by the design.

    Raises:
        SliceFailed: ``empty`` without a part, ``too_big`` when they do not fit.
    """
    copies = [(i, c) for i, part in enumerate(parts) for c in range(part.copies)]
    if not copies or any(len(parts[i].faces) == 0 for i, _ in copies):
        raise SliceFailed("empty", "There is nothing to print on this plate.")
    parts = tuple(_turned_to_fit(part, bed) for part in parts)
    sizes = [np.ptp(part.vertices, axis=0) for part in parts]
    _check_each(parts, sizes, bed)
    copies.sort(key=lambda ic: (*_depth_first(sizes[ic[0]]), ic))
    corners, used = shelves([sizes[i] for i, _ in copies], bed.width_mm - 2 * PLATE_MARGIN_MM)
    if used[1] > bed.depth_mm - 2 * PLATE_MARGIN_MM + 1e-9:
        raise SliceFailed("too_big", "These parts do not fit on one plate together.")
    origin = (
        np.array((bed.x_min_mm, bed.y_min_mm)) + (np.array((bed.width_mm, bed.depth_mm)) - used) / 2
    )
    return tuple(
        _lay(parts[i], i, c, origin + corner)
        for (i, c), corner in zip(copies, corners, strict=True)
    )


def fits_plate(boxes_mm: Sequence[Sequence[float]], copies: int, bed: Bed) -> bool:
    """Whether ``copies`` of each box (x, y, z in mm) lie on one plate as ``place`` lays them."""
    sizes = [np.array(_turned_size(box, bed)) for box in boxes_mm]
    room = np.array((*_room(bed), bed.height_mm))
    if any(np.any(size > room + 1e-9) for size in sizes):
        return False
    rows = sorted((size for size in sizes for _ in range(copies)), key=_depth_first)
    return bool(shelves(rows, _room(bed)[0])[1][1] <= _room(bed)[1] + 1e-9)


def _room(bed: Bed) -> tuple[float, float]:
    return bed.width_mm - 2 * PLATE_MARGIN_MM, bed.depth_mm - 2 * PLATE_MARGIN_MM


def _depth_first(size: NDArray[np.float64]) -> tuple[float, float]:
    return -float(size[1]), -float(size[0])


def _turned_size(size: Sequence[float], bed: Bed) -> tuple[float, float, float]:
    """The size as it lies: turned by a quarter if it fits only so."""
    (x, y, z), (width, depth) = size, _room(bed)
    fits, fits_turned = x <= width and y <= depth, y <= width and x <= depth
    return (y, x, z) if fits_turned and not fits else (x, y, z)


def _turned_to_fit(part: PlatePart, bed: Bed) -> PlatePart:
    size = np.ptp(part.vertices, axis=0).tolist()
    if _turned_size(size, bed) == tuple(size):
        return part
    quarter = np.array([[0.0, 1.0, 0.0], [-1.0, 0.0, 0.0], [0.0, 0.0, 1.0]])
    return replace(part, vertices=part.vertices @ quarter)


def _check_each(parts: tuple[PlatePart, ...], sizes: list[NDArray[np.float64]], bed: Bed) -> None:
    room = np.array((bed.width_mm, bed.depth_mm, bed.height_mm))
    room[:2] -= 2 * PLATE_MARGIN_MM
    for part, size in zip(parts, sizes, strict=True):
        if np.any(size > room + 1e-9):
            raise SliceFailed(
                "too_big",
                "The part is too big for this machine.",
                f"{part.name} is {size.round(1)} mm, the machine has room for {room} mm",
            )


def shelves(
    sizes: Sequence[NDArray[np.float64]], width_mm: float, gap_mm: float = GAP_MM
) -> tuple[list[NDArray[np.float64]], NDArray[np.float64]]:
    """Lower-left corners of boxes put in rows from the front, and the size of the whole."""
    corners, x, y, row_depth, widest = [], 0.0, 0.0, 0.0, 0.0
    for size in sizes:
        if x > 0 and x + size[0] > width_mm + 1e-9:
            x, y, row_depth = 0.0, y + row_depth + gap_mm, 0.0
        corners.append(np.array((x, y)))
        widest = max(widest, x + size[0])
        row_depth = max(row_depth, float(size[1]))
        x += float(size[0]) + gap_mm
    return corners, np.array((widest, y + row_depth))


def _lay(part: PlatePart, index: int, copy: int, corner: NDArray[np.float64]) -> Placed:
    low = part.vertices.min(axis=0)
    vertices = part.vertices - low + np.array((corner[0], corner[1], 0.0))
    return Placed(index, copy, vertices, part.faces)


def stl_bytes(vertices: NDArray[np.float64], faces: NDArray[np.integer[Any]]) -> bytes:
    """Binary STL of a triangle mesh; slicers derive the normals.

    PrusaSlicer takes a file for text unless a byte above 127 is near its start, which the
    corners of a small box may not have: normals of minus zero always bring one.
    """
    record = np.dtype([("normal", "<f4", 3), ("corners", "<f4", (3, 3)), ("spare", "<u2")])
    triangles = np.zeros(len(faces), dtype=record)
    triangles["normal"] = -0.0
    triangles["corners"] = vertices[faces]
    return bytes(80) + np.uint32(len(faces)).tobytes() + triangles.tobytes()
