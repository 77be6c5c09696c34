"""Cookie cutters from any flat shape: a wall around it, tapered to a blade, on a flange.

Lengths in mm. The cutter is printed flange down and used blade down, so the shape is mirrored
here and reads rightly on the dough. The wall follows the shape on its outside. Openings within
the shape (of an o or an A) get a wall of their own, held by bars across the flange; the dough
lies deeper than these. Levels nest, so the solid is closed by construction:
flange > wall's foot > shape > windows between the bars.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import manifold3d as m3
import numpy as np
import shapely
from shapely import affinity
from shapely.geometry import LineString, MultiPolygon, Polygon
from shapely.geometry.polygon import orient
from shapely.ops import nearest_points, unary_union

from configurator.geometry.cutter_shapes import silhouette
from configurator.geometry.drawn import drawn
from configurator.geometry.kernel import CHORD_MM, Ring
from configurator.geometry.lettering import line
from configurator.geometry.mesh import Mesh
from configurator.geometry.outlines import shifted
from configurator.geometry.shell import Loop, Shell, turned
from configurator.products.base import Quality

FLANGE_HIGH_MM = 2.4
EDGE_MM = 0.8
"""Radius of the flange's upper edge, for the hand."""
CHAMFER_MM = 0.4
STEP_MM = 0.6
"""How far the flange reaches in under the wall, so that the wall stands on it wholly."""
BAR_MM = 5.0
GAP_MM = 0.8
"""Least free width between two walls: a narrower slit fills up in printing."""
DOUGH_MM = 3.0
"""Dough narrower than this tears when it is lifted."""
TAPER_MM = 5.0
_FILLET_MM = 2.0
_LEAST_ROUND_MM = 0.5

Area = Any
"""A shapely Polygon or MultiPolygon; shapely has no types."""


@dataclass(frozen=True)
class Cutter:
    """Measures of a cutter; ``size_mm`` is the cookie's longer side."""

    size_mm: float
    height_mm: float
    wall_mm: float
    blade_mm: float
    flange_mm: float
    corner_mm: float
    margin_mm: float

    @property
    def fitting_blade_mm(self) -> float:
        """The blade, no thicker than the wall beneath it."""
        return min(self.blade_mm, self.wall_mm)

    @property
    def taper_mm(self) -> float:
        """Height over which the wall narrows to its blade: at most half of the wall's."""
        return min(TAPER_MM, (self.height_mm - FLANGE_HIGH_MM) / 2)

    @property
    def blade_from_mm(self) -> float:
        """The height at which the taper begins."""
        return self.height_mm - self.taper_mm

    @property
    def slit_mm(self) -> float:
        """The narrowest slit between two parts of the cookie: two walls and a gap."""
        return 2 * self.wall_mm + GAP_MM


@dataclass(frozen=True, eq=False)
class Layout:
    """A cutter from above: what the mesh and the checks need.

    ``cookie`` is the shape that is cut, ``plate`` the flange's outline with what it leaves open
    outside the cookie, ``windows`` what it leaves open within. ``openings_lost`` counts openings
    of the shape too small for a wall, ``pieces_joined`` the pieces that grew together,
    and ``corner_mm`` is the rounding as it came out.
    """

    cutter: Cutter
    cookie: tuple[Polygon, ...]
    plate: Polygon
    windows: tuple[Polygon, ...]
    openings_lost: int
    pieces_joined: int
    corner_mm: float

    @property
    def narrow_mm2(self) -> float:
        """Area of dough narrower than what holds together, tips aside."""
        whole = MultiPolygon(self.cookie).simplify(0.05)
        reach = DOUGH_MM / 2
        broad = whole.buffer(-reach, quad_segs=3).buffer(reach + 0.2, quad_segs=3)
        lost = whole.difference(broad)
        return float(sum(p.area for p in _polygons(lost) if p.area > DOUGH_MM**2))


def lettered(text: str, face: str, quality: Quality) -> Area | None:
    """Text as an area, one em high; None where nothing of it leaves ink."""
    drawn = line(text, face, quality)
    if drawn is None:
        return None
    pieces = []
    for piece in m3.CrossSection(list(drawn.contours), m3.FillRule.NonZero).decompose():
        rings = sorted((np.asarray(r) for r in piece.to_polygons()), key=lambda r: -np.ptp(r[:, 0]))
        pieces.append(Polygon(rings[0], rings[1:]))
    return MultiPolygon(pieces)


@lru_cache(maxsize=32)
def laid_out(shape: str, text: str, face: str, cutter: Cutter, quality: Quality) -> Layout:
    """The layout of letters, of a drawing (``text`` is its name) or of a silhouette.

    Remembered: build and rules both ask.
    """
    if shape == "letters":
        area = lettered(text, face, quality)
    elif shape == "drawing":
        area = drawn(text) if text else None
    else:
        area = silhouette(shape)
    if area is None:
        area = silhouette("circle")
    return around(area, cutter, quality)


def around(shape: Area, cutter: Cutter, quality: Quality) -> Layout:
    """The cutter around any valid area, which is scaled so that its longer side fits."""
    chord = CHORD_MM[quality]
    bare = _scaled(shape, cutter.size_mm - 2 * cutter.margin_mm).simplify(chord / 8)
    wanted = _grown(bare, cutter.margin_mm, chord)
    rounded, corner_mm = _rounded(wanted, cutter.corner_mm, chord)
    rounded = _scaled(rounded.simplify(chord / 8), cutter.size_mm)
    cookie = _followable(rounded, cutter, chord)
    # Seen from the blade, which is where the printer sees it from, left and right change places.
    cookie = [orient(affinity.scale(p, 1, -1, origin=(0, 0))) for p in cookie]
    plate = _plate(cookie, cutter.flange_mm, chord)
    x0, y0, x1, y1 = plate.bounds
    home = (-(x0 + x1) / 2, -(y0 + y1) / 2)
    windows = _windows(cookie, chord)
    return Layout(
        cutter=cutter,
        cookie=tuple(affinity.translate(p, *home) for p in cookie),
        plate=affinity.translate(plate, *home),
        windows=tuple(affinity.translate(p, *home) for p in windows),
        # Room around the letters is there to close them; only bare ones lose what was meant.
        openings_lost=0 if cutter.margin_mm else max(0, _openings(wanted) - _openings(cookie)),
        pieces_joined=max(0, len(_polygons(wanted)) - len(cookie)),
        corner_mm=corner_mm,
    )


def cutter_mesh(layout: Layout) -> Mesh:
    """The cutter as a closed mesh, its flange on z = 0, its blade up."""
    cutter, build = layout.cutter, Shell()
    feet: list[Loop] = []
    for ring in _rings(layout.cookie):
        feet += _blade(build, ring, cutter)
    bottoms, tops = [], []
    for ring in _rings([layout.plate]):
        bottom, top = _rim(build, ring)
        bottoms.append(bottom)
        tops.append(top)
    for ring in _rings(layout.windows):
        low, high = build.loop(ring, 0.0), build.loop(ring, FLANGE_HIGH_MM)
        build.wall([high, low])
        bottoms.append(turned(low))
        tops.append(turned(high))
    build.face(bottoms, up=False)
    build.face([*tops, *feet], up=True)
    return build.mesh()


def _blade(build: Shell, ring: Ring, cutter: Cutter) -> tuple[Loop, Loop]:
    """The wall along a ring of the cookie; gives its feet as holes of the flange's face."""
    foot, taper, top = FLANGE_HIGH_MM, cutter.blade_from_mm, cutter.height_mm
    outside, edge = shifted(ring, -cutter.wall_mm), shifted(ring, -cutter.fitting_blade_mm)
    outer = [build.loop(outside, foot), build.loop(outside, taper), build.loop(edge, top)]
    # Split where the blade begins, so that checks can tell blade from wall on this side too.
    inner = [build.loop(ring, z) for z in (top, taper, foot)]
    build.wall(outer)
    build.wall(inner)
    build.face([outer[-1], turned(inner[0])], up=True)
    return turned(outer[0]), inner[-1]


def _rim(build: Shell, ring: Ring) -> tuple[Loop, Loop]:
    """An edge of the flange: a chamfer on the bed, round above. Gives its two ends."""
    loops = [build.loop(shifted(ring, CHAMFER_MM), 0.0), build.loop(ring, CHAMFER_MM)]
    for turn in (0.0, math.pi / 6, math.pi / 3, math.pi / 2):
        inwards, below = EDGE_MM * (1 - math.cos(turn)), EDGE_MM * (1 - math.sin(turn))
        loops.append(build.loop(shifted(ring, inwards), FLANGE_HIGH_MM - below))
    build.wall(loops)
    return loops[0], loops[-1]


def _polygons(area: Area) -> list[Polygon]:
    return [p for p in getattr(area, "geoms", [area]) if isinstance(p, Polygon) and not p.is_empty]


def _rings(pieces: Iterable[Polygon]) -> Iterable[Ring]:
    """The rings of oriented polygons: outer ones counter-clockwise, openings clockwise."""
    for piece in pieces:
        for ring in (piece.exterior, *piece.interiors):
            yield np.asarray(ring.coords)[:-1]


def _openings(area: Area | Sequence[Polygon]) -> int:
    pieces = area if isinstance(area, list) else _polygons(area)
    return sum(len(piece.interiors) for piece in pieces)


def _buffered(area: Area, by_mm: float, chord: float) -> Area:
    """The area offset outwards, or inwards where negative, with round corners."""
    sagitta = min(chord / 2, abs(by_mm) / 2)
    count = math.ceil(math.pi / 4 / math.acos(1 - sagitta / abs(by_mm)))
    return area.buffer(by_mm, quad_segs=max(3, count))


def _scaled(area: Area, size_mm: float) -> Area:
    x0, y0, x1, y1 = area.bounds
    by = size_mm / max(x1 - x0, y1 - y0)
    return affinity.scale(area, by, by, origin=((x0 + x1) / 2, (y0 + y1) / 2))


def _grown(area: Area, margin_mm: float, chord: float) -> Area:
    return _buffered(area, margin_mm, chord) if margin_mm > 0.05 else area


def _rounded(area: Area, corner_mm: float, chord: float) -> tuple[Area, float]:
    """The area with its outer corners rounded, and the radius that took no more than tips.

    Strokes too thin for any rounding are thickened instead.
    """
    radius = max(corner_mm, _LEAST_ROUND_MM)
    while radius >= _LEAST_ROUND_MM:
        core = _buffered(area, -radius, chord)
        if not core.is_empty and len(_polygons(core)) >= len(_polygons(area)):
            soft = _buffered(core, radius, chord)
            if soft.area > 0.88 * area.area:
                return soft, radius
        radius *= 0.6
    return _buffered(area, _LEAST_ROUND_MM, chord), 0.0


def _followable(area: Area, cutter: Cutter, chord: float) -> list[Polygon]:
    """The pieces that a wall can follow without meeting itself, scaled to the size."""
    reach = cutter.slit_mm / 2
    for more in (1.0, 1.1, 1.25, 1.5, 2.0):
        closed = _scaled(_closed(area, reach * more, chord), cutter.size_mm)
        pieces = _steady_pieces(closed, cutter.wall_mm)
        outsides = [_wall_outside(piece, cutter.wall_mm) for piece in pieces]
        if all(one.is_valid for one in outsides) and _apart(outsides):
            return pieces
    return _steady_pieces(_scaled(area.convex_hull, cutter.size_mm), cutter.wall_mm)


def _closed(area: Area, reach_mm: float, chord: float) -> Area:
    """The area with slits narrower than twice the reach filled, and its creases rounded so.

    Filling may leave a tip between two fillings, hence the small rounding afterwards.
    """
    filled = _buffered(area, reach_mm, chord)
    core = _buffered(filled, -reach_mm - _LEAST_ROUND_MM, chord)
    return _buffered(core, _LEAST_ROUND_MM, chord).simplify(chord / 4)


def _apart(outsides: Sequence[Polygon]) -> bool:
    """Whether the walls of no two pieces meet; one may lie within another's opening."""
    return bool(MultiPolygon([one.buffer(GAP_MM / 4) for one in outsides]).is_valid)


def _wall_outside(piece: Polygon, wall_mm: float) -> Polygon:
    rings = [shifted(ring, -wall_mm) for ring in _rings([piece])]
    return Polygon(rings[0], rings[1:])


def _steady_pieces(area: Area, wall_mm: float) -> list[Polygon]:
    """The pieces, freed of points at which the wall's outside would cross itself."""
    pieces = []
    for piece in _polygons(area):
        rings = [_steady(ring, -wall_mm) for ring in _rings([orient(piece)])]
        pieces.append(Polygon(rings[0], [r for r in rings[1:] if len(r) > 5]))
    return pieces


def _steady(ring: Ring, inwards_mm: float) -> Ring:
    """The ring without the points whose sides would turn round when it is shifted."""
    for _ in range(40):
        side = np.roll(ring, -1, axis=0) - ring
        moved = shifted(ring, inwards_mm)
        after = np.roll(moved, -1, axis=0) - moved
        length = np.einsum("ij,ij->i", side, side)
        bad = (np.einsum("ij,ij->i", side, after) < 0.02 * length) | (length < 4e-4)
        if not bad.any() or len(ring) < 8:
            break
        ring = ring[~np.roll(bad, 1)]
    return ring


def _plate(cookie: Sequence[Polygon], flange_mm: float, chord: float) -> Polygon:
    """The flange's outline in one piece, its creases filled and its small openings too."""
    area = _buffered(MultiPolygon(cookie), flange_mm + _FILLET_MM, chord)
    area = _buffered(area, -_FILLET_MM, chord)
    while len(pieces := _polygons(area)) > 1:
        rest = unary_union(pieces[1:])
        bar = LineString(nearest_points(pieces[0], rest))
        area = unary_union([*pieces, bar.buffer(2 * BAR_MM)])
        area = _buffered(_buffered(area, _FILLET_MM, chord), -_FILLET_MM, chord)
    piece = orient(_stretched(pieces[0].simplify(chord / 3), cookie, flange_mm))
    rings = [_steady(ring, EDGE_MM) for ring in _rings([piece])]
    return Polygon(rings[0], [r for r in rings[1:] if Polygon(r).area > 20])


def _stretched(plate: Polygon, cookie: Sequence[Polygon], flange_mm: float) -> Polygon:
    """The flange exactly as far out as asked on all four sides, where chords fell a little short.

    Bars and filled creases stay within the hull, so these sides are the flange's own.
    """
    low, high = (np.array(ends) for ends in np.split(np.array(MultiPolygon(cookie).bounds), 2))
    have = np.split(np.array(plate.bounds), 2)
    by = (high - low + 2 * flange_mm) / (have[1] - have[0])
    middle = (low + high) / 2
    flat = affinity.translate(plate, *((low + high - have[0] - have[1]) / 2))
    return affinity.scale(flat, *by, origin=tuple(middle))


def _windows(cookie: Sequence[Polygon], chord: float) -> list[Polygon]:
    """What the flange leaves open within the cookie: all but a step along it, and the bars."""
    inside = MultiPolygon(cookie).buffer(-STEP_MM, join_style="mitre")
    windows = []
    for piece in _polygons(inside):
        for _ in range(4):
            pieces = _polygons(piece)
            bars = [_bar(p, ring) for p in pieces for ring in p.interiors]
            if not bars:
                break
            piece = piece.difference(unary_union(bars))
        windows += [p for p in _polygons(piece) if not p.interiors]
    # Rounded, so that no two of them meet in a corner.
    opened = MultiPolygon(windows).buffer(-0.5, join_style="mitre").buffer(0.5, quad_segs=3)
    return [orient(p) for p in _polygons(opened.simplify(chord / 4)) if p.area > 6]


def _bar(window: Polygon, opening: shapely.LinearRing) -> Polygon:
    """A bar across the window and through an opening, the shorter way of four."""
    middle = Polygon(opening).representative_point()
    x0, y0, x1, y1 = window.bounds
    far = math.hypot(x1 - x0, y1 - y0)
    ways = []
    for turn in (math.pi / 2, 0.0, math.pi / 4, -math.pi / 4):
        step = np.array([math.cos(turn), math.sin(turn)])
        ends = [_crossing(window, middle, step * sign, far) for sign in (1, -1)]
        ways.append((sum(ends), turn, ends))
    _, turn, (ahead, behind) = min(ways, key=lambda way: round(way[0], 3))
    x, y = math.cos(turn), math.sin(turn)
    start, end = ahead + BAR_MM, -behind - BAR_MM
    return LineString(
        [(middle.x + start * x, middle.y + start * y), (middle.x + end * x, middle.y + end * y)]
    ).buffer(BAR_MM / 2, cap_style="flat")


def _crossing(window: Polygon, middle: shapely.Point, step: Ring, far: float) -> float:
    """How far from the middle the window's first stretch in that direction ends."""
    ray = LineString([(middle.x, middle.y), (middle.x + far * step[0], middle.y + far * step[1])])
    cut = window.intersection(ray)
    stretches = [p for p in getattr(cut, "geoms", [cut]) if p.length > 1e-6]
    first = min(stretches, key=middle.distance)
    return max(math.hypot(x - middle.x, y - middle.y) for x, y in first.coords)
