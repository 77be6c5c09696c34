"""Does the surface pass through itself: rays outwards from points just outside of it.

Who stands outside a solid enters and leaves it equally often on any way to infinity. A point just
outside the surface for which that is not so lies inside another part of the same solid: two
bodies overlap there, or one folds into itself. Source: the winding number, counted by crossings.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from configurator.dfm.base import Finding
from configurator.dfm.walls import spread
from configurator.geometry.mesh import Floats, Ints, Mesh
from configurator.materials import Filament
from configurator.products.base import Part

RAYS = 400
"""An overlap of 2 % of the surface is met by 8 rays; fewer than 4 once in twenty-five times."""
LEAST_SHARE = 0.01
OUTSIDE_MM, OUTSIDE_SHARE = 2e-3, 1e-5
"""How far outside a ray begins: at least so much of the size, for rays are of single precision."""
STEPS = 40
"""Walls a ray may pass; what has more is not followed to its end, and not counted."""


def crossing(part: Part, filament: Filament) -> tuple[Finding, ...]:
    """A surface that passes through itself.

    Where a family's formula declares the walls, the surface is a height over a plain form, which
    cannot cross itself.
    """
    if part.walls_declared:
        return ()
    faces = inside_itself(part.mesh)
    if len(faces) < LEAST_SHARE * RAYS:
        return ()
    x, y, z = part.mesh.corners[faces].mean(axis=(0, 1)).tolist()
    return (
        Finding(
            check="crossing",
            level="weak",
            part=part.name,
            state="The surface passes through itself.",
            cause="A slicer may leave out what is enclosed twice, or print it twice.",
            cure="Change a value a little; tell us if it stays like this.",
            faces=np.unique(faces).astype(np.int32),
            place=(x, y, z),
        ),
    )


def inside_itself(mesh: Mesh, rays: int = RAYS) -> Ints:
    """(k,): faces whose outer side, where a ray began, lies inside the solid."""
    faces, points = spread(mesh, rays)
    normals = mesh.normals[faces]
    way = _tilted(normals).astype(np.float32)
    off = max(OUTSIDE_MM, OUTSIDE_SHARE * max(mesh.size_mm))
    at = (points + normals * off).astype(np.float32)
    left = np.zeros(rays, dtype=np.int32)  # how often each left the solid more than it entered
    on = np.arange(rays)
    for _ in range(STEPS):
        hit = mesh.scene.run(at[on], way[on], output=True)
        met = hit["primID"] >= 0
        on, faced, far = on[met], hit["primID"][met], hit["tfar"][met]
        if not len(on):
            found: Ints = faces[left != 0]
            return found
        leaving = np.einsum("ij,ij->i", mesh.normals[faced], way[on]) > 0
        left[on] += np.where(leaving, 1, -1).astype(np.int32)
        at[on] += way[on] * (far[:, None] + np.float32(off / 4))
    left[on] = 0
    faces_inside: Ints = faces[left != 0]
    return faces_inside


def _tilted(normals: Floats) -> npt.NDArray[np.float64]:
    """Each a little off its normal, and each its own way: no ray runs along a face or an edge."""
    chance = np.random.default_rng(7).normal(size=normals.shape)
    way = normals + 0.2 * chance / np.linalg.norm(chance, axis=1, keepdims=True)
    unit: npt.NDArray[np.float64] = way / np.linalg.norm(way, axis=1, keepdims=True)
    return unit
