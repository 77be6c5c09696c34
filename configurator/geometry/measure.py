"""Measures of parts beyond what a mesh tells of itself."""

from __future__ import annotations

from collections.abc import Sequence

import manifold3d as m3
import numpy as np

from configurator.geometry.mesh import Floats, Mesh
from configurator.products.base import Part, Vector


def shadow_mm2(mesh: Mesh) -> float:
    """Area of the convex outline seen from above."""
    return float(m3.CrossSection.hull_points(mesh.vertices[:, :2]).area())


def assembled(part: Part) -> Floats:
    """(n, 3): the part's vertices where they are in the assembled product."""
    x, y, z, turned = part.home
    sign = [1.0, -1.0, -1.0] if turned else [1.0, 1.0, 1.0]
    points: Floats = part.mesh.vertices * sign + [x, y, z]
    return points


def assembled_box(parts: Sequence[Part]) -> Vector:
    """Width, depth and height of the box around the assembled product."""
    points = [assembled(part) for part in parts]
    low = np.min([p.min(axis=0) for p in points], axis=0)
    high = np.max([p.max(axis=0) for p in points], axis=0)
    x, y, z = (high - low).tolist()
    return x, y, z
