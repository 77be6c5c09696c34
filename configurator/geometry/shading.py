"""Vertex normals that are smooth over a curve and break at a crease."""

from __future__ import annotations

import math

import numpy as np
import numpy.typing as npt

from configurator.geometry.mesh import Floats, Ints, Mesh
from configurator.materials import linear_light
from configurator.products.base import Part

CREASE_DEG = 32.0
"""Faces that meet at a wider angle than this are shaded apart."""
EDGE_TONE = 0.42
"""How much of its light the browned edge of a laser cut keeps."""


def cut_edges(part: Part) -> npt.NDArray[np.bool_]:
    """(m,): the faces that the laser made, which are darker than the sheet; none of a print."""
    if part.outline is None or part.process != "laser":
        return np.zeros(len(part.mesh.faces), dtype=bool)
    z = part.mesh.vertices[:, 2].take(part.mesh.faces)
    upright: npt.NDArray[np.bool_] = (z[:, 0] != z[:, 1]) | (z[:, 0] != z[:, 2])
    return upright


def in_second_colour(part: Part) -> npt.NDArray[np.bool_]:
    """(m,): the faces that are printed in a second colour; what looks up at the lower end of its
    band was still printed in the first."""
    band = part.second_colour
    if band is None:
        return np.zeros(len(part.mesh.faces), dtype=bool)
    middle = part.mesh.vertices[:, 2].take(part.mesh.faces).mean(axis=1)
    within: npt.NDArray[np.bool_] = middle > band.low_mm + 1e-6
    within &= middle < band.high_mm + 1e-6
    return within


def linear(shade: str) -> npt.NDArray[np.float32]:
    """(3,): the linear light of a colour ``#rrggbb``."""
    return np.array(linear_light(shade), dtype=np.float32)


def split_at_creases(mesh: Mesh) -> tuple[Ints, Ints, Floats]:
    """Vertices doubled where shading breaks: (origin (k,), faces (m, 3), normals (k, 3)).

    ``origin`` tells which vertex of the mesh each new one came from.
    """
    wanted = _by_group(mesh) if mesh.groups is not None else _by_angle(mesh)
    number, count = _numbered(wanted)
    faces = number.reshape(-1, 3).astype(np.int32)
    origin = np.empty(count, dtype=np.int32)
    origin[faces.ravel()] = mesh.faces.ravel()
    return origin, faces, _normals(mesh, faces, len(origin))


def _numbered(labels: npt.NDArray[np.int64] | Ints) -> tuple[npt.NDArray[np.int64], int]:
    """Labels as numbers from 0 without gaps, and how many there are."""
    highest = int(labels.max())
    if highest > 8 * len(labels):  # a table of all labels would cost more than sorting them
        kept, number = np.unique(labels, return_inverse=True)
        return number, len(kept)
    used = np.zeros(highest + 1, dtype=bool)
    used[labels] = True
    return (np.cumsum(used) - 1)[labels], int(used.sum())


def _by_group(mesh: Mesh) -> npt.NDArray[np.int64]:
    """(3m,): a label for each face corner; same vertex and same group, same label."""
    assert mesh.groups is not None
    count = int(mesh.groups.max()) + 1
    labels: npt.NDArray[np.int64] = (
        mesh.faces.astype(np.int64) * count + mesh.groups[:, None]
    ).ravel()
    return labels


def _by_angle(mesh: Mesh) -> Ints:
    """(3m,): corners that meet across edges flatter than the crease angle get one label."""
    from scipy.sparse import coo_matrix
    from scipy.sparse.csgraph import connected_components

    corners = mesh.faces.size
    first, twin = _twin_edges(mesh)
    facing = np.einsum("ij,ij->i", mesh.normals[first // 3], mesh.normals[twin // 3])
    flat = facing > math.cos(math.radians(CREASE_DEG))
    first, twin = first[flat], twin[flat]
    # The edge a→b of one face is b→a of the other: each one's start meets the other's end.
    ends = np.concatenate([_next_corner(twin), _next_corner(first)])
    starts = np.concatenate([first, twin])
    links = coo_matrix((np.ones(len(starts), dtype=bool), (starts, ends)), (corners, corners))
    labels: Ints = connected_components(links, directed=False)[1]
    return labels


def _twin_edges(mesh: Mesh) -> tuple[Ints, Ints]:
    """Pairs of half edges, by the number of the corner they start from, that are one edge."""
    start = mesh.faces.ravel().astype(np.int64)
    end = mesh.faces[:, [1, 2, 0]].ravel().astype(np.int64)
    key = np.minimum(start, end) * len(mesh.vertices) + np.maximum(start, end)
    order = np.argsort(key, kind="stable").astype(np.int32)
    paired = key[order[:-1]] == key[order[1:]]
    return order[:-1][paired], order[1:][paired]


def _next_corner(corner: Ints) -> Ints:
    following: Ints = np.where(corner % 3 == 2, corner - 2, corner + 1)
    return following


def _normals(mesh: Mesh, faces: Ints, count: int) -> Floats:
    """(count, 3): area-weighted mean of the faces around each vertex, unit length."""
    summed = np.stack(
        [
            np.bincount(faces.ravel(), weights=np.repeat(mesh.cross[:, axis], 3), minlength=count)
            for axis in range(3)
        ],
        axis=1,
    )
    length = np.sqrt(np.einsum("ij,ij->i", summed, summed))
    unit: Floats = summed / np.maximum(length, 1e-12)[:, None]
    return unit
