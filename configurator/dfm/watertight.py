"""Is it a solid at all: closed, wound outwards, and one body."""

from __future__ import annotations

from configurator.dfm.base import Finding
from configurator.geometry.mesh import bodies, is_closed
from configurator.products.base import Part

_CAUSE = "A slicer cannot tell inside from outside."
_CURE = "Change a value a little; tell us if it stays like this."


def closed_quickly(part: Part) -> tuple[Finding, ...]:
    """The check of a draft: each edge has one partner, and the volume is above 0."""
    if not is_closed(part.mesh):
        return (_leak(part.name, "The surface has a hole or is turned over in places."),)
    if part.mesh.volume_mm3 <= 0:
        return (_leak(part.name, "The surface is inside out."),)
    return ()


def closed(part: Part) -> tuple[Finding, ...]:
    """The check of record: a draft's, and as many bodies as are meant."""
    leaks = closed_quickly(part)
    if leaks:
        return leaks
    found = bodies(part.mesh)
    return (_leak(part.name, f"It falls into {found} pieces."),) if found > part.bodies else ()


def confirmed(part: Part) -> bool:
    """Whether trimesh, which shares no code with us, finds the same: asked once, before anything
    is made of it."""
    import trimesh

    mesh = trimesh.Trimesh(part.mesh.vertices, part.mesh.faces, process=False, validate=False)
    solid = mesh.is_watertight and mesh.is_winding_consistent and mesh.volume > 0
    return bool(solid and mesh.body_count <= part.bodies)


def _leak(part: str, state: str) -> Finding:
    return Finding("watertight", "impossible", part, state, _CAUSE, _CURE)
