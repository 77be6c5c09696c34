"""Angle brackets on their side: a profile lifted to its width, with holes, and gussets inside.

Every face is meshed by itself from one set of plan points and heights, and equal corners are
joined at the end: no boolean, and closed because neighbours share the very same numbers.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from itertools import pairwise

import numpy as np

from configurator.geometry.angle import CHAMFER_MM, END_MM, HOLE_ROOF, ROOF, SAG, Angle
from configurator.geometry.kernel import Ring, segments
from configurator.geometry.mesh import Floats, Mesh
from configurator.geometry.outlines import shifted
from configurator.geometry.triangulation import filled
from configurator.products.base import Quality

Lift = Callable[[Ring], Floats]
"""From flat positions (n, 2) to points (n, 3)."""


def bracket(angle: Angle, quality: Quality) -> Mesh:
    """The bracket as a closed mesh, lying on its side, centred."""
    plan = _Plan(angle, quality)
    pieces = [*_ends(angle, plan), *_skins(angle, plan), *_gussets(angle, plan)]
    for leg in (0, 1):
        pieces += _leg(angle, plan, leg, quality)
    return _joined(pieces, (angle.leg_a_mm / 2, angle.leg_b_mm / 2))


def as_used(mesh: Mesh) -> Mesh:
    """The bracket turned up from its side: the first leg lies on the ground, the second stands."""
    x, y, z = mesh.vertices.T
    upright = np.column_stack([x, mesh.high[2] / 2 - z, y - mesh.low[1]])
    return Mesh(upright, mesh.faces)


class _Plan:
    """The points of the profile from above, as open chains that run counter-clockwise."""

    def __init__(self, angle: Angle, quality: Quality) -> None:
        a, b, thick, bend = angle.leg_a_mm, angle.leg_b_mm, angle.thickness_mm, angle.bend_mm
        corner, gusset = angle.corner_mm, angle.fitting_gusset_mm
        self.end_a = np.concatenate(
            [
                _arc((a - END_MM, END_MM), END_MM, -90, 0, quality),
                _arc((a - END_MM, thick - END_MM), END_MM, 0, 90, quality),
            ]
        )
        self.end_b = self.end_a[::-1, ::-1] + np.array([0.0, b - a])
        self.heel = _arc((corner, corner), corner, 180, 270, quality)
        self.bend = _arc((thick + bend, thick + bend), bend, 270, 180, quality)
        self.free = _free_edge(gusset, angle.arched, quality) + thick if gusset else self.bend

    def ring(self, *, gusset: bool) -> Ring:
        """The whole outline, with the gusset's free edge or the bend inside."""
        inner = self.free if gusset else self.bend
        whole: Ring = np.concatenate([self.heel, self.end_a, inner, self.end_b])
        return whole


def _arc(
    middle: tuple[float, float], radius: float, start: float, end: float, quality: Quality
) -> Ring:
    """An arc with an even number of chords, from one angle to another in degrees."""
    count = 2 * max(1, math.ceil(segments(radius, quality) * abs(end - start) / 720))
    turns = np.radians(np.linspace(start, end, count + 1))
    arc: Ring = np.asarray(middle) + radius * np.column_stack([np.cos(turns), np.sin(turns)])
    return arc


def _free_edge(length: float, arched: bool, quality: Quality) -> Ring:
    """The gusset's third side, from leg a to leg b; its middle point is on the diagonal."""
    one, other = np.array([length, 0.0]), np.array([0.0, length])
    if not arched:
        return np.array([one, (one + other) / 2, other])
    chord = length * math.sqrt(2)
    sag = SAG * chord
    radius = (chord**2 / 4 + sag**2) / (2 * sag)
    half = math.degrees(math.asin(chord / 2 / radius))
    middle = length / 2 + (radius - sag) / math.sqrt(2)
    edge = _arc((middle, middle), radius, 225 + half, 225 - half, quality)
    # The ends are where the legs' faces are, to the last bit.
    edge[0], edge[-1] = one, other
    return edge


def _joined(pieces: Sequence[Floats], middle: tuple[float, float]) -> Mesh:
    """Triangles (n, 3, 3) as one mesh whose equal corners are one."""
    corners = np.concatenate(pieces).reshape(-1, 3)
    _, first, faces = np.unique(
        np.round(corners, 6), axis=0, return_index=True, return_inverse=True
    )
    return Mesh(corners[first] - np.array([*middle, 0.0]), faces.reshape(-1, 3).astype(np.int32))


def _face(loops: Sequence[Ring], lift: Lift, *, flipped: bool = False) -> Floats:
    """A plane filled between rings, outer ones counter-clockwise, and lifted."""
    points = lift(np.concatenate(loops))
    faces = filled(loops)
    corners: Floats = points[faces[:, ::-1] if flipped else faces]
    return corners


def _upright(chain: Ring, low: Floats | float, high: Floats | float) -> Floats:
    """A wall over an open chain, the solid to its left; heights per point or one for all."""
    bottom = np.column_stack([chain, np.broadcast_to(low, len(chain))])
    top = np.column_stack([chain, np.broadcast_to(high, len(chain))])
    return _band(bottom, top)


def _band(lower: Floats, upper: Floats) -> Floats:
    """The strip between two rows of points (n, 3)."""
    a, b, c, d = lower[:-1], lower[1:], upper[1:], upper[:-1]
    strip: Floats = np.concatenate([np.stack([a, b, c], axis=1), np.stack([a, c, d], axis=1)])
    return strip


def _around(ring: Floats) -> Floats:
    return np.concatenate([ring, ring[:1]])


def _ends(angle: Angle, plan: _Plan) -> list[Floats]:
    """The two faces that lie across the width, and their small chamfers."""
    made = angle.fitting_gusset_mm > 0
    width, cut = angle.width_mm, CHAMFER_MM
    pieces = []
    for z, level, gusset in (
        (0.0, cut, made),
        (width, width - cut, made and angle.gussets == "two"),
    ):
        ring = plan.ring(gusset=gusset)
        inner = shifted(ring, cut)
        flat = np.column_stack([inner, np.full(len(inner), z)])
        edge = np.column_stack([ring, np.full(len(ring), level)])
        below, above = (flat, edge) if z == 0 else (edge, flat)
        pieces.append(_face([inner], _at(z), flipped=z == 0))
        pieces.append(_band(_around(below), _around(above)))
    return pieces


def _at(z: float) -> Lift:
    return lambda flat: np.column_stack([flat, np.full(len(flat), z)])


def _skins(angle: Angle, plan: _Plan) -> list[Floats]:
    """The round walls: heel, ends of the legs, and the bend between the gussets."""
    low, high = CHAMFER_MM, angle.width_mm - CHAMFER_MM
    walls = [_upright(chain, low, high) for chain in (plan.heel, plan.end_a, plan.end_b)]
    floor, ceiling = _between(angle)
    top = ceiling + _depth(angle, plan.bend) if _hangs(angle) else ceiling
    return [*walls, _upright(plan.bend, floor, top)]


def _hangs(angle: Angle) -> bool:
    """Whether there is an upper gusset."""
    return angle.gussets == "two" and angle.fitting_gusset_mm > 0


def _between(angle: Angle) -> tuple[float, float]:
    """The heights between which a leg's inside is free next to the bend."""
    floor = angle.web_mm if angle.fitting_gusset_mm else CHAMFER_MM
    if not _hangs(angle):
        return floor, angle.width_mm - CHAMFER_MM
    return floor, angle.width_mm - angle.web_mm - angle.drop_mm


def _depth(angle: Angle, flat: Ring) -> Floats:
    """(n,): how far points are from the nearer leg: the underside rises by as much."""
    depth: Floats = np.maximum(flat.min(axis=1) - angle.thickness_mm, 0.0)
    return depth


def _gussets(angle: Angle, plan: _Plan) -> list[Floats]:
    """The lower gusset lies on the bed; the upper one is corbelled out from both legs."""
    if not angle.fitting_gusset_mm:
        return []
    floor, ceiling = _between(angle)
    fill = np.concatenate([plan.free, plan.bend[::-1]])
    pieces = [
        _upright(plan.free, CHAMFER_MM, floor),
        _face([_counter_clockwise(fill)], _at(floor)),
    ]
    if not _hangs(angle):
        return pieces

    def underside(flat: Ring) -> Floats:
        return np.column_stack([flat, ceiling + _depth(angle, flat)])

    under = ceiling + _depth(angle, plan.free)
    pieces.append(_upright(plan.free, under, angle.width_mm - CHAMFER_MM))
    half, middle = len(plan.free) // 2, len(plan.bend) // 2
    halves = (
        np.concatenate([plan.free[: half + 1], plan.bend[middle::-1]]),
        np.concatenate([plan.free[half:], plan.bend[: middle - 1 : -1]]),
    )
    pieces += [_face([_counter_clockwise(one)], underside, flipped=True) for one in halves]
    return pieces


def _counter_clockwise(ring: Ring) -> Ring:
    x, y = ring.T
    turned: Ring = ring if x @ np.roll(y, -1) > y @ np.roll(x, -1) else ring[::-1]
    return turned


def _leg(angle: Angle, plan: _Plan, leg: int, quality: Quality) -> list[Floats]:
    """Both flat faces of a leg, and the screw holes through it."""
    thick, length = angle.thickness_mm, angle.legs[leg][0]
    holes = [_hole(angle, along, quality) for along in angle.places(leg)]
    outer = [_rectangle(angle.corner_mm, length - END_MM, angle)]
    inner = [_inside(angle, length)]
    # Leg b is leg a with x and y exchanged, which turns every face over.
    pieces = [
        _face([*outer, *(ring[::-1] for ring, _ in holes)], _pane(leg, 0.0), flipped=leg == 1),
        _face([*inner, *(ring[::-1] for _, ring in holes)], _pane(leg, thick), flipped=leg == 0),
    ]
    for narrow, wide in holes:
        levels = [(narrow, 0.0), (narrow, thick - angle.sink_mm), (wide, thick)]
        for (one, near), (other, far) in pairwise(levels):
            if far - near < 1e-9:
                continue
            strip = _band(_around(_pane(leg, near)(one)), _around(_pane(leg, far)(other)))
            pieces.append(strip if leg == 0 else strip[:, ::-1])
    return pieces


def _pane(leg: int, distance: float) -> Lift:
    """From (along the leg, height) to space, so far from the leg's outside."""

    def lift(flat: Ring) -> Floats:
        across = np.full(len(flat), distance)
        plan = (flat[:, 0], across) if leg == 0 else (across, flat[:, 0])
        return np.column_stack([*plan, flat[:, 1]])

    return lift


def _rectangle(start: float, end: float, angle: Angle) -> Ring:
    low, high = CHAMFER_MM, angle.width_mm - CHAMFER_MM
    return np.array([(start, low), (end, low), (end, high), (start, high)])


def _inside(angle: Angle, length: float) -> Ring:
    """(along, height): the inside of a leg less what the gussets cover."""
    thick = angle.thickness_mm
    start, tip = thick + angle.bend_mm, thick + angle.fitting_gusset_mm
    ring = _rectangle(start, length - END_MM, angle)
    if not angle.fitting_gusset_mm:
        return ring
    floor, ceiling = _between(angle)
    low = np.array([(start, floor), (tip, floor), (tip, ring[0, 1])])
    high = np.array([(tip, ring[3, 1]), (tip, ceiling), (start, ceiling)])
    return np.concatenate([low, ring[1:3], high if _hangs(angle) else ring[3:]])


def _hole(angle: Angle, along: float, quality: Quality) -> tuple[Ring, Ring]:
    """(along, height): a hole outside and inside; a roof of 45° stands in for its upper arc."""
    radius = angle.hole.hole_mm / 2
    # A multiple of six chords: corners at the very sides, so that the width is exact.
    count = 6 * math.ceil(segments(radius, quality, least=32) / 8)
    turns = np.radians(np.linspace(135, 405, count + 1))
    arc = np.column_stack([np.cos(turns), np.sin(turns)])
    middle = np.array([along, angle.width_mm / 2])
    narrow = _roofed(arc, HOLE_ROOF) * radius + middle
    if not angle.sink_mm:
        return narrow, narrow
    return narrow, _roofed(arc, ROOF) * (radius + angle.sink_mm) + middle


def _roofed(arc: Ring, high: float) -> Ring:
    """The lower arc of the unit circle with two slopes of 45° above, cut off so high."""
    half = math.sqrt(2) - high
    return np.concatenate([arc, [(half, high), (-half, high)]])
