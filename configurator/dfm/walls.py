"""How thick it is: rays shot inwards from points spread evenly over the surface.

A ray that meets a face looking the other way has crossed a wall; its length is the thickness.
Rays that leave through a side (near an edge) cross no wall and are not counted.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import numpy as np
import numpy.typing as npt

from configurator.dfm.base import Finding, Place
from configurator.geometry.mesh import Floats, Ints, Mesh
from configurator.materials import Filament
from configurator.products.base import Part

RAYS = 2000
"""A thin spot of 1 % of the surface is met by 20 rays; fewer than 8 once in a thousand times."""

TOLERANCE = 0.05
"""Share by which chords and slanting rays may read a wall too thin."""

LEAST_SHARE = 0.004
"""Fewer thin rays than this are the tip of an edge, not a wall."""

CONFIRMED = 96
"""Of the thin readings so many, evenly chosen, are looked at again."""

_ASIDE = 8
"""Ways along the wall in which something thick enough is looked for."""

_DEEPEST = 6.0
"""How many limits below its edge a ridge may get thick enough."""

_PARALLEL = -0.8
_START_MM = 1e-3


def thickness(mesh: Mesh, rays: int = RAYS) -> tuple[Floats, Ints]:
    """(k,) thickness in mm and (k,) the face it was measured from, over about ``rays`` points.

    Points are area-weighted and the same on every run. k is smaller than ``rays`` by those that
    crossed no wall.
    """
    read = _readings(mesh, rays)
    return read.thick_mm, read.faces


@dataclass(frozen=True)
class _Readings:
    """Of each ray that crossed a wall (k,): thickness, face, point (k, 3), and how much thicker
    the wall gets for each mm that one goes along it."""

    thick_mm: Floats
    faces: Ints
    points: Floats
    taper: Floats


def _readings(mesh: Mesh, rays: int) -> _Readings:
    faces, points = spread(mesh, rays)
    inwards = -mesh.normals[faces]
    start = points + inwards * _START_MM
    hit = mesh.scene.run(start.astype(np.float32), inwards.astype(np.float32), output=True)
    reached = hit["primID"] >= 0
    facing = np.einsum("ij,ij->i", mesh.normals[hit["primID"]], mesh.normals[faces])
    wall = reached & (facing < _PARALLEL)
    thick_mm = hit["tfar"][wall].astype(np.float64) + _START_MM
    taper = np.sqrt(np.maximum(1 - facing[wall] ** 2, 0)) / -facing[wall]
    return _Readings(thick_mm, faces[wall], points[wall], taper)


def spread(mesh: Mesh, rays: int, weight: Floats | None = None) -> tuple[Ints, Floats]:
    """Faces drawn by area, or by weight (m,), and a point within each: the same on every run.

    Stratified, so evenly spread.
    """
    draws = _draws(rays)
    reach = np.cumsum(mesh.areas_mm2 if weight is None else weight)
    at = (np.arange(rays) + draws[:, 0]) / rays * reach[-1]
    faces = np.minimum(np.searchsorted(reach, at, side="right"), len(reach) - 1).astype(np.int32)
    root, v = np.sqrt(draws[:, 1]), draws[:, 2]
    weights = np.column_stack([1 - root, root * (1 - v), root * v])
    points: Floats = np.einsum("ij,ijk->ik", weights, mesh.corners[faces])
    return faces, points


@cache
def _draws(rays: int) -> Floats:
    return np.random.default_rng(20).random((rays, 3))


def walls(part: Part, material: Filament) -> tuple[Finding, ...]:
    """Walls, and strokes of letters and relief, thinner than the material needs."""
    if part.walls_declared:
        return ()
    read = _readings(part.mesh, RAYS)
    fine = in_detail(part, read.faces)
    found = [
        *_thin(part, material, read, ~fine, material.min_wall_mm, "Wall"),
        *_thin(part, material, read, fine, material.min_feature_mm, "Finest stroke"),
    ]
    return tuple(found)


def in_detail(part: Part, faces: Ints) -> npt.NDArray[np.bool_]:
    """Which faces stand upright within the band of letters or relief."""
    if part.detail_z_mm is None:
        return np.zeros(len(faces), dtype=bool)
    low, high = part.detail_z_mm
    heights = part.mesh.corners[faces][:, :, 2]
    upright = np.abs(part.mesh.normals[faces][:, 2]) < 0.5
    inside = np.all((heights > low - 1e-6) & (heights < high + 1e-6), axis=1)
    fine: npt.NDArray[np.bool_] = inside & upright
    return fine


def _thin(
    part: Part,
    material: Filament,
    read: _Readings,
    counted: npt.NDArray[np.bool_],
    limit_mm: float,
    name: str,
) -> tuple[Finding, ...]:
    thick_mm, faces = read.thick_mm, read.faces
    thin = counted & (thick_mm < limit_mm * (1 - TOLERANCE))
    if thin.sum() < max(4, LEAST_SHARE * RAYS):
        return ()
    typical = float(np.quantile(thick_mm[thin], 0.25))
    if name == "Wall":
        step = max(1, int(thin.sum()) // CONFIRMED)
        chosen = np.flatnonzero(thin)[::step].astype(np.int32)
        wide_mm = _beside(part.mesh, read, chosen, limit_mm)
        sure = wide_mm < limit_mm * (1 - TOLERANCE)
        if sure.mean() * thin.sum() < LEAST_SHARE * RAYS:
            return ()
        typical = float(np.quantile(wide_mm[sure], 0.25))
    impossible = typical < material.min_feature_mm * (1 - TOLERANCE) and name == "Wall"
    return (
        Finding(
            check="walls" if name == "Wall" else "strokes",
            level="impossible" if impossible else "weak",
            part=part.name,
            state=f"{name} is {typical:.1f} mm; {material.noun} needs {limit_mm:g} mm.",
            cause="The nozzle lays lines of about 0.4 mm; what is thinner breaks or is left out.",
            cure="Make it thicker.",
            faces=(_around if name == "Wall" else _on_letters)(part, faces[counted], thin[counted]),
            place=_middle(part.mesh, faces[thin], thick_mm[thin]),
            measured=round(typical, 3),
            needed=limit_mm,
        ),
    )


def _beside(mesh: Mesh, read: _Readings, chosen: Ints, limit_mm: float) -> Floats:
    """How thick it is beside each of the chosen readings: at the limit those are tips.

    A ridge is looked at as deep as its slant says that it has the limit, up to six limits.
    """
    thick_mm, normals = read.thick_mm[chosen], mesh.normals[read.faces[chosen]]
    middle = read.points[chosen] - normals * (thick_mm / 2)[:, None]
    # The nearest of the eight sides may miss the way straight down by half of what parts them.
    deep = (limit_mm - thick_mm) / np.maximum(read.taper[chosen] * np.cos(np.pi / _ASIDE), 1e-9)
    deep = np.where(deep < _DEEPEST * limit_mm, np.maximum(deep, limit_mm), limit_mm)
    return widest_beside(mesh, middle, normals, thick_mm, clear_mm=limit_mm / 2, step_mm=deep)


def widest_beside(
    mesh: Mesh,
    middle: Floats,
    normals: Floats,
    read_mm: Floats,
    *,
    clear_mm: float,
    step_mm: Floats,
) -> Floats:
    """(k,): the greatest width at and beside each narrow reading: that of a tip is wide.

    From the middle of each reading (k, 3), across which its normal runs, one goes a step (k,) to
    eight sides, where ``clear_mm`` more is free, and measures again, there and back. A wall is as
    thin there; a ridge is thick enough deeper in. The same holds of gaps.
    """
    helper = np.where(np.abs(normals[:, 2:]) < 0.9, [[0.0, 0, 1]], [[1.0, 0, 0]])
    u = np.cross(normals, helper)
    u /= np.linalg.norm(u, axis=1, keepdims=True)
    v = np.cross(normals, u)
    turn = np.arange(_ASIDE)[:, None, None] * (2 * np.pi / _ASIDE)
    aside = np.cos(turn) * u + np.sin(turn) * v
    beside = middle + step_mm[:, None] * aside
    there = _free(mesh, np.broadcast_to(middle, aside.shape), aside) > step_mm + clear_mm
    across = np.broadcast_to(normals, aside.shape)
    through = _free(mesh, beside, across) + _free(mesh, beside, -across)
    found: Floats = np.maximum(read_mm, np.where(there, through, 0.0).max(axis=0))
    return found


def _free(mesh: Mesh, start: Floats, way: Floats) -> Floats:
    """How far rays (…, 3) go before they meet the surface."""
    shape = start.shape[:-1]
    hit = mesh.scene.run(
        start.reshape(-1, 3).astype(np.float32), way.reshape(-1, 3).astype(np.float32), output=True
    )
    far: Floats = np.where(hit["primID"] >= 0, hit["tfar"], np.inf).astype(np.float64)
    return far.reshape(shape)


def _on_letters(part: Part, measured: Ints, thin: npt.NDArray[np.bool_]) -> Ints:
    """The faces to paint of fine strokes: sides, and the tops of raised letters.

    The ground between the letters is made of large triangles that reach from one letter to
    another, so a few of them painted look like broken graphics; it is never painted. A top is
    painted only where all its corners are near a stroke that is too fine.
    """
    from scipy.spatial import cKDTree

    mesh = part.mesh
    assert part.detail_z_mm is not None, "only where there is detail are there fine strokes"
    near = _around(part, measured, thin)
    side = in_detail(part, near)
    if part.detail_sunk:
        sides: Ints = near[side]
        return sides
    low, high = part.detail_z_mm
    corners = mesh.corners[near]
    top = np.all(corners[:, :, 2] > (low + high) / 2, axis=1) & ~side
    _, nearest = cKDTree(mesh.corners.mean(axis=1)[measured]).query(corners[top])
    top[top] = np.all(thin[nearest], axis=1)
    painted: Ints = near[side | top]
    return painted


def _around(part: Part, measured: Ints, thin: npt.NDArray[np.bool_]) -> Ints:
    """The faces to paint: those measured thin, and those not measured whose nearest one was.

    Rays meet only some of the faces; painting just these would speckle the part.
    """
    from scipy.spatial import cKDTree

    centres = part.mesh.corners.mean(axis=1)
    _, nearest = cKDTree(centres[measured]).query(centres)
    painted = thin[nearest]
    painted[measured] = False
    painted[measured[thin]] = True
    return np.flatnonzero(painted).astype(np.int32)


def _middle(mesh: Mesh, faces: Ints, thick_mm: Floats) -> Place:
    x, y, z = mesh.corners[faces[int(np.argmin(thick_mm))]].mean(axis=0).tolist()
    return x, y, z
