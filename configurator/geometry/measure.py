"""Measures of parts beyond what a mesh tells of itself."""

from __future__ import annotations

import math
from collections.abc import Sequence

import manifold3d as m3
import numpy as np

from configurator.geometry.mesh import Floats, Mesh, highest, lowest
from configurator.geometry.turns import rotation
from configurator.products.base import Part, Vector


def shadow_mm2(mesh: Mesh) -> float:
    """Area of the convex outline seen from above."""
    return float(m3.CrossSection.hull_points(_outer(mesh.vertices[:, :2])).area())


def _outer(points: Floats) -> Floats:
    """(k, 2) of (n, 2) points: all that may lie on their convex outline.

    What is inside the octagon of the points furthest out is not (Akl and Toussaint, 1978).
    """
    turns = np.arange(8) * (math.pi / 4)
    ways = np.column_stack([np.cos(turns), np.sin(turns)])
    corners = points[np.argmax(points @ ways.T, axis=0)]
    sides = np.roll(corners, -1, axis=0) - corners
    outwards = np.column_stack([sides[:, 1], -sides[:, 0]])
    far = points @ outwards.T - (corners * outwards).sum(axis=1)
    outer: Floats = points[(far >= -1e-9).any(axis=1)]
    return outer


def pocket_measures(part: Part) -> tuple[float, float, float]:
    """(mm³, mm, mm): what pockets take of a milled part, how long their edges are, how deep.

    The volume is that of the outline's prism less the part: exact, whatever shape a tip carves.
    """
    from configurator.geometry.milled import every
    from configurator.geometry.sheet import length_mm

    if part.outline is None or not part.pockets:
        return 0.0, 0.0, 0.0
    prism_mm3 = part.outline.area_mm2 * part.outline.thickness_mm
    cuts = list(every(part.pockets))
    edges_mm = sum(length_mm(ring) for one, _ in cuts for ring in one.rings)
    deep_mm = max(deep for _, deep in cuts)
    return max(0.0, prism_mm3 - part.mesh.volume_mm3), edges_mm, deep_mm


def assembled(part: Part) -> Floats:
    """(n, 3): the part's vertices where they are in the assembled product."""
    x, y, z, turned = part.home
    sign = [1.0, -1.0, -1.0] if turned else [1.0, 1.0, 1.0]
    lying = part.mesh.vertices * sign
    if any(part.tilt_deg):
        lying = lying @ rotation(part.tilt_deg).T
    points: Floats = lying + np.array([x, y, z])
    return points


def assembled_box(parts: Sequence[Part]) -> Vector:
    """Width, depth and height of the box around the assembled product."""
    points = [assembled(part) for part in parts]
    low = np.min([lowest(p) for p in points], axis=0)
    high = np.max([highest(p) for p in points], axis=0)
    x, y, z = (high - low).tolist()
    return x, y, z
