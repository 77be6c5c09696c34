"""A flat plate with soft edges, holes, a rim and something standing on it, without a boolean.

All outlines nest: plate > rim > holes and letters. Each level is triangulated between the rings
that bound it and the walls join the same vertices, so the solid is closed by construction.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from configurator.geometry.kernel import Ring, at_height
from configurator.geometry.mesh import Mesh
from configurator.geometry.outlines import shifted
from configurator.geometry.shell import Loop, Shell, turned


@dataclass(frozen=True)
class Hole:
    """Holes of one shape through the plate, at one or many places.

    ``ring`` (n, 2) about the origin; each hole widens at 45° below and above by so many mm.
    """

    ring: Ring
    at: Sequence[tuple[float, float]]
    below_mm: float = 0.4
    above_mm: float = 0.4


@dataclass(frozen=True)
class Plaque:
    """What to mesh: rings (n, 2) counter-clockwise, heights in mm.

    ``letters`` are outlines counter-clockwise with their counters clockwise; they stand
    ``relief_mm`` above the face, or go below it where negative. ``rim`` is the inner ring of a
    border ``rim_mm`` high, or None. The lower edge is cut by ``chamfer_mm``, the upper one
    rounded by ``fillet_mm``.
    """

    edge: Ring
    holes: Sequence[Hole]
    letters: Sequence[Ring]
    thickness_mm: float
    relief_mm: float
    rim: Ring | None = None
    rim_mm: float = 0.0
    chamfer_mm: float = 0.4
    fillet_mm: float = 0.8


def plaque(plate: Plaque) -> Mesh:
    """The plate as a closed mesh, standing on z = 0."""
    build = Shell()
    face_mm = plate.thickness_mm
    under, over = _edge(build, plate)
    bottoms, tops = _holes(build, plate)
    build.face([under, *bottoms], up=False)
    if plate.rim is not None:
        high = build.loop(plate.rim, face_mm + plate.rim_mm)
        low = build.loop(plate.rim, face_mm)
        build.face([over, turned(high)], up=True)
        build.wall([high, low])
        over = low
    build.face([over, *tops, *_letters(build, plate)], up=True)
    return build.mesh()


def _edge(build: Shell, plate: Plaque) -> tuple[Loop, Loop]:
    """The outer side: a chamfer on the bed, a round top edge. Gives its two ends."""
    top_mm = plate.thickness_mm + (plate.rim_mm if plate.rim is not None else 0.0)
    cut, radius = plate.chamfer_mm, plate.fillet_mm
    sides = [build.loop(shifted(plate.edge, cut), 0.0), build.loop(plate.edge, cut)]
    for turn in (0.0, math.pi / 6, math.pi / 3, math.pi / 2):
        inwards, below = radius * (1 - math.cos(turn)), radius * (1 - math.sin(turn))
        sides.append(build.loop(shifted(plate.edge, inwards), top_mm - below))
    build.wall(sides)
    return sides[0], sides[-1]


def _holes(build: Shell, plate: Plaque) -> tuple[list[Loop], list[Loop]]:
    """Through holes, widened at both ends; their ends as holes of the two faces."""
    bottoms, tops = [], []
    for hole in plate.holes:
        above, below = (shifted(hole.ring, -wide) for wide in (hole.above_mm, hole.below_mm))
        profile = [
            at_height(above, plate.thickness_mm),
            at_height(hole.ring, plate.thickness_mm - hole.above_mm),
            at_height(hole.ring, hole.below_mm),
            at_height(below, 0.0),
        ]
        for top, bottom in build.tubes(np.stack(profile), hole.at):
            tops.append(turned(top))
            bottoms.append(turned(bottom))
    return bottoms, tops


def _letters(build: Shell, plate: Plaque) -> list[Loop]:
    """Letters raised or sunk; their feet as holes of the face."""
    feet = [build.loop(ring, plate.thickness_mm) for ring in plate.letters]
    heads = [build.loop(ring, plate.thickness_mm + plate.relief_mm) for ring in plate.letters]
    for foot, head in zip(feet, heads, strict=True):
        build.wall([foot, head])
    if heads:
        build.face(heads, up=True)
    return [turned(foot) for foot in feet]
