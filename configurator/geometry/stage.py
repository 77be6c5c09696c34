"""Parts set up to be looked at: an embree scene, the camera before it, and what a ray meets."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from configurator.geometry.measure import assembled
from configurator.geometry.mesh import Mesh
from configurator.geometry.shading import (
    EDGE_TONE,
    cut_edges,
    in_second_colour,
    linear,
    split_at_creases,
)
from configurator.products.base import Part

F32 = npt.NDArray[np.float32]
Mask = npt.NDArray[np.bool_]

_FIELD_DEG = 26.0
_MARGIN = 1.16


DARK = -1.0
"""The glow of a part that lets no light through."""


@dataclass(frozen=True)
class Camera:
    """Where a picture is taken from; ``frame`` rows are right, up, towards the eye.

    ``window`` is the middle (right, up) and half width of the film, at distance 1.
    """

    eye: F32
    frame: F32
    window: tuple[float, float, float]

    def rays(self, across: int) -> F32:
        """(across², 3) unit directions, row by row from the top left."""
        x0, y0, half = self.window
        step = (np.arange(across, dtype=np.float32) + 0.5) / across * 2 - 1
        right = np.broadcast_to(x0 + half * step[None, :], (across, across))
        up = np.broadcast_to(y0 - half * step[:, None], (across, across))
        film = np.stack([right, up, -np.ones_like(right)], axis=-1).reshape(-1, 3)
        directions = film.astype(np.float32) @ self.frame
        unit: F32 = directions / np.sqrt((directions**2).sum(axis=1, keepdims=True))
        return unit


class Stage:
    """The parts in one scene, standing on z = 0; ``radius`` of the ball around them, mm.

    ``colours`` (3,) in linear light, one for each part.
    """

    def __init__(self, parts: Sequence[Part], colours: Sequence[F32]) -> None:
        from embreex.mesh_construction import TriangleMesh
        from embreex.rtcore_scene import EmbreeScene

        points, faces, normals, smooth, tones, glows = [], [], [], [], [], []
        first = first_smooth = 0
        for part, colour in zip(parts, colours, strict=True):
            mesh = Mesh(assembled(part), part.mesh.faces, part.mesh.groups)
            origin, split, unit = split_at_creases(mesh)
            points.append(mesh.vertices)
            faces.append(mesh.faces + first)
            smooth.append(split + first_smooth)
            normals.append(unit)
            glows.append(np.full(len(unit), DARK) if part.glow is None else part.glow[origin])
            tone = np.where(cut_edges(part), EDGE_TONE, 1.0)[:, None] * colour
            if part.second_colour is not None:
                tone[in_second_colour(part)] = linear(part.second_colour.shade)
            tones.append(tone)
            first, first_smooth = first + len(mesh.vertices), first_smooth + len(unit)
        self.points: F32 = np.concatenate(points).astype(np.float32)
        self.points[:, 2] -= self.points[:, 2].min()
        self._smooth = np.concatenate(smooth)
        self._normals: F32 = np.concatenate(normals).astype(np.float32)
        self._glows: F32 = np.concatenate(glows).astype(np.float32)
        self._tones: F32 = np.concatenate(tones).astype(np.float32)
        self._scene = EmbreeScene()
        TriangleMesh(self._scene, self.points, np.concatenate(faces).astype(np.int32))
        self.radius = float(np.linalg.norm(np.ptp(self.points, axis=0)) / 2)

    def camera(self, view_deg: tuple[float, float]) -> Camera:
        """Far enough away for a natural view, the film's window close round the parts."""
        turn, lift = np.radians(view_deg)
        flat = math.cos(lift)
        back = np.array([math.sin(turn) * flat, -math.cos(turn) * flat, math.sin(lift)])
        right = np.array([math.cos(turn), math.sin(turn), 0.0])
        frame = np.stack([right, np.cross(back, right), back])
        middle = (self.points.min(axis=0) + self.points.max(axis=0)) / 2
        eye = middle + back * self.radius / math.sin(math.radians(_FIELD_DEG / 2))
        film = (self.points - eye) @ frame.T
        film = film[:, :2] / -film[:, 2:]
        low, high = film.min(axis=0), film.max(axis=0)
        half = float((high - low).max() / 2 * _MARGIN)
        x, y = ((low + high) / 2).tolist()
        window = (x + 0.02 * half, y - 0.03 * half, half)
        return Camera(eye.astype(np.float32), frame.astype(np.float32), window)

    def look(self, eye: F32, rays: F32) -> tuple[Mask, F32, F32, F32, F32]:
        """(n,) whether each ray meets a part; where one does: point, normal, colour, glow."""
        origin = np.broadcast_to(eye, rays.shape).copy()
        hit: dict[str, Any] = self._scene.run(origin, rays, output=True)
        seen = hit["primID"] >= 0
        at = eye + hit["tfar"][seen, None] * rays[seen]
        corner = self._smooth[hit["primID"][seen]]
        u, v = hit["u"][seen, None], hit["v"][seen, None]
        a, b, c = (self._normals[corner[:, k]] for k in range(3))
        normal = a * (1 - u - v) + b * u + c * v
        normal /= np.maximum(np.sqrt((normal**2).sum(axis=1, keepdims=True)), 1e-9)
        one, two, three = (self._glows[corner[:, k]] for k in range(3))
        glow = one * (1 - u - v)[:, 0] + two * u[:, 0] + three * v[:, 0]
        return seen, at, normal, self._tones[hit["primID"][seen]], glow

    def free(self, origin: F32, direction: F32) -> Mask:
        """(n,) whether nothing stands in the way of each ray."""
        unblocked: Mask = self._scene.run(origin, direction, query="OCCLUDED") != 0
        return unblocked
