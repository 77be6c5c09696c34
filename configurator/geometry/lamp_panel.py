"""A panel pierced by a pattern, and what it stands in; all flat, lengths in mm.

Patterns are openings in a field, so that between any two of them, and around the field, a web of
the width asked for stays. Text is cut out beneath the field, which then begins above it. The same
seed gives the same pattern on every machine.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import Any

import manifold3d as m3
import numpy as np
import numpy.typing as npt
import shapely

from configurator.geometry.kernel import CHORD_MM, Ring, circle, rounded_rectangle, segments
from configurator.geometry.mesh import Floats
from configurator.geometry.sheet import Outline, centred, rectangle, spaced
from configurator.geometry.stencil import Stencil, lettered, measured, measured_rings
from configurator.products.base import Quality

TAB_SHARE = 0.55
"""Width of the tab that goes into a base, as a share of the panel's."""
BASE_DEEP_MM, BASE_MORE_MM = 80.0, 12.0
FOOT_MM = (90.0, 44.0)
"""Length and height of a foot."""
FOOT_SHARE = 0.22
"""Where the feet are: from the middle, as a share of the panel's width."""
SEAT_MM = 8.0
"""Kept whole at the panel's foot."""
LEAST_OPENING_MM = 3.0
Wave = Callable[[Floats], Floats]
LINE_POINTS = 121
"""At which the middle line of a slit is asked if it may go there."""


@dataclass(frozen=True)
class LampPanel:
    """``bridge_mm`` stays between openings, ``border_mm`` around all of them."""

    width_mm: float
    height_mm: float
    corner_mm: float
    sheet_mm: float
    pattern: str
    cell_mm: float
    bridge_mm: float
    border_mm: float
    fade: float
    seed: int
    stand: str
    cable_mm: float
    play_mm: float
    tab_deep_mm: float = 0.0
    """How far the tab reaches into a base that is not of the same sheet; 0: through that sheet."""
    words: str = ""
    face: str = "stencil"
    size_mm: float = 24.0
    align: str = "middle"

    @property
    def tab_mm(self) -> float:
        return round(TAB_SHARE * self.width_mm, 1)

    @property
    def seat_mm(self) -> float:
        """From the panel's lower edge to its field: a foot's slit or a seam must not meet it."""
        return FOOT_MM[1] / 2 + 4.0 if self.stand == "feet" else SEAT_MM

    @property
    def inner(self) -> tuple[float, float, float, float]:
        """What the border leaves: left, bottom, right, top, from the panel's lower middle."""
        x = self.width_mm / 2 - self.border_mm
        return -x, max(self.seat_mm, self.border_mm), x, self.height_mm - self.border_mm

    @property
    def text(self) -> Stencil:
        """Its words in the lower end of that, beneath the round corners."""
        x0, y0, x1, y1 = self.inner
        high = min(y1, self.height_mm - min(self.corner_mm, self.height_mm / 2)) - y0
        room = (max(x1 - x0, 0.1), max(high, 0.1))
        bridge = self.bridge_mm
        return Stencil(self.words, self.face, self.size_mm, self.align, bridge, self.sheet_mm, room)

    @cached_property
    def field(self) -> tuple[float, float, float, float]:
        """Where openings of the pattern may be: above the letters, if there are any."""
        x0, y0, x1, y1 = self.inner
        high = measured(self.text).high_mm if self.words else 0.0
        above = high + max(self.bridge_mm, self.border_mm / 2) if high else 0.0
        return x0, y0 + above, x1, y1

    @cached_property
    def field_shape(self) -> shapely.Polygon:
        """The field itself: its upper corners follow the panel's."""
        x0, y0, x1, y1 = self.field
        corner = min(self.corner_mm, self.width_mm / 2 - 1, self.height_mm / 2)
        radius = min(corner - self.border_mm, (x1 - x0) / 2 - 0.1, y1 - y0 - 0.1)
        whole = shapely.box(x0, y0, x1, y1)
        if radius <= 0.1:
            return whole
        soft = shapely.box(x0 + radius, y0 - 2 * radius, x1 - radius, y1 - radius)
        return whole & soft.buffer(radius, quad_segs=12)


def panel(lamp: LampPanel, quality: Quality) -> Outline:
    """The panel, its lower edge at y = 0, with a tab or slits for what it stands in."""
    holes = [*letters(lamp, quality), *openings(lamp, quality)]
    return centred(
        Outline((_edge(lamp, quality), *(ring[::-1].copy() for ring in holes)), lamp.sheet_mm)
    )


def letters(lamp: LampPanel, quality: Quality) -> list[Ring]:
    """(n, 2) each, counter-clockwise: what is cut out as text."""
    if not lamp.words:
        return []
    corner = np.array(lamp.inner[:2])
    return [ring + corner for ring in lettered(lamp.text, quality).rings]


def _edge(lamp: LampPanel, quality: Quality) -> Ring:
    """The panel's edge: round corners above, and below what holds it."""
    w, h = lamp.width_mm, lamp.height_mm
    radius = min(lamp.corner_mm, w / 2 - 1, h / 2)
    upper: list[tuple[float, float]] = []
    if radius > 0.05:
        turn = np.linspace(0, math.pi / 2, segments(radius, quality) // 4 + 1)
        for cx, start in ((w / 2 - radius, 0.0), (radius - w / 2, math.pi / 2)):
            arc = np.column_stack([np.cos(turn + start), np.sin(turn + start)]) * radius
            upper += [(x + cx, y + h - radius) for x, y in arc.tolist()]
    else:
        upper = [(w / 2, h), (-w / 2, h)]
    return np.array([(-w / 2, 0.0), *_foot(lamp), (w / 2, 0.0), *upper])


def _foot(lamp: LampPanel) -> list[tuple[float, float]]:
    """The lower edge between its corners, from left to right."""
    if lamp.stand == "base":
        half, deep = lamp.tab_mm / 2, lamp.tab_deep_mm or lamp.sheet_mm
        return [(-half, 0.0), (-half, -deep), (half, -deep), (half, 0.0)]
    wide, deep = (lamp.sheet_mm + lamp.play_mm) / 2, FOOT_MM[1] / 2
    points: list[tuple[float, float]] = []
    for x in (-FOOT_SHARE * lamp.width_mm, FOOT_SHARE * lamp.width_mm):
        points += [(x - wide, 0.0), (x - wide, deep), (x + wide, deep), (x + wide, 0.0)]
    return points


def base(lamp: LampPanel, quality: Quality) -> Outline:
    """A plate with a slot for the panel's tab, and a hole for the cable behind it."""
    width = lamp.width_mm + BASE_MORE_MM
    edge = rounded_rectangle(width, BASE_DEEP_MM, 14.0, segments(14.0, quality))
    half = (lamp.tab_mm + lamp.play_mm) / 2
    deep = (lamp.sheet_mm + lamp.play_mm) / 2
    holes = [rectangle((-half, -deep), (half, deep))]
    if lamp.cable_mm:
        radius = lamp.cable_mm / 2
        holes.append(circle(radius, segments(radius, quality), (0.0, BASE_DEEP_MM / 4 + 4)))
    return Outline((edge, *(hole[::-1].copy() for hole in holes)), lamp.sheet_mm)


def foot(lamp: LampPanel, quality: Quality, *, cable: bool) -> Outline:
    """A foot that the panel's slit goes down on; one of the two guides the cable."""
    length, height = FOOT_MM
    half, slit, waist = length / 2, (lamp.sheet_mm + lamp.play_mm) / 2, 15.0
    edge = np.array(
        [(-half, 0.0), (half, 0.0), (half, 8.0), (waist, height), (slit, height),
         (slit, height / 2), (-slit, height / 2), (-slit, height), (-waist, height), (-half, 8.0)]
    )  # fmt: skip
    holes: list[Ring] = []
    if cable and lamp.cable_mm:
        radius = min(lamp.cable_mm, 10.0) / 2
        holes.append(circle(radius, segments(radius, quality), (half / 2 + 4.0, 11.0))[::-1].copy())
    return centred(Outline((edge, *holes), lamp.sheet_mm))


@lru_cache(maxsize=16)
def openings(lamp: LampPanel, quality: Quality) -> list[Ring]:
    """(n, 2) each, counter-clockwise: what is cut out of the field."""
    x0, y0, x1, y1 = lamp.field
    if x1 - x0 < LEAST_OPENING_MM or y1 - y0 < LEAST_OPENING_MM:
        return []
    makers = {"hexagons": _hexagons, "voronoi": _voronoi, "waves": _waves}
    return makers[lamp.pattern](lamp, quality)


def _scale(lamp: LampPanel, y: npt.NDArray[Any]) -> Floats:
    """How large openings at some heights are: the pattern fades out upwards."""
    _, y0, _, y1 = lamp.field
    share: Floats = 1 - lamp.fade * np.clip((y - y0) / (y1 - y0), 0, 1)
    return share


def _hexagons(lamp: LampPanel, quality: Quality) -> list[Ring]:
    """Whole hexagons in rows, flat sides upright, ``cell_mm`` across."""
    x0, y0, x1, y1 = lamp.field
    pitch = lamp.cell_mm + lamp.bridge_mm
    rise, tall = pitch * math.sqrt(3) / 2, lamp.cell_mm / math.sqrt(3)
    rows = int((y1 - y0 - 2 * tall) / rise + 1e-9) + 1
    columns = int((x1 - x0 - lamp.cell_mm) / pitch + 1e-9) + 1
    if rows < 1 or columns < 1:
        return []
    row, column = np.meshgrid(np.arange(rows), np.arange(columns), indexing="ij")
    shift = np.where(row % 2 == 1, pitch / 2, 0.0)
    x = (column - (columns - 1) / 2) * pitch + shift
    y = (y0 + y1) / 2 + (row - (rows - 1) / 2) * rise
    inside = x + lamp.cell_mm / 2 <= x1 + 1e-9
    size = lamp.cell_mm * _scale(lamp, y)
    kept = inside & (size >= LEAST_OPENING_MM)
    unit = circle(1 / math.sqrt(3), 6) @ np.array([[0.0, 1.0], [-1.0, 0.0]])
    centres = np.column_stack([x[kept], y[kept]])
    rings = unit[None] * size[kept][:, None, None] + centres[:, None, :]
    field = lamp.field_shape
    return [ring for ring, whole in zip(rings, _covers(field, rings), strict=True) if whole]


def _covers(field: shapely.Polygon, rings: Floats) -> npt.NDArray[np.bool_]:
    """(k,): which of some rings (k, n, 2) lie in the field with all their points."""
    inside = shapely.intersects_xy(field.buffer(1e-6), rings[..., 0], rings[..., 1])
    whole: npt.NDArray[np.bool_] = inside.all(axis=1)
    return whole


def _voronoi(lamp: LampPanel, quality: Quality) -> list[Ring]:
    """The cells of points that are spread evenly with a little chance, their corners round.

    Source: Voronoi diagram by GEOS; points on a jittered hexagonal grid.
    """
    x0, y0, x1, y1 = lamp.field
    pitch = lamp.cell_mm + lamp.bridge_mm
    rows = max(1, round((y1 - y0) / (pitch * math.sqrt(3) / 2)))
    columns = max(1, round((x1 - x0) / pitch))
    rng = np.random.default_rng(lamp.seed)
    row, column = np.meshgrid(np.arange(-1, rows + 1), np.arange(-1, columns + 2), indexing="ij")
    x = x0 + (column + np.where(row % 2 == 1, 0.0, 0.5)) * (x1 - x0) / columns
    y = y0 + (row + 0.5) * (y1 - y0) / rows
    points = np.column_stack([x.ravel(), y.ravel()])
    points += rng.uniform(-0.36, 0.36, points.shape) * pitch
    cells = shapely.get_parts(shapely.voronoi_polygons(shapely.multipoints(points), ordered=True))
    cells = shapely.intersection(cells, lamp.field_shape)
    middles = points[:, 1]
    inset = lamp.bridge_mm / 2 + (1 - _scale(lamp, middles)) * pitch / 3
    cells = shapely.buffer(cells, -inset, join_style="mitre")
    radius = min(2.5, lamp.cell_mm / 8)
    rings = [np.asarray(cell.exterior.coords)[:-1] for cell in cells if _is_one(cell)]
    return _rounded(rings, radius, quality)


def _is_one(cell: shapely.Geometry) -> bool:
    return bool(cell.geom_type == "Polygon" and cell.area > LEAST_OPENING_MM**2)


def _rounded(rings: list[Ring], radius_mm: float, quality: Quality) -> list[Ring]:
    """Openings that do not touch, each with its corners rounded inwards."""
    if not rings:
        return []
    areas, _ = measured_rings(rings)
    ways = [ring if area > 0 else ring[::-1] for ring, area in zip(rings, areas, strict=True)]
    section = m3.CrossSection(ways)
    core = section.offset(-radius_mm, m3.JoinType.Miter, 4.0)
    count = segments(radius_mm, quality, least=8)
    grown = core.offset(radius_mm, m3.JoinType.Round, 2.0, count)
    found = [
        spaced(np.asarray(ring)) for ring in grown.simplify(CHORD_MM[quality] / 4).to_polygons()
    ]
    areas, _ = measured_rings(found)
    return [ring for ring, area in zip(found, areas, strict=True) if area > LEAST_OPENING_MM**2]


def _waves(lamp: LampPanel, quality: Quality) -> list[Ring]:
    """Long waving slits over one another, with webs between that shift from row to row.

    The whole field waves, so that slits keep their distance; where they would leave it they end.
    """
    x0, y0, x1, y1 = lamp.field
    high, long = lamp.cell_mm * 0.45, lamp.cell_mm * 4.0
    rng = np.random.default_rng(lamp.seed)
    swing, phase = 0.5 * lamp.cell_mm, rng.uniform(0, 2 * math.pi, 2)
    length = rng.uniform(4.5, 6.5) * lamp.cell_mm
    # Where the wave is steep, slits come closer square to it; the rise between rows allows for it.
    steep = math.hypot(1.0, swing * 2 * math.pi / length * 1.25)
    pitch = (high + lamp.bridge_mm) * steep
    room = y1 - y0 - 2 * swing
    rows = int((room - high * steep) / pitch + 1e-9) + 1 if room > high * steep else 0
    step = {"draft": 3.0, "full": 1.2}[quality]

    def wave(x: Floats) -> Floats:
        one = np.sin(2 * math.pi * x / length + phase[0])
        other = np.sin(2 * math.pi * x / (length * 2.6) + phase[1])
        lift: Floats = swing * (0.75 * one + 0.25 * other)
        return lift

    rings = []
    for k in range(rows):
        middle = (y0 + y1) / 2 + (k - (rows - 1) / 2) * pitch
        tall = high * float(_scale(lamp, np.array([middle]))[0])
        if tall < LEAST_OPENING_MM / 2:
            continue
        # Where the middle line may go: a slit that is drawn along it then lies in the field.
        room = lamp.field_shape.buffer(1e-6 - tall / 2, quad_segs=12)
        shapely.prepare(room)
        start = x0 - (long / 2 if k % 2 else 0.0)
        while start < x1:
            low, end = max(start, x0), min(start + long, x1)
            kept = _kept(low + tall / 2, end - tall / 2, middle, wave, room)
            if kept[1] - kept[0] > 2 * tall:
                rings.append(_slit(*kept, middle, tall, wave, step))
            start += long + lamp.bridge_mm
    return rings


def _kept(
    low: float, high: float, y: float, wave: Wave, room: shapely.Polygon
) -> tuple[float, float]:
    """The longest stretch from ``low`` to ``high`` on which a wave at ``y`` stays in the room."""
    x = np.linspace(low, high, LINE_POINTS)
    inside = np.r_[False, shapely.intersects_xy(room, x, y + wave(x)), False]
    if inside[1:-1].all():
        return low, high
    begins = np.flatnonzero(inside[1:] & ~inside[:-1])
    ends = np.flatnonzero(inside[:-1] & ~inside[1:]) - 1
    if not len(begins):
        return low, low
    longest = int(np.argmax(ends - begins))
    return float(x[begins[longest]]), float(x[ends[longest]])


def _slit(low: float, high: float, y: float, tall: float, wave: Wave, step: float) -> Ring:
    """A band of even height along the wave, with round ends about its first and last point."""
    radius = tall / 2
    x = np.linspace(low, high, max(3, math.ceil((high - low + tall) / step)))
    line = np.column_stack([x, y + wave(x)])
    way = np.gradient(line, axis=0)
    way /= np.hypot(way[:, 0], way[:, 1])[:, None]
    across = np.column_stack([-way[:, 1], way[:, 0]]) * radius
    turns = np.linspace(0, math.pi, 7)[1:-1]
    caps = [
        line[end] + np.outer(np.cos(turns), across[end]) * sign
        + np.outer(np.sin(turns), way[end]) * radius * -sign
        for end, sign in ((-1, -1.0), (0, 1.0))
    ]  # fmt: skip
    ring: Ring = np.concatenate([line - across, caps[0], (line + across)[::-1], caps[1]])
    return ring


def flat(lamp: LampPanel, quality: Quality) -> dict[str, Outline]:
    """Every part by its name."""
    found = {"panel": panel(lamp, quality)}
    if lamp.stand == "base":
        return {**found, "base": base(lamp, quality)}
    return {
        **found,
        "foot-left": foot(lamp, quality, cable=True),
        "foot-right": foot(lamp, quality, cable=False),
    }
