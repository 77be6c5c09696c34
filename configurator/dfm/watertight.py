"""Is it a solid at all: closed, wound outwards, and one body."""

from __future__ import annotations

import numpy as np

from configurator.dfm.base import Finding
from configurator.geometry.mesh import Ints, is_closed
from configurator.products.base import Part

_CAUSE = "A slicer cannot tell inside from outside."
_CURE = "Change a value a little; tell us if it stays like this."


def closed_quickly(part: Part) -> tuple[Finding, ...]:
    """The check of a draft: each edge has one partner, and the volume is above 0."""
    if is_closed(part.mesh) and part.mesh.volume_mm3 > 0:
        return ()
    return (_leak(part.name, "The surface has a hole."),)


def closed(part: Part) -> tuple[Finding, ...]:
    """The check of record, by trimesh: watertight, consistently wound, volume above 0, one body.

    The edges are grouped once, and all three questions are read off the groups: that takes a
    third of asking ``is_watertight``, ``is_winding_consistent`` and ``body_count`` in turn.
    """
    import trimesh

    mesh = trimesh.Trimesh(part.mesh.vertices, part.mesh.faces, process=False, validate=False)
    pairs: Ints = trimesh.grouping.group_rows(mesh.edges_sorted, require_count=2)  # type: ignore[no-untyped-call]
    if 2 * len(pairs) != len(mesh.edges):
        return (_leak(part.name, "The surface has a hole."),)
    one, other = mesh.edges[pairs[:, 0]], mesh.edges[pairs[:, 1]]
    if not np.array_equal(one, other[:, ::-1]) or part.mesh.volume_mm3 <= 0:
        return (_leak(part.name, "The surface is inside out in places."),)
    bodies = _bodies(mesh.edges_face[pairs], len(mesh.faces))
    if bodies > part.bodies:
        return (_leak(part.name, f"It falls into {bodies} pieces."),)
    return ()


def _bodies(neighbours: Ints, faces: int) -> int:
    """How many pieces there are; ``neighbours`` (k, 2) are faces that share an edge."""
    from scipy.sparse import coo_matrix
    from scipy.sparse.csgraph import connected_components

    one, other = neighbours.T
    links = coo_matrix((np.ones(len(one), dtype=bool), (one, other)), (faces,) * 2)
    return int(connected_components(links, directed=False, return_labels=False))


def _leak(part: str, state: str) -> Finding:
    return Finding("watertight", "impossible", part, state, _CAUSE, _CURE)
