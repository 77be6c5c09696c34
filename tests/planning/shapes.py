"""Solids for slicing, all closed, lowest corner at the origin."""

from __future__ import annotations

import numpy as np
import trimesh
from trimesh.creation import box, cone, cylinder, icosphere

from manufacturing.planning.plate import PlatePart


def part(mesh: trimesh.Trimesh, name: str = "part", copies: int = 1) -> PlatePart:
    return PlatePart(name, np.asarray(mesh.vertices), np.asarray(mesh.faces), copies)


def hollow(width: float, depth: float, height: float, wall: float) -> trimesh.Trimesh:
    """A box without a lid."""
    inside = box((width - 2 * wall, depth - 2 * wall, height))
    inside.apply_translation((0, 0, wall))
    return box((width, depth, height)).difference(inside)


def bracket(arm: float, thick: float) -> trimesh.Trimesh:
    """An L."""
    flat, upright = box((arm, arm * 0.6, thick)), box((thick, arm * 0.6, arm))
    flat.apply_translation((arm / 2, 0, thick / 2))
    upright.apply_translation((thick / 2, 0, arm / 2))
    return flat.union(upright)


def tag(width: float, depth: float, letters: int) -> trimesh.Trimesh:
    """A plate with raised bars for letters, and a hole."""
    pieces = [box((width, depth, 3))]
    for i in range(letters):
        bar = box((3, depth * 0.5, 1.2))
        bar.apply_translation((-width / 2 + 8 + i * (width - 16) / max(letters - 1, 1), 0, 2))
        pieces.append(bar)
    hole = cylinder(radius=2, height=10)
    hole.apply_translation((-width / 2 + 3.5, 0, 0))
    return trimesh.boolean.union(pieces).difference(hole)


HELD_OUT = {
    "box": box((33, 47, 18)),
    "bracket": bracket(45, 5),
    "name tag": tag(90, 28, 9),
    "small name tag": tag(50, 18, 4),
    "enclosure": hollow(85, 56, 28, 2.2),
    "cone": cone(radius=25, height=50),
    "ball": icosphere(3, radius=20),
}
"""Not among the shapes that the estimate was fitted on."""
