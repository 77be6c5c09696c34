"""A customer's solid, and a few of ours to try with: scaled, turned, and stood on the bed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import manifold3d as m3
import numpy as np
from scipy.spatial.transform import Rotation
from shapely.geometry import Point, Polygon, box

from configurator import blobs
from configurator.geometry.mesh import Floats, Ints, Mesh
from configurator.products.own_file import OURS
from core.errors import NotFound

UP: Mapping[str, tuple[int, int, int]] = {
    "as_is": (0, 0, 1),
    "over": (0, 0, -1),
    "front": (0, -1, 0),
    "back": (0, 1, 0),
    "left": (-1, 0, 0),
    "right": (1, 0, 0),
}
"""Which way of the file points up."""


@dataclass(frozen=True, eq=False)
class Solid:
    """Triangles in the file's unit about the middle of their box, and what is known of them."""

    points: Floats
    faces: Ints
    facts: Mapping[str, Any]
    mended: bool

    @property
    def size(self) -> tuple[float, float, float]:
        x, y, z = np.ptp(self.points, axis=0).tolist()
        return x, y, z

    @property
    def pieces(self) -> int:
        """Bodies that share no point, hollows counted."""
        return int(self.facts["mended_bodies" if self.mended else "bodies"])


@lru_cache(maxsize=8)
def solid(name: str, mend: bool) -> Solid:
    """One of ours, or a kept one: mended when that was asked for and could be done.

    Raises NotFound where there is no such solid.
    """
    if name in OURS:
        return _ours(name)
    blob = blobs.load(name)
    if "faces" not in blob.arrays or "vertices" not in blob.arrays:
        raise NotFound("This file is no solid; choose a solid.", detail=name)
    mended = mend and "mended_faces" in blob.arrays
    which = "mended_" if mended else ""
    points = np.frombuffer(blob.arrays[f"{which}vertices"].data, "<f4").reshape(-1, 3)
    faces = np.frombuffer(blob.arrays[f"{which}faces"].data, "<i4").reshape(-1, 3)
    return Solid(points.astype(np.float64), faces.astype(np.int32), blob.facts, mended)


def stood(found: Solid, way: str, turn_deg: float, scale: float) -> Mesh:
    """The solid on the bed: that way up, turned about z, so many mm for each unit of the file."""
    points = (found.points @ turn(found, way, turn_deg)) * scale
    low, high = points.min(axis=0), points.max(axis=0)
    middle = np.array([(low[0] + high[0]) / 2, (low[1] + high[1]) / 2, low[2]])
    return Mesh(points - middle, found.faces)


def turn(found: Solid, way: str, turn_deg: float) -> Floats:
    """(3, 3): the rotation for points as rows."""
    up = np.array(found.facts["up"] if way == "best" else UP[way], dtype=np.float64)
    about_z = Rotation.from_euler("z", turn_deg, degrees=True).as_matrix().T
    rotation: Floats = _upright(up / np.linalg.norm(up)) @ about_z
    return rotation


def _upright(up: Floats) -> Floats:
    """Turns a direction to +z the shortest way; exact where it is one of the axes."""
    z = np.array([0.0, 0.0, 1.0])
    if up @ z < -1 + 1e-12:
        return np.diag([1.0, -1.0, -1.0])
    axis = np.cross(up, z)
    k = np.array([[0, -axis[2], axis[1]], [axis[2], 0, -axis[0]], [-axis[1], axis[0], 0]])
    rotation: Floats = (np.eye(3) + k + k @ k / (1 + up @ z)).T
    return rotation


def beside_faults(found: Solid) -> Ints:
    """(k,): faces at edges that are open, crowded, or run the wrong way."""
    faces = found.faces.astype(np.int64)
    start, end = faces.ravel(), faces[:, [1, 2, 0]].ravel()
    count = len(found.points)
    key = np.minimum(start, end) * count + np.maximum(start, end)
    _, number, uses = np.unique(key, return_inverse=True, return_counts=True)
    forward = np.bincount(number, weights=start < end, minlength=len(uses))
    wrong = (uses != 2) | (forward != 1)
    bad: Ints = np.flatnonzero(wrong[number].reshape(-1, 3).any(axis=1)).astype(np.int32)
    return bad


def _ours(name: str) -> Solid:
    area, thick = _PROFILES[name]()
    rings = [np.asarray(r.coords)[:-1] for r in (area.exterior, *area.interiors)]
    body = m3.CrossSection(rings, m3.FillRule.EvenOdd).extrude(thick)
    mesh = body.to_mesh()
    points = mesh.vert_properties[:, :3].astype(np.float64)
    points -= (points.min(axis=0) + points.max(axis=0)) / 2
    facts = {"from": "ours", "unit": "mm", "bodies": 1, "up": [0.0, 0.0, 1.0], "mending": []}
    return Solid(points, mesh.tri_verts.astype(np.int32), facts, False)


def _hook() -> tuple[Polygon, float]:
    ring = Point(0, 0).buffer(14).difference(Point(0, 0).buffer(10)).difference(box(-20, 0, 0, 20))
    whole = ring.union(box(10, 0, 14, 36)).union(box(-6, 32, 14, 36)).union(Point(0, 12).buffer(2))
    return whole.buffer(-0.8).buffer(1.6).buffer(-0.8), 12.0


def _stand() -> tuple[Polygon, float]:
    plate = Polygon([(0, 0), (82, 0), (82, 4), (22, 4), (50, 78), (45.6, 79.6), (14, 4), (8, 4),
                     (8, 14), (4, 14), (0, 10)])  # fmt: skip
    return plate.buffer(-0.7).buffer(1.4).buffer(-0.7), 40.0


def _wedge() -> tuple[Polygon, float]:
    return Polygon([(0, 0), (95, 0), (95, 4), (4, 26), (0, 26)]).buffer(1), 30.0


def _spacer() -> tuple[Polygon, float]:
    return Point(0, 0).buffer(12, 32).difference(Point(0, 0).buffer(4.2, 32)), 14.0


def _clip() -> tuple[Polygon, float]:
    jaws = box(0, 0, 90, 4).union(box(0, 5.4, 90, 9.4)).union(Point(0, 4.7).buffer(7))
    return jaws.difference(Point(0, 4.7).buffer(3)).difference(box(0, 4, 95, 5.4)), 10.0


def _corner() -> tuple[Polygon, float]:
    return box(0, 0, 45, 45).buffer(1.5).difference(box(3, 3, 60, 60)), 45.0


_PROFILES = {
    "hook": _hook,
    "stand": _stand,
    "wedge": _wedge,
    "spacer": _spacer,
    "clip": _clip,
    "corner": _corner,
}
