"""What hangs in the air: faces that lean out too far, unless they bridge two supports."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from configurator.dfm.base import Finding
from configurator.geometry.mesh import Floats, Ints, Mesh
from configurator.materials import Filament
from configurator.products.base import Part

ON_BED_MM = 0.05
LEAST_AREA_MM2 = 8.0
"""Less than this droops without anybody seeing it."""

CRUMB_MM2 = 0.5
SPOTS = 40
DIRECTIONS = 12

SLACK_DEG = 1.0
"""A facet may lean a little more than the curve it stands for."""


def leaning_faces(mesh: Mesh, material: Filament) -> Ints:
    """(k,): faces that lean out further than the material holds, and do not lie on the bed."""
    steepest = math.sin(math.radians(min(material.max_overhang_deg + SLACK_DEG, 89)))
    leaning = np.nonzero(mesh.normals[:, 2] < -steepest)[0].astype(np.int32)
    above = mesh.corners[leaning][:, :, 2].max(axis=1) > ON_BED_MM
    lifted: Ints = leaning[above]
    return lifted


def overhang_mm2(mesh: Mesh, material: Filament) -> float:
    """Area that would need support, bridges included."""
    return float(mesh.areas_mm2[leaning_faces(mesh, material)].sum())


def overhangs(part: Part, material: Filament) -> tuple[Finding, ...]:
    """Regions that lean too far and bridge nothing."""
    mesh = part.mesh
    leaning = leaning_faces(mesh, material)
    if mesh.areas_mm2[leaning].sum() < LEAST_AREA_MM2:
        return ()
    longest_mm = material.max_bridge_mm
    regions = _regions(mesh, leaning)
    hanging = [region.faces for region in regions if not _bridges(mesh, region, longest_mm)]
    if not hanging:
        return ()
    faces = np.concatenate(hanging)
    area = float(mesh.areas_mm2[faces].sum())
    if area < LEAST_AREA_MM2:
        return ()
    x, y, z = mesh.corners[faces].mean(axis=(0, 1)).tolist()
    return (
        Finding(
            check="overhangs",
            level="weak",
            part=part.name,
            state=f"{area / 100:,.1f} cm² lean out more than the {material.max_overhang_deg:g}° "
            f"that {material.noun} holds without support.",
            cause="Each layer would hang too far over the one below and droop.",
            cure="A gentler slope there would hold.",
            faces=faces,
            place=(x, y, z),
        ),
    )


@dataclass(frozen=True)
class _Region:
    """Leaning faces that touch, and the edges, seen from above, at which walls carry them."""

    faces: Ints
    starts: Floats
    ends: Floats


def _regions(mesh: Mesh, faces: Ints) -> list[_Region]:
    """The faces sorted into pieces that touch, each of more than a crumb."""
    from scipy.sparse import coo_matrix
    from scipy.sparse.csgraph import connected_components

    used, corner = np.unique(mesh.faces[faces], return_inverse=True)
    corner = corner.reshape(-1, 3)
    ones = np.ones(corner.size, dtype=bool)
    links = coo_matrix((ones, (corner.ravel(), corner[:, [1, 2, 0]].ravel())), (len(used),) * 2)
    count, labels = connected_components(links, directed=False)
    of_face = labels[corner[:, 0]]
    area = np.bincount(of_face, weights=mesh.areas_mm2[faces], minlength=count)
    carried = _carried_edges(mesh, faces)
    of_edge = labels[np.searchsorted(used, carried[:, 0])]
    flat = mesh.vertices[:, :2]
    regions = []
    for index in np.nonzero(area > CRUMB_MM2)[0]:
        edges = carried[of_edge == index]
        regions.append(_Region(faces[of_face == index], flat[edges[:, 0]], flat[edges[:, 1]]))
    return regions


def _carried_edges(mesh: Mesh, faces: Ints) -> Ints:
    """(k, 2): border edges of the faces whose neighbour goes on downwards."""
    edges = _edges(mesh.faces[faces])
    border = edges[~np.isin(_key(edges[:, ::-1]), _key(edges))]
    inside = np.zeros(len(mesh.faces), dtype=bool)
    inside[faces] = True
    touched = np.zeros(len(mesh.vertices), dtype=bool)
    touched[border] = True
    beside = mesh.faces[~inside & (touched[mesh.faces].sum(axis=1) >= 2)]
    # A neighbour runs along the shared edge the other way; its third corner tells where it goes.
    shared, third = _edges(beside)[:, ::-1], beside[:, [2, 0, 1]].ravel()
    height = mesh.vertices[:, 2]
    down = height[third] < height[shared].min(axis=1) - 1e-6
    carried: Ints = border[np.isin(_key(border), _key(shared[down]))]
    return carried


def _edges(faces: Ints) -> Ints:
    """(3m, 2): the directed edges of faces, face by face."""
    pairs: Ints = np.stack([faces, faces[:, [1, 2, 0]]], axis=2).reshape(-1, 2)
    return pairs


def _key(edges: Ints) -> npt.NDArray[np.int64]:
    """(k,): one number for each directed edge."""
    key: npt.NDArray[np.int64] = edges[:, 0].astype(np.int64) * 2**32 + edges[:, 1]
    return key


def _bridges(mesh: Mesh, region: _Region, longest_mm: float) -> bool:
    """Whether a region is a ceiling that spans from support to support.

    From each of some points spread over it there is a direction in which it is carried both
    ahead and behind, no further apart than the longest bridge. A shelf or a flange is carried on
    one side only.
    """
    if len(region.starts) == 0:
        return False
    points = _spots(mesh, region.faces)
    # Most regions that are no bridge fail at the first few points.
    for some in (points[::8], points):
        if _shortest_spans_mm(some, region.starts, region.ends).max() > longest_mm * 1.05:
            return False
    return True


def _spots(mesh: Mesh, faces: Ints) -> Floats:
    """(SPOTS, 2): points spread over faces by area, seen from above."""
    reach = np.cumsum(mesh.areas_mm2[faces])
    middle = (np.arange(SPOTS) + 0.5) / SPOTS
    chosen = faces[np.minimum(np.searchsorted(reach, middle * reach[-1]), len(faces) - 1)]
    # Golden-ratio steps spread the points within a face that is drawn several times.
    # Half a step at first: no point lies on an edge, where rounding would decide what carries it.
    root, v = np.sqrt(0.1 + 0.8 * middle), (np.arange(SPOTS) + 0.5) * 0.618034 % 1
    weights = np.column_stack([1 - root, root * (1 - v), root * v])
    points: Floats = np.einsum("ij,ijk->ik", weights, mesh.corners[chosen][:, :, :2])
    return points


def _shortest_spans_mm(points: Floats, starts: Floats, ends: Floats) -> Floats:
    """(p,): way from a carrying edge to the one behind, in the best of twelve directions."""
    turns = np.arange(2 * DIRECTIONS) * (math.pi / DIRECTIONS)
    towards = np.column_stack([np.cos(turns), np.sin(turns)])
    along = ends - starts
    away = starts[None] - points[:, None]
    crossed = towards[:, None, 0] * along[None, :, 1] - towards[:, None, 1] * along[None, :, 0]
    crossed = np.where(np.abs(crossed) < 1e-12, np.nan, crossed)
    reach = (away[..., 0] * along[:, 1] - away[..., 1] * along[:, 0])[:, None, :] / crossed[None]
    lever = (
        away[:, None, :, 0] * towards[None, :, None, 1]
        - away[:, None, :, 1] * towards[None, :, None, 0]
    ) / crossed[None]
    hit = (reach >= 0) & (lever >= -1e-6) & (lever <= 1 + 1e-6)
    nearest = np.where(hit, reach, np.inf).min(axis=2)
    spans: Floats = (nearest[:, :DIRECTIONS] + nearest[:, DIRECTIONS:]).min(axis=1)
    return spans
