"""Is it a solid at all: closed, wound outwards, and one body."""

from __future__ import annotations

from typing import Any

import numpy as np

from configurator.dfm.base import Finding
from configurator.geometry.mesh import is_closed
from configurator.products.base import Part

_CAUSE = "A slicer cannot tell inside from outside."
_CURE = "Change a value a little; tell us if it stays like this."


def closed_quickly(part: Part) -> tuple[Finding, ...]:
    """The check of a draft: each edge has one partner, and the volume is above 0."""
    if is_closed(part.mesh) and part.mesh.volume_mm3 > 0:
        return ()
    return (_leak(part.name, "The surface has a hole."),)


def closed(part: Part) -> tuple[Finding, ...]:
    """The check of record, by trimesh: watertight, consistently wound, volume above 0, one body."""
    import trimesh

    mesh = trimesh.Trimesh(part.mesh.vertices, part.mesh.faces, process=False, validate=False)
    if not mesh.is_watertight:
        return (_leak(part.name, "The surface has a hole."),)
    if not mesh.is_winding_consistent or _volume_mm3(mesh) <= 0:
        return (_leak(part.name, "The surface is inside out in places."),)
    bodies = _bodies(mesh)
    if bodies > 1:
        return (_leak(part.name, f"It falls into {bodies} pieces."),)
    return ()


def _volume_mm3(mesh: Any) -> float:
    """trimesh's volume, without the inertia that ``is_volume`` would compute as well."""
    from trimesh.triangles import mass_properties

    return float(mass_properties(mesh.triangles, skip_inertia=True).volume)


def _bodies(mesh: Any) -> int:
    """How many pieces do not touch each other."""
    from scipy.sparse import coo_matrix
    from scipy.sparse.csgraph import connected_components

    one, other = mesh.face_adjacency.T
    links = coo_matrix((np.ones(len(one), dtype=bool), (one, other)), (len(mesh.faces),) * 2)
    return int(connected_components(links, directed=False, return_labels=False))


def _leak(part: str, state: str) -> Finding:
    return Finding("watertight", "impossible", part, state, _CAUSE, _CURE)
