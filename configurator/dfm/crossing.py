"""Does the surface pass through itself: rays outwards from points just outside of it.

Who stands outside a solid enters and leaves it equally often on any way to infinity. A point just
outside the surface for which that is not so lies inside another part of the same solid: two
bodies overlap there, or one folds into itself. Rays are of single precision and may slip through
an edge, so that whatever they suspect is confirmed by its winding number, which shoots no ray.
Where a part has several bodies, their union tells exactly whether they share a volume.
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
"""An overlap of 1 % of the surface is met by 4 rays; by none once in fifty times."""
CONFIRMED = 24
"""So many of the suspects, evenly chosen, have their winding number taken."""
SHARED = 1e-6
"""Of the volume of all bodies: less is what booleans round away."""
OUTSIDE_MM, OUTSIDE_SHARE = 2e-3, 1e-5
"""How far outside a ray begins: at least so much of the size, for rays are of single precision."""
NEAR_MM, NEAR_SHARE = 1e-5, 1e-9
"""How far inside a winding number is taken. Not outside: in a narrow inner corner that is behind
the other wall, and a flat triangle that is folded over has its outside below."""
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
    if not len(faces) and not (part.bodies > 1 and shared_mm3(part.mesh) > 0):
        return ()
    about = part.mesh.corners[faces] if len(faces) else part.mesh.corners
    x, y, z = about.mean(axis=(0, 1)).tolist()
    return (
        Finding(
            check="crossing",
            level="weak",
            part=part.name,
            state="The surface passes through itself.",
            cause="A slicer may leave out what is enclosed twice, or print it twice.",
            cure="Change a value a little; tell us if it stays like this.",
            faces=np.unique(faces).astype(np.int32) if len(faces) else None,
            place=(x, y, z),
        ),
    )


def inside_itself(mesh: Mesh, rays: int = RAYS) -> Ints:
    """(k,): faces under which, at a sampled point, the surface goes round more than once."""
    faces, points = suspects(mesh, rays)
    chosen = slice(None, None, max(1, len(faces) // CONFIRMED))
    faces, points = faces[chosen], points[chosen]
    twice = [round(winding(mesh, point)) > 1 for point in points]
    found: Ints = faces[np.array(twice, dtype=bool)]
    return found


def winding(mesh: Mesh, point: Floats) -> float:
    """How often the surface goes round a point: 0 outside, 1 inside, 2 where two parts overlap.

    The solid angles of all triangles, over 4π. Source: van Oosterom and Strackee (1983).
    """
    a, b, c = (mesh.corners - point).transpose(1, 0, 2)
    la, lb, lc = (np.sqrt(np.einsum("ij,ij->i", one, one)) for one in (a, b, c))
    box = np.einsum("ij,ij->i", a, np.cross(b, c))
    ab, bc, ca = (np.einsum("ij,ij->i", *two) for two in ((a, b), (b, c), (c, a)))
    angles = np.arctan2(box, la * lb * lc + ab * lc + bc * la + ca * lb)
    return float(angles.sum() / (2 * np.pi))


def shared_mm3(mesh: Mesh) -> float:
    """What the bodies of a mesh have in common: their volumes less the volume of their union.

    0 where one is a hollow, for what lies in it shares nothing: there rays must do.
    """
    import manifold3d as m3

    made = m3.Manifold(m3.Mesh64(mesh.vertices.copy(), mesh.faces.astype(np.uint64)))
    pieces = made.decompose()
    if any(piece.volume() < 0 for piece in pieces):
        return 0.0
    whole = sum(piece.volume() for piece in pieces)
    shared = whole - m3.Manifold.batch_boolean(pieces, m3.OpType.Add).volume()
    return float(shared) if shared > SHARED * whole else 0.0


def suspects(mesh: Mesh, rays: int) -> tuple[Ints, Floats]:
    """Where rays from outside leave the solid too often: (k,) faces, (k, 3) points just inside."""
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
            break
        leaving = np.einsum("ij,ij->i", mesh.normals[faced], way[on]) > 0
        left[on] += np.where(leaving, 1, -1).astype(np.int32)
        at[on] += way[on] * (far[:, None] + np.float32(off / 4))
    left[on] = 0
    near = max(NEAR_MM, NEAR_SHARE * max(mesh.size_mm))
    return faces[left != 0], (points - normals * near)[left != 0]


def _tilted(normals: Floats) -> npt.NDArray[np.float64]:
    """Each a little off its normal, and each its own way: no ray runs along a face or an edge."""
    chance = np.random.default_rng(7).normal(size=normals.shape)
    way = normals + 0.2 * chance / np.linalg.norm(chance, axis=1, keepdims=True)
    unit: npt.NDArray[np.float64] = way / np.linalg.norm(way, axis=1, keepdims=True)
    return unit
