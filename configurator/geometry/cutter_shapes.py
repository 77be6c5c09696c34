"""Silhouettes for cookies: drawn from circles, limbs and polygons, upright as they are eaten.

Each is one shapely polygon without holes, in units of its own; who uses it scales it.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from functools import lru_cache
from itertools import pairwise

import numpy as np
from shapely import affinity
from shapely.geometry import Point, Polygon
from shapely.ops import unary_union

ROUND = 24
"""Chords of a quarter circle: 0.04 mm off at a radius of 75 mm."""

Spot = tuple[float, float]


@lru_cache(maxsize=32)
def silhouette(name: str) -> Polygon:
    """The shape of that name.

    Raises KeyError for a name that is not in ``SILHOUETTES``.
    """
    return SILHOUETTES[name]()


def _disc(x: float, y: float, radius: float) -> Polygon:
    return Point(x, y).buffer(radius, quad_segs=ROUND)


def _oval(x: float, y: float, wide: float, high: float, turn_deg: float = 0.0) -> Polygon:
    """An ellipse by its half axes, turned about its middle."""
    oval = affinity.scale(_disc(0, 0, 1), wide, high)
    return affinity.translate(affinity.rotate(oval, turn_deg), x, y)


def _limb(*joints: tuple[float, float, float]) -> Polygon:
    """A limb along (x, y, radius): the hulls of neighbouring discs."""
    return unary_union(
        [_disc(*one).union(_disc(*other)).convex_hull for one, other in pairwise(joints)]
    )


def _mirrored(half: Polygon) -> Polygon:
    """A shape and its mirror image across x = 0."""
    return half.union(affinity.scale(half, -1, 1, origin=(0, 0)))


def _soft(shape: Polygon, crease: float) -> Polygon:
    """Without the sharp creases between limbs."""
    return shape.buffer(crease, quad_segs=ROUND).buffer(-crease, quad_segs=ROUND)


def _polar(radii: Sequence[float]) -> Polygon:
    turns = [math.pi / 2 + 2 * math.pi * k / len(radii) for k in range(len(radii))]
    return Polygon([(r * math.cos(t), r * math.sin(t)) for r, t in zip(radii, turns, strict=True)])


def _heart() -> Polygon:
    """Source: the parametric heart curve of Wolfram MathWorld."""
    t = np.linspace(0, 2 * math.pi, 144, endpoint=False)
    y = 13 * np.cos(t) - 5 * np.cos(2 * t) - 2 * np.cos(3 * t) - np.cos(4 * t)
    return Polygon(np.column_stack([16 * np.sin(t) ** 3, y]))


def _star() -> Polygon:
    return _polar([10.0, 5.2] * 5)


def _flower() -> Polygon:
    petals = [
        _disc(6 * math.cos(k * math.pi / 3), 6 * math.sin(k * math.pi / 3), 3.6) for k in range(6)
    ]
    return _soft(unary_union([_disc(0, 0, 6), *petals]), 0.4)


def _circle() -> Polygon:
    return _disc(0, 0, 10)


def _moon() -> Polygon:
    return _disc(0, 0, 10).difference(_disc(4.6, 1.6, 7.6))


def _tree() -> Polygon:
    tiers = [
        Polygon([(0, 20), (5, 13), (-5, 13)]),
        Polygon([(0, 16.5), (7, 7.5), (-7, 7.5)]),
        Polygon([(0, 12), (9, 1.5), (-9, 1.5)]),
        Polygon([(-1.9, 2), (1.9, 2), (1.9, -2.5), (-1.9, -2.5)]),
    ]
    return unary_union(tiers)


def _house() -> Polygon:
    walls = Polygon([(-7, 0), (7, 0), (7, 9), (-7, 9)])
    roof = Polygon([(-9.4, 8), (9.4, 8), (0, 17)])
    chimney = Polygon([(3.4, 9), (6.4, 9), (6.4, 16.4), (3.4, 16.4)])
    return unary_union([walls, roof, chimney])


def _cat() -> Polygon:
    """Sitting, seen from behind, its tail curled out to the right."""
    ear = Polygon([(-3.9, 14.2), (-3.9, 19.4), (-0.4, 17)])
    body = _limb((0, 3.9, 5.4), (0, 8.5, 3.6), (0, 13.4, 3.0))
    head = _oval(0, 14.4, 4.3, 3.6)
    tail = _limb((3, 0.4, 1.9), (7.2, 0.6, 1.8), (9.4, 3.0, 1.6), (9.2, 6.4, 1.4))
    foot = _limb((-3.6, 0.2, 1.7), (3.6, 0.2, 1.7))
    return _soft(unary_union([_mirrored(ear), body, head, tail, foot]), 0.7)


def _dinosaur() -> Polygon:
    """A long-necked one, walking to the left."""
    body = _oval(0, 8.4, 7.4, 4.6)
    neck = _limb((-4.6, 9.8, 3.0), (-8.4, 14.4, 1.9), (-9.6, 18.8, 1.6))
    head = _limb((-9.6, 19.6, 1.8), (-12.2, 18.9, 1.35))
    tail = _limb((5, 8.8, 3.2), (10, 6.2, 1.9), (14.4, 6.0, 1.1), (17, 7.8, 0.8))
    front = _limb((-4.2, 7, 2.0), (-4.2, 1.6, 1.7))
    back = _limb((4.2, 7, 2.2), (4.2, 1.6, 1.8))
    return _soft(unary_union([body, neck, head, tail, front, back]), 0.8)


def _gingerbread() -> Polygon:
    arm = _limb((0, 9.5, 3.0), (7.2, 10.6, 2.1))
    leg = _limb((1.2, 6, 3.2), (4.4, 0.6, 2.4))
    body = _limb((0, 10.0, 3.6), (0, 6.4, 3.6))
    return _soft(unary_union([_mirrored(arm), _mirrored(leg), body, _disc(0, 16.6, 4.3)]), 0.7)


def _rabbit() -> Polygon:
    """Its head from the front."""
    ear = _oval(3.3, 14.6, 2.3, 6.4, -10)
    cheek = _oval(3.2, 2.6, 4.2, 3.6)
    return _soft(unary_union([_mirrored(ear), _mirrored(cheek), _oval(0, 4.6, 6.0, 5.6)]), 0.5)


def _fish() -> Polygon:
    tail = Polygon([(6.5, 0), (13.5, 5.2), (12, 0), (13.5, -5.2)])
    fin = Polygon([(-3, 4), (3.5, 7.6), (4, 3)])
    return _soft(unary_union([_oval(0, 0, 9.4, 5.6), tail, fin]), 0.6)


def _butterfly() -> Polygon:
    upper, lower = _oval(5.4, 4.6, 5.6, 4.4, 38), _oval(4.2, -4.2, 4.2, 3.4, -40)
    body = _limb((0, 5.2, 1.5), (0, -6, 1.4))
    return _soft(unary_union([_mirrored(upper), _mirrored(lower), body]), 0.5)


SILHOUETTES = {
    "heart": _heart,
    "star": _star,
    "flower": _flower,
    "circle": _circle,
    "moon": _moon,
    "tree": _tree,
    "house": _house,
    "cat": _cat,
    "dinosaur": _dinosaur,
    "gingerbread": _gingerbread,
    "rabbit": _rabbit,
    "fish": _fish,
    "butterfly": _butterfly,
}
