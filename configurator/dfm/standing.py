"""Does it stay on the bed while it is printed: how much of it lies there, and how far it is to tip.

The nozzle drags at the topmost line; what lies on the bed holds against that about the nearest
edge of its foot. With a drag F, an adhesion σ, a height h, a foot of area A and the centre of mass
b inside the foot's nearest edge, it stays while σ · A · b ≥ F · h.
"""

from __future__ import annotations

import math

import numpy as np
import shapely

from configurator.dfm.base import Finding
from configurator.geometry.mesh import Floats, Mesh
from configurator.materials import Filament
from configurator.products.base import Part

ON_BED_MM = 0.02
DRAG_MM2 = 2.5
"""Drag over adhesion, F / σ: 1 N against 0.4 N/mm². An estimate."""
SHARE = 0.999
"""Cosine from which a face lies on the bed."""


def stands(part: Part, filament: Filament) -> tuple[Finding, ...]:
    """A part that would be knocked over, or has hardly anything to hold on to the bed with."""
    mesh = part.mesh
    area, inside = foot(mesh)
    height = float(mesh.high[2])
    needed = DRAG_MM2 * height
    if area * max(inside, 0.0) >= needed:
        return ()
    falls = inside <= 0
    return (
        Finding(
            check="stands",
            level="weak",
            part=part.name,
            state="It touches the bed in a point or a line only."
            if area < 1
            else "Its weight lies beside its foot, so it falls over."
            if falls
            else f"Its foot of {area:.0f} mm² is small for a height of {height:.0f} mm.",
            cause="The nozzle drags at what it prints, and knocks it off the bed.",
            cure="Give it a wider foot, make it lower, or choose another way up.",
            measured=round(area * max(inside, 0.0), 1),
            needed=round(needed, 1),
        ),
    )


def foot(mesh: Mesh) -> tuple[float, float]:
    """(mm², mm): what lies on the bed, and how far inside its hull the centre of mass is.

    Negative where it is outside, and minus infinity where nothing lies there.
    """
    lying = (mesh.normals[:, 2] < -SHARE) & (mesh.corners[:, :, 2].max(axis=1) < ON_BED_MM)
    area = float(mesh.areas_mm2[lying].sum())
    if not area:
        return 0.0, -math.inf
    hull = shapely.MultiPoint(mesh.corners[lying][:, :, :2].reshape(-1, 2)).convex_hull
    middle = shapely.Point(centre_of_mass(mesh)[:2])
    off = float(hull.boundary.distance(middle))
    return area, off if hull.covers(middle) else -off


def centre_of_mass(mesh: Mesh) -> Floats:
    """(3,): of a solid of one density. Source: Mirtich (1996), by tetrahedra about the origin."""
    a, b, c = mesh.corners.transpose(1, 0, 2)
    six = np.einsum("ij,ij->i", a, np.cross(b, c))
    centre: Floats = (six[:, None] * (a + b + c)).sum(axis=0) / (4 * six.sum())
    return centre
