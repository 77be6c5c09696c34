"""Building a solid level by level: rings lifted to heights, walls and faces between them."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from configurator.geometry.kernel import Ring, at_height, bands
from configurator.geometry.mesh import Floats, Mesh
from configurator.geometry.triangulation import filled

Loop = tuple[npt.NDArray[np.int64], Ring]
"""Vertex numbers (n,) and flat positions (n, 2) of a ring."""


class Shell:
    """A closed surface in the making: vertices, and faces between loops of them.

    It is closed when each loop bounds exactly one wall or face on either side.
    """

    def __init__(self) -> None:
        self.vertices: list[Floats] = []
        self.faces: list[npt.NDArray[np.int64]] = []
        self.count = 0

    def add(self, points: Floats) -> npt.NDArray[np.int64]:
        """Adds points (n, 3) and gives their numbers."""
        numbers = np.arange(self.count, self.count + len(points))
        self.vertices.append(points)
        self.count += len(points)
        return numbers

    def at(self, numbers: npt.NDArray[np.int64]) -> Floats:
        """(n, 3): where some points are."""
        points: Floats = np.concatenate(self.vertices)[numbers]
        return points

    def loop(self, flat: Ring, z_mm: float) -> Loop:
        """A ring's points at a height."""
        return self.add(at_height(flat, z_mm)), flat

    def wall(self, loops: Sequence[Loop], without: Sequence[int] = ()) -> None:
        """Joins rings of one length; counter-clockwise and going up they face outwards.

        ``without`` names the sides, by their first point, that are left open.
        """
        around = len(loops[0][0])
        numbers = np.concatenate([loop[0] for loop in loops])
        faces = numbers[bands(len(loops), around)]
        if without:
            faces = np.delete(faces, [2 * side + half for side in without for half in (0, 1)], 0)
        self.faces.append(faces)

    def tubes(self, profile: Floats, at: Sequence[tuple[float, float]]) -> list[tuple[Loop, Loop]]:
        """Copies of one wall, rings (k, n, 3) in its own axes; gives the ends of each."""
        levels, around = profile.shape[:2]
        shifts = np.zeros((len(at), 1, 1, 3))
        shifts[:, 0, 0, :2] = at
        points = profile[None] + shifts
        starts = self.count + np.arange(len(at)) * levels * around
        self.vertices.append(points.reshape(-1, 3))
        self.count += len(at) * levels * around
        strips = bands(levels, around)[None] + starts[:, None, None]
        self.faces.append(strips.reshape(-1, 3))
        ring, last = np.arange(around), (levels - 1) * around
        return [
            ((start + ring, copy[0, :, :2]), (start + last + ring, copy[-1, :, :2]))
            for start, copy in zip(starts, points, strict=True)
        ]

    def copies(self, one: Shell, at: Sequence[tuple[float, float]]) -> npt.NDArray[np.int64]:
        """Copies of another shell's surface; (k,) by how much each raises its numbers."""
        points, faces = np.concatenate(one.vertices), np.concatenate(one.faces)
        shifts = np.zeros((len(at), 1, 3))
        shifts[:, 0, :2] = at
        starts = self.count + np.arange(len(at)) * one.count
        self.vertices.append((points[None] + shifts).reshape(-1, 3))
        self.faces.append((faces[None] + starts[:, None, None]).reshape(-1, 3))
        self.count += len(at) * one.count
        return starts

    def face(self, loops: Sequence[Loop], *, up: bool) -> None:
        """Fills the area between rings: outer ones counter-clockwise, those within clockwise."""
        numbers = np.concatenate([loop[0] for loop in loops])
        faces = numbers[filled([loop[1] for loop in loops])]
        self.faces.append(faces if up else faces[:, ::-1])

    def mesh(self) -> Mesh:
        faces = np.concatenate(self.faces).astype(np.int32)
        return Mesh(np.concatenate(self.vertices), faces)


def turned(loop: Loop) -> Loop:
    """The ring the other way round, as the hole of a face."""
    return loop[0][::-1], loop[1][::-1]
